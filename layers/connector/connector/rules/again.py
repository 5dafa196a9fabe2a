"""Again: what a person's wish to try an order once more is made of: the wish, what was seen, what is to be done.

In: a row and a wish. Out: the row with the event that says who tried it again, the label reports to be given to the
write-back once more, numbers as a sentence names them. Wrong: nothing. What a wish means is decided in `retrying`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connector.rules.write_back import unwritten
from connector.settings import ShipWhen
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.models import Order as StarshipitOrder
from connector.vendors.starshipit.webhook import Report

_NAMES_SHOWN = 5


class Outcome(StrEnum):
    """What became of one order that was to be tried again. The first four were tried, the next three need nothing."""

    QUEUED = "queued"
    LOOKED_FOR = "looked_for"
    WRITTEN_BACK = "written_back"
    SETTLED = "settled"
    ON_ITS_WAY = "on_its_way"
    NOTHING_TO_DO = "nothing_to_do"
    STILL_STANDS = "still_stands"
    HELD = "held"
    NOT_NOW = "not_now"
    CHANGED_MEANWHILE = "changed_meanwhile"
    NOT_FOUND = "not_found"
    UNCLEAR = "unclear"


class Ask(StrEnum):
    """Which vendor has to be asked before a mark may be taken away: no later report would bring it up again."""

    NOBODY = "nobody"
    STARSHIPIT = "starshipit"
    SELLERCLOUD = "sellercloud"


@dataclass(frozen=True)
class Wish:
    """A person's wish. `by_number`: this very order was named; else it is one of all that carry a mark."""

    by: str
    now: int
    due_in: int
    ship_when: ShipWhen
    by_number: bool


@dataclass(frozen=True)
class Shown:
    """What the vendors show now: `live` orders in Starshipit; in Sellercloud tracking `numbers` (None: the order is
    not listed), and whether it is `shipped`.
    """

    live: Sequence[StarshipitOrder] = ()
    numbers: Collection[str] | None = None
    shipped: bool = False


@dataclass(frozen=True)
class Again:
    """What is to be done for one order. Without a row nothing is stored; `reports` are queued before the row is."""

    outcome: Outcome
    message: str
    row: OrderRow | None = None
    hand_off: bool = False
    reports: tuple[Report, ...] = ()


def noted(row: OrderRow, wish: Wish, state: State, **changes: Any) -> OrderRow:
    """The row with the event that says who tried it again; on its way, it has no reason any more."""
    if state is State.QUEUED:
        changes |= {"reason": "", "detail": "", "vendor_text": "", "attempts": 0}
    return row.to(state, wish.now, "retried", facts={"by": wish.by}, **changes)


def reports(row: OrderRow, wish: Wish) -> tuple[Report, ...]:
    """What was last reported of every live label that went far enough and is not known to be in Sellercloud."""
    return tuple(
        Report(
            tracking_number=number,
            status=row.labels[number].status,
            order_number=row.order_number,
            reference=str(row.order_id),
            carrier=row.labels[number].carrier,
            service=row.labels[number].service,
            shipped_at=row.labels[number].printed_at,
        )
        for number in sorted(unwritten(row, wish.ship_when))
    )


def labels(row: OrderRow, wish: Wish) -> str:
    """The numbers of those reports, for a sentence."""
    return some(sorted(unwritten(row, wish.ship_when)))


def some(numbers: Sequence[str]) -> str:
    """The first few numbers, and how many more there are."""
    rest = len(numbers) - _NAMES_SHOWN
    return ", ".join(numbers[:_NAMES_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
