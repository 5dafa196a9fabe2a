"""One order of the day, from all sides: Sellercloud, Starshipit, the ledger; and what people do to it.

In: the day and the order's id in Sellercloud. Out: plain values, read anew each time. Wrong: an expectation that is not
met fails with the order's history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.simulators.sellercloud import SimLine, Snapshot
from tests.simulators.sellercloud.models import FULLY_SHIPPED, ShipmentWrite
from tests.simulators.starshipit import Order

if TYPE_CHECKING:
    from tests.e2e.day import Day

NOTE = "Starshipit, further parcels"


@dataclass
class Sale:
    """One story's order: as Sellercloud shows it, as Starshipit has it, and the connector's row."""

    day: Day
    id: int

    @property
    def shown(self) -> Snapshot:
        """The order in Sellercloud."""
        return self.day.sellercloud.snapshot(self.id)

    @property
    def all_there(self) -> list[Order]:
        """Every Starshipit order of it that ever was, oldest first."""
        return self.day.starshipit.by_reference(str(self.id))

    @property
    def live(self) -> list[Order]:
        """Its Starshipit orders that people see in their lists."""
        return [order for order in self.all_there if order.visible and order.type == "Outgoing"]

    @property
    def there(self) -> Order:
        """Its only Starshipit order."""
        [order] = self.live
        return order

    @property
    def numbers(self) -> list[str]:
        """Tracking numbers of its live outgoing labels."""
        return sorted(self.day.starshipit.tracking_numbers(str(self.id)))

    @property
    def row(self) -> dict[str, Any]:
        """What the ledger has of it."""
        return self.day.item(f"ORDER#{self.id}", "ORDER")

    @property
    def history(self) -> list[str]:
        """The names of its events, oldest first."""
        return [event["what"] for event in self.row["events"]]

    @property
    def writes(self) -> list[ShipmentWrite]:
        """What the connector wrote of its shipment to Sellercloud, tries that were refused included."""
        told = self.day.sellercloud.shipments.get(self.id, [])
        return [write for write in told if not write.endpoint.startswith("by hand")]

    @property
    def notes(self) -> list[str]:
        """The notes the connector wrote."""
        return [note for note in self.shown.notes if note.startswith(NOTE)]

    @property
    def goods(self) -> dict[str, float]:
        """What lies in its Starshipit orders that people see: units by SKU."""
        found: dict[str, float] = {}
        for order in self.live:
            for item in order.items:
                sku = item.data.get("sku", "")
                found[sku] = found.get(sku, 0) + item.data.get("quantity", 0)
        return found

    def edit_address(self, **changes: Any) -> None:
        """The seller changes the address."""
        address = self.day.sellercloud.orders[self.id].address
        self.day.sellercloud.edit(self.id, address=replace(address, **changes))

    def edit_quantities(self, *quantities: int) -> None:
        """The seller changes the quantities of the lines, in their order; 0 removes a line."""
        lines = zip(self.day.sellercloud.orders[self.id].lines, quantities, strict=True)
        self.day.sellercloud.edit(self.id, lines=tuple(replace(line, qty=qty) for line, qty in lines if qty))

    def print(self, parcels: int = 1, *, partial: bool = False, carrier: str | None = None) -> list[str]:
        """The warehouse prints its only order; the numbers printed now."""
        return self.day.starshipit.print_label(self.there.order_id, parcels, carrier, partial)

    def expect_row(self, state: str, attention: str = "") -> None:
        """The ledger's state and mark; with the history where it is another."""
        row = self.row
        found = (row["state"], row.get("attention", ""))
        assert found == (state, attention), f"{found}, after {row['events']}"

    def expect_unshipped(self, status: int) -> None:
        """Sellercloud shows it unshipped, in this order status."""
        assert (self.shown.shipping_status, self.shown.status) == (1, status), self.row["events"]

    def expect_shipped(self, *numbers: str, attention: str = "") -> None:
        """Fully Shipped with these numbers, each once on a package or in a note, and with no other."""
        assert numbers
        assert self.shown.shipping_status == FULLY_SHIPPED, self.row["events"]
        noted = [number for note in self.notes for number in numbers if number in note]
        assert sorted([*self.shown.tracking, *noted]) == sorted(numbers)
        self.expect_row("shipped", attention)
        assert sorted(self.row["written"]) == sorted(numbers)


def line(sku: str, qty: int = 1, price: str = "10", **changes: Any) -> SimLine:
    """An order line."""
    given = {"name": f"One {sku.lower()}", "weight_lb": 1.0, **changes}
    return SimLine(product_id=sku, qty=qty, price=Decimal(price), **given)
