"""Removal: delete, archive, restore, merge, assign (contract 5)."""

from __future__ import annotations

from tests.simulators.transport import Response

from .account import Account
from .answers import success
from .lookup import by_number
from .order import LABELLED, UNSHIPPED, Json, Order, Refused
from .splitting import merge_orders


def delete_order(account: Account, order: Order) -> None:
    """Gone for good; unshipped only. Raises Refused."""
    if order.status != UNSHIPPED or order.archived:
        raise Refused("Only unshipped orders can be deleted")
    order.deleted = True
    account.touch(order)


def archive_order(account: Account, order: Order, *, any_status: bool = False) -> None:
    """Hidden, label still valid. By API only printed or shipped ones. Raises Refused."""
    if not any_status and order.status not in LABELLED:
        raise Refused("Only printed or shipped orders can be archived")
    order.archived = True
    account.touch(order)


def restore_order(account: Account, order: Order) -> None:
    """Back from the archive. Raises Refused."""
    if not order.archived:
        raise Refused("The order is not archived")
    order.archived = False
    account.touch(order)


def delete_call(account: Account, body: Json) -> Response:
    """`DELETE /api/orders/delete?order_id=` (or in the body)."""
    delete_order(account, account.find(body.get("order_id")))
    return success()


def archive_call(account: Account, body: Json) -> Response:
    """`POST /api/orders/archive?order_id=`."""
    archive_order(account, account.find(body.get("order_id")))
    return success()


def restore_call(account: Account, body: Json) -> Response:
    """`POST /api/orders/restore?order_id=`."""
    restore_order(account, account.find(body.get("order_id")))
    return success()


def merge_call(account: Account, body: Json) -> Response:
    """`POST /api/orders/merge`."""
    children = body.get("child_order_ids")
    if not isinstance(children, list):
        raise Refused("The child_order_ids are required")
    parent = account.find(body.get("parent_order_id"))
    merged = merge_orders(account, parent, [account.find(child) for child in children])
    return success(order=account.printer.order(merged, account.now()))


def assign_call(account: Account, body: Json) -> Response:
    """`POST /api/orders/assign`: new orders move to a child account, out of our key's sight."""
    rows = body.get("orders")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused("The orders list is required")
    for row in rows:
        order = (
            account.find(row["order_id"])
            if row.get("order_id")
            else by_number(account, str(row.get("order_number", "")))
        )
        assign_order(account, order)
    return success()


def assign_order(account: Account, order: Order) -> None:
    """Move a new order to a child account. Raises Refused."""
    if order.status != UNSHIPPED:
        raise Refused("Only new orders can be assigned")
    order.assigned_away = True
    account.touch(order)
