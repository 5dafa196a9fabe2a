"""Labels: print, manifest, redo, clone, return, cancel, and carrier events (contract 6, 8.3)."""

from __future__ import annotations

from .account import Account
from .order import DELIVERED, LABELLED, PRINTED, SHIPPED, UNSHIPPED, Order, Package, Refused
from .rules import FALLBACK, Rule
from .splitting import copy_order

TRACKING_STATUSES = (
    "Printed",
    "Dispatched",
    "InTransit",
    "OutForDelivery",
    "Delivered",
    "PickupInStore",
    "AttemptedDelivery",
    "Exception",
    "AwaitingCollection",
    "Cancelled",
)


def print_labels(
    account: Account,
    order: Order,
    parcels: int = 1,
    carrier: str | None = None,
    partial: bool = False,
) -> list[str]:
    """Label the parcels that have none, making packages up to `parcels`.

    `partial` labels only the first of them. A call on an order that is wholly labelled is a
    reprint: the old numbers, no message. Raises Refused for archived orders.
    """
    if order.archived:
        raise Refused("The order is archived")
    while len(order.packages) < parcels:
        order.packages.append(Package(account.book.fresh("package"), dict(account.default_package)))
    bare = [p for p in order.packages if not p.tracking_number]
    if not bare:
        return order.tracking_numbers
    _ensure_carrier(account, order, carrier)
    chosen = bare[:1] if partial else bare
    for package in chosen:
        _label(account, order, package)
    if order.status not in (SHIPPED, DELIVERED):
        order.status = PRINTED
    order.manifested = order.manifested or account.switches.manifest_at_print
    account.touch(order)
    for package in chosen:
        account.announce(order, package, "Printed")
    return [p.tracking_number for p in chosen if p.tracking_number]


def _ensure_carrier(account: Account, order: Order, carrier: str | None) -> None:
    if carrier is None and order.carrier_name:
        return
    rule = FALLBACK
    if carrier is not None:
        known = [r for r in account.rules if carrier in (r.carrier, r.carrier_name)]
        rule = known[0] if known else Rule("*", carrier, carrier, carrier, carrier)
    order.carrier, order.carrier_name = rule.carrier, rule.carrier_name
    order.carrier_service_code = rule.service_code
    order.carrier_service_name = rule.service_name


def _label(account: Account, order: Order, package: Package) -> None:
    prefix = "34RET" if order.type == "Return" else "34ABC"
    package.tracking_number = f"{prefix}{account.book.fresh('label'):07d}"
    package.delivery_status = "Printed"
    package.label_created = account.now()
    package.cancelled = False
    package.service_code = order.carrier_service_code
    package.service_name = order.carrier_service_name
    package.shipment_type = "Return" if order.type == "Return" else package.shipment_type
    account.book.tracking[package.tracking_number] = order


def manifest_order(account: Account, order: Order) -> None:
    """Printed → Shipped; `Dispatched` for each live label. Raises Refused."""
    if order.status != PRINTED or order.archived:
        raise Refused(f"Order {order.order_number} has no label to manifest")
    order.status = SHIPPED
    order.manifested = True
    order.manifest_number = account.book.fresh("manifest")
    order.shipped_date = account.now()
    for item in order.items:
        item.shipped = item.data.get("quantity", 0)
    account.touch(order)
    for package in order.packages:
        if package.tracking_number and not package.cancelled:
            package.delivery_status = "Dispatched"
            account.announce(order, package, "Dispatched")


def deliver_order(account: Account, order: Order) -> None:
    """All live parcels delivered; status Delivered. Raises Refused."""
    if order.status not in LABELLED:
        raise Refused(f"Order {order.order_number} has no label")
    order.status = DELIVERED
    order.shipped_date = order.shipped_date or account.now()
    account.tracked(order)
    for package in order.packages:
        if package.tracking_number and not package.cancelled:
            package.delivery_status = "Delivered"
            account.announce(order, package, "Delivered")


def tracking_event(account: Account, order: Order, package: Package, status: str) -> None:
    """A carrier event of one parcel; any status text, also unknown ones."""
    package.delivery_status = status
    account.tracked(order)
    account.announce(order, package, status)


def cancel_labels(account: Account, order: Order, tracking: str | None) -> list[str]:
    """Cancel one label or all of an order, as a person does in the carrier's tools (5)."""
    labels = [
        p for p in order.packages if p.tracking_number and not p.cancelled and tracking in (None, p.tracking_number)
    ]
    if not labels:
        raise Refused(f"Order {order.order_number} has no such label")
    numbers = []
    for package in labels:
        package.cancelled = True
        package.delivery_status = "Cancelled"
        numbers.append(package.tracking_number or "")
        account.announce(order, package, "Cancelled")
        if account.switches.cancelled_package == "cleared":
            order.packages.append(Package(account.book.fresh("package"), dict(package.data)))
            order.packages.remove(package)
            account.cancelled.append((order, package))
    live = any(p.tracking_number and not p.cancelled for p in order.packages)
    if not live and account.switches.cancelled_order == "unshipped":
        order.status, order.manifested, order.manifest_number = UNSHIPPED, False, 0
        order.shipped_date = None
    account.touch(order)
    return numbers


def redo_order(account: Account, order: Order) -> Order:
    """Archive the original; a new order id with the same number and new labels. Raises Refused."""
    if order.status not in LABELLED:
        raise Refused("Only printed orders can be replaced")
    labels = sum(1 for p in order.packages if p.tracking_number and p.shipment_type == "Outgoing")
    fresh = copy_order(account, order, "redo")
    fresh.packages = fresh.packages[: max(1, labels)]
    account.book.add(fresh)
    order.archived, order.replaced_by = True, fresh.order_id
    account.touch(order)
    print_labels(account, fresh)
    return fresh


def clone_order(account: Account, order: Order) -> Order:
    """ "Add shipment": a second, unshipped order of the same number. Raises Refused."""
    if order.status not in LABELLED:
        raise Refused("Only printed orders can be cloned")
    fresh = copy_order(account, order, "clone")
    account.book.add(fresh)
    return fresh


def return_label(account: Account, order: Order, as_package: bool = False) -> Order:
    """A printed return: its own order of type Return, or one more package of the same order."""
    if as_package:
        package = Package(account.book.fresh("package"), dict(account.default_package), shipment_type="Return")
        order.packages.append(package)
        _label(account, order, package)
        account.touch(order)
        account.announce(order, package, "Printed")
        return order
    fresh = copy_order(account, order, "return")
    fresh.type = "Return"
    fresh.destination, fresh.sender_details = fresh.sender_details, fresh.destination
    fresh.packages = fresh.packages[:1]
    account.book.add(fresh)
    print_labels(account, fresh)
    return fresh
