"""What a person may write for the Sellercloud endpoint, and what is found for a team name."""

from __future__ import annotations

import json

import pytest

from connector.errors import RetryLater, SettingsError
from connector.vendors.http import Answer, AnswerLost, NotSent, Outcome
from connector.vendors.sellercloud.endpoint import LOOK_UP, Known, Team, discover, parse, resolve
from tests.contract.payloads import answer
from tests.fakes import FakeTransport

KX = "https://kx.api.sellercloud.com/rest"


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("kx", KX),
        (" KX ", KX),
        ("fc2", "https://fc2.api.sellercloud.com/rest"),
        ("kx.sellercloud.com", KX),
        ("kx.delta.sellercloud.com", KX),
        ("kx.api.sellercloud.com", KX),
        ("kx.api.sellercloud.com/rest", KX),
        ("https://kx.api.sellercloud.com/rest/", KX),
        ("https://kx.api.sellercloud.com/rest/api/", KX),
        ("https://kx.api.sellercloud.com/rest/swagger/ui/", KX),
        ("https://kx.delta.sellercloud.com/Orders/ManageOrders.aspx", KX),
        ("https://KX.Delta.SellerCloud.com:443", KX),
        ("northlight.api.sellercloud.us", "https://northlight.api.sellercloud.us/rest"),
        (
            "northlight-trial.delta.sellercloud.us",
            "https://northlight-trial.api.sellercloud.us/rest",
        ),
        ("http://127.0.0.1:9101/rest", "http://127.0.0.1:9101/rest"),
        ("http://127.0.0.1:9101/rest/api", "http://127.0.0.1:9101/rest"),
        ("http://127.0.0.1:9101", "http://127.0.0.1:9101/rest"),
        ("http://localhost:9101/rest/", "http://localhost:9101/rest"),
        ("http://[::1]:9101/rest", "http://[::1]:9101/rest"),
        (
            "https://proxy.example.com/sellercloud/rest",
            "https://proxy.example.com/sellercloud/rest",
        ),
    ],
)
def test_an_address_is_understood(written: str, base: str) -> None:
    """Server ids, portal addresses and REST addresses give the same REST base."""
    assert parse(written) == Known(base)


@pytest.mark.parametrize("written", ["northlight", "northlight-trial", "Acme7"])
def test_a_longer_word_is_a_team(written: str) -> None:
    """A bare word of more than four characters is a team name, to be looked up."""
    assert parse(written) == Team(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "two words",
        "kx_",
        "http://kx.api.sellercloud.com/rest",
        "https://kx.api.sellercloud.com:8443/rest",
        "http://example.com/rest",
        "https://example.com",
        "https://sellercloud.com/rest2",
        "https://api.sellercloud.com",
        "https://kx.sellercloud.com.example.net",
        "http://127.0.0.1:9101/other",
        "http://127.0.0.1:port/rest",
        "ftp://127.0.0.1/rest",
        "https://kx.api.sellercloud.com/rest?x=1",
    ],
)
def test_anything_else_is_refused_in_one_sentence(written: str) -> None:
    """The message names the setting, what was written and what is allowed."""
    with pytest.raises(SettingsError) as raised:
        parse(written)
    assert str(raised.value).startswith(f"SellercloudEndpoint {written!r} cannot be used; allowed")


def test_a_password_in_the_address_is_not_repeated() -> None:
    """An address with a user and password is refused without showing it."""
    with pytest.raises(SettingsError) as raised:
        parse("https://me:hunter2@kx.api.sellercloud.com/rest")
    assert "hunter2" not in str(raised.value)


def test_a_team_is_looked_up() -> None:
    """A team name costs one call to the look-up address, which tells the base."""
    transport = FakeTransport(answer("sellercloud", "server_by_team"))
    assert resolve("northlight", transport) == KX
    assert (transport.sent[0].url, transport.sent[0].query) == (LOOK_UP, [("team", "northlight")])


def test_an_address_costs_no_look_up() -> None:
    """Where the base can be told from the text, nobody is asked."""
    assert resolve("kx", FakeTransport()) == KX


@pytest.mark.parametrize(
    "body",
    [
        {"RestApiEndpoint": f"{KX}/"},
        {"Success": True, "RestApiEndpoint": "", "ApiUrl": KX},
        {"ServerID": "kx"},
        {"RestApiEndpoint": "http://elsewhere.example.com", "ServerID": "kx"},
    ],
)
def test_older_look_up_answers_are_understood(body: dict[str, object]) -> None:
    """Only `RestApiEndpoint` is certain; other names and a trailing slash are tolerated."""
    assert discover("northlight", FakeTransport(Answer(200, json.dumps(body).encode()))) == KX


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Answer(200, b'{"Success": false, "Message": "Unknown team"}'), SettingsError),
        (Answer(404, b'{"Message": "Unknown team"}'), SettingsError),
        (Answer(200, b"<html></html>"), RetryLater),
        (Answer(503, b""), RetryLater),
        (NotSent(), RetryLater),
        (AnswerLost(), RetryLater),
    ],
)
def test_an_unknown_team_is_told_from_an_outage(outcome: Outcome, expected: type[Exception]) -> None:
    """No such team is a wrong setting; no usable answer is tried again later."""
    with pytest.raises(expected):
        discover("northlight", FakeTransport(outcome))
