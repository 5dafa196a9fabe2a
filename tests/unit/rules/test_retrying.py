"""Trying an order again: what it means by where the order stands, and that it never makes a second one."""

from __future__ import annotations

from typing import Any

import pytest

from connector.rules.again import Again, Ask, Outcome, Shown, Wish
from connector.rules.reasons import Reason
from connector.rules.retrying import again, asks
from connector.rules.settling import NEVER, after_look
from connector.rules.write_back import is_worth_a_look
from connector.settings import ShipWhen
from connector.state.rows import WAITING, Label, OrderRow, State
from connector.vendors.starshipit.models import Order
from connector.vendors.starshipit.webhook import Report

NOW = 1_800_000_000
PRINTED = {"ABC1": Label("Printed", carrier="AusPost", reported_at=NOW - 900)}
BY_NUMBER = Wish("sam", NOW, 100, ShipWhen.PRINTED, by_number=True)
BY_MARK = Wish("sam", NOW, 100, ShipWhen.PRINTED, by_number=False)


def _row(state: State, attention: str = "", **fields: Any) -> OrderRow:
    row = OrderRow(7, state, since=NOW - 999, order_number="7", version=3, **fields)
    return row.needing(attention, NOW - 500) if attention else row


def _try(row: OrderRow, wish: Wish = BY_NUMBER, shown: Shown | None = None) -> Again:
    return again(row, wish, shown or Shown())


def test_a_refused_order_is_judged_anew_with_all_its_tries() -> None:
    """Queued without its reason and its mark; who asked stands in its history."""
    row = _row(State.REFUSED, "no_city", reason="no_city", detail="city", vendor_text="said", attempts=5)
    one = _try(row, BY_MARK)
    assert one.outcome is Outcome.QUEUED
    assert one.hand_off
    assert one.row
    assert (one.row.state, one.row.since, one.row.due_at) == (State.QUEUED, NOW, NOW + 100)
    assert (one.row.attention, one.row.reason, one.row.detail, one.row.vendor_text, one.row.attempts) == ("",) * 4 + (
        0,
    )
    assert (one.row.events[-1].what, one.row.events[-1].facts) == ("retried", {"by": "sam"})


def test_an_excluded_order_goes_only_when_it_is_named() -> None:
    """By number it is judged anew, and told what stood against it; with all others it stays out."""
    row = _row(State.EXCLUDED, reason="unpaid")
    named = _try(row)
    assert (named.outcome, named.hand_off) == (Outcome.QUEUED, True)
    assert Reason.UNPAID.sentence in named.message
    marked = _try(_row(State.EXCLUDED, "label_not_in_starshipit", reason="unpaid"), BY_MARK)
    assert (marked.outcome, marked.hand_off) == (Outcome.SETTLED, False)
    assert marked.row
    assert marked.row.state is State.EXCLUDED
    assert _try(_row(State.EXCLUDED, reason="a reason of a later version")).outcome is Outcome.QUEUED


@pytest.mark.parametrize("state", WAITING)
def test_an_order_on_its_way_is_left_alone(state: State) -> None:
    """Also with a label reported: whoever is at it goes on."""
    for labels in ({}, PRINTED):
        one = _try(_row(state, labels=labels))
        assert (one.outcome, one.row, one.hand_off, one.reports) == (Outcome.ON_ITS_WAY, None, False, ())


def test_what_the_surge_guard_holds_is_released_and_not_retried() -> None:
    """The sentence names the command."""
    one = _try(_row(State.HELD))
    assert (one.outcome, one.row) == (Outcome.HELD, None)
    assert "connector release" in one.message


@pytest.mark.parametrize("mark", ["outcome_unknown", "answered_with_old_order", "a mark of a later version"])
@pytest.mark.parametrize("resends", [0, 1, 2])
def test_an_unknown_order_is_looked_for_and_never_created(mark: str, resends: int) -> None:
    """After a retry, two looks that find nothing end with a person; whatever led there, nothing is sent once more."""
    row = _row(State.UNKNOWN, mark, resends=resends, looks=2, sent_at=NOW - 9999, due_at=NEVER)
    one = _try(row, BY_MARK)
    assert (one.outcome, one.hand_off) == (Outcome.LOOKED_FOR, True)
    assert one.row
    assert (one.row.state, one.row.looks, one.row.due_at, one.row.attention) == (State.UNKNOWN, 0, NOW, "")
    first = after_look(one.row, NOW, 600, 100)
    second = after_look(first, NOW + 60, 600, 100)
    assert (second.state, second.attention) == (State.UNKNOWN, "outcome_unknown")


@pytest.mark.parametrize("state", [State.HANDED_OVER, State.SHIPPED])
@pytest.mark.parametrize("mark", ["order_is_canceled", "write_back_refused", "label_not_in_starshipit", ""])
def test_a_printed_order_is_reported_again(state: State, mark: str) -> None:
    """The live label's last report, as it came; the mark goes, because the write-back sets it again if it must."""
    labels = {**PRINTED, "GONE": Label("Cancelled"), "OLD": Label("Printed")}
    one = _try(_row(state, mark, labels=labels, written=("OLD",), attempts=4))
    assert one.outcome is Outcome.WRITTEN_BACK
    assert [report.tracking_number for report in one.reports] == ["ABC1"]
    assert Report.from_message(one.reports[0].body()) == one.reports[0]
    assert (one.reports[0].status, one.reports[0].reference, one.reports[0].carrier) == ("Printed", "7", "AusPost")
    assert one.row
    assert (one.row.state, one.row.attention, one.row.attempts, one.hand_off) == (state, "", 0, False)


def test_a_label_that_did_not_go_far_enough_is_not_reported() -> None:
    """With ShipWhen=dispatched a printed label is not to be written: nothing is left, and the mark goes."""
    wish = Wish("sam", NOW, 100, ShipWhen.DISPATCHED, by_number=True)
    one = _try(_row(State.HANDED_OVER, "order_is_canceled", labels=PRINTED), wish)
    assert (one.outcome, one.reports) == (Outcome.SETTLED, ())


@pytest.mark.parametrize("state", [State.REFUSED, State.QUEUED, State.UNKNOWN, State.HELD, State.EXCLUDED])
def test_an_order_whose_label_was_reported_is_never_sent_by_a_retry(state: State) -> None:
    """Somewhere there is a parcel of it: its label is looked for again, and the mark stays until it is found."""
    row = _row(state, "label_not_in_starshipit", labels=PRINTED)
    one = _try(row)
    assert (one.outcome, one.hand_off, len(one.reports)) == (Outcome.WRITTEN_BACK, False, 1)
    assert one.row
    assert (one.row.state, one.row.attention) == (state, "label_not_in_starshipit")


def test_a_queued_order_whose_reported_label_was_cancelled_goes_on() -> None:
    """The mark alone kept it in the queue."""
    one = _try(_row(State.QUEUED, "label_not_in_starshipit", labels={"ABC1": Label("Cancelled")}), BY_MARK)
    assert (one.outcome, one.hand_off) == (Outcome.QUEUED, True)
    assert one.row
    assert one.row.attention == ""


def test_nothing_to_do_for_an_order_that_waits_for_its_label_or_is_shipped() -> None:
    """No event, no call."""
    for state in (State.HANDED_OVER, State.SHIPPED):
        one = _try(_row(state))
        assert (one.outcome, one.row, one.reports) == (Outcome.NOTHING_TO_DO, None, ())


def _there(starshipit_id: int) -> Order:
    shown = {"order_id": starshipit_id, "order_number": "7", "reference": "7", "status": "Unshipped"}
    return Order.model_validate(shown)


@pytest.mark.parametrize("labels", [{}, PRINTED])
def test_several_orders_need_a_person_until_starshipit_shows_one(labels: dict[str, Label]) -> None:
    """Two, or none: the mark stays, and nothing is written back; one: it goes."""
    row = _row(State.HANDED_OVER, "several_starshipit_orders", labels=labels)
    assert asks(row, ShipWhen.PRINTED) is Ask.STARSHIPIT
    for live in ((), (_there(1), _there(2))):
        one = _try(row, shown=Shown(live=live))
        assert (one.outcome, one.row, one.reports) == (Outcome.STILL_STANDS, None, ())
    one = _try(row, shown=Shown(live=(_there(2),)))
    assert one.outcome is (Outcome.WRITTEN_BACK if labels else Outcome.SETTLED)
    assert one.row
    assert one.row.attention == ""


@pytest.mark.parametrize("mark", ["label_cancelled_after_shipping", "cancelled_number_in_sellercloud"])
def test_a_cancelled_number_needs_a_person_until_sellercloud_shows_it_no_more(mark: str) -> None:
    """Still shown, or not listed, or just written: it stays. Gone: the mark goes, and the write-back rights the row."""
    labels = {"AB C1": Label("Cancelled"), "XYZ": Label("Printed")}
    row = _row(State.SHIPPED, mark, labels=labels, written=("AB C1", "XYZ"))
    assert asks(row, ShipWhen.PRINTED) is Ask.SELLERCLOUD
    assert _try(row, shown=Shown(numbers={"abc1", "xyz"})).outcome is Outcome.STILL_STANDS
    assert _try(row, shown=Shown(numbers=None)).outcome is Outcome.STILL_STANDS
    for busy in ({"wrote_at": NOW - 9}, {"unshipping": NOW - 9}):
        fresh = _row(State.HANDED_OVER, mark, labels=labels, written=("XYZ",), **busy)
        assert _try(fresh, shown=Shown(numbers=set())).outcome is Outcome.NOT_NOW
    one = _try(row, shown=Shown(numbers={"xyz"}))
    assert one.outcome is Outcome.SETTLED
    assert one.row
    assert (one.row.state, one.row.attention) == (State.SHIPPED, "")
    assert [(report.tracking_number, report.status) for report in one.reports] == [("AB C1", "Cancelled")]
    assert is_worth_a_look(one.row, one.reports, ShipWhen.PRINTED)


def test_a_number_of_a_redone_label_needs_a_person_until_it_is_gone() -> None:
    """It was never cancelled: the mark names it, and it is forgotten once Sellercloud shows it no more."""
    row = _row(State.SHIPPED, labels={"OLD": Label("Printed"), "NEW": Label("Printed")}, written=("NEW", "OLD"))
    row = row.needing("cancelled_number_in_sellercloud", NOW - 5, tracking_numbers=["OLD"])
    assert _try(row, shown=Shown(numbers={"old", "new"}, shipped=True)).outcome is Outcome.STILL_STANDS
    one = _try(row, shown=Shown(numbers={"new"}, shipped=True))
    assert one.row
    assert (one.row.written, one.row.attention, one.reports) == (("NEW",), "", ())


def test_a_refused_unshipping_is_tried_again() -> None:
    """The cancellation is reported once more, and is news to the write-back because the mark is gone."""
    row = _row(State.SHIPPED, "unship_refused", labels={"ABC1": Label("Cancelled")}, written=("ABC1",), attempts=4)
    one = _try(row)
    assert (one.outcome, [report.status for report in one.reports]) == (Outcome.WRITTEN_BACK, ["Cancelled"])
    assert one.row
    assert (one.row.attention, one.row.attempts) == ("", 0)
    assert is_worth_a_look(one.row, one.reports, ShipWhen.PRINTED)


def test_a_new_label_after_a_cancelled_one_leaves_the_mark_to_the_write_back() -> None:
    """It replaces the cancelled number, and looks whether that is gone."""
    labels = {"ABC1": Label("Cancelled"), "NEW": Label("Printed")}
    row = _row(State.SHIPPED, "label_cancelled_after_shipping", labels=labels, written=("ABC1",))
    assert asks(row, ShipWhen.PRINTED) is Ask.NOBODY
    one = _try(row)
    assert (one.outcome, [report.tracking_number for report in one.reports]) == (Outcome.WRITTEN_BACK, ["NEW"])
    assert one.row
    assert one.row.attention == "label_cancelled_after_shipping"


def test_an_unshipped_order_needs_a_person_until_it_is_shipped_or_its_label_is_cancelled() -> None:
    """Nothing is left to be written: Sellercloud is read, and what a person did there is not fought over."""
    for status, shown, outcome in (
        ("Printed", Shown(numbers=set()), Outcome.STILL_STANDS),
        ("Printed", Shown(), Outcome.STILL_STANDS),
        ("Printed", Shown(numbers={"other"}, shipped=True), Outcome.SETTLED),
        ("Cancelled", Shown(numbers=set()), Outcome.SETTLED),
    ):
        row = _row(State.SHIPPED, "unshipped_in_sellercloud", labels={"ABC1": Label(status)}, written=("ABC1",))
        assert asks(row, ShipWhen.PRINTED) is Ask.SELLERCLOUD
        one = _try(row, shown=shown)
        assert (one.outcome, one.row is None) == (outcome, outcome is Outcome.STILL_STANDS)
        if one.row:
            assert bool(one.reports) is (status == "Cancelled"), "the write-back forgets the number"


@pytest.mark.parametrize("mark", ["vanished_from_starshipit", "archived_in_starshipit"])
def test_an_order_that_is_missed_in_starshipit_is_looked_for(mark: str) -> None:
    """Restored, or there as parts: the mark goes. Nowhere: it stays, and the sentence names what to do."""
    row = _row(State.HANDED_OVER, mark)
    assert asks(row, ShipWhen.PRINTED) is Ask.STARSHIPIT
    gone = _try(row)
    assert (gone.outcome, gone.row, "resend" in gone.message) == (Outcome.STILL_STANDS, None, True)
    for live in ((_there(1),), (_there(1), _there(2))):
        one = _try(row, shown=Shown(live=live))
        assert one.outcome is Outcome.SETTLED
        assert one.row
        assert one.row.attention == ""


def test_a_mark_that_is_not_about_a_label_is_never_taken_away() -> None:
    """One of a later version: nobody here knows what it takes; with a label to write, it stays beside the try."""
    one = _try(_row(State.HANDED_OVER, "a mark of a later version"), BY_MARK)
    assert (one.outcome, one.row) == (Outcome.STILL_STANDS, None)
    two = _try(_row(State.HANDED_OVER, "a mark of a later version", labels=PRINTED), BY_MARK)
    assert two.outcome is Outcome.WRITTEN_BACK
    assert two.row
    assert two.row.attention == "a mark of a later version"


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("mark", ["", "outcome_unknown", "several_starshipit_orders", "label_cancelled_after_shipping"])
@pytest.mark.parametrize("labels", [{}, PRINTED, {"ABC1": Label("Cancelled")}, {"ABC1": Label("")}])
@pytest.mark.parametrize("wish", [BY_NUMBER, BY_MARK])
def test_whatever_the_row_there_is_a_sentence_and_no_way_back(
    state: State, mark: str, labels: dict[str, Label], wish: Wish
) -> None:
    """No row is led where it must not go: what was handed over stays so, and generation and number are kept."""
    row = _row(state, mark, labels=labels)
    one = _try(row, wish, Shown(live=(_there(1),), numbers=set()))
    assert one.message.endswith(".")
    if one.row:
        assert one.row.state in (state, State.QUEUED)
        assert (one.row.generation, one.row.order_number, one.row.version) == (1, "7", 3)
        assert one.row.events[-1].what == "retried"
    if state in (State.HANDED_OVER, State.SHIPPED, State.SENDING, State.HELD):
        assert not one.hand_off
