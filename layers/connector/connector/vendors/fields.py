"""Lenient field types for what vendors send: text, money, whole numbers, moments, yes/no.

In: a JSON value of whatever shape was seen. Out: one Python type each. Wrong: `ValueError`, which
pydantic reports with the field's name. The shapes come from contracts sections 3.3 (Sellercloud)
and 2.1 (Starshipit).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

_FRACTION = re.compile(r"(\.\d{1,6})\d*")
# One number, with at most a currency sign or code before or after it.
_AMOUNT = re.compile(r"[^\d.,+\-]*([+-]?(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)[^\d.,+\-]*")
_EARLIEST_REAL_YEAR = 1900


def text(value: Any) -> str:
    """Trimmed text; null becomes empty."""
    return "" if value is None else str(value).strip()


def number(value: Any) -> Decimal | None:
    """A decimal from a number or text, with thousands separators or a currency; empty is None."""
    written = "" if isinstance(value, bool) else text(value)
    if not any(character.isalnum() for character in written):
        return None
    found = _AMOUNT.fullmatch(written)
    if found is None:
        raise ValueError("not a number")
    return Decimal(found[1].replace(",", ""))


def whole(value: Any) -> int | None:
    """A whole number from 7, 7.0, "7" or "7.0"; empty becomes None."""
    found = number(value)
    if found is None:
        return None
    if found != found.to_integral_value():
        raise ValueError("not a whole number")
    return int(found)


def readable(value: Any) -> Any:
    """The value, or nothing where it is no number: for fields that are better absent than in the way."""
    try:
        return number(value)
    except ValueError:
        return None


def moment(value: Any) -> datetime | None:
    """A moment with up to seven fraction digits and an optional zone; years before 1900 mean none.

    Without a zone the result is naive: only the caller knows whose clock it was.
    """
    written = text(value)
    if not written:
        return None
    found = datetime.fromisoformat(_FRACTION.sub(r"\1", written))
    return None if found.year < _EARLIEST_REAL_YEAR else found


def yes(value: Any) -> bool:
    """A yes/no from true, 1, "True", "1"; anything else, null too, is no."""
    return text(value).lower() in {"true", "1", "1.0", "yes"}


def many(value: Any) -> Any:
    """A list; null becomes an empty one."""
    return [] if value is None else value


def filled(value: Any) -> Any:
    """A list without its nulls and empty texts; null becomes an empty one."""
    if isinstance(value, list):
        return [item for item in value if text(item)]
    return many(value)


def fill(data: Any, name: str, *others: str) -> Any:
    """The row, with an empty or missing `name` filled from the first of `others` that is not."""
    if not isinstance(data, dict) or text(data.get(name)):
        return data
    found = next((data[other] for other in others if text(data.get(other))), None)
    return data if found is None else {**data, name: found}


def in_utc(value: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC; a naive one is read on the clock of `zone`."""
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


Text = Annotated[str, BeforeValidator(text)]
Number = Annotated[Decimal | None, BeforeValidator(number)]
Whole = Annotated[int | None, BeforeValidator(whole)]
Moment = Annotated[datetime | None, BeforeValidator(moment)]
Yes = Annotated[bool, BeforeValidator(yes)]
