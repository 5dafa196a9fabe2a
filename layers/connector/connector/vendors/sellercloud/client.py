"""The calls the connector makes to Sellercloud (contract sections 4 to 10); those that write are in `writes`.

In: ids, filters, what to write. Out: models. Wrong: the exceptions of `connector.errors`. Every
method may raise `RetryLater` (with `Throttled` and `TokenRefused`), `WrongAddress`, `Refused`,
`CredentialsRefused`, `NotConfigured` and `NoTimeLeft`; what it raises besides is in its own
docstring. Nothing here logs, and no call is repeated but for a failed connect of a read and a
refused token. A 200 on a write is no proof (section 8.3): read back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connector.clock import Clock, Deadline
from connector.credentials import PLACEHOLDER
from connector.errors import NotFound, RetryLater
from connector.vendors.budget import Budget
from connector.vendors.calls import Caller, Credentials
from connector.vendors.http import Query, Transport
from connector.vendors.sellercloud import answers, rows
from connector.vendors.sellercloud.login import Login
from connector.vendors.sellercloud.models import Note, OrderDetail, OrderPage, Package, Split
from connector.vendors.sellercloud.reference import Choice, Company, View, Warehouse
from connector.vendors.sellercloud.tokens import TokenCache
from connector.vendors.sellercloud.writes import Writes

PAGE_SIZE = 50  # larger ones are silently clamped (section 3.2)
MOST_PAGES = 400


@dataclass(frozen=True)
class OrderQuery:
    """Which orders to list.

    Moments are aware; they are sent on the tenant's clock, in whole minutes, rounded outwards.
    """

    order_statuses: tuple[int, ...]
    shipping_status: int
    company_ids: tuple[int, ...] = ()
    updated_from: datetime | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


class SellercloudClient(Writes):
    """Sellercloud for one invocation; only `tokens` outlives it."""

    def __init__(
        self,
        base: str,
        credentials: Credentials,
        tokens: TokenCache,
        transport: Transport,
        budget: Budget,
        clock: Clock,
        deadline: Deadline,
        zone: ZoneInfo,
        read_timeout: float,
    ) -> None:
        self._api = f"{base.rstrip('/')}/api"
        self._caller = Caller(transport, budget, clock, deadline, read_timeout)
        self._credentials = credentials
        self._login = Login(self._api, credentials, tokens, self._caller)
        self._zone = zone

    def list_orders(self, query: OrderQuery, page: int) -> OrderPage:
        """One page of orders by status, ascending by order id (section 4).

        Re-check every row: a filter may be ignored.
        """
        asked = [("model.orderStatus", str(status)) for status in query.order_statuses]
        asked.append(("model.shippingStatus", str(query.shipping_status)))
        asked += [("model.companyID", str(company)) for company in query.company_ids]
        for name, moment, up in (
            ("model.lastUpdatedFrom", query.updated_from, False),
            ("model.createdOnFrom", query.created_from, False),
            ("model.createdOnTo", query.created_to, True),
        ):
            if moment is not None:
                asked.append((name, self._minute(moment, up=up)))
        return self._orders("list_orders", asked, page)

    def view_orders(self, view_id: int, page: int) -> OrderPage:
        """One page of a saved view, in the view's own order; it takes no filter (section 6)."""
        query = [("viewID", str(view_id)), *_plain_page(page)]
        return rows.order_page("view_orders", self._read("view_orders", "/Orders/GetAllByView", query))

    def orders_by_id(self, order_ids: Sequence[int], company_ids: Sequence[int]) -> OrderPage:
        """Up to 50 orders in one call, without rows nobody asked for. A missing row means nothing.

        Raises `ValueError` for more than 50 ids.
        """
        if len(order_ids) > PAGE_SIZE:
            raise ValueError(f"{len(order_ids)} order ids: at most {PAGE_SIZE} fit one call")
        if not order_ids:
            return OrderPage(orders=(), total=0)
        asked = [("model.orderIDs", str(order_id)) for order_id in dict.fromkeys(order_ids)]
        asked += [("model.companyID", str(company)) for company in company_ids]
        return rows.only(self._orders("orders_by_id", asked, 1), order_ids)

    def orders_of_channel(self, number: str, company_ids: Sequence[int]) -> OrderPage:
        """The orders of a channel's order number (section 4.1), without rows nobody asked for."""
        asked = [("model.orderSourceOrderIDList", number)]
        asked += [("model.companyID", str(company)) for company in company_ids]
        page = self._orders("orders_of_channel", asked, 1)
        return rows.only(page, [order.order_id for order in page.orders if order.channel_order_id == number])

    def order(self, order_id: int) -> OrderDetail:
        """What only the single-order form tells (section 5).

        Raises `NotFound` for 404, and with `status` 500 when two 500 in a row answer (unknown 12:
        perhaps gone).
        """
        try:
            body = self._order(order_id)
        except RetryLater as first:
            if first.status != 500:
                raise
            body = self._order_again(order_id)
        detail = rows.one("order", OrderDetail, body)
        if detail.order_id != order_id:
            raise RetryLater(answers.VENDOR, "order", status=200, text="another order was answered")
        return detail

    def packages(self, order_id: int) -> tuple[Package, ...]:
        """Every package of the order, ascending by package id (section 7)."""

        def fetch(page: int) -> Any:
            return self._read("packages", "/Orders/Packages", [("id", str(order_id)), *_plain_page(page)])

        found = [rows.one("packages", Package, row) for row in self._all("packages", fetch, "Results", "Items")]
        distinct = {package.package_id: package for package in found}
        return tuple(distinct[package_id] for package_id in sorted(distinct))

    def was_split(self, order_id: int) -> bool:
        """True when other orders were split off from this one (section 10.3)."""
        body = self._read("was_split", "/Orders/CheckSplittedStatus", [("orderID", str(order_id))])
        found = rows.one("was_split", Split, body)
        return found.is_split or bool(found.children)

    def views(self) -> tuple[View, ...]:
        """The saved views this user sees (section 6)."""
        found, _ = rows.listed("views", self._read("views", "/Orders/Views"), "Items", "Results")
        return tuple(rows.readable(View, found))

    def companies(self) -> tuple[Company, ...]:
        """Every company of the tenant that this user sees (section 10.2)."""
        found = self._reference("companies", "/Companies", Company)
        return tuple({company.company_id: company for company in found}.values())

    def warehouses(self) -> tuple[Warehouse, ...]:
        """Every warehouse of the tenant (section 10.2)."""
        found = self._reference("warehouses", "/Warehouses", Warehouse)
        return tuple({warehouse.warehouse_id: warehouse for warehouse in found}.values())

    def shipping_carriers(self, site: int) -> tuple[Choice, ...]:
        """The carriers the tenant can choose from on a site (sections 10.1, 12.10)."""
        return self._choices("shipping_carriers", "/Settings/ShippingCarriers", [("siteCode", str(site))])

    def shipping_services(self, site: int, carrier: str) -> tuple[Choice, ...]:
        """The services of a carrier on a site (section 10.1)."""
        query = [("siteCode", str(site)), ("carrier", carrier)]
        return self._choices("shipping_services", "/Settings/ShippingServices", query)

    def notes(self, order_id: int) -> tuple[Note, ...]:
        """The notes of an order (section 9.3)."""
        body = self._read("notes", "/Orders/Notes", [("id", str(order_id))])
        found, _ = rows.listed("notes", body, "Items", "Results")
        return tuple(rows.readable(Note, found))

    def _orders(self, operation: str, asked: Query, page: int) -> OrderPage:
        sorted_by_id = [("model.orderBy", "0"), ("model.isAscending", "true")]
        query = [*asked, *sorted_by_id, *_model_page(page)]
        return rows.order_page(operation, self._read(operation, "/Orders", query))

    def _reference(self, operation: str, path: str, model: type[rows.Model]) -> Iterator[rows.Model]:
        """The readable rows of all pages of a reference list."""
        return rows.readable(
            model, self._all(operation, lambda page: self._read(operation, path, _model_page(page)), "Items")
        )

    def _choices(self, operation: str, path: str, query: Query) -> tuple[Choice, ...]:
        found, _ = rows.listed(operation, self._read(operation, path, query), "Items", "Results")
        return tuple(choice for choice in rows.readable(Choice, found) if choice.names)

    def _order(self, order_id: int) -> Any:
        return self._read("order", f"/Orders/{order_id}")

    def _order_again(self, order_id: int) -> Any:
        try:
            return self._order(order_id)
        except RetryLater as second:
            if second.status != 500:
                raise
            raise NotFound(second.vendor, "order", status=500, text=second.text) from second

    def _all(self, operation: str, fetch: Callable[[int], Any], *keys: str) -> list[Any]:
        """The rows of all pages, until the total is reached or a page is empty or a repeat."""
        found: list[Any] = []
        for page in range(1, MOST_PAGES + 1):
            new, total = rows.listed(operation, fetch(page), *keys)
            if not new or new == found[-len(new) :]:
                break
            found += new
            if total is not None and len(found) >= total:
                break
        return found

    def _minute(self, moment: datetime, *, up: bool) -> str:
        """The vendor's query format, month first, granularity one minute (section 3.3)."""
        if moment.tzinfo is None:
            raise ValueError("an aware moment is needed")
        local = (moment + timedelta(seconds=59, microseconds=999_999) if up else moment).astimezone(self._zone)
        return local.strftime("%m/%d/%Y %H:%M")

    def _read(self, operation: str, path: str, query: Query = ()) -> Any:
        return self._login.call(operation, "GET", f"{self._api}{path}", query=query)

    def _write(self, operation: str, method: str, path: str, body: object) -> Any:
        return self._login.call(operation, method, f"{self._api}{path}", body=body, writes=True)

    def _pin(self) -> str:
        """The PIN to edit shipped orders with, if the secret holds one (section 8.5)."""
        pin = self._credentials.get().get("pin", "")
        return "" if PLACEHOLDER in pin else pin


def _plain_page(page: int) -> list[tuple[str, str]]:
    return [("pageNumber", str(page)), ("pageSize", str(PAGE_SIZE))]


def _model_page(page: int) -> list[tuple[str, str]]:
    return [(f"model.{name}", value) for name, value in _plain_page(page)]
