"""What the hand-off's tests share: orders to begin with, a fuse that kills an invocation, what must hold at the end.

A killed invocation is dead: nothing it still tries reaches a vendor, the table or a queue, `finally` blocks included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from connector.runtime import Runtime
from connector.state.queues import Page, Pointer
from connector.state.rows import OrderRow, State
from tests.flows.bench import ORDERS, Bench

FINAL = (State.HANDED_OVER, State.REFUSED, State.EXCLUDED, State.SHIPPED)
IMPORT, CREATE = "POST /api/orders/import", "POST /api/orders"
UNSHIPPED, SEARCH, ONE = "GET /api/orders/unshipped", "GET /api/orders/search", "GET /api/orders"
LIST, DETAIL, LOGIN = "GET /api/Orders", "GET /api/Orders/{id}", "POST /api/token"
NOTES = "GET /api/Orders/Notes"
_WRITES = {"put_item", "update_item", "delete_item", "batch_write_item", "send_message_batch", "send_message"}
_WRITES |= {"change_message_visibility"}


class Killed(BaseException):
    """The platform ended the invocation at this very point."""


class Fuse:
    """Counts the effects of an invocation and kills it at the n-th, before or after it takes place.

    With `meanwhile`, nobody is killed: that runs at the chosen effect, once.
    """

    def __init__(self, at: int = 0, *, after: bool = False, meanwhile: Callable[[], object] | None = None) -> None:
        self.at = at
        self.after = after
        self.count = 0
        self.burnt = False
        self._meanwhile = meanwhile

    def effect(self, take_place: Callable[[], Any]) -> Any:
        """One effect. Raises `Killed` at the chosen one, and for everything that comes later."""
        self.check()
        self.count += 1
        if self.count == self.at and self._meanwhile:
            self._meanwhile()
            return take_place()
        self.burnt = self.count == self.at
        if self.burnt and not self.after:
            raise Killed
        try:
            return take_place()
        finally:
            self.check()

    def check(self) -> None:
        """Raise `Killed` once the fuse has burnt."""
        if self.burnt:
            raise Killed


class _Fused:
    """A client or transport whose effects the fuse counts; reads only need it whole."""

    def __init__(self, inner: Any, fuse: Fuse, effects: Iterable[str]) -> None:
        self._inner, self._fuse, self._effects = inner, fuse, frozenset(effects)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found) or name == "exceptions":
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            if name in self._effects:
                return self._fuse.effect(lambda: found(*args, **kwargs))
            self._fuse.check()
            return found(*args, **kwargs)

        return call


def fused_runtime(bench: Bench, fuse: Fuse) -> Runtime:
    """A new environment that dies at the fuse."""
    runtime = Bench.runtime(bench)
    runtime._clients = {name: _Fused(client, fuse, _WRITES) for name, client in runtime._clients.items()}
    runtime.__dict__["_transport"] = _Fused(bench.wire, fuse, {"send"})
    return runtime


def hand_off_once(bench: Bench, fuse: Fuse | None = None) -> int:
    """Deliver one message of the orders queue, with a fuse that may kill the invocation."""
    if fuse is None:
        return bench.deliver(ORDERS, "hand_off_orders", 1)
    bench.runtime = lambda: fused_runtime(bench, fuse)  # type: ignore[method-assign]
    try:
        with suppress(Killed):
            return bench.deliver(ORDERS, "hand_off_orders", 1)
    finally:
        del bench.runtime
    return 0


def deliver_again(bench: Bench) -> None:
    """SQS delivers every message that is there once more."""
    for message in list(bench.sqs.queues.get(ORDERS, [])):
        bench.sqs._put(ORDERS, message.body, 0)


def queue_page(bench: Bench, ids: Iterable[int], back: int = 0) -> None:
    """A message with pointers to these orders, to their rows of now or of some versions ago."""
    pointers = tuple(Pointer(row.order_id, row.version - back) for row in rows(bench, ids))
    bench.sqs._put(ORDERS, Page(pointers, "test").body(), 0)


def visible(bench: Bench) -> None:
    """Let time pass until the next message of the orders queue is there."""
    bench.clock.pass_time((bench.sqs.next_visible(ORDERS) or 0) + 0.001)


def settled_bench(bench: Bench) -> Bench:
    """The bench after a first complete run over nothing: new orders are new, not to be adopted."""
    assert bench.fetch()["status"] == "completed"
    return bench


def add_orders(bench: Bench, count: int, **changes: Any) -> list[int]:
    """Orders that may go."""
    return [bench.sellercloud.add_order(**changes) for _ in range(count)]


def run_on(bench: Bench, seconds: float, every: float = 120) -> None:
    """Let the stack work for so long, with a tick of the schedule every so often."""
    for _ in range(round(seconds / every)):
        bench.work(every)
        bench.fetch()
    bench.work(every)


def until_final(bench: Bench, ids: Sequence[int], every: float = 120, most: int = 60) -> None:
    """Let the stack work, tick by tick, until every order has come to its end."""
    for _ in range(most):
        bench.work(every)
        if all(row.state in FINAL or row.attention for row in rows(bench, ids)):
            return
        bench.fetch()
    raise AssertionError([(row.order_id, row.state, row.events) for row in rows(bench, ids) if row.state not in FINAL])


def rows(bench: Bench, ids: Iterable[int]) -> list[OrderRow]:
    """The ledger's rows."""
    return [bench.row(order_id) for order_id in ids]


def creates(bench: Bench, order_id: int) -> int:
    """How many Starshipit orders API calls made of the order."""
    return len(bench.starshipit.created_by_api(str(order_id)))


def calls(bench: Bench, route: str) -> int:
    """How many calls of a route the vendors have seen; their paths differ in letter case at least."""
    return bench.starshipit.count().get(route, 0) + bench.sellercloud.count().get(route, 0)


def bulk_reads(bench: Bench) -> int:
    """How many times orders were read again by their ids."""
    return sum("orderIDs" in call.path for call in bench.sellercloud.calls)


def assert_handed_over_once(bench: Bench, ids: Iterable[int]) -> None:
    """Each order is in Starshipit exactly once and the ledger knows it."""
    for order_id in ids:
        row, made = bench.row(order_id), bench.starshipit.created_by_api(str(order_id))
        assert len(made) == 1, (order_id, made, row.events)
        assert row.state is State.HANDED_OVER, row
        assert row.starshipit_ids == (made[0].order_id,), row
        assert not row.attention, row


def assert_refused(bench: Bench, order_id: int, words: str) -> None:
    """The order is not in Starshipit, and the row says why in the vendor's words."""
    row = bench.row(order_id)
    assert creates(bench, order_id) == 0
    assert row.state is State.REFUSED, row
    assert row.reason == "refused_by_starshipit"
    assert words in row.vendor_text


def assert_well_behaved(bench: Bench) -> None:
    """Neither vendor saw anything its contract forbids, and nobody was refused for speed."""
    assert bench.starshipit.breaches == []
    assert bench.starshipit.refusals == 0
    assert bench.sellercloud.breaches == []
