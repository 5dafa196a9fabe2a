"""Window: the days a backfill asks for, on the tenant's clock, both included.

In: two days as a person wrote them. Out: the window, the moments to ask Sellercloud for, and whether a row lies in it.
Wrong: `BadWindow`, one sentence that says which day is wrong, why, and what would be right.

The zone of Sellercloud's dates is documented nowhere, so a day more is asked for, and believed, at either end. Orders
of those two days go over early at worst: the guards let nothing through that would not go anyway.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connector.errors import ConnectorError
from connector.vendors.fields import in_utc

LONGEST_DAYS = 366
_EARLIEST = date(2000, 1, 1)
_MARGIN = timedelta(days=1)
_FIRST, _LAST = "The first day (from)", "The last day (to)"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadWindow(ConnectorError):
    """The days cannot be asked for; the sentence says why."""


@dataclass(frozen=True)
class Window:
    """From the first day to the last."""

    first: date
    last: date

    @classmethod
    def read(cls, first: object, last: object, today: date) -> Window:
        """The window from what was asked for; no last day means today. Raises `BadWindow`."""
        begins = _day(_FIRST, first)
        ends = today if last in (None, "") else _day(_LAST, last)
        for name, day in ((_FIRST, begins), (_LAST, ends)):
            if day > today:
                raise BadWindow(f"{name} lies in the future: {day}; today is {today} on Sellercloud's clock.")
        if begins > ends:
            raise BadWindow(f"{_FIRST} lies after the last: {begins} and {ends}; exchange them.")
        if begins < _EARLIEST:
            raise BadWindow(f"{_FIRST} lies too long ago: {begins}; the earliest is {_EARLIEST}.")
        days = (ends - begins).days + 1
        if days > LONGEST_DAYS:
            raise BadWindow(f"From {begins} to {ends} are {days} days; at most {LONGEST_DAYS} are taken at once.")
        return cls(begins, ends)

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From when to when orders are asked for, a day more at either end."""
        begins = datetime.combine(self.first - _MARGIN, time.min, zone)
        return begins, datetime.combine(self.last + _MARGIN + timedelta(days=1), time.min, zone)

    def holds(self, created: datetime | None, zone: ZoneInfo) -> bool:
        """Whether a row answers the question. One that does not show when it was made does, as the guards judge it."""
        if created is None:
            return True
        begins, ends = (moment.timestamp() for moment in self.moments(zone))
        return begins <= in_utc(created, zone).timestamp() <= ends


def _day(name: str, written: object) -> date:
    """One day. What reads like one and is none, such as 2026-02-30, is no day."""
    if written in (None, ""):
        raise BadWindow(f"{name} is missing; write a day such as 2026-10-31.")
    if isinstance(written, str) and _DAY.fullmatch(written):
        with suppress(ValueError):
            return date.fromisoformat(written)
    raise BadWindow(f"{name} is not a day: {str(written)[:40]!r}; write one such as 2026-10-31.")
