"""An order's row: what the connector knows of one Sellercloud order, and the named transitions of its state.

In: a row and what happened. Out: a new row, its version untouched (the ledger raises it when it saves). Wrong: a
transition that is not in `NEXT` raises `ValueError`, because it is a mistake in the code and never in the data.

    excluded ─┐          ┌──────────── refused (goes again when it is corrected)
    held ─────┴─► queued ┼─► sending ─► handed_over ◄─► shipped (un-shipped: back)
                    ▲    │      │            ▲ │
                    └────┼── unknown ────────┘ └► excluded (withdrawn: deleted there, and seen to be gone)

`previewed` is what a dry run would have sent. Within a generation nothing else leads back from `handed_over`: an order
that was withdrawn, or is sent once more because a person decided so (`next_generation`), begins a new one. `sending`
has an owner and a deadline; `unknown` is settled by looking. History is kept in the row itself, so that a change and
its event are one write; it is bounded to the newest events. Moments are whole epoch seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

HISTORY_LIMIT = 60


class State(StrEnum):
    """Where an order stands on its way to Starshipit and back."""

    EXCLUDED = "excluded"
    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    HANDED_OVER = "handed_over"
    SHIPPED = "shipped"
    PREVIEWED = "previewed"


_S = State
_FOUND = {_S.HANDED_OVER, _S.SHIPPED}  # a label or an order was found in Starshipit, whatever we thought
NEXT: Mapping[State, set[State]] = {
    _S.EXCLUDED: {_S.QUEUED, _S.HELD} | _FOUND,
    _S.HELD: {_S.QUEUED, _S.EXCLUDED} | _FOUND,
    _S.QUEUED: {_S.SENDING, _S.EXCLUDED, _S.REFUSED, _S.PREVIEWED} | _FOUND,
    _S.SENDING: {_S.QUEUED, _S.UNKNOWN, _S.REFUSED} | _FOUND,
    _S.UNKNOWN: {_S.QUEUED} | _FOUND,
    _S.REFUSED: {_S.QUEUED, _S.HELD, _S.EXCLUDED} | _FOUND,
    _S.HANDED_OVER: {_S.SHIPPED, _S.EXCLUDED},
    _S.SHIPPED: {_S.HANDED_OVER},
    _S.PREVIEWED: {_S.QUEUED, _S.EXCLUDED},
}
WAITING = (State.QUEUED, State.SENDING, State.UNKNOWN)  # found again by deadline
INDEXED = (*WAITING, State.HELD, State.REFUSED, State.HANDED_OVER, State.EXCLUDED, State.SHIPPED)
FINISHED = (State.SHIPPED, State.EXCLUDED, State.PREVIEWED)  # the only rows that ever expire


@dataclass(frozen=True)
class Event:
    """One line of an order's history: when, what, and a few facts without customer data."""

    at: int
    what: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Label:
    """What Starshipit last reported of one tracking number."""

    status: str
    carrier: str = ""
    service: str = ""
    printed_at: str = ""
    reported_at: int = 0


@dataclass(frozen=True)
class OrderRow:
    """One Sellercloud order.

    `version` guards every write. `since` is when the order came into its state, or, on its way through queued, sending
    and unknown, when it began to wait: a failed try makes it no younger. `revision` is the fingerprint of the order as
    last judged. `order_number` is chosen once, before the first call. `looks` counts complete searches after an unknown
    outcome, `resends` repeated creates, `attempts` tries of whatever comes next; `wrote_at` is when shipping data was
    last written to Sellercloud. `adopt` asks for a look into Starshipit before the first create; `adopted_by_number`
    says the order found there carries another connector's reference. `written` are the tracking numbers Sellercloud has
    been seen to show. `sent` and `there` are fingerprints of what we last sent and of what Starshipit showed then,
    field by field (`rules.fingerprints`). `removing` and `unshipping` say when we began to delete the Starshipit
    orders, or to un-ship in Sellercloud; `missed` how many runs in a row found the order nowhere. `linked_to` is the
    order whose Starshipit order carries this one's goods, `linked` are those whose goods this one's carries. `marked`
    is the mark put on the order in Sellercloud when it had been handed over.
    """

    order_id: int
    state: State
    since: int
    version: int = 0
    generation: int = 1
    revision: str = ""
    company_id: int | None = None
    reason: str = ""
    detail: str = ""
    vendor_text: str = ""
    order_number: str = ""
    channel_order_id: str = ""
    starshipit_ids: tuple[int, ...] = ()
    adopt: bool = False
    adopted_by_number: bool = False
    owner: str = ""
    deadline: int = 0
    due_at: int = 0
    sent_at: int = 0
    looks: int = 0
    resends: int = 0
    attempts: int = 0
    wrote_at: int = 0
    attention: str = ""
    attention_since: int = 0
    labels: Mapping[str, Label] = field(default_factory=dict)
    written: tuple[str, ...] = ()
    sent: Mapping[str, str] = field(default_factory=dict)
    there: Mapping[str, str] = field(default_factory=dict)
    removing: int = 0
    unshipping: int = 0
    missed: int = 0
    linked_to: int = 0
    linked: tuple[int, ...] = ()
    marked: str = ""
    events: tuple[Event, ...] = ()

    def to(
        self, state: State, now: int, what: str, *, facts: Mapping[str, Any] | None = None, **changes: Any
    ) -> OrderRow:
        """The row in another state, with the event that says so. Raises `ValueError` for an unnamed transition."""
        if state is not self.state and state not in NEXT[self.state]:
            raise ValueError(f"no transition from {self.state} to {state}")
        cleared = {"owner": "", "deadline": 0} if state is not State.SENDING else {}
        waiting_still = state in WAITING and self.state in WAITING
        since = self.since if waiting_still or state is self.state else now
        moved = replace(self, **{**cleared, "state": state, "since": since, **changes})
        return moved.noting(now, what, **(facts or {}))

    def noting(self, now: int, what: str, **facts: Any) -> OrderRow:
        """The row with one more event; the oldest beyond the limit are dropped."""
        events = (*self.events, Event(now, what, facts))[-HISTORY_LIMIT:]
        return replace(self, events=events)

    def needing(self, attention: str, now: int, **facts: Any) -> OrderRow:
        """The row marked for a person; a mark that stands already keeps its age."""
        if self.attention == attention:
            return self
        marked = replace(self, attention=attention, attention_since=now)
        return marked.noting(now, "needs_attention", reason=attention, **facts)

    def next_generation(self, now: int, by: str, due_at: int) -> OrderRow:
        """The row of an order that goes to Starshipit once more, as a new order: a person decided so.

        It gets a number of its own and its own tries. The orders of earlier generations stay known, so that none of
        them is taken for the new one, and so do their labels; nothing is adopted in its place.
        """
        begun = replace(
            self, state=State.QUEUED, since=now, generation=self.generation + 1, due_at=due_at, order_number="",
            adopt=False, adopted_by_number=False, owner="", deadline=0, looks=0, resends=0, attempts=0, wrote_at=0,
            reason="", detail="", vendor_text="", sent={}, there={}, removing=0, missed=0, linked_to=0, marked="",
        )  # fmt: skip
        return begun.settled().noting(now, "resent", by=by, generation=begun.generation)

    def withdrawn(self, now: int, reason: str, detail: str, **changes: Any) -> OrderRow:
        """The row of an order whose Starshipit orders we have deleted, and seen to be gone.

        When it may go again, the next fetch admits it by itself, as a new generation under a number of its own.
        """
        excluded = self.to(
            State.EXCLUDED, now, "withdrawn", facts={"reason": reason, "detail": detail}, reason=reason, detail=detail,
            generation=self.generation + 1, order_number="", adopt=False, adopted_by_number=False, looks=0, resends=0,
            attempts=0, wrote_at=0, due_at=0, vendor_text="", sent={}, there={}, removing=0, missed=0, marked="",
            **changes,
        )  # fmt: skip
        return excluded.settled()

    def with_number(self, order_number: str, *, by_number: bool) -> OrderRow:
        """The row of an order that already went by a number of its own in Starshipit."""
        return replace(self, order_number=order_number, adopted_by_number=by_number)

    def settled(self) -> OrderRow:
        """The row without its mark for a person."""
        return replace(self, attention="", attention_since=0)
