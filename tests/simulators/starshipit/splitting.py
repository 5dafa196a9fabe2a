"""Splitting and merging: one order becomes several, several become one (contract 5)."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from .account import Account
from .order import UNSHIPPED, Item, Order, Package, Refused


def split_order(account: Account, order: Order, parts: int) -> list[Order]:
    """Suffixed numbers -1, -2, ... with the same reference; unshipped only. Raises Refused."""
    if order.status != UNSHIPPED or not order.visible:
        raise Refused("Only unshipped orders can be split")
    if parts < 2:
        raise Refused("An order is split into two or more parts")
    number = order.order_number
    shares = _share_out(order.items, parts)
    children = []
    for part in range(1, parts + 1):
        if part == 1 and account.switches.split_keeps_original:
            account.book.rename(order, f"{number}-1")
            order.items = shares[0]
            account.touch(order)
            children.append(order)
            continue
        child = copy_order(account, order, "split", number=f"{number}-{part}")
        child.items = [Item(account.book.fresh("item"), dict(i.data)) for i in shares[part - 1]]
        account.book.add(child)
        children.append(child)
    order.split_into = tuple(child.order_id for child in children)
    if not account.switches.split_keeps_original:
        order.deleted = True
        account.touch(order)
    return children


def _share_out(items: list[Item], parts: int) -> list[list[Item]]:
    """Quantities dealt out one by one; every part has at least one line if there are any."""
    shares: list[list[Item]] = [[] for _ in range(parts)]
    turn = 0
    for item in items:
        quantity = item.data.get("quantity", 1)
        count = int(quantity) if quantity == int(quantity) and quantity <= 1000 else 1
        dealt = [0.0] * parts
        for _ in range(max(1, count)):
            dealt[turn % parts] += 1 if count == quantity else quantity
            turn += 1
        for share, amount in zip(shares, dealt, strict=True):
            if amount:
                whole = int(amount) if amount == int(amount) else amount
                share.append(Item(item.item_id, item.data | {"quantity": whole}))
    return shares


def merge_orders(account: Account, parent: Order, children: list[Order]) -> Order:
    """Move the children's lines to the parent; the children are gone for good. Raises Refused."""
    for order in [parent, *children]:
        if order.status != UNSHIPPED or order.archived:
            raise Refused(f"Order {order.order_number} cannot be merged: it is not unshipped")
    if parent in children or not children:
        raise Refused("The child_order_ids are required")
    for child in children:
        parent.items.extend(child.items)
        child.items = []
        child.deleted, child.merged_into = True, parent.order_id
        account.touch(child)
    account.touch(parent)
    return parent


def copy_order(account: Account, order: Order, origin: str, *, number: str | None = None) -> Order:
    """A new unshipped order with the same data and new ids, not yet in the book."""
    now = account.now()
    fresh = account.book.fresh
    return replace(
        order,
        order_id=fresh("order"),
        order_number=number or order.order_number,
        created=now,
        last_updated=now,
        destination=dict(order.destination),
        sender_details=dict(order.sender_details),
        items=[Item(fresh("item"), dict(item.data)) for item in order.items],
        packages=[Package(fresh("package"), dict(p.data)) for p in order.packages if p.shipment_type == "Outgoing"],
        metadatas=deepcopy(order.metadatas),
        status=UNSHIPPED,
        manifested=False,
        manifest_number=0,
        shipped_date=None,
        archived=False,
        deleted=False,
        replaced_by=None,
        merged_into=None,
        split_into=(),
        origin=origin,
        parent_id=order.order_id,
        call_id=None,
        version=0,
    )
