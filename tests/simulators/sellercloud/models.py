"""What the simulated tenant stores: orders, their lines and packages, and the record of writes.

Everything is frozen: a change makes a new order and goes through the tenant's order book, so that
lists, logs and late-visible writes never see half of it. Times are aware UTC, money is ``Decimal``
in the order's own currency, item weights are pounds, package weights ounces, sizes inches
(contract sections 4, 5 and unknown 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

NEVER = datetime(1, 1, 1, tzinfo=UTC)
"""Stands for "not given": replaced by the clock when the order is added."""

CANCELLED, IN_PROCESS, COMPLETED, ON_HOLD, VOID = -1, 2, 3, 200, 999
UNSHIPPED, PARTIALLY_SHIPPED, FULLY_SHIPPED = 1, 2, 3
CHARGED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SimAddress:
    """A postal address in the reading shape (section 4.3)."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    street1: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    state_code: str = ""
    postal_code: str = ""
    country: str = ""
    country_code: str = ""
    phone: str = ""
    email: str = ""
    classification: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SimKitPart:
    """One component of a kit line; ``qty`` is per kit."""

    product_id: str
    name: str = ""
    qty: int = 1
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimLine:
    """One order line; a kit when it has ``parts``."""

    product_id: str
    name: str = ""
    qty: int = 1
    price: Decimal = Decimal("0")
    tax: Decimal = Decimal("0")
    weight_lb: float = 0.0
    length_in: float = 0.0
    width_in: float = 0.0
    height_in: float = 0.0
    qty_shipped: int = 0
    warehouse_id: int = 12
    non_shipping: bool = False
    back_order_qty: int = 0
    notes: str = ""
    gift_message: str = ""
    parts: tuple[SimKitPart, ...] = ()
    id: int = 0

    @property
    def total(self) -> Decimal:
        """Price times quantity, before tax."""
        return self.price * self.qty


@dataclass(frozen=True, slots=True, kw_only=True)
class SimContent:
    """What lies in a package: part of an order line, or of one component of a kit line."""

    order_item_id: int
    product_id: str
    qty: int = 1
    part_id: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimPackage:
    """One parcel of an order as Sellercloud plans or ships it."""

    contents: tuple[SimContent, ...] = ()
    tracking: str = ""
    length_in: float = 0.0
    width_in: float = 0.0
    height_in: float = 0.0
    weight_oz: float = 0.0
    final_fee: Decimal = Decimal("0")
    declared_value: Decimal = Decimal("0")
    delivery_status: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimNote:
    """An order note; category 0 general, 1 customer instructions, 2 customer service."""

    message: str
    category: int = 0
    id: int = 0
    written_on: datetime = NEVER
    written_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimOrder:
    """One order. Ids and times left at their defaults are filled in when it is added."""

    id: int = 0
    company_id: int = 0
    channel: int = 6
    subtype: int = 0
    store_type: int = 14
    source_id: str = ""
    sales_record_number: str = ""
    status: int = IN_PROCESS
    shipping_status: int = UNSHIPPED
    payment_status: int = CHARGED
    dropship_status: int = 0
    ok_to_ship: int = 1
    rush: bool = False
    gift: bool = False
    gift_message: str = ""
    email: str = ""
    user_id: int = 0
    address: SimAddress = SimAddress()
    billing: SimAddress | None = None
    ordered_on: datetime = NEVER
    created_on: datetime = NEVER
    last_updated: datetime = NEVER
    ship_date: datetime | None = None
    promised_on: datetime | None = None
    lines: tuple[SimLine, ...] = ()
    packages: tuple[SimPackage, ...] = ()
    shipping_total: Decimal = Decimal("0")
    tax_total: Decimal = Decimal("0")
    discount_total: Decimal = Decimal("0")
    handling_fee: Decimal = Decimal("0")
    currency: int = 0
    rate_from_usd: Decimal = Decimal("1")
    site_code: int = 0
    home_country: int = 0
    carrier: str = ""
    service: str = ""
    signature: bool = False
    exported: bool = False
    locked: bool = False
    notes: tuple[SimNote, ...] = ()
    custom_values: tuple[tuple[str, object], ...] = ()
    related: tuple[tuple[int, int], ...] = ()
    shipped_by: str = ""

    @property
    def grand_total(self) -> Decimal:
        """What the customer pays, in the order's currency."""
        goods = sum((line.total for line in self.lines), Decimal("0"))
        extras = self.shipping_total + self.tax_total + self.handling_fee
        return goods + extras - self.discount_total

    @property
    def weight_oz(self) -> int:
        """Whole order, ounces."""
        return round(sum(line.weight_lb * line.qty for line in self.lines) * 16)

    @property
    def shipped(self) -> bool:
        """Sellercloud shows the order as fully shipped."""
        return self.shipping_status == FULLY_SHIPPED


@dataclass(frozen=True)
class ShipmentWrite:
    """One attempt to ship, unship or repack an order, by the API or by hand, accepted or not.

    ``replaced`` is the tracking number the package carried before. ``applied`` is false when a
    fault answered 200 and threw the write away. ``warehouse_id`` is the one the call names.
    """

    time: datetime
    endpoint: str
    order_id: int
    package_id: int | None = None
    tracking: str | None = None
    carrier: str = ""
    service: str = ""
    ship_date: datetime | None = None
    replaced: str = ""
    accepted: bool = True
    applied: bool = True
    message: str = ""
    warehouse_id: int | None = None


@dataclass(frozen=True)
class Snapshot:
    """An order as checks want to see it: truth, whatever readers may see yet."""

    status: int
    shipping_status: int
    tracking: tuple[str, ...]
    packages: tuple[tuple[int, str], ...]
    carrier: str
    service: str
    ship_date: datetime | None
    notes: tuple[str, ...]
    custom_columns: dict[str, object]
    exported: bool
    last_updated: datetime


@dataclass(frozen=True)
class Call:
    """One call that reached the simulator; ``route`` has ids replaced, ``path`` is complete."""

    time: datetime
    method: str
    route: str
    path: str
    status: int
    agent: str
    lost: bool = False


@dataclass
class Job:
    """A queued job (section 8.5): ``status`` 0 submitted, 3 completed, 4 failed, 5 partial."""

    id: int
    orders: tuple[int, ...]
    due: datetime
    submitted: datetime
    status: int = 0
    succeeded: int = 0
    failed: int = 0
    messages: tuple[str, ...] = ()
