"""Account: the state all endpoints and the warehouse share, with its lock and its time."""

from __future__ import annotations

import heapq
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from tests.simulators.transport import Request

from .answers import Printer
from .book import Book
from .order import Json, Order, Package, Refused
from .rules import Rule, default_rules
from .switches import Switches
from .webhooks import Webhooks

DEFAULT_PACKAGE: Json = {
    "weight": 0.5,
    "height": 0.1,
    "width": 0.2,
    "length": 0.3,
    "packaging_type": "Carton",
}
DEFAULT_SENDER: Json = {
    "name": "Example Warehouse",
    "phone": "0300000000",
    "street": "1 Depot Road",
    "suburb": "Laverton North",
    "city": "Laverton North",
    "state": "VIC",
    "post_code": "3026",
    "country": "Australia",
}


class Account:
    """One Starshipit account.

    `open()` takes the lock and first applies the late commits that are due, so that every
    change happens in the order of the clock. `catalogue` maps a sku to item fields that fill
    what a sent line leaves out (contract 10).
    """

    def __init__(self, clock: Callable[[], datetime], switches: Switches, webhooks: Webhooks, seed: int) -> None:
        self.switches = switches
        self.webhooks = webhooks
        self.book = Book()
        self.printer = Printer(switches)
        self.random = random.Random(seed)
        self.rules: list[Rule] = default_rules()
        self.catalogue: dict[str, Json] = {}
        self.default_package: Json = dict(DEFAULT_PACKAGE)
        self.sender: Json = dict(DEFAULT_SENDER)
        self.cancelled: list[tuple[Order, Package]] = []
        self.breaches: list[str] = []
        self.poison: dict[str, str] = {}
        self.apply_late: Callable[[Request, int], object] = _unconnected
        self.call_id = 0
        self._clock = clock
        self._moment: datetime | None = None
        self._latest: datetime | None = None
        self._late: list[tuple[datetime, int, Request]] = []
        self._lock = threading.RLock()

    @contextmanager
    def open(self) -> Iterator[Account]:
        """Exclusive use of the account, late commits applied."""
        with self._lock:
            self._settle()
            yield self

    def now(self) -> datetime:
        """Aware UTC; never runs backwards."""
        if self._moment is not None:
            return self._moment
        now = self._clock()
        if self._latest is None or now > self._latest:
            self._latest = now
        return self._latest

    def commit_later(self, due: datetime, call_id: int, request: Request) -> None:
        """Let a call have its effect only when the clock reaches `due`."""
        heapq.heappush(self._late, (due, call_id, request))

    @property
    def waiting_commits(self) -> int:
        """Late commits not yet applied."""
        return len(self._late)

    def _settle(self) -> None:
        while self._late and self._moment is None and self._late[0][0] <= self.now():
            due, call_id, request = heapq.heappop(self._late)
            self._moment, caller = due, self.call_id
            try:
                self.apply_late(request, call_id)
            finally:
                self._moment, self.call_id = None, caller

    def find(self, order_id: object, *, archived: bool = True) -> Order:
        """An order our key can reach. Raises Refused with the vendor's not-found text (4.1)."""
        order = self.book.by_id.get(_as_id(order_id))
        if order is None or not order.exists or (order.archived and not archived):
            raise not_found("order_id")
        return order

    def touch(self, order: Order) -> None:
        """Note an update of the order now."""
        self.book.touch(order, self.now())

    def tracked(self, order: Order) -> None:
        """Note a tracking change; whether it counts as an update is a switch (14)."""
        if self.switches.tracking_counts_as_update:
            self.touch(order)
        else:
            self.book.changed(order)

    def announce(self, order: Order, package: Package, status: str) -> None:
        """Send the webhook message of one tracking number (8.2)."""
        created = package.label_created or self.now()
        body: dict[str, Any] = {
            "order_number": order.order_number,
            "order_reference": order.reference or None,
            "carrier_name": order.carrier_name,
            "carrier_service": package.service_code,
            "shipment_date": created.strftime("%Y-%m-%dT%H:%M:%S.")
            + f"{created.microsecond:06d}{order.order_id % 10}Z",
            "tracking_number": package.tracking_number,
            "tracking_status": status,
            "last_updated_date": self.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        self.webhooks.post(self.now(), order.order_id, body)


def _unconnected(_request: Request, _call_id: int) -> object:
    raise RuntimeError("no desk applies late commits")


def _as_id(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() else -1


def not_found(by: str) -> Refused:
    """The not-found answer; HTTP 200, never 404."""
    return Refused(f"Unable to get order details from {by}", "Order not found", status=200)
