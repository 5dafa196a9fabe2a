"""What Sellercloud sends, as far as the connector reads it.

In: decoded JSON of either order shape (contract sections 4.2, 4.3, 5). Out: frozen models; unknown
keys are ignored and everything but the order id may be absent. Wrong: `pydantic.ValidationError`
naming the field. Moments are as sent, naive ones on the tenant's clock. Weights and sizes carry no
unit here (contract unknown 8).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from connector.vendors.fields import Moment, Number, Text, Whole, Yes, fill, filled, many


class Answered(BaseModel):
    """What every answer is read as: frozen, unknown keys ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Address(Answered):
    """A postal address in the shape used for reading."""

    first_name: Text = Field("", alias="FirstName")
    middle_initial: Text = Field("", alias="MiddleInitial")
    last_name: Text = Field("", alias="LastName")
    company: Text = Field("", alias="CompanyName")
    line_1: Text = Field("", alias="StreetLine1")
    line_2: Text = Field("", alias="StreetLine2")
    city: Text = Field("", alias="City")
    state_name: Text = Field("", alias="StateName")
    state_code: Text = Field("", alias="StateCode")
    postal_code: Text = Field("", alias="PostalCode")
    country_name: Text = Field("", alias="CountryName")
    country_code: Text = Field("", alias="CountryCode")
    phone: Text = Field("", alias="PhoneNumber")
    email: Text = Field("", alias="EmailAddress")

    @model_validator(mode="before")
    @classmethod
    def _either_phone(cls, data: Any) -> Any:
        return fill(data, "PhoneNumber", "HomePhone")


class KitPart(Answered):
    """A component of a kit line. `quantity` counts the whole line, not one kit."""

    sku: Text = Field("", alias="ProductID")
    name: Text = Field("", alias="ProductName")
    quantity: Whole = Field(None, alias="TotalQty")
    quantity_per_kit: Whole = Field(None, alias="QtyPerKit")

    @model_validator(mode="before")
    @classmethod
    def _either_quantity(cls, data: Any) -> Any:
        return fill(fill(data, "TotalQty", "Qty"), "QtyPerKit", "Qty")


class Line(Answered):
    """An order line. `weight` is per unit, in the unit of the setting `ItemWeightUnit`."""

    item_id: Whole = Field(None, alias="ID")
    sku: Text = Field("", alias="ProductID")
    name: Text = Field("", alias="DisplayName")
    quantity: Whole = Field(None, alias="Qty")
    quantity_shipped: Whole = Field(None, alias="QtyShipped")
    unit_price: Number = Field(None, alias="SitePrice")
    adjusted_unit_price: Number = Field(None, alias="AdjustedSitePrice")
    line_total: Number = Field(None, alias="LineTotal")
    weight: Number = Field(None, alias="Weight")
    non_shipping: Yes = Field(False, alias="NonShipping")
    warehouse_id: Whole = Field(None, alias="ShipFromWareHouseID")
    warehouse_name: Text = Field("", alias="ShipFromWarehouseName")
    gift_message: Text = Field("", alias="GiftWrapMessage")
    kit_parts: Annotated[tuple[KitPart, ...], BeforeValidator(many)] = Field((), alias="BundleItems")

    @model_validator(mode="before")
    @classmethod
    def _either_spelling(cls, data: Any) -> Any:
        named = fill(data, "DisplayName", "ProductName")
        return fill(named, "ShipFromWareHouseID", "ShipFromWarehouseID", "WarehouseID")


class Order(Answered):
    """An order in the list form, the only one with weights."""

    order_id: int = Field(validation_alias=AliasChoices("ID", "OrderID"))
    channel_order_id: Text = Field("", validation_alias=AliasChoices("OrderSourceOrderID", "OrderSourceOrderId"))
    channel: Whole = Field(None, alias="OrderSource")
    order_type: Whole = Field(None, alias="OrderSubType")
    status: Whole = Field(None, alias="StatusCode")
    shipping_status: Whole = Field(None, alias="ShippingStatus")
    payment_status: Whole = Field(None, alias="PaymentStatus")
    dropship_status: Whole = Field(None, alias="Dropship")
    company_id: Whole = Field(None, validation_alias=AliasChoices("CompanyID", "CompanyId"))
    company_name: Text = Field("", alias="CompanyName")
    first_name: Text = Field("", alias="FirstName")
    last_name: Text = Field("", alias="LastName")
    email: Text = Field("", alias="CustomerEmail")
    is_gift: Yes = Field(False, alias="IsGiftOrder")
    is_rush: Yes = Field(False, alias="bRushOrder")
    signature_required: Yes = Field(False, alias="RequireSignatureConfirmation")
    ordered_at: Moment = Field(None, alias="TimeOfOrder")
    created_at: Moment = Field(None, alias="CreatedOn")
    updated_at: Moment = Field(None, alias="LastUpdated")
    ship_date: Moment = Field(None, alias="ShipDate")
    currency: Whole = Field(None, alias="OrderCurrencyCode")
    grand_total: Number = Field(None, alias="GrandTotal")
    carrier: Text = Field("", alias="ShippingCarrier")
    service: Text = Field("", alias="ShippingService")
    tracking_number: Text = Field("", alias="TrackingNumber")
    all_tracking_numbers: Annotated[tuple[Text, ...], BeforeValidator(filled)] = Field((), alias="AllTrackingNumbers")
    address: Address | None = Field(None, alias="ShippingAddress")
    lines: Annotated[tuple[Line, ...], BeforeValidator(many)] = Field((), alias="Items")

    @property
    def tracking_numbers(self) -> frozenset[str]:
        """Every tracking number the row shows."""
        return frozenset(n for n in (self.tracking_number, *self.all_tracking_numbers) if n)


class PackageItem(Answered):
    """How many of a line lie in a package."""

    item_id: Whole = Field(None, alias="OrderItemID")
    sku: Text = Field("", alias="ProductID")
    quantity: Whole = Field(None, alias="Qty")


class Package(Answered):
    """A package of an order; its id changes when packages are made anew."""

    package_id: int = Field(alias="ID")
    tracking_number: Text = Field("", alias="TrackingNumber")
    items: Annotated[tuple[PackageItem, ...], BeforeValidator(many)] = Field((), alias="Items")


def _group(data: dict[str, Any], name: str) -> dict[str, Any]:
    """A nested group of the single-order form; empty when it is missing or of another shape."""
    found = data.get(name)
    return found if isinstance(found, dict) else {}


class OrderDetail(Answered):
    """What only the single-order form tells (contract section 5), its nested groups flattened."""

    order_id: int = Field(validation_alias=AliasChoices("OrderID", "ID"))
    status: Whole = None
    shipping_status: Whole = None
    company_id: Whole = None
    currency: Whole = None
    rate_from_usd: Number = None
    rate_to_usd: Number = None
    gift_message: Text = ""
    packages: Annotated[tuple[Package, ...], BeforeValidator(many)] = Field((), alias="OrderPackages")

    @model_validator(mode="before")
    @classmethod
    def _flatten(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        statuses = _group(data, "Statuses")
        details = _group(data, "OrderDetails")
        gift = _group(_group(data, "GiftDetails"), "GiftDetails")
        return {
            **data,
            "status": statuses.get("OrderStatus"),
            "shipping_status": statuses.get("ShippingStatus"),
            "company_id": details.get("CompanyId", details.get("CompanyID")),
            "currency": details.get("CurrencyCode"),
            "rate_from_usd": details.get("CurrencyRateFromUSD"),
            "rate_to_usd": details.get("CurrencyRateToUSD"),
            "gift_message": gift.get("GiftMessage"),
        }


class Note(Answered):
    """An order note. Category 1 holds the customer's instructions."""

    category: Whole = Field(None, alias="Category")
    text: Text = Field("", validation_alias=AliasChoices("Note", "Message"))


class Split(Answered):
    """What became of an order that was split (contract section 10.3)."""

    is_split: Yes = Field(False, alias="IsSplitted")
    children: Annotated[tuple[int, ...], BeforeValidator(filled)] = Field((), alias="ChildOrderIDs")


class Unreadable(Answered):
    """A row that could not be read: its id if it had one, and the names of the fields at fault."""

    order_id: int | None
    problem: str


class OrderPage(Answered):
    """One page of a list. `total` counts the whole list as the vendor saw it then."""

    orders: tuple[Order, ...]
    total: int
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def size(self) -> int:
        """Rows the vendor put on this page."""
        return len(self.orders) + len(self.unreadable)


class Shipment(Answered):
    """What one ship call says about one package. `ship_date` is naive, on the tenant's clock."""

    order_id: int
    carrier: str
    service: str
    tracking_number: str
    ship_date: Moment
    package_id: int | None = None
    cost: Decimal | None = None
    warehouse_id: int | None = None
