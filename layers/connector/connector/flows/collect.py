"""Collect: which labels of an order are live, and whether it is time to tell Sellercloud of them.

In: a case with its Starshipit orders. Out: its parcels; the case is over when labels are still to come, have not gone
far enough, or are all known. Wrong: nothing is raised; what keeps the order waiting is recorded, and marked when it has
waited too long.
"""

from __future__ import annotations

from connector.flows.ship_calls import Case
from connector.flows.tools import Tools
from connector.rules.parcels import live_parcels, same_number, waiting_for
from connector.rules.write_back import has_reached, incomplete_since, lacking, ours, stale_numbers
from connector.settings import SplitOrdersShip
from connector.state.rows import OrderRow, State

PARCELS_WITHOUT_LABEL = "parcels_without_label"


def collect(tools: Tools, case: Case) -> None:
    """All live parcels of the order, or the reason why it is not their time yet."""
    sort(tools, case)
    settings = tools.settings
    waiting = waiting_for(
        case.sale.orders, case.sale.reference, first_is_enough=settings.split_orders_ship is SplitOrdersShip.FIRST
    )
    is_out, stale = case.row.state is State.SHIPPED, stale_numbers(case.row)
    bare = case.sale.takes_away and not case.parcels
    if not (stale or bare) and not lacking(case.parcels, case.row.written):
        case.end(tools, lambda row: row.noting(tools.now, "label_not_live"))
    elif waiting and case.parcels and not is_out:
        _wait(tools, case, waiting)
    elif not case.reached and not (stale or bare):
        case.over = True


def sort(tools: Tools, case: Case) -> None:
    """Which labels are live, and which numbers of ours no live label carries."""
    case.parcels = live_parcels(case.sale.orders, case.cancelled, case.sale.reference)
    case.reached = has_reached(case.parcels, case.row, tools.settings.ship_when)
    live = {same_number(parcel.tracking_number) for parcel in case.parcels}
    case.gone = ours(case.row) - live if case.sale.whole else frozenset()


def _wait(tools: Tools, case: Case, missing: int) -> None:
    """Some parcels have no label yet; when that goes on for long, a person is told."""
    since = incomplete_since(case.row, [parcel.tracking_number for parcel in case.parcels])
    too_long = tools.now - since >= tools.settings.partly_printed_hours * 3600
    told = [event for event in case.row.events if event.what == "waiting_for_labels"]
    is_told = bool(told) and told[-1].facts.get("missing") == missing

    def waits(row: OrderRow) -> OrderRow | None:
        noted = row if is_told else row.noting(tools.now, "waiting_for_labels", missing=missing)
        return noted.needing(PARCELS_WITHOUT_LABEL, tools.now, missing=missing) if too_long else noted

    case.end(tools, waits)
