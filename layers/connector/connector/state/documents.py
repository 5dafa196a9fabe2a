"""DynamoDB items: rows and small records to and from the table's typed values.

In: rows, plain values, keys. Out: typed items and back. Wrong: nothing of its own; reads are repeated until DynamoDB
has answered every key (`UnprocessedKeys`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from connector.state.rows import Event, Label, OrderRow, State

Client = Any  # boto3's DynamoDB client: made at run time, so it has no type to import
Item = dict[str, Any]

_READ_LIMIT = 100
_serializer = TypeSerializer()
_deserializer = TypeDeserializer()
_ROW_FIELDS = frozenset(f.name for f in fields(OrderRow))


def plain(values: Mapping[str, Any]) -> Item:
    """Typed values of a mapping."""
    return {name: _serializer.serialize(_storable(value)) for name, value in values.items()}


def value_of(typed: Any) -> Any:
    """One typed value as Python has it."""
    return _readable(_deserializer.deserialize(typed))


def values_of(item: Mapping[str, Any]) -> Item:
    """All values of an item."""
    return {name: value_of(typed) for name, typed in item.items()}


def item_of(row: OrderRow) -> Item:
    """A row's own attributes; empty ones are left out."""
    known = {name: value for name, value in asdict(row).items() if value not in ("", None, (), {}, 0, False)}
    known |= {"order_id": row.order_id, "version": row.version, "state": str(row.state)}
    return plain(known)


def row_from(item: Mapping[str, Any]) -> OrderRow:
    """The row an item holds."""
    known = {name: value for name, value in values_of(item).items() if name in _ROW_FIELDS}
    known["state"] = State(known["state"])
    known["labels"] = {number: Label(**label) for number, label in known.get("labels", {}).items()}
    known["events"] = tuple(Event(**event) for event in known.get("events", ()))
    known["written"] = tuple(known.get("written", ()))
    known["starshipit_ids"] = tuple(known.get("starshipit_ids", ()))
    known.setdefault("since", 0)
    return OrderRow(**known)


def read_many(client: Client, table: str, keys: Sequence[Item]) -> Iterator[Item]:
    """Every stored item of `keys`, read consistently."""
    for start in range(0, len(keys), _READ_LIMIT):
        request: Any = {table: {"Keys": keys[start : start + _READ_LIMIT], "ConsistentRead": True}}
        while request:
            answer = client.batch_get_item(RequestItems=request)
            yield from answer["Responses"].get(table, [])
            request = answer.get("UnprocessedKeys")


def _storable(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {str(key): _storable(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_storable(entry) for entry in value]
    if isinstance(value, str):
        return str(value)
    return value


def _readable(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _readable(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_readable(entry) for entry in value]
    return value
