"""Warehouse: what people and carriers do in the account, as a Python API for tests.

All methods take the lock, send the webhook messages that belong to the act, and raise
`Refused` when the vendor's screen would not allow it.
"""

from __future__ import annotations

from typing import Any

from .account import Account
from .intake import address_verdict, enter
from .labels import (
    TRACKING_STATUSES,
    cancel_labels,
    clone_order,
    deliver_order,
    manifest_order,
    print_labels,
    redo_order,
    return_label,
    tracking_event,
)
from .limits import DESTINATION_TEXT
from .order import UNSHIPPED, Json, Order, Package, Refused
from .removal import archive_order, assign_order, delete_order, restore_order
from .splitting import merge_orders, split_order

_SOMEONE: Json = {
    "name": "Sam Example",
    "street": "5 Sample Street",
    "suburb": "Richmond",
    "city": "Richmond",
    "state": "VIC",
    "post_code": "3121",
    "country": "Australia",
}


class Warehouse:
    """Acts on orders by `order_id`; see the module docstring."""

    account: Account

    def print_label(
        self, order_id: int, parcels: int = 1, carrier: str | None = None, partial: bool = False
    ) -> list[str]:
        """Print; returns the tracking numbers printed now (all of them on a reprint)."""
        with self.account.open() as account:
            return print_labels(account, self._order(order_id), parcels, carrier, partial)

    def manifest(self, order_id: int) -> None:
        """Printed → Shipped, `Dispatched` per live label."""
        with self.account.open() as account:
            manifest_order(account, self._order(order_id))

    def deliver(self, order_id: int) -> None:
        """All live parcels delivered."""
        with self.account.open() as account:
            deliver_order(account, self._order(order_id))

    def carrier_event(self, order_id: int, tracking: str, status: str) -> None:
        """One carrier event of one tracking number; `status` as in webhooks, or an unknown one."""
        with self.account.open() as account:
            order = self._order(order_id)
            tracking_event(account, order, self._package(order, tracking), status)

    def cancel_label(self, order_id: int, tracking: str | None = None) -> list[str]:
        """Cancel one label, or all; returns the numbers cancelled."""
        with self.account.open() as account:
            return cancel_labels(account, self._order(order_id), tracking)

    def redo(self, order_id: int) -> int:
        """Archive it and print again under a new order id and new numbers; returns the id."""
        with self.account.open() as account:
            return redo_order(account, self._order(order_id)).order_id

    def clone(self, order_id: int) -> int:
        """Add a shipment: a second, unshipped order of the same number; returns the id."""
        with self.account.open() as account:
            return clone_order(account, self._order(order_id)).order_id

    def return_label(self, order_id: int, as_package: bool = False) -> int:
        """Print a return as its own order (or as a package of this one); returns the order id."""
        with self.account.open() as account:
            return return_label(account, self._order(order_id), as_package).order_id

    def split(self, order_id: int, parts: int = 2) -> list[int]:
        """Split an unshipped order into -1, -2, ...; returns the ids of the parts."""
        with self.account.open() as account:
            return [o.order_id for o in split_order(account, self._order(order_id), parts)]

    def merge(self, parent_id: int, *child_ids: int) -> None:
        """Merge unshipped orders into the parent."""
        with self.account.open() as account:
            merge_orders(account, self._order(parent_id), [self._order(c) for c in child_ids])

    def delete(self, order_id: int) -> None:
        """Delete an unshipped order."""
        with self.account.open() as account:
            delete_order(account, self._order(order_id))

    def archive(self, order_id: int) -> None:
        """Archive an order of any status (people may, in the New tab too)."""
        with self.account.open() as account:
            archive_order(account, self._order(order_id), any_status=True)

    def restore(self, order_id: int) -> None:
        """Take an order out of the archive."""
        with self.account.open() as account:
            restore_order(account, self._order(order_id))

    def assign_away(self, order_id: int) -> None:
        """Move a new order to a child account; our key no longer sees it."""
        with self.account.open() as account:
            assign_order(account, self._order(order_id))

    def correct_address(self, order_id: int, **fields: str) -> None:
        """Change single destination fields of an unshipped order."""
        with self.account.open() as account:
            order = self._order(order_id)
            if order.status != UNSHIPPED:
                raise Refused("Only unshipped orders can be changed")
            unknown = fields.keys() - DESTINATION_TEXT.keys()
            if unknown:
                raise ValueError(f"no such destination field: {', '.join(sorted(unknown))}")
            order.destination = order.destination | fields
            order.address_validation = address_verdict(order.destination)
            account.touch(order)

    def change_items(self, order_id: int, quantities: dict[str, int]) -> None:
        """Set quantities by sku on an unshipped order; 0 removes the line."""
        with self.account.open() as account:
            order = self._order(order_id)
            if order.status != UNSHIPPED:
                raise Refused("Only unshipped orders can be changed")
            for item in list(order.items):
                quantity = quantities.get(item.data.get("sku", ""))
                if quantity == 0:
                    order.items.remove(item)
                elif quantity is not None:
                    item.data["quantity"] = quantity
            account.touch(order)

    def create_by_hand(
        self,
        order_number: str,
        reference: str = "",
        platform: str = "Manual",
        items: list[Json] | None = None,
        **destination: Any,
    ) -> int:
        """An order typed in by a person or put in by another connector; returns the id."""
        with self.account.open() as account:
            clean: Json = {
                "order_number": order_number,
                "reference": reference[:50],
                "destination": _SOMEONE | destination,
                "items": items or [],
                "shipping_method": "Standard",
            }
            return enter(account, clean, None, platform=platform).order_id

    def _order(self, order_id: int) -> Order:
        order = self.account.book.by_id.get(order_id)
        if order is None or order.deleted:
            raise Refused(f"There is no order {order_id}")
        return order

    @staticmethod
    def _package(order: Order, tracking: str) -> Package:
        for package in order.packages:
            if package.tracking_number == tracking:
                return package
        raise Refused(f"Order {order.order_number} has no label {tracking}")


__all__ = ["TRACKING_STATUSES", "Warehouse"]
