"""Book: all orders of the account with the indexes that listings and look-ups need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from .order import Create, Order


class Book:
    """Orders by id, number, reference, and in the order of their last update.

    `recent` is kept sorted by re-inserting an order each time it is touched; that holds because
    the account's time never runs backwards and late commits are applied before anything else.
    """

    def __init__(self) -> None:
        self.by_id: dict[int, Order] = {}
        self.recent: dict[int, Order] = {}
        self.unshipped: dict[int, Order] = {}
        self.numbers: dict[str, list[Order]] = defaultdict(list)
        self.references: dict[str, list[Order]] = defaultdict(list)
        self.tracking: dict[str, Order] = {}
        self.creates: list[Create] = []
        self.creates_by_reference: dict[str, list[Create]] = defaultdict(list)
        self._counters = {
            "order": 412330186,
            "item": 900553100,
            "package": 700441900,
            "label": 0,
            "manifest": 20417,
        }

    def fresh(self, kind: str) -> int:
        """The next id of a kind: order, item, package, label, manifest."""
        self._counters[kind] += 1
        return self._counters[kind]

    def add(self, order: Order) -> None:
        """Enter a new order."""
        self.by_id[order.order_id] = order
        self.numbers[order.order_number].append(order)
        self.references[order.reference].append(order)
        self.touch(order, order.last_updated)

    def touch(self, order: Order, now: datetime) -> None:
        """Note a change that counts as an update of the order."""
        order.last_updated = now
        order.version += 1
        for shelf, belongs in (
            (self.recent, True),
            (self.unshipped, order.visible and order.status == "Unshipped"),
        ):
            shelf.pop(order.order_id, None)
            if belongs:
                shelf[order.order_id] = order

    def changed(self, order: Order) -> None:
        """Note a change that does not count as an update (a carrier event)."""
        order.version += 1

    def rename(self, order: Order, number: str) -> None:
        """Give an order another number."""
        self.numbers[order.order_number].remove(order)
        order.order_number = number
        self.numbers[number].append(order)

    def refer(self, order: Order, reference: str) -> None:
        """Give an order another reference."""
        self.references[order.reference].remove(order)
        order.reference = reference
        self.references[reference].append(order)

    def note_create(self, create: Create) -> None:
        """Remember that an API call made an order."""
        self.creates.append(create)
        self.creates_by_reference[create.reference].append(create)

    def since(self, moment: datetime | None, inclusive: bool, *, unshipped: bool = False) -> Iterator[Order]:
        """Orders updated after a moment (None: all), newest first."""
        shelf = self.unshipped if unshipped else self.recent
        for order in reversed(shelf.values()):
            if moment is not None and (order.last_updated < moment or (order.last_updated == moment and not inclusive)):
                return
            yield order
