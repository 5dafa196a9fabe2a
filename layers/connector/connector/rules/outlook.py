"""What happens next with an order, in one or two sentences.

In: its row, the time, and the circumstances: the setting `ShipWhen`, a dry run, what people have paused. Out: text for
a person. Wrong: nothing; a row in any state has an outlook.

Only spans are named ("in about 40 s"), never a time of day: the reader's clock is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.rules.attention import explain
from connector.rules.reasons import NotSent
from connector.rules.tracking import is_cancelled, reached
from connector.rules.write_back import unwritten
from connector.settings import ShipWhen
from connector.state.rows import OrderRow, State

STANDING: Mapping[State, str] = {
    State.EXCLUDED: "Seen by a fetch and left out.",
    State.HELD: "Held by the surge guard: more new orders than usual came in one fetch.",
    State.QUEUED: "On its way to Starshipit.",
    State.SENDING: "Being created in Starshipit.",
    State.UNKNOWN: "A create got no usable answer: nobody knows yet whether it is in Starshipit.",
    State.REFUSED: "Not sent: it cannot be mapped, or Starshipit refused it.",
    State.HANDED_OVER: "In Starshipit; its labels are not in Sellercloud yet.",
    State.SHIPPED: "Done: Sellercloud shows it Fully Shipped with its tracking numbers.",
    State.PREVIEWED: "A dry run would have sent it.",
}
"""What each state means."""

# These marks do not stop the connector: it goes on by itself.
_TRIED_ON = frozenset({"sellercloud_does_not_answer"})
_LONG_SECONDS = 3600


@dataclass(frozen=True)
class Circumstances:
    """The stack as it is now. `pauses` holds, by direction (orders, tracking, fetch), who paused it and when."""

    now: int
    ship_when: ShipWhen
    saved_view_ids: tuple[int, ...] = ()
    dry_run: bool = False
    pauses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def outlook(row: OrderRow, at: Circumstances) -> str:
    """What will happen next."""
    if at.dry_run and row.state is not State.PREVIEWED:
        return (
            "Nothing while the stack runs dry (DryRun=true): nothing is sent or written, label reports wait in the "
            "queue. It goes on by itself when the dry run is switched off."
        )
    if row.attention and row.attention not in _TRIED_ON and row.state is not State.REFUSED:
        then = explain(row.attention).next_for(row.order_id)
        return f"Nothing by itself: a person has to decide. {then}{_late_label(row, at)}"
    return _BY_STATE[row.state](row, at)


def outlook_unseen(verdict: NotSent | None, at: Circumstances) -> str:
    """What will happen next with an order no fetch has seen; `verdict` says why it would not go."""
    waits = paused(at, "fetch", "The fetch")
    if waits:
        return waits
    if verdict is not None:
        return "A fetch takes it in by itself once that has changed."
    views = "; ".join(map(str, at.saved_view_ids))
    asked = f" if one of the saved views shows it ({views})" if views else ", at the latest the daily full one"
    dry = " The stack runs dry (DryRun=true): it is previewed, and nothing is sent." if at.dry_run else ""
    return f"The next fetch takes it in{asked}.{dry}"


def span(seconds: float) -> str:
    """A length of time as people say it: 40 s, 5 min, 3 h, 2 d."""
    whole = max(0, int(seconds))
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if whole >= 2 * size or (whole >= size and whole % size == 0):
            return f"{whole // size} {unit}"
    return f"{whole} s"


def paused(at: Circumstances, direction: str, what: str) -> str:
    """A sentence when a person paused this direction; empty otherwise."""
    pause = at.pauses.get(direction)
    if not pause:
        return ""
    by = f" by {pause['by']}" if pause.get("by") else ""
    since = pause.get("at")
    ago = f" {span(at.now - int(since))} ago" if isinstance(since, int | float) else ""
    return f"{what} is paused{by}{ago}: until connector resume {direction} it waits."


def _excluded(_: OrderRow, at: Circumstances) -> str:
    changed = "It goes by itself as soon as a fetch sees that the reason no longer holds."
    return paused(at, "fetch", "The fetch") or changed


def _held(_: OrderRow, __: Circumstances) -> str:
    return "It stays until a person lets the held orders go: connector release."


def _queued(row: OrderRow, at: Circumstances) -> str:
    waits = paused(at, "orders", "The hand-off to Starshipit")
    if waits:
        return waits
    if row.due_at and row.due_at < at.now:
        return f"It is overdue since {span(at.now - row.due_at)}: the next fetch queues it once more."
    how = "once more, under the same number" if row.resends else "to Starshipit"
    long = at.now - row.since > _LONG_SECONDS
    slow = f" It has waited {span(at.now - row.since)}, longer than usual: connector check." if long else ""
    return f"It is sent {how} when its turn comes, mostly within a minute.{slow}"


def _sending(row: OrderRow, at: Circumstances) -> str:
    if row.deadline >= at.now:
        left = span(row.deadline - at.now)
        return f"The call to Starshipit is under way; what became of it is known within {left}."
    return "The call was cut off. The next fetch puts the order back to work, and it is looked for in Starshipit first."


def _unknown(row: OrderRow, at: Circumstances) -> str:
    waits = paused(at, "orders", "The hand-off to Starshipit")
    if waits:
        return waits
    when = f"in about {span(row.due_at - at.now)}" if row.due_at > at.now else "now"
    then = "then a person decides" if row.resends else "then it is sent once more under the same number"
    found = "Found, it counts as handed over; not found after the last look"
    return f"It is looked for in Starshipit {when}. {found}, {then}."


def _refused(row: OrderRow, at: Circumstances) -> str:
    return paused(at, "fetch", "The fetch") or explain(row.attention or row.reason).next_for(row.order_id)


def _handed_over(row: OrderRow, at: Circumstances) -> str:
    waits = paused(at, "tracking", "The write-back to Sellercloud")
    live = {number: label for number, label in row.labels.items() if not is_cancelled(label.status)}
    far = unwritten(row, at.ship_when)
    when = f"as soon as Starshipit reports its label {at.ship_when} (ShipWhen)"
    if waits and (far or not live):
        return f"{waits} Label reports stay in the queue."
    if row.wrote_at:
        tries = f" (try {row.attempts})" if row.attempts > 1 else ""
        told = f"Sellercloud was told {span(at.now - row.wrote_at)} ago{tries}"
        return f"{told}; it is read back until it shows the order shipped."
    if far:
        return _WITH_LABELS[_last_word_on_labels(row)]
    if live:
        known = ", ".join(f"{number} {label.status}" for number, label in sorted(live.items()))
        return f"Known of its labels: {known}. It ships in Sellercloud {when}."
    again = "Its label was cancelled. With a new one it" if row.labels else "The warehouse prints its label. It"
    return f"{again} ships in Sellercloud {when}."


_WITH_LABELS = {
    "waiting_for_labels": "It ships in Sellercloud with all its numbers at once, when its last label is printed.",
    "label_not_live": "Starshipit shows no live label for what was reported; the next label's report decides.",
    "": "Its tracking numbers are written to Sellercloud now; that is tried by itself until it works.",
}


def _last_word_on_labels(row: OrderRow) -> str:
    """The last event that says why reported labels are not written yet; empty when a label was reported since."""
    last = row.events[-1].what if row.events else ""
    return last if last in _WITH_LABELS else ""


def _shipped(row: OrderRow, at: Circumstances) -> str:
    late = _late_label(row, at).strip()
    return late or "Nothing more: the order is done. Later reports of its parcels are only noted."


def _late_label(row: OrderRow, at: Circumstances) -> str:
    """What becomes of a number that Sellercloud does not have yet, of an order that is shipped already."""
    numbers = [n for n in sorted(unwritten(row, at.ship_when)) if reached(row.labels[n].status, at.ship_when)]
    if row.state is not State.SHIPPED or not numbers:
        return ""
    waits = paused(at, "tracking", "The write-back to Sellercloud")
    return f" {', '.join(numbers)} is to be added in Sellercloud. {waits}".rstrip()


def _previewed(_: OrderRow, at: Circumstances) -> str:
    if at.dry_run:
        return "Nothing is sent while the stack runs dry (DryRun=true). Switched off, a full fetch sends it."
    return "It belongs to a dry run that is over; the order goes like any other."


_BY_STATE = {
    State.EXCLUDED: _excluded,
    State.HELD: _held,
    State.QUEUED: _queued,
    State.SENDING: _sending,
    State.UNKNOWN: _unknown,
    State.REFUSED: _refused,
    State.HANDED_OVER: _handed_over,
    State.SHIPPED: _shipped,
    State.PREVIEWED: _previewed,
}
