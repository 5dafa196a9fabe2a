"""The connection check of saved views and order lists: visible, readable, how large, and what would be left out."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from tests.flows.bench import Bench
from tests.flows.checking import check
from tests.flows.conftest import MakeBench
from tests.flows.fetching import LIST, add_orders

VIEWS = {"SAVED_VIEW_IDS": "412;418"}


def two_views(make_bench: MakeBench) -> Bench:
    """Two saved views over all orders."""
    bench = make_bench(**VIEWS)
    bench.sellercloud.add_view(412, "Paid, Melbourne", lambda _: True)
    bench.sellercloud.add_view(418, "Rush", lambda order: order.rush)
    return bench


def test_a_view_is_named_with_its_size(make_bench: MakeBench) -> None:
    """51 orders are two pages; one is asked for."""
    bench = two_views(make_bench)
    add_orders(bench, 51)
    add_orders(bench, 1, rush=True)
    found = check(bench)
    assert found.wrong == []
    assert found.one("view 412")["message"] == "“Paid, Melbourne”: 52 orders."
    assert found.one("view 418")["message"] == "“Rush”: 1 order."
    assert "412 “Paid, Melbourne”" in found.one("right: list views")["message"]
    assert bench.sellercloud.count()["GET /api/Orders/GetAllByView"] == 2


@pytest.mark.parametrize("answer", [404, 400, 500, 403, "empty"])
def test_a_deleted_view_is_wrong_however_it_is_answered(make_bench: MakeBench, answer: int | Literal["empty"]) -> None:
    """An empty answer is believed only of a view that is in the list; the other view is looked at all the same."""
    bench = two_views(make_bench)
    add_orders(bench, 1)
    bench.sellercloud.remove_view(418)
    bench.sellercloud.switches.unknown_view = answer
    found = check(bench)
    assert found.wrong == ["view 418"]
    assert "deleted, or this user does not see it" in found.one("view 418")["message"]
    assert found.verdict("view 412") == "ok"


def test_an_empty_view_is_a_warning(make_bench: MakeBench) -> None:
    """It is in the list, so it is not deleted."""
    bench = two_views(make_bench)
    add_orders(bench, 1)
    found = check(bench)
    assert found.wrong == []
    assert found.verdict("view 418") == "warning"
    assert "empty" in found.one("view 418")["message"]


def test_a_view_that_is_not_listed_but_readable_is_a_warning(make_bench: MakeBench) -> None:
    """Sellercloud does not say which views it lists; orders in it prove that it is there."""
    bench = make_bench(SAVED_VIEW_IDS="412")
    bench.sellercloud.add_view(412, "Somebody else's", lambda _: True, listed=False)
    add_orders(bench, 2)
    found = check(bench)
    assert found.wrong == []
    assert found.one("view 412")["message"].startswith("2 orders, yet the user's list")


def test_without_the_right_to_list_views_an_empty_one_cannot_be_told_from_a_deleted_one(make_bench: MakeBench) -> None:
    """The missing right is wrong, as the setting needs it; a view with orders is well."""
    bench = two_views(make_bench)
    add_orders(bench, 1)
    bench.sellercloud.deny("GET /api/Orders/Views")
    found = check(bench)
    assert found.wrong == ["right: list views"]
    assert found.verdict("view 412") == "ok"
    assert found.verdict("view 418") == "not_verifiable"


def test_a_view_that_is_listed_and_refused_is_wrong(make_bench: MakeBench) -> None:
    """Seen by name only."""
    bench = two_views(make_bench)
    add_orders(bench, 1)
    bench.sellercloud.deny("GET /api/Orders/GetAllByView", 403)
    found = check(bench)
    assert found.wrong == ["view 412", "view 418"]
    assert "cannot be read (HTTP 403)" in found.one("view 412")["message"]


def test_a_listed_view_that_fails_once_is_not_called_deleted(make_bench: MakeBench) -> None:
    """500 is Sellercloud's word for almost anything."""
    bench = two_views(make_bench)
    add_orders(bench, 1, rush=True)
    bench.sellercloud.faults.next("GET /api/Orders/GetAllByView", "error_before")
    found = check(bench)
    assert found.wrong == []
    assert found.verdict("view 412") == "not_verifiable"
    assert found.verdict("view 418") == "ok"


def test_orders_of_a_view_that_would_not_go_are_counted_by_reason(make_bench: MakeBench) -> None:
    """Its maker may have meant them to go: dropship, shipped and cancelled ones are left out."""
    bench = make_bench(SAVED_VIEW_IDS="412")
    bench.sellercloud.add_view(412, "All", lambda _: True)
    add_orders(bench, 40)
    add_orders(bench, 9, dropship_status=2)
    add_orders(bench, 2, shipping_status=3)
    bench.sellercloud.cancel(add_orders(bench, 1)[0])
    found = check(bench)
    told = found.all("view 412")
    assert [line["verdict"] for line in told] == ["ok", "warning"]
    expected = "12 of the first 50 rows would be left out: 9 dropship, 2 shipping status, 1 order status."
    assert told[1]["message"] == expected
    assert "connector preview" in told[1]["next"]


def test_by_status_the_newest_orders_are_looked_at(bench: Bench) -> None:
    """What the guards leave out is said, and is no fault: a list by status cannot choose as they do."""
    add_orders(bench, 60)
    add_orders(bench, 3, dropship_status=2)
    found = check(bench)
    line = found.one("orders: Unshipped")
    assert line["verdict"] == "ok"
    assert "63 orders with order status InProcess; of 50 that were looked at, 3 would be left out" in line["message"]


def test_when_no_order_by_status_would_go_that_is_a_warning(make_bench: MakeBench) -> None:
    """Each shipping status by itself."""
    bench = make_bench(SHIPPING_STATUSES="Unshipped;PartiallyShipped")
    add_orders(bench, 2, payment_status=10)
    add_orders(bench, 1, shipping_status=2)
    found = check(bench)
    assert found.verdict("orders: Unshipped") == "warning"
    assert "2 unpaid" in found.one("orders: Unshipped")["message"]
    assert found.verdict("orders: PartiallyShipped") == "ok"


def test_rows_nobody_asked_for_are_told(bench: Bench) -> None:
    """Sellercloud drops a filter it does not know without a word."""
    add_orders(bench, 1)
    add_orders(bench, 2, status=3, shipping_status=3)
    send = bench.wire.send

    def unfiltered(method: str, url: str, *, query: Any = (), **rest: Any) -> Any:
        kept = [pair for pair in query if "Status" not in pair[0]] if url.endswith(LIST[8:]) else query
        return send(method, url, query=kept, **rest)

    bench.wire.send = unfiltered  # type: ignore[method-assign]
    line = check(bench).one("orders: Unshipped")
    assert line["verdict"] == "warning"
    assert "2 rows of 3 were not asked for" in line["message"]


def test_orders_that_cannot_be_read_again_by_id_are_wrong(bench: Bench) -> None:
    """The hand-off would find none of them."""
    add_orders(bench, 3)
    send = bench.wire.send

    def elsewhere(method: str, url: str, *, query: Any = (), **rest: Any) -> Any:
        strange = [(name, "1" if name.endswith("orderIDs") else value) for name, value in query]
        return send(method, url, query=strange, **rest)

    bench.wire.send = elsewhere  # type: ignore[method-assign]
    found = check(bench)
    assert found.wrong == ["orders by id"]
    assert "3 of 3 listed orders were not found by id" in found.one("orders by id")["message"]
