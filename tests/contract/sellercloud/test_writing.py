"""What the client writes to Sellercloud: request, address, answer and error of every write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from connector.errors import NotFound, OutcomeUnknown, Refused, RetryLater
from connector.vendors.http import Answer, AnswerLost, NotSent
from connector.vendors.sellercloud.client import SellercloudClient
from connector.vendors.sellercloud.models import Shipment
from tests.contract.payloads import answer, payload
from tests.contract.sellercloud.desk import BASE, desk, told

Write = Callable[[SellercloudClient], None]
FIRST = Shipment(
    order_id=1045872,
    carrier="Australia Post",
    service="Express Post",
    tracking_number="33ABC0123456",
    ship_date=datetime(2026, 11, 20, 10, 5),
    cost=Decimal("9.85"),
)
SECOND = FIRST.model_copy(update={"package_id": 773402, "tracking_number": "33ABC0123457", "cost": Decimal("7.1")})
NOTE = {"Message": "Also shipped as 33ABC0123458", "Category": 0, "IsPinned": False}

WRITES: dict[str, tuple[Write, str, str, object]] = {
    "ship_order": (
        lambda client: client.ship_order(FIRST),
        "PUT",
        "/Orders/ShippingStatus",
        payload("sellercloud", "ship_order_request"),
    ),
    "ship_package": (
        lambda client: client.ship_package(SECOND),
        "PUT",
        "/Orders/ShippingStatus/SinglePackage",
        payload("sellercloud", "ship_package_request"),
    ),
    "add_note": (
        lambda client: client.add_note(1045872, "Also shipped as 33ABC0123458"),
        "POST",
        "/Orders/1045872/Notes",
        NOTE,
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_request(name: str) -> None:
    """The body is the contract's, as JSON, with numbers as numbers."""
    write, _, _, body = WRITES[name]
    made = desk(Answer(200))
    write(made.client)
    assert made.last.body == body
    assert made.last.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("name", WRITES)
def test_address(name: str) -> None:
    """Method and path are the contract's, without a query."""
    write, method, path, _ = WRITES[name]
    made = desk(Answer(200))
    write(made.client)
    sent = (made.last.method, made.last.url, made.last.query)
    assert sent == (method, f"{BASE}/api{path}", [])


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("body", [b"", b"true", b'"Shipped"', b'{"Error": []}', b"null"])
def test_answer(name: str, body: bytes) -> None:
    """Unknown 5: any 200 without an error is accepted; whether it was applied is read back."""
    write, _, _, _ = WRITES[name]
    made = desk(Answer(200, body))
    write(made.client)
    assert len(made.transport.sent) == 2


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (answer("sellercloud", "failure", 500), OutcomeUnknown),
        (Answer(503), OutcomeUnknown),
        (AnswerLost("ReadTimeout"), OutcomeUnknown),
        (NotSent(), RetryLater),
        (answer("sellercloud", "ship_partly"), Refused),
        (told({"Message": "ShippingCarrier is required"}, 400), Refused),
        (Answer(404), NotFound),
    ],
)
def test_error(name: str, outcome: Answer, expected: type[Exception]) -> None:
    """A write that may have been applied is unknown and never repeated by the client."""
    write, _, _, _ = WRITES[name]
    made = desk(outcome)
    with pytest.raises(expected):
        write(made.client)
    assert len(made.transport.sent) == 2


def test_absent_fields_are_left_out() -> None:
    """No package, cost or date is sent when there is none, because 0 and "" are real values."""
    made = desk(Answer(200))
    made.client.ship_package(
        Shipment(order_id=7, carrier="UPS", service="Ground", tracking_number="1Z", ship_date=None)
    )
    assert made.last.body == {
        "OrderID": 7,
        "CarrierName": "UPS",
        "ShippingMethod": "Ground",
        "TrackingNumber": "1Z",
    }
