"""What the warehouse does with labels and whole orders: redo, split, merge, delete, archive, cancel, return."""

from __future__ import annotations

from tests.e2e.day import HANDED_OVER, RECONCILED, TOLD, Day, Story, story
from tests.e2e.sale import line
from tests.simulators.sellercloud.models import IN_PROCESS

UNSHIP = "PUT /api/Orders/SetUnshipped"


@story
def test_the_warehouse_redoes_a_label(day: Day) -> Story:
    """The new number takes the place of the old one."""
    sale = day.order()
    yield HANDED_OVER
    [old] = sale.print()
    yield TOLD
    sale.expect_shipped(old)
    day.starshipit.redo(sale.there.order_id)
    yield TOLD
    [new] = sale.numbers
    assert new != old
    sale.expect_shipped(new)


@story
def test_the_warehouse_adds_a_shipment(day: Day) -> Story:
    """A second Starshipit order under the same number: its label joins the first one's."""
    sale = day.order(packages=2)
    yield HANDED_OVER
    [first] = sale.print()
    yield TOLD
    sale.expect_shipped(first)
    clone = day.starshipit.clone(sale.there.order_id)
    [second] = day.starshipit.print_label(clone)
    yield TOLD
    sale.expect_shipped(first, second)
    assert clone in sale.row["starshipit_ids"]


@story
def test_the_warehouse_splits_an_order(day: Day) -> Story:
    """It ships with both numbers when both parts are printed, and not before."""
    sale = day.order(packages=2, lines=(line("CUP", 2), line("BOWL", 2)))
    yield HANDED_OVER
    parts = day.starshipit.split(sale.there.order_id)
    [first] = day.starshipit.print_label(parts[0])
    yield TOLD
    yield RECONCILED
    sale.expect_unshipped(IN_PROCESS)
    sale.expect_row("handed_over")
    [second] = day.starshipit.print_label(parts[1])
    yield TOLD
    sale.expect_shipped(first, second)


@story
def test_the_warehouse_merges_two_orders_and_a_person_links_them(day: Day) -> Story:
    """The one that is gone is named after two looks; linked, it ships with the other one's label."""
    parent, child = day.order(), day.order()
    yield HANDED_OVER
    day.starshipit.merge(parent.there.order_id, child.there.order_id)
    yield RECONCILED
    yield RECONCILED
    child.expect_row("handed_over", "vanished_from_starshipit")
    ran = day.terminal("link", str(child.id), str(parent.id), role="operator")
    assert (ran.code, ran.err) == (0, "")
    assert f"Order {child.id} ships with order {parent.id}." in ran.out
    child.expect_row("handed_over")
    numbers = parent.print()
    yield TOLD
    parent.expect_shipped(*numbers)
    child.expect_shipped(*numbers)


@story
def test_the_warehouse_deletes_an_order(day: Day) -> Story:
    """One look proves nothing; after two a person is told. Nothing creates it again."""
    sale = day.order()
    yield HANDED_OVER
    day.starshipit.delete(sale.there.order_id)
    yield RECONCILED
    yield RECONCILED
    sale.expect_row("handed_over", "vanished_from_starshipit")
    assert sale.history[-2:] == ["not_seen_in_starshipit", "needs_attention"]
    yield HANDED_OVER
    assert len(sale.all_there) == 1
    sale.expect_unshipped(IN_PROCESS)


@story
def test_the_warehouse_archives_an_unprinted_order(day: Day) -> Story:
    """It is there and nobody will print it: a person is told."""
    sale = day.order()
    yield HANDED_OVER
    day.starshipit.archive(sale.there.order_id)
    yield RECONCILED
    sale.expect_row("handed_over", "archived_in_starshipit")


@story
def test_the_warehouse_cancels_the_label_and_prints_a_new_one(day: Day) -> Story:
    """Un-shipped with one call and back in process; the new label ships it again, with the new number alone."""
    sale = day.order()
    yield HANDED_OVER
    [old] = sale.print()
    yield TOLD
    sale.expect_shipped(old)
    day.starshipit.cancel_label(sale.there.order_id)
    yield TOLD
    sale.expect_unshipped(IN_PROCESS)
    sale.expect_row("handed_over")
    assert [write.endpoint for write in sale.writes].count(UNSHIP) == 1
    day.starshipit.redo(sale.there.order_id)
    yield TOLD
    [new] = sale.numbers
    sale.expect_shipped(new)
    assert new != old


@story
def test_the_warehouse_cancels_the_only_label_and_prints_no_other(day: Day) -> Story:
    """The order is taken back, and stays so: no later run ships it on the cancelled label."""
    sale = day.order()
    yield HANDED_OVER
    sale.print()
    yield TOLD
    day.starshipit.cancel_label(sale.there.order_id)
    yield RECONCILED
    yield RECONCILED
    sale.expect_unshipped(IN_PROCESS)
    sale.expect_row("handed_over")
    assert "unshipped" in sale.history


@story
def test_the_warehouse_cancels_one_label_of_three(day: Day) -> Story:
    """The order stays shipped; Sellercloud cannot forget a single number, so a person is told of it."""
    sale = day.order(packages=3)
    yield HANDED_OVER
    numbers = sale.print(3)
    yield TOLD
    sale.expect_shipped(*numbers)
    day.starshipit.cancel_label(sale.there.order_id, numbers[1])
    yield TOLD
    sale.expect_row("shipped", "cancelled_number_in_sellercloud")
    assert UNSHIP not in {write.endpoint for write in sale.writes}
    assert set(sale.row["written"]) >= {numbers[0], numbers[2]}


@story
def test_the_warehouse_prints_a_return_label(day: Day) -> Story:
    """A return ships nothing, before the outgoing label and after it."""
    sale = day.order(packages=2)
    yield HANDED_OVER
    day.starshipit.return_label(sale.there.order_id)
    yield TOLD
    yield RECONCILED
    sale.expect_unshipped(IN_PROCESS)
    numbers = sale.print()
    yield TOLD
    sale.expect_shipped(*numbers)
    day.starshipit.return_label(sale.there.order_id)
    yield TOLD
    yield RECONCILED
    assert sale.shown.tracking == tuple(numbers)
    assert sale.notes == []
