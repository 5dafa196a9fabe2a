"""A new generation: when a person may begin one, and what the row of it says."""

from __future__ import annotations

from typing import Any

import pytest

from connector.rules.hand_off import of_this_generation
from connector.rules.resending import obstacle_in_row, obstacle_in_starshipit, of_the_order
from connector.state.rows import Label, OrderRow, State
from connector.vendors.starshipit.models import Order, Package

NOW = 1_800_000_000


def _row(state: State = State.HANDED_OVER, attention: str = "", **fields: Any) -> OrderRow:
    given = {"order_number": "7", "starshipit_ids": (71,), "sent_at": NOW - 5000, **fields}
    row = OrderRow(7, state, since=NOW - 9000, version=5, **given)
    return row.needing(attention, NOW - 500) if attention else row


def _there(starshipit_id: int = 72, number: str = "7", reference: str = "7", **fields: Any) -> Order:
    return Order(order_id=starshipit_id, order_number=number, reference=reference, **fields)


@pytest.mark.parametrize("state", State)
def test_only_an_order_that_came_to_its_end_may_go_once_more(state: State) -> None:
    """In Starshipit, or given up as unknown; in any other state there is a sentence and something better to do."""
    against = obstacle_in_row(_row(state), NOW, 600)
    if state is State.HANDED_OVER:
        assert against is None
    else:
        assert against
        assert against.message.endswith(".")
        assert against.next.endswith(".")


def test_an_unknown_order_is_left_to_the_connector_until_it_needs_a_person() -> None:
    """And even then a call that left a short while ago may still be carried out."""
    assert obstacle_in_row(_row(State.UNKNOWN), NOW, 600)
    assert obstacle_in_row(_row(State.UNKNOWN, "outcome_unknown"), NOW, 600) is None
    against = obstacle_in_row(_row(State.UNKNOWN, "answered_with_old_order", sent_at=NOW - 590), NOW, 600)
    assert against
    assert "10 seconds" in against.next


@pytest.mark.parametrize("status", ["Printed", "Dispatched", "Delivered", "Something new", ""])
def test_a_label_that_may_travel_is_an_obstacle(status: str) -> None:
    """Reported, or seen on an archived order; a cancelled one is none, whoever says so."""
    against = obstacle_in_row(_row(labels={"ABC 1": Label(status)}), NOW, 600)
    assert against
    assert "ABC 1" in against.message
    packages = (Package(tracking_number="ABC 1", delivery_status=status),)
    archived = _there(archived=True, packages=packages)
    assert obstacle_in_starshipit(_row(), [archived])
    assert obstacle_in_starshipit(_row(labels={"abc1": Label("Cancelled")}), [archived]) is None
    assert obstacle_in_row(_row(labels={"ABC 1": Label("Canceled")}), NOW, 600) is None
    gone = _there(archived=True, packages=(Package(tracking_number="ABC1", delivery_status="Cancelled"), Package()))
    assert obstacle_in_starshipit(_row(), [gone]) is None


def test_a_number_sellercloud_may_still_show_is_an_obstacle() -> None:
    """The hand-off would find the order shipped, and the mark would be lost."""
    labels = {"ABC1": Label("Cancelled")}
    against = obstacle_in_row(_row(attention="label_cancelled_after_shipping", labels=labels), NOW, 600)
    assert against
    assert "Un-ship" in against.next


@pytest.mark.parametrize(
    "fields", [{"removing": NOW - 5}, {"linked_to": 8}, {"linked": (8, 9)}, {"unshipping": NOW - 5}]
)
def test_an_order_somebody_else_is_at_work_with_is_left_alone(fields: dict[str, Any]) -> None:
    """Being removed or un-shipped, or merged with others: a sentence that names the order, and what to do."""
    against = obstacle_in_row(_row(labels={"ABC1": Label("Cancelled")}, **fields), NOW, 600)
    assert against
    assert "rder 7" in against.message


@pytest.mark.parametrize("status", ["", "Unshipped", "Printed", "Shipped", "Delivered", "Cancelled"])
def test_a_live_order_in_whatever_status_is_an_obstacle(status: str) -> None:
    """Its number and id are named; an archived one without a label is none."""
    against = obstacle_in_starshipit(_row(), [_there(status=status)])
    assert against
    assert "7 (id 72" in against.message
    assert obstacle_in_starshipit(_row(), [_there(status=status, archived=True)]) is None
    assert obstacle_in_starshipit(_row(), []) is None


def test_somebody_elses_order_of_the_same_number_is_no_obstacle() -> None:
    """By reference, or by the ids we know: nothing else is the order's own."""
    row = _row(starshipit_ids=(71,))
    ours, adopted, foreign, nameless = (
        _there(72),
        _there(71, reference="x"),
        _there(73, reference="8"),
        _there(74, "7", ""),
    )
    assert of_the_order(row, [ours, adopted, foreign, nameless, ours]) == [ours, adopted]


def test_a_new_generation_begins_with_all_its_tries_and_forgets_no_order_of_the_earlier_one() -> None:
    """Its number is chosen anew; it is not adopted; what was known of orders and labels stays known."""
    old = _row(
        State.UNKNOWN, "outcome_unknown", adopt=True, adopted_by_number=True, looks=2, resends=1, attempts=3,
        wrote_at=4, reason="r", detail="d", vendor_text="v", labels={"ABC1": Label("Cancelled")},
    )  # fmt: skip
    new = old.next_generation(NOW, "sam", NOW + 100)
    assert (new.state, new.generation, new.since, new.due_at) == (State.QUEUED, 2, NOW, NOW + 100)
    assert (new.order_number, new.adopt, new.adopted_by_number, new.attention) == ("", False, False, "")
    assert (new.looks, new.resends, new.attempts, new.wrote_at) == (0, 0, 0, 0)
    assert (new.reason, new.detail, new.vendor_text) == ("", "", "")
    assert (new.starshipit_ids, new.labels, new.version) == (old.starshipit_ids, old.labels, 5)
    assert (new.events[-1].what, new.events[-1].facts) == ("resent", {"by": "sam", "generation": 2})


def test_an_order_of_one_generation_is_never_taken_for_another_ones() -> None:
    """A late commit of the first, of the second, of the third: each belongs to its own."""
    orders = [_there(72, "7"), _there(73, "7-R2"), _there(74, "7-R3"), _there(75, "7-R2-1")]
    second = _row(State.UNKNOWN, generation=2, order_number="7-R2")
    assert [order.order_id for order in of_this_generation(orders, second)] == [73, 75]
    third = _row(State.UNKNOWN, generation=3, order_number="7-R3", starshipit_ids=(71, 73))
    assert [order.order_id for order in of_this_generation(orders, third)] == [74]
