"""What refusals for speed say about a setting: is the rate the key's own, and does another program use it?

In: refusals of the last days at the present rate. Out: one finding. Wrong: nothing.

A Starshipit key is good for 2 calls a second, a production key for 20 (contract 1.2), counted for the subscription key
whoever calls with it. This stack stays under its share, so a refusal means that the key allows less, or is shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from connector.rules.findings import Finding, counted, ok, warning

LATELY = timedelta(days=7)
STANDARD_RATE = 2


def starshipit(refusals: Mapping[str, int], rate: float, now: datetime) -> Finding:
    """`refusals` by UTC day (YYYY-MM-DD) at `rate` calls a second."""
    about = "Starshipit rate"
    share = f"{rate:g} calls a second"
    recent = _lately(refusals, now)
    if not recent:
        return ok(about, f"{_earlier(refusals)} at {share}.")
    message = f"Starshipit refused {_told(recent)} at {share}."
    if rate > STANDARD_RATE:
        then = f"The key's tier is probably {STANDARD_RATE} a second: set StarshipitRequestsPerSecond={STANDARD_RATE}."
        return warning(about, message, then)
    then = f"Another program uses the same subscription key: lower this stack's share, to {rate / 2:g} for example."
    return warning(about, message, f"{then} (StarshipitRequestsPerSecond)")


def sellercloud(refusals: Mapping[str, int], rate: int, now: datetime) -> Finding:
    """`refusals` by UTC day (YYYY-MM-DD) at `rate` calls an hour."""
    about = "Sellercloud rate"
    share = f"{rate:,} calls an hour"
    recent = _lately(refusals, now)
    if not recent:
        return ok(about, f"{_earlier(refusals)} at {share}.")
    then = "Another program uses the same Sellercloud user: give the connector one of its own, or lower its share"
    return warning(about, f"Sellercloud refused {_told(recent)} at {share}.", f"{then} (SellercloudRequestsPerHour).")


def _lately(refusals: Mapping[str, int], now: datetime) -> dict[str, int]:
    first = (now - LATELY).date().isoformat()
    return {day: count for day, count in refusals.items() if day >= first and count}


def _told(recent: Mapping[str, int]) -> str:
    return f"{counted(sum(recent.values()), 'call')} for speed in the last {LATELY.days} days, last on {max(recent)},"


def _earlier(refusals: Mapping[str, int]) -> str:
    none = f"No call was refused for speed in the last {LATELY.days} days"
    return f"{none} (the last one on {max(refusals)})" if refusals else none
