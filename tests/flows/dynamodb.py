"""DynamoDB in memory: the calls and expressions the connector uses, and an assertion for everything else.

In: what `connector.state` asks of boto3's client. Out: answers in the same shape, with items nobody shares. Wrong:
`exceptions.ConditionalCheckFailedException` as botocore has it; `AssertionError` for a call, an argument or an
expression that is not known here, and for what DynamoDB itself would refuse (an empty key, too large a batch or item).
`tests/flows/test_dynamodb.py` holds it against moto.
"""

# ruff: noqa: N803 - the arguments are named as boto3 names them

from __future__ import annotations

import marshal
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from tests.flows.expressions import CONDITIONS, UPDATES, Item, number

_Key = tuple[str, str]

# As in template.yaml: hash and range of each index, and what it holds of an item besides the keys.
PROJECTED = {
    "by_state": ("order_id", "state", "reason", "since"),
    "by_attention": ("order_id", "state", "attention"),
    "by_channel_number": (),
}
INDEXES = {
    "by_state": ("state_key", "due_at"),
    "by_attention": ("attention_key", "attention_since"),
    "by_channel_number": ("channel_order_id", ""),
}
ITEM_LIMIT_BYTES = 400_000
PAGE_LIMIT_BYTES = 1_000_000


class ConditionalCheckFailedException(ClientError):
    """A condition did not hold; `.response` has the item if it was asked for."""


class Exceptions:
    """What `client.exceptions` offers."""

    ConditionalCheckFailedException = ConditionalCheckFailedException


class FakeDynamoDb:
    """One table. `unprocessed` batches, from now on, are answered with half of their entries left over."""

    exceptions = Exceptions

    def __init__(self, table: str = "ledger") -> None:
        self.unprocessed = 0
        self.puts = 0
        self._table = table
        self._items: dict[_Key, bytes] = {}
        self._places: dict[_Key, dict[str, str]] = {}
        self._indexes: dict[str, dict[str, dict[_Key, float]]] = {name: defaultdict(dict) for name in INDEXES}
        self._sorted: dict[tuple[str, str], list[tuple[float, _Key]]] = {}

    def items(self) -> Iterator[Item]:
        """Everything stored, typed, for a test to look at."""
        return (marshal.loads(stored) for stored in self._items.values())

    def put_item(
        self,
        *,
        TableName: str,
        Item: Item,
        ConditionExpression: str | None = None,
        ExpressionAttributeValues: Mapping[str, Any] | None = None,
    ) -> Item:
        """Store an item if the condition holds for the one in its place."""
        key = self._key(TableName, Item)
        if ConditionExpression is not None:
            self._check(key, ConditionExpression, dict(ExpressionAttributeValues or {}), "PutItem", with_item=False)
        else:
            assert not ExpressionAttributeValues, "values without an expression"
        self._put(key, Item)
        return {}

    def get_item(self, *, TableName: str, Key: Item, ConsistentRead: bool = False) -> Item:
        """One item, or no `Item`."""
        assert isinstance(ConsistentRead, bool)
        found = self._get(self._only_key(TableName, Key))
        return {"Item": found} if found else {}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> Item:
        """Up to a hundred items, in no promised order."""
        request = self._only_table(RequestItems)
        assert request.keys() <= {"Keys", "ConsistentRead"}, request.keys()
        wanted = {self._only_key(self._table, key): key for key in request["Keys"]}
        assert 1 <= len(request["Keys"]) <= 100, "a batch reads 1 to 100 items"
        assert len(wanted) == len(request["Keys"]), "a batch must not name an item twice"
        now, left = self._share(list(wanted))
        found = [item for key in reversed(now) if (item := self._get(key))]
        rest = {self._table: {**request, "Keys": [wanted[key] for key in left]}} if left else {}
        return {"Responses": {self._table: found}, "UnprocessedKeys": rest}

    def batch_write_item(self, *, RequestItems: Mapping[str, Any]) -> Item:
        """Up to 25 puts."""
        puts = list(self._only_table(RequestItems))
        keys = [self._key(self._table, put["PutRequest"]["Item"]) for put in puts]
        assert 1 <= len(puts) <= 25, "a batch writes 1 to 25 items"
        assert len(set(keys)) == len(keys), "a batch must not write an item twice"
        now, left = self._share(puts)
        for put in now:
            assert put.keys() == {"PutRequest"}, put.keys()
            self._put(self._key(self._table, put["PutRequest"]["Item"]), put["PutRequest"]["Item"])
        return {"UnprocessedItems": {self._table: left} if left else {}}

    def update_item(
        self,
        *,
        TableName: str,
        Key: Item,
        UpdateExpression: str,
        ConditionExpression: str = "",
        ExpressionAttributeValues: Mapping[str, Any],
        ReturnValues: str = "NONE",
        ReturnValuesOnConditionCheckFailure: str = "NONE",
    ) -> Item:
        """Change an item, or make it, if the condition holds; without one, in any case."""
        assert ReturnValues in {"NONE", "ALL_NEW"}, ReturnValues
        assert ReturnValuesOnConditionCheckFailure in {"NONE", "ALL_OLD"}, ReturnValuesOnConditionCheckFailure
        assert UpdateExpression in UPDATES, f"unknown update: {UpdateExpression}"
        key, values = self._only_key(TableName, Key), dict(ExpressionAttributeValues)
        told = ReturnValuesOnConditionCheckFailure == "ALL_OLD"
        item = self._check(key, ConditionExpression, values, "UpdateItem", with_item=told) or dict(Key)
        unused = [name for name in values if name not in f"{UpdateExpression} {ConditionExpression}"]
        assert not unused, f"values no expression uses: {unused}"
        UPDATES[UpdateExpression](item, values)
        self._put(key, item)
        return {"Attributes": self._get(key)} if ReturnValues == "ALL_NEW" else {}

    def delete_item(self, *, TableName: str, Key: Item) -> Item:
        """Forget an item; one that is not there is no error."""
        key = self._only_key(TableName, Key)
        self._unplace(key)
        self._items.pop(key, None)
        return {}

    def query(
        self,
        *,
        TableName: str,
        IndexName: str,
        KeyConditionExpression: str,
        ExpressionAttributeValues: Mapping[str, Any],
        Limit: int | None = None,
        ScanIndexForward: bool = True,
        ExclusiveStartKey: Item | None = None,
    ) -> Item:
        """Items of one index, by its range if it has one; at most a megabyte a page, as DynamoDB answers."""
        assert TableName == self._table, TableName
        hashed, ranged = INDEXES[IndexName]
        words = KeyConditionExpression.split()
        assert words[:2] == [hashed, "="], KeyConditionExpression
        assert len(words) == 3 or words[3:6] == ["AND", ranged, "<"], KeyConditionExpression
        rows = self._rows(IndexName, ExpressionAttributeValues[words[2]]["S"])
        end = len(rows) if len(words) == 3 else bisect_left(rows, (number(dict(ExpressionAttributeValues), words[6]),))
        entries = rows[:end] if ScanIndexForward else rows[:end][::-1]
        if ExclusiveStartKey is not None:  # a place: whatever stood there may be gone
            place = (number(ExclusiveStartKey, ranged) if ranged else 0.0, self._key(TableName, ExclusiveStartKey))
            entries = [entry for entry in entries if (entry > place if ScanIndexForward else entry < place)]
        keys = [key for _, key in entries]
        names = ("pk", "sk", hashed, ranged) if ranged else ("pk", "sk", hashed)
        return self._page(keys, Limit, names, PROJECTED[IndexName])

    def _rows(self, index: str, name: str) -> list[tuple[float, _Key]]:
        """The rows of one hash, sorted when they are asked for: writes are many, questions few."""
        if (index, name) not in self._sorted:
            self._sorted[index, name] = sorted((at, key) for key, at in self._indexes[index][name].items())
        return self._sorted[index, name]

    def _page(self, keys: list[_Key], limit: int | None, names: tuple[str, ...], projected: tuple[str, ...]) -> Item:
        found: list[Item] = []
        size = 0
        for place, key in enumerate(keys):
            stored = self._items[key]
            whole = marshal.loads(stored)
            item = {name: whole[name] for name in (*names, *projected) if name in whole}
            found.append(item)
            size += len(str(item))
            if len(found) == limit or (size > PAGE_LIMIT_BYTES and place + 1 < len(keys)):
                last = {name: item[name] for name in names}
                return {"Items": found, "Count": len(found), "LastEvaluatedKey": last}
        return {"Items": found, "Count": len(found)}

    def _check(self, key: _Key, condition: str, values: Item, operation: str, *, with_item: bool) -> Item:
        """The item as it stands, when the condition holds for it."""
        assert condition in CONDITIONS, f"unknown condition: {condition}"
        item = self._get(key)
        if CONDITIONS[condition](item, values):
            return item
        error: Any = {"Error": {"Code": "ConditionalCheckFailedException", "Message": "The conditional request failed"}}
        if with_item and item:
            error["Item"] = item
        raise ConditionalCheckFailedException(error, operation)

    def _get(self, key: _Key) -> Item:
        stored = self._items.get(key)
        found: Item = marshal.loads(stored) if stored else {}
        return found

    def _put(self, key: _Key, item: Item) -> None:
        stored = marshal.dumps(item)
        assert len(stored) < ITEM_LIMIT_BYTES, f"an item of {len(stored)} bytes"
        self.puts += 1
        self._unplace(key)
        self._items[key] = stored
        for index, (hashed, ranged) in INDEXES.items():
            if hashed in item and (ranged in item or not ranged):
                name, at = item[hashed]["S"], number(item, ranged) if ranged else 0.0
                assert name, f"{hashed} is empty"
                self._indexes[index][name][key] = at
                self._sorted.pop((index, name), None)
                self._places.setdefault(key, {})[index] = name

    def _unplace(self, key: _Key) -> None:
        for index, name in self._places.pop(key, {}).items():
            del self._indexes[index][name][key]
            self._sorted.pop((index, name), None)

    def _share(self, entries: list[Any]) -> tuple[list[Any], list[Any]]:
        """What a batch does now and what it leaves over."""
        if self.unprocessed <= 0:
            return entries, []
        self.unprocessed -= 1
        middle = len(entries) // 2
        return entries[:middle], entries[middle:]

    def _only_table(self, request: Mapping[str, Any]) -> Any:
        assert list(request) == [self._table], list(request)
        return request[self._table]

    def _only_key(self, table: str, key: Item) -> _Key:
        assert key.keys() == {"pk", "sk"}, key.keys()
        return self._key(table, key)

    def _key(self, table: str, item: Item) -> _Key:
        assert table == self._table, table
        pk, sk = item["pk"]["S"], item["sk"]["S"]
        assert pk, "an empty key"
        assert sk, "an empty key"
        return pk, sk
