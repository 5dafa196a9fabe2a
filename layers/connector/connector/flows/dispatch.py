"""Queueing: rows that wait for the hand-off become messages of up to fifty pointers.

In: saved rows. Out: messages SQS has accepted. Wrong: `NotQueued`; the rows stay queued in the ledger with their
deadline, and `requeue` finds them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connector.flows.tools import Tools
from connector.state.queues import PAGE_LIMIT, Page, Pointer
from connector.state.rows import OrderRow


def queue_rows(tools: Tools, rows: Iterable[OrderRow], correlation_id: str, delay: float = 0) -> int:
    """Send pointers to the rows; how many there were."""
    pointers = [Pointer(row.order_id, row.version) for row in rows]
    queue_pointers(tools, pointers, correlation_id, delay)
    return len(pointers)


def queue_pointers(tools: Tools, pointers: Sequence[Pointer], correlation_id: str, delay: float = 0) -> None:
    """Send pointers, fifty a message, to be seen after `delay` seconds."""
    starts = range(0, len(pointers), PAGE_LIMIT)
    pages = [Page(tuple(pointers[start : start + PAGE_LIMIT]), correlation_id) for start in starts]
    tools.orders_queue.send_pages(pages, delay)


def wait_for_looks(tools: Tools, rows: Iterable[OrderRow], correlation_id: str) -> None:
    """Queue pointers to unknown orders for the time of their next look; what a person decides is not queued."""
    by_delay: dict[int, list[Pointer]] = {}
    for row in rows:
        if not row.attention:
            delay = max(1, row.due_at - tools.now)
            by_delay.setdefault(delay, []).append(Pointer(row.order_id, row.version))
    for delay, pointers in by_delay.items():
        queue_pointers(tools, pointers, correlation_id, delay)
