"""A fetch run: which lists are read, how far the reading is, what it found; and the cursor that
outlives runs.

In: the stored cursor, the settings, the time. Out: the run to go on with, and the cursor as it has
to be stored. Wrong: nothing; a run whose settings changed meanwhile is given up and a full sweep
begins, so that a new setting reaches old orders.

The watermark is the start of the last complete run. It is read back with an overlap of a day and
more, because the zone of Sellercloud's clock is unknown; the stored watermark itself is never moved
back. A backfill asks for the orders of some days with the same runs; it keeps a cursor of its own and
moves no watermark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connector.rules.paging import Reading
from connector.rules.window import Window
from connector.settings import MAPPING_SETTINGS, Settings
from connector.state.rows import Event, OrderRow, State

OVERLAP = timedelta(hours=26)
SWEEP_EVERY = timedelta(days=1)
SURGE_MEMORY_DAYS = 28
BACKFILL_GOES_ON_FOR = timedelta(hours=6)
SURGE_FACTOR = 3
_NOT_LET_THROUGH = frozenset({"excluded", "held"})


@dataclass(frozen=True)
class Source:
    """One list: a saved view, or the orders of one shipping status."""

    key: str
    view_id: int | None = None
    shipping_status: int | None = None


def sources(settings: Settings) -> tuple[Source, ...]:
    """The lists a run reads. With view ids set, the views decide what is asked for."""
    if settings.saved_view_ids:
        return tuple(Source(f"view {view}", view_id=view) for view in settings.saved_view_ids)
    statuses = sorted(settings.shipping_statuses)
    return tuple(Source(f"shipping status {status}", shipping_status=status) for status in statuses)


@dataclass(frozen=True)
class Run:
    """One run, which may take several invocations. Moments are epoch seconds; `since` 0 means a
    full sweep. `window` has the days of a backfill.
    """

    run_id: str
    started_at: int
    since: int
    asked: str
    sources: tuple[Source, ...]
    readings: Mapping[str, Reading]
    repeated: tuple[str, ...] = ()
    new: int = 0
    window: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    not_sent: Mapping[str, int] = field(default_factory=dict)

    @property
    def updated_from(self) -> datetime | None:
        """From when changes are asked for; None asks for everything."""
        return datetime.fromtimestamp(self.since, UTC) if self.since else None

    def unread(self) -> Iterator[Source]:
        """The lists not read to their end yet."""
        return (source for source in self.sources if not self.readings[source.key].done)

    def with_reading(self, source: Source, reading: Reading) -> Run:
        """The run with one list read further."""
        return replace(self, readings={**self.readings, source.key: reading})

    def read_again(self, source: Source) -> Run:
        """The run with one list to be read anew, once, as fewer rows came than it counts; after that it is unsure."""
        if source.key in self.repeated:
            return self.with_reading(source, replace(self.readings[source.key], unsure=True))
        return replace(self.with_reading(source, Reading()), repeated=(*self.repeated, source.key))

    def counting(self, rows: Collection[OrderRow]) -> Run:
        """The run with these stored rows counted."""
        counts, not_sent = dict(self.counts), dict(self.not_sent)
        for row in rows:
            counts[str(row.state)] = counts.get(str(row.state), 0) + 1
            if row.state is State.EXCLUDED:
                not_sent[row.reason] = not_sent.get(row.reason, 0) + 1
        return replace(self, counts=counts, not_sent=not_sent, new=self.new + sum(map(is_admitted, rows)))

    def figures(self) -> dict[str, int]:
        """The counts for people. A run that was cut off reads its first page once more: its rows count once here."""
        listed = sum(reading.total for reading in self.readings.values())
        return {**self.counts, "seen": min(self.counts.get("seen", 0), listed)} if self.counts else {}

    def adding(self, what: str, count: int) -> Run:
        """The run with something else counted."""
        return replace(self, counts={**self.counts, what: self.counts.get(what, 0) + count})


def was_on_its_way(events: Iterable[Event]) -> bool:
    """True when the order was let through once; what was only excluded or held never was."""
    return any(event.what not in _NOT_LET_THROUGH for event in events)


def is_admitted(row: OrderRow) -> bool:
    """True for a row just queued that is new to us: the surge guard counts it."""
    return row.state is State.QUEUED and not was_on_its_way(row.events[:-1])


@dataclass(frozen=True)
class Cursor:
    """What is remembered between runs. `new_by_day` is the largest number of new orders in a run, by day."""

    watermark: int = 0
    swept_at: int = 0
    completed: int = 0
    asked: str = ""
    new_by_day: Mapping[str, int] = field(default_factory=dict)
    run: Run | None = None

    @property
    def adopting(self) -> bool:
        """True until one run was complete: whatever is in Starshipit by then may be an older connector's."""
        return self.completed == 0

    def with_run(self, run: Run) -> Cursor:
        """The cursor with the run as far as it is."""
        return replace(self, run=None if all(r.done for r in run.readings.values()) else run)

    def stored(self) -> dict[str, Any]:
        """The cursor as plain values."""
        return asdict(self)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Cursor:
        """The cursor from plain values."""
        if not stored:
            return cls()
        run = stored.get("run")
        return cls(**_known(cls, {**stored, "run": _run(run) if run else None}))

    def swept_anew(self) -> Cursor:
        """The cursor whose next run is a full sweep."""
        return replace(self, asked="", run=None)


def _run(stored: Mapping[str, Any]) -> Run:
    lists = tuple(Source(**_known(Source, source)) for source in stored["sources"])
    readings = {key: Reading(**_known(Reading, reading)) for key, reading in stored["readings"].items()}
    read = {**stored, "sources": lists, "readings": readings, "repeated": tuple(stored["repeated"])}
    return Run(**_known(Run, read))


def _known(kind: type, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The fields this version knows: a stack that was set back to it meets a later one's cursor."""
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in stored.items() if name in names}


def read_backfill(stored: Mapping[str, Any], now: int) -> Cursor:
    """A backfill's cursor. What was cut off hours ago is begun anew: its first pages have changed since."""
    lately = now - stored.get("at", 0) < BACKFILL_GOES_ON_FOR.total_seconds()
    return Cursor(run=Cursor.read(stored).run) if lately else Cursor()


def begin(
    cursor: Cursor,
    settings: Settings,
    companies: Collection[int],
    now: int,
    run_id: str,
    window: Window | None = None,
) -> Run:
    """The run to go on with: the one that was cut off, or a new one that asks for these companies, and these days."""
    asked = _asked(settings, companies) + (f" {window}" if window else "")
    if cursor.run is not None and cursor.run.asked == asked:
        return cursor.run
    overdue = now - cursor.swept_at >= SWEEP_EVERY.total_seconds()
    sweep = window is not None or overdue or cursor.asked != asked or not cursor.watermark
    since = 0 if sweep else cursor.watermark - int(OVERLAP.total_seconds())
    lists = sources(settings)
    readings = {source.key: Reading() for source in lists}
    return Run(run_id, now, since, asked, lists, readings, window=str(window or ""))


def is_sure(run: Run) -> bool:
    """True when no reading may have missed rows."""
    return not any(reading.unsure for reading in run.readings.values())


def finish(cursor: Cursor, run: Run, now: int) -> Cursor:
    """The cursor after a complete run. A reading that may have missed rows leaves the watermark
    where it was.
    """
    sure = is_sure(run)
    by_day = _remembered(cursor, now)
    today = _day(now)
    by_day[today] = max(run.new, by_day.get(today, 0))
    return replace(
        cursor,
        watermark=run.started_at if sure else cursor.watermark,
        swept_at=run.started_at if sure and run.since == 0 else cursor.swept_at,
        completed=cursor.completed + 1 if sure else cursor.completed,
        asked=run.asked if sure else cursor.asked,
        new_by_day=by_day,
        run=None,
    )


def surge_limit(cursor: Cursor, settings: Settings, now: int) -> int:
    """How many new orders one run may let through."""
    usual = max(_remembered(cursor, now).values(), default=0)
    return max(settings.max_new_orders_per_run, SURGE_FACTOR * usual)


def _remembered(cursor: Cursor, now: int) -> dict[str, int]:
    oldest = _day(now - SURGE_MEMORY_DAYS * 86_400)
    return {day: count for day, count in cursor.new_by_day.items() if day >= oldest}


def _day(now: int) -> str:
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def _asked(settings: Settings, companies: Collection[int]) -> str:
    """A fingerprint of everything that decides which orders are asked for, which may go, and how they are mapped."""
    names = (
        "sellercloud_endpoint", "tenant_time_zone", "order_statuses", "shipping_statuses", "payment_statuses",
        "dropship_statuses", "saved_view_ids", "company_ids", "warehouse_ids",
        "excluded_channels", "excluded_order_types", "start_date", *MAPPING_SETTINGS,
    )  # fmt: skip
    written = [(name, _sorted(getattr(settings, name))) for name in names]
    written.append(("companies", sorted(companies)))
    return hashlib.sha256(repr(written).encode()).hexdigest()[:16]


def _sorted(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset | tuple) else value
