"""Fetch: unshipped orders are asked of Sellercloud, judged, recorded, and queued for the hand-off.

In: the cursor, the setting which orders to ask for, the time that remains. Out: rows in the ledger, pointers in the
queue, a cursor moved over durable work only, and a summary for people. Wrong: a vendor's refusal or the end of the
invocation stops the run at its checkpoint, and the next tick goes on from there; the watermark moves only when all
was read.

    lease → requeue what is overdue → [page → judge → store rows → queue pointers] … → watermark → release lease
"""

from __future__ import annotations

from dataclasses import replace

from connector.errors import NotConfigured, NoTimeLeft, VendorError
from connector.flows.companies import companies_to_ask
from connector.flows.dispatch import queue_rows
from connector.flows.fetch_result import NEXT_TICK, SAME_BACKFILL, FetchResult, sentences, stopped_by
from connector.flows.lists import Lists
from connector.flows.progress import Progress
from connector.flows.requeue import requeue_overdue
from connector.flows.tools import RESERVE_SECONDS, Tools
from connector.rules import runs
from connector.rules.eligibility import judge
from connector.rules.intake import Intake, take_in, unreadable_row
from connector.rules.runs import Cursor, Source
from connector.rules.window import Window
from connector.state.queues import PAGE_LIMIT, NotQueued
from connector.state.records import DRY_RUN_PREFIX
from connector.state.rows import WAITING, OrderRow, State
from connector.vendors.sellercloud.models import OrderPage

CHECKPOINT_PAGES = 10
STOPS = (NoTimeLeft, NotConfigured, VendorError)


def fetch(tools: Tools, window: Window | None = None) -> FetchResult:
    """One tick, or one piece of a backfill. Never raises for what a vendor or a secret does; the result says it."""
    with tools.leases.held("fetch", tools.owner, tools.lease_seconds) as lease:
        if lease is None:
            if window is None:
                tools.records.put("CURSOR", "owed", {"at": tools.now})
            return FetchResult("busy", "Another fetch is running; this one did nothing.")
        result = _run(tools, window)
    _report_oldest(tools)
    return result


def _run(tools: Tools, window: Window | None) -> FetchResult:
    requeued = 0
    try:
        requeued = requeue_overdue(tools)
        result = _Fetch(tools, companies_to_ask(tools), window).run()
    except (*STOPS, NotQueued) as exc:
        result = stopped_by(tools, exc, SAME_BACKFILL if window else NEXT_TICK)
    result.counts["requeued"] = requeued
    result.window, result.dry_run = str(window or ""), tools.settings.dry_run
    return result


class _Fetch:
    """One invocation of a run: what it has stored and not yet queued.

    A backfill keeps its run in a record of its own; what is usual, and whether orders are to be adopted, it takes from
    the fetch's cursor, which it never writes.
    """

    def __init__(self, tools: Tools, companies: tuple[int, ...], window: Window | None = None) -> None:
        self._tools = tools
        self._window = window
        self._record, self._follower = ("backfill", SAME_BACKFILL) if window else ("fetch", NEXT_TICK)
        self._lists = Lists(tools, companies, window)
        self._progress = Progress(tools, self._record, str(window or ""))
        self._waiting: list[OrderRow] = []
        self._seen: set[int] = set()
        self._usual = Cursor.read(tools.records.get("CURSOR", "fetch"))
        self._cursor = _backfill_cursor(tools) if window else _after_dry_run(tools, self._usual)
        self._run = runs.begin(self._cursor, tools.settings, companies, tools.now, tools.owner, window)
        self._stored_run = self._run

    def run(self) -> FetchResult:
        """Read on until the end or until something stops it; the checkpoint is stored either way."""
        try:
            stop = self._read_all()
            self._queue_waiting()
        except NotQueued as exc:
            stop = stopped_by(self._tools, exc, self._follower)
            return self._result(stop.status, stop.message)
        if stop is not None:
            self._checkpoint()
            return self._result(stop.status, stop.message)
        if self._window is None:
            self._cursor = runs.finish(self._cursor, self._run, self._tools.now)
        self._checkpoint()
        if not self._lists.all_read:
            return self._result("interrupted", "The next tick tries again.")
        if self._window is None:
            self._tools.telemetry.count("FetchRunCompleted")
        if not runs.is_sure(self._run):
            again = "ask for these days again" if self._window else "all are read again"
            return self._result("completed", f"Sellercloud counts more orders than it listed; {again}.")
        return self._result("completed", "Every page was read.")

    def _read_all(self) -> FetchResult | None:
        """None when every list was read to its end; else what stopped the run."""
        try:
            for source in self._run.unread():
                self._read_list(source)
        except STOPS as exc:
            return stopped_by(self._tools, exc, self._follower)
        return None

    def _read_list(self, source: Source) -> None:
        """Read one list from where its reading stands to its end; one that came short is read once more."""
        seen: set[int] = set()
        pages = 0
        while not (reading := self._run.readings[source.key]).done:
            self._tools.deadline.require(self._tools.settings.read_timeout + RESERVE_SECONDS, "the next page")
            page = self._lists.ask(source, reading.next_page, self._run.updated_from)
            if page is None:
                self._run = self._run.with_reading(source, reading.given_up())
                return
            ids = self._take_in(page, source)
            nameless = sum(bad.order_id is None for bad in page.unreadable)
            reading = reading.after(page.size, page.total, len(ids - seen) + nameless)
            self._run = self._run.with_reading(source, reading)
            self._progress.at(self._run)
            seen |= ids
            pages += 1
            if reading.missed:
                self._tools.telemetry.note("list_came_short", source=source.key, count=reading.missed)
                self._run = self._run.read_again(source)
                seen = set()
            if pages % CHECKPOINT_PAGES == 0 or reading.missed:
                self._queue_waiting()
                self._checkpoint()

    def _take_in(self, page: OrderPage, source: Source) -> set[int]:
        """Judge the rows of a page and store what changed; pointers wait until they fill a message."""
        tools = self._tools
        asked = self._lists.asked_for(page, source)
        if len(asked) < len(page.orders):
            tools.telemetry.count("RowsNotAskedFor", len(page.orders) - len(asked))
            self._run = self._run.adding("not_asked_for", len(page.orders) - len(asked))
        if page.unreadable:
            tools.telemetry.count("RowsUnreadable", len(page.unreadable))
        named = {bad.order_id for bad in page.unreadable if bad.order_id is not None}
        ids = {order.order_id for order in page.orders} | named
        known = tools.ledger.get_many(ids)
        changed: dict[int, OrderRow] = {}
        admitted = 0
        for order in asked:
            verdict = judge(order, tools.guards)
            row = take_in(order, tools.revision(order), verdict, known.get(order.order_id), self._intake(admitted))
            if row is not None:
                admitted += runs.is_admitted(row) and order.order_id not in changed
                changed[order.order_id] = row
        for bad in page.unreadable:
            row = unreadable_row(bad, known.get(bad.order_id or 0), self._intake(admitted))
            if row is not None:
                changed[row.order_id] = row
        self._store(changed, admitted)
        self._run = self._run.adding("seen", len(ids - self._seen)).adding("pages", 1)
        self._seen |= ids
        return ids

    def _intake(self, admitted: int) -> Intake:
        """The circumstances for the next row: how many more new orders the surge guard lets through."""
        limit = runs.surge_limit(self._usual, self._tools.settings, self._tools.now)
        room = limit - self._run.new - admitted
        tools = self._tools
        return Intake(tools.now, self._run.run_id, tools.due_in, self._usual.adopting, room)

    def _store(self, changed: dict[int, OrderRow], admitted: int) -> None:
        """Store the rows. What the surge guard lets through is counted before: a killed run begins no new count."""
        if admitted:
            counted = replace(self._stored_run, new=self._run.new + admitted)
            self._keep(replace(self._cursor, run=counted))
        saved = self._tools.ledger.save_many(changed.values()).values()
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
        self._keep(self._cursor.with_run(self._run))
        self._stored_run = self._run

    def _keep(self, cursor: Cursor) -> None:
        kept = cursor.stored() if self._window is None else {"run": cursor.stored()["run"], "at": self._tools.now}
        self._tools.records.put("CURSOR", self._record, kept)

    def _result(self, status: str, message: str) -> FetchResult:
        held = self._run.counts.get("held", 0)
        if held:
            self._tools.telemetry.count("OrdersHeldBySurgeGuard", held)
            message += f" {held} new orders are held by the surge guard until they are released."
        message = " ".join((message, *self._lists.warnings))
        run = self._run
        self._tools.telemetry.note("fetch_ended", status=status, run=run.run_id, kind=self._record, **run.counts)
        return FetchResult(status, message, run.figures(), dict(run.not_sent), sentences(run.not_sent))


def _backfill_cursor(tools: Tools) -> Cursor:
    return runs.read_backfill(tools.records.get("CURSOR", "backfill"), tools.now)


def _after_dry_run(tools: Tools, cursor: Cursor) -> Cursor:
    """A dry run that was switched off starts a full sweep; its cursor is forgotten once ours says so."""
    dry = tools.records.beside(DRY_RUN_PREFIX)
    if tools.settings.dry_run or not dry.get("CURSOR", "fetch"):
        return cursor
    swept = cursor.swept_anew()
    tools.records.put("CURSOR", "fetch", swept.stored())
    dry.remove("CURSOR", "fetch")
    return swept


def _report_oldest(tools: Tools) -> None:
    """How long the oldest order has been on its way to Starshipit, in seconds."""
    since = [found for state in WAITING if (found := tools.ledger.oldest(state)) is not None]
    tools.telemetry.count("OldestOrderWaitingSeconds", tools.now - min(since, default=tools.now))
