"""Small records beside the orders: cursors, refused credentials, adoption snapshot, unmatched labels.

In: a kind and a name. Out: the record's values, or an empty mapping. Wrong: nothing; the last writer wins, because each
record has one writer at a time (its lease) or holds a fact that any writer would state alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connector.clock import Clock
from connector.state import documents
from connector.state.documents import Client

# Everything a dry run stores is kept apart under this.
DRY_RUN_PREFIX = "dry#"
_WRITE_LIMIT = 25


class Records:
    """Named records in the ledger table."""

    def __init__(self, client: Client, table: str, clock: Clock, prefix: str = "") -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._prefix = prefix

    def beside(self, prefix: str) -> Records:
        """The records under another prefix: a dry run's, for the run that comes after it."""
        return Records(self._client, self._table, self._clock, prefix)

    def get(self, kind: str, name: str) -> dict[str, Any]:
        """One record; empty when there is none."""
        answer = self._client.get_item(TableName=self._table, Key=self._key(kind, name), ConsistentRead=True)
        return _without_key(answer.get("Item", {}))

    def get_many(self, kind: str, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Several records of one kind, by name."""
        keys = [self._key(kind, name) for name in dict.fromkeys(names)]
        found = documents.read_many(self._client, self._table, keys)
        start = len(f"{self._prefix}{kind}#")
        return {str(documents.value_of(item["pk"]))[start:]: _without_key(item) for item in found}

    def get_each(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
        """Several records of several kinds, by kind and name, in one reading."""
        wanted = {self._key(*key)["pk"]["S"]: key for key in keys}
        found = documents.read_many(self._client, self._table, [self._key(*key) for key in wanted.values()])
        return {wanted[documents.value_of(item["pk"])]: _without_key(item) for item in found}

    def put(self, kind: str, name: str, values: Mapping[str, Any], *, keep_seconds: int = 0) -> None:
        """Store one record; with `keep_seconds` it expires by itself."""
        self._client.put_item(TableName=self._table, Item=self._item(kind, name, values, keep_seconds))

    def put_many(self, kind: str, records: Mapping[str, Mapping[str, Any]], *, keep_seconds: int = 0) -> None:
        """Store several records of one kind, repeated until DynamoDB has taken them all."""
        puts = [
            {"PutRequest": {"Item": self._item(kind, name, values, keep_seconds)}} for name, values in records.items()
        ]
        for start in range(0, len(puts), _WRITE_LIMIT):
            self._write(puts[start : start + _WRITE_LIMIT])

    def _write(self, puts: Sequence[Any]) -> None:
        request: Any = {self._table: list(puts)}
        while request:
            request = self._client.batch_write_item(RequestItems=request).get("UnprocessedItems")

    def remove(self, kind: str, name: str) -> None:
        """Forget one record."""
        self._client.delete_item(TableName=self._table, Key=self._key(kind, name))

    def _item(self, kind: str, name: str, values: Mapping[str, Any], keep: int) -> documents.Item:
        expiry = {"expires_at": int(self._clock.now().timestamp()) + keep} if keep else {}
        return {**self._key(kind, name), **documents.plain({**values, **expiry})}

    def _key(self, kind: str, name: str) -> documents.Item:
        return documents.plain({"pk": f"{self._prefix}{kind}#{name}", "sk": kind})


def _without_key(item: Mapping[str, Any]) -> dict[str, Any]:
    values = documents.values_of(item)
    return {key: value for key, value in values.items() if key not in {"pk", "sk", "expires_at"}}
