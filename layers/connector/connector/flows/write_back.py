"""Write-back: label reports become tracking numbers in Sellercloud, and the order Fully Shipped.

In: label reports, each with the id of its message. Out: which messages are to be seen again, and after how many
seconds; the others are done. Wrong: a setback makes its messages wait; what only a person can solve is marked on the
row and done.

    reports → rows → labels recorded → [lease → parcels from Starshipit → order from Sellercloud → ship calls → read
    back]

Orders that come together are read together: one read before and one after for up to fifty orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from connector.flows import look
from connector.flows.setback import SETBACKS, delay_after
from connector.flows.shipping import Case, ship_all
from connector.flows.tools import Tools
from connector.rules.settling import found_in_starshipit
from connector.rules.write_back import cancelled_numbers, unwritten, with_reports
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.models import Order
from connector.vendors.starshipit.webhook import Report

UNMATCHED_KEPT_SECONDS = 90 * 86_400
LEASE_BUSY_SECONDS = 5.0


@dataclass
class _Order:
    """The reports of one order in this batch."""

    messages: list[str] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)


def write_back(tools: Tools, reports: Mapping[str, Report]) -> dict[str, float]:
    """Apply the reports; message ids to be seen again, with seconds."""
    orders: dict[int, _Order] = {}
    for message_id, report in reports.items():
        row = _row_of(tools, report)
        if row is None:
            _unmatched(tools, report)
            continue
        order = orders.setdefault(row.order_id, _Order())
        order.messages.append(message_id)
        order.reports.append(report)
    again: dict[int, float] = {}
    with ExitStack() as leases:
        cases = []
        for order_id, order in orders.items():
            outcome = _begin(tools, order_id, order, leases)
            if isinstance(outcome, Case):
                cases.append(outcome)
            elif outcome is not None:
                again[order_id] = outcome
        again |= ship_all(tools, cases)
    return {message: again[order_id] for order_id in again for message in orders[order_id].messages}


def _row_of(tools: Tools, report: Report) -> OrderRow | None:
    """The order a report is about: by reference, else by number, else by the number without a split's suffix."""
    if report.reference.isdecimal() and len(report.reference) < 15:
        row = tools.ledger.get(int(report.reference))
        if row is not None:
            return row
    for number in dict.fromkeys((report.order_number, report.order_number.rpartition("-")[0])):
        row = tools.ledger.by_number(number) if number else None
        if row is not None:
            return row
    return None


def _unmatched(tools: Tools, report: Report) -> None:
    """A label of an order that was never handed over: recorded, counted, and no error."""
    facts = {"order_number": report.order_number, "reference": report.reference, "status": report.status}
    record = {**facts, "reported_at": tools.now}
    tools.records.put("UNMATCHED", report.tracking_number, record, keep_seconds=UNMATCHED_KEPT_SECONDS)
    tools.telemetry.count("UnmatchedTracking")
    tools.telemetry.note("report_unmatched", tracking_number=report.tracking_number)


def _begin(tools: Tools, order_id: int, order: _Order, leases: ExitStack) -> Case | float | None:
    """Record what was reported. A case when there is something to write, seconds when it must wait, else None."""
    row = tools.ledger.change(order_id, lambda row: with_reports(row, order.reports, tools.now))
    if row is None or not unwritten(row, tools.settings.ship_when):
        return None
    if row.state is State.SENDING and row.deadline >= tools.now:
        return float(row.deadline - tools.now + 1)
    lease = leases.enter_context(tools.leases.held(f"order {order_id}", tools.owner, tools.lease_seconds))
    if lease is None:
        return LEASE_BUSY_SECONDS
    try:
        return _case(tools, row, order.reports)
    except SETBACKS as exc:
        return delay_after(tools, exc)


def _case(tools: Tools, row: OrderRow, reports: Sequence[Report]) -> Case | None:
    """Read the Starshipit orders of the row; one that the hand-off's own record does not know yet is adopted."""
    numbers = unwritten(row, tools.settings.ship_when)
    orders = [o for i in row.starshipit_ids if (o := look.by_id(tools, i)) is not None]
    shown = {package.tracking_number for order in orders for package in order.packages}
    if not numbers <= shown:
        orders = _with_others(tools, row, orders, reports)
    known = {order.order_id for order in orders}
    if not orders:
        tools.ledger.change(row.order_id, lambda now: now.needing("label_without_order", tools.now))
        return None
    if not known <= set(row.starshipit_ids):
        found = tools.ledger.change(row.order_id, lambda now: _linked(tools, now, orders))
        row = found or row
    return Case(row, orders, cancelled_numbers(row))


def _with_others(tools: Tools, row: OrderRow, orders: Iterable[Order], reports: Sequence[Report]) -> list[Order]:
    """Orders of the same sale we have no id of: a split, a redone label, or a create whose answer is still out."""
    found = {order.order_id: order for order in orders}
    for number in dict.fromkeys(report.order_number for report in reports if report.order_number):
        order = look.by_number(tools, number)
        if order and order.reference == str(row.order_id):
            found.setdefault(order.order_id, order)
    for order in look.everywhere(tools, row.order_id):
        found.setdefault(order.order_id, order)
    return list(found.values())


def _linked(tools: Tools, row: OrderRow, orders: Sequence[Order]) -> OrderRow:
    """The row with every Starshipit order of the sale; an order we did not know to exist counts as handed over."""
    ids = tuple(dict.fromkeys((*row.starshipit_ids, *(order.order_id for order in orders))))
    if row.state in (State.HANDED_OVER, State.SHIPPED):
        return replace(row, starshipit_ids=ids).noting(tools.now, "linked", starshipit_ids=list(ids))
    return found_in_starshipit(row, orders, tools.now, "by its label")
