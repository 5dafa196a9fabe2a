"""How far a fetch is, for the person who waits: never a number of another run, never a write nobody needs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import TICK, add_orders, clamp

pytestmark = pytest.mark.slow


def test_nothing_runs_and_nothing_ever_ran(bench: Bench) -> None:
    """An empty ledger: nothing, in words a program understands."""
    assert bench.ask("progress") == {
        "status": "done", "running": False, "dry_run": False, "completed_at": 0, "unfinished": [],
    }  # fmt: skip


def watched(bench: Bench, **event: Any) -> list[dict[str, Any]]:
    """What a person is told after each page while the fetch runs."""
    told: list[dict[str, Any]] = []
    bench.sellercloud.on_list_page = lambda _: told.append(bench.ask("progress"))
    bench.fetch(**event)
    bench.sellercloud.on_list_page = None
    return told


def test_pages_and_orders_grow_to_their_totals(bench: Bench) -> None:
    """Nine pages of slow reading: the figures grow, and at the end nothing runs any more."""
    clamp(bench, 10)
    bench.sellercloud.faults.latency = 2.5
    add_orders(bench, 75)
    begun = int(bench.clock.now().timestamp())
    told = watched(bench)
    assert {answer["running"] for answer in told} == {True}
    figures = [answer for answer in told if "pages" in answer]
    assert [answer["pages"] for answer in figures] == list(range(1, 9))
    assert {answer["pages_in_all"] for answer in figures} == {9}
    assert {answer["total"] for answer in figures} == {75}
    assert {answer["kind"] for answer in figures} == {"fetch"}
    assert [answer["seen"] for answer in figures] == [10, 15, 25, 35, 45, 55, 65, 75]
    after = bench.ask("progress")
    assert (after["running"], after["unfinished"]) == (False, [])
    assert after["completed_at"] >= begun
    assert "pages" not in after


def test_a_quick_run_writes_no_progress(bench: Bench) -> None:
    """A tick of a few pages, each answered at once, costs the table nothing."""
    clamp(bench, 10)
    add_orders(bench, 35)
    told = watched(bench)
    assert {answer["running"] for answer in told} == {True}
    assert not any("pages" in answer for answer in told)
    assert bench.runtime().tools(bench.context()).records.get("PROGRESS", "fetch") == {}


def test_a_backfill_names_its_days_and_the_figures_of_another_run_are_not_shown(bench: Bench) -> None:
    """What an earlier invocation noted is not taken for the present one's."""
    clamp(bench, 10)
    bench.sellercloud.faults.latency = 2.5
    add_orders(bench, 25)
    watched(bench)
    bench.clock.pass_time(TICK)
    told = watched(bench, action="backfill", **{"from": "2026-11-01", "to": "2026-11-19"})
    assert "pages" not in told[0], "a record of the fetch before"
    assert {answer["kind"] for answer in told[1:]} == {"backfill"}
    assert {answer["window"] for answer in told[1:]} == {"2026-11-01..2026-11-19"}


@pytest.mark.parametrize(
    ("event", "window"), [({}, ""), ({"action": "backfill", "from": "2026-11-01"}, "2026-11-01..2026-11-19")]
)
def test_what_was_cut_off_is_told(make_bench: MakeBench, event: dict[str, str], window: str) -> None:
    """A run that ended at its time limit waits to be taken up: how far it came."""
    bench = make_bench(FUNCTION_TIMEOUT="10")
    clamp(bench, 10)
    bench.sellercloud.faults.latency = 1.0
    add_orders(bench, 75)
    assert bench.fetch(**event)["status"] == "checkpointed"
    [cut] = bench.ask("progress")["unfinished"]
    assert (cut["kind"], cut["window"]) == (event.get("action", "fetch"), window)
    assert 0 < cut["pages"] < cut["pages_in_all"] == 9
    assert cut["total"] == 75


def test_two_views_are_counted_together(make_bench: MakeBench) -> None:
    """A list whose first page has not been read counts as one page; the figures never shrink below what was read."""
    bench = make_bench(SAVED_VIEW_IDS="411;412")
    clamp(bench, 10)
    bench.sellercloud.faults.latency = 2.5
    ids = add_orders(bench, 25)
    bench.sellercloud.add_view(411, "First", ids)
    bench.sellercloud.add_view(412, "Second", ids[:15])
    told = [answer for answer in watched(bench) if "pages" in answer]
    assert [answer["pages_in_all"] for answer in told] == [5, 5, 5, 5, 7, 7][: len(told)]


def test_a_killed_run_is_not_running_for_ever(bench: Bench) -> None:
    """Its lease ends with the invocation it was taken for."""
    leases = bench.runtime().tools(bench.context()).leases
    assert leases.take("fetch", "dead", 120)
    assert bench.ask("progress")["running"]
    bench.clock.pass_time(121)
    assert not bench.ask("progress")["running"]


def test_a_dry_run_tells_of_itself(make_bench: MakeBench) -> None:
    """A dry run has a cursor of its own, and says that it is one."""
    bench = make_bench(DRY_RUN="true")
    bench.fetch()
    told = bench.ask("progress")
    assert told["dry_run"]
    assert told["completed_at"]
    bench.environment["DRY_RUN"] = "false"
    assert bench.ask("progress")["completed_at"] == 0
