"""Write-back: label reports become tracking numbers in Sellercloud, and the order Fully Shipped.

In: label reports, each with the id of its message. Out: which messages are to be seen again, and after how many
seconds; the others are done. Wrong: a setback makes its messages wait; what only a person can solve is marked on the
row and done; a carrier map that cannot be read stops the run before anything is touched.

    reports → rows → labels recorded → [lease → parcels from Starshipit → order from Sellercloud → ship calls → read
    back]

Orders that come together are read together: one read before and one after for up to fifty orders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from connector.flows import look
from connector.flows.setback import PERSON_SECONDS, SETBACKS, delay_after
from connector.flows.ship_calls import Case
from connector.flows.shipping import LOOK_AGAIN_SECONDS, ship_all
from connector.flows.tools import Tools
from connector.rules.carriers import CarrierMap
from connector.rules.settling import found_in_starshipit
from connector.rules.write_back import cancelled_numbers, is_worth_a_look, unwritten, waited, with_reports
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.models import Order
from connector.vendors.starshipit.webhook import Report

UNMATCHED_KEPT_SECONDS = 90 * 86_400
LEASE_BUSY_SECONDS = 5.0
# A report may come before Starshipit's own lists show the label: so long nothing is made of its absence.
PATIENCE_SECONDS = 600


@dataclass
class _Order:
    """The reports of one order in this batch."""

    messages: list[str] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)


def write_back(tools: Tools, reports: Mapping[str, Report]) -> dict[str, float]:
    """Apply the reports; message ids to be seen again, with seconds."""
    if tools.settings.dry_run:
        return dict.fromkeys(reports, PERSON_SECONDS)
    carriers = CarrierMap.parse(tools.settings.carrier_map)
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
            outcome = _begin(tools, order_id, order.reports, leases)
            if isinstance(outcome, Case):
                cases.append(outcome)
            elif outcome is not None:
                again[order_id] = outcome
        again |= ship_all(tools, cases, carriers)
    return {message: again[order_id] for order_id in again for message in orders[order_id].messages}


def _row_of(tools: Tools, report: Report) -> OrderRow | None:
    """The order a report is about: by reference, else by number, else by the number without a split's suffix.

    A number may be shared with somebody else's order; one that carries another reference is not ours.
    """
    if report.reference.isdecimal() and len(report.reference) < 15:
        row = tools.ledger.get(int(report.reference))
        if row is not None:
            return row
    for number in dict.fromkeys((report.order_number, report.order_number.rpartition("-")[0])):
        row = tools.ledger.by_number(number) if number else None
        if row is not None:
            return row if row.adopted_by_number or not report.reference else None
    return None


def _unmatched(tools: Tools, report: Report) -> None:
    """A label of an order that was never handed over: recorded, counted, and no error."""
    facts = {"order_number": report.order_number, "reference": report.reference, "status": report.status}
    record = {**facts, "reported_at": tools.now}
    tools.records.put("UNMATCHED", report.tracking_number, record, keep_seconds=UNMATCHED_KEPT_SECONDS)
    tools.telemetry.count("UnmatchedTracking")
    tools.telemetry.note("report_unmatched", tracking_number=report.tracking_number)


def _begin(tools: Tools, order_id: int, reports: Sequence[Report], leases: ExitStack) -> Case | float | None:
    """Record what was reported. A case when there is something to write, seconds when it must wait, else None."""
    row = tools.ledger.change(order_id, lambda row: with_reports(row, reports, tools.now))
    if row is None or not is_worth_a_look(row, reports, tools.settings.ship_when):
        return None
    if row.state is State.SENDING and row.deadline >= tools.now:
        return float(row.deadline - tools.now + 1)
    lease = leases.enter_context(tools.leases.held(f"order {order_id}", tools.owner, tools.lease_seconds))
    if lease is None:
        return LEASE_BUSY_SECONDS
    # Whoever held the lease before us may have shipped the order since we read it.
    row = tools.ledger.get(order_id) or row
    if not is_worth_a_look(row, reports, tools.settings.ship_when):
        return None
    try:
        return _case(tools, row, reports)
    except SETBACKS as exc:
        return delay_after(tools, exc)


def _case(tools: Tools, row: OrderRow, reports: Sequence[Report]) -> Case | float | None:
    """The Starshipit orders of the sale, all of them, as soon as they show the labels reported."""
    known = [look.by_id(tools, starshipit_id) for starshipit_id in row.starshipit_ids]
    orders = [order for order in known if order is not None]
    absent = _reported(row, reports, tools) - _shown(orders)
    if absent or None in known or any(order.order_number != row.order_number for order in orders):
        orders, certain = _whole_sale(tools, row, orders, reports)
        absent -= _shown(orders)
        if absent or not certain:
            numbers = absent or _reported(row, reports, tools)
            if waited(row, numbers, tools.now) < PATIENCE_SECONDS:
                return LOOK_AGAIN_SECONDS
    if absent or not orders:
        tools.ledger.change(row.order_id, lambda now: now.needing("label_not_in_starshipit", tools.now))
        tools.telemetry.count("LabelNotFound")
    if not orders:
        return None
    return Case(_linked(tools, row, orders), orders, cancelled_numbers(row))


def _reported(row: OrderRow, reports: Sequence[Report], tools: Tools) -> frozenset[str]:
    """The numbers of these reports that Sellercloud lacks."""
    return unwritten(row, tools.settings.ship_when) & {report.tracking_number for report in reports}


def _shown(orders: Sequence[Order]) -> set[str]:
    return {package.tracking_number for order in orders for package in order.packages}


def _whole_sale(
    tools: Tools, row: OrderRow, known: Sequence[Order], reports: Sequence[Report]
) -> tuple[list[Order], bool]:
    """With the orders we have no id of: a split, a redone label, a create whose answer is still out.

    False when the search does not show an order that is there: then it may lack others as well.
    """
    found = {order.order_id: order for order in known}
    reference = known[0].reference if known and row.adopted_by_number else str(row.order_id)
    listed = {order.order_id: order for order in look.everywhere(tools, row.order_id)}
    certain = True
    for number in dict.fromkeys(report.order_number for report in reports if report.order_number):
        order = look.by_number(tools, number)
        if order is not None and order.reference == reference:
            found.setdefault(order.order_id, order)
            certain &= order.order_id in listed or row.adopted_by_number
    return list((listed | found).values()), certain


def _linked(tools: Tools, row: OrderRow, orders: Sequence[Order]) -> OrderRow:
    """The row with every Starshipit order of the sale; an order we did not know to exist counts as handed over."""

    def link(now: OrderRow) -> OrderRow | None:
        ids = tuple(dict.fromkeys((*now.starshipit_ids, *(order.order_id for order in orders))))
        if now.state not in (State.HANDED_OVER, State.SHIPPED):
            return found_in_starshipit(now, orders, tools.now, "by its label")
        if ids == now.starshipit_ids:
            return None
        return replace(now, starshipit_ids=ids).noting(tools.now, "linked", starshipit_ids=list(ids))

    return tools.ledger.change(row.order_id, link) or row
