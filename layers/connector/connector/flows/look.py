"""Look: what Starshipit has of our orders, found by reference, whatever their status.

In: Sellercloud order ids. Out: the Starshipit orders that carry them as reference. Wrong: the vendor's refusals as they
come; an incomplete look is an exception, never an empty answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime

from connector.errors import NotFound
from connector.flows.tools import Tools
from connector.rules.hand_off import is_ours
from connector.vendors.starshipit.client import pages
from connector.vendors.starshipit.models import Order

# Our clock and theirs differ, and a list may lag behind: look back further than the call.
MARGIN_SECONDS = 3600


def unshipped(tools: Tools, order_ids: Collection[int], since: int) -> dict[int, list[Order]]:
    """Unshipped orders of these references, from all pages of changes since the epoch second `since`."""
    wanted = {str(order_id) for order_id in order_ids}
    start = datetime.fromtimestamp(since - MARGIN_SECONDS, UTC)
    found: dict[int, list[Order]] = defaultdict(list)
    for order in pages(lambda page: tools.starshipit.unshipped(start, page)):
        if order.reference in wanted:
            found[int(order.reference)].append(order)
    return found


def everywhere(tools: Tools, order_id: int) -> list[Order]:
    """Orders of this reference in any status; each candidate is read, because a search row shows no reference."""
    phrase = str(order_id)
    rows = pages(lambda page: tools.starshipit.search(phrase, fields="TheirRef", page=page))
    candidates = dict.fromkeys(row.order_id for row in rows)
    orders = [order for candidate in candidates if (order := by_id(tools, candidate)) is not None]
    return [order for order in orders if is_ours(order, order_id)]


def by_number(tools: Tools, number: str) -> Order | None:
    """The order of this number, if there is one."""
    try:
        return tools.starshipit.order_by_number(number)
    except NotFound:
        return None


def by_id(tools: Tools, starshipit_id: int) -> Order | None:
    """The order of this Starshipit id, if we can see it."""
    try:
        return tools.starshipit.order(starshipit_id)
    except NotFound:
        return None
