"""The people of the office: they take orders, edit, hold, split and ship them by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from .models import (
    CANCELLED,
    COMPLETED,
    FULLY_SHIPPED,
    IN_PROCESS,
    NEVER,
    ON_HOLD,
    ShipmentWrite,
    SimAddress,
    SimContent,
    SimLine,
    SimOrder,
    SimPackage,
)
from .packing import default_package
from .tenant import Tenant
from .unshipping import unshipped

_ADDRESS = SimAddress(
    first_name="Priya",
    last_name="Raman",
    street1="14 Acacia Cres",
    street2="Unit 3",
    city="Fitzroy",
    state="Victoria",
    state_code="VIC",
    postal_code="3065",
    country="Australia",
    country_code="AU",
    phone="+61 400 555 010",
)
_LINE = SimLine(
    product_id="TENT-2P-GRN",
    name="Two-person tent, green",
    price=Decimal("119.00"),
    weight_lb=2.4,
    length_in=18.0,
    width_in=7.0,
    height_in=7.0,
)


class Office:
    """Changes of orders from inside Sellercloud: under the tenant's lock, shown at once."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    @property
    def orders(self) -> Mapping[int, SimOrder]:
        """All orders as they are, read-only; change them with ``edit``."""
        return MappingProxyType(self.tenant.book.truth)

    @property
    def shipments(self) -> Mapping[int, list[ShipmentWrite]]:
        """Every ship, unship and repack attempt, by order id, oldest first."""
        return self.tenant.shipments

    def add_order(self, order: SimOrder | None = None, **changes: Any) -> int:
        """Store an order, filling in ids, times, package, line and address left out."""
        tenant = self.tenant
        with tenant.lock:
            order = replace(order, **changes) if order else SimOrder(**changes)
            if order.id:
                tenant.reserve_id("order", order.id)
            order = self._completed(order, tenant.clock())
            tenant.book.put(order)
            return order.id

    def edit(self, order_id: int, **changes: Any) -> SimOrder:
        """Change fields of an order, as a person in the office would; bumps LastUpdated."""
        tenant = self.tenant
        with tenant.lock:
            order = tenant.book.truth[order_id]
            changes = {"last_updated": tenant.clock(), **changes}
            if changes.keys() & {"lines", "packages", "notes"}:
                changes = self._numbered(order, changes)
            order = replace(order, **changes)
            tenant.book.put(order)
            return order

    def set_status(self, order_id: int, status: int) -> None:
        """Set the order status (section 12.1)."""
        self.edit(order_id, status=status)

    def cancel(self, order_id: int) -> None:
        """Cancel the order."""
        self.set_status(order_id, CANCELLED)

    def hold(self, order_id: int) -> None:
        """Put the order on hold."""
        self.set_status(order_id, ON_HOLD)

    def release(self, order_id: int) -> None:
        """Put the order back into process."""
        self.set_status(order_id, IN_PROCESS)

    def ship_by_hand(
        self,
        order_id: int,
        tracking: str | Sequence[str] = (),
        carrier: str = "Other",
        service: str = "Other",
        ship_date: datetime | None = None,
    ) -> None:
        """Ship an order in Sellercloud's own screens: one number a package, more if need be."""
        with self.tenant.lock:
            order, now = self.orders[order_id], self.tenant.clock()
            numbers = [tracking] if isinstance(tracking, str) else list(tracking)
            numbers += [""] * (len(order.packages) - len(numbers))
            missing = len(numbers) - len(order.packages)
            extra = [SimPackage(id=self.tenant.next_id("package")) for _ in range(missing)]
            packages = []
            for package, number in zip([*order.packages, *extra], numbers, strict=True):
                packages.append(replace(package, tracking=number, delivery_status=1))
                self.tenant.record(
                    ShipmentWrite(
                        now, "by hand", order_id, package.id, number, carrier, service,
                        ship_date or now, package.tracking,
                    )
                )  # fmt: skip
            self.edit(
                order_id,
                status=COMPLETED,
                shipping_status=FULLY_SHIPPED,
                packages=tuple(packages),
                carrier=carrier,
                service=service,
                ship_date=ship_date or now,
                lines=tuple(replace(line, qty_shipped=line.qty) for line in order.lines),
            )

    def unship_by_hand(self, order_id: int) -> None:
        """Unship an order in the screens: tracking cleared, back in process."""
        with self.tenant.lock:
            order = unshipped(self.tenant, self.orders[order_id])
            packages = tuple(replace(package, tracking="") for package in order.packages)
            self.tenant.record(ShipmentWrite(self.tenant.clock(), "by hand: unship", order_id))
            self.edit(
                order_id, status=IN_PROCESS, shipping_status=1, packages=packages, ship_date=None,
                lines=order.lines,
            )  # fmt: skip

    def split(self, order_id: int, moved: Mapping[int, int]) -> int:
        """Move quantities (order item id → how many) to a new child order; returns its id."""
        with self.tenant.lock:
            order = self.orders[order_id]
            kept = tuple(
                replace(line, qty=line.qty - moved.get(line.id, 0))
                for line in order.lines
                if line.qty > moved.get(line.id, 0)
            )
            gone = tuple(replace(line, qty=moved[line.id], id=0) for line in order.lines if line.id in moved)
            child = self.add_order(
                order, id=0, lines=gone, packages=(), notes=(), related=((order_id, 4),),
                created_on=NEVER, last_updated=NEVER, shipping_total=Decimal(0),
            )  # fmt: skip
            related = (*order.related, (child, 5))
            self.edit(order_id, lines=kept, packages=(), related=related)
            return child

    def _completed(self, order: SimOrder, now: datetime) -> SimOrder:
        created = now if order.created_on == NEVER else order.created_on
        number = order.id or self.tenant.next_id("order")
        changes: dict[str, Any] = {
            "id": number,
            "company_id": order.company_id or self.tenant.default_company,
            "source_id": order.source_id or f"#SIM{number}",
            "email": order.email or "customer@example.com",
            "user_id": order.user_id or number,
            "address": _ADDRESS if order.address == SimAddress() else order.address,
            "ordered_on": created if order.ordered_on == NEVER else order.ordered_on,
            "created_on": created,
            "last_updated": created if order.last_updated == NEVER else order.last_updated,
            "lines": order.lines or (_LINE,),
        }
        return replace(order, **self._numbered(order, changes))

    def _numbered(self, order: SimOrder, changes: dict[str, Any]) -> dict[str, Any]:
        """Give ids to lines, parts, packages and notes; an order without packages gets one."""
        new = self.tenant.next_id
        lines = tuple(self._line(line) for line in changes.get("lines", order.lines))
        written = changes.get("created_on", changes.get("last_updated"))
        notes = tuple(
            replace(
                note,
                id=note.id or new("note"),
                written_on=written if note.written_on == NEVER else note.written_on,
            )
            for note in changes.get("notes", order.notes)
        )
        packages = tuple(
            replace(
                package,
                id=package.id or new("package"),
                contents=tuple(_placed(lines, content) for content in package.contents),
            )
            for package in changes.get("packages", order.packages)
        ) or (default_package(self.tenant, lines),)
        return {**changes, "lines": lines, "notes": notes, "packages": packages}

    def _line(self, line: SimLine) -> SimLine:
        if line.id and all(part.id for part in line.parts):
            return line
        new = self.tenant.next_id
        parts = tuple(replace(part, id=part.id or new("part")) for part in line.parts)
        return replace(line, id=line.id or new("line"), parts=parts)


def _placed(lines: tuple[SimLine, ...], content: SimContent) -> SimContent:
    """Contents given by product only: find the order line, and the component of a kit."""
    if content.order_item_id:
        return content
    for line in lines:
        if line.product_id == content.product_id and not line.parts:
            return replace(content, order_item_id=line.id, name=content.name or line.name)
        for part in line.parts:
            if part.product_id == content.product_id:
                return replace(content, order_item_id=line.id, part_id=part.id, name=content.name or part.name)
    raise ValueError(f"no line of the order holds {content.product_id}")
