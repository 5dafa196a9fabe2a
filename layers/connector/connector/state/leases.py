"""Leases: one run at a time, for a fetch, an adoption, or one order's write-back.

In: a name, an owner, a length in seconds. Out: a held lease, or None when somebody else holds it. Wrong: nothing; a
holder that dies is outlived by the lease's end, and whoever takes it over gets a higher fence.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.clock import Clock
from connector.state import documents
from connector.state.documents import Client


@dataclass(frozen=True)
class Lease:
    """A lease held until `ends_at`; `fence` grows with every holder."""

    name: str
    owner: str
    ends_at: datetime
    fence: int


class Leases:
    """Leases in the ledger table."""

    def __init__(self, client: Client, table: str, clock: Clock, prefix: str = "") -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._prefix = prefix

    def take(self, name: str, owner: str, seconds: float) -> Lease | None:
        """Take the lease if it is free, ended, or our own. One conditional update decides between two who try."""
        now = self._clock.now()
        ends_at = now + timedelta(seconds=seconds)
        values = {":owner": owner, ":end": ends_at.timestamp(), ":now": now.timestamp(), ":one": 1}
        values |= {":gone": int(ends_at.timestamp()) + 86_400}
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=self._key(name),
                UpdateExpression="SET lease_owner = :owner, ends_at = :end, expires_at = :gone ADD fence :one",
                ConditionExpression="attribute_not_exists(ends_at) OR ends_at < :now OR lease_owner = :owner",
                ExpressionAttributeValues=documents.plain(values),
                ReturnValues="ALL_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return Lease(name, owner, ends_at, int(documents.value_of(answer["Attributes"]["fence"])))

    def release(self, lease: Lease) -> None:
        """Give the lease back; one that somebody else took over stays theirs."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=self._key(lease.name),
                UpdateExpression="REMOVE ends_at, lease_owner",
                ConditionExpression="fence = :fence",
                ExpressionAttributeValues=documents.plain({":fence": lease.fence}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def holder(self, name: str) -> str:
        """Who holds the lease now; empty when nobody does."""
        answer = self._client.get_item(TableName=self._table, Key=self._key(name), ConsistentRead=True)
        held = documents.values_of(answer.get("Item", {}))
        return str(held.get("lease_owner", "")) if held.get("ends_at", 0) >= self._clock.now().timestamp() else ""

    @contextmanager
    def held(self, name: str, owner: str, seconds: float) -> Iterator[Lease | None]:
        """Hold the lease for a block; yields None when somebody else has it."""
        lease = self.take(name, owner, seconds)
        try:
            yield lease
        finally:
            if lease:
                self.release(lease)

    def _key(self, name: str) -> documents.Item:
        return documents.plain({"pk": f"{self._prefix}LEASE#{name}", "sk": "LEASE"})
