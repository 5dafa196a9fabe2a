"""Logging in: at most once a token's life, never in a loop, never with refused credentials."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from connector.errors import CredentialsRefused, NotConfigured, NoTimeLeft, RetryLater, Throttled
from connector.vendors.http import Answer, AnswerLost, NotSent, Outcome
from connector.vendors.sellercloud.answers import Token, TokenRefused
from connector.vendors.sellercloud.client import SellercloudClient
from connector.vendors.sellercloud.tokens import TokenCache
from tests.contract.payloads import answer
from tests.contract.sellercloud.desk import BASE, NEW_SECRET, SECRET, Desk, desk, told
from tests.fakes import START

VIEWS = answer("sellercloud", "views")
LOGIN = answer("sellercloud", "token")
WRONG = told({"Message": "The user name or password is incorrect."}, 400)


def logins(made: Desk) -> list[object]:
    """The passwords tried, in their order."""
    bodies = [sent.body for sent in made.transport.sent if sent.url.endswith("/token")]
    return [body["Password"] for body in bodies if isinstance(body, dict)]


def test_the_login_request() -> None:
    """User name and password travel in the documented body, without an Authorization header."""
    made = desk(VIEWS)
    made.client.views()
    sent = made.transport.sent[0]
    assert (sent.method, sent.url) == ("POST", f"{BASE}/api/token")
    assert sent.body == {"Username": "sync@example.com", "Password": "correct horse"}
    assert "Authorization" not in sent.headers
    assert sent.headers["Content-Type"] == "application/json"


def test_one_login_serves_many_calls_and_invocations() -> None:
    """The token is kept in the environment's cache, for later clients too."""
    made = desk(VIEWS, VIEWS, VIEWS)
    made.client.views()
    made.client.views()
    later = SellercloudClient(
        BASE,
        made.credentials,
        made.tokens,
        made.transport,
        made.budget,
        made.clock,
        made.clock.deadline(),
        ZoneInfo("America/New_York"),
        30.0,
    )
    later.views()
    assert len(logins(made)) == 1


def test_the_token_is_renewed_shortly_before_its_end() -> None:
    """With 3600 s of life the next login happens after 3540 s, not before."""
    made = desk(VIEWS, VIEWS, LOGIN, VIEWS, seconds=9000)
    made.client.views()
    made.clock.pass_time(3539)
    made.client.views()
    assert len(logins(made)) == 1
    made.clock.pass_time(1)
    made.client.views()
    assert len(logins(made)) == 2


@pytest.mark.parametrize(("life", "good_for"), [(3600.0, 3540.0), (60.0, 54.0), (10.0, 9.0)])
def test_renewal_suits_short_lives(life: float, good_for: float) -> None:
    """A token is given up 60 seconds early, or a tenth of its life if that is less."""
    tokens = TokenCache()
    tokens.keep(Token("abc", life), START)
    assert tokens.get(START + timedelta(seconds=good_for - 0.1)) == "abc"
    assert tokens.get(START + timedelta(seconds=good_for)) is None


def test_only_the_refused_token_is_dropped() -> None:
    """A token that another thread has renewed is not thrown away with the old one."""
    tokens = TokenCache()
    tokens.keep(Token("new", 3600.0), START)
    tokens.drop("old")
    assert tokens.get(START) == "new"
    tokens.drop("new")
    assert tokens.get(START) is None


def test_a_refused_token_is_replaced_once() -> None:
    """401: drop the token, log in, repeat the call; the caller notices nothing."""
    made = desk(Answer(401), LOGIN, VIEWS)
    assert len(made.client.views()) == 2
    assert len(logins(made)) == 2
    assert made.credentials.times_refused == 0


def test_a_refused_fresh_token_is_no_wrong_password() -> None:
    """A second 401 after a good login is retried later; the credentials stay in use."""
    made = desk(Answer(401), LOGIN, Answer(401))
    with pytest.raises(TokenRefused) as raised:
        made.client.views()
    assert isinstance(raised.value, RetryLater)
    assert made.credentials.times_refused == 0
    assert made.tokens.get(made.clock.now()) is None


def test_a_write_is_repeated_after_a_401() -> None:
    """A refused token means nothing was written, so the write itself may be repeated."""
    made = desk(Answer(401), LOGIN, Answer(200))
    made.client.add_note(7, "text")
    assert len(made.transport.sent) == 4


def test_a_wrong_password_is_tried_once() -> None:
    """Refused credentials are remembered and no further login leaves, in this call or the next."""
    made = desk(WRONG, logged_in=False)
    for _ in range(3):
        with pytest.raises(CredentialsRefused):
            made.client.views()
    assert logins(made) == ["correct horse"]


def test_a_rotated_password_is_picked_up() -> None:
    """When the secret has changed since, one more login is made with the new values."""
    made = desk(WRONG, LOGIN, VIEWS, logged_in=False, secrets=(SECRET, NEW_SECRET))
    made.client.views()
    assert logins(made) == ["correct horse", "battery staple"]


def test_a_rotated_wrong_password_is_remembered_too() -> None:
    """The new values are tried once; when they are refused as well, that is remembered."""
    made = desk(WRONG, WRONG, logged_in=False, secrets=(SECRET, NEW_SECRET))
    for _ in range(2):
        with pytest.raises(CredentialsRefused):
            made.client.views()
    assert logins(made) == ["correct horse", "battery staple"]
    assert made.credentials.on_record


@pytest.mark.parametrize("outcome", [Answer(500), Answer(503), AnswerLost("ReadTimeout"), Answer(200, b"cut")])
def test_trouble_at_the_login_is_not_a_refusal(outcome: Outcome) -> None:
    """An outage while logging in is retried later and counts against nobody."""
    made = desk(outcome, logged_in=False)
    with pytest.raises(RetryLater):
        made.client.views()
    assert made.credentials.times_refused == 0
    assert len(made.transport.sent) == 1


def test_a_failed_connect_of_the_login_is_tried_once_more() -> None:
    """Nothing reached the vendor, so the login may be sent again at once."""
    made = desk(NotSent(), LOGIN, VIEWS, logged_in=False)
    assert len(made.client.views()) == 2


@pytest.mark.parametrize("at_login", [True, False])
def test_throttling_slows_everybody(at_login: bool) -> None:
    """The reset time of a call or a login is pushed into the shared budget."""
    throttled = answer("sellercloud", "throttled", 409)
    made = desk(throttled, logged_in=not at_login)
    with pytest.raises(Throttled) as raised:
        made.client.views()
    assert raised.value.after == pytest.approx(600.1234, abs=0.001)
    assert made.budget.pushed == [START + timedelta(seconds=raised.value.after or 0)]


def test_throttling_without_a_time_waits_a_minute() -> None:
    """A bare 429 pushes the budget by a wait of our own."""
    made = desk(Answer(429))
    with pytest.raises(Throttled):
        made.client.views()
    assert made.budget.pushed == [START + timedelta(seconds=60)]


def test_every_call_takes_a_slot_the_login_too() -> None:
    """Logins count toward the vendor's limit, so they are reserved like any other call."""
    made = desk(VIEWS)
    made.budget.interval = 2.0
    made.client.views()
    assert (made.budget.reserved, made.clock.slept) == (2, [2.0])


def test_no_call_begins_that_might_not_end() -> None:
    """With less than the read timeout left nothing is sent."""
    made = desk(VIEWS, seconds=29.0)
    with pytest.raises(NoTimeLeft):
        made.client.views()
    assert made.transport.sent == []


def test_an_empty_secret_field_makes_no_call() -> None:
    """A secret without a password is not configured."""
    made = desk(logged_in=False, secrets=({"username": "sync@example.com", "password": " "},))
    with pytest.raises(NotConfigured, match="holds no password"):
        made.client.views()
    assert made.transport.sent == []
