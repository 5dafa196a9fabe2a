"""Lists: one page of what Sellercloud is asked for, by status or by saved view.

In: a source and a page number. Out: the page, and which of its rows were asked for. Wrong: the client's exceptions; a
saved view that cannot be read at all becomes a warning, so that the views beside it still are.
"""

from __future__ import annotations

from datetime import datetime

from connector.errors import Refused, RetryLater, Throttled
from connector.flows.tools import Tools
from connector.rules.eligibility import was_asked_for
from connector.rules.runs import Source
from connector.rules.window import Window
from connector.vendors.calls import WrongAddress
from connector.vendors.sellercloud.answers import TokenRefused
from connector.vendors.sellercloud.client import OrderQuery
from connector.vendors.sellercloud.models import Order, OrderPage


class Lists:
    """The lists of one run, a backfill's within its window.

    `warnings` are sentences for people; `all_read` is False once a view was left out.
    """

    def __init__(self, tools: Tools, companies: tuple[int, ...], window: Window | None = None) -> None:
        self._tools = tools
        self._companies = companies
        self._window = window
        self.warnings: list[str] = []
        self.all_read = True

    def ask(self, source: Source, page: int, updated_from: datetime | None) -> OrderPage | None:
        """One page; None when it is a saved view that cannot be read."""
        tools = self._tools
        if source.view_id is None:
            statuses = tuple(sorted(tools.settings.order_statuses))
            span = self._window.moments(tools.settings.tenant_time_zone) if self._window else ()
            query = OrderQuery(statuses, source.shipping_status or 0, self._companies, updated_from, *span)
            return tools.sellercloud.list_orders(query, page)
        try:
            found = tools.sellercloud.view_orders(source.view_id, page)
        except (Refused, RetryLater) as exc:
            if page > 1 or isinstance(exc, Throttled | TokenRefused | WrongAddress):
                raise
            self.all_read = False
            self._warn("ViewNotRead", f"Saved view {source.view_id} could not be read ({exc}).")
            return None
        if found.total == 0 and not found.size:
            self._warn("EmptyView", f"Saved view {source.view_id} is empty.")
        return found

    def asked_for(self, page: OrderPage, source: Source) -> list[Order]:
        """The rows that answer the question: a view decides for itself, a list that ignored our filter is not believed.

        A view's rows are taken as they come; what they violate is for the guards.
        """
        shipping_status = source.shipping_status
        if shipping_status is None:
            return list(page.orders)
        settings, window = self._tools.settings, self._window
        return [
            order
            for order in page.orders
            if was_asked_for(order, settings.order_statuses, shipping_status, self._companies)
            and (window is None or window.holds(order.created_at, settings.tenant_time_zone))
        ]

    def _warn(self, metric: str, message: str) -> None:
        self._tools.telemetry.count(metric)
        self.warnings.append(message)
