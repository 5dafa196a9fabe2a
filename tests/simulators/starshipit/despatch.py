"""Despatch: the API calls that print, manifest, clone and replace (contract 3.4, 6, 9)."""

from __future__ import annotations

from tests.simulators.transport import Response

from .account import Account
from .answers import success
from .intake import new_package
from .labels import clone_order, manifest_order, print_labels, redo_order, return_label
from .lookup import by_number
from .order import UNSHIPPED, Json, Refused

_PDF = "JVBERi0xLjQKJeKAog=="


def print_call(account: Account, body: Json) -> Response:
    """`POST /api/orders/shipment`: print or reprint one order."""
    if body.get("order_id"):
        order = account.find(body["order_id"], archived=False)
    else:
        order = by_number(account, str(body.get("order_number", "")))
    packages = body.get("packages")
    if isinstance(packages, list) and packages and order.status == UNSHIPPED:
        order.packages = [new_package(account, row) for row in packages]
    print_labels(account, order, carrier=body.get("carrier"))
    numbers = order.tracking_numbers
    return success(
        order_id=order.order_id,
        order_number=order.order_number,
        carrier_name=order.carrier_name,
        tracking_numbers=numbers,
        labels=[_PDF] * len(numbers),
        label_types=["A6"] * len(numbers),
    )


def manifest_call(account: Account, body: Json) -> Response:
    """`POST /api/orders/manifest`."""
    ids = body.get("order_ids")
    if not isinstance(ids, list) or not ids:
        raise Refused("The order_ids are required")
    for order in [account.find(order_id, archived=False) for order_id in ids]:
        manifest_order(account, order)
    return success(label_type="A4", pdf=_PDF)


def clone_call(account: Account, body: Json) -> Response:
    """`POST /api/orders/shipment/clone`: add a shipment, or make its return."""
    order = account.find(body.get("order_id"))
    fresh = return_label(account, order) if body.get("to_return_shipment") else clone_order(account, order)
    return success(order=account.printer.order(fresh, account.now()))


def replace_call(account: Account, body: Json) -> Response:
    """`POST /api/orders/shipment/replace`: redo."""
    fresh = redo_order(account, account.find(body.get("order_id"), archived=False))
    return success(order=account.printer.order(fresh, account.now()))


def services_call(account: Account, _body: Json) -> Response:
    """`POST /api/deliveryservices`: the carriers and services of the rule table (9)."""
    rules = [rule for rule in account.rules if rule.action == "carrier"]
    rows = [
        {
            "carrier": r.carrier,
            "carrier_name": r.carrier_name,
            "service_name": r.service_name,
            "service_code": r.service_code,
            "total_price": 11.85,
        }
        for r in rules
    ]
    return success(services=rows, default_service=rows[0]["service_code"] if rows else None)
