"""Decisions of the hand-off: what a pointer leads to, what an answer says of each order, how a refused batch is taken
apart.

In: pointers and rows, or what was sent and what came back. Out: who is ready, who waits, who was created, who was not.
Wrong: nothing; every pointer and every sent order is in exactly one of the groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from connector.settings import OrderNumberSource
from connector.state.queues import Pointer
from connector.state.rows import OrderRow, State
from connector.vendors.sellercloud.models import Order
from connector.vendors.starshipit.models import NewOrder
from connector.vendors.starshipit.models import Order as StarshipitOrder

ORDER_NUMBER_LIMIT = 50
# A row is still its run's own this long after the invocation must have ended.
GRACE_SECONDS = 10
BATCH_REFUSED = "batch_refused"
# Statuses of an order that was just created; anything further is an old order the vendor answered with.
_FRESH = {"", "unshipped", "saved", "new"}


@dataclass
class Sorted:
    """What the pointers of a page lead to. Stale pointers are in none of the groups."""

    ready: list[OrderRow] = field(default_factory=list)
    expired: list[OrderRow] = field(default_factory=list)
    to_settle: list[OrderRow] = field(default_factory=list)
    waiting: list[tuple[Pointer, int]] = field(default_factory=list)
    live_until: int = 0


def sort(pointers: Sequence[Pointer], rows: Mapping[int, OrderRow], now: int) -> Sorted:
    """Sort the pointers of a page by what is to be done.

    A pointer to a row that has moved on is stale: a newer one exists, or nothing is left to do. Only *sending* is
    looked at whatever the version: a live one belongs to another run and keeps the message; an expired one becomes
    unknown.
    """
    found = Sorted()
    oldest_first = sorted(pointers, key=lambda pointer: pointer.version)
    for pointer in {pointer.order_id: pointer for pointer in oldest_first}.values():
        row = rows.get(pointer.order_id)
        if row is None:
            continue
        if row.state is State.SENDING:
            if row.deadline >= now:
                found.live_until = max(found.live_until, row.deadline)
            else:
                found.expired.append(row)
        elif row.version != pointer.version or row.attention:
            continue
        elif row.state is State.QUEUED:
            found.ready.append(row)
        elif row.state is State.UNKNOWN:
            if row.due_at > now:
                found.waiting.append((pointer, row.due_at - now))
            else:
                found.to_settle.append(row)
    return found


@dataclass(frozen=True)
class Prepared:
    """An order ready to be sent, with its row."""

    row: OrderRow
    order: NewOrder


@dataclass
class Matched:
    """What an answer says of each order that was sent."""

    created: list[tuple[Prepared, StarshipitOrder]] = field(default_factory=list)
    foreign: list[tuple[Prepared, StarshipitOrder]] = field(default_factory=list)
    missing: list[Prepared] = field(default_factory=list)


def match(sent: Sequence[Prepared], answered: Sequence[StarshipitOrder]) -> Matched:
    """Match by order number, never by position.

    An order answered under our number with another reference, archived, already printed, or known to us from an earlier
    generation is not the one we created.
    """
    by_number: dict[str, list[StarshipitOrder]] = defaultdict(list)
    for order in answered:
        by_number[order.order_number.strip().casefold()].append(order)
    found = Matched()
    for prepared in sent:
        candidates = by_number.get(prepared.order.order_number.strip().casefold(), [])
        created = next((order for order in candidates if is_new(order, prepared.row)), None)
        if created is not None:
            found.created.append((prepared, created))
        elif candidates:
            found.foreign.append((prepared, candidates[0]))
        else:
            found.missing.append(prepared)
    return found


def is_ours(order: StarshipitOrder, order_id: int) -> bool:
    """True when the order carries our order id as its reference; a row that shows none is not believed."""
    return order.reference == str(order_id)


def goes_by(order: StarshipitOrder, row: OrderRow) -> bool:
    """True when the order, perhaps put there by another connector, is the row's: by reference, or by number.

    Our id as number is proof enough. A channel's number may be another shop's too: it counts unless the reference
    names another Sellercloud order.
    """
    names = {str(row.order_id), row.channel_order_id, row.order_number} - {""}
    if is_ours(order, row.order_id) or order.order_number == str(row.order_id):
        return True
    if order.reference.isdecimal() and order.reference not in names:
        return False
    return bool(names & {order.order_number, order.reference})


def of_this_generation(orders: Iterable[StarshipitOrder], row: OrderRow) -> list[StarshipitOrder]:
    """The orders that the row's present generation may have made: what an earlier one left behind is not among them."""
    return [
        order
        for order in orders
        if is_ours(order, row.order_id)
        and order.order_id not in row.starshipit_ids
        and (row.generation == 1 or order.order_number.startswith(row.order_number))
    ]


def is_new(order: StarshipitOrder, row: OrderRow) -> bool:
    """True when a create may have made this order just now."""
    return (
        order.reference in ("", str(row.order_id))
        and not order.archived
        and order.status.casefold() in _FRESH
        and order.order_id not in row.starshipit_ids
    )


def was_refused(row: OrderRow) -> bool:
    """True when the order was refused in a batch, or sent before: it is created singly, for an answer of its own."""
    return bool(row.resends) or any(event.what == BATCH_REFUSED for event in row.events)


def may_exist(row: OrderRow) -> bool:
    """True when the order's last call was a refused batch, which may have created it all the same."""
    since_call = takewhile(lambda event: event.what != "sending", reversed(row.events))
    return any(event.what == BATCH_REFUSED for event in since_call)


def halves(group: Sequence[Prepared]) -> list[list[Prepared]]:
    """A refused batch in two; a batch of two or three in single orders."""
    if len(group) <= 3:
        return [[prepared] for prepared in group]
    middle = (len(group) + 1) // 2
    return [list(group[:middle]), list(group[middle:])]


def order_number(order: Order, row: OrderRow, source: OrderNumberSource) -> str:
    """The number the order goes by in Starshipit: chosen once; a later generation has a suffix."""
    if row.order_number:
        return row.order_number
    number = str(order.order_id)
    if source is OrderNumberSource.CHANNEL and order.channel_order_id:
        number = order.channel_order_id
    suffix = f"-R{row.generation}" if row.generation > 1 else ""
    if len(number + suffix) > ORDER_NUMBER_LIMIT:
        number = str(order.order_id)
    return number + suffix


def collided(number: str, order_id: int) -> str:
    """The number to use when another order has the wished one."""
    suffix = f"-{order_id}"
    return number[: ORDER_NUMBER_LIMIT - len(suffix)] + suffix


def wait_after(attempts: int) -> int:
    """Seconds until the next try after a number of tries that certainly did nothing: 5, 10, 20 … 900."""
    return int(min(900, 5 * 2 ** min(attempts, 8)))
