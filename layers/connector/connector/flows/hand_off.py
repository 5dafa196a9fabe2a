"""Hand-off: a page of pointers becomes orders in Starshipit, each at most once.

In: a page from the orders queue. Out: every order of the page handed over, refused with a reason, unknown with the
time of the next look, or queued again; `None` to acknowledge the message, or the seconds to hide it. Wrong: a setback
(no time, vendor down, credentials refused) leaves the orders queued for later; nothing is raised for it.

    pointers → rows → settle what is unknown → read the orders again → judge → map → adopt → send → record
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from connector.flows.adopt import adopt, must_ask
from connector.flows.dispatch import queue_pointers, queue_rows, wait_for_looks
from connector.flows.prepare import prepare
from connector.flows.send import send
from connector.flows.setback import SETBACKS, delay_after
from connector.flows.settle import settle
from connector.flows.tools import Tools
from connector.rules.hand_off import Sorted, sort
from connector.rules.settling import lost_answer
from connector.state.queues import Page
from connector.state.rows import OrderRow, State


def hand_off(tools: Tools, page: Page) -> float | None:
    """Work on one page. None acknowledges the message; a number hides it for so many seconds."""
    ids = [pointer.order_id for pointer in page.pointers]
    found = sort(page.pointers, tools.ledger.get_many(ids), tools.now)
    _expire(tools, found.expired, page)
    for pointer, delay in found.waiting:
        queue_pointers(tools, [pointer], page.correlation_id, delay)
    ours = {row.order_id for row in (*found.ready, *found.to_settle)}
    if ours:
        _carry_over(tools, found, ours, page)
    return max(1.0, found.live_until - tools.now + 1) if found.live_until else None


def _carry_over(tools: Tools, found: Sorted, ours: Collection[int], page: Page) -> None:
    """Settle, prepare, adopt, send; a setback gives back what was begun. No call is made with keys known to be bad."""
    try:
        tools.starshipit.require_keys()
        ready = [*found.ready, *_settle(tools, found.to_settle, page)]
        ask = must_ask(tools, ready)
        prepared = prepare(tools, ready) if ready else []
        to_create = adopt(tools, prepared) if ask else prepared
    except SETBACKS as exc:
        _give_back(tools, ours, page, delay_after(tools, exc))
    else:
        send(tools, to_create, page.correlation_id)


def _expire(tools: Tools, rows: Sequence[OrderRow], page: Page) -> None:
    """A call whose deadline passed has an unknown outcome; it is looked for."""
    settle_seconds = tools.settings.settle_seconds
    lost = [lost_answer(row, tools.now, settle_seconds, "its deadline passed") for row in rows]
    wait_for_looks(tools, tools.ledger.save_many(lost).values(), page.correlation_id)


def _settle(tools: Tools, rows: Sequence[OrderRow], page: Page) -> list[OrderRow]:
    """Look for unknown orders; those that may be sent once more come back."""
    settled = settle(tools, rows)
    unknown = [row for row in settled if row.state is State.UNKNOWN]
    wait_for_looks(tools, unknown, page.correlation_id)
    return [row for row in settled if row.state is State.QUEUED]


def _give_back(tools: Tools, ours: Collection[int], page: Page, delay: float) -> None:
    """Queue again what was begun and is still to be done, as it stands now."""
    rows = tools.ledger.get_many(ours).values()
    waiting = (State.QUEUED, State.UNKNOWN)
    left = [row for row in rows if row.state in waiting and not row.attention]
    if left:
        queue_rows(tools, left, page.correlation_id, delay)
