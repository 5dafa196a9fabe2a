"""Retry: orders that were refused or got stuck are tried again, because a person asked for it.

In: orders by number, or a reason, or all that need a person. Out: what became of each, with a sentence; `more` with a
`cursor` when the time was up or the answer is long enough; the reasons there are, with counts. Wrong: a row another
run changed meanwhile is left as that run left it; a vendor that does not answer leaves its orders as they are; neither
stops the others.

    rows → asked of the vendors where a mark needs it → reports queued → rows stored → pointers queued
                                                         │ killed here: the mark still stands, a report twice is one
                                                                         │ killed here: found by the row's deadline
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.flows import look
from connector.flows.dispatch import queue_rows
from connector.flows.named import NotOne, named
from connector.flows.operator import Answer, BadRequest, Desk, Request, explained
from connector.flows.setback import SETBACKS
from connector.rules.again import Again, Ask, Outcome, Shown, Wish
from connector.rules.retrying import again, asks
from connector.rules.write_back import is_shipped, shown_numbers
from connector.state.queues import PAGE_LIMIT, NotQueued
from connector.state.rows import OrderRow

MOST_NAMED = 500
MOST_AN_ANSWER = 1000
# A label's report is seen when its row is stored: the write-back works with the row as this leaves it.
REPORT_DELAY_SECONDS = 5
RESERVE_SECONDS = 10.0
_CHANGED = "It changed while it was being tried again; it is left as it is now."
_LATE = " The queue did not take it at once, so it goes with a later fetch."


def retry(desk: Desk, request: Request) -> Answer:
    """Try the orders again; once for each call until `more` is false."""
    orders, reason, everything = request.texts("orders"), request.text("reason", ""), request.flag("all")
    if bool(orders) + bool(reason) + everything != 1:
        raise BadRequest("Name orders, or one reason, or all: one of the three.")
    if len(orders) > MOST_NAMED:
        raise BadRequest(f"At most {MOST_NAMED} orders are tried again in one call, not {len(orders)}.")
    run = _Retry(desk, request.by, by_number=bool(orders))
    cursor = _named(run, orders, request) if orders else _marked(run, reason, request)
    return {
        "status": "done",
        "results": run.results,
        "more": cursor is not None,
        "cursor": cursor,
        "reasons": dict(run.reasons),
        "dry_run": desk.tools.settings.dry_run,
    }


def _named(run: _Retry, orders: Sequence[str], request: Request) -> dict[str, Any] | None:
    """One result for each number, in their order; what is left to do, or None."""
    start = _from(request.mapping("cursor"), "done")
    for at in range(start, len(orders), PAGE_LIMIT):
        if at > start and run.must_end:
            return {"done": at}
        run.page([(number, named(run.desk.tools, number)) for number in orders[at : at + PAGE_LIMIT]])
    return None


def _marked(run: _Retry, reason: str, request: Request) -> dict[str, Any] | None:
    """Every order that needs a person, or for one reason, marked before this began; what is left to do, or None.

    An order that needs a person again after this is not tried a second time: its mark is younger.
    """
    cursor = request.mapping("cursor")
    before = _from(cursor, "before") or run.desk.tools.now + 1
    after = (_from(cursor, "since"), _from(cursor, "order_id"))
    every = list(run.desk.tools.ledger.marked())
    run.reasons.update(mark.attention for mark in every)
    marks = sorted((mark.since, mark.order_id) for mark in every if reason in ("", mark.attention))
    left = [mark for mark in marks if after < mark and mark[0] < before]
    for at in range(0, len(left), PAGE_LIMIT):
        if at and run.must_end:
            since, order_id = left[at - 1]
            return {"before": before, "since": since, "order_id": order_id}
        ids = [order_id for _, order_id in left[at : at + PAGE_LIMIT]]
        rows = run.desk.tools.ledger.get_many(ids)
        run.page([(str(i), rows[i]) for i in ids if i in rows and _still(rows[i], reason)])
    return None


def _still(row: OrderRow, reason: str) -> bool:
    """The index is a moment behind the rows."""
    return bool(row.attention) and reason in ("", row.attention)


def _from(cursor: Mapping[str, Any], name: str) -> int:
    value = cursor.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadRequest("The cursor is not one this command gave.")
    return value


@dataclass
class _Retry:
    """One invocation: what was done so far."""

    desk: Desk
    by: str
    by_number: bool
    results: list[dict[str, Any]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)  # of all marks there are, when they were asked for
    _trouble: dict[Ask, str] = field(default_factory=dict)

    @property
    def must_end(self) -> bool:
        """True when no further page is begun."""
        return self.desk.tools.deadline.remaining() < RESERVE_SECONDS or len(self.results) >= MOST_AN_ANSWER

    def page(self, wished: Sequence[tuple[str, OrderRow | NotOne]]) -> None:
        """Try up to fifty orders again; a line for each, in their order."""
        tools = self.desk.tools
        rows = {row.order_id: row for _, row in wished if isinstance(row, OrderRow)}
        wish = Wish(self.by, tools.now, tools.due_in, tools.settings.ship_when, self.by_number)
        shown = self._ask(list(rows.values()), wish)
        chosen = {i: again(row, wish, shown[i]) for i, row in rows.items() if i in shown}
        chosen |= {i: self._not_now(row, wish) for i, row in rows.items() if i not in shown}
        chosen = {i: self._report(each) for i, each in chosen.items()}
        saved = tools.ledger.save_many(each.row for each in chosen.values() if each.row)
        late = self._queue([saved[i] for i, each in chosen.items() if each.hand_off and i in saved])
        tools.telemetry.note("orders_retried", count=len(saved))
        for number, row in wished:
            if isinstance(row, NotOne):
                outcome = Outcome.NOT_FOUND if row.status == "not_found" else Outcome.UNCLEAR
                self._say(number, None, outcome, f"{row.message} {row.next}")
                continue
            one = chosen[row.order_id]
            if one.row and row.order_id not in saved:
                self._say(number, row.order_id, Outcome.CHANGED_MEANWHILE, _CHANGED)
            else:
                self._say(number, row.order_id, one.outcome, one.message + (_LATE if one.hand_off and late else ""))

    def _say(self, number: str, order_id: int | None, outcome: Outcome, message: str) -> None:
        """One line of the answer."""
        self.results.append({"number": number, "order_id": order_id, "outcome": str(outcome), "message": message})

    def _ask(self, rows: Sequence[OrderRow], wish: Wish) -> dict[int, Shown]:
        """What the vendors show of the orders whose mark needs it; those a vendor says nothing of are absent."""
        by_ask = {row.order_id: asks(row, wish.ship_when) for row in rows}
        shown = {row.order_id: Shown() for row in rows if by_ask[row.order_id] is Ask.NOBODY}
        self._try(Ask.STARSHIPIT, shown, self._live([row for row in rows if by_ask[row.order_id] is Ask.STARSHIPIT]))
        self._try(Ask.SELLERCLOUD, shown, self._numbers([r for r in rows if by_ask[r.order_id] is Ask.SELLERCLOUD]))
        return shown

    def _try(self, vendor: Ask, shown: dict[int, Shown], asked: Iterator[tuple[int, Shown]]) -> None:
        """Ask until the vendor is in trouble; then it is left alone for the rest of the invocation."""
        if vendor in self._trouble:
            return
        try:
            shown.update(asked)
        except SETBACKS as exc:
            self._trouble[vendor] = str(explained(exc)["message"])

    def _live(self, rows: Sequence[OrderRow]) -> Iterator[tuple[int, Shown]]:
        """The live orders Starshipit has of each, those we know by id among them."""
        tools = self.desk.tools
        for row in rows:
            known = [look.by_id(tools, starshipit_id) for starshipit_id in row.starshipit_ids]
            found = [each for each in known if each is not None] + look.everywhere(tools, row.order_id)
            live = {each.order_id: each for each in found if not each.archived}
            yield row.order_id, Shown(live=tuple(live.values()))

    def _numbers(self, rows: Sequence[OrderRow]) -> Iterator[tuple[int, Shown]]:
        """The tracking numbers Sellercloud shows of each."""
        if not rows:
            return
        client = self.desk.tools.sellercloud
        companies = sorted({row.company_id for row in rows if row.company_id is not None})
        page = client.orders_by_id([row.order_id for row in rows], companies)
        orders = {order.order_id: order for order in page.orders}
        for row in rows:
            order = orders.get(row.order_id)
            if order is None:
                yield row.order_id, Shown()
            else:
                numbers = shown_numbers(order, client.packages(row.order_id))
                yield row.order_id, Shown(numbers=numbers, shipped=is_shipped(order))

    def _not_now(self, row: OrderRow, wish: Wish) -> Again:
        said = self._trouble.get(asks(row, wish.ship_when), "The vendor was not asked")
        return Again(Outcome.NOT_NOW, f"{said}. Nothing was changed; try again later.".replace("..", "."))

    def _report(self, one: Again) -> Again:
        """Give the write-back its reports again; what the queue does not take is left as it is."""
        try:
            for report in one.reports:
                self.desk.tracking_queue.send(report.body(), REPORT_DELAY_SECONDS)
        except NotQueued:
            return Again(Outcome.NOT_NOW, "The queue did not take it; nothing was changed. Try again in a moment.")
        return one

    def _queue(self, rows: Sequence[OrderRow]) -> bool:
        """Queue pointers; True when that did not work, and a later fetch does it."""
        try:
            queue_rows(self.desk.tools, rows, self.desk.tools.owner)
        except NotQueued:
            return True
        return False
