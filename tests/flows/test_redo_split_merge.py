"""What the warehouse does with whole orders: redo, clone, split, merge; the sale ends with its live numbers."""

from __future__ import annotations

from typing import Any

import pytest

from connector.flows.link import link as link_flow
from connector.flows.operator import Request
from connector.state.rows import State
from tests.flows.bench import TRACKING, Bench
from tests.flows.conftest import MakeBench
from tests.flows.tracking import (
    Sale,
    assert_shipped,
    hand_over,
    hand_over_many,
    note_texts,
    say,
    writes,
)
from tests.simulators.sellercloud import SimPackage
from tests.simulators.sellercloud.models import ON_HOLD, UNSHIPPED


def ship(bench: Bench, packages: int = 1, parcels: int = 1) -> tuple[Sale, list[str]]:
    """An order Sellercloud shows shipped with our numbers."""
    sale = hand_over(bench, packages=packages)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=parcels)
    bench.work(60)
    assert_shipped(bench, sale, numbers)
    return sale, numbers


def live(bench: Bench, sale: Sale) -> list[str]:
    """The numbers Starshipit has of the sale and that travel."""
    return sorted(bench.starshipit.tracking_numbers(str(sale.order_id)))


@pytest.mark.parametrize("visible", [True, False])
@pytest.mark.parametrize("packages", [1, 2])
def test_a_label_is_redone_after_shipping(bench: Bench, packages: int, visible: bool) -> None:
    """The new number takes the old one's place in Sellercloud, also where an archived order cannot be seen."""
    bench.starshipit.switches.archived_by_id = visible
    bench.starshipit.switches.search_shows_archived = visible
    sale, [old] = ship(bench, packages)
    bench.starshipit.redo(sale.starshipit_id)
    bench.work(300)
    [new] = live(bench, sale)
    assert_shipped(bench, sale, [new])
    assert bench.sellercloud.snapshot(sale.order_id).tracking == (new,)
    row = bench.row(sale.order_id)
    assert row.written == (new,)
    assert "needs_attention" not in {event.what for event in row.events}, old


@pytest.mark.parametrize("visible", [True, False])
def test_a_label_is_redone_twice(bench: Bench, visible: bool) -> None:
    """Only the last number stays, however often."""
    bench.starshipit.switches.archived_by_id = visible
    bench.starshipit.switches.search_shows_archived = visible
    sale, _ = ship(bench)
    second = bench.starshipit.redo(sale.starshipit_id)
    bench.work(300)
    bench.starshipit.redo(second)
    bench.work(300)
    assert_shipped(bench, sale, live(bench, sale))
    assert list(bench.sellercloud.snapshot(sale.order_id).tracking) == live(bench, sale)


def test_three_parcels_are_redone(bench: Bench) -> None:
    """Each package gets a new number; none of the old ones is left."""
    sale, numbers = ship(bench, 3, 3)
    bench.starshipit.redo(sale.starshipit_id)
    bench.work(120)
    assert_shipped(bench, sale, live(bench, sale))
    assert not set(numbers) & set(bench.sellercloud.snapshot(sale.order_id).tracking)


def test_a_redone_label_before_shipping_where_archived_orders_are_hidden(bench: Bench) -> None:
    """The old number's report finds no order any more: the new one ships within two minutes, nobody disturbed."""
    bench.starshipit.switches.archived_by_id = False
    bench.starshipit.switches.search_shows_archived = False
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.starshipit.redo(sale.starshipit_id)
    bench.work(150)
    assert_shipped(bench, sale, live(bench, sale))


def test_events_of_a_redone_label_change_nothing(bench: Bench) -> None:
    """The old parcel is seen moving: the new number stays."""
    sale, [old] = ship(bench)
    bench.starshipit.redo(sale.starshipit_id)
    bench.work(120)
    for status in ("InTransit", "Delivered"):
        say(bench, old, status, sale.order_id, order_reference=str(sale.order_id))
        bench.work(700)
    assert_shipped(bench, sale, live(bench, sale))
    assert bench.sellercloud.snapshot(sale.order_id).tracking == tuple(live(bench, sale))


def test_a_redone_order_is_restored(bench: Bench) -> None:
    """The original comes back out of the archive: with its next event its number is added again."""
    sale, [old] = ship(bench, 2)
    bench.starshipit.redo(sale.starshipit_id)
    bench.work(120)
    bench.starshipit.restore(sale.starshipit_id)
    bench.starshipit.carrier_event(sale.starshipit_id, old, "InTransit")
    bench.work(120)
    assert_shipped(bench, sale, live(bench, sale))
    assert old in bench.sellercloud.snapshot(sale.order_id).tracking


def test_an_order_that_is_not_found_for_a_moment_loses_no_number(bench: Bench) -> None:
    """The first part is denied by id and by search while a clone is written: its number stays."""
    sale, [old] = ship(bench, 2)
    clone = bench.starshipit.clone(sale.starshipit_id)
    [new] = bench.starshipit.print_label(clone)
    bench.starshipit.faults.next("GET /api/orders", "not_found", times=1)
    bench.starshipit.faults.next("GET /api/orders/search", "empty", times=1)
    bench.work(300)
    assert_shipped(bench, sale, [old, new])


@pytest.mark.parametrize("packages", [1, 2])
@pytest.mark.parametrize("number", ["oldest", "newest"])
def test_a_shipment_is_added(bench: Bench, packages: int, number: Any) -> None:
    """A clone under the same number: its parcel is added, on the free package or in a note."""
    bench.starshipit.switches.shared_number = number
    sale, [first] = ship(bench, packages)
    [second] = bench.starshipit.print_label(bench.starshipit.clone(sale.starshipit_id))
    bench.work(120)
    assert_shipped(bench, sale, [first, second])
    assert len(note_texts(bench, sale.order_id)) == (1 if packages == 1 else 0)


def test_a_typed_number_is_not_overwritten_by_a_redone_one(bench: Bench) -> None:
    """A person's number stands on the other package: the redone label takes only our own place."""
    sale, [old] = ship(bench, 2)
    packages = bench.sellercloud.orders[sale.order_id].packages
    held = tuple(SimPackage(id=p.id, tracking=n) for p, n in zip(packages, (old, "HAND-1"), strict=True))
    bench.sellercloud.edit(sale.order_id, packages=held)
    bench.starshipit.redo(sale.starshipit_id)
    bench.work(120)
    [new] = live(bench, sale)
    assert bench.sellercloud.snapshot(sale.order_id).tracking == (new, "HAND-1")
    assert bench.row(sale.order_id).attention == ""


def test_fewer_labels_after_a_redo(bench: Bench) -> None:
    """Two parcels become one: the new number takes one place, the other old number needs a person."""
    sale, numbers = ship(bench, 2, 2)
    fresh = bench.starshipit.redo(sale.starshipit_id)
    order = bench.starshipit.account.book.by_id[fresh]
    order.packages = order.packages[:1]
    bench.starshipit.account.touch(order)
    bench.starshipit.outbox.pop()
    bench.work(120)
    row, [new] = bench.row(sale.order_id), live(bench, sale)
    assert (row.state, row.attention) == (State.SHIPPED, "cancelled_number_in_sellercloud")
    assert set(bench.sellercloud.snapshot(sale.order_id).tracking) == {new, numbers[1]}


@pytest.mark.parametrize("keeps_original", [True, False])
@pytest.mark.parametrize("parts", [2, 3])
def test_a_split_order_ships_on_its_first_part_where_that_is_set(
    make_bench: MakeBench, parts: int, keeps_original: bool
) -> None:
    """SplitOrdersShip first: Fully Shipped with the first part's number, the others are added as they are printed."""
    bench = make_bench(SPLIT_ORDERS_SHIP="first")
    bench.starshipit.switches.split_keeps_original = keeps_original
    sale = hand_over(bench, packages=parts)
    printed: list[str] = []
    for part in bench.starshipit.split(sale.starshipit_id, parts):
        printed += bench.starshipit.print_label(part)
        bench.work(120)
        assert_shipped(bench, sale, printed)
    assert [number for _, number in writes(bench, sale.order_id)] == printed


def test_the_first_part_still_waits_for_its_own_parcels(make_bench: MakeBench) -> None:
    """Two parcels in the first part, one printed: nothing ships until both are."""
    bench = make_bench(SPLIT_ORDERS_SHIP="first")
    sale = hand_over(bench, packages=3)
    first, _ = bench.starshipit.split(sale.starshipit_id)
    bench.starshipit.print_label(first, parcels=2, partial=True)
    bench.work(60)
    assert bench.sellercloud.snapshot(sale.order_id).shipping_status == UNSHIPPED
    bench.starshipit.print_label(first, parcels=2)
    bench.work(60)
    assert_shipped(bench, sale, live(bench, sale))


@pytest.mark.parametrize("keeps_original", [True, False])
def test_a_split_orders_label_is_redone(bench: Bench, keeps_original: bool) -> None:
    """One part of a shipped split order is printed anew: its number is replaced, the other part's stays."""
    bench.starshipit.switches.split_keeps_original = keeps_original
    sale = hand_over(bench, packages=2)
    first, second = bench.starshipit.split(sale.starshipit_id)
    [one] = bench.starshipit.print_label(first)
    [two] = bench.starshipit.print_label(second)
    bench.work(120)
    assert_shipped(bench, sale, [one, two])
    bench.starshipit.redo(first)
    bench.work(300)
    assert_shipped(bench, sale, live(bench, sale))
    tracking = bench.sellercloud.snapshot(sale.order_id).tracking
    assert one not in tracking
    assert two in tracking


def link(bench: Bench, child: object, parent: object) -> dict[str, Any]:
    """`connector link`, as the function answers it."""
    desk = bench.runtime().desk(bench.context(), None)
    return link_flow(desk, Request({"child": str(child), "parent": str(parent), "by": "a tester"}))


def merged(bench: Bench, children: int = 1, packages: int = 1) -> tuple[Sale, list[Sale]]:
    """A parent and the orders the warehouse merged into it."""
    parent, *others = hand_over_many(bench, 1 + children, packages)
    bench.starshipit.merge(parent.starshipit_id, *[child.starshipit_id for child in others])
    return parent, others


@pytest.mark.parametrize("children", [1, 3])
def test_merged_orders_ship_with_their_parent(bench: Bench, children: int) -> None:
    """Linked before the label is printed: parent and children are shipped with the same number, each once."""
    parent, others = merged(bench, children)
    for child in others:
        assert link(bench, child.order_id, parent.order_id)["status"] == "done"
    numbers = bench.starshipit.print_label(parent.starshipit_id)
    bench.work(120)
    for sale in (parent, *others):
        assert_shipped(bench, sale, numbers)
        assert len(writes(bench, sale.order_id)) == 1
    row = bench.row(others[0].order_id)
    assert row.linked_to == parent.order_id
    assert row.starshipit_ids == (others[0].starshipit_id,)
    assert next(e for e in row.events if e.what == "merged_into").facts == {"parent": parent.order_id, "by": "a tester"}
    assert bench.row(parent.order_id).linked == tuple(child.order_id for child in others)


def test_a_child_linked_after_its_parent_was_shipped(bench: Bench) -> None:
    """The label was printed before anybody noticed: linking ships the child at once, and takes its mark away."""
    parent, [child] = merged(bench)
    numbers = bench.starshipit.print_label(parent.starshipit_id)
    bench.work(120)
    tools = bench.runtime().tools(bench.context())
    tools.ledger.change(child.order_id, lambda row: row.needing("vanished_from_starshipit", tools.now))
    before = writes(bench, parent.order_id)
    answer = link(bench, child.order_id, parent.order_id)
    assert (answer["status"], "told now" in answer["message"]) == ("done", True)
    bench.work(60)
    for sale in (parent, child):
        assert_shipped(bench, sale, numbers)
    assert writes(bench, parent.order_id) == before
    with_events = len(bench.sellercloud.calls)
    bench.starshipit.deliver(parent.starshipit_id)
    bench.work(60)
    assert len(bench.sellercloud.calls) == with_events


def test_a_child_that_must_not_ship(bench: Bench) -> None:
    """On hold in Sellercloud: its parent ships, the child needs a person; released, the next event ships it."""
    parent, [child] = merged(bench)
    link(bench, child.order_id, parent.order_id)
    bench.sellercloud.hold(child.order_id)
    numbers = bench.starshipit.print_label(parent.starshipit_id)
    bench.work(60)
    assert_shipped(bench, parent, numbers)
    assert bench.sellercloud.snapshot(child.order_id).status == ON_HOLD
    assert bench.row(child.order_id).attention == "order_is_onhold"
    bench.sellercloud.release(child.order_id)
    bench.starshipit.manifest(parent.starshipit_id)
    bench.work(60)
    assert_shipped(bench, child, numbers)


def test_a_merged_orders_label_is_cancelled_and_redone(bench: Bench) -> None:
    """Parent and child are both un-shipped, and both shipped with the new number."""
    parent, [child] = merged(bench)
    link(bench, child.order_id, parent.order_id)
    bench.starshipit.print_label(parent.starshipit_id)
    bench.work(60)
    bench.starshipit.cancel_label(parent.starshipit_id)
    bench.work(120)
    for sale in (parent, child):
        assert bench.sellercloud.snapshot(sale.order_id).shipping_status == UNSHIPPED
        assert (bench.row(sale.order_id).state, bench.row(sale.order_id).attention) == (State.HANDED_OVER, "")
    bench.starshipit.redo(parent.starshipit_id)
    bench.work(120)
    for sale in (parent, child):
        assert_shipped(bench, sale, live(bench, parent))


def test_merged_parcels_are_placed_on_each_orders_own_packages(bench: Bench) -> None:
    """Three parcels of the parent: three packages there, one and a note at the child."""
    parent, child = hand_over(bench, packages=3), hand_over(bench, packages=1)
    bench.starshipit.merge(parent.starshipit_id, child.starshipit_id)
    link(bench, child.order_id, parent.order_id)
    numbers = bench.starshipit.print_label(parent.starshipit_id, parcels=3)
    bench.work(120)
    for sale, notes in ((parent, 0), (child, 1)):
        assert_shipped(bench, sale, numbers)
        assert len(note_texts(bench, sale.order_id)) == notes


def test_linking_twice_is_linking_once(bench: Bench) -> None:
    """The same link again completes what may have been cut off, and changes nothing."""
    parent, [child] = merged(bench)
    assert [link(bench, child.order_id, parent.order_id)["status"] for _ in range(2)] == ["done", "done"]
    assert bench.row(parent.order_id).linked == (child.order_id,)
    assert [e.what for e in bench.row(child.order_id).events].count("merged_into") == 1


def test_what_is_not_linked(bench: Bench) -> None:
    """Itself, a chain, an order that is there, one that is shipped, a parent that is gone: refused, with why."""
    parent, [child, other] = merged(bench, 2)
    alone, labelled, gone = hand_over_many(bench, 3)
    bench.starshipit.print_label(labelled.starshipit_id)
    bench.work(60)
    bench.starshipit.delete(gone.starshipit_id)
    for pair, why in {
        (child.order_id, child.order_id): "to itself",
        (alone.order_id, parent.order_id): "still in Starshipit",
        (labelled.order_id, parent.order_id): "is shipped in Sellercloud already",
        (child.order_id, gone.order_id): "no live order",
        (999, parent.order_id): "No order that",
        (child.order_id, 999): "No order that",
    }.items():
        answer = link(bench, *pair)
        assert answer["status"] in ("refused", "not_found"), pair
        assert why in answer["message"], answer
        assert answer["next"]
    assert link(bench, child.order_id, parent.order_id)["status"] == "done"
    assert "linked to order" in link(bench, other.order_id, child.order_id)["message"]
    assert "carries other orders" in link(bench, parent.order_id, alone.order_id)["message"]
    assert "already" in link(bench, child.order_id, alone.order_id)["message"]
    assert bench.row(alone.order_id).linked == ()


def test_a_link_of_a_dry_run_is_refused(make_bench: MakeBench) -> None:
    """A dry run changes nothing."""
    bench = make_bench(DRY_RUN="true")
    assert link(bench, 1, 2)["status"] == "refused"


def test_a_link_cut_off_ships_nothing_by_half(bench: Bench) -> None:
    """Only the parent knows of it: its label ships the parent alone, and the child keeps its mark."""
    parent, [child] = merged(bench)
    tools = bench.runtime().tools(bench.context())
    from connector.rules.linking import carrying

    tools.ledger.change(parent.order_id, lambda row: carrying(row, child.order_id, tools.now, "a tester"))
    numbers = bench.starshipit.print_label(parent.starshipit_id)
    bench.work(60)
    assert_shipped(bench, parent, numbers)
    assert bench.sellercloud.snapshot(child.order_id).shipping_status == UNSHIPPED
    assert link(bench, child.order_id, parent.order_id)["status"] == "done"
    bench.work(60)
    assert_shipped(bench, child, numbers)
    assert bench.sqs.queues[TRACKING] == []
