"""Which orders may go: the guards, re-checked on every row whichever way it was asked for
(product.md, Fetch 2).

In: an order as Sellercloud lists it and the merchant's guards. Out: None (it may go) or `NotSent`.
Wrong: nothing is raised; a field a guard needs and the row does not show is not trusted: the answer
is that guard's reason, "not shown".
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from connector.rules.reasons import NotSent, Reason
from connector.vendors.sellercloud.models import Line, Order

NOT_SHOWN = "not shown"
_FULFILLED_BY_CHANNEL = frozenset({20, 79})
"""FBA and WFS (Sellercloud contract 12.5)."""
_PRIME = frozenset({7, 10})
"""Prime and Amazon_Business_Prime (Sellercloud contract 12.6)."""


@dataclass(frozen=True)
class Guards:
    """The settings as Sellercloud's numbers. Empty company and warehouse sets mean all."""

    order_statuses: frozenset[int]
    shipping_statuses: frozenset[int]
    payment_statuses: frozenset[int]
    dropship_statuses: frozenset[int]
    excluded_channels: frozenset[int]
    excluded_order_types: frozenset[int]
    company_ids: frozenset[int]
    warehouse_ids: frozenset[int]
    start_date: date | None
    zone: ZoneInfo


def judge(order: Order, guards: Guards) -> NotSent | None:
    """The first guard that stops the order, or None. The order of the checks is the one an operator
    thinks in.
    """
    return (
        _one_of(order.status, guards.order_statuses, Reason.ORDER_STATUS)
        or _one_of(order.shipping_status, guards.shipping_statuses, Reason.SHIPPING_STATUS)
        or _one_of(order.payment_status, guards.payment_statuses, Reason.UNPAID)
        or _one_of(order.dropship_status, guards.dropship_statuses, Reason.DROPSHIP)
        or _channel(order.channel, guards.excluded_channels)
        or _order_type(order.order_type, guards.excluded_order_types)
        or _company(order.company_id, guards.company_ids)
        or _warehouse(order, guards.warehouse_ids)
        or _start_date(order, guards)
    )


def was_asked_for(
    order: Order,
    order_statuses: Collection[int],
    shipping_status: int,
    company_ids: Collection[int],
) -> bool:
    """Whether a row answers the question put to the list, as Sellercloud drops misspelt filters
    silently.

    A field the row does not show counts as asked for, so that the guards give the order a recorded
    reason.
    """
    return (
        (order.status is None or order.status in order_statuses)
        and order.shipping_status in (None, shipping_status)
        and (order.company_id is None or not company_ids or order.company_id in company_ids)
    )


def lines_to_ship(order: Order) -> tuple[Line, ...]:
    """The lines of which something is left to ship; one without a quantity counts, so that mapping
    can refuse it.
    """
    return tuple(
        line
        for line in order.lines
        if not line.non_shipping and (line.quantity is None or line.quantity - (line.quantity_shipped or 0) > 0)
    )


def _one_of(found: int | None, allowed: frozenset[int], reason: Reason) -> NotSent | None:
    if found is None:
        return NotSent(reason, NOT_SHOWN)
    return None if found in allowed else NotSent(reason, str(found))


def _channel(channel: int | None, excluded: frozenset[int]) -> NotSent | None:
    if not excluded:
        return None
    if channel is None:
        return NotSent(Reason.FULFILLED_ELSEWHERE, NOT_SHOWN)
    if channel not in excluded:
        return None
    own = channel in _FULFILLED_BY_CHANNEL
    return NotSent(Reason.FULFILLED_ELSEWHERE if own else Reason.CHANNEL, str(channel))


def _order_type(order_type: int | None, excluded: frozenset[int]) -> NotSent | None:
    if not excluded:
        return None
    if order_type is None:
        return NotSent(Reason.PRIME, NOT_SHOWN)
    if order_type not in excluded:
        return None
    return NotSent(Reason.PRIME if order_type in _PRIME else Reason.ORDER_TYPE, str(order_type))


def _company(company: int | None, allowed: frozenset[int]) -> NotSent | None:
    return _one_of(company, allowed, Reason.COMPANY) if allowed else None


def _warehouse(order: Order, allowed: frozenset[int]) -> NotSent | None:
    """An order ships at once, so every line that ships has to lie in an allowed warehouse."""
    shipping = lines_to_ship(order)
    if not allowed or not shipping:
        return None
    inside = [line for line in shipping if line.warehouse_id in allowed]
    if len(inside) == len(shipping):
        return None
    others = {line.warehouse_id for line in shipping if line.warehouse_id not in allowed}
    named = ", ".join(NOT_SHOWN if w is None else str(w) for w in sorted(others, key=_last_if_none))
    return NotSent(Reason.WAREHOUSE, f"part of the order ships from {named}" if inside else named)


def _last_if_none(warehouse: int | None) -> tuple[bool, int]:
    return (warehouse is None, warehouse or 0)


def _start_date(order: Order, guards: Guards) -> NotSent | None:
    if guards.start_date is None:
        return None
    placed = order.ordered_at or order.created_at
    if placed is None:
        return NotSent(Reason.BEFORE_START_DATE, NOT_SHOWN)
    day = _tenant_day(placed, guards.zone)
    return NotSent(Reason.BEFORE_START_DATE, day.isoformat()) if day < guards.start_date else None


def _tenant_day(moment: datetime, zone: ZoneInfo) -> date:
    return (moment.astimezone(zone) if moment.tzinfo else moment).date()
