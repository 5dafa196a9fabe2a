"""Sale: every Starshipit order that carries the goods of one Sellercloud order.

In: a row with the labels reported of it. Out: the orders, as soon as they show these labels; seconds when they must be
looked at again; None when there is nothing to write. Wrong: the vendor's refusals as they come.

A redo, a clone and a split make several orders, found by reference; a merged order's goods are in its parent's. The
whole sale is looked for when the known orders do not answer for every label, and before a number is taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connector.flows import look
from connector.flows.tools import Tools
from connector.rules.parcels import live_parcels
from connector.rules.settling import found_in_starshipit
from connector.rules.tracking import is_cancelled
from connector.rules.write_back import LABEL_NOT_FOUND, cancelled_numbers, stale_numbers, unwritten, waited
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.models import Order
from connector.vendors.starshipit.webhook import Report

LOOK_AGAIN_SECONDS = 15.0
# A report may come before Starshipit's own lists show the label: so long nothing is made of its absence.
PATIENCE_SECONDS = 600
# One "not found" proves nothing; an order that stays away this long, while others of the sale are seen, is gone.
GONE_SECONDS = 60


@dataclass
class Sale:
    """The Starshipit orders of one order; `holder` is the row they were made for: its own, or its parent's.

    `certain`: they were looked for, and the search shows every order that is there. `whole`: besides, those that are
    missing are gone for good, so that a number no live label carries may be taken away. `unexplained` are labels that
    were reported and are nowhere.
    """

    row: OrderRow
    holder: OrderRow
    orders: list[Order]
    reports: Sequence[Report] = ()
    gone: bool = False
    certain: bool = False
    whole: bool = False
    unexplained: frozenset[str] = frozenset()

    @property
    def reference(self) -> str:
        """What the orders carry: our id, or another connector's reference for an order matched by number."""
        by_number = self.holder.adopted_by_number and self.orders
        return self.orders[0].reference if by_number else str(self.holder.order_id)

    @property
    def takes_away(self) -> bool:
        """True when a label of a shipped order was cancelled: its number, or all the order shows, may have to go."""
        told = any(is_cancelled(report.status) for report in self.reports)
        return bool(stale_numbers(self.row)) or (told and self.row.state is State.SHIPPED)

    @property
    def shown(self) -> set[str]:
        """Every tracking number the orders show."""
        return {package.tracking_number for order in self.orders for package in order.packages}

    @property
    def is_live(self) -> bool:
        """True when some order has a live label."""
        return bool(live_parcels(self.orders, cancelled_numbers(self.row), self.reference))


def gather(tools: Tools, row: OrderRow, reports: Sequence[Report], listed: Order | None) -> Sale | float | None:
    """The sale, as soon as it answers for what was reported. `listed` is its only order, if a list proved it."""
    holder = tools.ledger.get(row.linked_to) if row.linked_to else row
    if holder is None:
        _nowhere(tools, row)
        return None
    known = [listed] if listed else [look.by_id(tools, starshipit_id) for starshipit_id in holder.starshipit_ids]
    sale = Sale(row, holder, [order for order in known if order is not None], reports, gone=None in known)
    suffixed = any(order.order_number != holder.order_number for order in sale.orders)
    if sale.takes_away or sale.gone or suffixed or _absent(tools, sale):
        again = _look_further(tools, sale)
        if again is not None:
            return again
    if not sale.orders and not sale.takes_away:
        _nowhere(tools, row)
        return None
    _link(tools, sale)
    return sale


def _look_further(tools: Tools, sale: Sale) -> float | None:
    """Complete the sale; seconds when it does not answer for every label yet and may still."""
    complete(tools, sale)
    absent = _absent(tools, sale)
    replaced = _of_the_gone(sale, absent)
    if absent or not (sale.whole if sale.takes_away else sale.certain):
        told = absent or {report.tracking_number for report in sale.reports}
        is_explained = bool(absent) and absent == replaced
        if waited(sale.row, told, tools.now) < (GONE_SECONDS if is_explained else PATIENCE_SECONDS):
            return LOOK_AGAIN_SECONDS
    sale.unexplained = absent - replaced
    if sale.unexplained and sale.orders:
        _nowhere(tools, sale.row)
    return None


def complete(tools: Tools, sale: Sale) -> None:
    """Add the orders we have no id of: a split, a redone label, a create whose answer is still out.

    When the search does not show a live order that is there, it may lack others as well. An order that is nowhere any
    more counts as gone for good only after a while.
    """
    found = {order.order_id: order for order in sale.orders}
    reference = sale.reference
    listed = {order.order_id: order for order in look.everywhere(tools, sale.holder.order_id)}
    for number in dict.fromkeys(report.order_number for report in sale.reports if report.order_number):
        order = look.by_number(tools, number)
        if order is not None and order.reference == reference:
            found.setdefault(order.order_id, order)
    hidden = [order for order in found.values() if order.order_id not in listed and not order.archived]
    sale.orders = list((listed | found).values())
    ids = {order.order_id for order in sale.orders}
    sale.gone = any(starshipit_id not in ids for starshipit_id in sale.holder.starshipit_ids)
    sale.certain = not hidden or sale.holder.adopted_by_number
    sale.whole = sale.certain and (not sale.gone or waited(sale.row, sale.row.labels, tools.now) >= GONE_SECONDS)


def _of_the_gone(sale: Sale, absent: frozenset[str]) -> frozenset[str]:
    """Absent numbers of an order that is gone while another one of the same number has a live label: it was redone."""
    if not (sale.gone and sale.is_live):
        return frozenset()
    number = sale.holder.order_number
    return absent & {report.tracking_number for report in sale.reports if report.order_number == number}


def _nowhere(tools: Tools, row: OrderRow) -> None:
    """A label was reported that no order of the sale shows: a person is told."""
    tools.ledger.change(row.order_id, lambda now: now.needing(LABEL_NOT_FOUND, tools.now))
    tools.telemetry.count("LabelNotFound")


def _absent(tools: Tools, sale: Sale) -> frozenset[str]:
    """Reported numbers that Sellercloud lacks and no order shows; before a number is taken away, of all reports."""
    lacked = unwritten(sale.row, tools.settings.ship_when)
    asked = lacked if sale.takes_away else lacked & {report.tracking_number for report in sale.reports}
    return asked - sale.shown


def _link(tools: Tools, sale: Sale) -> None:
    """Remember every Starshipit order of the sale; an order we did not know to exist counts as handed over."""
    if sale.holder is not sale.row or not sale.orders:
        return

    def link(now: OrderRow) -> OrderRow | None:
        ids = tuple(dict.fromkeys((*now.starshipit_ids, *(order.order_id for order in sale.orders))))
        if now.state not in (State.HANDED_OVER, State.SHIPPED):
            return found_in_starshipit(now, sale.orders, tools.now, "by its label")
        if ids == now.starshipit_ids:
            return None
        return replace(now, starshipit_ids=ids).noting(tools.now, "linked", starshipit_ids=list(ids))

    sale.row = sale.holder = tools.ledger.change(sale.row.order_id, link) or sale.row
