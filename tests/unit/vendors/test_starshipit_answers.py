"""Every row of the table in `starshipit/answers.py`, both possibilities of every unknown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.errors import (
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
from connector.vendors.starshipit.answers import classify, classify_create, classify_order

NOW = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
PAGE = b"<html><body>Service unavailable</body></html>"
ORDER = {"order_id": 7, "order_number": "N-7", "reference": "7"}
NO = {"success": False, "errors": [{"message": "Validation error", "details": "no destination"}]}


def told(status: int, body: object = b"", **headers: str) -> Answer:
    """An answer with a JSON body, or with these bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, raw, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (told(429), Throttled),
        (told(429, PAGE), Throttled),
        (told(429, {"statusCode": 429, "message": "Rate limit is exceeded."}), Throttled),
        (told(200, {"statusCode": 429, "message": "Rate limit is exceeded."}), Throttled),
        (told(200, {"statusCode": "429", "message": ""}), Throttled),
        (told(403, {"statusCode": 403, "message": "Out of call volume quota."}), Throttled),
        (told(401), CredentialsRefused),
        (told(403), CredentialsRefused),
        (told(403, PAGE), CredentialsRefused),
        (told(200, {"statusCode": 401, "message": "Access denied"}), CredentialsRefused),
        (told(200, {"statusCode": 403, "message": "?"}), CredentialsRefused),
        (told(200, {"success": False, "errors": ["Invalid API key"]}), CredentialsRefused),
        (told(302), WrongAddress),
        (told(200, PAGE), WrongAddress),
        (told(404), RetryLater),
        (told(200, {"statusCode": 404, "message": "Resource not found"}), RetryLater),
        (told(405), RetryLater),
        (told(408), RetryLater),
        (told(500), RetryLater),
        (told(502, PAGE), RetryLater),
        (told(503), RetryLater),
        (told(504), RetryLater),
        (told(200), RetryLater),
        (told(200, b"{cut"), RetryLater),
        (told(200, []), RetryLater),
        (told(200, b"null"), RetryLater),
        (NotSent(), RetryLater),
        (AnswerLost(), RetryLater),
        (told(400, NO), Refused),
        (told(400), Refused),
        (told(409, NO), Refused),
        (told(422, NO), Refused),
    ],
)
def test_every_failed_read_names_the_next_step(outcome: Outcome, expected: type[VendorError]) -> None:
    """A failure of a list and of a single read raise exactly the named exception."""
    for read in (classify, classify_order):
        with pytest.raises(VendorError) as raised:
            read("operation", outcome, now=NOW)
        assert type(raised.value) is expected


@pytest.mark.parametrize(
    "errors",
    [
        {"errors": [{"message": "Order not found", "details": "Unable"}]},
        {"errors": ["Order not found"]},
        {"errors": []},
        {"errors": None},
        {},
        {"order": None},
        {"order": {}},
        {"Errors": ["Order not found"]},
    ],
)
def test_not_found_is_a_200_without_success_and_order(errors: dict[str, Any]) -> None:
    """Section 4.1: exactly this shape is "not found"; a list with it is refused."""
    outcome = told(200, {"success": False, **errors})
    with pytest.raises(NotFound):
        classify_order("order", outcome, now=NOW)
    with pytest.raises(Refused):
        classify("unshipped", outcome, now=NOW)


@pytest.mark.parametrize(
    "body",
    [
        {"order": ORDER, "success": True},
        {"order": ORDER, "success": False, "errors": []},
        {"Order": ORDER, "Success": True},
        {"order": [ORDER]},
        {"data": {"order": ORDER}, "succeeded": True},
        {"order": {**ORDER, "order_id": "7", "total_shipping_price": "?x", "packages": "?"}},
    ],
)
def test_an_order_is_read_in_every_shape(body: dict[str, Any]) -> None:
    """Letter case, wrappers, text for numbers and unreadable extras do not hide the order."""
    assert classify_order("order", told(200, body), now=NOW).order_id == 7


@pytest.mark.parametrize(
    "body",
    [{"success": True}, {"order": None, "success": True}, {"order": {"order_number": "N"}}],
)
def test_a_success_without_an_order_proves_nothing(body: dict[str, Any]) -> None:
    """Only `success` false says "not found"; anything else without an order is read again."""
    with pytest.raises(RetryLater):
        classify_order("order", told(200, body), now=NOW)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (told(429), Throttled),
        (told(200, {"statusCode": 429, "message": "Rate limit is exceeded."}), Throttled),
        (told(401), CredentialsRefused),
        (told(403), CredentialsRefused),
        (told(200, {"success": False, "errors": ["api key is wrong"]}), CredentialsRefused),
        (NotSent(), RetryLater),
        (told(302), RetryLater),
        (told(404), RetryLater),
        (told(405), RetryLater),
        (AnswerLost(), OutcomeUnknown),
        (told(408), OutcomeUnknown),
        (told(500, NO), OutcomeUnknown),
        (told(502, PAGE), OutcomeUnknown),
        (told(503), OutcomeUnknown),
        (told(504), OutcomeUnknown),
        (told(200, {"statusCode": 500, "message": "Internal server error"}), OutcomeUnknown),
        (told(200), OutcomeUnknown),
        (told(200, PAGE), OutcomeUnknown),
        (told(200, b'{"orders": [{"order_'), OutcomeUnknown),
        (told(200, []), OutcomeUnknown),
        (told(200, {}), OutcomeUnknown),
    ],
)
def test_every_failed_create_names_the_next_step(outcome: Outcome, expected: type[VendorError]) -> None:
    """Only what certainly created nothing is retried; the rest is unknown and looked up."""
    with pytest.raises(VendorError) as raised:
        classify_create("import_orders", outcome, now=NOW)
    assert type(raised.value) is expected


@pytest.mark.parametrize(
    ("status", "body", "ids", "success"),
    [
        (200, {"orders": [ORDER], "success": True}, [7], True),
        (200, {"order": ORDER, "success": True}, [7], True),
        (200, {"Order": ORDER, "Success": "true"}, [7], True),
        (200, {"data": {"orders": [ORDER]}, "succeeded": True}, [7], True),
        (200, {"orders": [ORDER]}, [7], True),
        (200, {"orders": [], "success": True}, [], True),
        (201, {"orders": [ORDER], "success": True}, [7], True),
        (200, {"order": ORDER, **NO}, [7], False),
        (200, {"orders": [ORDER], **NO}, [7], False),
        (200, NO, [], False),
        (200, {"success": False}, [], False),
        (200, {"success": False, "errors": None}, [], False),
        (200, {"errors": ["no destination"]}, [], False),
        (200, {"order": {"order_number": "N-7"}, **NO}, [], False),
        (200, {"order": {**ORDER, "order_id": 0}, **NO}, [], False),
        (400, NO, [], False),
        (400, {"order": ORDER, **NO}, [7], False),
        (400, b"Bad Request", [], False),
        (413, b"", [], False),
        (422, {"validation_errors": {"street": ["too long"]}}, [], False),
    ],
)
def test_what_a_create_brought_about(status: int, body: object, ids: list[int], success: bool) -> None:
    """Orders that exist are reported in successes and in failures; a 4xx is never a success."""
    found = classify_create("create", told(status, body), now=NOW)
    assert ([order.order_id for order in found.orders], found.success) == (ids, success)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (NO, "Validation error: no destination"),
        ({"success": False, "errors": ["one", "two", "one"]}, "one; two"),
        ({"success": False, "errors": "one"}, "one"),
        ({"success": False, "Errors": [{"Message": "m"}], "message": "n"}, "m; n"),
        ({"success": False, "validation_errors": {"street": ["too long"]}}, "street: too long"),
        ({"success": False, "errors": [None, {}, {"details": None, "message": "m"}]}, "m"),
    ],
)
def test_one_normaliser_for_every_error_form(body: dict[str, Any], text: str) -> None:
    """Section 1.4: objects, texts, null, absent and other letter cases give one line of text."""
    assert classify_create("create", told(200, body), now=NOW).text == text


@pytest.mark.parametrize(
    ("status", "details", "exists"),
    [
        (200, "Order SC-1 already exists", True),
        (200, "Order Exists", True),
        (200, "Duplicate order", True),
        (409, "Conflict", True),
        (200, "no destination", False),
    ],
)
def test_a_taken_number_is_told_apart(status: int, details: str, exists: bool) -> None:
    """Section 3.3: a duplicate text or a 409 asks for a look-up instead of a correction."""
    body = {"success": False, "errors": [{"details": details}]}
    assert classify_create("create", told(status, body), now=NOW).exists is exists


@pytest.mark.parametrize(
    ("header", "after"),
    [
        ({}, None),
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0.5"}, 0.5),
        ({"retry_after": "Fri, 20 Nov 2026 01:02:33 GMT"}, 30.0),
        ({"retry_after": "Fri, 20 Nov 2020 01:02:33 GMT"}, 0.0),
        ({"retry_after": "999999"}, 3600.0),
        ({"retry_after": "soon"}, None),
    ],
)
def test_both_forms_of_retry_after(header: dict[str, str], after: float | None) -> None:
    """Seconds and an HTTP date are read, both bounded; without the header nothing is claimed."""
    with pytest.raises(Throttled) as raised:
        classify("order", told(429, b"", **header), now=NOW)
    assert raised.value.after == after
