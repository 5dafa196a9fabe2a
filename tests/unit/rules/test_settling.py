"""Settling an unknown outcome: when to look, and what a look means."""

from __future__ import annotations

from typing import Any

import pytest

from connector.rules.settling import (
    NEVER,
    OUTCOME_UNKNOWN,
    SEVERAL_ORDERS,
    after_look,
    found_in_starshipit,
    lost_answer,
)
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.models import Order

NOW = 1_800_000_000
DUE_IN = 1440


def _row(state: State = State.UNKNOWN, **fields: Any) -> OrderRow:
    return OrderRow(1045001, state, since=NOW, **{"sent_at": NOW, "order_number": "1045001", **fields})


def _there(starshipit_id: int, **fields: Any) -> Order:
    return Order(order_id=starshipit_id, order_number="1045001", reference="1045001", **fields)


@pytest.mark.parametrize("settle", [1, 4, 60, 600, 900])
def test_a_lost_answer_is_looked_for_early_and_never_at_once(settle: int) -> None:
    """The first look comes within twenty seconds, and within a quarter of a short settling time."""
    row = lost_answer(_row(State.SENDING, owner="run", deadline=NOW + 70), NOW, settle, "lost")
    assert row.state is State.UNKNOWN
    assert (row.owner, row.deadline, row.looks) == ("", 0, 0)
    assert NOW < row.due_at <= NOW + max(1, min(20, settle / 4))


@pytest.mark.parametrize(("marked", "expected"), [(NOW + 50, NOW), (NOW - 50, NOW - 50), (0, NOW)])
def test_the_settling_time_counts_from_the_last_moment_the_call_may_have_left(marked: int, expected: int) -> None:
    """An answer lost before the invocation's end: from now; a dead invocation: from its end."""
    assert lost_answer(_row(State.SENDING, sent_at=marked), NOW, 600, "lost").sent_at == expected


def test_nothing_found_early_proves_nothing() -> None:
    """Before the settling time a look only sets the time of the next one."""
    row = after_look(_row(), NOW + 599, 600, DUE_IN)
    assert (row.state, row.looks, row.due_at) == (State.UNKNOWN, 0, NOW + 601)


@pytest.mark.parametrize("settle", [1, 60, 600])
def test_two_complete_looks_allow_one_more_create(settle: int) -> None:
    """The first look after the settling time waits for a second one; the second queues the order, once."""
    first = after_look(_row(), NOW + settle, settle, DUE_IN)
    assert (first.state, first.looks) == (State.UNKNOWN, 1)
    assert first.due_at >= NOW + settle + 2
    second = after_look(first, first.due_at, settle, DUE_IN)
    assert (second.state, second.looks, second.resends) == (State.QUEUED, 0, 1)
    assert second.due_at == first.due_at + DUE_IN
    assert second.order_number == "1045001"


def test_after_the_second_create_a_person_decides() -> None:
    """Not found again: marked, kept as unknown, and out of reach of the clock."""
    row = after_look(_row(looks=1, resends=1), NOW + 900, 600, DUE_IN)
    assert (row.state, row.attention, row.due_at) == (State.UNKNOWN, OUTCOME_UNKNOWN, NEVER)


@pytest.mark.parametrize("state", [State.UNKNOWN, State.SENDING, State.QUEUED, State.REFUSED, State.EXCLUDED])
def test_what_is_found_is_handed_over(state: State) -> None:
    """Whatever we thought, an order that exists is linked, and earlier troubles are forgotten."""
    row = _row(state, reason="x", vendor_text="y", attention="z", attempts=4, starshipit_ids=(7,))
    found = found_in_starshipit(row, [_there(10)], NOW, "by its label")
    assert (found.state, found.starshipit_ids) == (State.HANDED_OVER, (7, 10))
    assert (found.reason, found.vendor_text, found.attention, found.attempts) == ("", "", "", 0)


def test_several_live_orders_are_for_a_person_and_archived_ones_do_not_count() -> None:
    """Two live orders need a person; one live and one archived are one order, redone."""
    two = found_in_starshipit(_row(), [_there(10), _there(11)], NOW, "x")
    assert two.attention == SEVERAL_ORDERS
    redone = found_in_starshipit(_row(), [_there(10, archived=True), _there(11)], NOW, "x")
    assert redone.attention == ""
    assert redone.starshipit_ids == (10, 11)


def test_the_number_found_is_kept_where_there_was_none() -> None:
    """A row without a number takes the one its order goes by."""
    assert found_in_starshipit(_row(order_number=""), [_there(10)], NOW, "x").order_number == "1045001"
