"""Reconcile: both systems are brought to agree, whatever was missed and whatever people did on either side.

In: the ledger, both vendors, the time that remains. Out: reports of missed labels on the tracking queue, changed orders
sent, removed or marked for a person, a summary. Wrong: a vendor's refusal or the end of the invocation stops the run at
its checkpoint, and the next tick goes on from there.

    lease → requeue what is overdue → poll labels → [fifty orders → compare three ways → look for the vanished] … →
    (daily) finished orders: un-shipped or changed by hand? → release lease
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from connector.errors import ConnectorError, CredentialsRefused, NotConfigured, NoTimeLeft, VendorError
from connector.flows.compare import compare
from connector.flows.finished import check_finished
from connector.flows.marker import mark
from connector.flows.poll import poll
from connector.flows.requeue import requeue_overdue
from connector.flows.tools import Tools
from connector.flows.vanished import MARKS, look_for
from connector.rules.attention import STATUS_PREFIX
from connector.rules.polling import labels_to_report
from connector.rules.reconciling import FINISHED_SECONDS, Cursor
from connector.rules.write_back import cancelled_numbers
from connector.state.queues import NotQueued
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.client import pages

PAGE = 50
CHECKPOINT_PAGES = 10
COUNTS = ("requeued", "labels_found", "compared", "marked", "missing", "finished_checked")
STOPS = (NoTimeLeft, NotConfigured, VendorError, NotQueued)
_MARGIN_SECONDS = 3600


@dataclass
class Result:
    """What a run did, for people: `status` is completed, checkpointed, busy, or what stopped it."""

    status: str
    message: str
    counts: dict[str, int] = field(default_factory=dict)


def reconcile(tools: Tools) -> Result:
    """One tick. Never raises for what a vendor or a secret does; the result says it."""
    if tools.settings.dry_run:
        return Result("completed", "A dry run sends nothing, so there is nothing to compare.")
    with tools.leases.held("reconcile", tools.owner, tools.lease_seconds) as lease:
        if lease is None:
            return Result("busy", "Another reconcile is running; this one did nothing.")
        run = _Reconcile(tools)
        try:
            run.all()
        except STOPS as exc:
            result = _stopped_by(tools, exc)
        else:
            result = Result("completed", "Every order was compared.")
            tools.telemetry.count("ReconcileRunCompleted")
        run.checkpoint()
    result.counts = run.counts
    tools.telemetry.note("reconcile_ended", status=result.status, count=run.counts["compared"])
    return result


def _stopped_by(tools: Tools, stop: ConnectorError) -> Result:
    """What stopped the run, for people."""
    match stop:
        case NoTimeLeft():
            return Result("checkpointed", "The next tick goes on from here.")
        case NotConfigured():
            tools.telemetry.count("NotConfigured")
            return Result("not_configured", str(stop))
        case CredentialsRefused():
            tools.telemetry.count("CredentialsRefused")
            return Result("credentials_refused", f"{stop}; store the right ones in the secret.")
        case _:
            return Result("interrupted", f"{stop}; the next tick tries again.")


class _Reconcile:
    """One invocation of a run."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._cursor = Cursor.read(tools.records.get("CURSOR", "reconcile")).begun(tools.now)
        self._present: set[int] = set()
        self.counts = dict.fromkeys(COUNTS, 0)

    def all(self) -> None:
        """Poll, compare, check what is finished; raises what stops it."""
        tools = self._tools
        self.counts["requeued"] = requeue_overdue(tools)
        self._poll()
        if self._cursor.stage in ("", State.HANDED_OVER):
            self._read(State.HANDED_OVER, self._compare)
        if self._cursor.sweep:
            self._read(State.SHIPPED, self._check_finished)
        self._cursor = self._cursor.ended()

    def checkpoint(self) -> None:
        """Store how far the run is."""
        self._tools.records.put("CURSOR", "reconcile", self._cursor.stored())

    def _poll(self) -> None:
        """Labels nobody reported, unless the run goes on where it was cut off; and what Starshipit shows at all."""
        tools, began = self._tools, self._tools.now
        if not self._cursor.stage:
            self.counts["labels_found"], found = poll(tools, self._cursor.mark, sweep=self._cursor.sweep)
            self._cursor = replace(self._cursor, mark=began)
            self.checkpoint()
            self._present = {row.order_id for row in found}
        oldest = tools.ledger.oldest(State.HANDED_OVER)
        if oldest is not None and self._cursor.stage != State.SHIPPED:
            since = datetime.fromtimestamp(oldest - _MARGIN_SECONDS, UTC)
            self._present |= {order.order_id for order in pages(lambda page: tools.starshipit.unshipped(since, page))}

    def _read(self, state: State, work: Callable[[Sequence[OrderRow]], None]) -> None:
        """Work on every order of a state, fifty at a time, from where the run stands."""
        tools = self._tools
        if self._cursor.stage != state:
            first = (tools.now - FINISHED_SECONDS, 0) if state is State.SHIPPED else None
            self._cursor = self._cursor.at(str(state), first)
        count = 0
        while listed := tools.ledger.listed(state, self._cursor.after, PAGE):
            tools.deadline.require(tools.settings.read_timeout + min(6.0, tools.settings.function_timeout / 4), "more")
            rows = tools.ledger.get_many(order_id for _, order_id in listed)
            work([row for row in rows.values() if row.state is state])
            self._cursor = self._cursor.at(str(state), listed[-1])
            count += 1
            if count % CHECKPOINT_PAGES == 0:
                self.checkpoint()

    def _compare(self, rows: Sequence[OrderRow]) -> None:
        tools = self._tools
        compare(tools, rows)
        self.counts["compared"] += len(rows)
        self.counts["marked"] += mark(tools, rows)
        freed = self._freed(rows)
        for row in rows:
            is_due = self._cursor.sweep or row.order_id in freed
            for report in labels_to_report(freed.get(row.order_id, row), tools.settings, tools.now, sweep=is_due):
                tools.tracking_queue.send(report.body())
        gone = [row for row in rows if self._is_out_of_sight(row)]
        if gone:
            self.counts["missing"] += look_for(tools, gone, self._cursor.started_at)

    def _freed(self, rows: Sequence[OrderRow]) -> dict[int, OrderRow]:
        """Orders that were stopped and are not any more: their labels may be written now, and nobody reports them."""
        marked = [row.order_id for row in rows if row.attention.startswith(STATUS_PREFIX)]
        found = self._tools.ledger.get_many(marked) if marked else {}
        return {i: row.settled() for i, row in found.items() if not row.attention.startswith(STATUS_PREFIX)}

    def _is_out_of_sight(self, row: OrderRow) -> bool:
        """Whether the lists should show the order and do not; labels of some time ago are in a full sweep only."""
        is_there = bool(self._present & set(row.starshipit_ids))
        if row.attention in MARKS:
            return self._cursor.sweep or is_there
        return not is_there and (self._cursor.sweep or not row.labels.keys() - cancelled_numbers(row))

    def _check_finished(self, rows: Sequence[OrderRow]) -> None:
        check_finished(self._tools, rows)
        self.counts["finished_checked"] += len(rows)
