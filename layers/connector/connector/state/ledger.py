"""The ledger: one DynamoDB table that remembers every order, so that no run has to.

In: rows. Out: rows as stored, each with the version that guards its next change. Wrong: `LostRace` when another run
changed the row first; anything DynamoDB itself refuses is botocore's error and ends the invocation.

Every write is conditional on the version that was read:

    run A: read v3 ────────────── write v4 if v3 ✓
    run B:        read v3 ─────────────────────── write v4 if v3 ✗ LostRace → read again

A dry run has rows of its own: its keys carry a prefix, so that nothing it learns is ever mistaken for a hand-off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from connector.clock import Clock
from connector.errors import LostRace
from connector.state import documents
from connector.state.documents import Client
from connector.state.rows import FINISHED, INDEXED, OrderRow, State

DAY_SECONDS = 86_400
_OLDEST_PAGES = 10  # of a megabyte each
_SAME_NUMBER = 100  # orders of one channel number that are looked at


@dataclass(frozen=True)
class Marked:
    """An order that needs a person, as the index shows it: why, and since when."""

    order_id: int
    state: str
    attention: str
    since: int


class Ledger:
    """Order rows, found by id, by number, by state and by need of attention."""

    def __init__(self, client: Client, table: str, clock: Clock, *, history_days: int, prefix: str = "") -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._history_seconds = history_days * DAY_SECONDS
        self._prefix = prefix

    def beside(self, prefix: str) -> Ledger:
        """The ledger under another prefix: the real one beside a dry run's."""
        days = self._history_seconds // DAY_SECONDS
        return Ledger(self._client, self._table, self._clock, history_days=days, prefix=prefix)

    def get(self, order_id: int) -> OrderRow | None:
        """The row of one order."""
        return self.get_many([order_id]).get(order_id)

    def get_many(self, order_ids: Iterable[int]) -> dict[int, OrderRow]:
        """The rows of several orders, read consistently; orders without a row are absent."""
        keys = [self._key(order_id) for order_id in dict.fromkeys(order_ids)]
        found = documents.read_many(self._client, self._table, keys)
        return {row.order_id: row for row in map(documents.row_from, found)}

    def save(self, row: OrderRow) -> OrderRow:
        """Store the row if nobody changed it since it was read. Raises `LostRace` otherwise."""
        saved = replace(row, version=row.version + 1)
        try:
            self._client.put_item(**self._put(saved, row.version))
        except self._client.exceptions.ConditionalCheckFailedException as exc:
            raise LostRace(f"order {row.order_id} was changed by another run") from exc
        return saved

    def save_many(self, rows: Iterable[OrderRow]) -> dict[int, OrderRow]:
        """Store several rows, each for itself; those another run changed first are absent from the answer."""
        saved: dict[int, OrderRow] = {}
        for row in rows:
            try:
                saved[row.order_id] = self.save(row)
            except LostRace:
                continue
        return saved

    def change(self, order_id: int, how: Callable[[OrderRow], OrderRow | None]) -> OrderRow | None:
        """Read, change and store one row until no other run comes between; None from `how` leaves it as it is."""
        while True:
            row = self.get(order_id)
            changed = how(row) if row else None
            if changed is None:
                return row
            try:
                return self.save(changed)
            except LostRace:
                continue

    def name(self, order_number: str, order_id: int) -> bool:
        """Let `order_number` lead to the order; False when it already leads to another one."""
        if order_number == str(order_id):
            return True
        item = {**self._number_key(order_number), **documents.plain({"order_id": order_id})}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=item,
                ConditionExpression="attribute_not_exists(pk) OR order_id = :id",
                ExpressionAttributeValues=documents.plain({":id": order_id}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def by_number(self, order_number: str) -> OrderRow | None:
        """The row whose order goes by this number in Starshipit."""
        answer = self._client.get_item(TableName=self._table, Key=self._number_key(order_number), ConsistentRead=True)
        item = answer.get("Item")
        if item:
            return self.get(int(documents.value_of(item["order_id"])))
        row = self.get(int(order_number)) if order_number.isdecimal() else None
        if row and row.order_number.startswith(f"{order_number}-R"):  # an earlier generation went by this number
            return row
        return row if row and row.order_number in {"", order_number} else None

    def by_channel_number(self, number: str) -> list[int]:
        """Ids of the orders that carry this channel's number; a moment behind the rows, as every index is."""
        answer = self._client.query(
            TableName=self._table,
            IndexName="by_channel_number",
            KeyConditionExpression="channel_order_id = :number",
            ExpressionAttributeValues=documents.plain({":number": number}),
            Limit=_SAME_NUMBER,
        )
        keys = [str(documents.value_of(item["pk"])) for item in answer["Items"]]
        start = f"{self._prefix}ORDER#"
        return sorted(int(key.removeprefix(start)) for key in keys if key.startswith(start))

    def lead(self, tracking_number: str, order_id: int) -> None:
        """Let a tracking number lead to the order; a parcel that holds several orders leads to each of them."""
        self._client.update_item(
            TableName=self._table,
            Key=documents.plain({"pk": f"{self._prefix}TRACKING#{tracking_number}", "sk": "TRACKING"}),
            UpdateExpression="SET expires_at = :gone ADD order_ids :ids",
            ExpressionAttributeValues={
                **documents.plain({":gone": int(self._clock.now().timestamp()) + self._history_seconds}),
                ":ids": {"NS": [str(order_id)]},
            },
        )

    def marked(self) -> Iterator[Marked]:
        """Every order that needs a person, the longest marked first, read from the index page by page."""
        question: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": "by_attention",
            "KeyConditionExpression": "attention_key = :key",
            "ExpressionAttributeValues": documents.plain({":key": f"{self._prefix}attention"}),
        }
        while True:
            answer = self._client.query(**question)
            for item in answer["Items"]:
                known = documents.values_of(item)
                yield Marked(known["order_id"], known["state"], known["attention"], known["attention_since"])
            if "LastEvaluatedKey" not in answer:
                return
            question["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def due(self, state: State, before: int, limit: int = 1000) -> list[int]:
        """Ids of orders in `state` whose deadline passed before the epoch second `before`; oldest first."""
        answer = self._client.query(
            TableName=self._table,
            IndexName="by_state",
            KeyConditionExpression="state_key = :state AND due_at < :before",
            ExpressionAttributeValues=documents.plain({":state": self._prefix + state, ":before": before}),
            Limit=limit,
        )
        return [int(documents.value_of(item["order_id"])) for item in answer["Items"]]

    def listed(self, state: State, after: tuple[int, int] | None, limit: int) -> list[tuple[int, int]]:
        """Orders in `state`, earliest due first, as (due, id); `after` is the last one that was listed before."""
        question: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": "by_state",
            "KeyConditionExpression": "state_key = :state",
            "ExpressionAttributeValues": documents.plain({":state": self._prefix + state}),
            "Limit": limit,
        }
        if after:
            place = documents.plain({"state_key": self._prefix + state, "due_at": after[0]})
            question["ExclusiveStartKey"] = {**self._key(after[1]), **place}
        found = [documents.values_of(item) for item in self._client.query(**question)["Items"]]
        return [(known["due_at"], known["order_id"]) for known in found]

    def oldest(self, state: State) -> int | None:
        """Since when the order waits that has been in `state` longest, or None when there is none.

        Deadlines are renewed, so every row is looked at; a backlog of thousands is looked at in part.
        """
        question = {
            "TableName": self._table,
            "IndexName": "by_state",
            "KeyConditionExpression": "state_key = :state",
            "ExpressionAttributeValues": documents.plain({":state": self._prefix + state}),
        }
        moments: list[int] = []
        for _ in range(_OLDEST_PAGES):
            answer = self._client.query(**question)
            moments += [int(documents.value_of(item["since"])) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                break
            question["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return min(moments, default=None)

    def _put(self, row: OrderRow, expected: int) -> dict[str, Any]:
        """A conditional put; version 0 means the row must not exist yet."""
        item = {**self._key(row.order_id), **documents.item_of(row), **self._index_keys(row)}
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if expected:
            condition = {
                "ConditionExpression": "version = :expected",
                "ExpressionAttributeValues": documents.plain({":expected": expected}),
            }
        return {"TableName": self._table, "Item": item, **condition}

    def _index_keys(self, row: OrderRow) -> dict[str, Any]:
        keys: dict[str, Any] = {}
        if row.state in INDEXED:
            keys["state_key"] = self._prefix + row.state
            keys["due_at"] = row.due_at or row.since
        if row.attention:
            keys["attention_key"] = self._prefix + "attention"
        if row.state in FINISHED and not row.attention:
            keys["expires_at"] = int(self._clock.now().timestamp()) + self._history_seconds
        return documents.plain(keys)

    def _key(self, order_id: int) -> dict[str, Any]:
        return documents.plain({"pk": f"{self._prefix}ORDER#{order_id}", "sk": "ORDER"})

    def _number_key(self, order_number: str) -> dict[str, Any]:
        return documents.plain({"pk": f"{self._prefix}NUMBER#{order_number}", "sk": "NUMBER"})
