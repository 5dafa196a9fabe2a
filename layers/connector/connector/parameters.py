"""Parameters: one setting at a time, out of the environment.

In: the environment, a parameter's name, what is allowed. Out: its value in the type asked for, or its default. Wrong:
`SettingsError`, one sentence naming the setting, the value it has and what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo

from connector.errors import SettingsError

Value = TypeVar("Value")


class Parameters:
    """Reads one parameter at a time and words what is wrong with it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, default: str = "") -> str:
        return self._environment.get(_variable(name), "").strip() or default

    def _is_blank(self, name: str) -> bool:
        """True when the setting is there and says nothing, which is not the same as its default."""
        return not self._environment.get(_variable(name), "absent").strip()

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise SettingsError(f"{name} is not set; give the server id, portal address or REST address.")
        return value

    def endpoint(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        loopback = re.match(r"http://(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?(/|$)", value)
        if not loopback and not re.match(r"https://[\w.-]+(:\d+)?(/|$)", value):
            self._refuse(name, value, "an https address (http only on this machine)")
        return value

    def codes(self, name: str, table: Mapping[str, int], default: str, *, may_be_empty: bool = False) -> frozenset[int]:
        if may_be_empty and self._is_blank(name):
            return frozenset()
        written = self.text(name, default)
        known = {key.lower(): number for key, number in table.items()}
        found = set()
        for entry in _entries(written):
            number = known.get(entry.lower())
            if number is None and re.fullmatch(r"-?\d+", entry):
                number = int(entry)
            if number is None:
                also = ", or empty" if may_be_empty else ""
                self._refuse(name, entry, f"one or more of {', '.join(table)}, separated by ;{also}")
            found.add(number)
        return frozenset(found)

    def ids(self, name: str) -> tuple[int, ...]:
        entries = _entries(self.text(name))
        for entry in entries:
            if not re.fullmatch(r"\d{1,10}", entry):
                self._refuse(name, entry, "numbers separated by ; (or empty)")
        return tuple(dict.fromkeys(int(entry) for entry in entries))

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        return self._number(name, str(default), least, most, int, "a whole number")

    def decimal(self, name: str, default: float, least: float, most: float) -> float:
        return self._number(name, str(default), least, most, float, "a number")

    def _number(
        self,
        name: str,
        default: str,
        least: float,
        most: float,
        kind: Callable[[str], Value],
        word: str,
    ) -> Value:
        value = self.text(name, default)
        allowed = f"{word} from {least} to {most}"
        try:
            found = kind(value)
            fits = least <= float(value) <= most
        except ValueError:
            self._refuse(name, value, allowed)
        if not fits:
            self._refuse(name, value, allowed)
        return found

    def choice(self, name: str, kind: type[Value]) -> Value:
        """One of an enumeration's values; the first is the default."""
        allowed = [str(entry) for entry in kind]  # type: ignore[attr-defined]
        value = self.text(name, allowed[0]).lower()
        if value not in allowed:
            self._refuse(name, value, " or ".join(allowed))
        return kind(value)  # type: ignore[call-arg]

    def yes(self, name: str, *, default: bool) -> bool:
        value = self.text(name, str(default)).lower()
        if value not in {"true", "false"}:
            self._refuse(name, value, "true or false")
        return value == "true"

    def marker(self, name: str) -> str:
        """A mark to put on orders: empty for none, `exported`, or `column:` and a custom column's name."""
        value = self.text(name, "none")
        if value.lower() in {"none", "exported"}:
            return "" if value.lower() == "none" else "exported"
        kind, colon, column = value.partition(":")
        if kind.strip().lower() != "column" or not colon or not column.strip():
            self._refuse(name, value, "none, exported, or column: and the name of an order's custom column")
        return f"column:{column.strip()}"

    def day(self, name: str) -> date | None:
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self._refuse(name, value, "a day written like 2026-11-01 (or empty)")

    def zone(self, name: str, default: str) -> ZoneInfo:
        value = self.text(name, default)
        try:
            return ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            self._refuse(name, value, "a time zone such as America/New_York or Australia/Sydney")

    @staticmethod
    def _refuse(name: str, value: str, allowed: str) -> NoReturn:
        raise SettingsError(f"{name} is “{value[:80]}”; allowed is {allowed}.")


def _variable(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()


def _entries(written: str) -> list[str]:
    return [entry.strip() for entry in re.split(r"[;,]", written) if entry.strip()]
