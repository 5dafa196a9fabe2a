"""Setbacks: what stops a flow without anybody's order being at fault, and how long the work then waits.

In: the exception. Out: seconds until the work is worth another try, and a record for people. Wrong: nothing.
"""

from __future__ import annotations

from connector.errors import (
    ConnectorError,
    CredentialsRefused,
    LostRace,
    NotConfigured,
    NoTimeLeft,
    RetryLater,
    VendorError,
)
from connector.flows.tools import Tools
from connector.vendors.calls import WrongAddress

SETBACKS = (NoTimeLeft, NotConfigured, LostRace, VendorError)
# What a person has to put right is looked at this often; it costs no vendor call, but for a wrong address one.
PERSON_SECONDS = 60.0
VENDOR_SECONDS = 20.0
RACE_SECONDS = 2.0


def delay_after(tools: Tools, setback: ConnectorError) -> float:
    """Record the setback; how many seconds to wait."""
    if isinstance(setback, NoTimeLeft):
        return max(1.0, setback.after)
    if isinstance(setback, LostRace):
        return RACE_SECONDS
    kind = type(setback).__name__
    tools.telemetry.note("setback", kind=kind, error=str(setback))
    tools.telemetry.count(kind)
    if isinstance(setback, NotConfigured | CredentialsRefused | WrongAddress):
        return PERSON_SECONDS
    after = setback.after if isinstance(setback, RetryLater) else None
    return after or VENDOR_SECONDS
