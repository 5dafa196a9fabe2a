"""Linking: when an order may ship with another one's labels, because both were merged in Starshipit.

In: both rows, and the live orders Starshipit shows of either. Out: an `Obstacle` with what to do about it, or None; the
linked rows; the parent's labels as reports. Wrong: nothing; where a second parcel may exist, the orders are not linked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connector.rules.tracking import is_cancelled
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.models import Order
from connector.vendors.starshipit.webhook import Report

# Marks that linking answers: the order was looked for, and now it is known where its goods are.
ABOUT_A_LINKED_ORDER = frozenset({"vanished_from_starshipit", "archived_in_starshipit", "label_not_in_starshipit"})


@dataclass(frozen=True)
class Obstacle:
    """Why the orders are not linked, and what to do instead."""

    message: str
    next: str


def against_child(child: OrderRow, parent: OrderRow, live: Sequence[Order] = ()) -> Obstacle | None:
    """What speaks against shipping the child with the parent."""
    name, show = f"Order {child.order_id}", f"See where it is: connector order {child.order_id}."
    if child.order_id == parent.order_id:
        return Obstacle(f"{name} cannot be linked to itself.", "Name the order that was merged away, then the other.")
    if child.linked_to not in (0, parent.order_id):
        return Obstacle(f"{name} is linked to order {child.linked_to} already.", show)
    if child.linked:
        others = ", ".join(map(str, child.linked))
        return Obstacle(f"{name} carries other orders itself: {others}.", f"Link these to {parent.order_id} instead.")
    if child.state is State.SHIPPED:
        return Obstacle(f"{name} is shipped in Sellercloud already.", show)
    if child.state is not State.HANDED_OVER:
        return Obstacle(f"{name} is not in Starshipit as far as we know: it is {_named(child)}.", show)
    printed = sorted(number for number, label in child.labels.items() if not is_cancelled(label.status))
    if printed and not child.linked_to:
        return Obstacle(f"{name} has a label of its own: {', '.join(printed)}.", show)
    if live:
        named = ", ".join(f"{each.order_number} (id {each.order_id}, {each.status or 'New'})" for each in live)
        message = f"{name} is still in Starshipit: {named}."
        return Obstacle(message, "Merge or delete it there first; an order that is there ships with its own label.")
    return None


def against_parent(parent: OrderRow, child: OrderRow, live: Sequence[Order] | None = None) -> Obstacle | None:
    """What speaks against the parent; `live` are its orders in Starshipit, None while these were not looked for."""
    name, show = f"Order {parent.order_id}", f"See where it is: connector order {parent.order_id}."
    if parent.linked_to:
        return Obstacle(
            f"{name} is itself linked to order {parent.linked_to}.", f"Link {child.order_id} to {parent.linked_to}."
        )
    if parent.state not in (State.HANDED_OVER, State.SHIPPED):
        return Obstacle(f"{name} is not in Starshipit as far as we know: it is {_named(parent)}.", show)
    if live is not None and not live:
        message = f"Starshipit shows no live order of {parent.order_id} that could carry the goods."
        return Obstacle(message, f"Ship {child.order_id} by hand in Sellercloud, or create it anew: connector resend.")
    return None


def merged_into(child: OrderRow, parent_id: int, now: int, by: str) -> OrderRow:
    """The child's row, shipped with the parent's labels from now on; it is compared anew with that knowledge."""
    return replace(child, linked_to=parent_id, revision="").noting(now, "merged_into", parent=parent_id, by=by)


def carrying(parent: OrderRow, child_id: int, now: int, by: str) -> OrderRow:
    """The parent's row, whose labels ship the child as well."""
    return replace(parent, linked=(*parent.linked, child_id)).noting(now, "carries", child=child_id, by=by)


def reports_for_child(parent: OrderRow) -> tuple[Report, ...]:
    """What was last said of every live label of the parent."""
    return tuple(
        Report(
            tracking_number=number,
            status=label.status,
            order_number=parent.order_number or str(parent.order_id),
            reference=str(parent.order_id),
            carrier=label.carrier,
            service=label.service,
            shipped_at=label.printed_at,
        )
        for number, label in sorted(parent.labels.items())
        if not is_cancelled(label.status)
    )


def _named(row: OrderRow) -> str:
    return str(row.state).replace("_", " ")
