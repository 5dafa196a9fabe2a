"""A run reads everything, remembers how far it came, and moves its watermark over nothing else (Fetch 4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connector.rules.runs import OVERLAP
from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import (
    BY_VIEW,
    HOUR,
    LIST,
    TICK,
    add_orders,
    asked,
    clamp,
    created,
    cursor,
    pages_asked,
    pointers,
    settle,
    states,
)

pytestmark = pytest.mark.slow


def now(bench: Bench) -> int:
    return int(bench.clock.now().timestamp())


def test_the_watermark_is_the_start_of_the_last_complete_run(bench: Bench) -> None:
    """It is stored as it is, and read back with at least a day's overlap."""
    bench.sellercloud.faults.latency = 2.0
    add_orders(bench, 60)
    begun = now(bench)
    bench.fetch()
    first_page = next(call.time for call in bench.sellercloud.calls if call.route == LIST)
    started = cursor(bench)["watermark"]
    assert begun <= started <= first_page.timestamp() < now(bench) - 4
    assert OVERLAP.total_seconds() >= 24 * HOUR
    bench.clock.pass_time(TICK)
    bench.fetch()
    local = bench.sellercloud.tenant.zone
    since = bench.clock.now().fromtimestamp(started - OVERLAP.total_seconds(), local)
    assert asked(bench)[-1]["lastUpdatedFrom"] == [since.strftime("%m/%d/%Y %H:%M")]
    assert "lastUpdatedFrom" not in asked(bench)[0]


FAULTS = ["unavailable", "throttle", "html", "garbled", "lost_before", "slow", "error_before"]


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("page", [0, 1, 3])
def test_a_failed_page_leaves_the_watermark_and_the_next_tick_goes_on(bench: Bench, kind: Any, page: int) -> None:
    """Whichever page fails, and however: the run is interrupted, goes on from there, and every order is read."""
    clamp(bench, 10)
    bench.fetch()
    before = cursor(bench)["watermark"]
    bench.clock.pass_time(TICK)
    ids = add_orders(bench, 35)
    calls = len(asked(bench))

    def plant(method: str, path: str) -> None:
        if path.endswith("/Orders") and len(asked(bench)) == calls + page:
            bench.wire.on_send = None
            bench.sellercloud.faults.next(LIST, kind, seconds=600)

    bench.wire.on_send = plant
    assert bench.fetch()["status"] == "interrupted"
    assert cursor(bench)["watermark"] == before
    bench.clock.pass_time(700)
    result = bench.fetch()
    assert result["status"] == "completed"
    assert cursor(bench)["watermark"] > before
    assert states(bench, ids) == {State.QUEUED}
    assert len(asked(bench)) - calls <= 6, "what was read is not read again"


def test_throttled_in_the_middle_nobody_calls_until_the_reset(bench: Bench) -> None:
    """A 409 with RateLimitResetTime stops every function's calls until then; after it the run goes on."""
    clamp(bench, 10)
    ids = add_orders(bench, 25)
    bench.sellercloud.on_list_page = lambda page: bench.sellercloud.throttle(1500) if page == 3 else None
    assert bench.fetch()["status"] == "interrupted"
    bench.sellercloud.on_list_page = None
    refused = bench.sellercloud.access.throttled_calls
    for _ in range(4):
        bench.clock.pass_time(TICK)
        assert bench.fetch()["status"] == "checkpointed"
    assert bench.sellercloud.access.throttled_calls == refused
    bench.clock.pass_time(TICK)
    assert bench.fetch()["status"] == "completed"
    assert states(bench, ids) == {State.QUEUED}


@pytest.mark.parametrize("status", [409, 429])
def test_both_ways_to_say_throttled_interrupt(bench: Bench, status: int) -> None:
    """429 means the same as 409 with a reset time."""
    bench.sellercloud.switches.throttle_status = status
    add_orders(bench, 2)
    bench.sellercloud.faults.next(LIST, "throttle", seconds=30)
    assert bench.fetch()["status"] == "interrupted"
    bench.clock.pass_time(40)
    assert bench.fetch()["status"] == "completed"


Moves = Callable[[Bench, list[int]], None]


def leave_early(bench: Bench, ids: list[int]) -> None:
    """Rows of the first page leave, so that all others move forward."""
    for order_id in ids[:12]:
        bench.sellercloud.cancel(order_id)


def leave_late(bench: Bench, ids: list[int]) -> None:
    """The last pages disappear."""
    for order_id in ids[20:]:
        bench.sellercloud.cancel(order_id)


def join(bench: Bench, _: list[int]) -> None:
    """Old orders join in front of all others, which move back by more than a page."""
    for order_id in range(900_001, 900_013):
        bench.sellercloud.add_order(id=order_id)


@pytest.mark.parametrize("move", [leave_early, leave_late, join])
@pytest.mark.parametrize("page", [1, 2, 4])
@pytest.mark.parametrize("by_view", [True, False])
def test_no_row_is_skipped_while_the_list_moves(make_bench: MakeBench, move: Moves, page: int, by_view: bool) -> None:
    """Rows leave or join while a list is read: every order that stays is seen in this very run."""
    bench = make_bench(**({"SAVED_VIEW_IDS": "411"} if by_view else {}))
    clamp(bench, 10)
    ids = add_orders(bench, 38)
    bench.sellercloud.add_view(411, "All in process", lambda order: order.status == 2, ascending=True)
    bench.sellercloud.on_list_page = lambda read: moved(read)

    def moved(read: int) -> None:
        if read == page:
            bench.sellercloud.on_list_page = None
            move(bench, ids)

    assert bench.fetch()["status"] == "completed"
    stayed = [order_id for order_id in ids if bench.sellercloud.orders[order_id].status == 2]
    assert states(bench, stayed) == {State.QUEUED}


def test_new_orders_while_a_list_is_read_cost_no_second_reading(bench: Bench) -> None:
    """An order taken while pages are read is the next run's, unless it is met; the list is not begun anew for it."""
    clamp(bench, 10)
    add_orders(bench, 75)
    pages = iter(range(12))

    def take_orders(_: int) -> None:
        if next(pages, 1) % 3 == 0:
            add_orders(bench, 1)

    bench.sellercloud.on_list_page = take_orders
    assert bench.fetch()["message"] == "Every page was read."
    assert len(asked(bench)) <= 9 + 4
    bench.sellercloud.on_list_page = None
    bench.clock.pass_time(TICK)
    bench.fetch()
    assert states(bench, bench.sellercloud.orders) == {State.QUEUED}


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("null_items", {}),
        ("duplicate_row", {}),
        ("shifted_page", {}),
        ("total_off", {"by": 3}),
        ("total_off", {"by": -3}),
    ],
)
@pytest.mark.parametrize("page", [0, 1, 2])
def test_a_page_that_tells_nonsense_loses_no_row(bench: Bench, kind: Any, detail: dict[str, int], page: int) -> None:
    """Null items, a row twice, a row pushed out by another, a wrong total: within two runs every order is read."""
    clamp(bench, 10)
    ids = add_orders(bench, 28)

    def plant(method: str, path: str) -> None:
        if path.endswith("/Orders") and len(asked(bench)) == page:
            bench.wire.on_send = None
            bench.sellercloud.faults.next(LIST, kind, **detail)

    bench.wire.on_send = plant
    bench.fetch()
    missing = None in states(bench, ids)
    assert not (missing and cursor(bench)["watermark"]), "the watermark stays while a row may be missing"
    bench.fetch()
    assert states(bench, ids) == {State.QUEUED}
    assert sorted({order_id for order_id, _ in pointers(bench)}) == ids
    assert len(pointers(bench)) == len(ids), "no order is queued twice"


def test_a_total_that_is_always_too_high_never_moves_the_watermark_and_stops_nothing(bench: Bench) -> None:
    """TotalResults counts three more than there are: nothing is called complete, and orders go all the same."""
    bench.sellercloud.faults.total_offset = 3
    clamp(bench, 10)
    ids = add_orders(bench, 14)
    result = settle(bench, ticks=2)
    assert "counts more orders than it listed" in result["message"]
    assert cursor(bench)["watermark"] == 0
    assert {created(bench, order_id) for order_id in ids} == {1}
    bench.sellercloud.faults.clear()
    bench.fetch()
    assert cursor(bench)["watermark"]


def test_the_daily_sweep_finds_what_no_change_tells(bench: Bench) -> None:
    """An order whose LastUpdated lies long before the watermark is found by the next full sweep, within a day."""
    bench.fetch()
    bench.clock.pass_time(HOUR)
    long_ago = bench.clock.now().replace(year=2025)
    (order_id,) = add_orders(bench, 1, last_updated=long_ago, created_on=long_ago, ordered_on=long_ago)
    for _ in range(5):
        bench.fetch()
        assert states(bench, [order_id]) == {None}
        bench.clock.pass_time(4 * HOUR)
    bench.clock.pass_time(4 * HOUR)
    bench.fetch()
    assert states(bench, [order_id]) == {State.QUEUED}
    assert sum("lastUpdatedFrom" not in query for query in asked(bench)) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"PAYMENT_STATUSES": "Charged;NoPayment"},
        {"START_DATE": "2026-01-01"},
        {"COMPANY_IDS": "171"},
        {"WAREHOUSE_IDS": "12"},
    ],
)
def test_a_changed_setting_starts_a_full_sweep(bench: Bench, changed: dict[str, str]) -> None:
    """A setting that decides what goes reaches old orders at the next tick, and once."""
    (order_id,) = add_orders(bench, 1, payment_status=10)
    bench.fetch()
    bench.clock.pass_time(HOUR)
    bench.environment |= changed
    for _ in range(3):
        bench.fetch()
        bench.clock.pass_time(TICK)
    assert ["lastUpdatedFrom" in query for query in asked(bench)] == [False, False, True, True]
    assert bench.row(order_id).state is (State.QUEUED if "PAYMENT_STATUSES" in changed else State.EXCLUDED)


def test_a_setting_changed_in_the_middle_of_a_run_begins_anew(bench: Bench) -> None:
    """A run that was cut off is given up when the question changes, so that its first pages are asked anew too."""
    clamp(bench, 10)
    ids = add_orders(bench, 35, payment_status=10)
    bench.sellercloud.on_list_page = lambda page: bench.clock.pass_time(100) if page == 3 else None
    assert bench.fetch()["status"] == "checkpointed"
    bench.sellercloud.on_list_page = None
    bench.environment["PAYMENT_STATUSES"] = "10"
    assert bench.fetch()["status"] == "completed"
    assert states(bench, ids) == {State.QUEUED}


@pytest.mark.parametrize("timeout", ["10", "30", "120"])
def test_a_run_near_its_time_limit_checkpoints_and_goes_on(make_bench: MakeBench, timeout: str) -> None:
    """Slow pages: each tick stops in time, the next goes on, and nobody reads a page for nothing."""
    bench = make_bench(FUNCTION_TIMEOUT=timeout)
    bench.sellercloud.faults.latency = 2.0
    clamp(bench, 10)
    ids = add_orders(bench, 155)
    results = []
    while "completed" not in results:
        started = bench.clock.now()
        results.append(bench.fetch()["status"])
        assert (bench.clock.now() - started).total_seconds() < float(timeout)
        bench.clock.pass_time(TICK)
        assert len(results) < 30, results
    assert set(results[:-1]) <= {"checkpointed"}
    assert states(bench, ids) == {State.QUEUED}
    assert len(asked(bench)) == 17


def test_a_view_is_paged_through_again_after_a_cut(make_bench: MakeBench) -> None:
    """A view newest first, cut off between pages while orders join in front: none that stays is skipped."""
    bench = make_bench(SAVED_VIEW_IDS="411", FUNCTION_TIMEOUT="10")
    bench.sellercloud.faults.latency = 2.5
    clamp(bench, 10)
    ids = add_orders(bench, 46)
    bench.sellercloud.add_view(411, "Newest first", lambda order: order.status == 2)
    for tick in range(20):
        result = bench.fetch()
        if result["status"] == "completed":
            break
        if tick % 2:
            add_orders(bench, 1)
        bench.clock.pass_time(20)
    assert result["message"] == "Every page was read."
    assert states(bench, ids) == {State.QUEUED}
    assert pages_asked(bench, BY_VIEW)[0] == 1
    assert len(pages_asked(bench, BY_VIEW)) > 6


def test_a_cursor_of_another_version_is_understood(bench: Bench) -> None:
    """A stack set back to an older version meets fields it does not know, and goes on."""
    add_orders(bench, 2)
    bench.fetch()
    records = bench.runtime().tools(bench.context()).records
    records.put("CURSOR", "fetch", {**cursor(bench), "invented_later": 1})
    assert bench.fetch()["status"] == "completed"


def test_a_token_that_ends_in_the_middle_is_renewed(bench: Bench) -> None:
    """The token is revoked between two pages: one more login, and the run completes."""
    clamp(bench, 10)
    add_orders(bench, 28)
    bench.sellercloud.on_list_page = lambda page: bench.sellercloud.revoke_tokens() if page == 3 else None
    assert bench.fetch()["status"] == "completed"
    assert bench.sellercloud.logins == 2
