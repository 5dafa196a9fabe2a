"""What is sent to Starshipit and what it sends, as far as the connector reads it.

In: decoded JSON (contract sections 2.3 to 2.8, 4, 8.2). Out: frozen models; unknown keys are
ignored. Wrong: `pydantic.ValidationError` naming the field. Weights are kilograms per unit, sizes
metres, moments UTC where zone-less.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from connector.vendors.fields import Moment, Number, Text, Whole, Yes, filled, many


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


class Order(_Read):
    """An order as Starshipit shows it."""

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


class FoundOrder(_Read):
    """A row of a search or of a list that shows less than the whole order."""

    order_id: int
    order_number: Text = ""
    reference: Text = ""
    status: Text = ""
    shipment_type: Text = ""
    tracking_number: Text = ""
    tracking_numbers: Annotated[tuple[Text, ...], BeforeValidator(filled)] = ()
    shipped_date: Moment = None


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
