"""Decisions of the hand-off: pointers, answers, numbers, taking a batch apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.rules.hand_off import (
    ORDER_NUMBER_LIMIT,
    Prepared,
    collided,
    goes_by,
    halves,
    match,
    may_exist,
    of_this_generation,
    order_number,
    sort,
    wait_after,
    was_refused,
)
from connector.settings import OrderNumberSource
from connector.state.queues import Pointer
from connector.state.rows import OrderRow, State
from connector.vendors.sellercloud.models import Order
from connector.vendors.starshipit.models import NewDestination, NewOrder
from connector.vendors.starshipit.models import Order as StarshipitOrder

NOW = 1_800_000_000


def _row(order_id: int = 1045001, state: State = State.QUEUED, **fields: Any) -> OrderRow:
    return OrderRow(order_id, state, since=NOW, **{"version": 3, **fields})


def _prepared(order_id: int, number: str = "") -> Prepared:
    number = number or str(order_id)
    destination = NewDestination(name="A", street="1 Road", country="Australia")
    order = NewOrder(
        order_number=number, reference=str(order_id), signature_required=False, destination=destination, items=()
    )
    return Prepared(_row(order_id, State.SENDING, order_number=number), order)


def _there(starshipit_id: int, number: str, reference: str, **fields: Any) -> StarshipitOrder:
    return StarshipitOrder(
        order_id=starshipit_id, order_number=number, reference=reference, **{"status": "Unshipped", **fields}
    )


def _pointer(row: OrderRow) -> Pointer:
    return Pointer(row.order_id, row.version)


@pytest.mark.parametrize("state", [s for s in State if s not in (State.QUEUED, State.SENDING, State.UNKNOWN)])
def test_an_order_that_is_not_waiting_is_left_alone(state: State) -> None:
    """A pointer to an order that is handed over, refused, held or excluded leads to nothing."""
    row = _row(state=state)
    found = sort([_pointer(row)], {row.order_id: row}, NOW)
    assert (found.ready, found.expired, found.to_settle, found.waiting, found.live_until) == ([], [], [], [], 0)


def test_pointers_lead_to_what_is_to_be_done() -> None:
    """Queued is ready; unknown waits for its time or is settled; sending is live or expired, whatever the version."""
    queued = _row(1)
    early, due = _row(2, State.UNKNOWN, due_at=NOW + 7), _row(3, State.UNKNOWN, due_at=NOW)
    live, dead = _row(4, State.SENDING, deadline=NOW), _row(5, State.SENDING, deadline=NOW - 1)
    person = _row(6, State.UNKNOWN, due_at=NOW - 5, attention="outcome_unknown")
    known = {row.order_id: row for row in (queued, early, due, live, dead, person)}
    pointers = [_pointer(row) for row in known.values()]
    pointers[3], pointers[4] = Pointer(4, 1), Pointer(5, 1)
    found = sort([*pointers, Pointer(99, 1)], known, NOW)
    assert found.ready == [queued]
    assert found.waiting == [(Pointer(2, 3), 7)]
    assert found.to_settle == [due]
    assert found.live_until == NOW
    assert found.expired == [dead]


@pytest.mark.parametrize("versions", [(2, 3), (3, 2), (3, 3)])
def test_of_two_pointers_to_one_order_the_newest_counts(versions: tuple[int, int]) -> None:
    """An old pointer beside the present one, in either order, does not hide it and does not double it."""
    row = _row()
    found = sort([Pointer(row.order_id, version) for version in versions], {row.order_id: row}, NOW)
    assert found.ready == [row]


def test_a_stale_pointer_leads_to_nothing() -> None:
    """The row has moved past the pointer's version."""
    row = _row()
    assert sort([Pointer(row.order_id, 2)], {row.order_id: row}, NOW).ready == []


def test_an_answer_is_matched_by_number_and_every_order_is_in_one_group() -> None:
    """Shuffled answers, one missing, one foreign: each sent order is created, foreign or missing."""
    sent = [_prepared(1), _prepared(2), _prepared(3), _prepared(4)]
    answered = [_there(40, "4", "9"), _there(20, "2", "2"), _there(10, " 1 ", "")]
    found = match(sent, answered)
    assert [(one.row.order_id, order.order_id) for one, order in found.created] == [(1, 10), (2, 20)]
    assert [(one.row.order_id, order.order_id) for one, order in found.foreign] == [(4, 40)]
    assert [one.row.order_id for one in found.missing] == [3]


@pytest.mark.parametrize(
    "old",
    [
        {"archived": True},
        {"status": "Printed"},
        {"reference": "9"},
        {"order_id": 77},
    ],
)
def test_an_order_that_the_create_cannot_have_made_is_not_ours(old: dict[str, Any]) -> None:
    """Archived, printed, another reference, or known from an earlier generation."""
    one = _prepared(1)
    one = Prepared(replace(one.row, starshipit_ids=(77,)), one.order)
    order = StarshipitOrder(**{"order_id": 10, "order_number": "1", "reference": "1", "status": "Unshipped", **old})
    assert [found for _, found in match([one], [order]).foreign] == [order]


def test_the_new_order_is_preferred_to_an_old_one_of_the_same_number() -> None:
    """The answer names an archived order and the new one: the new one counts, in whichever order they come."""
    old, new = _there(10, "1", "1", archived=True), _there(11, "1", "1")
    for answered in ([old, new], [new, old]):
        assert [order for _, order in match([_prepared(1)], answered).created] == [new]


def test_numbers_that_differ_in_letter_case_only_are_told_apart_by_reference() -> None:
    """Two channels, two spellings: each order gets its own Starshipit order."""
    sent = [_prepared(1, "ab-1"), _prepared(2, "AB-1")]
    found = match(sent, [_there(20, "AB-1", "2"), _there(10, "ab-1", "1")])
    assert [(one.row.order_id, order.order_id) for one, order in found.created] == [(1, 10), (2, 20)]


@pytest.mark.parametrize("size", [*range(1, 12), 25, 50])
def test_halves_lose_nobody_and_end_in_single_orders(size: int) -> None:
    """Taking apart again and again ends with every order alone, in at most six steps."""
    groups = [[_prepared(number) for number in range(1, size + 1)]]
    steps = 0
    while any(len(group) > 1 for group in groups):
        groups = [part for group in groups for part in halves(group)]
        steps += 1
    assert [one.row.order_id for group in groups for one in group] == list(range(1, size + 1))
    assert steps <= 6


def test_a_refused_order_is_created_singly_and_looked_for_first() -> None:
    """After a refused batch the order may exist until it is sent again; singly it stays for good."""
    row = _row().to(State.SENDING, NOW, "sending")
    assert not was_refused(row)
    refused = row.to(State.QUEUED, NOW, "batch_refused")
    assert (was_refused(refused), may_exist(refused)) == (True, True)
    requeued = refused.noting(NOW, "requeued")
    assert may_exist(requeued)
    again = requeued.to(State.SENDING, NOW, "sending").to(State.QUEUED, NOW, "not_sent_yet")
    assert (was_refused(again), may_exist(again)) == (True, False)
    assert was_refused(_row(resends=1))


def _order(order_id: int = 1045001, channel: str = "") -> Order:
    return Order.model_validate({"ID": order_id, "OrderSourceOrderID": channel})


@pytest.mark.parametrize(
    ("source", "channel", "generation", "expected"),
    [
        (OrderNumberSource.SELLERCLOUD_ID, "27-1", 1, "1045001"),
        (OrderNumberSource.CHANNEL, "27-1", 1, "27-1"),
        (OrderNumberSource.CHANNEL, "", 1, "1045001"),
        (OrderNumberSource.CHANNEL, "x" * 50, 1, "x" * 50),
        (OrderNumberSource.CHANNEL, "x" * 51, 1, "1045001"),
        (OrderNumberSource.CHANNEL, "x" * 50, 2, "1045001-R2"),
        (OrderNumberSource.SELLERCLOUD_ID, "", 2, "1045001-R2"),
        (OrderNumberSource.CHANNEL, "27-1", 3, "27-1-R3"),
    ],
)
def test_the_number_is_chosen_by_the_setting_and_fits(
    source: OrderNumberSource, channel: str, generation: int, expected: str
) -> None:
    """Our id, or the channel's number where there is one that fits; a later generation has a suffix."""
    assert order_number(_order(channel=channel), _row(generation=generation), source) == expected


def test_a_number_is_chosen_once() -> None:
    """What the row has stays, whatever the setting says later."""
    row = _row(order_number="27-1")
    assert order_number(_order(channel="other"), row, OrderNumberSource.CHANNEL) == "27-1"


@pytest.mark.parametrize("number", ["1001", "x" * 50])
def test_a_collided_number_ends_with_our_id_and_fits(number: str) -> None:
    """The id is never cut, the number is."""
    found = collided(number, 1045001)
    assert found.endswith("-1045001")
    assert len(found) <= ORDER_NUMBER_LIMIT


def test_only_this_generations_orders_count() -> None:
    """What an earlier generation left behind, with our reference, is not found again."""
    row = _row(generation=2, order_number="1045001-R2", starshipit_ids=(10,))
    orders = [
        _there(10, "1045001-R2", "1045001"),
        _there(11, "1045001", "1045001"),
        _there(12, "1045001-R2", "1045001"),
        _there(13, "1045001-R2", "9"),
    ]
    assert [order.order_id for order in of_this_generation(orders, row)] == [12]
    assert [order.order_id for order in of_this_generation(orders, _row())] == [10, 11, 12]


@pytest.mark.parametrize(
    ("number", "reference", "expected"),
    [
        ("X", "1045001", True),
        ("1045001", "", True),
        ("1045001", "8812", True),
        ("27-1", "", True),
        ("27-1", "of the shop", True),
        ("27-1", "27-1", True),
        ("27-1", "1045002", False),
        ("X", "27-1", True),
        ("X", "", False),
        ("27-10", "of the shop", False),
        ("10450010", "", False),
    ],
)
def test_whose_order_it_is_that_another_connector_put_there(number: str, reference: str, expected: bool) -> None:
    """By reference, by our id, by the channel's number unless the reference names another order."""
    row = _row(channel_order_id="27-1")
    assert goes_by(_there(10, number, reference), row) is expected


def test_an_order_without_a_channel_number_is_nobody_elses() -> None:
    """An empty channel number matches no empty reference."""
    assert not goes_by(_there(10, "X", ""), _row(channel_order_id=""))


def test_waits_grow_to_a_quarter_of_an_hour() -> None:
    """Longer each time, never above what SQS can delay."""
    waits = [wait_after(attempts) for attempts in range(12)]
    assert waits == sorted(waits)
    assert waits[0] == 5
    assert waits[-1] == 900
