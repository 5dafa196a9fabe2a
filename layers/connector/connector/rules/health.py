"""What the connection check says of the connector's own state: runs, orders that wait, orders a person has to see.

In: counts and moments (epoch seconds) of the ledger. Out: findings. Wrong: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.rules.findings import Finding, ago, counted, ok, span, tally, warning, wrong
from connector.rules.runs import Cursor

DRY_RUN, LAST_FETCH, WAITING, HELD, ATTENTION = "dry run", "last fetch", "orders waiting", "surge guard", "attention"
WAITING_TOO_LONG_SECONDS = 3600


def dry_run(*, on: bool) -> Finding:
    """A dry run creates nothing: whoever forgot it waits for orders in vain."""
    if not on:
        return ok(DRY_RUN, "Off: orders are really sent.")
    message = "On: nothing is created in Starshipit and nothing is written to Sellercloud."
    return warning(DRY_RUN, message, "Deploy with DryRun=false when orders shall go.")


def last_fetch(cursor: Cursor, now: int, most_minutes: int) -> Finding:
    """When the last complete run began; the watermark is its start."""
    running = f" One that began {ago(cursor.run.started_at, now)} goes on." if cursor.run else ""
    if not cursor.watermark:
        message = f"No fetch has read everything yet.{running}"
        if not cursor.completed:
            message += " The first one adopts what is in Starshipit already."
        return warning(LAST_FETCH, message, "Fetch now: connector fetch.")
    age = now - cursor.watermark
    message = f"The last complete one began {ago(cursor.watermark, now)}.{running}"
    if age <= most_minutes * 60:
        return ok(LAST_FETCH, message)
    allowed = f"No more than {span(most_minutes * 60)} is expected (FetchAlarmMinutes)."
    return wrong(LAST_FETCH, f"{message} {allowed}", "Fetch now, which says what stands in the way: connector fetch.")


def waiting(counts: Mapping[str, int], since: int | None, now: int, most: int) -> Finding:
    """Orders on their way to Starshipit, by state."""
    total = sum(counts.values())
    if since is None or not total:
        return ok(WAITING, "None is on its way.")
    told = tally({state: count for state, count in counts.items() if count})
    message = f"{_at_least(total, most)} on the way ({told}), the oldest for {span(now - since)}."
    if now - since <= WAITING_TOO_LONG_SECONDS:
        return ok(WAITING, message)
    then = "Look at what is wrong above and below; connector attention names those that need a person."
    return warning(WAITING, message, then)


def held(count: int, most: int) -> Finding:
    """New orders beyond the surge guard's limit."""
    if not count:
        return ok(HELD, "No order is held.")
    message = f"{_at_least(count, most)} held: more were new in one run than MaxNewOrdersPerRun allows."
    return warning(HELD, message, "If they are meant to go (a saved view was edited?): connector release.")


def attention(marks: Mapping[str, int], most: int) -> Finding:
    """Orders that need a person, by reason."""
    total = sum(marks.values())
    if not total:
        return ok(ATTENTION, "No order needs a person.")
    message = f"{_at_least(total, most)} in need of a person: {tally(marks)}."
    return warning(ATTENTION, message, "See which, and what to do: connector attention.")


def _at_least(count: int, most: int) -> str:
    return f"{most:,} orders or more" if count >= most else counted(count, "order")
