"""Which orders a fetch asks for, which it lets go, and what it records of the others (product.md, Fetch 1 to 3)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import (
    BY_VIEW,
    add_orders,
    asked,
    clamp,
    created,
    pages_asked,
    pointers,
    row_of,
    settle,
    states,
)
from tests.simulators.sellercloud import SimLine

LINE = SimLine(product_id="A", weight_lb=1.0)


def test_by_status_asks_for_each_shipping_status_by_itself(make_bench: MakeBench) -> None:
    """Two shipping statuses are two lists, and the orders of both go."""
    bench = make_bench(SHIPPING_STATUSES="Unshipped;PartiallyShipped")
    ids = [*add_orders(bench, 2), *add_orders(bench, 2, shipping_status=2)]
    assert bench.fetch()["counts"]["queued"] == 4
    assert [query["shippingStatus"] for query in asked(bench)] == [["1"], ["2"]]
    assert states(bench, ids) == {State.QUEUED}


GUARDS: list[tuple[dict[str, str], dict[str, Any], str, str]] = [
    ({}, {"status": 200}, "order_status", "200"),
    ({}, {"shipping_status": 3}, "shipping_status", "3"),
    ({}, {"payment_status": 10}, "unpaid", "10"),
    ({}, {"dropship_status": 2}, "dropship", "2"),
    ({}, {"channel": 20}, "fulfilled_elsewhere", "20"),
    ({}, {"channel": 79}, "fulfilled_elsewhere", "79"),
    ({"EXCLUDED_CHANNELS": "FBA;WFS;6"}, {}, "channel", "6"),
    ({}, {"subtype": 7}, "prime", "7"),
    ({}, {"subtype": 10}, "prime", "10"),
    ({"EXCLUDED_ORDER_TYPES": "7;10;3"}, {"subtype": 3}, "order_type", "3"),
    ({"COMPANY_IDS": "171"}, {"company_id": 172}, "company", "172"),
    ({"WAREHOUSE_IDS": "12"}, {"lines": (replace(LINE, warehouse_id=99),)}, "warehouse", "99"),
    ({"START_DATE": "2026-11-20"}, {"ordered_on": datetime(2026, 11, 20, 4, 59, tzinfo=UTC)}, "before_start_date", ""),
]


@pytest.mark.parametrize(("settings", "changes", "reason", "detail"), GUARDS)
def test_every_guard_stops_a_row_of_a_view_with_its_reason(
    make_bench: MakeBench, settings: dict[str, str], changes: dict[str, Any], reason: str, detail: str
) -> None:
    """A saved view shows an order that must not go: it stays, with a reason to read, and its neighbour goes."""
    good: dict[str, Any] = {"channel": 4, "ordered_on": datetime(2026, 11, 20, 5, 0, tzinfo=UTC)}
    bench = make_bench(SAVED_VIEW_IDS="411", **settings)
    bad = bench.sellercloud.add_order(**{**good, **({"channel": 6} if "CHANNELS" in str(settings) else {}), **changes})
    fine = bench.sellercloud.add_order(**good)
    bench.sellercloud.add_view(411, "To send", [bad, fine])
    result = bench.fetch()
    assert result["not_sent"] == {reason: 1}
    row = bench.row(bad)
    assert (row.state, row.reason) == (State.EXCLUDED, reason)
    assert detail in row.detail
    assert bench.row(fine).state is State.QUEUED


def test_overlapping_views_send_an_order_once(make_bench: MakeBench) -> None:
    """An order two views show is queued once, and the views ask with nothing but their number."""
    bench = make_bench(SAVED_VIEW_IDS="411;412")
    ids = add_orders(bench, 120)
    bench.sellercloud.add_view(411, "A", ids[:80])
    bench.sellercloud.add_view(412, "B", ids[40:])
    result = bench.fetch()
    assert result["status"] == "completed"
    assert result["counts"]["seen"] == result["counts"]["queued"] == 120
    assert sorted(order_id for order_id, _ in pointers(bench)) == ids
    assert asked(bench) == []
    assert {query["viewID"][0] for query in asked(bench, BY_VIEW)} == {"411", "412"}
    bench.work(120)
    assert {created(bench, order_id) for order_id in ids} == {1}


def test_an_empty_view_only_warns(make_bench: MakeBench) -> None:
    """A view without rows completes the run and says so; nothing that is on its way is touched."""
    bench = make_bench(SAVED_VIEW_IDS="411;412")
    ids = add_orders(bench, 2)
    bench.sellercloud.add_view(411, "A", ids)
    bench.sellercloud.add_view(412, "B", [])
    assert bench.fetch()["status"] == "completed"
    bench.sellercloud.add_view(411, "A", [])
    result = bench.fetch()
    assert result["status"] == "completed"
    assert "Saved view 411 is empty." in result["message"]
    assert bench.telemetry.metrics["EmptyView"] == 3
    assert states(bench, ids) == {State.QUEUED}


@pytest.mark.parametrize("status", [404, 400, 500])
def test_a_deleted_view_does_not_stop_the_others(make_bench: MakeBench, status: Any) -> None:
    """One of three views is gone: the others' orders go, the run says which view, and no run counts as complete."""
    bench = make_bench(SAVED_VIEW_IDS="411;999;412")
    bench.sellercloud.switches.unknown_view = status
    ids = add_orders(bench, 4)
    bench.sellercloud.add_view(411, "A", ids[:2])
    bench.sellercloud.add_view(412, "B", ids[2:])
    for _ in range(2):
        result = bench.fetch()
        assert result["status"] == "interrupted"
        assert "Saved view 999" in result["message"]
    assert states(bench, ids) == {State.QUEUED}
    assert "FetchRunCompleted" not in bench.telemetry.metrics
    later = add_orders(bench, 1)
    bench.sellercloud.add_view(412, "B", later)
    bench.fetch()
    assert states(bench, later) == {State.QUEUED}


def test_rows_nobody_asked_for_are_dropped_and_counted(bench: Bench) -> None:
    """Sellercloud ignores our filter: foreign rows are counted, not recorded, and what was asked for goes."""
    ids = add_orders(bench, 3)
    foreign = [*add_orders(bench, 2, status=3, shipping_status=3), *add_orders(bench, 1, status=200)]
    send = bench.wire.send

    def unfiltered(method: str, url: str, *, query: Any = (), **rest: Any) -> Any:
        kept = [(name, value) for name, value in query if name not in {"model.orderStatus", "model.shippingStatus"}]
        return send(method, url, query=kept, **rest)

    bench.wire.send = unfiltered  # type: ignore[method-assign]
    result = bench.fetch()
    assert result["counts"]["not_asked_for"] == bench.telemetry.metrics["RowsNotAskedFor"] == 3
    assert states(bench, ids) == {State.QUEUED}
    assert states(bench, foreign) == {None}


def test_all_companies_are_fetched_without_a_setting(bench: Bench) -> None:
    """Without company ids Sellercloud lists the default company only: all are named, and listed once a day."""
    ids = [*add_orders(bench, 2, company_id=171), *add_orders(bench, 2, company_id=172)]
    settle(bench, ticks=3)
    assert {created(bench, order_id) for order_id in ids} == {1}
    assert {tuple(query["companyID"]) for query in asked(bench)} == {("171", "172")}
    assert bench.sellercloud.count()["GET /api/Companies"] == 1
    bench.clock.pass_time(86_400)
    bench.fetch()
    assert bench.sellercloud.count()["GET /api/Companies"] == 2


def test_without_the_right_to_companies_the_run_still_runs(bench: Bench) -> None:
    """A user who may not list companies gets the orders of his own; the right, once given, starts a full sweep."""
    bench.sellercloud.deny("GET /api/Companies")
    own, others = add_orders(bench, 2, company_id=171), add_orders(bench, 2, company_id=172)
    assert bench.fetch()["status"] == "completed"
    assert states(bench, own) == {State.QUEUED}
    assert states(bench, others) == {None}
    bench.clock.pass_time(40 * 3600)
    bench.fetch()
    bench.sellercloud.allow("GET /api/Companies")
    bench.clock.pass_time(60)
    bench.fetch()
    assert states(bench, others) == {State.QUEUED}


def test_a_failing_company_list_does_not_hide_the_other_companies(bench: Bench) -> None:
    """Companies answers 503 once: no run counts as complete that may have seen one company only."""
    others = add_orders(bench, 2, company_id=172)
    bench.sellercloud.faults.next("GET /api/Companies", "unavailable")
    assert bench.fetch()["status"] == "interrupted"
    assert asked(bench) == []
    assert bench.fetch()["status"] == "completed"
    assert states(bench, others) == {State.QUEUED}
    bench.clock.pass_time(90_000)
    bench.sellercloud.faults.next("GET /api/Companies", "unavailable")
    assert bench.fetch()["status"] == "completed", "companies listed before are used"
    assert asked(bench)[-1]["companyID"] == ["171", "172"]


def test_an_order_that_becomes_paid_goes_by_itself(bench: Bench) -> None:
    """Unpaid, then paid: first a reason, then one order in Starshipit, nobody having done anything."""
    (order_id,) = add_orders(bench, 1, payment_status=10)
    settle(bench)
    assert bench.row(order_id).reason == "unpaid"
    bench.sellercloud.edit(order_id, payment_status=30)
    settle(bench)
    assert (bench.row(order_id).state, bench.row(order_id).reason) == (State.HANDED_OVER, "")
    assert created(bench, order_id) == 1


def test_an_order_corrected_after_its_refusal_goes_by_itself(bench: Bench) -> None:
    """No street: refused with its reason and not asked again; the street entered, it goes."""
    (order_id,) = add_orders(bench, 1)
    address = bench.sellercloud.orders[order_id].address
    bench.sellercloud.edit(order_id, address=replace(address, street1="", street2=""))
    settle(bench, ticks=3)
    row = bench.row(order_id)
    assert (row.state, row.reason, row.attention) == (State.REFUSED, "no_street", "no_street")
    queued_before = len(bench.sqs.bodies)
    settle(bench, ticks=2)
    assert len(bench.sqs.bodies) == queued_before, "what was not corrected does not go round the queue"
    bench.sellercloud.edit(order_id, address=address)
    settle(bench)
    row = bench.row(order_id)
    assert (row.state, row.attention) == (State.HANDED_OVER, "")
    assert created(bench, order_id) == 1


def test_an_unreadable_row_is_recorded_and_goes_once_it_can_be_read(bench: Bench) -> None:
    """One row has a quantity nobody can read, one is null, one has no id: the first has a reason, the others go."""
    bad, fine = add_orders(bench, 2)
    send = bench.wire.send

    def spoil(method: str, url: str, **rest: Any) -> Any:
        answer = send(method, url, **rest)
        if not url.endswith("/Orders"):
            return answer
        body = answer.json()
        for row in body["Items"] or []:
            if row["ID"] == bad:
                row["Items"][0]["Qty"] = "several"
        rows = [*(body["Items"] or []), None, {"StatusCode": 2}]
        return replace(answer, body=json.dumps({"Items": rows, "TotalResults": len(rows)}).encode())

    bench.wire.send = spoil  # type: ignore[method-assign]
    result = bench.fetch()
    assert result["status"] == "completed"
    assert result["message"] == "Every page was read."
    assert bench.telemetry.metrics["RowsUnreadable"] == 3
    assert (bench.row(bad).state, bench.row(bad).reason) == (State.EXCLUDED, "unreadable")
    assert "Qty" in bench.row(bad).detail
    assert "several" not in str(bench.row(bad))
    assert bench.row(fine).state is State.QUEUED
    bench.wire.send = send  # type: ignore[method-assign]
    bench.fetch()
    assert bench.row(bad).state is State.QUEUED


@pytest.mark.parametrize("zone", ["Australia/Sydney", "America/New_York", "Pacific/Kiritimati"])
def test_no_time_zone_loses_an_order(make_bench: MakeBench, zone: str) -> None:
    """Whatever zone is set and whatever Sellercloud's clock is: an order changed a minute before the run is seen."""
    bench = make_bench(TENANT_TIME_ZONE=zone)
    bench.fetch()
    for _ in range(5):
        (order_id,) = add_orders(bench, 1)
        bench.clock.pass_time(60)
        bench.fetch()
        assert bench.row(order_id).state is State.QUEUED
        bench.clock.pass_time(4 * 3600)
    assert len([query for query in asked(bench) if "lastUpdatedFrom" in query]) >= 4


@pytest.mark.parametrize("hours", range(8))
def test_no_order_is_lost_when_clocks_change(make_bench: MakeBench, hours: int) -> None:
    """The hour that comes twice in November and the one that is missing in March hide no order."""
    bench = make_bench(TENANT_TIME_ZONE="America/New_York")
    for start in (datetime(2026, 11, 1, 3, 30, tzinfo=UTC), datetime(2027, 3, 14, 4, 30, tzinfo=UTC)):
        bench.clock.moment = start - timedelta(hours=2)
        bench.fetch()
        bench.clock.moment = start + timedelta(hours=hours)
        (order_id,) = add_orders(bench, 1)
        bench.clock.pass_time(90)
        bench.fetch()
        assert bench.row(order_id).state is State.QUEUED


@pytest.mark.parametrize("zone", ["Australia/Sydney", "America/New_York", "UTC"])
def test_the_start_date_begins_at_midnight_of_the_tenant(make_bench: MakeBench, zone: str) -> None:
    """An order placed at midnight of the start date goes; one placed a minute before does not."""
    bench = make_bench(TENANT_TIME_ZONE=zone, START_DATE="2026-11-19")
    bench.sellercloud.tenant.zone = ZoneInfo(zone)
    midnight = datetime(2026, 11, 19, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    (inside,) = add_orders(bench, 1, ordered_on=midnight, created_on=midnight)
    (before,) = add_orders(bench, 1, ordered_on=midnight - timedelta(minutes=1))
    bench.fetch()
    assert bench.row(inside).state is State.QUEUED
    assert bench.row(before).reason == "before_start_date"


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 100, 101, 230])
def test_a_run_reads_each_page_once_and_the_first_again(bench: Bench, count: int) -> None:
    """For n orders a run makes at most ⌈n/50⌉ + 1 list calls, from the last page to the first."""
    ids = add_orders(bench, count)
    result = bench.fetch()
    pages = -(-count // 50)
    expected = [1] if pages <= 1 else [1, *range(pages, 0, -1)]
    assert pages_asked(bench) == expected
    assert (result["status"], result["counts"].get("queued", 0)) == ("completed", count)
    assert sorted(order_id for order_id, _ in pointers(bench)) == ids
    assert len(bench.sqs.bodies) == pages, "messages are full"


@pytest.mark.parametrize("size", [1, 7, 50])
def test_pages_may_be_smaller_than_asked_for(bench: Bench, size: int) -> None:
    """Sellercloud clamps a page to fewer rows: all orders are read all the same."""
    ids = add_orders(bench, 23)
    clamp(bench, size)
    assert bench.fetch()["counts"]["queued"] == 23
    assert states(bench, ids) == {State.QUEUED}
    assert row_of(bench, 1) is None
