"""The Starshipit simulator's reads: single order, listings, search, tracking."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.simulators.starshipit import StarshipitSimulator
from tests.simulators.starshipit.visitor import Visitor, sample_order

START = datetime(2026, 6, 1, 3, 0, 0, 123456, tzinfo=UTC)


class Bench:
    """A simulator on a clock of its own, and a client."""

    def __init__(self) -> None:
        self.now = START
        self.sim = StarshipitSimulator(clock=lambda: self.now, rate_per_second=1_000_000)
        self.visitor = Visitor(self.sim)

    def move(self, **time_by: float) -> None:
        self.now += timedelta(**time_by)

    def create(self, number: str, **changes: Any) -> int:
        order_id: int = self.visitor.create(number, **changes)["order"]["order_id"]
        return order_id

    def numbers(self, path: str, **query: object) -> list[str]:
        rows = self.visitor.get(path, **query)["orders"]
        return [row["order_number"] for row in rows]


@pytest.fixture
def bench() -> Bench:
    """A fresh bench."""
    return Bench()


def test_unknown_order_is_200_without_an_order(bench: Bench) -> None:
    """Never a 404."""
    answer = bench.visitor.get("/orders", order_number="none")
    assert bench.visitor.last.status == 200
    assert answer["success"] is False
    assert "order" not in answer


@pytest.mark.parametrize(("which", "position"), [("oldest", 0), ("newest", 1)])
def test_which_of_several_orders_answers_to_a_number(bench: Bench, which: Any, position: int) -> None:
    """Two orders share a number."""
    ids = [bench.create("A1"), bench.create("A1")]
    bench.sim.switches.shared_number = which
    found = bench.visitor.get("/orders", order_number="A1")["order"]["order_id"]
    assert found == ids[position]


def test_archived_orders_hide_from_the_number_but_not_from_the_id(bench: Bench) -> None:
    """Default reading; the switches turn both."""
    order_id = bench.create("A1")
    bench.sim.archive(order_id)
    assert bench.visitor.get("/orders", order_number="A1")["success"] is False
    assert bench.visitor.get("/orders", order_id=order_id)["order"]["archived"] is True
    bench.sim.switches.archived_by_number = True
    assert bench.visitor.get("/orders", order_number="A1")["success"] is True


def test_dates_come_in_three_styles_and_numbers_in_three_forms(bench: Bench) -> None:
    """Zone-less, Z, seven digits; 2, 2.0, "2"."""
    ids = [bench.create(f"A{i}") for i in range(3)]
    orders = [bench.visitor.get("/orders", order_id=i)["order"] for i in ids]
    assert {len(order["order_date"]) for order in orders} == {19, 20, 28}
    kinds = {type(order["items"][0]["quantity"]) for order in orders}
    assert kinds == {int, float, str}


def test_unshipped_shows_24_hours_unless_asked_for_more(bench: Bench) -> None:
    """The default window is by last update and leaves silently out what is older."""
    bench.create("old")
    bench.move(hours=25)
    bench.create("new")
    assert bench.numbers("/orders/unshipped") == ["new"]
    since = (START - timedelta(minutes=1)).isoformat()
    assert bench.numbers("/orders/unshipped", since_last_updated=since) == ["new", "old"]
    bench.sim.correct_address(bench.sim.by_number("old")[0].order_id, street="14 Sample Street")
    assert bench.numbers("/orders/unshipped") == ["old", "new"]


def test_unshipped_pages_and_ids_only(bench: Bench) -> None:
    """Limit 50 by default, 250 at most, ids on demand, past the end is empty."""
    for start in range(0, 300, 50):
        bench.visitor.bring_in(*[sample_order(f"N{start + i}") for i in range(50)])
    answer = bench.visitor.get("/orders/unshipped")
    assert (len(answer["orders"]), answer["total_pages"]) == (50, 6)
    answer = bench.visitor.get("/orders/unshipped", limit=900, ids_only="true", page=2)
    assert (len(answer["order_ids"]), answer["total_pages"]) == (50, 2)
    assert bench.visitor.get("/orders/unshipped", page=7)["orders"] == []


def test_shipped_rows_are_flat_and_per_order_or_per_parcel(bench: Bench) -> None:
    """Printed orders are not in it; no packages, no items."""
    order_id = bench.create("A1")
    numbers = bench.sim.print_label(order_id, parcels=3)
    assert bench.numbers("/orders/shipped") == []
    bench.sim.manifest(order_id)
    (row,) = bench.visitor.get("/orders/shipped")["orders"]
    assert (row["tracking_number"], row["reference"]) == (numbers[0], "A1")
    assert not {"packages", "items"} & row.keys()
    bench.sim.switches.shipped_rows = "per_parcel"
    rows = bench.visitor.get("/orders/shipped")["orders"]
    assert [r["tracking_number"] for r in rows] == numbers


def test_shipments_give_all_numbers_with_nulls(bench: Bench) -> None:
    """Unmanifested and recently printed; a parcel without a label is null."""
    order_id = bench.create("A1")
    (number,) = bench.sim.print_label(order_id, parcels=2, partial=True)
    (row,) = bench.visitor.get("/orders/shipments", status="unmanifested")["orders"]
    assert row["tracking_numbers"] == [number, None]
    bench.sim.manifest(order_id)
    assert bench.numbers("/orders/shipments", status="unmanifested") == []
    assert bench.numbers("/orders/shipments", status="recently_printed") == ["A1"]
    bench.move(hours=25)
    assert bench.numbers("/orders/shipments", status="recently_printed") == []
    assert bench.visitor.get("/orders/shipments")["success"] is False


def test_search_finds_substrings_and_shows_no_reference(bench: Bench) -> None:
    """Clients must check equality on the order itself."""
    bench.create("X1", reference="5012847")
    printed = bench.create("X2", reference="15012847")
    bench.create("5012847", reference="other")
    bench.sim.print_label(printed)
    found = bench.visitor.get("/orders/search", phrase="5012847", fields="TheirRef", status="All")
    assert sorted(row["order_number"] for row in found["orders"]) == ["X1", "X2"]
    assert all("reference" not in row for row in found["orders"])
    assert bench.numbers("/orders/search", phrase="5012847") == ["X2"]
    assert len(bench.numbers("/orders/search", phrase="5012847", status="All")) == 3


def test_search_can_lag_and_hide_archived_orders(bench: Bench) -> None:
    """Not found proves nothing at once."""
    order_id = bench.create("A1")
    bench.sim.switches.search_lag_seconds = 30
    assert bench.numbers("/orders/search", phrase="A1", status="All") == []
    bench.move(seconds=30)
    assert bench.numbers("/orders/search", phrase="A1", status="All") == ["A1"]
    bench.sim.archive(order_id)
    assert bench.numbers("/orders/search", phrase="A1", status="All") == ["A1"]
    bench.sim.switches.search_shows_archived = False
    assert bench.numbers("/orders/search", phrase="A1", status="All") == []


def test_list_form_and_summary(bench: Bench) -> None:
    """Three wrappers of the list, counts of all tabs."""
    bench.create("A1")
    bench.sim.print_label(bench.create("A2"))
    assert [r["order_number"] for r in bench.visitor.get("/orders")["data"]["orders"]] == ["A1"]
    bench.sim.switches.list_wrapper = "order"
    answer = bench.visitor.get("/orders", status="Printed", filter="Order:::A2")
    assert [row["order_number"] for row in answer["order"]] == ["A2"]
    counts = bench.visitor.get("/orders/summary", order_status="printed")["order_counts"]
    assert (counts["unprinted_count"], counts["printed_count"]) == (1, 1)


def test_track_has_spaced_statuses_and_nothing_before_a_label(bench: Bench) -> None:
    """One result per tracking number."""
    order_id = bench.create("A1")
    assert "results" not in bench.visitor.get("/track", order_number="A1")
    (number,) = bench.sim.print_label(order_id)
    bench.sim.carrier_event(order_id, number, "OutForDelivery")
    result = bench.visitor.get("/track", tracking_number=number)["results"]
    assert (result["tracking_status"], result["order_status"]) == (
        "Out For Delivery",
        "Awaiting Dispatch",
    )
    assert bench.visitor.get("/track", tracking_number="none")["success"] is False


def test_the_exact_price_arrives_a_minute_after_printing(bench: Bench) -> None:
    """Also in a listing that was rendered before."""
    order_id = bench.create("A1")
    bench.sim.print_label(order_id)
    assert "total_shipping_price" not in bench.visitor.get("/orders", order_id=order_id)["order"]
    bench.move(seconds=60)
    assert bench.visitor.get("/orders", order_id=order_id)["order"]["total_shipping_price"] > 0


def test_a_tracking_change_is_no_update_unless_switched(bench: Bench) -> None:
    """A delivered order does not come back into the shipped window by default."""
    order_id = bench.create("A1")
    bench.sim.print_label(order_id)
    bench.sim.manifest(order_id)
    bench.move(hours=30)
    bench.sim.deliver(order_id)
    assert bench.numbers("/orders/shipped") == []
    bench.sim.switches.tracking_counts_as_update = True
    bench.sim.deliver(order_id)
    assert bench.numbers("/orders/shipped") == ["A1"]


def test_bad_queries_are_refused(bench: Bench) -> None:
    """Dates and numbers that are none."""
    for query in ({"since_last_updated": "yesterday"}, {"limit": "many"}):
        assert bench.visitor.get("/orders/unshipped", **query)["success"] is False
