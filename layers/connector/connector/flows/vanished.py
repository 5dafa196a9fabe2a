"""The vanished: orders handed over that Starshipit's lists do not show are looked for one by one.

In: rows in *handed over*. Out: rows linked to what was found, labels queued for the write-back, or a
mark for a person. Wrong: the vendor's refusals as they come; absence from a list, or one "not found", proves nothing:
an order counts as vanished when two runs found it neither by its id nor by its reference.

    by id → there: nothing · printed: its labels are queued · archived: a person
    by reference → others of the sale: linked · nothing, twice: a person
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connector.flows import look
from connector.flows.tools import RESERVE_SECONDS, Tools
from connector.rules.compare import ARCHIVED, VANISHED, is_stopped
from connector.rules.parcels import live_orders
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.models import Order
from connector.vendors.starshipit.webhook import TEXT_LIMIT, Report

RUNS_BEFORE_A_PERSON = 2
NOT_SEEN = "not_seen_in_starshipit"
MARKS = frozenset({VANISHED, ARCHIVED})


def look_for(tools: Tools, rows: Sequence[OrderRow], run_began: int) -> int:
    """Look for each, once in a run however often it was cut off; how many are not in Starshipit any more."""
    missing = 0
    for row in rows:
        if row.removing or row.linked_to or _looked_at(row) >= run_began:
            continue
        tools.deadline.require(tools.settings.read_timeout + RESERVE_SECONDS, "looking for an order")
        with tools.leases.held(f"order {row.order_id}", tools.owner, tools.lease_seconds) as lease:
            fresh = tools.ledger.get(row.order_id) if lease else None
            if fresh and fresh.state is State.HANDED_OVER:
                missing += not _found(tools, fresh)
    return missing


def _found(tools: Tools, row: OrderRow) -> bool:
    known = [order for i in row.starshipit_ids if (order := look.by_id(tools, i)) is not None]
    reference = known[0].reference if known else str(row.order_id)
    live = live_orders(known, reference)
    if not live:  # redone or split: the new orders carry the reference
        live = live_orders(look.everywhere(tools, row.order_id), reference)
    if live:
        _there(tools, row, live)
        return True
    if known:
        tools.ledger.change(row.order_id, lambda now: _marked(tools, now, ARCHIVED))
        return False
    if row.missed + 1 < RUNS_BEFORE_A_PERSON or not _is_stopped(tools, row):
        tools.ledger.change(row.order_id, lambda now: _missed(tools, now))
    return False


def _is_stopped(tools: Tools, row: OrderRow) -> bool:
    """Cancelled in Sellercloud and deleted in Starshipit: people have settled it between them."""
    page = tools.sellercloud.orders_by_id([row.order_id], [row.company_id] if row.company_id is not None else [])
    return any(is_stopped(order, tools.settings.order_statuses) for order in page.orders)


def _there(tools: Tools, row: OrderRow, orders: Sequence[Order]) -> None:
    """It is there after all: what we did not know of is linked, what is printed goes to the write-back."""
    ids = tuple(dict.fromkeys((*row.starshipit_ids, *(order.order_id for order in orders))))

    def known(now: OrderRow) -> OrderRow | None:
        is_marked = now.attention in MARKS
        if ids == now.starshipit_ids and not (now.missed or is_marked):
            return None
        linked = replace(now, starshipit_ids=ids, missed=0)
        if is_marked:  # nothing was compared while it was away
            linked = replace(linked.settled(), revision="")
        new = [i for i in ids if i not in now.starshipit_ids]
        return linked.noting(tools.now, "linked", starshipit_ids=new) if new else linked

    tools.ledger.change(row.order_id, known)
    for order in orders:
        for package in order.packages:
            if package.tracking_number:
                tools.tracking_queue.send(_report(order, package.tracking_number, package.delivery_status).body())


def _report(order: Order, number: str, status: str) -> Report:
    return Report(number, status or "Printed", order.order_number, order.reference, order.carrier_name[:TEXT_LIMIT])


def _looked_at(row: OrderRow) -> int:
    return max((event.at for event in row.events if event.what == NOT_SEEN), default=0) if row.missed else 0


def _missed(tools: Tools, row: OrderRow) -> OrderRow | None:
    missed = replace(row, missed=row.missed + 1)
    if missed.missed < RUNS_BEFORE_A_PERSON:
        return missed.noting(tools.now, NOT_SEEN)
    return _marked(tools, missed, VANISHED)


def _marked(tools: Tools, row: OrderRow, attention: str) -> OrderRow | None:
    return None if row.attention == attention else row.needing(attention, tools.now)
