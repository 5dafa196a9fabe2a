"""The order book: current orders, what readers see of them, and lists kept in order.

A list of 20,000 open orders is read page by page; scanning all of them for every page would make
the bench slower than the thing it measures. So the last few list questions stay as sorted lists,
and each change of an order moves only that order in them.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from datetime import datetime, timedelta

from .models import SimOrder

Matches = Callable[[SimOrder], bool]
SortKey = Callable[[SimOrder], float]

_KEPT_LISTS = 12


class SortedList:
    """Ids of the orders that match a question, always in order."""

    def __init__(self, matches: Matches, key: SortKey, orders: Iterator[SimOrder]) -> None:
        self._matches = matches
        self._key = key
        self._place: dict[int, float] = {o.id: key(o) for o in orders if matches(o)}
        self._entries = sorted((place, order_id) for order_id, place in self._place.items())

    def __len__(self) -> int:
        return len(self._entries)

    def update(self, order: SimOrder) -> None:
        """Move, add or drop one order."""
        place = self._place.pop(order.id, None)
        if place is not None:
            del self._entries[bisect_left(self._entries, (place, order.id))]
        if self._matches(order):
            place = self._place[order.id] = self._key(order)
            insort(self._entries, (place, order.id))

    def slice(self, start: int, stop: int, ascending: bool) -> list[int]:
        """Ids at these positions, counted from the wanted end."""
        count = len(self._entries)
        if ascending:
            return [order_id for _, order_id in self._entries[start:stop]]
        low, high = max(count - stop, 0), max(count - start, 0)
        return [order_id for _, order_id in reversed(self._entries[low:high])]


class Book:
    """Orders as they are (``truth``) and as readers see them (``shown``)."""

    def __init__(self) -> None:
        self.truth: dict[int, SimOrder] = {}
        self.shown: dict[int, SimOrder] = {}
        self._late: deque[tuple[datetime, SimOrder]] = deque()
        self._lists: OrderedDict[Hashable, SortedList] = OrderedDict()

    def put(self, order: SimOrder) -> None:
        """Store an order and show it at once, with every write still on its way."""
        self.truth[order.id] = order
        self._late = deque(late for late in self._late if late[1].id != order.id)
        self._show(order)

    def put_late(self, order: SimOrder, now: datetime, lag: float) -> None:
        """Store an order and show it ``lag`` seconds from now."""
        if lag <= 0:
            self.put(order)
            return
        self.truth[order.id] = order
        self._late.append((now + timedelta(seconds=lag), order))

    def settle(self, now: datetime) -> None:
        """Show every late write whose time has come."""
        while self._late and self._late[0][0] <= now:
            self._show(self._late.popleft()[1])

    def list(self, name: Hashable, matches: Matches, key: SortKey) -> SortedList:
        """The kept list of this name, made now if it is new."""
        kept = self._lists.get(name)
        if kept is None:
            kept = SortedList(matches, key, iter(self.shown.values()))
            self._lists[name] = kept
            if len(self._lists) > _KEPT_LISTS:
                self._lists.popitem(last=False)
        self._lists.move_to_end(name)
        return kept

    def _show(self, order: SimOrder) -> None:
        self.shown[order.id] = order
        for kept in self._lists.values():
            kept.update(order)
