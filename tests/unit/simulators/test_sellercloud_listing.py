"""Lists of the simulated tenant: filters, paging, sorting, views, and rows that move meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from .sellercloud_caller import START, Caller


@pytest.fixture
def caller() -> Caller:
    return Caller()


def test_page_size_defaults_to_10_and_is_clamped_at_50(caller: Caller) -> None:
    """Newest first by default; 10 rows unless asked; never more than 50."""
    numbers = [caller.sim.add_order() for _ in range(60)]
    assert caller.ids("/api/Orders") == numbers[:-11:-1]
    assert caller.ids("/api/Orders?model.pageSize=200") == numbers[:9:-1]
    assert "GET /api/Orders: pageSize above 50" in caller.sim.breaches
    last = caller.get("/api/Orders?model.pageSize=50&model.pageNumber=3")
    assert last == {"Items": None, "TotalResults": 60}


def test_ascending_pages_cover_everything_once(caller: Caller) -> None:
    """Sorted by id ascending, the pages laid end to end are the orders."""
    numbers = [caller.sim.add_order() for _ in range(25)]
    base = "/api/Orders?model.orderBy=0&model.isAscending=true&model.pageNumber="
    assert [n for page in (1, 2, 3) for n in caller.ids(f"{base}{page}")] == numbers


def test_unknown_parameters_are_ignored(caller: Caller) -> None:
    """A misspelt filter lists everything, without a word to the client; the test is told."""
    caller.sim.add_order(status=3)
    assert len(caller.ids("/api/Orders?model.orderStatuses=2&model.shippingStatus=x")) == 1
    assert "GET /api/Orders: dropped model.orderstatuses (unknown)" in caller.sim.breaches


def test_prefix_rule(caller: Caller) -> None:
    """Un-prefixed names count only when no prefixed one is present."""
    done, open_ = caller.sim.add_order(status=3), caller.sim.add_order()
    assert caller.ids("/api/Orders?orderStatus=3") == [done]
    assert caller.ids("/api/Orders?orderStatus=3&model.pageSize=5") == [open_, done]


@pytest.mark.parametrize(
    ("query", "change"),
    [
        ("orderStatus=3&model.orderStatus=200", {"status": 200}),
        ("shippingStatus=2", {"shipping_status": 2}),
        ("paymentStatus=10", {"payment_status": 10}),
        ("paymentStatus=61", {"payment_status": 50}),
        ("dropShipStatus=2", {"dropship_status": 2}),
        ("channel=4", {"channel": 4}),
        ("orderSubType=7", {"subtype": 7}),
        ("orderSourceOrderIDList=%23X1&model.orderSourceOrderIDList=b", {"source_id": "#X1"}),
        ("exported=1", {"exported": True}),
        ("createdOnFrom=11%2F19%2F2026+00:00", {"created_on": START - timedelta(days=1)}),
        ("lastUpdatedTo=2026-10-01T00:00:00", {"last_updated": START - timedelta(days=60)}),
        ("orderToDate=2026/10/01", {"ordered_on": START - timedelta(days=60)}),
        ("shipFromDate=10/01/2026", {"ship_date": START}),
        ("updatedFromDateRange=11", {"last_updated": START - timedelta(days=2)}),
    ],
)
def test_filter_selects(caller: Caller, query: str, change: dict[str, Any]) -> None:
    """Each filter finds the order that has the value and leaves out the plain one."""
    week_old = START - timedelta(days=9)
    caller.sim.add_order(created_on=week_old)
    wanted = caller.sim.add_order(**{"created_on": week_old, **change})
    assert caller.ids(f"/api/Orders?model.{query}") == [wanted]
    assert caller.sim.breaches == []


def test_dates_of_filters_are_local_time(caller: Caller) -> None:
    """A naive filter date is New York time, not UTC."""
    number = caller.sim.add_order(created_on=START)  # 10:04:05 in New York
    assert caller.ids("/api/Orders?model.createdOnFrom=11/20/2026+10:04") == [number]
    assert caller.ids("/api/Orders?model.createdOnFrom=11/20/2026+10:05") == []
    assert caller.ids("/api/Orders?model.createdOnFrom=2026-11-20T15:04:00Z") == [number]


def test_only_the_default_company_without_company_id(caller: Caller) -> None:
    """Who names no company sees the default one only, even when asking by order id."""
    other = caller.sim.add_order(company_id=172)
    mine = caller.sim.add_order()
    assert caller.ids("/api/Orders") == [mine]
    assert caller.ids(f"/api/Orders?model.orderIDs={other}&model.orderIDs={mine}") == [mine]
    assert caller.ids("/api/Orders?model.companyID=171&model.companyID=172") == [mine, other]
    caller.sim.switches.default_company_only = False
    assert caller.ids("/api/Orders") == [mine, other]


def test_bulk_read_by_order_ids(caller: Caller) -> None:
    """Up to 50 orders come back in one call, unknown ids simply missing."""
    numbers = [caller.sim.add_order() for _ in range(3)]
    query = "&".join(f"model.orderIDs={number}" for number in [*numbers, 99])
    assert caller.ids(f"/api/Orders?model.isAscending=true&{query}") == numbers


def test_view_ignores_everything_else(caller: Caller) -> None:
    """A view decides alone; other filters are dropped; its parameters are required."""
    first, second = caller.sim.add_order(status=3), caller.sim.add_order(company_id=172)
    view = caller.sim.add_view(412, "Paid", lambda order: order.payment_status == 30)
    path = f"/api/Orders/GetAllByView?viewID={view}&pageNumber=1&pageSize=50"
    assert caller.ids(f"{path}&orderStatus=2&companyID=171") == [second, first]
    assert caller.get("/api/Orders/Views") == [{"ID": 412, "Name": "Paid"}]
    assert caller.call("GET", "/api/Orders/GetAllByView?model.viewID=412")[0] == 400
    caller.sim.add_view(412, "Paid", [first])
    assert caller.ids(path) == [first]


def test_unknown_view(caller: Caller) -> None:
    """An unknown view is an empty list unless switched to an error."""
    path = "/api/Orders/GetAllByView?viewID=9&pageNumber=1&pageSize=50"
    assert caller.get(path) == {"Items": None, "TotalResults": 0}
    caller.sim.switches.unknown_view = 404
    assert caller.call("GET", path)[0] == 404


def test_rows_can_leave_the_list_while_it_is_read(caller: Caller) -> None:
    """The page hook lets a row leave between two pages, which makes another one slip through."""
    numbers = [caller.sim.add_order() for _ in range(30)]
    seen: list[int] = []

    def leave(page: int) -> None:
        if page == 1:
            caller.sim.ship_by_hand(numbers[0], "33X")

    caller.sim.on_list_page = leave
    base = "/api/Orders?model.shippingStatus=1&model.isAscending=true&model.pageNumber="
    for page in (1, 2, 3):
        seen += caller.ids(f"{base}{page}")
    assert set(numbers) - set(seen) == {numbers[10]}


def test_kept_lists_follow_every_change(caller: Caller) -> None:
    """A list asked for again after edits, new orders and splits is right without a rescan."""
    first, second = caller.sim.add_order(), caller.sim.add_order()
    path = "/api/Orders?model.orderStatus=2&model.shippingStatus=1&model.orderBy=1"
    assert caller.ids(path) == [second, first]
    caller.sim.hold(second)
    caller.sim.edit(first, ordered_on=START + timedelta(days=1))
    third = caller.sim.add_order()
    assert caller.ids(path) == [first, third]
    caller.sim.release(second)
    caller.sim.cancel(third)
    assert caller.ids(path) == [first, second]
