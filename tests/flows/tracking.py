"""What the tests of the tracking part share: orders handed over, signed reports, and a kill at any effect."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connector.state.rows import State
from tests.flows.bench import TRACKING, WEBHOOK_SECRET, Bench
from tests.simulators.sellercloud import SimPackage
from tests.simulators.sellercloud.models import FULLY_SHIPPED

SHIP_ORDER = "PUT /api/Orders/ShippingStatus"
SHIP_PACKAGE = "PUT /api/Orders/ShippingStatus/SinglePackage"
LIST = "GET /api/Orders"
PACKAGES = "GET /api/Orders/Packages"
NOTE = "POST /api/Orders/{id}/Notes"
WRITES = {"put_item", "update_item", "delete_item", "batch_write_item"}


@dataclass(frozen=True)
class Sale:
    """An order handed over: its id in Sellercloud and in Starshipit."""

    order_id: int
    starshipit_id: int


def add(bench: Bench, packages: int = 1, **changes: Any) -> int:
    """An order in Sellercloud, with so many packages."""
    return bench.sellercloud.add_order(packages=tuple(SimPackage() for _ in range(packages)), **changes)


def starshipit_id(bench: Bench, order_id: int) -> int:
    """The one order the connector created for it."""
    [created] = bench.starshipit.created_by_api(str(order_id))
    return created.order_id


def hand_over(bench: Bench, packages: int = 1, **changes: Any) -> Sale:
    """One order that went the straight road to Starshipit; the clocks then move on by an hour."""
    return hand_over_many(bench, 1, packages, **changes)[0]


def hand_over_many(bench: Bench, count: int, packages: int = 1, **changes: Any) -> list[Sale]:
    """Several orders that went over together."""
    ids = [add(bench, packages, **changes) for _ in range(count)]
    bench.fetch()
    bench.work(60)
    bench.clock.pass_time(3600)
    return [Sale(order_id, starshipit_id(bench, order_id)) for order_id in ids]


def signed(body: bytes, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
    """The headers of a genuine request."""
    return {"X-Starshipit-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def say(bench: Bench, tracking_number: str, status: str, order_number: object = "", **fields: Any) -> dict[str, Any]:
    """A genuine web-hook that no simulator sent."""
    told = {"tracking_number": tracking_number, "tracking_status": status, "order_number": order_number, **fields}
    body = json.dumps(told).encode()
    return bench.post(body, signed(body))


def reports(bench: Bench, most: int = 10) -> int:
    """Take the web-hooks in and apply one batch; how many messages it had."""
    bench.deliver_webhooks()
    return bench.deliver(TRACKING, "apply_tracking", most)


@dataclass
class Cost:
    """Vendor calls since a moment."""

    sellercloud: int = 0
    starshipit: int = 0


@contextmanager
def counted(bench: Bench) -> Iterator[Cost]:
    """How many calls each vendor gets within the block, log-ins left out."""
    before = (_sellercloud(bench), len(bench.starshipit.calls))
    cost = Cost()
    yield cost
    cost.sellercloud = _sellercloud(bench) - before[0]
    cost.starshipit = len(bench.starshipit.calls) - before[1]


def _sellercloud(bench: Bench) -> int:
    return sum(1 for call in bench.sellercloud.calls if call.route != "POST /api/token")


def writes(bench: Bench, order_id: int) -> list[tuple[int | None, str | None]]:
    """Package and number of every ship call that Sellercloud carried out, in order."""
    told = bench.sellercloud.shipments.get(order_id, [])
    return [(write.package_id, write.tracking) for write in told if write.accepted and write.applied]


def note_texts(bench: Bench, order_id: int) -> list[str]:
    """The notes the connector wrote."""
    return [note for note in bench.sellercloud.snapshot(order_id).notes if note.startswith("Starshipit")]


def assert_shipped(bench: Bench, sale: Sale, numbers: list[str]) -> None:
    """Fully Shipped with all numbers, each once, no breach of either vendor's rules, nothing left to do."""
    shown = bench.sellercloud.snapshot(sale.order_id)
    assert shown.shipping_status == FULLY_SHIPPED, bench.row(sale.order_id)
    everywhere = " ".join([*shown.tracking, *note_texts(bench, sale.order_id)])
    assert {number: everywhere.count(number) for number in numbers} == dict.fromkeys(numbers, 1), everywhere
    assert bench.row(sale.order_id).state is State.SHIPPED
    assert bench.row(sale.order_id).attention == ""
    assert bench.sqs.queues[TRACKING] == []
    assert bench.sellercloud.breaches == []
    assert bench.starshipit.breaches == []


class Killed(BaseException):
    """The platform ended the process."""


class Killer:
    """Ends the process at the n-th point; a point lies before and after each vendor request and ledger write."""

    def __init__(self, bench: Bench, point: int) -> None:
        self._left = point
        self.struck = False
        self._wire, self._table = bench.wire, bench.dynamodb
        bench.wire = _Dying(self, bench.wire, {"send"})  # type: ignore[assignment]
        bench.dynamodb = _Dying(self, bench.dynamodb, WRITES)  # type: ignore[assignment]

    def restore(self, bench: Bench) -> None:
        """A new process: everything works again."""
        bench.wire, bench.dynamodb = self._wire, self._table

    def reach(self) -> None:
        """One point; a dead process reaches no further effect."""
        self._left -= 1
        if self.struck or self._left < 0:
            self.struck = True
            raise Killed


class _Dying:
    def __init__(self, killer: Killer, inner: Any, fatal: set[str]) -> None:
        self._killer, self._inner, self._fatal = killer, inner, fatal

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in self._fatal:
            return found

        def effect(*args: Any, **kwargs: Any) -> Any:
            self._killer.reach()
            answer = found(*args, **kwargs)
            self._killer.reach()
            return answer

        return effect


def kill_everywhere(make: Any, act: Any, check: Any, *, before: int = 0) -> int:
    """For every point: a new bench made by `make`, `act` killed there and redelivered until quiet, then `check`."""
    point = before
    while True:
        bench, subject = make()
        killer = Killer(bench, point)
        try:
            act(bench)
        except Killed:
            pass
        finally:
            killer.restore(bench)
        bench.work(4000)
        try:
            check(bench, subject)
        except AssertionError as exc:
            exc.add_note(f"killed at point {point}")
            raise
        if not killer.struck:
            return point
        point += 1
