"""Is the setting `TenantTimeZone` the clock Sellercloud keeps? Judged by moments it shows.

In: moments of orders as Sellercloud shows them, moments at which we wrote and Sellercloud noted the change, the zone,
the present. Out: one finding. Wrong: nothing is raised.

Sellercloud names no zone (contract, unknown 1). Two things tell:

    what we wrote: it notes the change when we make it, so the difference of the two clocks is the offset: proof
    any change:    nothing was changed in the future, so a moment that lies there is on a clock further ahead

A moment that lies in the past fits, and proves little: the order may be that old.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from connector.rules.findings import Finding, not_verifiable, ok, span, wrong
from connector.vendors.fields import in_utc

ABOUT = "time zone"
TOLERANCE = timedelta(minutes=5)
FRESH = timedelta(minutes=30)
_STEP = timedelta(minutes=15)  # every zone's offset is a multiple of it
_EARLIEST, _LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
# Where tenants and their servers are; the first that fits is named.
_LIKELY = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "UTC", "Europe/London",
    "Europe/Berlin", "Asia/Jerusalem", "Asia/Kolkata", "Asia/Singapore", "Australia/Perth", "Asia/Tokyo",
    "Australia/Darwin", "Australia/Brisbane", "Australia/Adelaide", "Australia/Sydney", "Pacific/Auckland",
    "America/Halifax", "America/Sao_Paulo", "Pacific/Honolulu",
)  # fmt: skip
_PROOF = "The first order the connector ships proves it; until then compare an order's times with its page."


def judge(
    shown: Iterable[datetime | None],
    written: Iterable[tuple[datetime | None, int]],
    zone: ZoneInfo,
    now: datetime,
) -> Finding:
    """`shown` are moments of changes; `written` pairs the moment shown with the epoch second of our write."""
    moments = [moment for moment in shown if moment is not None]
    if any(moment.tzinfo for moment in moments):
        return ok(ABOUT, "Sellercloud shows its times with their zone; TenantTimeZone is not needed to read them.")
    proof = _by_our_writes([(moment, at) for moment, at in written if moment is not None], zone, now)
    return proof or _by_changes(moments, zone, now)


def _by_our_writes(pairs: Sequence[tuple[datetime, int]], zone: ZoneInfo, now: datetime) -> Finding | None:
    """What our own writes prove; None when every order was changed again since."""
    shifts = [
        (in_utc(moment, zone) - datetime.fromtimestamp(at, UTC), moment, at) for moment, at in pairs if _usable(moment)
    ]
    if any(abs(shift) <= TOLERANCE for shift, _, _ in shifts):
        return ok(ABOUT, f"Sellercloud noted what the connector wrote at the right moment on the clock of {zone.key}.")
    early = [entry for entry in shifts if entry[0] < -TOLERANCE]
    if not early:
        return None
    _, moment, at = max(early, key=lambda entry: entry[0])
    offset = round((moment.replace(tzinfo=UTC) - datetime.fromtimestamp(at, UTC)) / _STEP) * _STEP
    found = _named(offset, now)
    return wrong(
        ABOUT,
        f"Sellercloud notes what the connector writes on a clock of {found}, not of {zone.key}.",
        _set_it(offset, now),
    )


def _by_changes(moments: Sequence[datetime], zone: ZoneInfo, now: datetime) -> Finding:
    """What the newest change tells."""
    usable = [moment for moment in moments if _usable(moment)]
    if not usable:
        return not_verifiable(ABOUT, f"No order shows a time to compare with the clock of {zone.key}.", _PROOF)
    newest = max(usable)
    ahead = in_utc(newest, zone) - now
    if ahead > TOLERANCE:
        offset = _likely_from(newest.replace(tzinfo=UTC) - TOLERANCE - now, now)
        return wrong(
            ABOUT,
            f"Orders were changed {span(ahead.total_seconds())} in the future on the clock of {zone.key}: "
            f"Sellercloud's own clock is at {_named(offset, now)} or further ahead.",
            _set_it(offset, now),
        )
    age = f"The newest change of an order was {span(-ahead.total_seconds())} ago on the clock of {zone.key}"
    if -ahead <= FRESH:
        return ok(ABOUT, f"{age}, which fits.")
    return not_verifiable(ABOUT, f"{age}, which neither proves nor excludes that zone.", _PROOF)


def _set_it(offset: timedelta, now: datetime) -> str:
    zones = _zones(offset, now)
    return f"Deploy with TenantTimeZone={zones[0] if zones else 'a zone of ' + _written(offset)}, then check again."


def _named(offset: timedelta, now: datetime) -> str:
    zones = _zones(offset, now)
    return f"{_written(offset)} ({zones[0]})" if zones else _written(offset)


def _zones(offset: timedelta, now: datetime) -> list[str]:
    return [name for name in _LIKELY if _offset(name, now) == offset]


def _likely_from(least: timedelta, now: datetime) -> timedelta:
    """The smallest offset of a likely zone that is not below `least`."""
    offsets = sorted(_offset(name, now) for name in _LIKELY)
    return next((offset for offset in offsets if offset >= least), ceil(least / _STEP) * _STEP)


def _offset(name: str, now: datetime) -> timedelta:
    return now.astimezone(ZoneInfo(name)).utcoffset() or timedelta()


def _written(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _usable(moment: datetime) -> bool:
    """A moment far outside of our times is a vendor's way to say none, and would not convert."""
    return _EARLIEST.replace(tzinfo=None) < moment.replace(tzinfo=None) < _LATEST.replace(tzinfo=None)
