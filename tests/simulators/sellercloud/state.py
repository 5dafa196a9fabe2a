"""Everything one simulated tenant holds, and the few ways to change it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from tests.simulators.transport import Request

from .access import Access
from .book import Book
from .faults import Fault, Faults
from .models import UNSHIPPED, Call, Job, ShipmentWrite, SimOrder
from .press import Press
from .switches import Switches

Clock = Callable[[], datetime]


class Refusal(Exception):
    """The server refuses a call: HTTP status and the `Message` of the body."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True)
class View:
    """A saved view: a predicate over orders, or fixed ids; ``version`` grows when it is edited."""

    id: int
    name: str
    matches: Callable[[SimOrder], bool]
    version: int
    listed: bool = True
    ascending: bool = False


@dataclass(frozen=True)
class Column:
    """A custom column of orders (section 9.2)."""

    id: int
    name: str
    display_name: str
    data_length: int
    data_type: int = 0


@dataclass(frozen=True)
class Incoming:
    """One authorised call on its way to its endpoint."""

    request: Request
    route: str
    ids: tuple[int, ...]
    user: str
    now: datetime
    fault: Fault | None

    def json(self) -> Any:
        """The body, or a 400 as Web API gives it for what it cannot read."""
        try:
            return json.loads(self.request.body)
        except ValueError:
            raise Refusal(400, "The request is invalid.") from None

    def fields(self) -> dict[str, Any]:
        """The body's object with lower-case keys: names are matched without regard to case."""
        data = self.json()
        if not isinstance(data, dict):
            raise Refusal(400, "The request is invalid.")
        return {str(key).lower(): value for key, value in data.items()}


class State:
    """One tenant. Every access from outside goes through ``lock``."""

    def __init__(
        self,
        *,
        clock: Clock,
        zone: tzinfo,
        companies: Mapping[int, str],
        default_company: int,
        faults: Faults,
        access: Access,
    ) -> None:
        self.clock = clock
        self.zone = zone
        self.companies: Mapping[int, str] = dict(companies)
        self.default_company = default_company
        self.switches = Switches()
        self.faults = faults
        self.access = access
        self.lock = threading.RLock()
        self.book = Book()
        self.rows = Press()
        self.views: dict[int, View] = {}
        self.columns: dict[str, Column] = {}
        self.jobs: dict[int, Job] = {}
        self.denied: dict[str, int] = {}
        self.teams: set[str] = {"northlight"}
        self.calls: list[Call] = []
        self.breaches: list[str] = []
        self.shipments: dict[int, list[ShipmentWrite]] = {}
        self.on_list_page: Callable[[int], None] | None = None
        self.discarding = False
        self._last_id = {"order": 1045871, "line": 2299100, "part": 90116, "package": 773400}
        self._last_id |= {"note": 5000, "job": 2206922, "column": 30, "view": 411}

    def next_id(self, kind: str) -> int:
        """A fresh id of this kind."""
        self._last_id[kind] += 1
        return self._last_id[kind]

    def reserve_id(self, kind: str, used: int) -> None:
        """Never hand out an id a test has chosen itself."""
        self._last_id[kind] = max(self._last_id[kind], used)

    def shown(self, order_id: int) -> SimOrder:
        """The order as readers see it."""
        return self._known(self.book.shown, order_id)

    def true_order(self, order_id: int) -> SimOrder:
        """The order as it is, late-visible writes included."""
        return self._known(self.book.truth, order_id)

    def save(self, order: SimOrder, now: datetime) -> SimOrder:
        """Store a write of the API, visible after the read-back lag; a fault may throw it away."""
        order = replace(order, last_updated=now)
        if not self.discarding:
            self.book.put_late(order, now, self.faults.read_back_lag)
        return order

    def record(self, write: ShipmentWrite) -> None:
        """Add to the history of shipping writes."""
        if self.discarding and write.accepted:
            write = replace(write, applied=False)
        self.shipments.setdefault(write.order_id, []).append(write)

    def run_due_jobs(self, now: datetime, unship: Callable[[SimOrder], SimOrder]) -> None:
        """Finish queued jobs whose time has come."""
        for job in self.jobs.values():
            if job.status or job.due > now:
                continue
            for order_id in job.orders:
                order = self.book.truth.get(order_id)
                if order is None or order.shipping_status == UNSHIPPED:
                    job.failed += 1
                    job.messages += (f"Order {order_id} could not be unshipped.",)
                else:
                    self.save(unship(order), now)
                    self.record(ShipmentWrite(now, "job SetUnshipped", order_id))
                    job.succeeded += 1
            job.status = 3 if not job.failed else 5 if job.succeeded else 4

    def _known(self, orders: Mapping[int, SimOrder], order_id: int) -> SimOrder:
        order = orders.get(order_id)
        if order is None:
            raise Refusal(self.switches.unknown_order_status, f"Order {order_id} was not found.")
        return order
