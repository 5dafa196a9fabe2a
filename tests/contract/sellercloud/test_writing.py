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
from connector.vendors.sellercloud.reference import CustomColumn
from tests.contract.payloads import answer, payload
from tests.contract.sellercloud.desk import BASE, SECRET, desk, told

Write = Callable[[SellercloudClient], object]
COLUMN = CustomColumn.model_validate({"ColumnName": "STARSHIPIT_STATUS", "DataLength": 11})
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
    "unship": (
        lambda client: client.unship(1045872),
        "PUT",
        "/Orders/SetUnshipped",
        {"Orders": [1045872]},
    ),
    "set_status": (
        lambda client: client.set_status([1045872], 2),
        "PUT",
        "/Orders/StatusCode",
        {"Orders": [1045872], "Status": 2},
    ),
    "set_exported": (
        lambda client: client.set_exported([1045872], exported=True),
        "PUT",
        "/Orders/SetExported",
        {"Orders": [1045872], "Exported": True},
    ),
    "set_custom_column": (
        lambda client: client.set_custom_column(1045872, COLUMN, "Sent 2026-11-20"),
        "PUT",
        "/Orders/1045872/CustomColumns",
        {"ColumnName": "STARSHIPIT_STATUS", "Value": "Sent 2026-1"},
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


@pytest.mark.parametrize(("pin", "sent"), [("4711", {"PIN": "4711"}), ("", {}), ("REPLACE_ME", {}), (None, {})])
def test_the_pin_goes_with_an_unship_alone(pin: str | None, sent: dict[str, str]) -> None:
    """Section 8.5: the secret's optional field, left out when there is none."""
    secret = SECRET if pin is None else {**SECRET, "pin": pin}
    made = desk(Answer(200), Answer(200), secrets=(secret,))
    made.client.unship(1045872)
    assert made.last.body == {"Orders": [1045872], **sent}
    made.client.ship_order(FIRST)
    assert "PIN" not in str(made.last.body)


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (b"[1045872, 7]", {1045872, 7}),
        (b"[1045872]", {1045872}),
        (b'["1045872"]', {1045872}),
        (b"[]", set()),
        (b"", set()),
        (b"null", set()),
        (b"true", set()),
        (b'{"Orders": [7]}', set()),
        (b'[true, null, "x", 7]', {7}),
    ],
)
def test_only_the_ids_answered_were_updated(body: bytes, ids: set[int]) -> None:
    """Section 9.1: the list may be shorter than what was sent; an answer without one names none."""
    made = desk(Answer(200, body), Answer(200, body))
    assert made.client.set_status([1045872, 7], 2) == ids
    assert made.client.set_exported([1045872, 7], exported=False) == ids


def test_custom_columns_are_read_with_their_lengths() -> None:
    """Section 9.2: an array of columns; a value is cut to the length there, and whole where none is told."""
    rows = [
        {"ID": 1, "ColumnName": "STARSHIPIT_STATUS", "DataType": 0, "DataLength": 4, "Value": None},
        {"ID": 2, "ColumnName": "NOTES", "DataType": 5, "DataLength": None, "Value": "x"},
        {"ID": 3, "ColumnName": "OTHER", "DataType": 5, "DataLength": -1, "Value": 7},
    ]
    made = desk(told(rows))
    columns = made.client.custom_columns(1045872)
    assert (made.last.method, made.last.url) == ("GET", f"{BASE}/api/Orders/1045872/CustomColumns")
    assert [column.fitting("Sent today") for column in columns] == ["Sent", "Sent today", "Sent today"]
    assert [(column.name, column.value) for column in columns] == [
        ("STARSHIPIT_STATUS", ""), ("NOTES", "x"), ("OTHER", "7"),
    ]  # fmt: skip
