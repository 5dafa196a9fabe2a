"""An order's history in words: each event of its row as one sentence.

In: events as the row holds them. Out: what happened, oldest first, each with its moment (epoch seconds), its own name
and a sentence with its facts. Wrong: nothing; an event of a kind nobody described is shown under its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connector.rules.attention import explain
from connector.rules.details import reason_in_words
from connector.rules.reasons import Reason
from connector.state.rows import Event

Facts = Mapping[str, Any]
Line = dict[str, Any]


def timeline(events: Iterable[Event]) -> list[Line]:
    """Every event with its sentence, in the order in which they were recorded."""
    return [{"at": event.at, "what": event.what, "sentence": sentence(event)} for event in events]


def sentence(event: Event) -> str:
    """What happened."""
    known = SENTENCES.get(event.what)
    return known(event.facts) if known else _unknown(event)


def _unknown(event: Event) -> str:
    facts = ", ".join(f"{name}: {_words(value)}" for name, value in sorted(event.facts.items()))
    return f"{event.what} ({facts})" if facts else event.what


def _said(text: str) -> Callable[[Facts], str]:
    return lambda _: text


def _words(value: Any) -> str:
    """A fact as text: a list's entries with commas."""
    entries = value if isinstance(value, list | tuple) else [value]
    return ", ".join(str(entry) for entry in entries if entry not in (None, ""))


def _by(facts: Facts) -> str:
    return f" by {facts['by']}" if facts.get("by") else ""


def _because(start: str) -> Callable[[Facts], str]:
    def said(facts: Facts) -> str:
        reason, detail = str(facts.get("reason") or ""), str(facts.get("detail") or "")
        return f"{start}: {reason_in_words(reason, detail)}" if reason else f"{start}."

    return said


def _resent(facts: Facts) -> str:
    suffix = f"; its number ends in -R{facts['generation']}" if facts.get("generation") else ""
    return f"Sent once more as a new order{_by(facts)}{suffix}."


def _handed_over(facts: Facts) -> str:
    number = f" as order {facts['order_number']}" if facts.get("order_number") else ""
    return f"Created in Starshipit{number} (Starshipit id {_words(facts.get('starshipit_id'))})."


def _outcome_unknown(facts: Facts) -> str:
    because = {
        "its deadline passed": "the function ended before the answer came",
        "the answer does not name the order": "the answer does not name this order",
        "answered with an old order": "Starshipit answered with an older order in its place",
        "it exists already, and it could not be looked for": "it exists already, and could not be looked for",
    }
    why = str(facts.get("because") or "")
    known = because.get(why, "no usable answer came")
    return f"Nobody knows whether Starshipit created it: {known}. It is looked for before anything is repeated."


def _adopted(facts: Facts) -> str:
    how = f" ({facts['how']})" if facts.get("how") else ""
    ids = _words(facts.get("starshipit_ids"))
    return f"Found in Starshipit{how}: Starshipit id {ids}. Nothing was created."


def _label_reported(facts: Facts) -> str:
    return f"Starshipit reports label {_words(facts.get('tracking_number'))}: {_words(facts.get('status'))}."


def _waiting(facts: Facts) -> str:
    missing = facts.get("missing")
    labels = "1 more label" if missing in (1, "1") else f"{_words(missing)} more labels"
    return f"Waits for {labels}: the order ships with all its parcels at once."


def _ship_call(facts: Facts) -> str:
    service = f" / {facts['service']}" if facts.get("service") else ""
    carrier = f" with carrier {facts['carrier']}{service}" if facts.get("carrier") else ""
    noted = _words(facts.get("noted"))
    told = f"Sellercloud is told {_words(facts.get('tracking_numbers')) or 'the shipment'}{carrier}."
    return f"{told} Without a package of their own, so in an order note: {noted}." if noted else told


def _shipped(start: str) -> Callable[[Facts], str]:
    def said(facts: Facts) -> str:
        numbers = _words(facts.get("tracking_numbers"))
        return f"{start}: {numbers}." if numbers else f"{start}."

    return said


def _needs_attention(facts: Facts) -> str:
    reason = str(facts.get("reason") or "")
    if reason in set(Reason):  # the line before says which
        return "Needs a person until it is corrected."
    why, fields = str(facts.get("why") or ""), _words(facts.get("fields"))
    about = (
        f" {reason_in_words(why, str(facts.get('detail') or ''))}" if why else f" Changed: {fields}." if fields else ""
    )
    return f"Needs a person: {explain(reason).sentence}{about}"


def _linked(facts: Facts) -> str:
    return f"Belongs to these Starshipit orders now: {_words(facts.get('starshipit_ids'))}."


def _shipped_by_hand(facts: Facts) -> str:
    numbers = _words(facts.get("tracking_numbers"))
    ours = f" with other numbers; left as it is. Ours: {numbers}." if numbers else "; left as it is."
    return f"A person had shipped it in Sellercloud{ours}"


def _merged_into(facts: Facts) -> str:
    return f"Linked to order {_words(facts.get('parent'))}{_by(facts)}: it ships with that order's labels."


def _carries(facts: Facts) -> str:
    return f"Order {_words(facts.get('child'))} was linked to it{_by(facts)}: its labels ship that one as well."


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "excluded": _because("Left out"),
    "refused": _because("Not sent"),
    "held": _said("Held by the surge guard: too many new orders came in one fetch."),
    "queued": _said("Seen by a fetch and queued for Starshipit."),
    "released": lambda facts: f"Released from the surge guard{_by(facts)} and queued.",
    "requeued": _said("Overdue, so queued once more."),
    "retried": lambda facts: f"Tried again{_by(facts) or ' by a person'}.",
    "resent": _resent,
    "tried_apart": _because("Set apart from the others and tried by itself, later each time"),
    "would_be_sent": _said("A dry run would have sent it now."),
    "sending": _said("Being sent to Starshipit."),
    "not_sent_yet": _said("Not sent: the call could not be made, so it waits its turn again."),
    "batch_refused": _said("Starshipit refused the batch it was in; it is sent with fewer others."),
    "number_taken": _said("Its number belongs to another Starshipit order; its Sellercloud id is added to it."),
    "handed_over": _handed_over,
    "outcome_unknown": _outcome_unknown,
    "not_found_yet": _said("Looked for in Starshipit and not found; looked for once more before it is sent again."),
    "send_once_more": _said("Looked for again and not found: it is sent once more under the same number."),
    "adopted": _adopted,
    "marked_in_sellercloud": _said("Marked in Sellercloud as handed over (HandOverMarker)."),
    "linked": _linked,
    "merged_into": _merged_into,
    "carries": _carries,
    "label_reported": _label_reported,
    "label_not_live": _said("Starshipit shows no live outgoing label to write to Sellercloud."),
    "waiting_for_labels": _waiting,
    "ship_call": _ship_call,
    "shipped": _shipped("Sellercloud shows the order Fully Shipped"),
    "shipped_by_hand": _shipped_by_hand,
    "unship_call": _shipped("Its label was cancelled and no other is live, so Sellercloud is told to un-ship it"),
    "unshipped": _shipped("Sellercloud shows it un-shipped; the next label ships it again. Taken back"),
    "unshipped_by_hand": _said("A person un-shipped it in Sellercloud; that is left as it is."),
    "retracked_by_hand": _shipped("A person put other numbers on it in Sellercloud; that is left as it is"),
    "not_seen_in_starshipit": _said("Starshipit did not show it, by its id or its reference; it is looked for again."),
    "needs_attention": _needs_attention,
    "baseline_taken": _said("Edited before anything was known of what Starshipit has: compared from now on."),
    "amending": lambda facts: f"Edited in Sellercloud ({_words(facts.get('fields'))}): being sent to Starshipit.",
    "amended": lambda facts: f"Starshipit has the edit ({_words(facts.get('fields'))}).",
    "removing": lambda facts: (
        f"Stopped in Sellercloud: being deleted in Starshipit ({_words(facts.get('starshipit_ids'))})."
    ),
    "not_removed": _said("Released in Sellercloud before it was deleted in Starshipit: it stays there."),
    "withdrawn": _because("Stopped in Sellercloud and deleted in Starshipit"),
}
