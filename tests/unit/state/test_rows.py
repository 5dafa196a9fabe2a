"""An order's row: named transitions, how long it waits, its bounded history."""

from __future__ import annotations

import pytest

from connector.state.rows import HISTORY_LIMIT, NEXT, WAITING, OrderRow, State


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_only_named_transitions_are_made(before: State, after: State) -> None:
    """Anything else is a mistake in the code, found at once."""
    row = OrderRow(1, before, since=1, owner="me", deadline=9)
    if after is not before and after not in NEXT[before]:
        with pytest.raises(ValueError, match="no transition"):
            row.to(after, 5, "moved")
        return
    moved = row.to(after, 5, "moved")
    assert (moved.state, moved.events[-1].what) == (after, "moved")
    assert bool(moved.owner) is (after is State.SENDING), "only a call under way has an owner"


def test_only_an_unshipping_leads_back_from_shipped_and_only_a_withdrawal_out_of_starshipit() -> None:
    """Statuses only move forward; an order whose outcome is unknown is never simply left out."""
    assert NEXT[State.SHIPPED] == {State.HANDED_OVER}
    assert NEXT[State.HANDED_OVER] == {State.SHIPPED, State.EXCLUDED}
    assert State.EXCLUDED not in NEXT[State.UNKNOWN] | NEXT[State.SENDING]


def test_a_withdrawn_order_begins_a_new_generation_and_forgets_nothing_of_the_old_one() -> None:
    """Its Starshipit ids stay known, so that none is taken for the new order; number, fingerprints and marks go."""
    row = OrderRow(
        1, State.HANDED_OVER, since=1, order_number="1", starshipit_ids=(7,), adopt=True, sent={"city": "a"},
        there={"city": "a"}, removing=5, missed=1, attention="order_is_onhold",
    )  # fmt: skip
    gone = row.withdrawn(9, "order_status", "200", revision="r")
    assert (gone.state, gone.since, gone.generation, gone.order_number) == (State.EXCLUDED, 9, 2, "")
    assert (gone.starshipit_ids, gone.adopt, gone.revision) == ((7,), False, "r")
    assert (gone.sent, gone.there, gone.removing, gone.missed, gone.attention) == ({}, {}, 0, 0, "")
    assert (gone.reason, gone.detail, gone.events[-1].what) == ("order_status", "200", "withdrawn")


def test_an_order_waits_from_when_it_was_queued_until_it_is_over() -> None:
    """Sent back, unknown, queued again: it has been waiting since the beginning; a new wait begins anew."""
    row = OrderRow(1, State.EXCLUDED, since=1).to(State.QUEUED, 10, "queued")
    for state in (State.SENDING, State.QUEUED, State.SENDING, State.UNKNOWN, State.QUEUED):
        row = row.to(state, row.since + 50, "moved")
        assert row.since == 10
    assert row.to(State.REFUSED, 90, "refused").since == 90
    assert row.to(State.REFUSED, 90, "refused").to(State.QUEUED, 95, "queued").since == 95
    assert State.HELD not in WAITING


def test_history_is_bounded_to_the_newest() -> None:
    """A row stays small however long it is worked on."""
    row = OrderRow(1, State.QUEUED, since=1)
    for at in range(HISTORY_LIMIT + 5):
        row = row.noting(at, "noted")
    assert [event.at for event in row.events] == list(range(5, HISTORY_LIMIT + 5))


def test_a_mark_for_a_person_keeps_its_age() -> None:
    """The same mark again changes nothing; another one begins anew; settled, it is gone."""
    row = OrderRow(1, State.UNKNOWN, since=1).needing("look", 5)
    assert row.needing("look", 9) is row
    assert row.needing("other", 9).attention_since == 9
    assert (row.settled().attention, row.settled().attention_since) == ("", 0)
