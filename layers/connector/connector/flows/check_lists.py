"""The lists a fetch reads, as the connection check finds them: by status, or every saved view.

In: tools, an inquiry, the saved views the user sees. Out: findings, and the orders seen. Wrong: nothing is raised for
what Sellercloud does; a view that cannot be read leaves the others to be looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from connector.errors import Refused, RetryLater
from connector.flows.inquiry import Inquiry, no_right
from connector.flows.tools import Tools
from connector.rules import check_lists as rules
from connector.rules.check_lists import Listing
from connector.rules.eligibility import judge, was_asked_for
from connector.rules.findings import Finding, ok
from connector.rules.runs import Source, sources
from connector.vendors.sellercloud.client import PAGE_SIZE, OrderQuery, SellercloudClient
from connector.vendors.sellercloud.models import Order, OrderPage
from connector.vendors.sellercloud.reference import View

RIGHT_LIST = "right: list orders"
_LIST_RIGHT = "Give the connector's Sellercloud employee the right Order → View, then check again."

Sellercloud = Inquiry[SellercloudClient]


def by_status(tools: Tools, inquiry: Sellercloud, companies: tuple[int, ...]) -> dict[int, Order]:
    """The open orders of each shipping status: the first page tells how many, the last one holds the newest."""
    seen: dict[int, Order] = {}
    answered = False
    statuses = tuple(sorted(tools.settings.order_statuses))
    for source in sources(tools.settings):
        query = OrderQuery(statuses, source.shipping_status or 0, companies)
        first = _page(inquiry, query, 1)
        if first is None:
            continue
        last = first
        if first.size and first.total > first.size:
            last = _page(inquiry, query, -(-first.total // first.size)) or first
        answered = True
        newest = sorted({order.order_id: order for order in (*first.orders, *last.orders)}.items())[-PAGE_SIZE:]
        asked = _asked_for(tools, source, companies, [order for _, order in newest])
        about, name = rules.status_about(source.shipping_status or 0), rules.statuses_named(statuses)
        strange = len(newest) - len(asked)
        listing = _listing(tools, about, asked, first.total, name=name, strange=strange)
        inquiry.add(rules.status_list(listing))
        seen |= {order.order_id: order for order in asked}
    if answered:
        inquiry.add(ok(RIGHT_LIST, "The connector's user may list orders."))
    return seen


def by_view(tools: Tools, inquiry: Sellercloud, views: Mapping[int, View] | None) -> dict[int, Order]:
    """Every saved view of the setting: visible, readable, how large, and what of it the guards would leave out."""
    seen: dict[int, Order] = {}
    for view_id in tools.settings.saved_view_ids:
        listed = None if views is None else view_id in views
        name = views[view_id].name if views and view_id in views else ""
        page = _view(inquiry, view_id, listed)
        if page is None:
            continue
        listing = _listing(tools, rules.view_about(view_id), page.orders, page.total, name=name)
        inquiry.add(*rules.view(listing, listed))
        seen |= {order.order_id: order for order in page.orders}
    return seen


def _page(inquiry: Sellercloud, query: OrderQuery, page: int) -> OrderPage | None:
    refused = no_right(RIGHT_LIST, "the list of orders", _LIST_RIGHT)
    return inquiry.ask(RIGHT_LIST, lambda client: client.list_orders(query, page), refused)


def _view(inquiry: Sellercloud, view_id: int, listed: bool | None) -> OrderPage | None:
    """The first page of a view; a definite no, or a 500 for one that is not listed, is a finding."""

    def read(client: SellercloudClient) -> OrderPage:
        try:
            return client.view_orders(view_id, 1)
        except RetryLater as exc:
            if exc.status == 500 and listed is False:
                raise Refused(exc.vendor, exc.operation, status=500, text=exc.text) from exc
            raise

    def refused(error: Refused) -> Finding:
        return rules.unreadable_view(view_id, listed, error.status or 0)

    return inquiry.ask(rules.view_about(view_id), read, refused)


def _asked_for(tools: Tools, source: Source, companies: tuple[int, ...], orders: Sequence[Order]) -> list[Order]:
    """The rows that answer the question: Sellercloud drops a filter it does not know."""
    statuses = tools.settings.order_statuses
    return [order for order in orders if was_asked_for(order, statuses, source.shipping_status or 0, companies)]


def _listing(
    tools: Tools, about: str, orders: Sequence[Order], total: int, *, name: str = "", strange: int = 0
) -> Listing:
    """What one list holds, and what the guards would leave out of the rows seen."""
    verdicts = [judge(order, tools.guards) for order in orders]
    left_out = Counter(str(verdict.reason) for verdict in verdicts if verdict is not None)
    return Listing(about, total, len(orders), dict(left_out), name=name, strange=strange)
