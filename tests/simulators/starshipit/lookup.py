"""Look-ups: one order, the list form, summary, delivered and tracking (4.1, 4.2, 4.7, 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.simulators.transport import Response, json_response

from .account import Account, not_found
from .answers import flat_status, spaced, success
from .order import DELIVERED, PRINTED, SHIPPED, UNSHIPPED, Json, Order, Package, Refused
from .windows import Query, whole


def get_orders(account: Account, query: Query) -> Response:
    """`GET /api/orders`: one order by id or number, else the list form."""
    if "order_id" not in query and "order_number" not in query:
        return list_orders(account, query)
    if query.get("order_id"):
        order = account.find(query["order_id"], archived=account.switches.archived_by_id)
    else:
        order = by_number(account, query.get("order_number", ""))
    model = account.printer.order(order, account.now())
    how = "Imported from API" if order.platform == "API" else "Imported"
    event = {
        "time": account.printer.moment(order.created, order.order_id),
        "category": "Order",
        "name": "Created",
        "method": how,
    }
    return success(order=model | {"events": [event]})


def by_number(account: Account, number: str) -> Order:
    """The order that answers to a number; which of several is a switch (14). Raises Refused."""
    book, switches = account.book, account.switches
    same = list(book.numbers.get(number, []))
    if switches.number_match == "case_insensitive":
        wanted = number.strip().casefold()
        same = [o for o in book.by_id.values() if o.order_number.strip().casefold() == wanted]
    same = [o for o in same if o.exists and (switches.archived_by_number or not o.archived)]
    if not same:
        raise not_found("order_number")
    same.sort(key=lambda order: order.order_id)
    if switches.shared_number == "random":
        return account.random.choice(same)
    return same[0 if switches.shared_number == "oldest" else -1]


def list_orders(account: Account, query: Query) -> Response:
    """The list form of 4.2; `filter` knows the columns below, others are ignored."""
    status = query.get("status", UNSHIPPED).casefold()
    tests = [_filter(part) for part in query.get("filter", "").split(",") if ":::" in part]
    orders = [
        o
        for o in account.book.by_id.values()
        if o.visible and o.status.casefold() == status and all(t(o) for t in tests)
    ]
    key: Callable[[Order], datetime | str] = lambda order: order.order_date  # noqa: E731
    if query.get("sort_column") == "Order":
        key = lambda order: order.order_number  # noqa: E731
    orders.sort(key=key, reverse=query.get("sort_direction") != "Ascending")
    size = min(max(1, whole(query.get("page_size"), 500)), 500)
    number = max(1, whole(query.get("page_number"), 1))
    page = orders[(number - 1) * size : number * size]
    rows = [_listed(account, order) for order in page]
    wrapper = account.switches.list_wrapper
    data: Json = {"data": {"orders": rows}} if wrapper == "data" else {wrapper: rows}
    return json_response(
        200,
        {
            "page_number": number,
            "page_size": size,
            "total_pages": max(1, -(-len(orders) // size)),
            "total_records": len(orders),
        }
        | data,
    )


def _filter(part: str) -> Callable[[Order], bool]:
    column, _, wanted = part.partition(":::")
    readers: dict[str, Callable[[Order], list[str]]] = {
        "Order": lambda o: [o.order_number],
        "Name": lambda o: [o.destination.get("name", "")],
        "State": lambda o: [o.destination.get("state", "")],
        "Country": lambda o: [o.destination.get("country", "")],
        "Carrier": lambda o: [o.carrier_name],
        "Status": lambda o: [o.status],
        "ShippingMethod": lambda o: [o.shipping_method],
        "SKU": lambda o: [i.data.get("sku", "") for i in o.items],
    }
    read = readers.get(column.strip())
    value = wanted.strip().casefold()
    return lambda o: read is None or any(value == text.casefold() for text in read(o))


def _listed(account: Account, order: Order) -> Json:
    return account.printer.tidy(
        {
            "order_id": order.order_id,
            "order_number": order.order_number,
            "carrier_id": 11 if order.carrier_name else None,
            "carrier_name": order.carrier_name,
            "carrier_service_code": order.carrier_service_code,
            "shipping_method": order.shipping_method,
            "status": order.status,
        }
    )


def summary(account: Account, query: Query) -> Response:
    """`GET /api/orders/summary` (4.7): rows of one tab, and counts of all tabs."""
    orders = [order for order in account.book.by_id.values() if order.exists]
    tabs = {
        "new": [o for o in orders if not o.archived and o.status == UNSHIPPED],
        "printed": [o for o in orders if not o.archived and o.status == PRINTED],
        "shipped": [o for o in orders if not o.archived and o.status in (SHIPPED, DELIVERED)],
        "archived": [o for o in orders if o.archived],
    }
    tab = query.get("order_status", "new").casefold()
    if tab not in tabs:
        raise Refused("The order_status must be new, printed, shipped or archived")
    unshipped = [o for o in tabs["archived"] if o.status == UNSHIPPED]
    counts = {
        "unprinted_count": len(tabs["new"]),
        "printed_count": len(tabs["printed"]),
        "shipped_count": len(tabs["shipped"]),
        "archived_count": len(tabs["archived"]),
        "archived_unshipped_count": len(unshipped),
        "archived_shipped_count": len(tabs["archived"]) - len(unshipped),
        "unprinted_invalidaddress_count": sum(o.address_validation == "Invalid" for o in tabs["new"]),
        "return_count": sum(o.type == "Return" for o in orders),
    }
    size = min(max(1, whole(query.get("page_size"), 500)), 500)
    number = max(1, whole(query.get("page"), 1))
    page = tabs[tab][(number - 1) * size : number * size]
    return success(
        orders=[_summed(account, order) for order in page],
        order_counts=counts,
        total_pages=max(1, -(-len(tabs[tab]) // size)),
    )


def _summed(account: Account, order: Order) -> Json:
    states = (UNSHIPPED, PRINTED, SHIPPED, DELIVERED)
    return account.printer.tidy(
        {
            "order_id": order.order_id,
            "order_number": order.order_number,
            "contact_name": order.destination.get("name"),
            "country": order.destination.get("country"),
            "state": order.destination.get("state"),
            "order_type": order.type,
            "platform": order.platform,
            "order_status": states.index(order.status) if order.status in states else 0,
            "carrier": order.carrier_name,
            "valid_address": order.address_validation == "Valid",
            "quantity": str(sum(i.data.get("quantity", 0) for i in order.items)),
            "skus": ",".join(i.data.get("sku", "") for i in order.items),
            "manifest_number": order.manifest_number,
            "manifest_sent": order.manifested,
            "order_date": account.printer.moment(order.order_date, order.order_id),
            "shipped_date": account.printer.moment(order.shipped_date, order.order_id),
        }
    )


def delivered(account: Account, query: Query) -> Response:
    """`GET /api/orders/delivered?order_ref=` (4.7)."""
    wanted = query.get("order_ref", "")
    found = [o for o in account.book.references.get(wanted, []) if o.visible and o.status == DELIVERED]
    return success(orders=[account.printer.order(o, account.now()) for o in found])


def track(account: Account, query: Query) -> Response:
    """`GET /api/track` (7): one result; before a label exists there is none."""
    number = query.get("tracking_number", "")
    if number:
        order = account.book.tracking.get(number)
        if order is None or order.assigned_away:
            raise Refused(f"No tracking details found for {number}", status=200)
    else:
        order = by_number(account, query.get("order_number", ""))
    package = next(
        (
            p
            for p in [*order.packages, *(p for o, p in account.cancelled if o is order)]
            if p.tracking_number and number in ("", p.tracking_number)
        ),
        None,
    )
    return success(results=_tracked(order, package)) if package else success()


def _tracked(order: Order, package: Package) -> Json:
    def plain(moment: datetime | None) -> str | None:
        return moment.strftime("%Y-%m-%dT%H:%M:%S") if moment else None

    status = spaced(package.delivery_status or "")
    updated = plain(order.last_updated)
    return {
        "order_number": order.order_number,
        "order_status": flat_status(order),
        "carrier_name": order.carrier_name,
        "carrier_service": package.service_name,
        "tracking_number": package.tracking_number,
        "tracking_url": f"https://track.example.com/{package.tracking_number}",
        "shipment_date": plain(package.label_created),
        "tracking_status": status,
        "last_updated_date": updated,
        "tracking_events": [{"event_datetime": updated, "status": status, "details": status}],
    }
