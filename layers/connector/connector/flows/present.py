"""Present: how both vendors show orders now, in as few calls as that takes.

In: rows. Out: a view of each order at each vendor. Wrong: a vendor that refuses or does not answer is a `trouble` in
its own view, with a sentence and the next step; nothing is raised, so that it never hides what the ledger knows.

Sellercloud is asked once for all orders, and for a single one once more for its packages. Starshipit is asked for the
orders we know to be there, each by its id; where none is known or left, it is searched by reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connector.errors import ConnectorError, NotFound
from connector.flows import look
from connector.flows.operator import explained
from connector.flows.tools import Tools
from connector.rules.hand_off import is_ours
from connector.rules.present import View, of_sellercloud, of_starshipit
from connector.state.rows import OrderRow
from connector.vendors.sellercloud.models import OrderDetail
from connector.vendors.starshipit.models import Order

NEWEST_IDS = 4  # of one row's Starshipit orders so many are read
CANDIDATES = 3  # of what a search finds so many are read
_GONE = "Sellercloud does not show this order to our user: deleted, or in a company it may not see."
_UNLISTED = "Sellercloud does not list this order to our user."
_SINGLY = "Sellercloud shows this order singly but leaves it out of lists: check the company rights of our user."
_GONE_THERE = "Starshipit does not show this order any more: deleted, merged or moved."


def trouble(error: ConnectorError) -> View:
    """Why a vendor could not be asked, and what to do."""
    told = explained(error)
    return {"trouble": told["message"], "next": told["next"]}


def at_sellercloud(tools: Tools, rows: Sequence[OrderRow]) -> dict[int, View]:
    """Each order as Sellercloud shows it, in two calls at most."""
    ids = [row.order_id for row in rows]
    companies = sorted({row.company_id for row in rows if row.company_id is not None})
    try:
        page = tools.sellercloud.orders_by_id(ids, companies)
    except ConnectorError as exc:
        return dict.fromkeys(ids, trouble(exc))
    listed = {order.order_id: order for order in page.orders}
    views: dict[int, View] = {}
    for order_id in ids:
        try:
            detail = tools.sellercloud.order(order_id) if len(ids) == 1 else None
        except NotFound:
            detail = None
        except ConnectorError as exc:
            if order_id not in listed:
                views[order_id] = trouble(exc)
                continue
            detail = None
        views[order_id] = _shown(tools, listed.get(order_id), detail, alone=len(ids) == 1)
    for bad in page.unreadable:
        if bad.order_id in views:
            views[bad.order_id]["sentence"] = f"Its row in the list cannot be read: {bad.problem}."
    return views


def _shown(tools: Tools, order: Any, detail: OrderDetail | None, *, alone: bool) -> View:
    if order is None and detail is None:
        return {"listed": False, "sentence": _GONE if alone else _UNLISTED}
    view = of_sellercloud(order, detail, tools.settings.tenant_time_zone)
    return view if order is not None else {**view, "sentence": _SINGLY}


def at_starshipit(tools: Tools, row: OrderRow) -> View:
    """Every Starshipit order of the row: `orders`, and `trouble` when not all could be asked for."""
    orders: list[View] = []
    try:
        for starshipit_id in row.starshipit_ids[-NEWEST_IDS:]:
            order = look.by_id(tools, starshipit_id)
            orders.append(of_starshipit(order) if order else {"order_id": starshipit_id, "sentence": _GONE_THERE})
        if not any("status" in order for order in orders):
            orders += [of_starshipit(order) for order in of_reference(tools, row.order_id)]
    except ConnectorError as exc:
        return {"orders": orders, **trouble(exc)}
    return {"orders": orders}


def of_reference(tools: Tools, order_id: int) -> list[Order]:
    """Starshipit orders that carry this Sellercloud id as reference, as far as one page of a search shows them."""
    found = tools.starshipit.search(str(order_id), fields="TheirRef").orders
    candidates = list(dict.fromkeys(row.order_id for row in found))[:CANDIDATES]
    read = [look.by_id(tools, candidate) for candidate in candidates]
    return [order for order in read if order is not None and is_ours(order, order_id)]
