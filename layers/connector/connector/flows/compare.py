"""Compare: orders handed over, as Sellercloud shows them now, are held against what was sent and what Starshipit shows.

In: up to fifty rows in *handed over*. Out: their rows: amended, withdrawn, shipped by hand, marked for a person, or as
they were. Wrong: what stops every order (no answer, no time, refused credentials) is raised, and the rest is compared
by the next run; what concerns one order only leaves that one for the next run.

    one call for all → the same as last time: nothing more
                     → something else: [lease → row and order read afresh → withdraw · amend · shipped by hand]

Sellercloud is believed on the rows it sent: an order its list leaves out says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from connector.errors import Refused, RetryLater, Throttled
from connector.flows.amend import amend, desired_now, remembered
from connector.flows.tools import Tools
from connector.flows.whole_sale import live_orders
from connector.flows.withdraw import withdraw
from connector.rules.compare import MARKS, STILL_IN_STARSHIPIT, Todo, is_printed, may_travel, todo
from connector.rules.fingerprints import of_new
from connector.rules.parcels import same_number
from connector.rules.reasons import NotSent
from connector.rules.revision import revision
from connector.state.rows import OrderRow, State
from connector.vendors.calls import WrongAddress
from connector.vendors.sellercloud.models import Order

# What an order's own calls take at two calls a second: it is not begun when it could not be ended.
CALLS_SECONDS = 6.0


def compare(tools: Tools, rows: Sequence[OrderRow]) -> None:
    """Bring both sides to agree; every outcome is in the rows."""
    if tools.settings.dry_run or not rows:
        return
    orders = _read(tools, rows)
    for row in rows:
        order = orders.get(row.order_id)
        if order is None:
            continue
        match _todo(tools, row, order):
            case Todo.NOTHING:
                continue
            case Todo.REMEMBER:
                _one(tools, row, lambda row=row, order=order: _remember(tools, row, order))  # type: ignore[misc]
            case _:
                _one(tools, row, lambda row=row: _under_lease(tools, row))  # type: ignore[misc]


def _todo(tools: Tools, row: OrderRow, order: Order) -> Todo:
    return todo(row, order, revision(order), tools.guards.order_statuses)


def _read(tools: Tools, rows: Sequence[OrderRow]) -> dict[int, Order]:
    companies = sorted({row.company_id for row in rows if row.company_id is not None})
    page = tools.sellercloud.orders_by_id([row.order_id for row in rows], companies)
    return {order.order_id: order for order in page.orders}


def _remember(tools: Tools, row: OrderRow, order: Order) -> None:
    """An order that has not changed since it was judged was sent as it would be sent now."""
    desired = desired_now(tools, row, order)
    if not isinstance(desired, NotSent):
        tools.ledger.save_many([replace(row, sent=of_new(desired))])


def _one(tools: Tools, row: OrderRow, work: Callable[[], None]) -> None:
    """One order by itself; what concerns it alone stops no other."""
    try:
        work()
    except (Refused, RetryLater) as exc:
        vendor_is_well = exc.status == 200 or isinstance(exc, Refused)
        if isinstance(exc, WrongAddress | Throttled) or not vendor_is_well:
            raise
        tools.telemetry.note("not_compared", order_id=row.order_id, error=str(exc))


def _under_lease(tools: Tools, row: OrderRow) -> None:
    calls = min(CALLS_SECONDS, tools.settings.function_timeout / 4)
    tools.deadline.require(tools.settings.read_timeout + calls, "comparing an order")
    with tools.leases.held(f"order {row.order_id}", tools.owner, tools.lease_seconds) as lease:
        if lease is not None:
            _with_lease(tools, row.order_id)


def _with_lease(tools: Tools, order_id: int) -> None:
    """Whoever held the lease before us may have changed everything: the row and the order are read afresh."""
    row = tools.ledger.get(order_id)
    order = _read(tools, [row]).get(order_id) if row is not None and row.state is State.HANDED_OVER else None
    if row is None or order is None:
        return
    match _todo(tools, row, order):
        case Todo.SHIPPED:
            _shipped_by_hand(tools, row, order)
        case Todo.WITHDRAW:
            withdraw(tools, row, order)
        case Todo.EDITED:
            amend(tools, row, order)
        case Todo.REMEMBER:
            _remember(tools, row, order)


def _shipped_by_hand(tools: Tools, row: OrderRow, order: Order) -> None:
    """A person shipped it in Sellercloud. While its label can still be written back, that decides."""
    live = live_orders(tools, row)
    printed = [each for each in live if is_printed(each)]
    if any(map(may_travel, live)) and (not row.attention or row.attention in MARKS):
        return
    shown = {same_number(number) for number in order.tracking_numbers}
    ours = tuple(sorted(number for number in row.labels if same_number(number) in shown))

    def shipped(now: OrderRow) -> OrderRow | None:
        if now.state is not State.HANDED_OVER:
            return None
        done = remembered(tools, now, order).settled().to(
            State.SHIPPED, tools.now, "shipped_by_hand", facts={"tracking_numbers": list(ours)},
            written=ours, attempts=0, due_at=0, vendor_text="", removing=0, missed=0,
        )  # fmt: skip
        return done.needing(STILL_IN_STARSHIPIT, tools.now) if len(live) > len(printed) else done

    tools.ledger.change(row.order_id, shipped)
    tools.telemetry.note("order_shipped", order_id=row.order_id, how="by hand")
