"""Edited in Sellercloud after the hand-off: only what changed is sent, while unprinted; else a person decides."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import RetryLater
from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.comparing import (
    READ,
    SEARCH,
    UPDATE,
    address,
    assert_quiet,
    compare,
    goods,
    later,
    move,
    once,
    requantify,
    there,
    truth,
    updates,
    whats,
)
from tests.flows.conftest import MakeBench
from tests.flows.tracking import Sale, counted, hand_over
from tests.simulators.sellercloud.models import SimLine

PATH = "/api/orders"


def line(sku: str, qty: int = 1, **changes: Any) -> SimLine:
    """A line as the office enters it."""
    return SimLine(product_id=sku, name=f"Product {sku}", qty=qty, price=Decimal(10), weight_lb=1.0, **changes)


def two_lines(bench: Bench) -> Sale:
    """An order of two products, handed over."""
    return hand_over(bench, lines=(line("CUP", 2), line("BOWL", 3)))


def test_a_thousand_unchanged_orders_cost_a_call_for_fifty(bench: Bench) -> None:
    """Nothing changed: one call for all rows, none to Starshipit, no write."""
    sale = hand_over(bench)
    row = bench.row(sale.order_id)
    assert row.sent
    assert row.there
    with counted(bench) as cost:
        compare(bench, sale.order_id)
    assert (cost.sellercloud, cost.starshipit) == (1, 0)
    assert bench.row(sale.order_id) == row


def test_no_customer_data_is_in_the_fingerprints(bench: Bench) -> None:
    """The ledger keeps eight characters a field."""
    row = bench.row(hand_over(bench).order_id)
    assert all(len(value) == 8 for value in (*row.sent.values(), *row.there.values()))
    assert not {"TENT-2P-GRN", "Raman"} & {part for field in row.sent for part in field.split(":")}


def test_a_new_street_is_sent_and_nothing_else(bench: Bench) -> None:
    """The seller corrects the street: Starshipit has it, with what the warehouse added to the destination."""
    sale = hand_over(bench)
    bench.starshipit.correct_address(sale.starshipit_id, delivery_instructions="Ring twice", tax_number="GB123")
    move(bench, sale.order_id, street1="1 New Road")
    with counted(bench) as cost:
        compare(bench, sale.order_id)
    to = there(bench, sale.starshipit_id).destination
    assert (to["street"], to["building"], to["delivery_instructions"]) == ("1 New Road", "Unit 3", "Ring twice")
    assert to["tax_number"] == "GB123"
    assert (cost.sellercloud, cost.starshipit) == (2, 3)
    assert bench.row(sale.order_id).events[-1].facts == {"fields": ["street"]}
    assert_quiet(bench, sale)


@pytest.mark.parametrize("empty", [True, False])
def test_a_field_that_is_emptied_is_empty_there(bench: Bench, empty: bool) -> None:
    """Unit and company were given and are gone: null and absent are the same."""
    bench.starshipit.switches.omit_empty = empty
    sale = hand_over(bench, address=replace(_address(), company="Acme"))
    move(bench, sale.order_id, street2="", company="", phone="")
    compare(bench, sale.order_id)
    to = there(bench, sale.starshipit_id).destination
    assert not any(to.get(name) for name in ("building", "company", "phone"))
    assert to["street"] == "14 Acacia Cres"
    assert_quiet(bench, sale)


def _address() -> Any:
    from tests.simulators.sellercloud.office import _ADDRESS

    return _ADDRESS


def test_edited_twice(bench: Bench) -> None:
    """Each edit is sent, the last one stands; back to the first address works too."""
    sale = hand_over(bench)
    for street in ("1 New Road", "2 New Road", "14 Acacia Cres"):
        move(bench, sale.order_id, street1=street)
        later(bench, sale.order_id)
        assert there(bench, sale.starshipit_id).destination["street"] == street
    assert_quiet(bench, sale)


def test_the_warehouse_corrected_another_field(bench: Bench) -> None:
    """What the warehouse corrected stays, what the seller changed is sent; later edits of it are still both sides'."""
    sale = hand_over(bench)
    bench.starshipit.correct_address(sale.starshipit_id, phone="0400 111 222")
    move(bench, sale.order_id, street1="1 New Road")
    compare(bench, sale.order_id)
    to = there(bench, sale.starshipit_id).destination
    assert (to["phone"], to["street"]) == ("0400 111 222", "1 New Road")
    assert_quiet(bench, sale)
    move(bench, sale.order_id, phone="0400 999 999")
    later(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == "edited_on_both_sides"


def test_the_warehouse_corrected_the_same_field(bench: Bench) -> None:
    """Both changed the street: nothing is overwritten, a person decides; the mark goes when both agree."""
    sale = hand_over(bench)
    bench.starshipit.correct_address(sale.starshipit_id, street="14 Acacia Crescent")
    move(bench, sale.order_id, street1="1 New Road", city="Carlton")
    compare(bench, sale.order_id)
    row = bench.row(sale.order_id)
    assert row.attention == "edited_on_both_sides"
    assert row.events[-1].facts["fields"] == ["city", "street", "suburb"]
    assert (updates(bench), there(bench, sale.starshipit_id).destination["street"]) == (0, "14 Acacia Crescent")
    later(bench, sale.order_id)
    assert bench.row(sale.order_id).events == row.events, "told once"
    move(bench, sale.order_id, street1="14 Acacia Crescent")
    later(bench, sale.order_id)
    to = there(bench, sale.starshipit_id).destination
    assert (to["street"], to["city"]) == ("14 Acacia Crescent", "Carlton")
    assert_quiet(bench, sale)


def test_the_person_puts_the_edit_in_by_hand(bench: Bench) -> None:
    """Starshipit shows what would be sent: the mark goes by itself, nothing is sent."""
    sale = hand_over(bench)
    bench.starshipit.correct_address(sale.starshipit_id, street="14 Acacia Crescent")
    move(bench, sale.order_id, street1="1 New Road")
    compare(bench, sale.order_id)
    bench.starshipit.correct_address(sale.starshipit_id, street="1 NEW ROAD")
    later(bench, sale.order_id)
    assert updates(bench) == 0
    assert_quiet(bench, sale)


def test_what_only_the_warehouse_changed_is_its_own(bench: Bench) -> None:
    """The warehouse corrects the address and a quantity: nothing is put back."""
    sale = two_lines(bench)
    bench.starshipit.correct_address(sale.starshipit_id, street="Corrected 5")
    bench.starshipit.change_items(sale.starshipit_id, {"CUP": 1})
    bench.sellercloud.edit(sale.order_id, payment_status=40)
    compare(bench, sale.order_id)
    assert updates(bench) == 0
    assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 1)]
    assert_quiet(bench, sale)


@pytest.mark.parametrize(
    ("quantities", "expected"),
    [((1, 3), [("BOWL", 3), ("CUP", 1)]), ((2, 0), [("CUP", 2)]), ((5, 4), [("BOWL", 4), ("CUP", 5)])],
    ids=["fewer", "removed", "more"],
)
def test_quantities_follow(bench: Bench, quantities: tuple[int, int], expected: list[tuple[str, float]]) -> None:
    """A line is changed or removed by its item id; the others keep theirs."""
    sale = two_lines(bench)
    ids = {item.data["sku"]: item.item_id for item in there(bench, sale.starshipit_id).items}
    requantify(bench, sale.order_id, *quantities)
    compare(bench, sale.order_id)
    assert goods(bench, sale.starshipit_id) == expected
    assert all(ids[item.data["sku"]] == item.item_id for item in there(bench, sale.starshipit_id).items)
    assert_quiet(bench, sale)


def test_a_line_is_added(bench: Bench) -> None:
    """A new product comes to the order, with its weight in kilograms; then it goes again."""
    sale = two_lines(bench)
    lines = truth(bench, sale.order_id).lines
    bench.sellercloud.edit(sale.order_id, lines=(*lines, line("JUG", 4)))
    compare(bench, sale.order_id)
    assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 2), ("JUG", 4)]
    assert next(i.data["weight"] for i in there(bench, sale.starshipit_id).items if i.data["sku"] == "JUG") == 0.4536
    assert_quiet(bench, sale)
    bench.sellercloud.edit(sale.order_id, lines=lines)
    later(bench, sale.order_id)
    assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 2)]
    assert_quiet(bench, sale)


def test_a_vendor_that_removes_lines_by_their_quantity(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starshipit says yes to `delete` and keeps the line: it is emptied, and that counts as gone."""
    from tests.simulators.starshipit import amend as simulated

    put = simulated._put_item
    monkeypatch.setattr(simulated, "_put_item", lambda a, o, row: None if row.get("delete") else put(a, o, row))
    sale = two_lines(bench)
    requantify(bench, sale.order_id, 2, 0)
    compare(bench, sale.order_id)
    assert goods(bench, sale.starshipit_id) == [("BOWL", 0), ("CUP", 2)]
    assert updates(bench) == 2
    assert_quiet(bench, sale)


def test_one_product_is_exchanged_for_another(bench: Bench) -> None:
    """A different SKU: the old line goes, the new one comes, in one call."""
    sale = two_lines(bench)
    cup, bowl = truth(bench, sale.order_id).lines
    bench.sellercloud.edit(sale.order_id, lines=(replace(cup, product_id="MUG", name="Mug"), bowl))
    compare(bench, sale.order_id)
    assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("MUG", 2)]
    assert updates(bench) == 1
    assert_quiet(bench, sale)


def test_weight_and_price_are_sent_and_the_quantity_the_warehouse_changed_stays(bench: Bench) -> None:
    """A product's weight is corrected in Sellercloud, the quantity in Starshipit: different things."""
    sale = two_lines(bench)
    bench.starshipit.change_items(sale.starshipit_id, {"CUP": 1})
    cup, bowl = truth(bench, sale.order_id).lines
    bench.sellercloud.edit(sale.order_id, lines=(replace(cup, weight_lb=2.0, price=Decimal(12)), bowl))
    compare(bench, sale.order_id)
    item = next(item for item in there(bench, sale.starshipit_id).items if item.data["sku"] == "CUP")
    assert (item.data["weight"], item.data["value"], item.data["quantity"]) == (0.9072, 12, 1)
    assert_quiet(bench, sale)


def test_the_warehouse_changed_the_same_quantity(bench: Bench) -> None:
    """Both changed how many: a person decides."""
    sale = two_lines(bench)
    bench.starshipit.change_items(sale.starshipit_id, {"CUP": 1})
    requantify(bench, sale.order_id, 4, 3)
    compare(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == "edited_on_both_sides"
    assert bench.row(sale.order_id).events[-1].facts["fields"] == ["lines"]
    assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 1)]


def test_several_lines_of_one_sku(bench: Bench) -> None:
    """Two lines of a product at two prices: one is changed, one removed, one added."""
    cheap, dear = line("CUP", 1), replace(line("CUP", 2), price=Decimal(99))
    sale = hand_over(bench, lines=(cheap, dear))
    requantify(bench, sale.order_id, 1, 5)
    compare(bench, sale.order_id)
    assert goods(bench, sale.starshipit_id) == [("CUP", 1), ("CUP", 5)]
    requantify(bench, sale.order_id, 0, 5)
    later(bench, sale.order_id)
    assert [(i.data["quantity"], i.data["value"]) for i in there(bench, sale.starshipit_id).items] == [(5, 99)]
    bench.sellercloud.edit(sale.order_id, lines=(*truth(bench, sale.order_id).lines, cheap))
    later(bench, sale.order_id)
    assert goods(bench, sale.starshipit_id) == [("CUP", 1), ("CUP", 5)]
    assert_quiet(bench, sale)


def test_lines_without_a_sku_are_known_by_their_name(bench: Bench) -> None:
    """A product whose SKU is too long for its field is matched by its description."""
    sale = hand_over(bench, lines=(line("X" * 60, 1), line("CUP", 1)))
    requantify(bench, sale.order_id, 3, 1)
    compare(bench, sale.order_id)
    assert sorted(i.data["quantity"] for i in there(bench, sale.starshipit_id).items) == [1, 3]
    assert_quiet(bench, sale)


def test_signature_and_method_follow(bench: Bench) -> None:
    """What is no part of the destination is sent as well."""
    sale = hand_over(bench)
    bench.sellercloud.edit(sale.order_id, signature=True, carrier="USPS", service="Priority Mail")
    compare(bench, sale.order_id)
    order = there(bench, sale.starshipit_id)
    assert (order.signature_required, order.shipping_method) == (True, "USPS Priority Mail")
    assert_quiet(bench, sale)


def _shouting(bench: Bench) -> None:
    """Starshipit writes addresses its own way from now on: capitals, its own names of countries and states."""
    printer = bench.starshipit.account.printer
    plain = printer.order

    def shouted(order: Any, now: Any) -> Any:
        row = plain(order, now)
        to = {name: str(value).upper() for name, value in row["destination"].items()}
        row["destination"] = to | {"country": "AU", "state": {"VIC": "Victoria"}.get(to["state"], to["state"])}
        row["items"] = [{**item, "sku": f"{item['sku'].upper()}."} for item in row["items"]]
        return row

    printer.order = shouted  # type: ignore[method-assign]


def test_what_starshipit_spells_its_own_way_is_not_the_warehouse(bench: Bench) -> None:
    """Countries, capitals, states and SKUs in its own spelling: an edit is sent all the same."""
    _shouting(bench)
    sale = two_lines(bench)
    move(bench, sale.order_id, street1="1 New Road", state_code="NSW")
    requantify(bench, sale.order_id, 2, 7)
    compare(bench, sale.order_id)
    order = there(bench, sale.starshipit_id)
    assert (order.destination["street"], order.destination["state"]) == ("1 New Road", "NSW")
    assert sum(item.data["quantity"] for item in order.items) == 9
    assert_quiet(bench, sale)
    requantify(bench, sale.order_id, 0, 7)
    later(bench, sale.order_id)
    assert sum(item.data["quantity"] for item in order.items) == 7
    assert_quiet(bench, sale)


def test_printed_before_the_edit(bench: Bench) -> None:
    """The label shows the old address: a person is told, nothing is sent; undone, the mark goes."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    move(bench, sale.order_id, street1="1 New Road")
    compare(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == "edited_after_printing"
    assert updates(bench) == 0
    move(bench, sale.order_id, street1="14 Acacia Cres")
    later(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == ""


@pytest.mark.parametrize("answer", ["refuse", "ignore"])
def test_printed_between_our_read_and_the_change(bench: Bench, answer: str) -> None:
    """Starshipit refuses the change, or says yes and changes nothing: a person is told either way."""
    bench.starshipit.switches.printed_update = answer  # type: ignore[assignment]
    sale = hand_over(bench)
    move(bench, sale.order_id, street1="1 New Road")
    once(bench, "PUT", PATH, lambda: bench.starshipit.print_label(sale.starshipit_id))
    compare(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == "edited_after_printing"
    assert there(bench, sale.starshipit_id).destination["street"] == "14 Acacia Cres"
    assert not any(value.startswith("?") for value in bench.row(sale.order_id).sent.values())


def test_a_weight_that_changes_after_printing_is_nobodys_business(bench: Bench) -> None:
    """Only destination, quantity and products matter once the label is there."""
    sale = two_lines(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    cup, bowl = truth(bench, sale.order_id).lines
    bench.sellercloud.edit(sale.order_id, lines=(replace(cup, weight_lb=2.0), bowl), carrier="USPS")
    compare(bench, sale.order_id)
    assert_quiet(bench, sale)


@pytest.mark.parametrize("keeps", [True, False])
def test_split_by_the_warehouse(bench: Bench, keeps: bool) -> None:
    """Lines of a split order are never replaced: a person decides. What does not matter is let go."""
    bench.starshipit.switches.split_keeps_original = keeps
    sale = two_lines(bench)
    parts = bench.starshipit.split(sale.starshipit_id)
    bench.sellercloud.edit(sale.order_id, carrier="USPS")
    compare(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == ""
    requantify(bench, sale.order_id, 2, 9)
    later(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == "edited_after_split"
    assert updates(bench) == 0
    bench.starshipit.change_items(parts[0], {"BOWL": 8})
    later(bench, sale.order_id)
    total = sum(quantity for part in parts for sku, quantity in goods(bench, part) if sku == "BOWL")
    assert (total == 9) is (bench.row(sale.order_id).attention == "")


def test_merged_by_the_warehouse(bench: Bench) -> None:
    """Another order's goods lie in ours: its lines are not touched, its address may follow."""
    sale, other = two_lines(bench), hand_over(bench)
    bench.starshipit.merge(sale.starshipit_id, other.starshipit_id)
    move(bench, sale.order_id, street1="1 New Road")
    compare(bench, sale.order_id)
    assert there(bench, sale.starshipit_id).destination["street"] == "1 New Road"
    requantify(bench, sale.order_id, 1, 3)
    later(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == "edited_after_split"
    assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 2), ("TENT-2P-GRN", 1)]


def test_split_in_sellercloud(bench: Bench) -> None:
    """The seller moves a line to a new order: a person takes it out in Starshipit, then the mark goes by itself."""
    sale = two_lines(bench)
    bowl = truth(bench, sale.order_id).lines[1]
    bench.sellercloud.split(sale.order_id, {bowl.id: 3})
    compare(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == "split_in_sellercloud"
    assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 2)]
    bench.starshipit.change_items(sale.starshipit_id, {"BOWL": 0})
    later(bench, sale.order_id)
    assert_quiet(bench, sale)


def test_without_the_right_to_ask_about_splits_the_quantities_speak(bench: Bench) -> None:
    """Our user may not ask: fewer are wanted, fewer are sent."""
    sale = two_lines(bench)
    bench.sellercloud.deny("GET /api/Orders/CheckSplittedStatus", 403)
    requantify(bench, sale.order_id, 1, 3)
    compare(bench, sale.order_id)
    assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 1)]


def test_an_edit_that_does_not_fit(bench: Bench) -> None:
    """The new address cannot be sent whole: a person sees the reason; corrected, it is sent."""
    sale = hand_over(bench)
    move(bench, sale.order_id, postal_code="3065 and more")
    compare(bench, sale.order_id)
    row = bench.row(sale.order_id)
    assert (row.attention, row.events[-1].facts["why"]) == ("edit_cannot_be_sent", "too_long")
    move(bench, sale.order_id, postal_code="3066")
    later(bench, sale.order_id)
    assert there(bench, sale.starshipit_id).destination["post_code"] == "3066"
    assert_quiet(bench, sale)


def test_a_change_starshipit_refuses(bench: Bench) -> None:
    """Refused though unprinted: a person reads the vendor's words, and it is not repeated until something changes."""
    sale = hand_over(bench)
    move(bench, sale.order_id, street1="1 New Road")
    bench.starshipit.faults.always(UPDATE, "refuse", details="Street is not accepted")
    for _ in range(3):
        later(bench, sale.order_id)
    row = bench.row(sale.order_id)
    assert (row.attention, updates(bench)) == ("edit_not_applied", 1)
    assert "Street is not accepted" in row.vendor_text
    bench.starshipit.faults.clear()
    move(bench, sale.order_id, street1="2 New Road")
    later(bench, sale.order_id)
    assert there(bench, sale.starshipit_id).destination["street"] == "2 New Road"
    assert_quiet(bench, sale)


def test_a_refused_change_that_a_person_puts_in_by_hand(bench: Bench) -> None:
    """The mark goes by itself once Starshipit shows the edit, or shows no more of what was edited."""
    sale = hand_over(bench)
    move(bench, sale.order_id, street1="1 New Road")
    bench.starshipit.faults.next(UPDATE, "refuse")
    compare(bench, sale.order_id)
    bench.starshipit.correct_address(sale.starshipit_id, street="1 New Road")
    later(bench, sale.order_id)
    assert updates(bench) == 1
    assert_quiet(bench, sale)


@pytest.mark.parametrize("answer", ["lost_after_commit", "500_after_commit", "soft_failure"])
def test_an_answer_lost_after_the_effect(bench: Bench, answer: str) -> None:
    """What Starshipit shows counts: the edit is there, and it is sent once."""
    sale = two_lines(bench)
    bench.sellercloud.edit(sale.order_id, lines=(*truth(bench, sale.order_id).lines, line("JUG")))
    bench.starshipit.faults.next(UPDATE, answer)
    compare(bench, sale.order_id)
    assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 2), ("JUG", 1)]
    assert updates(bench) == 1
    assert_quiet(bench, sale)


def test_an_answer_lost_before_the_effect(bench: Bench) -> None:
    """Not there yet proves nothing until the settling time: then it is sent once more."""
    sale = two_lines(bench)
    bench.sellercloud.edit(sale.order_id, lines=(*truth(bench, sale.order_id).lines, line("JUG")))
    bench.starshipit.faults.next(UPDATE, "lost_before_commit")
    compare(bench, sale.order_id)
    bench.clock.pass_time(300)
    compare(bench, sale.order_id)
    assert updates(bench) == 1
    later(bench, sale.order_id)
    assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 2), ("JUG", 1)]
    assert updates(bench) == 2
    assert_quiet(bench, sale)


def test_a_change_that_is_carried_out_minutes_later(bench: Bench) -> None:
    """The vendor commits after five minutes: the line is there once."""
    sale = two_lines(bench)
    bench.sellercloud.edit(sale.order_id, lines=(*truth(bench, sale.order_id).lines, line("JUG")))
    bench.starshipit.faults.next(UPDATE, "late_commit", seconds=300)
    compare(bench, sale.order_id)
    later(bench, sale.order_id)
    assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 2), ("JUG", 1)]
    assert_quiet(bench, sale)


def test_taken_back_while_nobody_knew_whether_it_had_arrived(bench: Bench) -> None:
    """The answer is lost, the read as well, and the seller takes the edit back: Starshipit follows."""
    sale = hand_over(bench)
    move(bench, sale.order_id, street1="1 New Road")
    bench.starshipit.faults.next(UPDATE, "lost_after_commit")
    once(bench, "PUT", PATH, lambda: bench.starshipit.faults.next(READ, "500"))
    with pytest.raises(RetryLater):
        compare(bench, sale.order_id)
    assert any(value.startswith("?") for value in bench.row(sale.order_id).sent.values())
    move(bench, sale.order_id, street1="14 Acacia Cres")
    later(bench, sale.order_id)
    assert there(bench, sale.starshipit_id).destination["street"] == "14 Acacia Cres"
    assert_quiet(bench, sale)


def test_one_order_that_cannot_be_read_stops_no_other(bench: Bench) -> None:
    """Starshipit refuses to look for one order: the other one is amended, this one by the next run."""
    first, second = hand_over(bench), hand_over(bench)
    for sale in (first, second):
        move(bench, sale.order_id, street1="1 New Road")
    bench.starshipit.faults.next(READ, "not_found")
    bench.starshipit.faults.next(SEARCH, "refuse")
    compare(bench, first.order_id, second.order_id)
    assert updates(bench) == 1
    later(bench, first.order_id, second.order_id)
    for sale in (first, second):
        assert there(bench, sale.starshipit_id).destination["street"] == "1 New Road"


def test_an_order_the_list_leaves_out_says_nothing(bench: Bench) -> None:
    """Absence means nothing: no change, no mark."""
    sale = hand_over(bench)
    row = bench.row(sale.order_id)
    bench.sellercloud.faults.next("GET /api/Orders", "null_items")
    compare(bench, sale.order_id)
    assert bench.row(sale.order_id) == row


def test_adopted_orders_are_compared_from_what_they_are(make_bench: MakeBench) -> None:
    """An order another connector put there takes no call until it is edited; then only known old values are changed."""
    bench = make_bench()
    ids = [bench.sellercloud.add_order() for _ in range(2)]
    made = [
        bench.starshipit.create_by_hand(
            str(order_id), str(order_id), "API", [{"description": "Tent", "sku": "TENT-2P-GRN", "quantity": 1}],
            name="Priya Raman", building="Unit 3", street="14 Acacia Cres", suburb="Fitzroy", city="Fitzroy",
            state="VIC", post_code="3065", country="Australia", phone="+61 400 555 010",
            email="customer@example.com",
        )
        for order_id in ids
    ]  # fmt: skip
    bench.fetch()
    bench.work(60)
    with counted(bench) as cost:
        compare(bench, *ids)
    assert (cost.sellercloud, cost.starshipit) == (1, 0)
    assert all(bench.row(order_id).sent and not bench.row(order_id).there for order_id in ids)
    move(bench, ids[0], street1="1 New Road")
    bench.starshipit.correct_address(made[1], street="Corrected 5")
    move(bench, ids[1], street1="1 New Road")
    later(bench, *ids)
    assert there(bench, made[0]).destination["street"] == "1 New Road"
    assert there(bench, made[1]).destination["street"] == "Corrected 5"
    assert [bench.row(order_id).attention for order_id in ids] == ["", "edited_on_both_sides"]


def test_an_older_row_edited_before_it_was_ever_compared_takes_the_present_as_its_baseline(bench: Bench) -> None:
    """Nothing is known of what was sent: nothing is overwritten in that run; the next edit is sent."""
    sale = hand_over(bench)
    tools = bench.runtime().tools(bench.context())
    tools.ledger.change(sale.order_id, lambda row: replace(row, sent={}, there={}))
    move(bench, sale.order_id, street1="1 New Road")
    compare(bench, sale.order_id)
    assert (updates(bench), whats(bench, sale.order_id)[-1]) == (0, "baseline_taken")
    assert_quiet(bench, sale)
    move(bench, sale.order_id, street1="2 New Road")
    later(bench, sale.order_id)
    assert there(bench, sale.starshipit_id).destination["street"] == "2 New Road"


def test_a_lost_create_answer_knows_what_was_sent(bench: Bench) -> None:
    """The create was never answered, the order is adopted, and an edit meanwhile is still sent."""
    order_id = bench.sellercloud.add_order()
    bench.fetch()
    bench.work(60)
    other = bench.sellercloud.add_order()
    bench.starshipit.faults.next("POST /api/orders/import", "lost_after_commit")
    bench.fetch()
    once(bench, "GET", "/api/orders/unshipped", lambda: move(bench, other, street1="1 New Road"))
    bench.work(120)
    row = bench.row(other)
    assert (row.state, bool(row.sent), bool(row.there)) == (State.HANDED_OVER, True, False)
    later(bench, order_id, other)
    assert there(bench, row.starshipit_ids[0]).destination["street"] == "1 New Road"


def test_edited_in_the_very_moment_it_is_handed_over(bench: Bench) -> None:
    """The edit comes between our read and the create: the next comparison sends it."""
    bench.fetch()
    order_id = bench.sellercloud.add_order()
    bench.fetch()
    once(bench, "POST", "/api/orders/import", lambda: move(bench, order_id, street1="1 New Road"))
    bench.work(60)
    later(bench, order_id)
    assert there(bench, bench.row(order_id).starshipit_ids[0]).destination["street"] == "1 New Road"


def test_null_fields(bench: Bench) -> None:
    """Absent, null and empty are the same on both sides, before and after an edit."""
    sale = hand_over(bench, address=replace(_address(), street2="", phone="", state="", state_code=""))
    bench.starshipit.switches.omit_empty = False
    bench.sellercloud.switches.varied_blanks = False
    bench.sellercloud.edit(sale.order_id, payment_status=40)
    compare(bench, sale.order_id)
    assert updates(bench) == 0
    assert_quiet(bench, sale)
    move(bench, sale.order_id, phone="0400 1")
    later(bench, sale.order_id)
    assert there(bench, sale.starshipit_id).destination["phone"] == "0400 1"
    assert_quiet(bench, sale)


def test_shipped_by_hand_in_sellercloud_and_still_unprinted_there(bench: Bench) -> None:
    """A person ships it in Sellercloud: recorded, and told, because a second parcel could be printed."""
    sale = hand_over(bench)
    bench.sellercloud.ship_by_hand(sale.order_id, "HAND1")
    compare(bench, sale.order_id)
    row = bench.row(sale.order_id)
    assert (row.state, row.attention) == (State.SHIPPED, "shipped_by_hand_still_in_starshipit")
    assert "shipped_by_hand" in whats(bench, sale.order_id)
    assert bench.sellercloud.snapshot(sale.order_id).tracking == ("HAND1",)


def test_shipped_by_hand_and_gone_there(bench: Bench) -> None:
    """Deleted in Starshipit and shipped in Sellercloud by hand: both agree, nobody is needed."""
    sale = hand_over(bench)
    bench.starshipit.delete(sale.starshipit_id)
    bench.sellercloud.ship_by_hand(sale.order_id, "HAND1")
    compare(bench, sale.order_id)
    assert (bench.row(sale.order_id).state, bench.row(sale.order_id).attention) == (State.SHIPPED, "")


def test_shipped_by_hand_while_its_label_waits_to_be_written_back(bench: Bench) -> None:
    """The label's report decides, not the comparison."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.sellercloud.ship_by_hand(sale.order_id, "HAND1")
    compare(bench, sale.order_id)
    assert bench.row(sale.order_id).state is State.HANDED_OVER
    bench.work(60)
    assert bench.row(sale.order_id).state is State.SHIPPED


def test_two_comparisons_at_once_send_an_edit_once(bench: Bench) -> None:
    """The order's lease keeps them apart, at every call of the first."""
    sale = two_lines(bench)
    bench.sellercloud.edit(sale.order_id, lines=(*truth(bench, sale.order_id).lines, line("JUG")))
    running = [False]

    def second(_method: str, _path: str) -> None:
        if not running[0]:
            running[0] = True
            compare(bench, sale.order_id)
            running[0] = False

    bench.wire.on_send = second
    compare(bench, sale.order_id)
    bench.wire.on_send = None
    assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 2), ("JUG", 1)]
    assert updates(bench) == 1
    assert address(bench, sale.order_id).street1 == "14 Acacia Cres"
    assert_quiet(bench, sale)


def test_a_foreign_order_is_compared_in_its_converted_values(make_bench: MakeBench) -> None:
    """With converted customs values an edit costs the call for the rates, and values do not change by themselves."""
    bench = make_bench(CUSTOMS_VALUE_CURRENCY="converted")
    sale = hand_over(bench, currency=5, rate_from_usd=Decimal("1.5"))
    values = [item.data["value"] for item in there(bench, sale.starshipit_id).items]
    move(bench, sale.order_id, street1="1 New Road")
    compare(bench, sale.order_id)
    assert whats(bench, sale.order_id)[-1] == "amended"
    assert bench.row(sale.order_id).events[-1].facts == {"fields": ["street"]}
    assert [item.data["value"] for item in there(bench, sale.starshipit_id).items] == values


def test_a_dry_run_compares_nothing(make_bench: MakeBench) -> None:
    """No call leaves."""
    bench = make_bench(DRY_RUN="true")
    compare(bench, 1)
    assert bench.sellercloud.calls == []


def test_an_order_whose_lines_the_warehouse_took_out_still_follows(bench: Bench) -> None:
    """No line is left in Starshipit, which then shows none at all: the address is sent, lines are both sides'."""
    sale = two_lines(bench)
    bench.starshipit.change_items(sale.starshipit_id, {"CUP": 0, "BOWL": 0})
    move(bench, sale.order_id, street1="1 New Road")
    compare(bench, sale.order_id)
    assert there(bench, sale.starshipit_id).destination["street"] == "1 New Road"
    requantify(bench, sale.order_id, 4, 3)
    later(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == "edited_on_both_sides"
