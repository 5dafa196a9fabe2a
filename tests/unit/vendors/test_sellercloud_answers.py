"""Every row of the table in `sellercloud/answers.py`, both possibilities of every unknown."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connector.errors import (
    TEXT_LIMIT,
    CredentialsRefused,
    NotFound,
    OutcomeUnknown,
    Refused,
    RetryLater,
    Throttled,
    VendorError,
)
from connector.vendors.calls import WrongAddress
from connector.vendors.http import Answer, AnswerLost, NotSent, Outcome
from connector.vendors.sellercloud.answers import (
    WAIT_WHEN_UNTOLD_SECONDS,
    TokenRefused,
    classify,
    classify_login,
)

NOW = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
PAGE = b"  <!DOCTYPE html><html><body>Sign in</body></html>"
RESET = {"Error": "Too many requests.", "RateLimitResetTime": "2026-11-20T01:12:03.1234567Z"}


def told(status: int, body: object = b"", **headers: str) -> Answer:
    """An answer with a JSON body, or with these bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, raw, headers)


@pytest.mark.parametrize(
    ("outcome", "reading", "writing"),
    [
        (told(409, RESET), Throttled, Throttled),
        (told(429, RESET), Throttled, Throttled),
        (told(403, RESET), Throttled, Throttled),
        (told(503, RESET), Throttled, Throttled),
        (told(200, RESET), Throttled, Throttled),
        (told(429), Throttled, Throttled),
        (told(429, PAGE), Throttled, Throttled),
        (told(409, {"Message": "Order is locked"}), Refused, Refused),
        (told(409), Refused, Refused),
        (told(200, PAGE), WrongAddress, WrongAddress),
        (told(302, b"", location="/login"), WrongAddress, WrongAddress),
        (told(401), TokenRefused, TokenRefused),
        (told(401, {"Message": "Not Valid Token"}), TokenRefused, TokenRefused),
        (told(404), NotFound, NotFound),
        (told(403), Refused, Refused),
        (told(400, {"Message": "The request is invalid.", "ModelState": {}}), Refused, Refused),
        (told(422), Refused, Refused),
        (told(408), RetryLater, OutcomeUnknown),
        (told(500), RetryLater, OutcomeUnknown),
        (told(500, {"Message": "Ship date is in the future"}), RetryLater, OutcomeUnknown),
        (told(502), RetryLater, OutcomeUnknown),
        (told(503, PAGE), RetryLater, OutcomeUnknown),
        (told(504), RetryLater, OutcomeUnknown),
        (NotSent("connection refused"), RetryLater, RetryLater),
        (AnswerLost("ReadTimeout"), RetryLater, OutcomeUnknown),
    ],
)
def test_every_failure_names_the_next_step(
    outcome: Outcome, reading: type[VendorError], writing: type[VendorError]
) -> None:
    """A failure of a read and the same failure of a write raise exactly the named exception."""
    for writes, expected in ((False, reading), (True, writing)):
        with pytest.raises(VendorError) as raised:
            classify("operation", outcome, writes=writes, now=NOW)
        assert type(raised.value) is expected


@pytest.mark.parametrize("body", [b"", b"[", b"null", b"plain words"])
def test_a_read_is_never_empty(body: bytes) -> None:
    """An empty or cut body of a read is retried, because it must not pass for an empty list."""
    with pytest.raises(RetryLater):
        classify("list_orders", told(200, body), writes=False, now=NOW)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", None),
        (b"true", True),
        (b'"ok"', "ok"),
        (b"Shipped", None),
        (b"{}", {}),
        (b'{"Error": []}', {"Error": []}),
        (b'{"Error": ""}', {"Error": ""}),
        (b'{"Error": null}', {"Error": None}),
    ],
)
def test_a_ship_call_may_answer_anything(body: bytes, expected: object) -> None:
    """Unknown 5: empty, true, text and objects without an error are accepted."""
    assert classify("ship_order", told(200, body), writes=True, now=NOW) == expected


@pytest.mark.parametrize("error", ["No such carrier", ["No such carrier"], [{"Text": "No"}]])
def test_an_error_inside_a_200_is_a_refusal(error: object) -> None:
    """A ship call that answers 200 with a non-empty `Error` is refused, its text kept."""
    with pytest.raises(Refused) as raised:
        classify("ship_package", told(200, {"Error": error}), writes=True, now=NOW)
    assert raised.value.text.startswith("No")


@pytest.mark.parametrize(
    ("reset", "after"),
    [
        ("2026-11-20T01:12:03.0000000Z", 600.0),
        ("2026-11-20T01:12:03", 600.0),
        ("2026-11-20T01:02:03Z", 1.0),
        ("2025-01-01T00:00:00Z", 1.0),
        ("2030-01-01T00:00:00Z", 3600.0),
        ("soon", WAIT_WHEN_UNTOLD_SECONDS),
        ("", WAIT_WHEN_UNTOLD_SECONDS),
    ],
)
def test_the_wait_follows_the_reset_time(reset: str, after: float) -> None:
    """The wait ends at the reset time in UTC, within one second and one hour."""
    with pytest.raises(Throttled) as raised:
        classify("order", told(409, {"RateLimitResetTime": reset}), writes=False, now=NOW)
    assert raised.value.after == after


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"ExceptionMessage": "b", "Message": "a", "Error": "c"}, "a"),
        ({"ExceptionMessage": "b", "Error": "c"}, "b"),
        ({"Error": ["c", "d"], "ErrorMessage": "e"}, "c; d"),
        ({"Message": None, "ErrorMessage": "e"}, "e"),
        ("plain", "plain"),
        (b"not json", "not json"),
        ({"Other": 1}, '{"Other": 1}'),
    ],
)
def test_the_message_is_found_in_the_order_of_the_contract(body: object, text: str) -> None:
    """Section 3.4: Message, ExceptionMessage, Error, ErrorMessage, else the body."""
    with pytest.raises(Refused) as raised:
        classify("order", told(400, body), writes=False, now=NOW)
    assert raised.value.text == text


@pytest.mark.parametrize("status", [403, 404])
def test_a_missing_right_is_hinted_at(status: int) -> None:
    """403 and 404 can both mean a missing right; the text says so, however long the vendor's."""
    with pytest.raises(Refused) as raised:
        classify("order", told(status, {"Message": "x" * 2000}), writes=False, now=NOW)
    assert "may lack a right" in raised.value.text
    assert len(raised.value.text) <= TEXT_LIMIT


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (told(400, {"Message": "The user name or password is incorrect."}), CredentialsRefused),
        (told(401), CredentialsRefused),
        (told(403), CredentialsRefused),
        (told(423), CredentialsRefused),
        (told(409, {"Message": "Account problem"}), CredentialsRefused),
        (told(200, {"Message": "Two-factor is on"}), CredentialsRefused),
        (told(500, {"Message": "Invalid username or password"}), CredentialsRefused),
        (told(500, {"Message": "Your account is locked"}), CredentialsRefused),
        (told(500, {"Message": "Transaction was deadlocked on lock resources"}), RetryLater),
        (told(500, {"Message": "An error has occurred."}), RetryLater),
        (told(500, PAGE.replace(b"Sign in", b"password")), RetryLater),
        (told(500), RetryLater),
        (told(503), RetryLater),
        (told(408), RetryLater),
        (told(200, b"cut"), RetryLater),
        (told(200, {"token": "value"}), RetryLater),
        (told(200, {"access_token": None}), RetryLater),
        (NotSent(), RetryLater),
        (AnswerLost(), RetryLater),
        (told(409, RESET), Throttled),
        (told(429), Throttled),
        (told(200, PAGE), WrongAddress),
        (told(301), WrongAddress),
        (told(404), WrongAddress),
        (told(405), WrongAddress),
    ],
)
def test_every_failed_login_names_the_next_step(outcome: Outcome, expected: type[VendorError]) -> None:
    """Unknown 2: a definite no is about the credentials, whatever its status; trouble is not."""
    with pytest.raises(VendorError) as raised:
        classify_login(outcome, now=NOW)
    assert type(raised.value) is expected


@pytest.mark.parametrize(
    ("life", "expected"),
    [(3600, 3600.0), (1800.0, 1800.0), ("1799", 1799.0), (None, 300.0), ("?x", 300.0), (0, 300.0)],
)
def test_the_told_life_is_believed(life: object, expected: float) -> None:
    """`expires_in` decides, not a constant; without it the life is taken as short."""
    body = {"access_token": " abc ", "expires_in": life}
    token = classify_login(told(200, body), now=NOW)
    assert (token.value, token.life) == ("abc", expected)


def test_a_strange_login_answer_keeps_its_body_to_itself() -> None:
    """A 200 without `access_token` leaves no text, which might be a token under another name."""
    with pytest.raises(RetryLater) as raised:
        classify_login(told(200, {"token": "secret-value"}), now=NOW)
    assert raised.value.text == ""
