"""The Sellercloud part of the connection check: log-in, rights, companies, warehouses, and what orders show.

In: tools that log in anew. Out: findings, and the orders seen on the way. Wrong: nothing is raised for what Sellercloud
does; nothing is written there, so rights to write are proven by what the connector wrote before, or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.errors import Refused
from connector.flows.check_lists import Sellercloud, by_status, by_view
from connector.flows.inquiry import Inquiry, no_right
from connector.flows.tools import Tools
from connector.rules import checks, zone_sanity
from connector.rules.findings import Finding, counted, not_verifiable, ok
from connector.state.rows import OrderRow, State
from connector.vendors.sellercloud.client import PAGE_SIZE, OrderQuery
from connector.vendors.sellercloud.codes import ORDER_STATUS, SHIPPING_STATUS
from connector.vendors.sellercloud.endpoint import Known, parse
from connector.vendors.sellercloud.models import Order, OrderDetail
from connector.vendors.sellercloud.reference import Company, View

LOGIN, ADDRESS = "Sellercloud login", "Sellercloud address"
RIGHT_ORDER, RIGHT_VIEWS, RIGHT_COMPANIES = "right: read orders", "right: list views", "right: list companies"
RIGHT_PACKAGES, RIGHT_NOTES, RIGHT_BY_ID = "right: read packages", "right: read notes", "orders by id"
RIGHT_SHIP, RIGHT_UNSHIP = "right: ship orders", "right: un-ship, add notes"
COMPANIES, WAREHOUSES = "companies", "warehouses"
_VIEW_RIGHT = "Give the connector's Sellercloud employee the right Order → View, then check again."
_LATELY = timedelta(days=3)


@dataclass
class _Seen:
    """What was learnt on the way."""

    companies: tuple[int, ...] = ()
    orders: dict[int, Order] = field(default_factory=dict)
    written: list[tuple[datetime | None, int]] = field(default_factory=list)
    proven: OrderRow | None = None


def check_sellercloud(tools: Tools) -> tuple[list[Finding], bool]:
    """Every finding about Sellercloud, and whether it is worth to ask it more."""
    inquiry = Inquiry("Sellercloud", lambda: tools.sellercloud, LOGIN, "SellercloudEndpoint")
    seen = _Seen()
    views = _views(tools, inquiry)
    _companies(tools, inquiry, seen)
    _warehouses(tools, inquiry)
    seen.orders = _lists(tools, inquiry, seen, views)
    foreign = checks.foreign_order(seen.orders.values())
    _single_orders(tools, inquiry, seen, foreign)
    _writes(tools, inquiry, seen)
    if inquiry.authorised:
        _clock(tools, inquiry, seen)
    if inquiry.stopped and inquiry.authorised:
        rest = "The remaining questions to Sellercloud were not asked."
        inquiry.add(not_verifiable("Sellercloud, the rest", rest, "Check again when what is named above is settled."))
    return [*_access(tools, inquiry), *inquiry.findings], not inquiry.stopped


def _access(tools: Tools, inquiry: Sellercloud) -> list[Finding]:
    """That the address and the log-in are right, once an answer has shown it."""
    if not inquiry.authorised:
        return []
    written = tools.settings.sellercloud_endpoint
    found = parse(written)
    address = found.base if isinstance(found, Known) else f"The team {found.name} is known to Sellercloud"
    return [ok(ADDRESS, f"{address}."), ok(LOGIN, "A new login was accepted.")]


def _views(tools: Tools, inquiry: Sellercloud) -> dict[int, View] | None:
    """The saved views the user sees; None when they cannot be listed."""
    needed = bool(tools.settings.saved_view_ids)

    def refused(error: Refused) -> Finding:
        found = no_right(RIGHT_VIEWS, "the list of saved views", _VIEW_RIGHT)(error)
        return found if needed else checks.not_needed_now(found, "SavedViewIds is set")

    found = inquiry.ask(RIGHT_VIEWS, lambda client: client.views(), refused)
    if found is None:
        return None
    inquiry.add(ok(RIGHT_VIEWS, f"The connector's user sees {checks.views_named(found)}."))
    return {view.view_id: view for view in found}


def _companies(tools: Tools, inquiry: Sellercloud, seen: _Seen) -> None:
    """The companies the user sees, and those of the setting among them."""
    settings = tools.settings
    seen.companies = settings.company_ids
    needed = not settings.company_ids and not settings.saved_view_ids
    give = "Give the connector's Sellercloud employee the right to view companies, then check again."

    def refused(error: Refused) -> Finding:
        found = no_right(RIGHT_COMPANIES, "the list of companies", give)(error)
        return found if needed else checks.not_needed_now(found, "neither CompanyIds nor SavedViewIds is set")

    found: Sequence[Company] | None = inquiry.ask(RIGHT_COMPANIES, lambda client: client.companies(), refused)
    if found is None:
        return
    seen.companies = settings.company_ids or tuple(sorted(company.company_id for company in found))
    inquiry.add(checks.companies(found, settings.company_ids))


def _warehouses(tools: Tools, inquiry: Sellercloud) -> None:
    """The warehouses of the setting; without it none is asked for."""
    wanted = tools.settings.warehouse_ids
    if not wanted:
        return
    give = "Not needed to send orders; to have the setting checked, give the right to view warehouses."

    def refused(error: Refused) -> Finding:
        return not_verifiable(WAREHOUSES, f"Sellercloud does not show the warehouses (HTTP {error.status}).", give)

    found = inquiry.ask(WAREHOUSES, lambda client: client.warehouses(), refused)
    if found is not None:
        inquiry.add(checks.warehouses(found, wanted))


def _lists(tools: Tools, inquiry: Sellercloud, seen: _Seen, views: dict[int, View] | None) -> dict[int, Order]:
    """The lists a fetch reads, a page or two of each."""
    if tools.settings.saved_view_ids:
        return by_view(tools, inquiry, views)
    return by_status(tools, inquiry, seen.companies)


def _single_orders(tools: Tools, inquiry: Sellercloud, seen: _Seen, foreign: Order | None) -> None:
    """Every other way in which orders are read, tried on an order of the lists."""
    if inquiry.stopped or not inquiry.authorised:
        return
    if not seen.orders:
        lacking = "No order was listed to try reading on: order details, packages, notes and currency."
        inquiry.add(not_verifiable(RIGHT_ORDER, lacking, "Check again when there is an order that is open."))
        return
    _by_id(inquiry, list(seen.orders.values())[:PAGE_SIZE])
    one = foreign or next(iter(seen.orders.values()))
    detail = inquiry.ask(
        RIGHT_ORDER, lambda client: client.order(one.order_id), no_right(RIGHT_ORDER, "single orders", _VIEW_RIGHT)
    )
    packages = inquiry.ask(
        RIGHT_PACKAGES, lambda client: client.packages(one.order_id), no_right(RIGHT_PACKAGES, "packages", _VIEW_RIGHT)
    )
    notes = inquiry.ask(
        RIGHT_NOTES, lambda client: client.notes(one.order_id), no_right(RIGHT_NOTES, "order notes", _VIEW_RIGHT)
    )
    for about, what, answered in (
        (RIGHT_ORDER, "single orders", detail), (RIGHT_PACKAGES, "packages", packages), (RIGHT_NOTES, "notes", notes),
    ):  # fmt: skip
        if answered is not None:
            inquiry.add(ok(about, f"Order {one.order_id}: {what} can be read."))
    _foreign(tools, inquiry, foreign, detail, len(seen.orders))


def _by_id(inquiry: Sellercloud, orders: Sequence[Order]) -> None:
    """The hand-off reads orders again by their ids, with their companies."""
    companies = sorted({order.company_id for order in orders if order.company_id is not None})
    ids = [order.order_id for order in orders]
    page = inquiry.ask(
        RIGHT_BY_ID,
        lambda client: client.orders_by_id(ids, companies),
        no_right(RIGHT_BY_ID, "orders by their ids", _VIEW_RIGHT),
    )
    if page is not None:
        back = {order.order_id for order in page.orders} | {bad.order_id for bad in page.unreadable}
        inquiry.add(checks.read_again(RIGHT_BY_ID, ids, back))


def _foreign(tools: Tools, inquiry: Sellercloud, foreign: Order | None, detail: OrderDetail | None, seen: int) -> None:
    """What a customs form would say, for a person to compare."""
    if foreign is None:
        inquiry.add(ok(checks.FOREIGN, f"No foreign order among {counted(seen, 'order')} looked at."))
    elif not inquiry.stopped:
        inquiry.add(checks.foreign_figures(foreign, detail, tools.settings))


def _writes(tools: Tools, inquiry: Sellercloud, seen: _Seen) -> None:
    """What shipped orders prove: the right to ship, and whose clock Sellercloud keeps."""
    if inquiry.stopped or not inquiry.authorised:
        return
    page = None
    if not tools.settings.dry_run:
        since = tools.clock.now() - _LATELY
        completed, fully = ORDER_STATUS["Completed"], SHIPPING_STATUS["FullyShipped"]
        query = OrderQuery((completed,), fully, seen.companies, updated_from=since)
        page = inquiry.ask(RIGHT_SHIP, lambda client: client.list_orders(query, 1), _cannot_prove)
    orders = page.orders if page else ()
    rows = tools.ledger.get_many(order.order_id for order in orders) if orders else {}
    for order in orders:
        row = rows.get(order.order_id)
        at = _shipped_at(row, order.tracking_numbers)
        if row is not None and at is not None:
            seen.proven = row
            seen.written.append((order.updated_at, at))
    inquiry.add(*checks.rights_to_write(RIGHT_SHIP, RIGHT_UNSHIP, seen.proven, tools.settings.ship_when))


def _cannot_prove(error: Refused) -> Finding:
    why = f"Shipped orders cannot be listed (HTTP {error.status}), which would show what the connector wrote."
    return not_verifiable(RIGHT_SHIP, why, _VIEW_RIGHT)


def _shipped_at(row: OrderRow | None, shown: Collection[str]) -> int | None:
    """When the connector saw its own numbers in Sellercloud; None when it was not the connector that wrote them."""
    if row is None or row.state is not State.SHIPPED or not {*row.written} & {*shown}:
        return None
    return next((event.at for event in reversed(row.events) if event.what == "shipped"), None)


def _clock(tools: Tools, inquiry: Sellercloud, seen: _Seen) -> None:
    """Whose clock the times are on."""
    shown = [moment for order in seen.orders.values() for moment in (order.updated_at, order.created_at)]
    shown += [moment for moment, _ in seen.written]
    inquiry.add(zone_sanity.judge(shown, seen.written, tools.settings.tenant_time_zone, tools.clock.now()))
