"""Attention: every order that needs a person, by reason.

In: nothing, or one reason; how many orders of each reason are to be named. Out: groups, the one that waits longest
first; counts are complete, however few orders are named. Wrong: nothing is raised; no vendor is asked and nothing is
written.

Read from the index alone, page by page: a ledger of any size costs what its marked orders cost. A dry run has marks of
its own; the real orders' marks are counted beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from connector.flows.operator import Answer, Desk, Request
from connector.rules.attention import explain
from connector.state.ledger import Marked

USUAL_LIMIT, LARGEST_LIMIT = 20, 1000


@dataclass
class _Group:
    """The marked orders of one reason; the longest marked come first."""

    count: int = 0
    oldest: int = 0
    orders: list[Marked] = field(default_factory=list)

    def add(self, one: Marked, limit: int) -> None:
        self.oldest = min(self.oldest or one.since, one.since)
        self.count += 1
        if len(self.orders) < limit:
            self.orders.append(one)


def attention(desk: Desk, request: Request) -> Answer:
    """Who needs a person, and why."""
    tools = desk.tools
    wanted = request.text("reason", "")
    limit = min(request.whole("limit", USUAL_LIMIT), LARGEST_LIMIT)
    groups = _grouped(tools.ledger.marked(), limit)
    shown = {reason: group for reason, group in groups.items() if wanted in ("", reason)}
    beside = sum(1 for _ in tools.ledger.beside("").marked()) if tools.settings.dry_run else 0
    return {
        "status": "done",
        "now": tools.now,
        "dry_run": tools.settings.dry_run,
        "reason": wanted,
        "groups": [_told(reason, group) for reason, group in _longest_first(shown)],
        "total": sum(group.count for group in shown.values()),
        "others": {reason: group.count for reason, group in _longest_first(groups) if reason not in shown},
        "beside_dry_run": beside,
    }


def _grouped(marks: Iterable[Marked], limit: int) -> dict[str, _Group]:
    groups: dict[str, _Group] = {}
    for one in marks:
        groups.setdefault(one.attention, _Group()).add(one, limit)
    return groups


def _longest_first(groups: dict[str, _Group]) -> list[tuple[str, _Group]]:
    return sorted(groups.items(), key=lambda each: (each[1].oldest, each[0]))


def _told(reason: str, group: _Group) -> dict[str, Any]:
    means = explain(reason)
    orders = [{"order_id": one.order_id, "state": one.state, "since": one.since} for one in group.orders]
    counted = {"count": group.count, "oldest": group.oldest, "orders": orders}
    return {"reason": reason, "sentence": means.sentence, "next": means.next, **counted}
