"""What the connector itself remembers, for the connection check: runs, waiting orders, refusals for speed.

In: tools, the longest time between two fetches that nobody has to know of. Out: findings. Wrong: nothing; everything is
read from the ledger, by its indexes, and nothing of it is changed.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice

from connector.flows.tools import Tools
from connector.rules import health, quota
from connector.rules.findings import Finding
from connector.rules.runs import Cursor
from connector.state.budgets import refusals
from connector.state.rows import WAITING, State
from connector.vendors.budget import Rate

MOST = 1000  # rows counted of a state; more are told as "1,000 or more"
_EVER = 10**10  # an epoch second beyond every deadline


def check_ledger(tools: Tools, fetch_minutes: int) -> list[Finding]:
    """Every finding about the connector's own state."""
    cursor = Cursor.read(tools.records.get("CURSOR", "fetch"))
    marks = Counter(mark.attention for mark in islice(tools.ledger.marked(), MOST))
    return [
        health.dry_run(on=tools.settings.dry_run),
        health.last_fetch(cursor, tools.now, fetch_minutes),
        _waiting(tools),
        health.held(_count(tools, State.HELD), MOST),
        health.attention(marks, MOST),
        *_rates(tools),
    ]


def _waiting(tools: Tools) -> Finding:
    """Orders on their way to Starshipit: how many, and since when the oldest."""
    counts = {str(state): _count(tools, state) for state in WAITING}
    moments = [tools.ledger.oldest(state) for state in WAITING if counts[str(state)]]
    since = min((moment for moment in moments if moment is not None), default=None)
    return health.waiting(counts, since, tools.now, MOST)


def _count(tools: Tools, state: State) -> int:
    return len(tools.ledger.due(state, _EVER, limit=MOST))


def _rates(tools: Tools) -> list[Finding]:
    """Whether either vendor refused calls for speed."""
    settings, now, records = tools.settings, tools.clock.now(), tools.records.beside("")
    second, hour = settings.starshipit_requests_per_second, settings.sellercloud_requests_per_hour
    fast = refusals(records, "starshipit", Rate.per_second(second), now)
    many = refusals(records, "sellercloud", Rate.per_hour(hour), now)
    return [quota.starshipit(fast, second, now), quota.sellercloud(many, hour, now)]
