"""One vendor call with its budget and its time: what both clients share.

In: a request. Out: the `Outcome`, an answer or the fact that none came, for the vendor's `answers`
module to read. Wrong: `NoTimeLeft` when no call slot, or not the full read timeout, fits before the
invocation ends (nothing was sent).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from connector.clock import Clock, Deadline
from connector.errors import NotConfigured, Refused
from connector.vendors.budget import Budget, Slot, wait_for
from connector.vendors.http import AnswerLost, NotSent, Outcome, Query, Transport, connect_timeout

USER_AGENT = "sellercloud-starshipit-connector"


class WrongAddress(Refused):
    """A web page or a redirect answered instead of the API: the endpoint setting is wrong."""


class Credentials(Protocol):
    """The secret, as `connector.credentials` keeps it."""

    def get(self) -> Mapping[str, str]:
        """The fields. Raises `NotConfigured`, or `CredentialsRefused` (refused before, no call)."""
        ...

    def refused(self) -> bool:
        """The vendor refused them; True when the secret has changed: one more try is worth it."""
        ...


@dataclass(frozen=True)
class Caller:
    """Sends each request at its slot, and only while its whole read timeout (seconds) fits."""

    transport: Transport
    budget: Budget
    clock: Clock
    deadline: Deadline
    read_timeout: float

    @property
    def longest(self) -> float:
        """Seconds one call can take: to connect, and to be answered."""
        return connect_timeout(self.read_timeout) + self.read_timeout

    @property
    def latest(self) -> datetime:
        """The last moment at which a call may leave."""
        return self.deadline.ends_at - timedelta(seconds=self.longest)

    def send(
        self,
        operation: str,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        query: Query = (),
        body: object | None = None,
        slot: Slot | None = None,
        again_if_not_sent: bool = False,
    ) -> Outcome:
        """Send once at `slot`, reserved here when none is given. Raises `NoTimeLeft`.

        A failed connect, which the vendor has not seen, is tried once more if asked for.
        """
        wait_for(slot or self.budget.reserve(self.latest), self.budget, self.clock, self.latest)
        for last in (not again_if_not_sent, True):
            self.deadline.require(self.longest, operation)
            try:
                return self.transport.send(
                    method,
                    url,
                    headers={"User-Agent": USER_AGENT, "Accept": "application/json", **headers},
                    query=query,
                    body=body,
                    read_timeout=self.read_timeout,
                )
            except AnswerLost as exc:
                return exc
            except NotSent as exc:
                if last:
                    return exc
        raise AssertionError("unreachable")

    def push(self, seconds: float) -> None:
        """Let nobody call this vendor for `seconds`."""
        self.budget.push(self.clock.now() + timedelta(seconds=seconds))


def needed(vendor: str, fields: Mapping[str, str], name: str) -> str:
    """One field of a vendor's secret. Raises `NotConfigured` when it is empty."""
    value = fields.get(name, "").strip()
    if not value:
        raise NotConfigured(f"the {vendor} secret holds no {name}")
    return value
