"""Order: what the account keeps of one order, its lines and its parcels (contract 2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Json = dict[str, Any]

UNSHIPPED = "Unshipped"
PRINTED = "Printed"
SHIPPED = "Shipped"
DELIVERED = "Delivered"
LABELLED = frozenset({PRINTED, SHIPPED, DELIVERED})

LabelKind = Literal["live", "cancelled", "return", "archived", "replaced"]


class Refused(Exception):
    """The application says no: HTTP 200 with `success: false` (1.4)."""

    def __init__(self, details: str, message: str = "Validation error", *, status: int | None = None) -> None:
        super().__init__(details)
        self.details = details
        self.message = message
        self.status = status


@dataclass(slots=True)
class Item:
    """A line; `data` holds the fields of 2.5 as they were sent (kg and value per unit)."""

    item_id: int
    data: Json
    shipped: float = 0


@dataclass(slots=True)
class Package:
    """A parcel; `data` holds weight (kg), height, width, length (m) and packaging_type."""

    package_id: int
    data: Json
    tracking_number: str | None = None
    delivery_status: str | None = None
    shipment_type: str = "Outgoing"
    label_created: datetime | None = None
    cancelled: bool = False
    service_code: str = ""
    service_name: str = ""


@dataclass(slots=True)
class Order:
    """One order of the account, also after it was archived, deleted, merged or moved away."""

    order_id: int
    order_number: str
    reference: str
    order_date: datetime
    created: datetime
    last_updated: datetime
    destination: Json
    sender_details: Json
    platform: str = "API"
    status: str = UNSHIPPED
    type: str = "Outgoing"
    shipping_method: str = ""
    shipping_description: str = ""
    signature_required: bool = True
    currency: str = "AUD"
    carrier: str | int = -1
    carrier_name: str = ""
    carrier_service_code: str = ""
    carrier_service_name: str = ""
    address_validation: str = "NotChecked"
    items: list[Item] = field(default_factory=list)
    packages: list[Package] = field(default_factory=list)
    metadatas: list[Json] = field(default_factory=list)
    manifested: bool = False
    manifest_number: int = 0
    shipped_date: datetime | None = None
    archived: bool = False
    deleted: bool = False
    assigned_away: bool = False
    merged_into: int | None = None
    replaced_by: int | None = None
    split_into: tuple[int, ...] = ()
    origin: str = "api"
    """Who made it: api, hand, redo, clone, return, split."""
    parent_id: int | None = None
    call_id: int | None = None
    version: int = 0

    @property
    def exists(self) -> bool:
        """Whether our key can still reach it in some way (archived orders exist)."""
        return not self.deleted and not self.assigned_away

    @property
    def visible(self) -> bool:
        """Whether it shows in the New, Printed or Shipped tab."""
        return self.exists and not self.archived

    @property
    def tracking_numbers(self) -> list[str]:
        """Numbers of its labels, cancelled ones too."""
        return [p.tracking_number for p in self.packages if p.tracking_number]

    def label_kind(self, package: Package) -> LabelKind:
        """What a label of this order is worth to a customer who waits for the goods."""
        if package.cancelled:
            return "cancelled"
        if package.shipment_type != "Outgoing" or self.type != "Outgoing":
            return "return"
        if self.replaced_by is not None:
            return "replaced"
        return "archived" if self.archived else "live"


@dataclass(frozen=True, slots=True)
class Create:
    """One order that an API call made."""

    call_id: int
    time: datetime
    path: str
    order_id: int
    order_number: str
    reference: str


@dataclass(frozen=True, slots=True)
class Label:
    """One tracking number and what became of it."""

    tracking_number: str
    kind: LabelKind
    order_id: int
    order_number: str
    reference: str
    printed: datetime | None
    status: str | None
