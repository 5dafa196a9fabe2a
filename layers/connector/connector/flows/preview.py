"""Preview: what the next fetch would send, mapped, and what it would leave out with the reason; nothing is written.

In: a person's wish, where an earlier answer stopped. Out: at most some hundred orders an answer, complete counts, and
where to go on. Wrong: what stops the fetch or the hand-off stops the preview; what was found until then is answered
with the sentence of what stopped it. Nothing found at all: the exception itself.

There is no second opinion here: the fetch and the hand-off's own reading, judging and mapping run on tools that write
nothing (`flows.rehearsal`).

    fetch some pages → rows in memory → those that go: read again, judged again, mapped → the next pages …
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from connector.errors import ConnectorError, NotConfigured, NoTimeLeft, VendorError
from connector.flows.fetch import fetch
from connector.flows.operator import Desk, Request, explained, trouble
from connector.flows.pause import paused_by_people
from connector.flows.prepare import prepare
from connector.flows.preview_order import preview_order
from connector.flows.preview_state import PreviewState
from connector.flows.rehearsal import Rehearsal
from connector.rules import previewing
from connector.rules.hand_off import Prepared
from connector.rules.runs import Cursor
from connector.settings import CustomsValue
from connector.state.queues import PAGE_LIMIT
from connector.state.rows import OrderRow, State

__all__ = ["preview", "preview_order"]

LISTED_AT_ONCE = 500
_FEW = 10  # orders mapped at once where each may need calls of its own
_GOES = (State.QUEUED, State.PREVIEWED)
_LEFT_OUT = (State.EXCLUDED, State.HELD, State.REFUSED)
_UNDER_WAY = (State.SENDING, State.UNKNOWN)
_STOPS = (NotConfigured, VendorError)


def preview(desk: Desk, request: Request) -> dict[str, Any]:
    """The next part of a preview; `all` previews a full sweep."""
    state = PreviewState.unpacked(request.mapping("cursor"))
    return _Preview(desk, state).answer(whole=request.flag("all"))


class _Preview:
    """One answer of a preview."""

    def __init__(self, desk: Desk, state: PreviewState) -> None:
        self._state = state
        self._stage = Rehearsal(desk.tools, written=state.written, names=state.names, marks=state.marks())
        self._stage.ledger.restore(state.rows)
        self._sent: list[dict[str, Any]] = []
        self._left: list[dict[str, Any]] = []
        self._open: list[dict[str, Any]] = []
        self._warnings: list[str] = []
        self._stop: ConnectorError | None = None
        self._moved = False

    def answer(self, *, whole: bool) -> dict[str, Any]:
        """Read and map until the answer is full, everything is done, or something stops it."""
        state = self._state
        if not state.begun:
            self._begin(whole=whole)
        try:
            while state.more and self._stop is None and len(self._sent) + len(self._left) < LISTED_AT_ONCE:
                if state.work:
                    self._map_some()
                else:
                    self._fetch_some()
        except NoTimeLeft:
            self._give_way()
        except _STOPS as exc:
            self._stop = exc
        self._add_up()
        if self._stop is not None and not state.found_anything:
            raise self._stop
        if not state.complete and not state.found_anything:
            return trouble("refused", " ".join(self._warnings), previewing.UNREAD_VIEW_NEXT)
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        state, settings = self._state, self._stage.tools.settings
        goes_on = state.more and self._stop is None
        return {
            "status": "done",
            "dry_run": settings.dry_run,
            "views": list(settings.saved_view_ids),
            "since": state.since,
            "would_send": self._sent,
            "left_out": self._left,
            "under_way": self._open,
            "how": previewing.HOW,
            "counts": {**state.counts, "left_out_by_reason": dict(state.reasons)},
            "warnings": [
                *self._warnings,
                *([] if goes_on else previewing.closing_words(state.counts, state.reasons, settings)),
            ],
            "complete": state.complete,
            "stopped": explained(self._stop) if self._stop else None,
            "cursor": self._packed() if goes_on else None,
        }

    def _begin(self, *, whole: bool) -> None:
        """Look at what waits already, and begin where the next tick would; `whole`: as the daily sweep does."""
        tools, ledger, state = self._stage.tools, self._stage.ledger, self._state
        cursor = self._cursor()
        if whole:
            tools.records.put("CURSOR", "fetch", cursor.swept_anew().stored())
        elif cursor.run is not None:
            self._warnings.append("A fetch has read part of its lists; what it has read is not read again here.")
        for waiting in (State.QUEUED, *_UNDER_WAY):
            self._classify(ledger.get_many(ledger.stored_in(waiting)).values())
        for direction, note in paused_by_people(tools.records.beside("")).items():
            self._warnings.append(f"{direction.capitalize()} is paused by {note['by']}: connector resume {direction}.")
        state.begun = True

    def _fetch_some(self) -> None:
        """Some pages of the real fetch, and what became of every order on them."""
        ledger, sellercloud, state = self._stage.ledger, self._stage.sellercloud, self._state
        room = LISTED_AT_ONCE - len(self._sent) - len(self._left)
        sellercloud.pages_allowed, sellercloud.ended_here = max(1, room // PAGE_LIMIT), False
        ledger.looked_up = {}
        completed, pages = self._cursor().completed, sellercloud.pages
        result = fetch(self._stage.tools)
        self._moved = self._moved or sellercloud.pages > pages
        self._classify(self._in_turn(ledger.looked_up))
        if result.status == "checkpointed":
            if not sellercloud.ended_here:
                raise NoTimeLeft("no time is left for the next page")
            return
        state.fetching = False
        if result.status == "completed":
            if self._cursor().completed == completed:
                self._warnings.append("Sellercloud counts more orders than it listed; the next fetch reads all again.")
            return
        state.complete = False
        if not sellercloud.unread_views or self._cursor().run is not None:  # else only a view is missing
            self._stop = sellercloud.failed

    def _in_turn(self, order_ids: Collection[int]) -> list[OrderRow]:
        """The rows as the fetch has left them: first what it queued, in the order of the queue."""
        queued = self._stage.queue.pointers
        found = self._stage.ledger.get_many(order_ids)
        strange = {order_id for order_id in order_ids if order_id not in found} - self._state.seen
        self._state.counts["not_asked_for"] += len(strange)  # only those get no row
        self._state.seen |= strange
        turn = {pointer.order_id: place for place, pointer in enumerate(queued)}
        return sorted(found.values(), key=lambda row: (turn.get(row.order_id, len(queued)), row.order_id))

    def _cursor(self) -> Cursor:
        return Cursor.read(self._stage.records.get("CURSOR", "fetch"))

    def _classify(self, rows: Iterable[OrderRow]) -> None:
        """Each order by what the fetch made of it; one that was spoken of before is left as it is."""
        state = self._state
        for row in rows:
            if row.order_id in state.seen:
                continue
            state.seen.add(row.order_id)
            state.counts["orders"] += 1
            if row.state in _GOES and not row.attention:
                self._goes(row)
            elif row.state in _UNDER_WAY:
                self._open += [previewing.under_way(row)] if len(self._open) < LISTED_AT_ONCE else []
                state.counts["under_way"] += 1
            elif row.state in (*_GOES, *_LEFT_OUT):
                self._leave_out(row)
            else:
                state.counts[str(row.state)] += 1

    def _goes(self, row: OrderRow) -> None:
        """The order is to be mapped; how it came to go is told by its row as it was."""
        how = previewing.how_it_goes(self._stage.ledger.looked_up.get(row.order_id))
        if how != previewing.WAITING:
            self._state.through.add(row.order_id)
        self._state.work.append((row.order_id, how))

    def _map_some(self) -> None:
        """The hand-off's own reading, judging and mapping of some orders."""
        ledger, state = self._stage.ledger, self._state
        some = state.work[: self._chunk]
        found = ledger.get_many(order_id for order_id, _ in some)
        rows = [_queued(row, self._stage.tools.now) for row in found.values() if row.state in _GOES]
        ledger.put_many(rows)
        prepared = {one.row.order_id: one for one in prepare(self._stage.hand_off_tools, rows)} if rows else {}
        after = ledger.get_many(row.order_id for row in rows)
        state.work, self._moved = state.work[len(some) :], True
        for order_id, how in some:
            if order_id in prepared:
                self._would_send(prepared[order_id], how)
            elif order_id in after:
                self._leave_out(previewing.as_stopped(after[order_id]))
            elif order_id in found:  # others have moved it on since it was queued
                state.counts[str(found[order_id].state)] += 1

    @property
    def _chunk(self) -> int:
        """How many orders are mapped at once: few where each may need calls of its own."""
        chosen = self._stage.tools.settings
        slow = chosen.customer_instructions or chosen.customs_value is CustomsValue.CONVERTED
        return self._state.chunk or (_FEW if slow else PAGE_LIMIT)

    def _give_way(self) -> None:
        """The time is up. What took all of it and was not done is tried in smaller parts next time."""
        if self._moved:
            return
        if not self._state.work or self._chunk == 1:
            raise NoTimeLeft("Sellercloud's quota is used up for now, or FunctionTimeout is too short for one page")
        self._state.chunk = max(1, self._chunk // 5)

    def _would_send(self, one: Prepared, how: str) -> None:
        counts = self._state.counts
        counts["would_send"] += 1
        counts["already_waiting"] += how == previewing.WAITING
        counts["may_be_adopted"] += one.row.adopt
        self._sent.append(previewing.would_send(one, how))

    def _leave_out(self, row: OrderRow) -> None:
        if row.state is State.HELD:
            self._state.held.add(row.order_id)
        shown = previewing.left_out(row)
        self._state.reasons[shown["reason"]] += 1
        self._state.counts["left_out"] += 1
        self._left.append(shown)

    def _add_up(self) -> None:
        """What this answer adds to the counts of all."""
        state, sellercloud = self._state, self._stage.sellercloud
        state.counts["pages"] += sellercloud.pages
        state.complete = state.complete and self._stop is None
        state.counts["not_mapped"] = len(state.work) if self._stop else 0
        if sellercloud.asked:
            state.since = sellercloud.asked_since
        if "RowsUnreadable" in self._stage.telemetry.counted:
            self._warnings.append("Some rows could not be read; those that show an order id are listed as unreadable.")
        self._warnings += previewing.view_warnings(sellercloud.unread_views, sellercloud.empty_views)

    def _packed(self) -> dict[str, Any]:
        self._state.rows = list(self._stage.ledger.changed(order_id for order_id, _ in self._state.work))
        return self._state.packed()


def _queued(row: OrderRow, now: int) -> OrderRow:
    """The row as the hand-off would find it; what a dry run has shown is shown once more."""
    return row if row.state is State.QUEUED else row.to(State.QUEUED, now, "queued")
