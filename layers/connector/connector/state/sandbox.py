"""The ledger table for a rehearsal: reads go through, writes stay in memory and are read back from there.

In: the real ledger and records. Out: the same, changed in memory only. Wrong: `AssertionError` for a write that is not
known here: the client underneath reads and nothing else, so that a method added to the ledger later cannot write from
a rehearsal unnoticed.

A rehearsal races with nobody: it saves whatever it is given, and what it saved hides what others store meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from connector.clock import Clock
from connector.state.documents import Client
from connector.state.leases import Lease, Leases
from connector.state.ledger import Ledger
from connector.state.queues import Page, Pointer, Queue
from connector.state.records import Records
from connector.state.rows import OrderRow, State

_READS = frozenset({"get_item", "batch_get_item", "query"})
_NOT_BEGUN = (State.EXCLUDED, State.HELD, State.REFUSED, State.PREVIEWED)


class ReadOnly:
    """A client that can only read."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        if name not in _READS:
            raise AssertionError(f"a rehearsal does not call {name}")
        return getattr(self._client, name)


class SandboxLedger(Ledger):
    """Order rows. `looked_up` are the rows asked for so far as they are stored, None for an order without one.

    `names` and `marks` are what earlier parts of the rehearsal said of numbers and of orders: *queued* for one that was
    let through, *held* for one the surge guard held.
    """

    def __init__(self, real: Ledger, names: dict[str, int], marks: Mapping[int, State]) -> None:
        vars(self).update(vars(real))
        self._client = ReadOnly(self._client)
        self._rows: dict[int, OrderRow] = {}
        self._marks = marks
        self.names = names
        self.looked_up: dict[int, OrderRow | None] = {}

    def get_many(self, order_ids: Iterable[int]) -> dict[int, OrderRow]:
        """The rows of several orders, as this rehearsal has left them."""
        ids = list(dict.fromkeys(order_ids))
        stored = super().get_many(i for i in ids if i not in self._rows)
        for order_id in ids:
            self.looked_up.setdefault(order_id, stored.get(order_id))
        marked = {i: _marked(i, stored.get(i), self._marks[i]) for i in ids if i in self._marks}
        return stored | marked | {i: self._rows[i] for i in ids if i in self._rows}

    def put_many(self, rows: Iterable[OrderRow]) -> None:
        """Let rows be as given, whatever is stored."""
        self._rows |= {row.order_id: row for row in rows}

    def restore(self, rows: Sequence[OrderRow]) -> None:
        """Let rows be as an earlier part of the rehearsal left them, but for those that others have moved on since."""
        stored = super().get_many(row.order_id for row in rows)
        theirs = {row.order_id for row in stored.values() if row.state not in _NOT_BEGUN}
        self.put_many(row for row in rows if row.order_id not in theirs)

    def changed(self, order_ids: Iterable[int]) -> Iterator[OrderRow]:
        """Those of the rows that are in memory only."""
        return (self._rows[i] for i in order_ids if i in self._rows)

    def save(self, row: OrderRow) -> OrderRow:
        """Keep the row."""
        saved = replace(row, version=row.version + 1)
        self.put_many([saved])
        return saved

    def name(self, order_number: str, order_id: int) -> bool:
        """Let `order_number` lead to the order; False when it already leads to another one."""
        if order_number == str(order_id):
            return True
        if order_number not in self.names:
            answer = self._client.get_item(
                TableName=self._table, Key=self._number_key(order_number), ConsistentRead=True
            )
            self.names[order_number] = int(answer["Item"]["order_id"]["N"]) if "Item" in answer else order_id
        return self.names[order_number] == order_id

    def by_number(self, order_number: str) -> OrderRow | None:
        """The row whose order goes by this number in Starshipit."""
        named = self.names.get(order_number)
        return super().by_number(order_number) if named is None else self.get(named)

    def due(self, state: State, before: int, limit: int = 1000) -> list[int]:
        """Ids of orders in `state` whose deadline passed before `before`: stored ones, then those in memory."""
        stored = [i for i in super().due(state, before, limit) if i not in self._rows]
        late = (row for row in self._rows.values() if row.state is state and (row.due_at or row.since) < before)
        return [*stored, *(row.order_id for row in late)][:limit]

    def stored_in(self, state: State) -> Iterator[int]:
        """Ids of every stored order in `state`, the longest due first, read from the index page by page."""
        question: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": "by_state",
            "KeyConditionExpression": "state_key = :state",
            "ExpressionAttributeValues": {":state": {"S": self._prefix + state}},
        }
        while True:
            answer = self._client.query(**question)
            yield from (int(item["order_id"]["N"]) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            question["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def oldest(self, state: State) -> int | None:
        """Not looked for: it takes megabytes to find, and a rehearsal reports no age."""
        del state
        return None


def _marked(order_id: int, row: OrderRow | None, state: State) -> OrderRow:
    """The row as an earlier part of the rehearsal left it; one that others have moved on since is theirs."""
    row = row or OrderRow(order_id, State.EXCLUDED, since=0)
    if row.state not in _NOT_BEGUN:
        return row
    return replace(row, state=state).noting(0, str(state))


class SandboxRecords(Records):
    """Small records; `written` are those of this rehearsal, by their place in the table, None where one was removed."""

    def __init__(self, real: Records, written: dict[str, dict[str, Any] | None]) -> None:
        vars(self).update(vars(real))
        self._real = real
        self._client = ReadOnly(self._client)
        self.written = written

    def beside(self, prefix: str) -> Records:
        """The records under another prefix, in the same rehearsal."""
        return SandboxRecords(self._real.beside(prefix), self.written)

    def get(self, kind: str, name: str) -> dict[str, Any]:
        """One record; empty when there is none."""
        place = self._place(kind, name)
        return dict(self.written[place] or {}) if place in self.written else super().get(kind, name)

    def get_many(self, kind: str, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Several records of one kind, by name."""
        wanted = list(dict.fromkeys(names))
        stored = super().get_many(kind, (name for name in wanted if self._place(kind, name) not in self.written))
        ours = {name: self.written.get(self._place(kind, name)) for name in wanted}
        return stored | {name: dict(values) for name, values in ours.items() if values}

    def get_each(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
        """Several records of several kinds, by kind and name."""
        return {key: found for key in dict.fromkeys(keys) if (found := self.get(*key))}

    def put(self, kind: str, name: str, values: Mapping[str, Any], *, keep_seconds: int = 0) -> None:
        """Keep one record."""
        del keep_seconds
        self.written[self._place(kind, name)] = dict(values)

    def put_many(self, kind: str, records: Mapping[str, Mapping[str, Any]], *, keep_seconds: int = 0) -> None:
        """Keep several records of one kind."""
        for name, values in records.items():
            self.put(kind, name, values, keep_seconds=keep_seconds)

    def remove(self, kind: str, name: str) -> None:
        """Forget one record."""
        self.written[self._place(kind, name)] = None

    def _place(self, kind: str, name: str) -> str:
        return f"{self._prefix}{kind}#{name}"


class SandboxLeases(Leases):
    """Every lease is free: a rehearsal hinders nobody, and nobody hinders it."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(ReadOnly(None), "", clock)

    def take(self, name: str, owner: str, seconds: float) -> Lease | None:
        """The lease."""
        return Lease(name, owner, self._clock.now() + timedelta(seconds=seconds), fence=1)

    def release(self, lease: Lease) -> None:
        """Nothing was taken."""

    @contextmanager
    def held(self, name: str, owner: str, seconds: float) -> Iterator[Lease | None]:
        """Hold the lease for a block."""
        yield self.take(name, owner, seconds)


class SandboxQueue(Queue):
    """Nothing is queued or received; `pointers` are those that would have been queued, in their order."""

    def __init__(self) -> None:
        super().__init__(ReadOnly(None), "")
        self.pointers: list[Pointer] = []

    def send_pages(self, pages: Iterable[Page], delay: float = 0) -> None:
        """Keep the pages' pointers."""
        del delay
        self.pointers += [pointer for page in pages for pointer in page.pointers]
