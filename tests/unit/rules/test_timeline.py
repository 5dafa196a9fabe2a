"""Every event any code writes is a sentence a person can read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connector.rules.reasons import Reason
from connector.rules.timeline import SENTENCES, sentence, timeline
from connector.state.rows import Event, State
from tests.unit.rules.sources import arguments, texts_of_others

# Where the name of an event is only known when it runs: what it can be there. A new such place has to be listed here.
DYNAMIC = {
    ("flows/prepare.py", "str(state)"): {"refused", "excluded"},
    ("rules/intake.py", "str(state)"): {"queued", "held"},
    ("state/sandbox.py", "str(state)"): set(),  # a rehearsal's own, stored nowhere
}


def written() -> Iterator[tuple[str, str]]:
    """Every event the package writes, and where."""
    for argument in (*arguments("noting", 1), *arguments("to", 2), *arguments("Event", 1)):
        for source in argument.unknown:
            known = DYNAMIC.get((argument.path, source))
            assert known is not None, f"{argument.place} writes an event named {source}: list what it can be"
            argument.texts |= known
        yield from ((text, argument.place) for text in argument.texts)


def test_every_event_that_is_written_has_a_sentence() -> None:
    """An event without words would leave a person with a code."""
    found = set()
    for text, place in written():
        assert text in SENTENCES, f"{place} writes the event {text}, which has no sentence"
        found.add(text)
    assert {"queued", "sending", "not_sent_yet", "batch_refused", "shipped_by_hand", "ship_call"} <= found


def test_no_sentence_is_left_over() -> None:
    """What no code writes any more needs no words."""
    written_by_others = texts_of_others("rules/timeline.py") | set(State)
    assert set(SENTENCES) <= written_by_others, set(SENTENCES) - written_by_others


@pytest.mark.parametrize("what", sorted(SENTENCES))
def test_a_sentence_needs_no_fact(what: str) -> None:
    """An older version's event may lack any of them, or hold nothing in them."""
    nothing: dict[str, Any] = dict.fromkeys(("reason", "detail", "by", "status", "missing", "carrier", "how"))
    for facts in ({}, nothing):
        said = sentence(Event(1, what, facts))
        assert said.endswith("."), said
        assert "None" not in said


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Event(1, "excluded", {"reason": "unpaid", "detail": "10"}), "once it is paid. (NoPayment)"),
        (Event(1, "excluded", {"reason": "somebody_elses"}), "Left out: Reason: somebody_elses."),
        (Event(1, "refused", {"reason": Reason.TOO_LONG, "detail": "phone"}), "in Sellercloud. (phone)"),
        (Event(1, "handed_over", {"starshipit_id": 7, "order_number": "A-1"}), "as order A-1 (Starshipit id 7)."),
        (Event(1, "handed_over", {"starshipit_id": 7}), "Created in Starshipit (Starshipit id 7)."),
        (Event(1, "adopted", {"how": "by its label", "starshipit_ids": [7, 8]}), "(by its label): Starshipit id 7, 8."),
        (Event(1, "outcome_unknown", {"because": "its deadline passed"}), "before the answer came"),
        (Event(1, "outcome_unknown", {"because": "OutcomeUnknown: Starshipit …"}), "no usable answer came"),
        (Event(1, "label_reported", {"tracking_number": "X1", "status": "Printed"}), "reports label X1: Printed."),
        (Event(1, "waiting_for_labels", {"missing": 1}), "Waits for 1 more label:"),
        (Event(1, "waiting_for_labels", {"missing": 3}), "Waits for 3 more labels:"),
        (Event(1, "ship_call", {"tracking_numbers": ["X"], "carrier": "C", "service": "S"}), "X with carrier C / S."),
        (Event(1, "ship_call", {"tracking_numbers": ["X"], "noted": ["Y", "Z"]}), "in an order note: Y, Z."),
        (Event(1, "shipped", {"tracking_numbers": ["X", "Y"]}), "Fully Shipped: X, Y."),
        (Event(1, "retried", {"by": "user/ann"}), "Tried again by user/ann."),
        (Event(1, "resent", {"by": "user/ann", "generation": 2}), "by user/ann; its number ends in -R2."),
        (Event(1, "needs_attention", {"reason": "order_is_onhold"}), "Sellercloud shows the order OnHold."),
        (Event(1, "needs_attention", {"reason": "unpaid"}), "Needs a person until it is corrected."),
        (Event(1, "needs_attention", {"reason": "new_code"}), "Needs a person: Marked new_code."),
    ],
)  # fmt: skip
def test_what_happened_is_told_with_its_facts(event: Event, said: str) -> None:
    """Numbers, names and reasons stand in the sentence."""
    assert said in sentence(event)


def test_an_event_of_a_later_version_is_shown_under_its_own_name() -> None:
    """A stack that was set back meets rows of a newer one."""
    assert sentence(Event(1, "teleported", {"to": ["A", "B"], "by": "x"})) == "teleported (by: x, to: A, B)"
    assert sentence(Event(1, "teleported")) == "teleported"


def test_the_order_of_events_is_the_order_in_which_they_were_recorded() -> None:
    """Two functions' clocks differ by a second; the history is not sorted anew."""
    events = [Event(5, "queued"), Event(4, "sending"), Event(4, str(State.EXCLUDED))]
    assert [(line["at"], line["what"]) for line in timeline(events)] == [(5, "queued"), (4, "sending"), (4, "excluded")]
    assert timeline([]) == []
