"""Adopt: orders another connector already put into Starshipit are found before anything is created.

In: prepared orders whose rows ask for it (first run on an empty ledger, or a lost one). Out: those that are not in
Starshipit; the others' rows are handed over. Wrong: `NoTimeLeft` while the snapshot is being made, by us or by
another run.

Once, every order Starshipit lists of the last year is written down by reference and by number: a few pages instead of a
question per order. If the account has orders at all, each order that is not among them is searched for singly,
because a list leaves out what is archived or older.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connector.errors import NoTimeLeft
from connector.flows import look
from connector.flows.tools import Tools
from connector.rules.hand_off import Prepared, is_ours
from connector.rules.settling import found_in_starshipit
from connector.state.rows import OrderRow
from connector.vendors.starshipit.client import pages
from connector.vendors.starshipit.models import FoundOrder, Order

LOOK_BACK = timedelta(days=365)
PRINTED_LOOK_BACK = timedelta(days=90)
SNAPSHOT_KEPT_SECONDS = 14 * 86_400
SNAPSHOT_AGES_SECONDS = 6 * 3600
BUSY_SECONDS = 3.0
_KIND = "ADOPT"
Page = Any  # an OrderList or a FoundList: both have `orders` and `total_pages`


def adopt(tools: Tools, prepared: Sequence[Prepared]) -> list[Prepared]:
    """The orders that are to be created after all."""
    asking = [one for one in prepared if one.row.adopt]
    if not asking:
        return list(prepared)
    in_use = _ensure_snapshot(tools)
    if not in_use:
        return list(prepared)
    known = tools.records.get_many(_KIND, [key for one in asking for key in _keys(one)])
    left = [one for one in prepared if not one.row.adopt]
    for one in asking:
        order = _from_snapshot(tools, one, known) or _searched(tools, one)
        if order is None:
            left.append(one)
        else:
            _record(tools, one, order)
    return left


def _ensure_snapshot(tools: Tools) -> bool:
    """Make the snapshot unless there is a recent one; whether the account has any orders."""
    snapshot = tools.records.get("CURSOR", "adoption")
    if snapshot.get("made_at", 0) > tools.now - SNAPSHOT_AGES_SECONDS:
        return bool(snapshot["in_use"])
    with tools.leases.held("adoption", tools.owner, tools.lease_seconds) as lease:
        if lease is None:
            raise NoTimeLeft("another run lists what Starshipit has", after=BUSY_SECONDS)
        in_use = _make_snapshot(tools)
        tools.records.put("CURSOR", "adoption", {"made_at": tools.now, "in_use": in_use})
    tools.telemetry.note("adoption_snapshot_made", in_use=in_use)
    return in_use


def _make_snapshot(tools: Tools) -> bool:
    """Write down every listed order by reference and by number, page by page; whether there were any."""
    in_use = False
    for rows in _listed(tools):
        in_use = in_use or bool(rows)
        records: dict[str, Mapping[str, Any]] = {}
        for row in rows:
            entry = {"starshipit_id": row.order_id}
            records |= {f"{kind}:{value}": entry for kind, value in _names(row) if value}
        tools.records.put_many(_KIND, records, keep_seconds=SNAPSHOT_KEPT_SECONDS)
    return in_use


def _names(row: Order | FoundOrder) -> tuple[tuple[str, str], ...]:
    return (("reference", row.reference), ("number", row.order_number))


def _listed(tools: Tools) -> Iterator[Sequence[Order | FoundOrder]]:
    """The pages of all lists; the fullest rows first."""
    starshipit, now = tools.starshipit, tools.clock.now()
    year, quarter = now - LOOK_BACK, now - PRINTED_LOOK_BACK
    lists: list[Callable[[datetime, int], Page]] = [starshipit.unshipped, starshipit.shipped]
    for read in lists:
        yield list(pages(lambda page, read=read: read(year, page)))  # type: ignore[misc]
    for status in ("recently_printed", "unmanifested"):
        yield list(pages(lambda page, status=status: starshipit.shipments(status, quarter, page)))  # type: ignore[misc]


def _keys(one: Prepared) -> list[str]:
    """What the order may go by there: our id as reference or number, the channel's number."""
    order_id, channel = str(one.row.order_id), one.row.channel_order_id
    keys = [f"reference:{order_id}", f"number:{order_id}", f"number:{one.order.order_number}"]
    return [*keys, *([f"number:{channel}", f"reference:{channel}"] if channel else [])]


def _from_snapshot(tools: Tools, one: Prepared, known: Mapping[str, Mapping[str, Any]]) -> Order | None:
    for key in _keys(one):
        if key in known:
            order = look.by_id(tools, int(known[key]["starshipit_id"]))
            if order is not None:
                return order
    return None


def _searched(tools: Tools, one: Prepared) -> Order | None:
    """Search by our id and by the channel's number; a row that names neither exactly is not the order."""
    numbers = dict.fromkeys((str(one.row.order_id), one.row.channel_order_id))
    for phrase in filter(None, numbers):
        for row in pages(lambda page, phrase=phrase: tools.starshipit.search(phrase, page=page)):  # type: ignore[misc]
            order = look.by_id(tools, row.order_id)
            if order and (is_ours(order, one.row.order_id) or order.order_number in numbers):
                return order
    return None


def _record(tools: Tools, one: Prepared, order: Order) -> None:
    """Hand the order over to the row: it was there before us."""
    ours = is_ours(order, one.row.order_id)
    how = "by reference" if ours else "by number"

    def handed_over(row: OrderRow) -> OrderRow | None:
        if row.starshipit_ids:
            return None
        found = found_in_starshipit(row, [order], tools.now, how)
        return found.with_number(order.order_number, by_number=not ours)

    tools.ledger.change(one.row.order_id, handed_over)
    tools.ledger.name(order.order_number, one.row.order_id)
    tools.telemetry.count("OrdersAdopted")
    tools.telemetry.note("order_adopted", order_id=one.row.order_id, how=how)
