"""Unship: an order whose only labels were cancelled is taken out of Fully Shipped, so that a new label ships it again.

In: a case without a live label, its whole sale read, under the order's lease, and the order as Sellercloud shows it.
Out: the case is over: put back to *handed over*, to be looked at again, left as a person made it, or marked. Wrong: a
setback is raised; any other answer is judged by reading the order again.

    unshipping recorded → un-ship → read → (still Completed: InProcess → read) → row handed over, its numbers forgotten
         │ killed here, or the answer lost: the row says that we began, and the next look goes on from what it sees
"""

from __future__ import annotations

from dataclasses import replace

from connector.errors import LostRace, OutcomeUnknown, Refused
from connector.flows.sale import LOOK_AGAIN_SECONDS
from connector.flows.setback import SETBACKS
from connector.flows.ship_calls import Case, not_counted
from connector.flows.tools import Tools
from connector.rules.unshipping import Decision, Step, decide, is_final
from connector.rules.write_back import UNSHIP_REFUSED, cancelled_numbers
from connector.state.rows import OrderRow, State
from connector.vendors.calls import WrongAddress
from connector.vendors.sellercloud.codes import ORDER_STATUS
from connector.vendors.sellercloud.models import Order

_UNANSWERED = (None, 408, 502, 503, 504)


def unship(tools: Tools, case: Case, order: Order) -> None:
    """Go as far as Sellercloud's answers allow."""
    case.packages = tools.sellercloud.packages(case.order_id)
    decision = _decide(tools, case, order)
    if decision.step is Step.UNSHIP:
        decision = _call(tools, case)
    if decision.step is Step.SET_STATUS:
        decision = _set_status(tools, case)
    match decision.step:
        case Step.PUT_BACK:
            _put_back(tools, case, decision)
        case Step.LEAVE:
            _leave(tools, case, decision, order)
        case Step.PERSON:
            _ask_a_person(tools, case, decision)
        case _:
            case.look_again(LOOK_AGAIN_SECONDS)


def _decide(tools: Tools, case: Case, order: Order, *, just_unshipped: bool = False) -> Decision:
    allowed = tools.settings.unship_on_cancelled_label and case.sale.whole
    return decide(order, case.packages, case.row, tools.now, allowed=allowed, just_unshipped=just_unshipped)


def _call(tools: Tools, case: Case) -> Decision:
    """One call, one order; what became of it is read."""
    _announce(tools, case)
    try:
        tools.sellercloud.unship(case.order_id)
    except (OutcomeUnknown, Refused) as exc:
        _failed(tools, case, exc)
    except SETBACKS:
        not_counted(tools, case)
        raise
    order = _read(tools, case)
    if order is None:
        return Decision(Step.WAIT)
    decision = _decide(tools, case, order, just_unshipped=True)
    refused = isinstance(case.failure, Refused) or (case.failure is not None and is_final(case.failure.text))
    if refused and decision.step is Step.WAIT:
        return Decision(Step.PERSON, for_a_person=UNSHIP_REFUSED)
    return decision


def _set_status(tools: Tools, case: Case) -> Decision:
    """Completed becomes InProcess; the ids that are answered are no proof, so the order is read."""

    def begun(row: OrderRow) -> OrderRow:
        return replace(row, unshipping=tools.now, attempts=row.attempts + 1)

    case.row = tools.ledger.change(case.order_id, begun) or case.row
    try:
        tools.sellercloud.set_status([case.order_id], ORDER_STATUS["InProcess"])
    except (OutcomeUnknown, Refused) as exc:
        _failed(tools, case, exc)
    except SETBACKS:
        not_counted(tools, case)
        raise
    order = _read(tools, case)
    return _decide(tools, case, order) if order is not None else Decision(Step.WAIT)


def _announce(tools: Tools, case: Case) -> None:
    """Record that we un-ship, unless a label was reported or cancelled since the sale was read."""
    known = frozenset(case.row.labels)

    def announced(row: OrderRow) -> OrderRow:
        if cancelled_numbers(row) != case.cancelled or frozenset(row.labels) != known:
            raise LostRace(f"a label of order {row.order_id} was reported meanwhile")
        begun = replace(row, unshipping=tools.now, attempts=row.attempts + 1 if row.unshipping else 1)
        numbers = sorted(case.cancelled)
        return begun if row.unshipping else begun.noting(tools.now, "unship_call", tracking_numbers=numbers)

    case.row = tools.ledger.change(case.order_id, announced) or case.row


def _failed(tools: Tools, case: Case, failure: OutcomeUnknown | Refused) -> None:
    """Keep what the vendor said; a call nobody looked at was no try."""
    if isinstance(failure, WrongAddress):
        not_counted(tools, case)
        raise failure
    case.failure = failure
    tools.telemetry.note("unship_answered", order_id=case.order_id, error=str(failure))
    if failure.status in _UNANSWERED:
        not_counted(tools, case)
    else:
        case.row = tools.ledger.change(case.order_id, lambda r: replace(r, vendor_text=failure.text)) or case.row


def _read(tools: Tools, case: Case) -> Order | None:
    """The order and its packages as they are now."""
    companies = [case.row.company_id] if case.row.company_id is not None else []
    page = tools.sellercloud.orders_by_id([case.order_id], companies)
    return next(iter(page.orders), None)


def _put_back(tools: Tools, case: Case, decision: Decision) -> None:
    """The order is not shipped: the next label ships it as the first one did."""
    numbers = sorted(case.cancelled & {*case.row.written, *case.row.labels})

    def put_back(row: OrderRow) -> OrderRow:
        changes = {"written": (), "wrote_at": 0, "unshipping": 0, "attempts": 0, "due_at": tools.now, "vendor_text": ""}
        marked = row.settled().needing(decision.for_a_person, tools.now) if decision.for_a_person else row.settled()
        facts = {"tracking_numbers": numbers}
        return marked.to(State.HANDED_OVER, tools.now, decision.history, facts=facts, **changes)

    case.end(tools, put_back)
    tools.telemetry.note("order_unshipped", order_id=case.order_id, how=decision.history)
    if decision.history == "unshipped":
        tools.telemetry.count("OrdersUnshipped")


def _leave(tools: Tools, case: Case, decision: Decision, order: Order) -> None:
    """Sellercloud shows no cancelled number of ours: a person put others there, and that is left as it is."""
    facts = {"tracking_numbers": sorted(order.tracking_numbers)}

    def left(row: OrderRow) -> OrderRow:
        written = tuple(number for number in row.written if number not in cancelled_numbers(row))
        kept = replace(row, written=written, wrote_at=0, unshipping=0, attempts=0).settled()
        return kept.noting(tools.now, decision.history, **facts)

    case.end(tools, left)


def _ask_a_person(tools: Tools, case: Case, decision: Decision) -> None:
    """Somebody has to decide; what we began is not gone on with."""

    def marked(row: OrderRow) -> OrderRow:
        return replace(row, unshipping=0, attempts=0).needing(decision.for_a_person, tools.now)

    case.end(tools, marked)
    if decision.for_a_person == UNSHIP_REFUSED:
        tools.telemetry.count("WriteBackFailed")
