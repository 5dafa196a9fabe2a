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
from dataclasses import dataclass, field

from connector.flows import carrier_document
from connector.flows.list_proof import proven_by_lists
from connector.flows.sale import Sale, gather
from connector.flows.setback import PERSON_SECONDS, SETBACKS, delay_after
from connector.flows.ship_calls import Case
from connector.flows.shipping import ship_all
from connector.flows.tools import Tools
from connector.rules.numbers import spoken
from connector.rules.write_back import cancelled_numbers, is_worth_a_look, with_reports
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.webhook import Report

UNMATCHED_KEPT_SECONDS = 90 * 86_400
LEASE_BUSY_SECONDS = 5.0
_TOLD = (State.HANDED_OVER, State.SHIPPED)


@dataclass
class _Order:
    """The reports of one order in this batch."""

    messages: list[str] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)


def write_back(tools: Tools, reports: Mapping[str, Report]) -> dict[str, float]:
    """Apply the reports; message ids to be seen again, with seconds."""
    if tools.settings.dry_run:
        return dict.fromkeys(reports, PERSON_SECONDS)
    carriers = carrier_document.in_force(tools)
    orders: dict[int, _Order] = {}
    for message_id, report in reports.items():
        row = _row_of(tools, report)
        if row is None:
            _unmatched(tools, report)
            continue
        for order_id in (row.order_id, *_merged_into(tools, row)):
            order = orders.setdefault(order_id, _Order())
            order.messages.append(message_id)
            order.reports.append(report)
    again: dict[int, float] = {}
    with ExitStack() as leases:
        taken: dict[int, OrderRow] = {}
        for order_id, order in orders.items():
            outcome = _begin(tools, order_id, order.reports, leases)
            if isinstance(outcome, OrderRow):
                taken[order_id] = outcome
            elif outcome is not None:
                again[order_id] = outcome
        cases, waiting = _cases(tools, taken, {order_id: order.reports for order_id, order in orders.items()})
        again |= waiting | ship_all(tools, cases, carriers)
    return _messages(orders, again)


def _messages(orders: Mapping[int, _Order], again: Mapping[int, float]) -> dict[str, float]:
    """The messages of these orders; one that is about several comes back as soon as the first asks for it."""
    seconds: dict[str, float] = {}
    for order_id, wait in again.items():
        for message in orders[order_id].messages:
            seconds[message] = min(wait, seconds.get(message, wait))
    return seconds


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


def _merged_into(tools: Tools, row: OrderRow) -> list[int]:
    """Orders whose goods go out with this one's labels, because a person linked them to it."""
    found = tools.ledger.get_many(row.linked).values() if row.linked else ()
    return [child.order_id for child in found if child.linked_to == row.order_id and child.state in _TOLD]


def _unmatched(tools: Tools, report: Report) -> None:
    """A label of an order that was never handed over: recorded, counted, and no error."""
    facts = {"order_number": report.order_number, "reference": report.reference, "status": report.status}
    record = {**facts, "reported_at": tools.now}
    tools.records.put("UNMATCHED", report.tracking_number, record, keep_seconds=UNMATCHED_KEPT_SECONDS)
    tools.telemetry.count("UnmatchedTracking")
    tools.telemetry.note("report_unmatched", tracking_number=report.tracking_number)


def _begin(tools: Tools, order_id: int, reports: Sequence[Report], leases: ExitStack) -> OrderRow | float | None:
    """Record what was reported. The row when there is something to write, seconds when it must wait, else None."""
    row = tools.ledger.change(order_id, lambda row: _reported_on(tools, row, reports))
    if row is None or not is_worth_a_look(row, reports, tools.settings.ship_when):
        return None
    if row.state is State.SENDING and row.deadline >= tools.now:
        return float(row.deadline - tools.now + 1)
    lease = leases.enter_context(tools.leases.held(f"order {order_id}", tools.owner, tools.lease_seconds))
    if lease is None:
        return LEASE_BUSY_SECONDS
    # Whoever held the lease before us may have shipped the order since we read it.
    row = tools.ledger.get(order_id) or row
    return row if is_worth_a_look(row, reports, tools.settings.ship_when) else None


def _cases(
    tools: Tools, rows: Mapping[int, OrderRow], reports: Mapping[int, Sequence[Report]]
) -> tuple[list[Case], dict[int, float]]:
    """The orders whose Starshipit orders answer for what was reported; the others, with seconds."""
    listed = proven_by_lists(tools, list(rows.values()))
    cases: list[Case] = []
    again: dict[int, float] = {}
    for order_id, row in rows.items():
        try:
            sale = gather(tools, row, reports[order_id], listed.get(order_id))
        except SETBACKS as exc:
            again[order_id] = delay_after(tools, exc)
            continue
        if isinstance(sale, Sale):
            cases.append(Case(sale.row, sale, cancelled_numbers(row)))
        elif sale is not None:
            again[order_id] = sale
    return cases, again


def _reported_on(tools: Tools, row: OrderRow, reports: Sequence[Report]) -> OrderRow | None:
    """The row with these reports, when they are news; a number never seen before leads to the order from now on.

    That is stored first: a run killed between the two finds the number still new.
    """
    changed = with_reports(row, reports, tools.now)
    for number in changed.labels.keys() - row.labels.keys() if changed else ():
        tools.ledger.lead(spoken(number), row.order_id)
    return changed
