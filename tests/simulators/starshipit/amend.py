"""Amendments: `PUT /api/orders`, `/update`, `/batchupdate` (contract 5)."""

from __future__ import annotations

from tests.simulators.transport import Response

from .account import Account
from .answers import failure, success
from .intake import address_verdict, new_item, new_package
from .limits import Limits
from .order import LABELLED, UNSHIPPED, Json, Order, Refused

_STATUS_ONLY = {"order_id", "order_number", "status", "is_manifested"}
_PLAIN = (
    "order_date",
    "shipping_method",
    "shipping_description",
    "signature_required",
    "currency",
    "carrier",
    "carrier_name",
    "carrier_service_code",
)


def update_one(account: Account, body: Json) -> Response:
    """`PUT /api/orders` with `{"order": {...}}`."""
    order = _update(account, body.get("order"))
    return success(order=account.printer.order(order, account.now()))


def update_many(account: Account, body: Json) -> Response:
    """`PUT /api/orders/update` with `{"orders": [...]}`; each for itself."""
    sent = body.get("orders")
    if not isinstance(sent, list) or not sent:
        raise Refused("The orders list is required")
    models: list[Json] = []
    bad: list[Refused] = []
    for raw in sent:
        try:
            models.append(account.printer.order(_update(account, raw), account.now()))
        except Refused as refused:
            bad.append(refused)
    return failure(account.switches, bad, 200, orders=models) if bad else success(orders=models)


def batch_update(account: Account, body: Json) -> Response:
    """`PUT /api/orders/batchupdate`: one product code for several unshipped orders."""
    ids = body.get("order_ids")
    if not isinstance(ids, list) or not ids:
        raise Refused("The order_ids are required")
    orders = [account.find(order_id, archived=False) for order_id in ids]
    if any(order.status != UNSHIPPED for order in orders):
        raise Refused("Only unshipped orders can be updated")
    for order in orders:
        order.carrier_service_code = str(body.get("product_code", order.carrier_service_code))
        account.touch(order)
    return success()


def _update(account: Account, raw: object) -> Order:
    if not isinstance(raw, dict):
        raise Refused("The order object is required")
    order = account.find(raw.get("order_id"))
    if order.archived:
        raise Refused("An archived order cannot be updated")
    clean = Limits(account.switches, account.breaches).order(raw, update=True)
    if clean.get("status", UNSHIPPED) not in (UNSHIPPED, "Saved", *LABELLED):
        raise Refused("The status value is not valid")
    if order.status in LABELLED:
        extra = {k for k, v in raw.items() if v is not None} - _STATUS_ONLY
        if extra and account.switches.printed_update == "refuse":
            raise Refused("The order is already printed: only its status can be updated")
        if clean.get("status") in (UNSHIPPED, "Saved"):
            raise Refused("A printed order cannot be set back to unshipped")
    else:
        _rewrite(account, order, clean)
    if clean.get("status"):
        order.status = clean["status"]
    if "is_manifested" in clean:
        order.manifested = clean["is_manifested"]
    account.touch(order)
    return order


def _rewrite(account: Account, order: Order, clean: Json) -> None:
    """Change all writable data of an unshipped order; lines are checked before any change."""
    _check_lines(order, clean)
    if clean.get("order_number", order.order_number) != order.order_number:
        account.book.rename(order, clean["order_number"])
    if "reference" in clean and clean["reference"] != order.reference:
        account.book.refer(order, clean["reference"])
    for name in _PLAIN:
        if name in clean:
            setattr(order, name, clean[name])
    if "carrier" in clean and "carrier_name" not in clean:
        order.carrier_name = clean["carrier"]
    if "destination" in clean:
        order.destination = clean["destination"]
        order.address_validation = address_verdict(order.destination)
    if "sender_details" in clean:
        order.sender_details = clean["sender_details"]
    for row in clean.get("items", []):
        _put_item(account, order, row)
    for row in clean.get("packages", []):
        _put_package(account, order, row)


def _check_lines(order: Order, clean: Json) -> None:
    items = {item.item_id for item in order.items}
    packages = {package.package_id for package in order.packages}
    for row in clean.get("items", []):
        if "item_id" in row and row["item_id"] not in items:
            raise Refused(f"Unable to find item_id {row['item_id']}")
    for row in clean.get("packages", []):
        if "package_id" in row and row["package_id"] not in packages:
            raise Refused(f"Unable to find package_id {row['package_id']}")


def _put_item(account: Account, order: Order, row: Json) -> None:
    if "item_id" not in row:
        order.items.append(new_item(account, row))
        return
    item = next(i for i in order.items if i.item_id == row["item_id"])
    if row.get("delete"):
        order.items.remove(item)
        return
    item.data |= {k: v for k, v in row.items() if k not in ("item_id", "delete")}


def _put_package(account: Account, order: Order, row: Json) -> None:
    if "package_id" not in row:
        order.packages.append(new_package(account, row))
        return
    package = next(p for p in order.packages if p.package_id == row["package_id"])
    if row.get("delete"):
        order.packages.remove(package)
        return
    package.data |= {k: v for k, v in row.items() if k not in ("package_id", "delete", "tracking_number")}
    if row.get("tracking_number"):
        package.tracking_number = row["tracking_number"]
        account.book.tracking[row["tracking_number"]] = order
