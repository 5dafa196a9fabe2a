"""Adopt: orders another connector already put into Starshipit are found before anything is created.

In: prepared orders whose rows ask for it (first run on an empty ledger, or a lost one). Out: those that are not in
Starshipit; the others' rows are handed over. Wrong: `NoTimeLeft` while the snapshot is being made, by us or by
another run; what was found out until then is kept.

Once, every order Starshipit lists of the last year is written down by reference and by number: a few pages instead of a
question per order. If the account has orders at all, each order that is not among them is searched for singly,
because a list leaves out what is archived or older.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from connector.errors import NoTimeLeft
from connector.flows import look
from connector.flows.tools import Tools
from connector.rules.hand_off import Prepared, goes_by, is_ours
from connector.rules.settling import found_in_starshipit
from connector.state.rows import OrderRow
from connector.vendors.starshipit.client import pages
from connector.vendors.starshipit.models import FoundOrder, Order
from connector.vendors.starshipit.paging import PAGE_LIMIT

LOOK_BACK = timedelta(days=365)
PRINTED_LOOK_BACK = timedelta(days=90)
SNAPSHOT_KEPT_SECONDS = 14 * 86_400
SNAPSHOT_AGES_SECONDS = 6 * 3600
BUSY_SECONDS = 3.0
_KIND = "ADOPT"
Page = Any  # an OrderList or a FoundList: both have `orders` and `total_pages`


def must_ask(tools: Tools, rows: Sequence[OrderRow]) -> bool:
    """Whether Starshipit is to be asked for any of these before it gets them; the snapshot is there then.

    False when no row asks for it, and when the account has no orders at all.
    """
    if tools.settings.dry_run or not any(row.adopt for row in rows):
        return False
    snapshot = _recent_snapshot(tools)
    if snapshot is None:
        with tools.leases.held("adoption", tools.owner, tools.lease_seconds) as lease:
            if lease is None:
                raise NoTimeLeft("another run lists what Starshipit has", after=BUSY_SECONDS)
            snapshot = _recent_snapshot(tools) or _make_snapshot(tools)
    return bool(snapshot["in_use"])


def adopt(tools: Tools, prepared: Sequence[Prepared]) -> list[Prepared]:
    """The orders that are to be created after all."""
    asking = [one for one in prepared if one.row.adopt]
    known = tools.records.get_many(_KIND, [key for one in asking for key in _keys(one)])
    left = [one for one in prepared if not one.row.adopt]
    for one in asking:
        order = _from_snapshot(tools, one, known) or _searched(tools, one)
        if order is None:
            left += _not_there(tools, one)
        else:
            _record(tools, one, order)
    return left


def _recent_snapshot(tools: Tools) -> Mapping[str, Any] | None:
    snapshot = tools.records.get("CURSOR", "adoption")
    return snapshot if snapshot.get("made_at", 0) > tools.now - SNAPSHOT_AGES_SECONDS else None


def _make_snapshot(tools: Tools) -> Mapping[str, Any]:
    """Write down every listed order by reference and by number. A run that is cut off is gone on with by the next."""
    begun = tools.records.get("CURSOR", "adoption_begun")
    if begun.get("begun_at", 0) <= tools.now - SNAPSHOT_AGES_SECONDS:
        begun = {"begun_at": tools.now, "list": 0, "page": 1, "in_use": False}
    lists = _lists(tools)
    while begun["list"] < len(lists):
        page = lists[begun["list"]](begun["page"])
        _write_down(tools, page.orders)
        ended = _is_last(page, begun["page"])
        begun["in_use"] = begun["in_use"] or bool(page.orders)
        begun["list"], begun["page"] = (begun["list"] + 1, 1) if ended else (begun["list"], begun["page"] + 1)
        tools.records.put("CURSOR", "adoption_begun", begun)
    snapshot = {"made_at": tools.now, "in_use": begun["in_use"]}
    tools.records.put("CURSOR", "adoption", snapshot)
    tools.records.remove("CURSOR", "adoption_begun")
    tools.telemetry.note("adoption_snapshot_made", in_use=begun["in_use"])
    return snapshot


def _write_down(tools: Tools, rows: Sequence[Order | FoundOrder]) -> None:
    records: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        names = (("reference", row.reference), ("number", row.order_number))
        records |= {f"{kind}:{value}": {"starshipit_id": row.order_id} for kind, value in names if value}
    tools.records.put_many(_KIND, records, keep_seconds=SNAPSHOT_KEPT_SECONDS)


def _lists(tools: Tools) -> list[Callable[[int], Page]]:
    """All lists, the fullest rows last: they replace what says less."""
    starshipit, now = tools.starshipit, tools.clock.now()
    year, quarter = now - LOOK_BACK, now - PRINTED_LOOK_BACK
    return [
        lambda page: starshipit.shipments("recently_printed", quarter, page),
        lambda page: starshipit.shipments("unmanifested", quarter, page),
        lambda page: starshipit.shipped(year, page),
        lambda page: starshipit.unshipped(year, page),
    ]


def _is_last(page: Page, number: int) -> bool:
    if not page.orders:
        return True
    return bool(number >= page.total_pages if page.total_pages is not None else len(page.orders) < PAGE_LIMIT)


def _keys(one: Prepared) -> list[str]:
    """What the order may go by there: our id as reference or number, the channel's number."""
    order_id, channel = str(one.row.order_id), one.row.channel_order_id
    keys = [f"reference:{order_id}", f"number:{order_id}", f"number:{one.order.order_number}"]
    return [*keys, *([f"number:{channel}", f"reference:{channel}"] if channel else [])]


def _from_snapshot(tools: Tools, one: Prepared, known: Mapping[str, Mapping[str, Any]]) -> Order | None:
    found = dict.fromkeys(int(known[key]["starshipit_id"]) for key in _keys(one) if key in known)
    return next((order for each in found if (order := _read(tools, one, each)) is not None), None)


def _searched(tools: Tools, one: Prepared) -> Order | None:
    """Search by our id and by the channel's number.

    A search row shows no reference, so what our id finds is read; a channel's number is short and found in much, so
    only a row of exactly that number is.
    """
    order_id, channel = str(one.row.order_id), one.row.channel_order_id
    for phrase in dict.fromkeys(filter(None, (order_id, channel))):
        for row in pages(lambda page, phrase=phrase: tools.starshipit.search(phrase, page=page)):  # type: ignore[misc]
            if phrase in (order_id, row.order_number):
                order = _read(tools, one, row.order_id)
                if order is not None:
                    return order
    return None


def _read(tools: Tools, one: Prepared, starshipit_id: int) -> Order | None:
    """The order of this Starshipit id if it is the one asked about, and no other order's already."""
    order = look.by_id(tools, starshipit_id)
    if order is None or not goes_by(order, one.row):
        return None
    named = tools.ledger.name(order.order_number, one.row.order_id)
    return order if named or is_ours(order, one.row.order_id) else None


def _not_there(tools: Tools, one: Prepared) -> list[Prepared]:
    """Starshipit has no such order: it is not asked again."""
    saved = tools.ledger.save_many([replace(one.row, adopt=False)])
    return [Prepared(row, one.order) for row in saved.values()]


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
    tools.telemetry.count("OrdersAdopted")
    tools.telemetry.note("order_adopted", order_id=one.row.order_id, how=how)
