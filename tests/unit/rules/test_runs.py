"""Runs and their cursor: when a sweep is due, what moves the watermark, what the surge guard counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.rules.paging import Reading
from connector.rules.runs import (
    OVERLAP,
    Cursor,
    Run,
    begin,
    finish,
    is_admitted,
    is_sure,
    sources,
    surge_limit,
    was_on_its_way,
)
from connector.settings import Settings
from connector.state import documents
from connector.state.rows import OrderRow, State

DAY = 86_400
NOW = 1_800_000_000
DONE = Reading(next_page=0, page_size=1)


def chosen(**environment: str) -> Settings:
    """Settings with defaults."""
    return Settings.from_environment({"SELLERCLOUD_ENDPOINT": "xx", **environment})


def complete(cursor: Cursor, settings: Settings, now: int, **changes: Any) -> Cursor:
    """The cursor after a run that began and ended at `now`."""
    run = begin(cursor, settings, (), now, "r")
    read = replace(run, readings=dict.fromkeys(run.readings, replace(DONE, **changes.pop("reading", {}))), **changes)
    return finish(cursor, read, now)


def test_views_decide_when_they_are_set() -> None:
    """With view ids no list by status is read."""
    assert [source.key for source in sources(chosen())] == ["shipping status 1"]
    assert [source.view_id for source in sources(chosen(SAVED_VIEW_IDS="9;7"))] == [9, 7]


def test_the_overlap_is_at_least_a_day_and_covers_every_zone() -> None:
    """Sellercloud's clock may be anywhere between UTC−12 and UTC+14."""
    assert OVERLAP.total_seconds() >= (14 + 12) * 3600 >= 24 * 3600


def test_the_first_run_sweeps_and_the_next_reads_back() -> None:
    """Nothing bounds the first run; the second begins the overlap before the first one's start."""
    assert begin(Cursor(), chosen(), (), NOW, "r").updated_from is None
    cursor = complete(Cursor(), chosen(), NOW)
    assert begin(cursor, chosen(), (), NOW + 300, "r").since == NOW - OVERLAP.total_seconds()
    assert cursor.watermark == NOW


@pytest.mark.parametrize(("later", "sweeps"), [(DAY - 1, False), (DAY, True), (3 * DAY, True)])
def test_a_sweep_is_due_once_a_day(later: int, sweeps: bool) -> None:
    """Counted from the start of the last complete sweep, whatever incremental runs there were."""
    cursor = complete(complete(Cursor(), chosen(), NOW), chosen(), NOW + 300)
    assert (begin(cursor, chosen(), (), NOW + later, "r").since == 0) is sweeps


@pytest.mark.parametrize(
    "environment",
    [{"ORDER_STATUSES": "2;3"}, {"EXCLUDED_CHANNELS": ""}, {"TENANT_TIME_ZONE": "UTC"}, {"SELLERCLOUD_ENDPOINT": "yy"}],
)
def test_a_new_question_is_a_sweep_until_one_was_complete(environment: dict[str, str]) -> None:
    """Settings that decide which orders go start a full sweep, and an incomplete one is not enough."""
    cursor = complete(Cursor(), chosen(), NOW)
    new = chosen(**environment)
    unsure = complete(cursor, new, NOW + 300, reading={"unsure": True})
    assert begin(unsure, new, (), NOW + 600, "r").since == 0
    assert begin(complete(cursor, new, NOW + 300), new, (), NOW + 600, "r").since > 0


def test_settings_that_decide_nothing_about_orders_start_no_sweep() -> None:
    """A limit or a time-out changes no question."""
    cursor = complete(Cursor(), chosen(), NOW)
    assert begin(cursor, chosen(MAX_NEW_ORDERS_PER_RUN="7", FUNCTION_TIMEOUT="60"), (), NOW + 300, "r").since > 0


def test_a_company_more_starts_a_sweep() -> None:
    """Its old orders were never listed; the order in which companies come means nothing."""
    cursor = finish(Cursor(), replace(begin(Cursor(), chosen(), (1, 2), NOW, "r"), readings={"x": DONE}), NOW)
    assert begin(cursor, chosen(), (2, 1), NOW + 300, "r").since > 0
    assert begin(cursor, chosen(), (1, 2, 3), NOW + 300, "r").since == 0


def test_an_unsure_reading_moves_nothing() -> None:
    """Watermark, sweep and adoption stay as they were; the run is over all the same."""
    cursor = complete(Cursor(), chosen(), NOW, reading={"unsure": True}, new=7)
    assert (cursor.watermark, cursor.swept_at, cursor.completed, cursor.run) == (0, 0, 0, None)
    assert cursor.adopting
    assert max(cursor.new_by_day.values()) == 7


def test_a_run_that_was_cut_off_is_gone_on_with() -> None:
    """Stored and read back through the table's types, it is the same run; another question gives it up."""
    run = replace(begin(Cursor(), chosen(SAVED_VIEW_IDS="1;2"), (), NOW, "r"), new=3, repeated=("view 1",))
    run = run.with_reading(run.sources[0], Reading(next_page=3, page_size=50, total=170, resume=2)).adding("pages", 2)
    cursor = Cursor(watermark=5).with_run(run)
    stored = documents.values_of(documents.plain(cursor.stored()))
    assert Cursor.read(stored) == cursor
    assert begin(Cursor.read(stored), chosen(SAVED_VIEW_IDS="1;2"), (), NOW + 900, "other") == run
    assert begin(cursor, chosen(SAVED_VIEW_IDS="1;3"), (), NOW + 900, "other").run_id == "other"


def test_fields_of_another_version_are_left_out() -> None:
    """A cursor of a newer version with its run and readings is read as far as it is understood."""
    run = begin(Cursor(), chosen(), (), NOW, "r")
    stored = Cursor(run=run).stored()
    stored["new"] = stored["run"]["new_too"] = 1
    stored["run"]["readings"]["shipping status 1"]["newest"] = 1
    assert Cursor.read(stored) == Cursor(run=run)


def test_a_list_that_came_short_is_read_once_more_and_then_unsure() -> None:
    """The second time nothing is read again, and the run is not sure."""
    run = begin(Cursor(), chosen(), (), NOW, "r")
    source = run.sources[0]
    again = run.with_reading(source, DONE).read_again(source)
    assert not again.readings[source.key].begun
    twice = again.with_reading(source, DONE).read_again(source)
    assert (twice.readings[source.key].done, is_sure(twice)) == (True, False)


@pytest.mark.parametrize(
    ("history", "new"),
    [
        (["queued"], True),
        (["excluded", "queued"], True),
        (["held", "excluded", "queued"], True),
        (["held", "released"], True),
        (["queued", "excluded", "queued"], False),
        (["queued", "sending", "refused", "queued"], False),
    ],
)
def test_only_what_was_never_let_through_is_new(history: list[str], new: bool) -> None:
    """Excluded and held orders never were on their way."""
    row = OrderRow(1, State.QUEUED, since=0)
    for what in history:
        row = row.noting(1, what)
    assert is_admitted(row) is new
    assert was_on_its_way(row.events)
    assert not is_admitted(replace(row, state=State.HELD))


@pytest.mark.parametrize(
    ("new_by_day", "limit"),
    [({}, 500), ({0: 100}, 500), ({0: 200}, 600), ({27: 300, 1: 200}, 900), ({28: 300}, 900), ({29: 300}, 500)],
)
def test_the_surge_limit_is_the_setting_or_three_times_the_usual(new_by_day: dict[int, int], limit: int) -> None:
    """The largest run of 28 days counts, older ones are forgotten even if nothing ran since."""
    cursor = Cursor()
    for days, count in new_by_day.items():
        at = NOW - days * DAY
        then = complete(Cursor(), chosen(), at, new=count)
        cursor = replace(cursor, new_by_day={**cursor.new_by_day, **then.new_by_day})
    assert surge_limit(cursor, chosen(), NOW) == limit


def test_what_a_run_did_is_counted() -> None:
    """Rows by state, and those not sent by reason."""
    rows = [OrderRow(1, State.EXCLUDED, 0, reason="unpaid"), OrderRow(2, State.HELD, 0)]
    run: Run = begin(Cursor(), chosen(), (), NOW, "r").counting(rows).counting(rows[:1])
    assert (run.counts, run.not_sent, run.new) == ({"excluded": 2, "held": 1}, {"unpaid": 2}, 0)
