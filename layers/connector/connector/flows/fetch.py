"""Fetch: unshipped orders are asked of Sellercloud, judged, recorded, and queued for the hand-off.

In: the cursor, the setting which orders to ask for, the time that remains. Out: rows in the ledger, pointers in the
queue, a cursor moved over durable work only, and a summary for people. Wrong: a vendor's refusal or the end of the
invocation stops the run at its checkpoint, and the next tick goes on from there; the watermark moves only when all
was read.

    lease → requeue what is overdue → [page → judge → store rows → queue pointers] … → watermark → release lease
"""

from __future__ import annotations

from dataclasses import dataclass, field

from connector.errors import CredentialsRefused, NotConfigured, NoTimeLeft, Refused, RetryLater, VendorError
from connector.flows.dispatch import queue_rows
from connector.flows.requeue import requeue_overdue
from connector.flows.tools import RESERVE_SECONDS, Tools
from connector.rules import runs
from connector.rules.eligibility import judge, was_asked_for
from connector.rules.intake import Intake, take_in, unreadable_row
from connector.rules.revision import revision
from connector.rules.runs import Cursor, Source
from connector.state.queues import PAGE_LIMIT, NotQueued
from connector.state.rows import WAITING, OrderRow, State
from connector.vendors.sellercloud.client import OrderQuery
from connector.vendors.sellercloud.models import Order, OrderPage

CHECKPOINT_PAGES = 10
COMPANIES_KNOWN_SECONDS = 86_400


@dataclass
class FetchResult:
    """What a run did, for people: `status` is completed, checkpointed, busy, or what stopped it."""

    status: str
    message: str
    counts: dict[str, int] = field(default_factory=dict)
    not_sent: dict[str, int] = field(default_factory=dict)

    @property
    def went_well(self) -> bool:
        """True when nothing is in the way of the next tick."""
        return self.status in {"completed", "checkpointed"}


def fetch(tools: Tools) -> FetchResult:
    """One tick. Never raises for what a vendor or a secret does; the result says it."""
    with tools.leases.held("fetch", tools.owner, tools.lease_seconds) as lease:
        if lease is None:
            return FetchResult("busy", "Another fetch is running; this one did nothing.")
        requeued = requeue_overdue(tools)
        result = _Fetch(tools).run()
        result.counts["requeued"] = requeued
    _report_oldest(tools)
    return result


class _Fetch:
    """One invocation of a run: what it has stored and not yet queued."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._waiting: list[OrderRow] = []
        self._seen: set[int] = set()
        cursor = Cursor.read(tools.records.get("CURSOR", "fetch"))
        self._cursor, self._run = runs.begin(cursor, tools.settings, tools.now, tools.owner)

    def run(self) -> FetchResult:
        """Read on until the end or until something stops it; the checkpoint is stored either way."""
        try:
            stop = self._read_all()
            self._queue_waiting()
        except NotQueued as exc:
            return self._result("interrupted", f"{exc}; the next tick goes on from the last checkpoint.")
        if stop is not None:
            self._checkpoint()
            return stop
        self._cursor = runs.finish(self._cursor, self._run, self._tools.now)
        self._checkpoint()
        self._tools.telemetry.count("FetchRunCompleted")
        return self._result("completed", "Every page was read.")

    def _read_all(self) -> FetchResult | None:
        """None when every list was read to its end; else what stopped the run."""
        try:
            companies = self._companies()
            for source in self._run.unread():
                self._read_list(source, companies)
        except NoTimeLeft:
            return self._result("checkpointed", "The next tick goes on from here.")
        except NotConfigured as exc:
            self._tools.telemetry.count("NotConfigured")
            return self._result("not_configured", str(exc))
        except CredentialsRefused as exc:
            self._tools.telemetry.count("CredentialsRefused")
            return self._result("credentials_refused", f"{exc}; store the right ones in the secret.")
        except VendorError as exc:
            return self._result("interrupted", f"{exc}; the next tick tries again.")
        return None

    def _companies(self) -> tuple[int, ...]:
        """The companies to ask for: without any, Sellercloud may list the user's default company only."""
        settings, records = self._tools.settings, self._tools.records
        if settings.company_ids or settings.saved_view_ids:
            return settings.company_ids
        known = records.get("CURSOR", "companies")
        if known and known["read_at"] > self._tools.now - COMPANIES_KNOWN_SECONDS:
            return tuple(known["ids"])
        try:
            found = tuple(company.company_id for company in self._tools.sellercloud.companies())
        except (Refused, RetryLater) as exc:
            self._tools.telemetry.note("companies_not_listed", error=str(exc))
            return ()
        records.put("CURSOR", "companies", {"ids": found, "read_at": self._tools.now})
        return found

    def _read_list(self, source: Source, companies: tuple[int, ...]) -> None:
        """Read one list from where its reading stands to its end; one that came short is read once more."""
        seen: set[int] = set()
        whole = not self._run.readings[source.key].begun
        pages = 0
        while not (reading := self._run.readings[source.key]).done:
            needed = self._tools.settings.read_timeout + RESERVE_SECONDS
            self._tools.deadline.require(needed, "the next page")
            page = self._ask(source, companies, reading.next_page)
            seen.update(self._take_in(page, source, companies))
            self._run = self._run.with_reading(source, reading.after(page.size, page.total))
            pages += 1
            if pages % CHECKPOINT_PAGES == 0:
                self._queue_waiting()
                self._checkpoint()
        missed = self._run.readings[source.key].total - len(seen)
        if whole and missed > 0:
            self._tools.telemetry.note("list_came_short", source=source.key, count=missed)
            self._run = self._run.read_again(source)
            if not self._run.readings[source.key].done:
                self._read_list(source, companies)

    def _ask(self, source: Source, companies: tuple[int, ...], page: int) -> OrderPage:
        if source.view_id is not None:
            return self._tools.sellercloud.view_orders(source.view_id, page)
        statuses = tuple(sorted(self._tools.settings.order_statuses))
        query = OrderQuery(statuses, source.shipping_status or 0, companies, self._run.updated_from)
        return self._tools.sellercloud.list_orders(query, page)

    def _take_in(self, page: OrderPage, source: Source, companies: tuple[int, ...]) -> set[int]:
        """Judge the rows of a page and store what changed; pointers wait until they fill a message."""
        tools = self._tools
        asked = [order for order in page.orders if self._was_asked_for(order, source, companies)]
        if len(asked) < len(page.orders):
            tools.telemetry.count("RowsNotAskedFor", len(page.orders) - len(asked))
        ids = {order.order_id for order in page.orders} | {bad.order_id or 0 for bad in page.unreadable}
        known = tools.ledger.get_many(ids)
        changed: dict[int, OrderRow] = {}
        for order in asked:
            verdict = judge(order, tools.guards)
            seen_row = known.get(order.order_id)
            row = take_in(order, revision(order), verdict, seen_row, self._intake(changed))
            if row is not None:
                changed[order.order_id] = row
        for bad in page.unreadable:
            row = unreadable_row(bad, known.get(bad.order_id or 0), self._intake(changed))
            if row is not None:
                changed[row.order_id] = row
        self._store(changed)
        self._run = self._run.adding("seen", len(ids - self._seen)).adding("pages", 1)
        self._seen |= ids
        return ids

    def _was_asked_for(self, order: Order, source: Source, companies: tuple[int, ...]) -> bool:
        """A view decides for itself; a list that ignored our filter is not believed."""
        if source.shipping_status is None:
            return True
        return was_asked_for(order, self._tools.settings.order_statuses, source.shipping_status, companies)

    def _intake(self, changed: dict[int, OrderRow]) -> Intake:
        """The circumstances for the next row: how many more new orders the surge guard lets through."""
        admitted = sum(row.state is State.QUEUED and runs.is_new(row) for row in changed.values())
        room = runs.surge_limit(self._cursor, self._tools.settings) - self._run.new - admitted
        tools = self._tools
        return Intake(tools.now, self._run.run_id, tools.due_in, self._cursor.adopting, room)

    def _store(self, changed: dict[int, OrderRow]) -> None:
        saved = self._tools.ledger.save_many(list(changed.values())).values()
        self._run = self._run.counting(saved)
        self._waiting += [row for row in saved if row.state is State.QUEUED]
        full = len(self._waiting) // PAGE_LIMIT * PAGE_LIMIT
        if full:
            queue_rows(self._tools, self._waiting[:full], self._run.run_id)
            self._waiting = self._waiting[full:]

    def _queue_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            queue_rows(self._tools, waiting, self._run.run_id)

    def _checkpoint(self) -> None:
        self._tools.records.put("CURSOR", "fetch", self._cursor.with_run(self._run).stored())

    def _result(self, status: str, message: str) -> FetchResult:
        held = self._run.counts.get("held", 0)
        if held:
            self._tools.telemetry.count("OrdersHeldBySurgeGuard", held)
            message += f" {held} new orders are held by the surge guard until they are released."
        self._tools.telemetry.note("fetch_ended", status=status, run=self._run.run_id, **self._run.counts)
        return FetchResult(status, message, dict(self._run.counts), dict(self._run.not_sent))


def _report_oldest(tools: Tools) -> None:
    """How long the oldest order has been on its way to Starshipit, in seconds."""
    since = [found for state in WAITING if (found := tools.ledger.oldest(state)) is not None]
    tools.telemetry.count("OldestOrderWaitingSeconds", tools.now - min(since, default=tools.now))
