"""What a run of the fetch did, in words and numbers for people.

In: what stopped the run, what it counted. Out: `FetchResult`. Wrong: nothing. What is in it may be shown to anybody
who may start a fetch: ids, codes, counts and our own sentences, nothing of an order's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.errors import ConnectorError, CredentialsRefused, NotConfigured, NoTimeLeft, Throttled, VendorError
from connector.flows.tools import Tools
from connector.rules.reasons import Reason
from connector.state.queues import NotQueued
from connector.vendors.calls import WrongAddress

# Who goes on where a run stopped.
NEXT_TICK = "the next tick"
SAME_BACKFILL = "the same backfill, asked for again,"


@dataclass
class FetchResult:
    """What a run did, for people: `status` is completed, checkpointed, busy, refused, or what stopped it.

    `reasons` has the sentence of each reason in `not_sent`; `window` the days of a backfill.
    """

    status: str
    message: str
    counts: dict[str, int] = field(default_factory=dict)
    not_sent: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    window: str = ""
    dry_run: bool = False


def stopped_by(tools: Tools, stop: ConnectorError, follower: str) -> FetchResult:
    """What stopped the run."""
    match stop:
        case NoTimeLeft():
            return FetchResult("checkpointed", f"{_capital(follower)} goes on from here.")
        case NotQueued():
            return FetchResult("interrupted", f"{stop}; {follower} goes on from the last checkpoint.")
        case NotConfigured():
            tools.telemetry.count("NotConfigured")
            return FetchResult("not_configured", _capital(str(stop)))
        case CredentialsRefused():
            tools.telemetry.count("CredentialsRefused")
            right = f"store the right ones: connector secrets set {stop.vendor.lower()}"
            return FetchResult("credentials_refused", f"{stop.vendor} refuses the stored credentials; {right}.")
        case _:
            return FetchResult("interrupted", f"{_said(stop)}; {follower} goes on from the last checkpoint.")


def sentences(not_sent: Mapping[str, int]) -> dict[str, str]:
    """What each reason means and what to do; one that another version stored speaks for itself."""
    known = set(Reason)
    return {reason: Reason(reason).sentence if reason in known else reason for reason in not_sent}


def _said(stop: ConnectorError) -> str:
    """What the vendor answered, without its words: they may repeat an order's data."""
    if not isinstance(stop, VendorError):
        return _capital(str(stop))
    if isinstance(stop, Throttled):
        return f"{stop.vendor} asks to slow down"
    if isinstance(stop, WrongAddress):
        return f"A web page answers instead of {stop.vendor}: check the setting {stop.vendor}Endpoint"
    answered = "gave no answer" if stop.status is None else f"answered HTTP {stop.status}"
    hint = " (its user may lack a right for this)" if stop.status in (403, 404) else ""
    return f"{stop.vendor} {answered} to {stop.operation}{hint}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
