"""Resending: when an order may go to Starshipit once more, as a new generation, and what speaks against it.

In: the row, the time, and the orders Starshipit shows of it. Out: an `Obstacle` with what to do about it, or None.
Wrong: nothing; whatever could end in two parcels is an obstacle.

A second order is a second parcel, and real money. So it needs a person, an order that came to its end in the
generation before, a Starshipit that shows no live order of it, and no label that could still travel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connector.rules.hand_off import is_ours
from connector.rules.parcels import same_number
from connector.rules.tracking import is_cancelled
from connector.rules.write_back import (
    CANCELLED_NUMBER,
    LABEL_CANCELLED_AFTER_SHIPPING,
    UNSHIP_REFUSED,
    cancelled_numbers,
    stale_numbers,
)
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.models import Order

_CANCELLED = frozenset({LABEL_CANCELLED_AFTER_SHIPPING, CANCELLED_NUMBER, UNSHIP_REFUSED})


@dataclass(frozen=True)
class Obstacle:
    """Why the order is not sent once more, and what to do instead."""

    message: str
    next: str


def obstacle_in_row(row: OrderRow, now: int, settle_seconds: int) -> Obstacle | None:
    """What the ledger says against a new generation."""
    name = f"Order {row.order_id}"
    show = f"See where it is: connector order {row.order_id}."
    match row.state:
        case State.SHIPPED:
            return Obstacle(
                f"{name} is shipped: Sellercloud shows {', '.join(row.written) or 'it Fully Shipped'}.",
                f"For one more parcel create an order in Starshipit by hand with {row.order_id} as its reference: the "
                "number of its label is added to the order. For other goods make a new order in Sellercloud.",
            )
        case State.HELD:
            return Obstacle(f"{name} was never sent: the surge guard holds it.", "Let it go: connector release.")
        case State.EXCLUDED | State.REFUSED | State.PREVIEWED:
            return Obstacle(
                f"{name} is not in Starshipit as far as we know: it was {row.state}.",
                f"Correct what stands against it, then: connector retry {row.order_id}.",
            )
        case State.QUEUED | State.SENDING:
            return Obstacle(f"{name} is on its way to Starshipit already.", show)
        case State.UNKNOWN if not row.attention:
            return Obstacle(
                f"{name} was sent and not answered; the connector is still looking for it in Starshipit.",
                f"Wait until it is found, or needs a person. {show}",
            )
    if row.attention in _CANCELLED or stale_numbers(row):
        return Obstacle(
            f"Sellercloud may still show order {row.order_id} shipped with a number whose label was cancelled.",
            f"Un-ship it in Sellercloud, then: connector retry {row.order_id}. After that it can be resent.",
        )
    if row.removing:
        return Obstacle(f"{name} is just being taken out of Starshipit, because Sellercloud stopped it.", show)
    if row.linked_to or row.linked:
        return _linked(row)
    left = row.sent_at + settle_seconds - now
    if row.state is State.UNKNOWN and left > 0:
        return Obstacle(
            f"{name} was sent a short while ago and may still appear in Starshipit.", f"Try again in {left} seconds."
        )
    return _label(row, ((number, label.status) for number, label in row.labels.items()))


def obstacle_in_starshipit(row: OrderRow, orders: Sequence[Order]) -> Obstacle | None:
    """What Starshipit shows against it: a live order in whatever status, or a label of an archived one."""
    live = [order for order in orders if not order.archived]
    if live:
        named = ", ".join(f"{each.order_number} (id {each.order_id}, {each.status or 'New'})" for each in live)
        return Obstacle(
            f"Starshipit has order {row.order_id}: {named}.", "Delete or archive it there first, then resend."
        )
    packages = [package for order in orders for package in order.packages]
    return _label(row, ((package.tracking_number, package.delivery_status) for package in packages))


def _linked(row: OrderRow) -> Obstacle:
    """Merged orders: a new order would hold this order's own goods, and those alone."""
    others = ", ".join(map(str, row.linked)) if row.linked else str(row.linked_to)
    what = "carries the goods of" if row.linked else "goes with the Starshipit order of"
    return Obstacle(
        f"Order {row.order_id} {what} {others}, so a new order might send goods twice, or leave some out.",
        f"Create what is missing in Starshipit by hand, with {row.order_id} as its reference.",
    )


def of_the_order(row: OrderRow, orders: Iterable[Order]) -> list[Order]:
    """The Starshipit orders of this order, each once: ours by reference, or known to be its own by their id."""
    its_own = (each for each in orders if is_ours(each, row.order_id) or each.order_id in row.starshipit_ids)
    return list({each.order_id: each for each in its_own}.values())


def _label(row: OrderRow, labels: Iterable[tuple[str, str]]) -> Obstacle | None:
    """A label that was printed and not cancelled is a parcel that may travel."""
    cancelled = {same_number(number) for number in cancelled_numbers(row)}
    live = sorted({n for n, status in labels if n and not is_cancelled(status) and same_number(n) not in cancelled})
    if not live:
        return None
    return Obstacle(
        f"A label of order {row.order_id} was printed and is not cancelled: {', '.join(live)}.",
        "Cancel it in Starshipit or with the carrier first. If Starshipit cannot report that, create the new order "
        f"there by hand with {row.order_id} as its reference.",
    )
