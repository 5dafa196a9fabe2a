"""Windows: the four paged listings with a 24 hour default (contract 4.3 to 4.6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from tests.simulators.transport import Response

from .account import Account
from .answers import order_list, spaced, success
from .limits import read_moment
from .order import LABELLED, UNSHIPPED, Json, Order, Package, Refused

DEFAULT_HOURS = 24
Query = dict[str, str]
Row = TypeVar("Row")


def unshipped(account: Account, query: Query) -> Response:
    """`GET /api/orders/unshipped` (4.3): full orders, or ids with `ids_only`."""
    placed = query.get("since_order_date")
    if placed:
        after = read_moment(placed)
        rows = [
            o
            for o in _since(account, query, no_window=True, unshipped=True)
            if o.order_date > after or (account.switches.since_inclusive and o.order_date == after)
        ]
    else:
        rows = list(_since(account, query, unshipped=True))
    page, total = _page(account, rows, query)
    if _true(query.get("ids_only")):
        return success(order_ids=[order.order_id for order in page], total_pages=total)
    now = account.now()
    texts = [account.printer.text(order, now) for order in page]
    return order_list("orders", texts, {"total_pages": total, "success": True})


def shipped(account: Account, query: Query) -> Response:
    """`GET /api/orders/shipped` (4.4): flat rows, one per order or per parcel."""
    switches = account.switches
    statuses = LABELLED if switches.shipped_includes_printed else LABELLED - {"Printed"}
    rows: list[tuple[Order, Package | None]] = []
    for order in _since(account, query):
        if order.status not in statuses or not order.exists:
            continue
        if order.archived and not switches.shipped_includes_archived:
            continue
        labelled = [p for p in order.packages if p.tracking_number]
        if switches.shipped_rows == "per_order" or not labelled:
            rows.append((order, labelled[0] if labelled else None))
        else:
            rows.extend((order, package) for package in labelled)
    page, total = _page(account, rows, query)
    if _true(query.get("ids_only")):
        return success(order_ids=list(dict.fromkeys(o.order_id for o, _ in page)), total_pages=total)
    return success(orders=[_flat(account, *row) for row in page], total_pages=total)


def _flat(account: Account, order: Order, package: Package | None) -> Json:
    printer = account.printer
    status = spaced((package.delivery_status or "") if package else "")
    number = package.tracking_number if package else None
    return printer.tidy(
        {
            "order_id": order.order_id,
            "order_date": printer.moment(order.order_date, order.order_id),
            "shipped_date": printer.moment(order.shipped_date, order.order_id),
            "order_number": order.order_number,
            "reference": order.reference,
            "integration_source_name": order.platform,
            "name": order.destination.get("name"),
            "country": order.destination.get("country"),
            "state": order.destination.get("state"),
            "carrier": order.carrier,
            "carrier_name": order.carrier_name,
            "carrier_service_code": order.carrier_service_code,
            "carrier_service_name": order.carrier_service_name,
            "shipment_type": package.shipment_type if package else order.type,
            "tracking_number": number,
            "tracking_url": f"https://track.example.com/{number}" if number else None,
            "tracking_short_status": status,
            "tracking_full_status": status,
            "manifest_number": order.manifest_number,
            "manifest_sent": order.manifested,
            "writeback_status": "",
            "writeback_details": "",
        }
    )


def shipments(account: Account, query: Query) -> Response:
    """`GET /api/orders/shipments` (4.5): all tracking numbers of each labelled order."""
    status = query.get("status")
    if status not in ("recently_printed", "unmanifested"):
        raise Refused("The status must be recently_printed or unmanifested")
    since = _moment(account, query.get("since_created_date"))
    rows = []
    for order in account.book.since(since, account.switches.since_inclusive):
        if order.status not in LABELLED or not order.visible:
            continue
        if status == "unmanifested" and order.manifested:
            continue
        if order.type == "Return" and not account.switches.shipments_include_returns:
            continue
        made = max((p.label_created for p in order.packages if p.label_created), default=None)
        if made is not None and made >= since:
            rows.append((order, made))
    page, total = _page(account, rows, query)
    return success(
        status=status,
        total_pages=total,
        orders=[_shipment(account, order, made) for order, made in page],
    )


def _shipment(account: Account, order: Order, made: datetime) -> Json:
    numbers: list[str | None] = []
    for package in order.packages:
        if package.cancelled:
            continue
        if package.shipment_type == "Return" and not account.switches.shipments_include_returns:
            continue
        if package.tracking_number or account.switches.null_tracking_numbers:
            numbers.append(package.tracking_number)
    row = account.printer.tidy(
        {
            "order_id": order.order_id,
            "order_number": order.order_number,
            "date": account.printer.moment(made, order.order_id),
            "name": order.destination.get("name"),
            "carrier_name": order.carrier_name,
            "carrier_service_code": order.carrier_service_code,
            "country": order.destination.get("country"),
        }
    )
    return row | {"tracking_numbers": numbers}


def search(account: Account, query: Query) -> Response:
    """`GET /api/orders/search` (4.6): rows that contain the phrase; no reference in them."""
    phrase = query.get("phrase", "").strip().casefold()
    if not phrase:
        raise Refused("The phrase is required")
    fields = query.get("fields", "All").casefold()
    status = query.get("status", "Shipped").casefold()
    if fields not in ("all", "order_number", "theirref") or (status not in ("all", "unshipped", "shipped")):
        raise Refused("The fields or status value is not valid")
    child = _true(query.get("include_child_accounts"))
    indexed = account.now() - timedelta(seconds=account.switches.search_lag_seconds)
    rows = [
        o
        for o in reversed(account.book.by_id.values())
        if phrase in _haystack(o, fields)
        and _searchable(account, o, child)
        and (status == "all" or (o.status == UNSHIPPED) == (status == "unshipped"))
        and o.created <= indexed
    ]
    page, total = _page(account, rows, query)
    return success(orders=[_found(account, order) for order in page], total_pages=total)


def _haystack(order: Order, fields: str) -> str:
    if fields == "theirref":
        return order.reference.casefold()
    if fields == "order_number":
        return order.order_number.casefold()
    name = order.destination.get("name", "")
    return "\n".join([order.order_number, order.reference, name, *order.tracking_numbers]).casefold()


def _searchable(account: Account, order: Order, child: bool) -> bool:
    if order.deleted or (order.assigned_away and not child):
        return False
    return not order.archived or account.switches.search_shows_archived


def _found(account: Account, order: Order) -> Json:
    return account.printer.tidy(
        {
            "order_id": order.order_id,
            "order_date": account.printer.moment(order.order_date, order.order_id),
            "order_number": order.order_number,
            "name": order.destination.get("name"),
            "carrier_name": order.carrier_name,
            "tracking_number": next(iter(order.tracking_numbers), None),
            "country": order.destination.get("country"),
        }
    )


def _since(account: Account, query: Query, *, no_window: bool = False, unshipped: bool = False) -> Iterable[Order]:
    sent = query.get("since_last_updated")
    since = None if no_window and not sent else _moment(account, sent)
    return account.book.since(since, account.switches.since_inclusive, unshipped=unshipped)


def _moment(account: Account, text: str | None) -> datetime:
    return read_moment(text) if text else account.now() - timedelta(hours=DEFAULT_HOURS)


def _true(text: str | None) -> bool:
    return (text or "").casefold() == "true"


def _page(account: Account, rows: list[Row], query: Query) -> tuple[list[Row], int]:
    """One page and the number of pages; a page past the end is empty (4.4)."""
    limit = min(max(1, whole(query.get("limit"), 50)), 250)
    number = max(1, whole(query.get("page"), 1))
    if whole(query.get("limit"), 50) > 250:
        account.breaches.append("limit above 250")
    if not account.switches.newest_first:
        rows = rows[::-1]
    start = (number - 1) * limit
    return list(islice(rows, start, start + limit)), max(1, -(-len(rows) // limit))


def whole(text: str | None, otherwise: int) -> int:
    """A whole number of a query. Raises Refused."""
    if text is None or text == "":
        return otherwise
    if not text.isdecimal():
        raise Refused(f"The value '{text[:20]}' is not a whole number")
    return int(text)
