"""The conditions and updates the connector writes to its table, each as DynamoDB carries it out.

In: an expression's exact text, an item, the expression's values, all typed. Out: whether the condition holds; the item
changed in place. Wrong: nothing; a text that is not here is not known, and whoever looks it up has to say so.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

Item = dict[str, Any]


def number(item: Item, name: str) -> float:
    """A numeric attribute, exact enough to compare moments."""
    return float(item[name]["N"])


CONDITIONS: dict[str, Callable[[Item, Item], bool]] = {
    "": lambda *_: True,
    "attribute_not_exists(pk)": lambda item, _: not item,
    "version = :expected": lambda item, v: item.get("version") == v[":expected"],
    "attribute_not_exists(pk) OR order_id = :id": lambda item, v: not item or item.get("order_id") == v[":id"],
    "attribute_not_exists(ahead) OR ahead < :ahead": lambda item, v: (
        "ahead" not in item or number(item, "ahead") < number(v, ":ahead")
    ),
    "attribute_not_exists(ahead) OR ahead < :earliest": lambda item, v: (
        "ahead" not in item or number(item, "ahead") < number(v, ":earliest")
    ),
    "ahead >= :earliest AND ahead <= :limit": lambda item, v: (
        "ahead" in item and number(v, ":earliest") <= number(item, "ahead") <= number(v, ":limit")
    ),
    "attribute_not_exists(ends_at) OR ends_at < :now OR lease_owner = :owner": lambda item, v: (
        "ends_at" not in item or number(item, "ends_at") < number(v, ":now") or item.get("lease_owner") == v[":owner"]
    ),
    "fence = :fence": lambda item, v: item.get("fence") == v[":fence"],
}


def _take_lease(item: Item, v: Item) -> None:
    fence = int(item.get("fence", {"N": "0"})["N"]) + int(v[":one"]["N"])
    item.update(lease_owner=v[":owner"], ends_at=v[":end"], expires_at=v[":gone"], fence={"N": str(fence)})


def _drop_lease(item: Item, _: Item) -> None:
    item.pop("ends_at", None)
    item.pop("lease_owner", None)


def _add_interval(item: Item, v: Item) -> None:
    item["ahead"] = {"N": str(Decimal(item["ahead"]["N"]) + Decimal(v[":interval"]["N"]))}


def _count_refusal(item: Item, v: Item) -> None:
    before = int(item.get("refusals", {"N": "0"})["N"])
    item.update(expires_at=v[":gone"], refusals={"N": str(before + int(v[":one"]["N"]))})


def _lead(item: Item, v: Item) -> None:
    known = item.get("order_ids", {"NS": []})["NS"]
    item.update(expires_at=v[":gone"], order_ids={"NS": sorted({*known, *v[":ids"]["NS"]})})


UPDATES: dict[str, Callable[[Item, Item], None]] = {
    "SET ahead = :ahead": lambda item, v: item.update(ahead=v[":ahead"]),
    "SET ahead = :next": lambda item, v: item.update(ahead=v[":next"]),
    "SET ahead = ahead + :interval": _add_interval,
    "SET lease_owner = :owner, ends_at = :end, expires_at = :gone ADD fence :one": _take_lease,
    "REMOVE ends_at, lease_owner": _drop_lease,
    "SET expires_at = :gone ADD order_ids :ids": _lead,
    "SET expires_at = :gone ADD refusals :one": _count_refusal,
}
