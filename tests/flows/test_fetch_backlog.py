"""Twenty thousand open orders, a short time limit, and rows that leave while they are read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.flows import tools
from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import TICK, add_orders, asked, cursor, states

OPEN = 20_000


def ship_some(bench: Bench, ids: list[int], page: int) -> None:
    """Between any two pages a few orders leave the list, from its beginning, its middle and its end."""
    for order_id in (ids[page * 7 % OPEN], ids[-(page * 11 % OPEN) - 1], ids[page * 50 % OPEN]):
        if bench.sellercloud.orders[order_id].status == 2:
            bench.sellercloud.cancel(order_id)


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test asks which rows are read: fingerprints and the search for cycles would take half of its time."""
    monkeypatch.setattr(tools, "revision", lambda order: str(order.order_id))
    gc.disable()
    yield
    gc.enable()


@pytest.mark.slow
@pytest.mark.usefixtures("light")
def test_a_backlog_cut_off_again_and_again_is_read_to_its_end(make_bench: MakeBench) -> None:
    """Cut off on every tick, the run gets to the end, each order that stayed has its row, and pages are read once."""
    bench = make_bench(FUNCTION_TIMEOUT="30", MAX_NEW_ORDERS_PER_RUN="30000")
    # Unpaid, so that the test measures the reading and not the hand-off.
    (first,) = add_orders(bench, 1, payment_status=10)
    ids = list(range(first, first + OPEN))
    template, book = bench.sellercloud.orders[first], bench.sellercloud.tenant.book
    for order_id in ids:
        book.put(replace(template, id=order_id))
    bench.sellercloud.faults.latency = 0.3
    bench.sellercloud.on_list_page = lambda page: ship_some(bench, ids, page)
    started = int(bench.clock.now().timestamp())
    ticks = 1
    while (result := bench.fetch())["status"] == "checkpointed":
        ticks += 1
        bench.clock.pass_time(TICK)
        assert ticks < 100
    assert result["message"] == "Every page was read."
    assert ticks >= 5
    stayed = [order_id for order_id in ids if bench.sellercloud.orders[order_id].status == 2]
    assert OPEN - 1300 < len(stayed) < OPEN - 600
    assert states(bench, stayed) == {State.EXCLUDED}
    assert len(asked(bench)) <= OPEN // 50 + 1
    assert started <= cursor(bench)["watermark"] <= started + 10
