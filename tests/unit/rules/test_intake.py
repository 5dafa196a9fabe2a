"""What a fetched row means for the ledger, state by state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.rules.intake import Intake, requeued, take_in, unreadable_row
from connector.rules.reasons import NotSent, Reason
from connector.state.rows import WAITING, OrderRow, State
from connector.vendors.sellercloud.models import Unreadable
from tests.unit.rules.build import order

OPEN = Intake(now=1000, run_id="r1", due_in=600, adopting=False, room=1)
FULL = replace(OPEN, room=0)
UNPAID = NotSent(Reason.UNPAID, "10")
ORDER_ID = 1045872
ON_ITS_WAY = (State.SENDING, State.UNKNOWN, State.HANDED_OVER, State.SHIPPED)


def row(state: State, **changes: object) -> OrderRow:
    """A row as an earlier run left it."""
    return replace(OrderRow(ORDER_ID, state, since=1, version=4, revision="old"), **changes)  # type: ignore[arg-type]


def test_a_new_order_is_queued_with_its_deadline() -> None:
    """State, revision, company, deadline and the event that says which run."""
    found = take_in(order(), "new", None, None, OPEN)
    assert found
    assert (found.state, found.revision, found.company_id, found.due_at) == (State.QUEUED, "new", 171, 1600)
    assert [(event.what, event.facts) for event in found.events] == [("queued", {"run": "r1"})]


def test_above_the_surge_limit_a_new_order_is_held() -> None:
    """Without a deadline: only a person lets it go."""
    found = take_in(order(), "new", None, None, FULL)
    assert found
    assert (found.state, found.reason, found.due_at) == (State.HELD, "surge", 0)


def test_a_new_order_a_guard_stops_is_recorded() -> None:
    """With the reason and its detail, once."""
    found = take_in(order(), "new", UNPAID, None, OPEN)
    assert found
    assert (found.state, found.reason, found.detail) == (State.EXCLUDED, "unpaid", "10")
    assert take_in(order(), "newer", UNPAID, found, OPEN) is None


def test_another_reason_is_recorded_too() -> None:
    """The row says why it does not go now, not why it once did not."""
    before = row(State.EXCLUDED, reason="unpaid", detail="10")
    found = take_in(order(), "new", NotSent(Reason.DROPSHIP, "2"), before, OPEN)
    assert found
    assert (found.reason, found.detail, found.version) == ("dropship", "2", 4)


@pytest.mark.parametrize("state", ON_ITS_WAY)
@pytest.mark.parametrize("verdict", [None, UNPAID])
def test_what_is_on_its_way_is_left_alone(state: State, verdict: NotSent | None) -> None:
    """Neither a guard nor a change touches an order somebody is at."""
    assert take_in(order(), "new", verdict, row(state), OPEN) is None
    assert unreadable_row(Unreadable(order_id=ORDER_ID, problem="Qty"), row(state), OPEN) is None


@pytest.mark.parametrize("state", [State.HELD, State.QUEUED, State.REFUSED, State.PREVIEWED])
def test_a_guard_stops_what_was_not_sent_yet(state: State) -> None:
    """A queued, held or refused order that must not go any more is excluded, and its mark for a person goes."""
    found = take_in(order(), "new", UNPAID, row(state, attention="no_street", due_at=7), OPEN)
    assert found
    assert (found.state, found.reason, found.attention, found.due_at) == (State.EXCLUDED, "unpaid", "", 0)


@pytest.mark.parametrize("state", [State.QUEUED, State.HELD])
@pytest.mark.parametrize("intake", [OPEN, FULL])
def test_queued_and_held_orders_are_not_taken_in_again(state: State, intake: Intake) -> None:
    """No second message, and no way past the guard but a release."""
    assert take_in(order(), "new", None, row(state), intake) is None


@pytest.mark.parametrize("state", [State.REFUSED, State.PREVIEWED])
def test_only_a_corrected_order_goes_again(state: State) -> None:
    """The same revision stays refused; another one is queued, afresh, whatever the surge guard says."""
    refused = row(state, reason="no_street", vendor_text="no", attempts=3, attention="no_street")
    assert take_in(order(), "old", None, refused, OPEN) is None
    found = take_in(order(), "new", None, refused, FULL)
    assert found
    assert (found.state, found.reason, found.vendor_text, found.attempts, found.attention) == (
        State.QUEUED, "", "", 0, "",
    )  # fmt: skip


def test_an_excluded_order_goes_when_nothing_stops_it_any_more() -> None:
    """Paid now; unknown to Starshipit, so the surge guard counts it."""
    excluded = row(State.EXCLUDED, reason="unpaid").noting(1, "excluded")
    assert getattr(take_in(order(), "old", None, excluded, OPEN), "state", None) is State.QUEUED
    assert getattr(take_in(order(), "old", None, excluded, FULL), "state", None) is State.HELD
    let_through = excluded.noting(2, "queued").noting(3, "excluded")
    assert getattr(take_in(order(), "old", None, let_through, FULL), "state", None) is State.QUEUED


def test_an_unreadable_row_without_an_id_cannot_be_recorded() -> None:
    """With one it is, known or not, and once."""
    assert unreadable_row(Unreadable(order_id=None, problem="row"), None, OPEN) is None
    bad = Unreadable(order_id=ORDER_ID, problem="Qty")
    found = unreadable_row(bad, None, OPEN)
    assert found
    assert (found.state, found.reason, found.detail) == (State.EXCLUDED, "unreadable", "Qty")
    assert unreadable_row(bad, found, OPEN) is None
    known = unreadable_row(bad, row(State.QUEUED), OPEN)
    assert known
    assert (known.state, known.revision) == (State.EXCLUDED, "old")


@pytest.mark.parametrize("state", WAITING)
def test_a_requeued_row_has_a_new_deadline(state: State) -> None:
    """A call that never came back is unknown from now on; its version will rise when it is saved."""
    found = requeued(row(state, due_at=5, owner="x", deadline=5, looks=1), 1000, 600)
    assert found.state is (State.QUEUED if state is State.QUEUED else State.UNKNOWN)
    assert found.due_at == (1600 if state is State.QUEUED else 1000)
    assert found.since == 1, "it has been waiting all the time"
