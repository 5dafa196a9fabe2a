"""Three ways: every cell of the table, what is looked at at all, and when a person decides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.rules.compare import (
    AFTER_PRINTING,
    AFTER_SPLIT,
    MARKS,
    ON_BOTH_SIDES,
    Difference,
    Todo,
    decide,
    difference,
    holds_other_goods,
    in_several,
    is_printed,
    named,
    not_taken,
    pending,
    settled,
    shrank,
    sides,
    todo,
    updated,
)
from connector.rules.fingerprints import ONE, as_one
from connector.rules.write_back import status_mark
from connector.state.rows import OrderRow, State
from connector.vendors.sellercloud.codes import ORDER_STATUS
from connector.vendors.starshipit.models import Order
from tests.unit.rules.build import order

ROW = OrderRow(1045872, State.HANDED_OVER, since=1, revision="r.m", order_number="1045872", sent={"city": "old"})
ALLOWED = frozenset({2})
OLD, NEW, OTHER = "old", "new", "other"
NOTHING, SEND, ALREADY, BOTH = "nothing", "to_send", "already", "both"


def compared(field: str, desired: str, sent: str, shown: str, there: dict[str, str]) -> str:
    """Where a field ends up; an empty value is one that is not there."""

    def side(value: str) -> dict[str, str]:
        return {"name": "same"} | ({field: value} if value else {})

    row = replace(ROW, sent=side(sent), there=there)
    found = difference(sides(side(desired), row, side(shown)))
    names = [name for name in (SEND, ALREADY, BOTH) if getattr(found, name)]
    assert len(names) <= 1
    assert all(getattr(found, name) == {field} for name in names)
    return names[0] if names else NOTHING


# What Sellercloud wants now, what we sent, what Starshipit shows, what it showed after our send.
CELLS = [
    (OLD, OLD, OLD, OLD, NOTHING),  # nobody changed it
    (OLD, OLD, OTHER, OLD, NOTHING),  # the warehouse did
    (OLD, OLD, "", OLD, NOTHING),  # the warehouse emptied it
    (NEW, OLD, OLD, OLD, SEND),  # the seller did
    (NEW, OLD, "OLD", "OLD", SEND),  # the seller did, and Starshipit spells it otherwise
    (NEW, OLD, OTHER, OLD, BOTH),  # both did
    (NEW, OLD, NEW, OLD, ALREADY),  # both did, to the same
    (NEW, OLD, NEW, NEW, ALREADY),  # it arrived, and we did not see it
    ("", OLD, OLD, OLD, SEND),  # the seller emptied it
    ("", OLD, "", OLD, ALREADY),  # both emptied it
    ("", OLD, OTHER, OLD, BOTH),
    (NEW, "", "", "", SEND),  # there was nothing
    (NEW, "", OTHER, "", BOTH),  # the warehouse filled it as well
    (NEW, "", NEW, "", ALREADY),
    ("", "", OTHER, "", NOTHING),
    (NEW, "?new", OLD, OLD, SEND),  # it was sent and has not arrived
    (NEW, "?new", NEW, OLD, ALREADY),  # it was sent and has arrived
    (OLD, "?new", NEW, OLD, SEND),  # it has arrived, and the seller took it back
    (OLD, "?new", OLD, OLD, ALREADY),  # it has not arrived, and the seller took it back
    ("third", "?new", NEW, OLD, SEND),
    (NEW, "?new", OTHER, OLD, BOTH),
    (NEW, "?", "", OLD, SEND),  # it was emptied, that arrived, and it is filled anew
    ("", "?", OLD, OLD, SEND),
    ("", "?", "", OLD, ALREADY),
]


@pytest.mark.parametrize("field", ["city", "shipping_method", "details:12345678"])
@pytest.mark.parametrize(("desired", "sent", "shown", "there", "expected"), CELLS)
def test_every_cell_of_the_table(field: str, desired: str, sent: str, shown: str, there: str, expected: str) -> None:
    """What the warehouse changed is overwritten by nothing; what is there is not sent."""
    base = {"name": "same"} | ({field: there} if there else {})
    assert compared(field, desired, sent, shown, base) == expected


@pytest.mark.parametrize(
    ("desired", "sent", "shown", "expected"),
    [(OLD, OLD, OTHER, NOTHING), (NEW, OLD, OLD, SEND), (NEW, OLD, OTHER, BOTH), (NEW, OLD, NEW, ALREADY)],
)
def test_without_knowing_what_it_showed_it_is_taken_to_have_shown_what_we_sent(
    desired: str, sent: str, shown: str, expected: str
) -> None:
    """Adopted and older orders: only exactly the old value is changed."""
    assert compared("city", desired, sent, shown, {}) == expected


@pytest.mark.parametrize("field", ["signature_required", "currency"])
def test_what_is_not_always_shown_was_not_changed_by_not_being_shown(field: str) -> None:
    """An answer without the field is no change of the warehouse."""
    assert compared(field, NEW, OLD, "", {"name": "same", field: OLD}) == SEND
    assert compared(field, NEW, OLD, OTHER, {"name": "same", field: OLD}) == BOTH


def test_products_named_otherwise_are_compared_as_one() -> None:
    """Starshipit showed other names right after our send: the lines are one field, and still three ways."""
    ours = {"quantity:a": "00000002", "details:a": "x", "quantity:b": "00000001", "details:b": "y"}
    theirs = {"quantity:c": "00000002", "details:c": "x", "quantity:b": "00000001", "details:b": "y"}
    row = replace(ROW, sent=ours, there=theirs)
    assert difference(sides(ours, row, theirs)) == Difference()
    found = difference(sides({**ours, "quantity:a": "00000005"}, row, theirs))
    assert found.to_send == {f"quantity:{ONE}", f"details:{ONE}"}
    changed = {**theirs, "quantity:c": "00000001"}
    assert difference(sides({**ours, "quantity:a": "00000005"}, row, changed)).both
    once = replace(row, sent=as_one(ours), there=as_one(theirs))
    assert difference(sides(ours, once, theirs)) == Difference()


def test_products_that_are_neither_ours_nor_were_there_are_strange() -> None:
    """Merged, or added by the warehouse; a product we are adding is not."""
    ours = {"quantity:a": "00000002"}
    row = replace(ROW, sent=ours, there=ours)
    more = {**ours, "quantity:b": "00000001"}
    assert difference(sides(ours, row, more)).strange
    assert not difference(sides(more, row, more)).strange
    assert not difference(sides(ours, row, ours)).strange


TO_SEND, LINES = Difference(to_send=frozenset({"city"})), Difference(to_send=frozenset({"quantity:a"}))
DETAILS = Difference(to_send=frozenset({"details:a", "shipping_method"}))


@pytest.mark.parametrize(
    ("found", "printed", "several", "expected"),
    [
        (TO_SEND, False, False, ""),
        (TO_SEND, True, False, AFTER_PRINTING),
        (TO_SEND, False, True, AFTER_SPLIT),
        (TO_SEND, True, True, AFTER_PRINTING),
        (LINES, True, False, AFTER_PRINTING),
        (LINES, False, True, AFTER_SPLIT),
        (DETAILS, True, False, ""),
        (DETAILS, False, True, ""),
        (Difference(already=frozenset({"city"})), True, True, ""),
        (Difference(both=frozenset({"city"})), False, False, ON_BOTH_SIDES),
        (Difference(both=frozenset({"shipping_method"})), False, False, ON_BOTH_SIDES),
        (Difference(both=frozenset({"shipping_method"})), True, False, ""),
        (Difference(both=frozenset({"city"})), True, False, AFTER_PRINTING),
        (replace(LINES, strange=True), False, False, AFTER_SPLIT),
        (replace(TO_SEND, strange=True), False, False, ""),
        (Difference(), True, True, ""),
    ],
)
def test_when_a_person_decides(found: Difference, printed: bool, several: bool, expected: str) -> None:
    """Printed or split, only what makes another parcel matters."""
    assert decide(found, printed=printed, several=several) == expected


@pytest.mark.parametrize(
    ("row", "shown", "expected"),
    [
        ({}, {}, Todo.NOTHING),
        ({"sent": {}}, {}, Todo.REMEMBER),
        ({"revision": "other.m"}, {}, Todo.EDITED),
        ({"revision": "r.other"}, {}, Todo.NOTHING),
        ({"sent": {"city": "?new"}}, {}, Todo.EDITED),
        ({"attention": "edited_on_both_sides"}, {}, Todo.EDITED),
        ({"attention": "order_is_onhold"}, {}, Todo.EDITED),
        ({"attention": "label_not_in_starshipit"}, {}, Todo.NOTHING),
        ({"attention": "vanished_from_starshipit"}, {"StatusCode": -1}, Todo.NOTHING),
        ({"attention": "vanished_from_starshipit", "revision": "x"}, {"StatusCode": -1}, Todo.WITHDRAW),
        ({"revision": "x"}, {"StatusCode": -1}, Todo.WITHDRAW),
        ({"revision": "x"}, {"StatusCode": 200}, Todo.WITHDRAW),
        ({"revision": "x"}, {"StatusCode": 100}, Todo.WITHDRAW),
        ({"revision": "x"}, {"StatusCode": 999}, Todo.WITHDRAW),
        ({}, {"StatusCode": -1}, Todo.NOTHING),
        ({"removing": 5}, {"StatusCode": -1}, Todo.WITHDRAW),
        ({"removing": 5}, {}, Todo.WITHDRAW),
        ({"revision": "x"}, {"StatusCode": None}, Todo.NOTHING),
        ({"revision": "x"}, {"StatusCode": 4711}, Todo.NOTHING),
        ({"revision": "x"}, {"StatusCode": 300}, Todo.NOTHING),
        ({"revision": "x"}, {"StatusCode": 3}, Todo.EDITED),
        ({"revision": "x"}, {"StatusCode": 3, "ShippingStatus": 3}, Todo.SHIPPED),
        ({"revision": "x", "wrote_at": 5}, {"StatusCode": 3, "ShippingStatus": 3}, Todo.NOTHING),
        ({"revision": "x", "unshipping": 5}, {"StatusCode": 3, "ShippingStatus": 3}, Todo.NOTHING),
        ({"state": State.SHIPPED, "revision": "x"}, {"StatusCode": -1}, Todo.NOTHING),
    ],
)
def test_what_an_order_asks_for(row: dict[str, Any], shown: dict[str, Any], expected: Todo) -> None:
    """The same as last time costs nothing; only an explicit status stops an order."""
    assert todo(replace(ROW, **row), order(**shown), "r", ALLOWED) is expected


@pytest.mark.parametrize("name", ["Canceled", "OnHold", "ProblemOrder", "Void"])
def test_the_mark_names_the_status_as_the_write_back_does(name: str) -> None:
    """One mark for one cause, whoever found it."""
    assert status_mark(order(StatusCode=ORDER_STATUS[name])) in MARKS


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({"status": "Unshipped"}, False),
        ({"status": ""}, False),
        ({"status": "Saved"}, False),
        ({"status": "Printed"}, True),
        ({"status": "Shipped"}, True),
        ({"status": "Queued for packing"}, True),
        ({"status": "Unshipped", "manifested": True}, True),
        ({"status": "Unshipped", "packages": [{"tracking_number": "T1"}]}, True),
        ({"status": "Unshipped", "packages": [{"tracking_number": "T1", "delivery_status": "Cancelled"}]}, False),
        ({"status": "Unshipped", "packages": [{}]}, False),
    ],
)
def test_printed_is_whatever_may_have_a_label(shown: dict[str, Any], expected: bool) -> None:
    """A status nobody knows counts as printed."""
    assert is_printed(Order.model_validate({"order_id": 1, **shown})) is expected


def test_a_part_of_a_split_order_is_several() -> None:
    """Two orders, or one with a suffix; capitals do not matter."""
    one = Order.model_validate({"order_id": 1, "order_number": "1045872"})
    part = Order.model_validate({"order_id": 2, "order_number": "1045872-1"})
    assert [in_several(orders, ROW) for orders in ([one], [one, part], [part])] == [False, True, True]
    shouted = Order.model_validate({"order_id": 1, "order_number": "AB1 "})
    assert not in_several([shouted], replace(ROW, order_number="ab1"))


GOODS = {"quantity:a": "00000002", "details:a": "x"}


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (GOODS, False),
        ({"quantity:a": "00000001"}, False),
        ({"quantity:a": "00000003"}, True),
        ({**GOODS, "quantity:b": "00000001"}, True),
        ({"quantity:z": "00000009"}, False),
        ({}, False),
    ],
)
def test_other_goods_are_more_than_ours(shown: dict[str, str], expected: bool) -> None:
    """Fewer are ours; names that are all unknown cannot be compared."""
    assert holds_other_goods(replace(ROW, sent=GOODS), {}, shown) is expected
    assert not holds_other_goods(replace(ROW, sent={}), {}, shown)


def test_what_was_wanted_there_and_now_is_ours_too() -> None:
    """An edit that has arrived, or a quantity Starshipit had from the beginning."""
    five = {"quantity:a": "00000005"}
    row = replace(ROW, sent=GOODS)
    assert holds_other_goods(row, {}, five)
    assert not holds_other_goods(row, five, five)
    assert not holds_other_goods(replace(row, there=five), {}, five)
    assert not holds_other_goods(replace(row, sent=pending(GOODS, five, ["quantity:a"])), {}, five)


def test_fewer_than_there_are() -> None:
    """A product that is wanted no more has shrunk to nothing."""
    assert shrank({"quantity:a": "00000001"}, GOODS, ["quantity:a"])
    assert shrank({}, GOODS, ["quantity:a", "details:a"])
    assert not shrank({"quantity:a": "00000003"}, GOODS, ["quantity:a"])
    assert not shrank({}, GOODS, ["details:a", "city"])


def test_what_was_sent_and_stands_as_before_was_not_taken() -> None:
    """Only what matters; a field in another spelling has moved, and so have lines under other names."""
    before = {"city": "old", "quantity:a": "00000001", "shipping_method": "old"}
    wanted = {"city": "new", "quantity:a": "00000002", "shipping_method": "new"}
    assert not_taken(wanted, wanted, before, before) == {"city", "quantity:a"}
    assert not_taken(wanted, wanted, before, wanted) == set()
    assert not_taken(wanted, wanted, before, {"city": "NEW", "quantity:b": "00000002"}) == set()
    assert not_taken(["city"], {}, {"city": "old"}, {}) == set()


def test_the_small_ones() -> None:
    """Pending and settled, updated, named."""
    assert pending({"a": "1", "b": "2"}, {"a": "3"}, ["a", "b"]) == {"a": "?3", "b": "?"}
    assert settled({"a": "?3", "b": "?", "c": "4"}) == {"a": "3", "c": "4"}
    assert updated({"a": "1", "b": "2"}, {"a": "3"}, ["a", "b", "c"]) == {"a": "3"}
    assert named(["street", "quantity:a", "details:b"]) == ["lines", "street"]
