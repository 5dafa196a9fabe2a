"""Backfill: the orders created between two days are fetched, with the code, guards and lease of every fetch.

In: two days. Out: what a fetch gives: rows, pointers in the queue, a summary. Wrong: days that cannot be asked for are
refused with a sentence, as is a stack that asks by saved view; what stops a run stops this one at its own checkpoint,
and the same days, asked for again within hours, go on from there. The fetch's own cursor never moves.

A backfill asked for piece by piece has the lease nearly all the time. A tick that finds it taken leaves word, and the
next piece begins with the fetch that is owed, so that new orders wait for a piece at most.
"""

from __future__ import annotations

from connector.flows.fetch import fetch
from connector.flows.fetch_result import FetchResult
from connector.flows.tools import Tools
from connector.rules.window import BadWindow, Window

_OWED_FOR_SECONDS = 3600


def backfill(tools: Tools, first: object, last: object) -> FetchResult:
    """One piece of a backfill. Never raises for what a vendor or a secret does; the result says it."""
    if tools.settings.saved_view_ids:
        return FetchResult(
            "refused", "A saved view cannot be asked for by days, and every fetch reads the whole view: fetch instead."
        )
    today = tools.clock.now().astimezone(tools.settings.tenant_time_zone).date()
    try:
        window = Window.read(first, last, today)
    except BadWindow as exc:
        return FetchResult("refused", str(exc))
    if _is_owed(tools):
        tools.records.remove("CURSOR", "owed")
        fetch(tools)
    return fetch(tools, window)


def _is_owed(tools: Tools) -> bool:
    """True when a tick found the lease taken lately. A fetch that a person has paused is not made up for."""
    owed = tools.records.get("CURSOR", "owed")
    if not owed or tools.records.beside("").get("PAUSE", "fetch"):
        return False
    return bool(owed["at"] > tools.now - _OWED_FOR_SECONDS)
