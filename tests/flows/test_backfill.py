"""A backfill fetches the orders created between two days with the fetch's own code, and leaves its cursor alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import LIST, TICK, add_orders, asked, clamp, created, cursor, pointers, row_of, settle, states
from tests.flows.killing import Killed, Tripwire

pytestmark = pytest.mark.slow

FIRST, LAST = "2026-09-01", "2026-09-30"
IN_WINDOW = "2026-09-15T12:00"


def old(bench: Bench, count: int, day: str = IN_WINDOW, **changes: Any) -> list[int]:
    """Orders made on that day and never touched since: no tick's question finds them."""
    at = datetime.fromisoformat(day).replace(tzinfo=bench.sellercloud.tenant.zone)
    return add_orders(bench, count, created_on=at, ordered_on=at, last_updated=at, **changes)


def backfill(bench: Bench, first: Any = FIRST, last: Any = LAST) -> dict[str, Any]:
    """One piece."""
    return bench.fetch(action="backfill", **{"from": first, "to": last})


def until_complete(bench: Bench, most: int = 60) -> tuple[list[str], dict[str, Any]]:
    """Pieces until it is complete; their statuses, and the last answer."""
    statuses: list[str] = []
    result: dict[str, Any] = {}
    while "completed" not in statuses:
        result = backfill(bench)
        statuses.append(result["status"])
        bench.clock.pass_time(1)
        assert len(statuses) < most, statuses
    return statuses, result


@pytest.fixture
def ran(bench: Bench) -> Bench:
    """A bench after a complete run over nothing: what is old is not found by a tick any more."""
    assert bench.fetch()["status"] == "completed"
    bench.clock.pass_time(TICK)
    return bench


def test_it_asks_by_the_day_of_creation_and_sends_what_may_go(ran: Bench) -> None:
    """Orders of these days go over; those before and after do not; the reasons of the rest are in the answer."""
    inside, paid_not = old(ran, 3), old(ran, 2, payment_status=10)
    outside = [*old(ran, 2, "2026-08-20T12:00"), *old(ran, 2, "2026-10-05T12:00")]
    assert ran.fetch()["counts"]["seen"] == 0, "no tick finds them"
    calls = len(asked(ran))
    result = backfill(ran)
    assert (result["status"], result["message"]) == ("completed", "Every page was read.")
    assert result["window"] == f"{FIRST}..{LAST}"
    assert result["counts"]["queued"] == 3
    assert result["not_sent"] == {"unpaid": 2}
    assert result["reasons"]["unpaid"].startswith("The payment status is not one of")
    [question] = asked(ran)[calls:]
    assert question["createdOnFrom"] == ["08/31/2026 00:00"]
    assert question["createdOnTo"] == ["10/02/2026 00:00"]
    assert "lastUpdatedFrom" not in question
    ran.work(60)
    assert {created(ran, order_id) for order_id in inside} == {1}
    assert {row_of(ran, order_id) for order_id in outside} == {None}
    assert states(ran, paid_not) == {State.EXCLUDED}


def test_the_fetchs_cursor_and_metric_do_not_move(ran: Bench) -> None:
    """Watermark, sweep, settings, its cut-off run and the surge memory stay; no alarm is told of a complete run."""
    clamp(ran, 10)
    add_orders(ran, 25)
    ran.sellercloud.on_list_page = lambda page: ran.clock.pass_time(110) if page == 2 else None
    assert ran.fetch()["status"] == "checkpointed"
    ran.sellercloud.on_list_page = None
    before, runs = cursor(ran), ran.telemetry.metrics["FetchRunCompleted"]
    assert before["run"]
    old(ran, 30)
    assert backfill(ran)["status"] == "completed"
    assert cursor(ran) == before
    assert ran.telemetry.metrics["FetchRunCompleted"] == runs
    assert ran.fetch()["status"] == "completed"
    assert len(pointers(ran)) == 25 + 30


@pytest.mark.parametrize("count", [0, 1, 51])
def test_any_number_of_orders(ran: Bench, count: int) -> None:
    """Nothing, one, and one more than a page."""
    ids = old(ran, count)
    result = backfill(ran)
    assert result["status"] == "completed"
    assert result["counts"].get("queued", 0) == count
    assert sorted(order_id for order_id, _ in pointers(ran)) == ids
    assert backfill(ran)["counts"].get("queued", 0) == 0, "a second time changes nothing"


def test_a_window_of_one_day_and_of_today(ran: Bench) -> None:
    """One day finds its orders; without a last day it goes to today, on the tenant's clock."""
    ids = old(ran, 2)
    assert backfill(ran, "2026-09-15", "2026-09-15")["counts"]["queued"] == 2
    result = backfill(ran, "2026-09-15", None)
    assert result["window"] == "2026-09-15..2026-11-19", "it is still yesterday in New York"
    assert states(ran, ids) == {State.QUEUED}


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (None, None, "The first day (from) is missing"),
        ("2026-13-01", LAST, "The first day (from) is not a day"),
        (5, LAST, "The first day (from) is not a day"),
        (LAST, FIRST, "The first day (from) lies after the last"),
        (FIRST, "2026-11-20", "The last day (to) lies in the future"),
        ("2025-09-01", LAST, "at most 366"),
    ],
)
def test_days_that_cannot_be_asked_for_are_refused(ran: Bench, first: Any, last: Any, words: str) -> None:
    """A sentence, and no call."""
    calls = len(ran.sellercloud.calls)
    result = backfill(ran, first, last)
    assert result["status"] == "refused"
    assert words in result["message"]
    assert len(ran.sellercloud.calls) == calls


def test_with_saved_views_it_is_refused(make_bench: MakeBench) -> None:
    """A view has no days; every fetch reads all of it."""
    bench = make_bench(SAVED_VIEW_IDS="411")
    result = backfill(bench)
    assert result["status"] == "refused"
    assert "every fetch reads the whole view" in result["message"]
    assert bench.sellercloud.calls == []


@contextmanager
def without_created_filter(bench: Bench) -> Iterator[None]:
    """Sellercloud ignores the days, as it ignores what is misspelt."""
    send = bench.wire.send

    def deaf(method: str, url: str, *, query: Any = (), **rest: Any) -> Any:
        return send(method, url, query=[(n, v) for n, v in query if "createdOn" not in n], **rest)

    bench.wire.send = deaf  # type: ignore[method-assign]
    yield
    bench.wire.send = send  # type: ignore[method-assign]


def test_a_filter_that_is_ignored_sends_nothing_from_outside(ran: Bench) -> None:
    """The whole account is listed: rows of other days are dropped and counted, with no row and no reason."""
    clamp(ran, 10)
    inside, edge = old(ran, 4), old(ran, 1, "2026-10-01T20:00")
    before, after = old(ran, 22, "2026-08-01T12:00"), old(ran, 9, "2026-11-01T12:00")
    with without_created_filter(ran):
        result = backfill(ran)
    assert result["status"] == "completed"
    assert result["counts"]["not_asked_for"] >= 31
    assert sorted(order_id for order_id, _ in pointers(ran)) == [*inside, *edge]
    assert states(ran, [*before, *after]) == {None}


def test_a_row_that_shows_no_day_of_creation_is_judged_by_the_guards(ran: Bench) -> None:
    """Sellercloud leaves CreatedOn out: an order that was asked for is not silently missing."""
    ids = old(ran, 2)
    send = ran.wire.send

    def bare(method: str, url: str, **rest: Any) -> Any:
        answer = send(method, url, **rest)
        if url.endswith("/Orders"):
            object.__setattr__(answer, "body", answer.body.replace(b'"CreatedOn"', b'"Forgotten"'))
        return answer

    ran.wire.send = bare  # type: ignore[method-assign]
    assert backfill(ran)["counts"]["queued"] == 2
    assert states(ran, ids) == {State.QUEUED}


@pytest.mark.parametrize("timeout", ["10", "30"])
def test_cut_off_by_its_time_limit_it_goes_on_where_it_was(make_bench: MakeBench, timeout: str) -> None:
    """Slow pages: each piece ends in time, the next goes on, and no page is read for nothing."""
    bench = make_bench(FUNCTION_TIMEOUT=timeout)
    bench.fetch()
    bench.sellercloud.faults.latency = 2.0
    clamp(bench, 10)
    ids = old(bench, 95)
    calls = len(asked(bench))
    statuses, last = until_complete(bench)
    assert len(statuses) > 1
    assert set(statuses[:-1]) == {"checkpointed"}
    assert states(bench, ids) == {State.QUEUED}
    assert len(asked(bench)) - calls == 11
    assert len(pointers(bench)) == 95, "no order is queued twice"
    assert last["counts"]["seen"] == last["counts"]["queued"] == 95, "a page read again counts once"


def test_other_days_begin_anew_and_so_do_the_same_after_hours(make_bench: MakeBench) -> None:
    """A backfill that was cut off is taken up for its own days only, and only while its pages are what they were."""
    bench = make_bench(FUNCTION_TIMEOUT="10")
    bench.fetch()
    bench.sellercloud.faults.latency = 2.5
    clamp(bench, 10)
    old(bench, 45)
    october = old(bench, 3, "2026-10-20T12:00")
    assert backfill(bench)["status"] == "checkpointed"
    assert backfill(bench, "2026-10-10", "2026-10-31")["status"] == "completed"
    assert states(bench, october) == {State.QUEUED}
    assert backfill(bench)["status"] == "checkpointed"
    stored = bench.runtime().tools(bench.context()).records.get("CURSOR", "backfill")
    bench.clock.pass_time(7 * 3600)
    backfill(bench)
    later = bench.runtime().tools(bench.context()).records.get("CURSOR", "backfill")
    assert later["run"]["run_id"] != stored["run"]["run_id"]


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_effect_it_loses_and_doubles_nothing(make_bench: MakeBench, after: bool) -> None:
    """Whichever effect the function dies at: asked for again, every order of these days goes over, once."""
    place, struck = 1, True
    while struck:
        bench = make_bench()
        bench.fetch()
        clamp(bench, 3)
        ids = old(bench, 7)
        trip = Tripwire(bench)
        trip.arm(place, after=after)
        with suppress(Killed):
            backfill(bench)
        struck = trip.disarm()
        bench.clock.pass_time(TICK)
        assert backfill(bench)["status"] == "completed", place
        bench.work(60)
        bench.clock.pass_time(3 * 720)
        settle(bench, ticks=2)
        assert {created(bench, order_id) for order_id in ids} == {1}, place
        place += 1
    assert place > 15


def leave_first(bench: Bench, ids: list[int]) -> None:
    """Rows of the first page leave, so that all others move forward."""
    for order_id in ids[:12]:
        bench.sellercloud.cancel(order_id)


def leave_last(bench: Bench, ids: list[int]) -> None:
    """The last pages disappear."""
    for order_id in ids[20:]:
        bench.sellercloud.cancel(order_id)


@pytest.mark.parametrize("move", [leave_first, leave_last])
@pytest.mark.parametrize("page", [1, 2, 4])
def test_rows_that_leave_while_it_reads_push_none_past_it(
    ran: Bench, move: Callable[[Bench, list[int]], None], page: int
) -> None:
    """Orders of these days that stay are seen in this very run."""
    clamp(ran, 10)
    ids = old(ran, 38)

    def moved(read: int) -> None:
        if read == page:
            ran.sellercloud.on_list_page = None
            move(ran, ids)

    ran.sellercloud.on_list_page = moved
    assert backfill(ran)["status"] == "completed"
    stayed = [order_id for order_id in ids if ran.sellercloud.orders[order_id].status == 2]
    assert states(ran, stayed) == {State.QUEUED}


@pytest.mark.parametrize("kind", ["unavailable", "throttle", "html", "garbled", "lost_before", "slow"])
def test_a_failed_page_interrupts_it_and_says_so(ran: Bench, kind: Any) -> None:
    """The message names the vendor and says what takes it up again; asked for again it goes on."""
    clamp(ran, 10)
    ids = old(ran, 35)

    def plant(method: str, path: str) -> None:
        if path.endswith("/Orders") and len(asked(ran)) == calls + 2:
            ran.wire.on_send = None
            ran.sellercloud.faults.next(LIST, kind, seconds=600)

    calls = len(asked(ran))
    ran.wire.on_send = plant
    result = backfill(ran)
    assert result["status"] == "interrupted"
    assert "Sellercloud" in result["message"]
    assert "the same backfill, asked for again, goes on" in result["message"]
    ran.clock.pass_time(700)
    assert backfill(ran)["status"] == "completed"
    assert states(ran, ids) == {State.QUEUED}


def test_what_refuses_it_before_the_first_page_is_told(ran: Bench) -> None:
    """Wrong password, placeholder: the status names it; nothing is stored."""
    old(ran, 1)
    ran.secrets.store("sellercloud", username="sync@example.com", password="obviously-wrong")
    assert backfill(ran)["status"] == "credentials_refused"
    assert backfill(ran)["message"].endswith("connector secrets set sellercloud.")
    ran.secrets.store("sellercloud", username="REPLACE_ME", password="REPLACE_ME")
    assert backfill(ran)["status"] == "not_configured"
    assert ran.sellercloud.access.failed_logins == 1


def test_the_surge_guard_holds_what_is_too_much(make_bench: MakeBench) -> None:
    """Above the limit orders are held, over pieces and repeats; a release lets them go, once."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="12", FUNCTION_TIMEOUT="10")
    bench.fetch()
    bench.sellercloud.faults.latency = 1.5
    clamp(bench, 5)
    ids = old(bench, 40)
    until_complete(bench)
    result = backfill(bench)
    assert result["counts"].get("queued", 0) == 0, "held orders are held in the next one too"
    found = [bench.row(order_id).state for order_id in ids]
    assert (found.count(State.QUEUED), found.count(State.HELD)) == (12, 28)
    assert cursor(bench)["new_by_day"] == {"2026-11-20": 0}, "a backfill is not what is usual"
    bench.sellercloud.faults.latency = 0.0
    assert bench.fetch(action="release")["released"] == 28
    bench.work(60)
    assert {created(bench, order_id) for order_id in ids} == {1}


def test_the_number_of_held_orders_is_told(make_bench: MakeBench) -> None:
    """A person reads how many wait for them."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="2")
    bench.fetch()
    old(bench, 5)
    assert "3 new orders are held by the surge guard" in backfill(bench)["message"]


def test_two_at_once_and_a_tick_meanwhile_wait_for_each_other(ran: Bench) -> None:
    """While one runs, another and a tick do nothing and say so."""
    clamp(ran, 10)
    ids = old(ran, 25)
    answers: list[str] = []

    def meanwhile(_: int) -> None:
        ran.sellercloud.on_list_page = None
        answers.extend((backfill(ran)["status"], ran.fetch()["status"]))

    ran.sellercloud.on_list_page = meanwhile
    assert backfill(ran)["status"] == "completed"
    assert answers == ["busy", "busy"]
    assert len(pointers(ran)) == len(ids)


def test_a_long_backfill_makes_up_for_the_ticks_it_was_in_the_way_of(make_bench: MakeBench) -> None:
    """A tick falls into every piece, and none between: new orders go over all the same."""
    bench = make_bench(FUNCTION_TIMEOUT="30")
    bench.fetch()
    bench.sellercloud.faults.latency = 3.0
    clamp(bench, 5)
    old(bench, 100)
    new: list[int] = []

    def tick(page: int) -> None:
        if not new:
            new.extend(add_orders(bench, 1))
        bench.sellercloud.on_list_page = None
        assert bench.fetch()["status"] == "busy"

    bench.sellercloud.on_list_page = tick
    assert backfill(bench)["status"] == "checkpointed"
    assert states(bench, new) == {None}
    runs = bench.telemetry.metrics["FetchRunCompleted"]
    backfill(bench)
    assert states(bench, new) == {State.QUEUED}
    assert bench.telemetry.metrics["FetchRunCompleted"] == runs + 1
    backfill(bench)
    assert bench.telemetry.metrics["FetchRunCompleted"] == runs + 1, "once is enough"


def test_a_paused_fetch_is_not_made_up_for(ran: Bench) -> None:
    """A person paused the fetch: a backfill does not fetch new orders behind their back."""
    old(ran, 3)

    def tick(_: int) -> None:
        ran.sellercloud.on_list_page = None
        assert ran.fetch()["status"] == "busy"

    ran.sellercloud.on_list_page = tick
    assert backfill(ran)["status"] == "completed"
    ran.ask("note_pause", direction="fetch", paused=True)
    runs = ran.telemetry.metrics["FetchRunCompleted"]
    assert backfill(ran)["status"] == "completed"
    assert ran.telemetry.metrics["FetchRunCompleted"] == runs


def test_on_an_empty_ledger_it_adopts_as_a_fetch_would(bench: Bench) -> None:
    """Before the first complete fetch, what another connector has put into Starshipit is found, not doubled."""
    ids = old(bench, 2)
    assert backfill(bench)["status"] == "completed"
    assert {bench.row(order_id).adopt for order_id in ids} == {True}
    bench.fetch()
    later = old(bench, 1)
    backfill(bench)
    assert not bench.row(later[0]).adopt


def test_in_a_dry_run_it_has_rows_and_a_cursor_of_its_own(make_bench: MakeBench) -> None:
    """Nothing is created; switched off, nothing of it is left for the real one."""
    bench = make_bench(DRY_RUN="true")
    ids = old(bench, 2)
    assert backfill(bench)["counts"]["queued"] == 2
    bench.work(60)
    assert states(bench, ids) == {State.PREVIEWED}
    assert bench.starshipit.calls == []
    bench.environment["DRY_RUN"] = "false"
    assert states(bench, ids) == {None}
    assert bench.runtime().tools(bench.context()).records.get("CURSOR", "backfill") == {}


def test_a_setting_changed_meanwhile_begins_anew(make_bench: MakeBench) -> None:
    """The days are the same and the question is not: its first pages are read again."""
    bench = make_bench(FUNCTION_TIMEOUT="10")
    bench.fetch()
    bench.sellercloud.faults.latency = 2.5
    clamp(bench, 10)
    ids = old(bench, 35, payment_status=10)
    assert backfill(bench)["status"] == "checkpointed"
    bench.environment["PAYMENT_STATUSES"] = "10"
    until_complete(bench)
    assert states(bench, ids) == {State.QUEUED}


def test_a_record_of_another_version_is_understood(ran: Bench) -> None:
    """Fields this version does not know, or lacks, stop nothing."""
    records = ran.runtime().tools(ran.context()).records
    for stored in ({"run": None, "at": 5}, {"run": None}, {"later": 1, "at": int(ran.clock.now().timestamp())}):
        records.put("CURSOR", "backfill", stored)
        assert backfill(ran)["status"] == "completed"


def test_the_clock_of_the_tenant_decides_what_today_is(make_bench: MakeBench) -> None:
    """In Sydney it is already the twentieth."""
    bench = make_bench(TENANT_TIME_ZONE="Australia/Sydney")
    assert backfill(bench, "2026-11-20", "2026-11-20")["status"] == "completed"
    bench.clock.pass_time(timedelta(days=1).total_seconds())
    assert backfill(bench, "2026-11-21", "2026-11-21")["status"] == "completed"
