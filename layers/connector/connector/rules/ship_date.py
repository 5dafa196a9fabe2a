"""The ship date Sellercloud accepts: not in the future, not before the order was created (contract
8.3).

In: the moment wished for, the present, the order's creation as Sellercloud showed it. Out: a naive
moment in whole seconds on the tenant's clock, which is the clock Sellercloud compares on, also in
the hour that a change of clocks repeats. Wrong: nothing is raised. If both limits cannot be kept,
as when the setting `TenantTimeZone` is wrong, the creation wins: it was read off Sellercloud's own
clock and so is not in its future.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def clamp(wished: datetime | None, now: datetime, created_at: datetime | None, zone: ZoneInfo) -> datetime:
    """`wished` (aware; None: now) moved as little as needed. `created_at` may be naive, on the
    tenant's clock.
    """
    present = _on_clock(now, zone)
    date = present if wished is None else min(_on_clock(wished, zone), present)
    date = date.replace(microsecond=0)
    if created_at is None:
        return date
    return max(date, _next_second(_on_clock(created_at, zone)))


def _on_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the tenant's clock shows at a moment; a naive one is on that clock already."""
    local = moment.astimezone(zone) if moment.tzinfo else moment
    return local.replace(tzinfo=None, fold=0)


def _next_second(moment: datetime) -> datetime:
    """Up to a whole second, as cutting fractions would fall before the creation."""
    whole = moment.replace(microsecond=0)
    return whole if whole == moment else whole + timedelta(seconds=1)
