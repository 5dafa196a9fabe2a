"""DynamoDB items: rows and small records to and from the table's typed values.

In: rows, plain values, keys. Out: typed items and back. Wrong: nothing of its own; reads are repeated until DynamoDB
has answered every key (`UnprocessedKeys`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from decimal import Decimal
from typing import Any

from connector.state.rows import Event, Label, OrderRow, State

Client = Any  # boto3's DynamoDB client: made at run time, so it has no type to import
Item = dict[str, Any]

_READ_LIMIT = 100
_ROW_FIELDS = tuple(f.name for f in fields(OrderRow))
_EMPTY: tuple[object, ...] = ("", None, (), {}, 0, False)


def plain(values: Mapping[str, Any]) -> Item:
    """Typed values of a mapping."""
    return {name: _typed(value) for name, value in values.items()}


def value_of(typed: Mapping[str, Any]) -> Any:
    """One typed value as Python has it: whole numbers as int, others as float."""
    ((kind, value),) = typed.items()
    match kind:
        case "N":
            number = Decimal(value)
            return int(number) if number == number.to_integral_value() else float(number)
        case "M":
            return values_of(value)
        case "L":
            return [value_of(entry) for entry in value]
        case "NS":
            return sorted(int(each) for each in value)
        case "NULL":
            return None
        case _:
            return value


def values_of(item: Mapping[str, Any]) -> Item:
    """All values of an item."""
    return {name: value_of(typed) for name, typed in item.items()}


def item_of(row: OrderRow) -> Item:
    """A row's own attributes; empty ones are left out."""
    known = {name: value for name in _ROW_FIELDS if (value := getattr(row, name)) not in _EMPTY}
    known |= {"order_id": row.order_id, "version": row.version, "state": str(row.state)}
    known |= {"labels": {number: asdict(label) for number, label in row.labels.items()}} if row.labels else {}
    known |= {"events": [vars(event) for event in row.events]} if row.events else {}
    return plain(known)


def row_from(item: Mapping[str, Any]) -> OrderRow:
    """The row an item holds."""
    known = {name: value for name, value in values_of(item).items() if name in _ROW_FIELDS}
    known["state"] = State(known["state"])
    known["labels"] = {number: Label(**label) for number, label in known.get("labels", {}).items()}
    known["events"] = tuple(Event(**event) for event in known.get("events", ()))
    known["written"] = tuple(known.get("written", ()))
    known["starshipit_ids"] = tuple(known.get("starshipit_ids", ()))
    known["linked"] = tuple(known.get("linked", ()))
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


def _typed(value: Any) -> Item:
    """A value as DynamoDB takes it (boto3's own serializer knows no float and takes several times as long)."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int() | float() | Decimal():
            return {"N": str(value)}
        case Mapping():
            return {"M": {str(name): _typed(entry) for name, entry in value.items()}}
        case tuple() | list():
            return {"L": [_typed(entry) for entry in value]}
        case _:
            raise TypeError(f"{type(value).__name__} cannot be stored")
