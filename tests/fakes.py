"""Stand-ins for what a client or a flow is given: time, budget, credentials and the wire.

Time is virtual: sleeping moves the clock and takes no real time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connector.clock import Deadline
from connector.errors import CredentialsRefused, NoTimeLeft
from connector.vendors.budget import Slot
from connector.vendors.http import Answer, AnswerLost, NotSent, Outcome, Query

START = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)


class FakeClock:
    """A clock that moves only when somebody sleeps or a test turns it on."""

    def __init__(self, start: datetime = START) -> None:
        self.moment = start
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The virtual moment."""
        return self.moment

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.slept.append(seconds)
        self.pass_time(max(seconds, 0.0))

    def pass_time(self, seconds: float) -> None:
        """Move on by `seconds`."""
        self.moment += timedelta(seconds=seconds)

    def deadline(self, seconds: float = 300.0) -> Deadline:
        """An invocation that ends in so many seconds."""
        return Deadline(self, self.moment + timedelta(seconds=seconds))


@dataclass
class FakeBudget:
    """A budget that gives every slot `interval` seconds after the one before."""

    clock: FakeClock
    interval: float = 0.0
    reserved: int = 0
    pushed: list[datetime] = field(default_factory=list)
    _next: datetime | None = None

    def reserve(self, latest: datetime, lead: float = 0.0) -> Slot:
        """The next free slot. Raises `NoTimeLeft` when it lies beyond `latest`."""
        earliest = self.clock.now() + timedelta(seconds=lead)
        at = max(earliest, self._next or earliest)
        if at > latest:
            raise NoTimeLeft("no slot in time")
        self.reserved += 1
        self._next = at + timedelta(seconds=self.interval)
        return Slot(at)

    def push(self, until: datetime) -> None:
        """No slot before `until`."""
        self.pushed.append(until)
        self._next = max(until, self._next or until)


class FakeCredentials:
    """Secret values, newest last; `refused` moves on to the next version if there is one."""

    def __init__(self, *versions: Mapping[str, str]) -> None:
        self._versions = list(versions)
        self.times_refused = 0
        self.on_record = False

    def get(self) -> Mapping[str, str]:
        """The version in force. Raises `CredentialsRefused` once it is remembered as refused."""
        if self.on_record:
            raise CredentialsRefused("vendor", "login withheld")
        return self._versions[0]

    def refused(self) -> bool:
        """True when a newer version is there."""
        self.times_refused += 1
        if len(self._versions) > 1:
            self._versions.pop(0)
            return True
        self.on_record = True
        return False


@dataclass(frozen=True)
class Sent:
    """One request as it left."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Query
    body: object | None
    read_timeout: float


class FakeTransport:
    """Gives the outcomes it was handed, in their order, and keeps what was sent."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes: list[Outcome] = list(outcomes)
        self.sent: list[Sent] = []

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        query: Sequence[tuple[str, str]] = (),
        body: object | None = None,
        read_timeout: float,
    ) -> Answer:
        """The next outcome; running out of them fails the test."""
        self.sent.append(Sent(method, url, dict(headers), list(query), body, read_timeout))
        assert self.outcomes, f"an unexpected call: {method} {url}"
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, (NotSent, AnswerLost)):
            raise outcome
        return outcome
