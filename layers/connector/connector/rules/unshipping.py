"""Un-shipping: what a cancelled label means for an order that has no other, by what Sellercloud shows now.

In: the order as Sellercloud shows it, its packages, the row, the time. Out: the next step. Wrong: nothing; whatever a
person may have done there is left to them: another status, a number of their own.

    Fully Shipped, our cancelled number ─► un-ship ─► Unshipped, Completed ─► InProcess ─► put back: the next label
                                                      Unshipped, InProcess ──────────────► ships it again
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from connector.rules.parcels import same_number
from connector.rules.write_back import (
    CANCELLED_NUMBER,
    LABEL_CANCELLED_AFTER_SHIPPING,
    MAY_SHIP,
    UNSHIP_REFUSED,
    cancelled_numbers,
    is_shipped,
    ours,
    shown_numbers,
    status_mark,
)
from connector.state.rows import OrderRow, State
from connector.vendors.sellercloud.codes import ORDER_STATUS, SHIPPING_STATUS
from connector.vendors.sellercloud.models import Order, Package

# Reads may lag behind a write by about a minute (Sellercloud contract 8.2).
LAG_SECONDS = 60
TRIES = 4
STATUS_TRIES = 2 * TRIES
STATUS_NOT_RESET = "unshipped_not_in_process"
_SPEAKS_OF_A_PIN = re.compile(r"\bPIN\b", re.IGNORECASE)


class Step(StrEnum):
    """What to do next."""

    UNSHIP = "unship"
    SET_STATUS = "set_status"
    WAIT = "wait"
    PUT_BACK = "put_back"
    LEAVE = "leave"
    PERSON = "person"


@dataclass(frozen=True)
class Decision:
    """A step; `history` is the event that records it, `for_a_person` the mark of an order that needs one."""

    step: Step
    history: str = ""
    for_a_person: str = ""


def decide(
    order: Order, packages: Sequence[Package], row: OrderRow, now: int, *, allowed: bool, just_unshipped: bool = False
) -> Decision:
    """The next step for an order without a live label. `allowed` is the setting."""
    if row.wrote_at and now - row.wrote_at < LAG_SECONDS:
        return Decision(Step.WAIT)  # a ship call may show only later
    if order.shipping_status == SHIPPING_STATUS["Unshipped"]:
        return _unshipped(order, row, now, wait=not just_unshipped)
    if not is_shipped(order):
        return Decision(Step.PERSON, for_a_person="partially_shipped_in_sellercloud")
    shown = shown_numbers(order, packages)
    if not shown & ours(row):
        return Decision(Step.LEAVE, "retracked_by_hand" if shown else "label_not_live")
    if shown - ours(row) or not shown & {same_number(number) for number in cancelled_numbers(row)}:
        return Decision(Step.PERSON, for_a_person=CANCELLED_NUMBER)
    if not allowed:
        return Decision(Step.PERSON, for_a_person=LABEL_CANCELLED_AFTER_SHIPPING)
    if order.status not in MAY_SHIP:
        return Decision(Step.PERSON, for_a_person=status_mark(order))
    if row.unshipping and now - row.unshipping < LAG_SECONDS:
        return Decision(Step.WAIT)
    if row.unshipping and row.attempts >= TRIES:
        return Decision(Step.PERSON, for_a_person=UNSHIP_REFUSED)
    return Decision(Step.UNSHIP)


def _unshipped(order: Order, row: OrderRow, now: int, *, wait: bool) -> Decision:
    """Un-shipped, by us or by a person; what we un-shipped goes back into process."""
    if not row.unshipping:
        return Decision(Step.PUT_BACK, "unshipped_by_hand" if row.state is State.SHIPPED else "label_not_live")
    if order.status != ORDER_STATUS["Completed"]:
        return Decision(Step.PUT_BACK, "unshipped")
    if row.attempts >= STATUS_TRIES:
        return Decision(Step.PUT_BACK, "unshipped", STATUS_NOT_RESET)
    return Decision(Step.WAIT if wait and now - row.unshipping < LAG_SECONDS else Step.SET_STATUS)


def is_final(said: str) -> bool:
    """True when the vendor's words say that another try would be the same: it wants another PIN."""
    return bool(_SPEAKS_OF_A_PIN.search(said))
