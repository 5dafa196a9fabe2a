"""What the client creates in Starshipit: request, address, answer and error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.errors import (
    CredentialsRefused,
    NoTimeLeft,
    OutcomeUnknown,
    RetryLater,
    Throttled,
)
from connector.vendors.budget import Slot
from connector.vendors.http import Answer, AnswerLost, NotSent, Outcome
from connector.vendors.starshipit.client import StarshipitClient
from connector.vendors.starshipit.models import CreateAnswer, NewOrder
from tests.contract.payloads import answer, payload
from tests.contract.starshipit.desk import BASE, NEW_SECRET, ORDER, SECOND, SECRET, SLOT, desk, told
from tests.fakes import START

Create = Callable[[StarshipitClient], CreateAnswer]
REQUEST = payload("starshipit", "create_request")

CREATES: dict[str, tuple[Create, str, object]] = {
    "create": (lambda client: client.create(ORDER, SLOT), "/orders", REQUEST),
    "import": (
        lambda client: client.import_orders([ORDER], SLOT),
        "/orders/import",
        {"orders": [REQUEST["order"]]},
    ),
}


@pytest.mark.parametrize("name", CREATES)
def test_request(name: str) -> None:
    """The body is the contract's example: numbers as numbers, absent fields left out."""
    create, _, body = CREATES[name]
    made = desk(answer("starshipit", "created"))
    create(made.client)
    assert made.last.body == body
    assert made.last.headers["Content-Type"] == "application/json"
    assert made.last.headers["StarShipIT-Api-Key"] == SECRET["api_key"]
    assert made.last.headers["Ocp-Apim-Subscription-Key"] == SECRET["subscription_key"]
    assert made.last.headers["User-Agent"] == "sellercloud-starshipit-connector"


@pytest.mark.parametrize("name", CREATES)
def test_address(name: str) -> None:
    """Single creates and imports go to their documented paths by POST."""
    create, path, _ = CREATES[name]
    made = desk(answer("starshipit", "created"))
    create(made.client)
    assert (made.last.method, made.last.url, made.last.query) == ("POST", f"{BASE}{path}", [])


@pytest.mark.parametrize("name", CREATES)
def test_answer(name: str) -> None:
    """The created order comes back with its id, number and reference."""
    create, _, _ = CREATES[name]
    found = create(desk(answer("starshipit", "created")).client)
    assert found.success
    order = found.orders[0]
    assert (order.order_id, order.order_number, order.reference) == (
        412330187,
        "SC-5012847",
        "5012847",
    )


@pytest.mark.parametrize("name", CREATES)
@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (AnswerLost("ReadTimeout"), OutcomeUnknown),
        (Answer(500), OutcomeUnknown),
        (Answer(200, b"<html></html>"), OutcomeUnknown),
        (NotSent(), RetryLater),
        (Answer(404), RetryLater),
        (answer("starshipit", "throttled", 429), Throttled),
        (answer("starshipit", "throttled"), Throttled),
        (answer("starshipit", "keys_refused", 401), CredentialsRefused),
    ],
)
def test_error(name: str, outcome: Outcome, expected: type[Exception]) -> None:
    """No failure makes the client create twice: one request leaves, whatever became of it."""
    create, _, _ = CREATES[name]
    made = desk(outcome)
    with pytest.raises(expected):
        create(made.client)
    assert len(made.transport.sent) == 1


def test_an_import_names_every_order() -> None:
    """All orders of an import are reported; they are to be matched by number."""
    found = desk(answer("starshipit", "imported")).client.import_orders([SECOND, ORDER], SLOT)
    assert {order.order_number for order in found.orders} == {"SC-5012847", "SC-5012850"}


def test_a_refusal_is_an_answer() -> None:
    """A refused create comes back with the vendor's words and no order."""
    found = desk(answer("starshipit", "validation_error")).client.create(ORDER, SLOT)
    assert (found.success, found.orders, found.exists) == (False, (), False)
    assert found.text == "Validation error: The destination object is required"


def test_a_soft_failure_names_the_order_that_exists() -> None:
    """Section 1.4: `success` false with an order id means that the order is there."""
    found = desk(answer("starshipit", "soft_failure")).client.create(ORDER, SLOT)
    assert (found.success, found.orders[0].order_id) == (False, 412330187)


@pytest.mark.parametrize("status", [200, 400, 409])
def test_a_taken_number_is_told(status: int) -> None:
    """Section 3.3: the refusal of a repeated number asks for a look-up, whatever its status."""
    found = desk(answer("starshipit", "already_exists", status)).client.create(ORDER, SLOT)
    assert (found.success, found.exists) == (False, True)


@pytest.mark.parametrize("count", [0, 51])
def test_an_import_takes_one_to_fifty(count: int) -> None:
    """Anything else is a mistake of the caller and never leaves."""
    made = desk()
    with pytest.raises(ValueError, match="1 to 50"):
        made.client.import_orders([ORDER] * count, SLOT)
    assert made.transport.sent == []


def test_an_import_over_a_megabyte_is_not_sent() -> None:
    """A batch that is too large is answered like a refused one, so that it is taken apart."""
    line = ORDER.items[0].model_copy(update={"description": "x" * 30_000})
    large = ORDER.model_copy(update={"items": (line,)})
    made = desk()
    found = made.client.import_orders([large] * 40, SLOT)
    assert (found.success, found.orders, made.transport.sent) == (False, (), [])


def test_decimals_are_json_numbers() -> None:
    """Weights and values are numbers, exact to the digits that were given."""
    line = ORDER.items[0].model_copy(update={"weight": Decimal("0.9072"), "value": Decimal("24.00")})
    order: NewOrder = ORDER.model_copy(update={"items": (line,)})
    made = desk(answer("starshipit", "created"))
    made.client.create(order, SLOT)
    assert isinstance(made.last.body, dict)
    sent = made.last.body["order"]["items"][0]
    assert (sent["weight"], sent["value"]) == (0.9072, 24)
    assert not isinstance(sent["value"], Decimal)


def test_the_callers_slot_is_used() -> None:
    """A create leaves at the slot it was given and reserves none of its own."""
    made = desk(answer("starshipit", "created"))
    made.client.create(ORDER, Slot(START + timedelta(seconds=3)))
    assert (made.clock.slept, made.budget.reserved) == ([3.0], 0)


def test_a_missed_slot_is_exchanged() -> None:
    """A slot that has passed is not used late; another is taken."""
    made = desk(answer("starshipit", "created"))
    made.clock.pass_time(1)
    made.client.create(ORDER, SLOT)
    assert made.budget.reserved == 1


def test_no_create_begins_that_might_not_end() -> None:
    """With less than the read timeout left nothing is sent."""
    made = desk(answer("starshipit", "created"), seconds=20.0)
    with pytest.raises(NoTimeLeft):
        made.client.create(ORDER, SLOT)
    assert made.transport.sent == []


def test_new_keys_are_tried_once() -> None:
    """A 401 is a definite no: with changed keys the create is sent once more, at a new slot."""
    refused, created = answer("starshipit", "keys_refused", 401), answer("starshipit", "created")
    made = desk(refused, created, secrets=(SECRET, NEW_SECRET))
    assert made.client.create(ORDER, SLOT).success
    assert made.last.headers["StarShipIT-Api-Key"] == NEW_SECRET["api_key"]
    assert made.budget.reserved == 1


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [({}, 2.0), ({"retry_after": "1"}, 2.0), ({"retry_after": "9"}, 9.0)],
)
def test_throttling_slows_everybody(retry_after: dict[str, str], seconds: float) -> None:
    """The budget is pushed by `Retry-After`, and by two seconds at least."""
    made = desk(told({"statusCode": 429, "message": "Rate limit"}, 429, **retry_after))
    with pytest.raises(Throttled):
        made.client.create(ORDER, SLOT)
    assert made.budget.pushed == [START + timedelta(seconds=seconds)]
