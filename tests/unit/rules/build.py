"""Small Sellercloud orders to change one fact of, in the vendor's own field names."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from connector.rules.mapping import Extras, MappingChoices, to_starshipit
from connector.rules.reasons import NotSent
from connector.settings import CustomsValue, KitMode, WeightUnit
from connector.vendors.sellercloud.models import Order
from connector.vendors.starshipit import models as starshipit

NEW_YORK = ZoneInfo("America/New_York")
CHOICES = MappingChoices(KitMode.PARENT, CustomsValue.ORDER, WeightUnit.POUNDS, NEW_YORK)

ADDRESS: dict[str, Any] = {
    "FirstName": "Priya",
    "LastName": "Raman",
    "StreetLine1": "14 Acacia Cres",
    "StreetLine2": "Unit 3",
    "City": "Fitzroy",
    "StateName": "Victoria",
    "StateCode": "VIC",
    "PostalCode": "3065",
    "CountryName": "Australia",
    "CountryCode": "AU",
    "PhoneNumber": "+61 400 555 010",
}
LINE: dict[str, Any] = {
    "ID": 2299101,
    "ProductID": "TENT-2P-GRN",
    "DisplayName": "Two-person tent, green",
    "Qty": 1,
    "QtyShipped": 0,
    "SitePrice": 119.0,
    "Weight": 2.4,
    "ShipFromWareHouseID": 12,
}
ORDER: dict[str, Any] = {
    "ID": 1045872,
    "OrderSourceOrderID": "#AU10482",
    "OrderSource": 6,
    "OrderSubType": 0,
    "StatusCode": 2,
    "ShippingStatus": 1,
    "PaymentStatus": 30,
    "Dropship": 0,
    "FirstName": "Priya",
    "LastName": "Raman",
    "CustomerEmail": "priya.raman@example.net",
    "CompanyID": 171,
    "CompanyName": "Northlight Outdoors",
    "TimeOfOrder": "2026-11-19T21:14:05",
    "CreatedOn": "2026-11-19T21:20:41.37",
    "OrderCurrencyCode": 5,
    "ShippingCarrier": "USPS",
    "ShippingService": "Priority Mail",
    "ShippingAddress": ADDRESS,
    "Items": [LINE],
}


def address(**changes: Any) -> dict[str, Any]:
    """The address with some fields changed."""
    return {**ADDRESS, **changes}


def line(**changes: Any) -> dict[str, Any]:
    """The line with some fields changed."""
    return {**LINE, **changes}


def order(**changes: Any) -> Order:
    """The order with some fields changed."""
    return Order.model_validate({**ORDER, **changes})


def mapped(wanted: Order, choices: MappingChoices = CHOICES, extras: Extras | None = None) -> starshipit.NewOrder:
    """The order as sent; fails where it is refused."""
    found = to_starshipit(wanted, str(wanted.order_id), extras or Extras(), choices)
    assert not isinstance(found, NotSent), found
    return found


def refused(wanted: Order, choices: MappingChoices = CHOICES, extras: Extras | None = None) -> NotSent:
    """The reason why the order is not sent; fails where it is."""
    found = to_starshipit(wanted, str(wanted.order_id), extras or Extras(), choices)
    assert isinstance(found, NotSent), "the order would be sent"
    return found


def parcel_order(order_id: int, *packages: dict[str, Any], **changes: Any) -> starshipit.Order:
    """A printed Starshipit order of our reference with these packages."""
    return starshipit.Order.model_validate(
        {
            "order_id": order_id,
            "reference": "1045872",
            "status": "Printed",
            "carrier_name": "Australia Post",
            "packages": [{"shipment_type": "Outgoing", **package} for package in packages],
            **changes,
        }
    )


def total_value(items: tuple[starshipit.NewItem, ...]) -> Decimal:
    """What the items are worth together."""
    return sum((i.quantity * (i.value or Decimal(0)) for i in items), Decimal(0))


def total_weight(items: tuple[starshipit.NewItem, ...]) -> Decimal:
    """What the items weigh together, kilograms."""
    return sum((i.quantity * (i.weight or Decimal(0)) for i in items), Decimal(0))
