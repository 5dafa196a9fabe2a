"""Progress: how far the running fetch or backfill is, for the person who waits for it.

In: the run, page by page; the ledger. Out: a small record, and the answer to "how far is it?". Wrong: nothing; a run
that is over so quickly that nobody could look writes no record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connector.flows.tools import Tools
from connector.rules import runs
from connector.rules.runs import Cursor, Run

if TYPE_CHECKING:
    from connector.flows.operator import Desk, Request

EVERY_SECONDS = 2
_KEPT_SECONDS = 86_400


class Progress:
    """Notes where a run is, at most every two seconds."""

    def __init__(self, tools: Tools, kind: str, window: str = "") -> None:
        self._tools = tools
        self._told = {"kind": kind, "window": window, "owner": tools.owner}
        self._noted_at = tools.clock.now()

    def at(self, run: Run) -> None:
        """The run has read another page."""
        now = self._tools.clock.now()
        if (now - self._noted_at).total_seconds() >= EVERY_SECONDS:
            self._noted_at = now
            self._tools.records.put("PROGRESS", "fetch", {**self._told, **_figures(run)}, keep_seconds=_KEPT_SECONDS)


def progress(desk: Desk, _: Request) -> dict[str, Any]:
    """Whether a fetch or a backfill runs, how far it is, and what was cut off and not taken up again."""
    tools = desk.tools
    holder = tools.leases.holder("fetch")
    noted = tools.records.get("PROGRESS", "fetch")
    answer: dict[str, Any] = {"status": "done", "running": bool(holder), "dry_run": tools.settings.dry_run}
    if holder and noted.get("owner") == holder:
        answer |= {name: value for name, value in noted.items() if name != "owner"}
    cursor = Cursor.read(tools.records.get("CURSOR", "fetch"))
    backfill = runs.read_backfill(tools.records.get("CURSOR", "backfill"), tools.now)
    answer["completed_at"] = cursor.watermark
    answer["unfinished"] = [
        {"kind": kind, "window": run.window, **_figures(run)}
        for kind, run in (("fetch", cursor.run), ("backfill", backfill.run))
        if run is not None
    ]
    return answer


def _figures(run: Run) -> dict[str, int]:
    """A list whose first page has not told its length counts as one page; an order in two views counts twice."""
    readings = run.readings.values()
    listed = sum(reading.total for reading in readings)
    read = run.counts.get("pages", 0)
    return {
        "started_at": run.started_at,
        "pages": read,
        "pages_in_all": read + sum(reading.next_page for reading in readings),
        "seen": min(run.counts.get("seen", 0), listed),
        "total": listed,
    }
