"""Withdraw: an order that Sellercloud shows cancelled, on hold, a problem or void leaves Starshipit while unprinted.

In: the row and the order, both read afresh under the order's lease. Out: the row excluded, once its Starshipit orders
are seen to be gone; or marked for a person. Wrong: the vendor's setbacks as they come; a removal of unknown outcome is
gone on with by the next run, because `removing` was stored before it began.

    printed → a person      holds other goods → a person
    unprinted → removing stored → delete → read → gone: excluded, and admitted again by itself when it is released
                                                → printed meanwhile: a person
                                                → still there: the next run
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from connector.errors import OutcomeUnknown, Refused
from connector.flows.amend import amend, desired_now, remembered
from connector.flows.tools import Tools
from connector.flows.whole_sale import all_orders, is_live, live_orders
from connector.rules.compare import (
    MARKS,
    NOT_REMOVED,
    OTHER_GOODS,
    REMOVED_IN_PART,
    holds_other_goods,
    is_printed,
    is_stopped,
    may_travel,
)
from connector.rules.fingerprints import of_new, of_shown
from connector.rules.reasons import NotSent, Reason
from connector.rules.write_back import status_mark
from connector.state.rows import OrderRow, State
from connector.vendors.calls import WrongAddress
from connector.vendors.sellercloud.models import Order
from connector.vendors.starshipit.models import Order as StarshipitOrder


def withdraw(tools: Tools, row: OrderRow, order: Order) -> None:
    """Remove the order from Starshipit if it may be; go on with a removal that was begun."""
    every = all_orders(tools, row, lately=bool(row.removing))
    live = tuple(filter(is_live, every))
    if not is_stopped(order, tools.guards.order_statuses):
        _released_meanwhile(tools, row, order, live)
    elif any(map(is_printed, live)) or any(map(may_travel, every)):
        _mark(tools, row, order, status_mark(order), keep=_is_part_gone(row, live))
    elif not live:
        _not_there(tools, row, order)
    elif row.linked or _holds_other_goods(tools, row, order, live):
        _mark(tools, row, order, OTHER_GOODS)
    else:
        _remove(tools, row, order, live)


def _remove(tools: Tools, row: OrderRow, order: Order, live: Sequence[StarshipitOrder]) -> None:
    begun = tools.ledger.change(row.order_id, lambda now: _begun(tools, now, row, live))
    if begun is None or not begun.removing:
        return
    deleted = _delete(tools, live)
    # With the latest changes: a part that a search does not show yet would stay, and the order be sent once more.
    left = live_orders(tools, begun, lately=True)
    if not left:
        _gone(tools, begun, order)
    elif any(map(is_printed, left)):
        stopped, part = is_stopped(order, tools.guards.order_statuses), _is_part_gone(begun, left)
        _mark(tools, begun, order, status_mark(order) if stopped else REMOVED_IN_PART, keep=stopped and part)
    elif deleted.refusal:
        _mark(tools, replace(begun, vendor_text=deleted.refusal), order, NOT_REMOVED, keep=True)


def _begun(tools: Tools, now: OrderRow, row: OrderRow, live: Sequence[StarshipitOrder]) -> OrderRow | None:
    """Stored before the first delete. A label that was reported since we looked stops it."""
    if now.state is not State.HANDED_OVER or now.labels.keys() != row.labels.keys():
        return replace(now, removing=0) if now.removing else None
    ids = tuple(dict.fromkeys((*now.starshipit_ids, *(order.order_id for order in live))))
    if now.removing and ids == now.starshipit_ids:
        return None
    facts = {"starshipit_ids": [order.order_id for order in live]}
    return replace(now, starshipit_ids=ids, removing=now.removing or tools.now).noting(tools.now, "removing", **facts)


@dataclass(frozen=True)
class _Deleted:
    """`certain`: Starshipit says that all were deleted; `refusal`: its words for one that was not."""

    certain: bool
    refusal: str


def _delete(tools: Tools, live: Sequence[StarshipitOrder]) -> _Deleted:
    certain, refusal = True, ""
    for order in live:
        try:
            tools.starshipit.delete(order.order_id)
        except WrongAddress:
            raise
        except Refused as exc:
            certain, refusal = False, exc.text or "refused"
        except OutcomeUnknown:
            certain = False
    return _Deleted(certain, refusal)


def _not_there(tools: Tools, row: OrderRow, order: Order) -> None:
    """Nothing live is left: by our removal; or by another's hand, and then it is no proof that it may go once more."""
    if row.removing:
        _gone(tools, row, order)
    elif row.linked_to:
        _mark(tools, row, order, status_mark(order))
    else:
        _store(tools, row, lambda now: _settled_by_people(tools, now, order))


def _settled_by_people(tools: Tools, row: OrderRow, order: Order) -> OrderRow | None:
    """Stopped in Sellercloud and out of Starshipit: no mark of ours has a cause any more."""
    known = remembered(tools, row.settled() if row.attention in MARKS else row, order)
    return None if known == row else known


def _gone(tools: Tools, row: OrderRow, order: Order) -> None:
    """The row of an order that is out of Starshipit by our doing."""
    known = {"revision": tools.revision(order), "company_id": order.company_id or row.company_id}
    detail = str(order.status) if is_stopped(order, tools.guards.order_statuses) else ""
    _store(tools, row, lambda now: now.withdrawn(tools.now, str(Reason.ORDER_STATUS), detail, **known))
    tools.telemetry.count("OrdersWithdrawn")
    tools.telemetry.note("order_withdrawn", order_id=row.order_id, status=order.status)


def _released_meanwhile(tools: Tools, row: OrderRow, order: Order, live: Sequence[StarshipitOrder]) -> None:
    """The order may go again, and a removal was begun: it took effect, or in part, or it will not any more."""
    part_is_gone = _is_part_gone(row, live)
    if not live:
        _gone(tools, row, order)
    elif any(map(is_printed, live)) and part_is_gone:
        _mark(tools, row, order, REMOVED_IN_PART)
    elif part_is_gone:
        _remove(tools, row, order, live)
    elif any(map(is_printed, live)) or tools.now - row.removing > tools.settings.settle_seconds:
        kept = _store(tools, row, lambda now: replace(now, removing=0).noting(tools.now, "not_removed"))
        if kept is not None:
            amend(tools, kept, order)


def _is_part_gone(row: OrderRow, live: Sequence[StarshipitOrder]) -> bool:
    """True when some of the orders that the removal is about are gone already."""
    told = [event.facts["starshipit_ids"] for event in row.events if event.what == "removing"]
    return bool(row.removing and told and set(told[-1]) - {order.order_id for order in live})


def _holds_other_goods(tools: Tools, row: OrderRow, order: Order, live: Sequence[StarshipitOrder]) -> bool:
    desired = desired_now(tools, row, order)
    wanted = {} if isinstance(desired, NotSent) else of_new(desired)
    return holds_other_goods(row, wanted, of_shown(live))


def _mark(tools: Tools, row: OrderRow, order: Order, mark: str, *, keep: bool = False) -> None:
    """A person is told; somebody else's mark stays. Every run looks again, until the cause is gone.

    With `keep` the removal stays begun: it goes on, or has taken a part away.
    """

    def marked(now: OrderRow) -> OrderRow | None:
        told = now if keep else replace(now, removing=0)
        if not now.attention or now.attention in MARKS:
            told = replace(told, vendor_text=row.vendor_text, revision=tools.revision(order)).needing(mark, tools.now)
        return None if told == now else told

    _store(tools, row, marked)


def _store(tools: Tools, row: OrderRow, how: Callable[[OrderRow], OrderRow | None]) -> OrderRow | None:
    return tools.ledger.change(row.order_id, lambda now: how(now) if now.state is State.HANDED_OVER else None)
