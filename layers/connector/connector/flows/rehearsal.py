"""Rehearsal: the real flows, on tools that write nothing.

In: the tools of an invocation, what earlier parts of the rehearsal wrote down. Out: tools whose Sellercloud is read,
whose table is read and changed in memory only, whose queue and telemetry go nowhere, and which have no Starshipit.
Wrong: the vendor's and the secret's exceptions as they come; `AssertionError` where a flow would write to a vendor.

Two things do reach the table, because they guard the vendors and not the orders: Sellercloud's call budget, and the
memory of a refused password.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, cast

from connector.errors import ConnectorError, NoTimeLeft, Refused, RetryLater
from connector.flows.tools import Tools
from connector.state.rows import State
from connector.state.sandbox import SandboxLeases, SandboxLedger, SandboxQueue, SandboxRecords
from connector.vendors.sellercloud.client import SellercloudClient
from connector.vendors.starshipit.client import StarshipitClient

_LISTS = frozenset({"list_orders", "view_orders"})
_READS = _LISTS | {"companies", "notes", "order", "orders_by_id"}


class Quiet:
    """Telemetry that says nothing; `counted` keeps what was counted."""

    def __init__(self) -> None:
        self.counted: dict[str, float] = {}

    def note(self, event: str, **facts: object) -> None:
        """No log line."""

    def count(self, metric: str, value: float = 1) -> None:
        """Add up."""
        self.counted[metric] = self.counted.get(metric, 0) + value


class Watched:
    """Sellercloud's reads, watched: how many pages were listed, since when, what failed.

    `pages_allowed` more pages are listed before `NoTimeLeft` ends the reading; `ended_here` says that it did. Once
    orders were `asked` for by status, `asked_since` is from when, in epoch seconds; 0 is everything.
    `failed` is the last exception, `unread_views` are those of saved views whose first page could not be had.
    """

    def __init__(self, make: Callable[[], SellercloudClient]) -> None:
        self._make = make
        self.pages_allowed = 0
        self.pages = 0
        self.ended_here = False
        self.asked = False
        self.asked_since = 0
        self.failed: ConnectorError | None = None
        self.unread_views: dict[int, ConnectorError] = {}
        self.empty_views: list[int] = []

    @cached_property
    def _client(self) -> SellercloudClient:
        return self._make()

    def __getattr__(self, name: str) -> Any:
        if name not in _READS:
            raise AssertionError(f"a rehearsal does not call {name}")
        return partial(self._call, name)

    def _call(self, name: str, *arguments: Any) -> Any:
        if name in _LISTS:
            self._allow()
        try:
            found = getattr(self._client, name)(*arguments)
        except ConnectorError as exc:
            self.failed = exc
            if name == "view_orders" and arguments[1] == 1 and isinstance(exc, Refused | RetryLater):
                self.unread_views[arguments[0]] = exc
            raise
        if name == "list_orders":
            since = arguments[0].updated_from
            self.asked, self.asked_since = True, int(since.timestamp()) if since else 0
        if name == "view_orders" and not found.total and not found.size:
            self.empty_views.append(arguments[0])
        self.pages += name in _LISTS
        return found

    def _allow(self) -> None:
        self.ended_here = self.pages_allowed <= 0
        if self.ended_here:
            raise NoTimeLeft("as many pages as one answer holds were read")
        self.pages_allowed -= 1


class Rehearsal:
    """One invocation's part of a rehearsal.

    `tools` are for the fetch. `hand_off_tools` are for the hand-off: they map an order in a dry run as without it.
    """

    def __init__(
        self,
        tools: Tools,
        *,
        written: dict[str, dict[str, Any] | None],
        names: dict[str, int],
        marks: Mapping[int, State],
    ) -> None:
        self.sellercloud = Watched(lambda: tools.sellercloud)
        self.ledger = SandboxLedger(tools.ledger, names, marks)
        self.records = SandboxRecords(tools.records, written)
        self.queue = SandboxQueue()
        self.telemetry = Quiet()
        self.tools = replace(
            tools,
            ledger=self.ledger,
            records=self.records,
            leases=SandboxLeases(tools.clock),
            orders_queue=self.queue,
            telemetry=self.telemetry,
            make_sellercloud=lambda: cast("SellercloudClient", self.sellercloud),
            make_starshipit=_no_starshipit,
        )
        self.hand_off_tools = replace(self.tools, settings=replace(tools.settings, dry_run=False))


def _no_starshipit() -> StarshipitClient:
    raise AssertionError("a rehearsal does not call Starshipit")
