"""What a tracking status means: how far along a parcel is, and whether that is far enough to ship.

In: a status as Starshipit writes it, with or without spaces, in any case, of an order, a parcel or
a webhook. Out: a rank, a yes or no, the further of two. Wrong: an unknown status has no rank and
moves nothing (contract 2.2, 8.3).
"""

from __future__ import annotations

from connector.settings import ShipWhen

LABEL_CANCELLED = "cancelled"
"""The normalised status of a consignment that was cancelled. It is no step on the road and final.
"""

PRINTED = 10
DISPATCHED = 20
_RANKS = {
    "unshipped": 0,
    "saved": 0,
    "printed": PRINTED,
    "awaitingdispatch": PRINTED,
    "dispatched": DISPATCHED,
    "shipped": DISPATCHED,
    "exception": 25,
    "intransit": 30,
    "outfordelivery": 40,
    "attempteddelivery": 45,
    "awaitingcollection": 46,
    "pickupinstore": 46,
    "delivered": 50,
}
"""Steps on the road. An exception is a carrier's remark: it implies dispatch and any later step
outranks it.
"""
_NEEDED = {ShipWhen.PRINTED: PRINTED, ShipWhen.DISPATCHED: DISPATCHED}


def normalise(status: str) -> str:
    """The status as letters only, in lower case; American and British "cancelled" are one."""
    letters = "".join(c for c in status.casefold() if c.isalpha())
    return LABEL_CANCELLED if letters == "canceled" else letters


def is_cancelled(status: str) -> bool:
    """Whether the consignment was cancelled."""
    return normalise(status) == LABEL_CANCELLED


def rank(status: str) -> int | None:
    """How far along; higher is later. None for an unknown status and for a cancelled label."""
    return _RANKS.get(normalise(status))


def reached(status: str, ship_when: ShipWhen) -> bool:
    """Whether a parcel with this status may be written back as shipped."""
    found = rank(status)
    return found is not None and found >= _NEEDED[ship_when]


def further(known: str, reported: str) -> str:
    """The status that holds after `reported` arrives: statuses only move forward, and cancelled is
    final.
    """
    if is_cancelled(known) or is_cancelled(reported):
        return known if is_cancelled(known) else reported
    before, after = rank(known), rank(reported)
    if after is None:
        return known
    return reported if before is None or after > before else known
