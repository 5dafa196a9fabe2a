"""What comes next is said for every order, in any state and whatever people have done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.rules.outlook import STANDING, Circumstances, outlook, outlook_unseen, span
from connector.rules.reasons import NotSent, Reason
from connector.settings import ShipWhen
from connector.state.rows import Event, Label, OrderRow, State

NOW = 1_000_000
AT = Circumstances(NOW, ShipWhen.PRINTED)
PAUSED = {name: {"by": "user/ann", "at": NOW - 7200} for name in ("orders", "tracking", "fetch")}
PRINTED, DISPATCHED, CANCELLED = Label("Printed"), Label("Dispatched"), Label("Cancelled")


def row(state: State, **changes: Any) -> OrderRow:
    """A row that came into its state half a minute ago."""
    return replace(OrderRow(7, state, since=NOW - 30), **changes)


@pytest.mark.parametrize(
    ("order", "at", "said"),
    [
        (row(State.EXCLUDED), AT, "as soon as a fetch sees that the reason no longer holds"),
        (row(State.HELD), AT, "connector release"),
        (row(State.QUEUED, due_at=NOW + 60), AT, "sent to Starshipit when its turn comes"),
        (row(State.QUEUED, due_at=NOW + 60, resends=1), AT, "once more, under the same number"),
        (row(State.QUEUED, due_at=NOW - 600), AT, "overdue since 10 min"),
        (row(State.QUEUED, since=NOW - 9000, due_at=NOW + 60), AT, "waited 2 h, longer than usual: connector check"),
        (row(State.SENDING, deadline=NOW + 40), AT, "known within 40 s"),
        (row(State.SENDING, deadline=NOW - 1), AT, "cut off"),
        (row(State.UNKNOWN, due_at=NOW + 300), AT, "in about 5 min. Found, it counts as handed over"),
        (row(State.UNKNOWN, due_at=NOW - 1), AT, "looked for in Starshipit now"),
        (row(State.UNKNOWN, due_at=NOW), AT, "then it is sent once more"),
        (row(State.UNKNOWN, due_at=NOW, resends=1), AT, "then a person decides"),
        (row(State.UNKNOWN, attention="outcome_unknown", due_at=2**40), AT, "connector resend 7"),
        (row(State.REFUSED, attention="no_street", reason="no_street"), AT, "at once with connector retry 7"),
        (row(State.REFUSED, reason="no_street"), AT, "at once with connector retry 7"),
        (row(State.HANDED_OVER), AT, "The warehouse prints its label. It ships in Sellercloud as soon as"),
        (row(State.HANDED_OVER, labels={"X": CANCELLED}), AT, "Its label was cancelled. With a new one"),
        (row(State.HANDED_OVER, labels={"X": PRINTED}), AT, "are written to Sellercloud now"),
        (row(State.HANDED_OVER, labels={"X": PRINTED}, wrote_at=NOW - 20), AT, "told 20 s ago; it is read back"),
        (row(State.HANDED_OVER, labels={"X": PRINTED}, wrote_at=NOW - 20, attempts=3), AT, "told 20 s ago (try 3)"),
        (
            row(State.HANDED_OVER, labels={"X": PRINTED}, events=(Event(1, "waiting_for_labels", {"missing": 1}),)),
            AT,
            "when its last label is printed",
        ),
        (
            row(State.HANDED_OVER, labels={"X": PRINTED}, events=(Event(1, "waiting_for_labels"), Event(2, "linked"))),
            AT,
            "are written to Sellercloud now",
        ),
        (
            row(State.HANDED_OVER, labels={"X": PRINTED}, events=(Event(1, "label_not_live"),)),
            AT,
            "no live label for what was reported",
        ),
        (
            row(State.HANDED_OVER, labels={"X": PRINTED}),
            Circumstances(NOW, ShipWhen.DISPATCHED),
            "X Printed. It ships in Sellercloud as soon as Starshipit reports its label dispatched (ShipWhen)",
        ),
        (row(State.HANDED_OVER, attention="order_is_void"), AT, "Nothing by itself: a person has to decide."),
        (row(State.HANDED_OVER, attention="sellercloud_does_not_answer", labels={"X": PRINTED}), AT, "written to"),
        (row(State.SHIPPED, labels={"X": PRINTED}, written=("X",)), AT, "Nothing more: the order is done."),
        (row(State.SHIPPED, labels={"X": PRINTED, "Y": PRINTED}, written=("X",)), AT, "Y is to be added"),
        (row(State.SHIPPED, labels={"X": DISPATCHED}, attention="write_back_refused"), AT, "X is to be added"),
        (row(State.PREVIEWED), AT, "a dry run that is over"),
        (row(State.PREVIEWED), replace(AT, dry_run=True), "Switched off, a full fetch sends it"),
        (row(State.HANDED_OVER), replace(AT, dry_run=True), "Nothing while the stack runs dry"),
        (row(State.EXCLUDED), replace(AT, pauses=PAUSED), "The fetch is paused by user/ann 2 h ago"),
        (row(State.REFUSED, attention="no_name"), replace(AT, pauses=PAUSED), "until connector resume fetch"),
        (row(State.QUEUED), replace(AT, pauses=PAUSED), "until connector resume orders"),
        (row(State.UNKNOWN), replace(AT, pauses=PAUSED), "until connector resume orders"),
        (row(State.HANDED_OVER), replace(AT, pauses=PAUSED), "resume tracking it waits. Label reports stay"),
        (row(State.SHIPPED), replace(AT, pauses=PAUSED), "Nothing more: the order is done."),
        (row(State.EXCLUDED), replace(AT, pauses={"fetch": {"by": None, "at": "?"}}), "The fetch is paused: until"),
    ],
)  # fmt: skip
def test_each_order_has_its_outlook(order: OrderRow, at: Circumstances, said: str) -> None:
    """State, labels, marks, pauses and a dry run decide."""
    assert said in outlook(order, at)


@given(
    st.builds(
        OrderRow,
        order_id=st.integers(1, 99),
        state=st.sampled_from(State),
        since=st.integers(0, 2 * NOW),
        due_at=st.integers(0, 2**40),
        deadline=st.integers(0, 2 * NOW),
        attempts=st.integers(0, 5),
        resends=st.integers(0, 2),
        wrote_at=st.sampled_from([0, NOW - 5, NOW + 5]),
        attention=st.sampled_from(["", "outcome_unknown", "order_is_void", "sellercloud_does_not_answer", "new"]),
        labels=st.dictionaries(st.sampled_from("XYZ"), st.sampled_from([PRINTED, CANCELLED, Label("??")])),
        written=st.lists(st.sampled_from("XYZ")).map(tuple),
    ),
    st.booleans(),
    st.sampled_from([{}, PAUSED]),
)
def test_no_row_is_without_an_outlook(order: OrderRow, dry: bool, pauses: dict[str, Any]) -> None:
    """Whatever a row holds: whole sentences, no command left with a blank in it."""
    said = outlook(order, Circumstances(NOW, ShipWhen.PRINTED, (), dry, pauses))
    assert said.rstrip().endswith((".", "?", ")"))
    assert " N" not in said.replace(" Nothing", "").replace(" Now", "")
    assert order.state in STANDING


def test_what_no_fetch_has_seen() -> None:
    """It goes, or goes once its reason is gone; with saved views only if one of them shows it."""
    assert outlook_unseen(None, AT) == "The next fetch takes it in, at the latest the daily full one."
    assert "saved views shows it (412; 413)" in outlook_unseen(None, replace(AT, saved_view_ids=(412, 413)))
    assert "once that has changed" in outlook_unseen(NotSent(Reason.UNPAID), AT)
    assert "nothing is sent" in outlook_unseen(None, replace(AT, dry_run=True))
    assert "connector resume fetch" in outlook_unseen(None, replace(AT, pauses=PAUSED))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "0 s"), (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (90, "90 s"), (120, "2 min"), (3600, "1 h"),
     (5400, "90 min"), (7200, "2 h"), (86_400, "1 d"), (90_000, "25 h"), (172_800, "2 d")],
)  # fmt: skip
def test_a_length_of_time_is_said_as_people_say_it(seconds: float, said: str) -> None:
    """One unit, without pretending more than is known."""
    assert span(seconds) == said
