"""What the tests of edits and cancellations share: a comparison as the reconcile run makes it, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from connector.flows.compare import compare as compare_rows
from connector.runtime import Runtime
from connector.state.rows import OrderRow, State
from tests.flows.bench import Bench
from tests.flows.scene import Fuse, Killed, fused_runtime
from tests.flows.tracking import Sale
from tests.simulators.sellercloud.models import SimAddress, SimOrder
from tests.simulators.starshipit.order import Order

UPDATE, DELETE = "PUT /api/orders", "DELETE /api/orders/delete"
READ, SEARCH = "GET /api/orders", "GET /api/orders/search"
Meanwhile = Callable[[str, str], None]


def compare(bench: Bench, *order_ids: int, runtime: Runtime | None = None) -> None:
    """Compare the orders that are handed over, as a reconcile run does."""
    tools = (runtime or bench.runtime()).tools(bench.context())
    rows = tools.ledger.get_many(order_ids).values()
    compare_rows(tools, [row for row in rows if row.state is State.HANDED_OVER])


def compare_killed(bench: Bench, fuse: Fuse, *order_ids: int) -> None:
    """Compare in an invocation that the fuse may kill."""
    with suppress(Killed):
        compare(bench, *order_ids, runtime=fused_runtime(bench, fuse))


def later(bench: Bench, *order_ids: int) -> None:
    """The next reconcile run: longer than any lease, and than the settling time."""
    bench.clock.pass_time(900)
    compare(bench, *order_ids)


def once(bench: Bench, method: str, path: str, meanwhile: Callable[[], Any]) -> None:
    """Do something just before the next such request reaches its vendor."""

    def on_send(sent: str, where: str) -> None:
        if (sent, where) == (method, path):
            bench.wire.on_send = None
            meanwhile()

    bench.wire.on_send = on_send


def truth(bench: Bench, order_id: int) -> SimOrder:
    """The order in Sellercloud."""
    return bench.sellercloud.orders[order_id]


def move(bench: Bench, order_id: int, **address: Any) -> None:
    """The seller changes the address."""
    bench.sellercloud.edit(order_id, address=replace(truth(bench, order_id).address, **address))


def address(bench: Bench, order_id: int) -> SimAddress:
    """The address in Sellercloud."""
    return truth(bench, order_id).address


def requantify(bench: Bench, order_id: int, *quantities: int) -> None:
    """The seller changes the quantities of the lines, in their order; 0 removes a line."""
    lines = zip(truth(bench, order_id).lines, quantities, strict=True)
    bench.sellercloud.edit(order_id, lines=tuple(replace(line, qty=qty) for line, qty in lines if qty))


def there(bench: Bench, starshipit_id: int) -> Order:
    """The order in Starshipit, gone or not."""
    return bench.starshipit.account.book.by_id[starshipit_id]


def goods(bench: Bench, starshipit_id: int) -> list[tuple[str, float]]:
    """SKU and quantity of the lines in Starshipit."""
    lines = there(bench, starshipit_id).items
    return sorted((line.data.get("sku", ""), line.data.get("quantity", 0)) for line in lines)


def live(bench: Bench, order_id: int) -> list[Order]:
    """Orders of the sale that could still become a parcel."""
    book = bench.starshipit.account.book.by_id.values()
    return [order for order in book if order.reference == str(order_id) and order.visible]


def updates(bench: Bench) -> int:
    """How many changes Starshipit was sent."""
    return bench.starshipit.count().get(UPDATE, 0)


def deletes(bench: Bench) -> int:
    """How many deletions Starshipit was sent."""
    return bench.starshipit.count().get(DELETE, 0)


def whats(bench: Bench, order_id: int) -> list[str]:
    """The names of the order's events."""
    return [event.what for event in bench.row(order_id).events]


def assert_quiet(bench: Bench, sale: Sale) -> OrderRow:
    """Handed over, no person needed, and the next run has nothing to do."""
    row = bench.row(sale.order_id)
    assert (row.state, row.attention) == (State.HANDED_OVER, ""), row
    before = (len(bench.starshipit.calls), len(bench.sellercloud.calls))
    later(bench, sale.order_id)
    assert len(bench.starshipit.calls) == before[0]
    assert len(bench.sellercloud.calls) - before[1] <= 2, "one list call, perhaps a log-in"
    assert bench.row(sale.order_id) == row
    assert bench.starshipit.breaches == []
    assert bench.sellercloud.breaches == []
    return row
