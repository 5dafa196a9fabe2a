"""What is sent to Starshipit and what it sends, as far as the connector reads it.

In: decoded JSON (contract sections 2.3 to 2.8, 4, 8.2). Out: frozen models; unknown keys are
ignored. Wrong: `pydantic.ValidationError` naming the field. Weights are kilograms per unit, sizes
metres, moments UTC where zone-less.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from connector.vendors.fields import Moment, Number, Text, Whole, Yes, filled, many, readable


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NewDestination(_Sent):
    """Where the parcel goes, in the lengths of contract section 2.4; empty fields are left out."""

    name: str
    street: str
    country: str
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    building: str | None = None
    suburb: str | None = None
    city: str | None = None
    state: str | None = None
    post_code: str | None = None
    delivery_instructions: str | None = None


class NewItem(_Sent):
    """One line. Weight in kilograms and value, both for one unit; unknown ones are left out."""

    description: str
    quantity: int
    sku: str | None = None
    weight: Decimal | None = None
    value: Decimal | None = None


class NewOrder(_Sent):
    """An order to create (contract section 2.3). `reference` is the Sellercloud order id."""

    order_number: str
    reference: str
    signature_required: bool
    destination: NewDestination
    items: tuple[NewItem, ...]
    order_date: str | None = None
    shipping_method: str | None = None
    shipping_description: str | None = None
    currency: str | None = None


class ItemChange(_Sent):
    """A line to change (with `item_id`), to add (without), or to remove; what is left out stays as it is."""

    item_id: int | None = None
    description: str | None = None
    quantity: int | None = None
    sku: str | None = None
    weight: Decimal | None = None
    value: Decimal | None = None
    delete: bool | None = None


class OrderChange(_Sent):
    """What changes of an unshipped order (contract section 5). A destination is always sent whole: it replaces."""

    order_id: int
    order_number: str
    destination: dict[str, Any] | None = None
    items: tuple[ItemChange, ...] | None = None
    signature_required: bool | None = None
    shipping_method: str | None = None
    shipping_description: str | None = None
    currency: str | None = None


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Package(_Read):
    """A parcel of an order; it has a tracking number once its label is printed."""

    package_id: Whole = None
    tracking_number: Text = ""
    carrier_service_code: Text = ""
    carrier_service_name: Text = ""
    delivery_status: Text = ""
    shipment_type: Text = ""


class Item(_Read):
    """A line of an order. Weight in kilograms and value, both for one unit; what cannot be read is absent."""

    item_id: Annotated[Whole, BeforeValidator(readable)] = None
    description: Text = ""
    sku: Text = ""
    quantity: Annotated[Number, BeforeValidator(readable)] = None
    weight: Annotated[Number, BeforeValidator(readable)] = None
    value: Annotated[Number, BeforeValidator(readable)] = None


class Order(_Read):
    """An order as Starshipit shows it. `destination` and `items` are None where the answer does not show them."""

    order_id: int
    order_number: Text = ""
    reference: Text = ""
    status: Text = ""
    order_type: Text = Field("", validation_alias=AliasChoices("type", "shipment_type"))
    archived: Yes = False
    manifested: Yes = False
    carrier_name: Text = ""
    carrier_service_code: Text = ""
    shipping_cost: Number = Field(None, alias="total_shipping_price")
    packages: Annotated[tuple[Package, ...], BeforeValidator(many)] = ()
    destination: dict[str, Any] | None = None
    items: tuple[Item, ...] | None = None
    signature_required: bool | None = None
    shipping_method: Text = ""
    shipping_description: Text = ""
    currency: Text = ""


class FoundOrder(_Read):
    """A row of a search or of a list that shows less than the whole order. `unlabelled`: some parcel has no number."""

    order_id: int
    order_number: Text = ""
    reference: Text = ""
    status: Text = ""
    shipment_type: Text = ""
    carrier_name: Text = ""
    carrier_service_code: Text = ""
    carrier_service_name: Text = ""
    tracking_number: Text = ""
    tracking_status: Text = Field("", validation_alias=AliasChoices("tracking_short_status", "tracking_status"))
    tracking_numbers: Annotated[tuple[Text, ...], BeforeValidator(filled)] = ()
    unlabelled: bool = False
    shipped_date: Moment = None

    @model_validator(mode="before")
    @classmethod
    def _notice_the_unlabelled(cls, data: Any) -> Any:
        listed = data.get("tracking_numbers") if isinstance(data, dict) else None
        return {**data, "unlabelled": not all(listed)} if isinstance(listed, list) else data


class OrderList(_Read):
    """One page of full orders."""

    orders: tuple[Order, ...]
    total_pages: Whole = None


class FoundList(_Read):
    """One page of search or list rows."""

    orders: tuple[FoundOrder, ...]
    total_pages: Whole = None


class CreateAnswer(_Read):
    """What a create or an import said.

    `orders` are those that exist now, to be matched by number. `success` is the vendor's own word;
    `text` its errors. Whatever was sent and is not in `orders` was refused if `success` is false,
    and is unknown otherwise. `exists` is true when the refusal says that a number is taken already
    (contract section 3.3): look it up.
    """

    orders: tuple[Order, ...]
    success: bool
    text: str = ""
    exists: bool = False
