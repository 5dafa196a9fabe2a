"""List proof: label reports that come together are answered from Starshipit's lists, where these prove the labels.

In: rows about to be written back. Out: for those a list proves, the Starshipit order as a single read would show it.
Wrong: nothing is raised; lists that cannot be read, or prove nothing, leave every order to be read by itself.

What the lists said is kept for two minutes, for batches that follow each other: whatever happens to a label after that
is reported, and a number the kept lists do not show is read anew. Lists that proved nothing rest for ten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connector.flows.setback import SETBACKS, delay_after
from connector.flows.tools import Tools
from connector.rules.list_proof import answers_for, is_promising, may_be_proven, proven
from connector.rules.write_back import printed_at, unwritten
from connector.state.rows import OrderRow
from connector.vendors.starshipit.models import FoundList, FoundOrder, Order

FRESH_SECONDS = 120
REST_SECONDS = 600
# Fewer orders cost less when they are read one by one.
LEAST = 4
MOST_PAGES = 4
MOST_KEPT = 1000
_MARGIN_SECONDS = 600
_DAY_SECONDS = 86_400
_KIND, _NAME = "LISTS", "printed"


@dataclass
class _Kept:
    """What the lists proved when they were read last, and until when they rest."""

    read_at: int = 0
    rest_until: int = 0
    orders: dict[int, Order] = field(default_factory=dict)

    @classmethod
    def load(cls, tools: Tools) -> _Kept:
        stored = tools.records.get(_KIND, _NAME)
        if tools.now - int(stored.get("read_at", 0)) > FRESH_SECONDS:
            return cls(rest_until=int(stored.get("rest_until", 0)))
        orders = [Order.model_validate_json(text) for text in stored.get("orders", ())]
        return cls(int(stored["read_at"]), int(stored["rest_until"]), {order.order_id: order for order in orders})

    def store(self, tools: Tools) -> None:
        texts = [order.model_dump_json(exclude_defaults=True) for order in list(self.orders.values())[:MOST_KEPT]]
        values = {"read_at": self.read_at, "rest_until": self.rest_until, "orders": texts}
        tools.records.put(_KIND, _NAME, values, keep_seconds=REST_SECONDS)


def proven_by_lists(tools: Tools, rows: Sequence[OrderRow]) -> dict[int, Order]:
    """The orders the lists answer for, by Sellercloud id. What freight costs stands in no list."""
    wanted = {row.order_id: row for row in rows if may_be_proven(row)}
    if tools.settings.freight_cost or len(wanted) < 2:
        return {}
    kept = _Kept.load(tools)
    found = _matched(tools, kept.orders, wanted)
    left = {order_id: row for order_id, row in wanted.items() if order_id not in found}
    if len(left) < LEAST or tools.now < kept.rest_until:
        return found
    try:
        orders = _read(tools, list(left.values()))
    except SETBACKS as exc:
        delay_after(tools, exc)
        return found
    fresh = _matched(tools, orders, left)
    rest_until = 0 if 2 * len(fresh) >= len(left) else tools.now + REST_SECONDS
    _Kept(tools.now, rest_until, orders).store(tools)
    return found | fresh


def _matched(tools: Tools, orders: Mapping[int, Order], rows: Mapping[int, OrderRow]) -> dict[int, Order]:
    found = {}
    for order_id, row in rows.items():
        order = orders.get(row.starshipit_ids[0])
        if order is not None and answers_for(order, row, tools.settings.ship_when):
            found[order_id] = order
    return found


def _read(tools: Tools, rows: Sequence[OrderRow]) -> dict[int, Order]:
    """What both lists prove of orders printed since the first of these labels."""
    since = _since(tools, rows)
    ids = {row.starshipit_ids[0] for row in rows}
    shipped = _listed(lambda page: tools.starshipit.shipped(since, page), ids)
    if not is_promising(shipped, ids):
        return {}
    shipments = _listed(lambda page: tools.starshipit.shipments("recently_printed", since, page), ids)
    return proven(shipped, shipments)


def _since(tools: Tools, rows: Sequence[OrderRow]) -> datetime:
    """Before the first of these labels was printed, within the last day."""
    told = (printed_at(row, unwritten(row, tools.settings.ship_when)) for row in rows)
    first = min((int(moment.timestamp()) for moment in told if moment), default=tools.now)
    since = max(min(first, tools.now) - _MARGIN_SECONDS, tools.now - _DAY_SECONDS)
    return datetime.fromtimestamp(since, UTC)


def _listed(fetch: Callable[[int], FoundList], wanted: Collection[int]) -> list[FoundOrder]:
    """Pages, newest first, until every wanted order was on one, or there are too many."""
    rows: list[FoundOrder] = []
    for page in range(1, MOST_PAGES + 1):
        listing = fetch(page)
        rows += listing.orders
        if not listing.orders or page >= (listing.total_pages or page) or {*wanted} <= {row.order_id for row in rows}:
            break
    return rows
