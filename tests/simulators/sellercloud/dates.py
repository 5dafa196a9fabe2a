"""Dates the way the tenant writes and reads them (section 3.3 of the contract).

The tenant keeps naive local time. It writes ISO 8601 with 0 to 7 fraction digits and no zone, and
reads US dates (``MM/DD/YYYY HH:MM``) as well as ISO.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

_FRACTION_DIGITS = (0, 2, 3, 7)
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$")
_ISO = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?)?(Z|[+-]\d{2}:?\d{2})?$"
)

RANGE_DAYS = {
    1: 0, 4: 31, 5: 60, 6: 120, 10: 7, 11: 3, 21: 90, 23: 365, 35: 21, 101: 14, 180: 180,
}  # fmt: skip
"""Relative ranges (section 12.8) that reach back so many days from today's local midnight."""


def local_text(moment: datetime, zone: tzinfo, seed: int = 0) -> str:
    """Local time without a zone; ``seed`` picks how many fraction digits are written at least."""
    local = moment.astimezone(zone)
    text = f"{local.year:04d}-{local.month:02d}-{local.day:02d}T{local.hour:02d}:{local.minute:02d}:{local.second:02d}"
    least = _FRACTION_DIGITS[seed % 4]
    if not local.microsecond and not least:
        return text
    digits = f"{local.microsecond:06d}0".rstrip("0").ljust(least, "0")
    return f"{text}.{digits}" if digits else text


def utc_text(moment: datetime) -> str:
    """UTC with seven fraction digits and Z, as in ``RateLimitResetTime``."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"


def parse(text: str, zone: tzinfo) -> datetime | None:
    """Read a filter value; naive text is local time. None when it is no date."""
    moment, offset = _split(text.strip())
    if moment is None:
        return None
    if offset is None:
        return moment.replace(tzinfo=zone).astimezone(UTC)
    return moment.replace(tzinfo=UTC) - offset


def parse_local(text: str, zone: tzinfo) -> tuple[datetime | None, bool]:
    """Read a body value, dropping any offset as the server does; says whether there was one."""
    moment, offset = _split(text.strip())
    if moment is None:
        return None, False
    return moment.replace(tzinfo=zone).astimezone(UTC), offset is not None


def range_bounds(code: int, now: datetime, zone: tzinfo) -> tuple[datetime | None, datetime | None] | None:
    """From and to of a relative range; None for a range the simulator does not know."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if code == 9:
        return None, None
    if code == 12:
        return now.replace(second=0, microsecond=0) - timedelta(hours=24), None
    if code == 24:
        return None, now.replace(second=0, microsecond=0) - timedelta(hours=24)
    if code == 20:
        return midnight - timedelta(days=1), midnight
    if code in RANGE_DAYS:
        return midnight - timedelta(days=RANGE_DAYS[code]), None
    return None


def _split(text: str) -> tuple[datetime | None, timedelta | None]:
    try:
        if match := _US.match(text):
            month, day, year, hour, minute, second = (int(part or 0) for part in match.groups())
            return datetime(year, month, day, hour, minute, second), None
        if match := _ISO.match(text):
            *numbers, fraction, offset = match.groups()
            micros = int(((fraction or "") + "000000")[:6])
            year, month, day, hour, minute, second = (int(part or 0) for part in numbers)
            return datetime(year, month, day, hour, minute, second, micros), _offset(offset)
    except ValueError:
        pass
    return None, None


def _offset(text: str | None) -> timedelta | None:
    if text is None:
        return None
    if text == "Z":
        return timedelta(0)
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
