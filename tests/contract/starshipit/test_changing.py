"""What the client changes and removes in Starshipit: request, address, answer and error."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector.errors import CredentialsRefused, OutcomeUnknown, Refused, RetryLater, Throttled
from connector.vendors.http import Answer, AnswerLost, NotSent, Outcome
from connector.vendors.starshipit.client import StarshipitClient
from connector.vendors.starshipit.models import ItemChange, Order, OrderChange
from tests.contract.payloads import answer, payload
from tests.contract.starshipit.desk import BASE, NEW_SECRET, SECRET, desk, told

CHANGE = OrderChange(
    order_id=412330187,
    order_number="SC-5012847",
    destination=payload("starshipit", "update_request")["order"]["destination"],
    items=(
        ItemChange(item_id=900553101, quantity=1),
        ItemChange(description="Gift card sleeve", sku="GC-01", quantity=1, weight=Decimal("0.01"), value=Decimal(0)),
    ),
)
Change = Callable[[StarshipitClient], Order | None]
CHANGES: dict[str, tuple[Change, str, str, list[tuple[str, str]], object]] = {
    "update": (lambda c: c.update(CHANGE), "PUT", "/orders", [], payload("starshipit", "update_request")),
    "delete": (lambda c: c.delete(412330187), "DELETE", "/orders/delete", [("order_id", "412330187")], None)
}


@pytest.mark.parametrize("name", CHANGES)
def test_request(name: str) -> None:
    """The body is the contract's example: what is left out is not sent; a deletion has no body."""
    change, _, _, _, body = CHANGES[name]
    made = desk(told({"success": True}))
    change(made.client)
    assert made.last.body == body
    assert made.last.headers["StarShipIT-Api-Key"] == SECRET["api_key"]
    assert made.last.headers["Ocp-Apim-Subscription-Key"] == SECRET["subscription_key"]


@pytest.mark.parametrize("name", CHANGES)
def test_address(name: str) -> None:
    """The documented paths and verbs."""
    change, method, path, query, _ = CHANGES[name]
    made = desk(told({"success": True}))
    change(made.client)
    assert (made.last.method, made.last.url, made.last.query) == (method, f"{BASE}{path}", query)


def test_answer() -> None:
    """The order as it is now, with its destination and lines; None where the answer shows none."""
    shown = desk(answer("starshipit", "created")).client.update(CHANGE)
    assert shown is not None
    assert shown.destination is not None
    assert shown.items is not None
    assert shown.destination["street"] == "12 Sample Street"
    assert [(item.item_id, item.sku, item.quantity) for item in shown.items] == [(900553101, "TS-NVY-M", Decimal(2))]
    assert (shown.signature_required, shown.shipping_method, shown.currency) == (False, "Standard", "AUD")
    assert desk(told({"success": True})).client.update(CHANGE) is None
    assert desk(told({"success": True, "order": {}})).client.update(CHANGE) is None


def test_a_removed_line_says_so() -> None:
    """`delete` with the item's id, and nothing else."""
    made = desk(told({"success": True}))
    made.client.update(OrderChange(order_id=1, order_number="N", items=(ItemChange(item_id=2, delete=True),)))
    assert made.last.body == {"order": {"order_id": 1, "order_number": "N", "items": [{"item_id": 2, "delete": True}]}}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (AnswerLost("ReadTimeout"), OutcomeUnknown),
        (Answer(500), OutcomeUnknown),
        (Answer(408), OutcomeUnknown),
        (Answer(200), OutcomeUnknown),
        (Answer(200, b"<html></html>"), OutcomeUnknown),
        (told({"order": {"order_id": 1}}), OutcomeUnknown),
        (told([1]), OutcomeUnknown),
        (Answer(404), RetryLater),
        (Answer(302), RetryLater),
        (answer("starshipit", "throttled", 429), Throttled),
        (answer("starshipit", "throttled"), Throttled),
        (answer("starshipit", "keys_refused", 401), CredentialsRefused),
        (answer("starshipit", "validation_error"), Refused),
        (answer("starshipit", "validation_error", 400), Refused),
        (answer("starshipit", "soft_failure"), Refused),
    ],
)
def test_error(name: str, outcome: Outcome, expected: type[Exception]) -> None:
    """Only a success that is said is one; no failure makes the client repeat a change."""
    change, *_ = CHANGES[name]
    made = desk(outcome)
    with pytest.raises(expected):
        change(made.client)
    assert len(made.transport.sent) == 1


def test_no_connection_is_no_change() -> None:
    """Nothing was sent: a change waits, a deletion, which does no harm twice, is tried once more."""
    made = desk(NotSent())
    with pytest.raises(RetryLater):
        made.client.update(CHANGE)
    assert len(made.transport.sent) == 1
    made = desk(NotSent(), told({"success": True}))
    made.client.delete(1)
    assert len(made.transport.sent) == 2


def test_the_vendors_words_are_kept() -> None:
    """For a person to read."""
    with pytest.raises(Refused) as caught:
        desk(answer("starshipit", "validation_error")).client.update(CHANGE)
    assert caught.value.text == "Validation error: The destination object is required"


def test_new_keys_are_tried_once() -> None:
    """A 401 is a definite no: with changed keys the change is sent once more."""
    made = desk(answer("starshipit", "keys_refused", 401), told({"success": True}), secrets=(SECRET, NEW_SECRET))
    made.client.delete(1)
    assert made.last.headers["StarShipIT-Api-Key"] == NEW_SECRET["api_key"]


@pytest.mark.parametrize(
    ("shown", "items"),
    [
        ({}, None),
        ({"items": None}, None),
        ({"items": []}, ()),
        ({"items": "none"}, None),
        ({"items": [{"item_id": "7", "quantity": "2.0", "weight": "n/a"}]}, ((7, 2, None),)),
    ],
)
def test_lines_in_every_shape(shown: dict[str, object], items: object) -> None:
    """Absent, null, of another shape; numbers as text; what cannot be read is absent and spoils nothing."""
    found = desk(told({"success": True, "order": {"order_id": 1, **shown}})).client.order(1)
    read = found.items if found.items is None else tuple((i.item_id, i.quantity, i.weight) for i in found.items)
    assert read == items
