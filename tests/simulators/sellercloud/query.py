"""Query strings as the server binds them (section 3.1): forgiving in the most dangerous way.

Names are case-insensitive; unknown names and unreadable values are dropped without a word. Where
``model.`` is the prefix, un-prefixed names count only if no prefixed one is present.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from . import dates

_PREFIX = "model."


class Parameters:
    """The parameters an endpoint binds; ``ignored`` tells what the server dropped silently."""

    def __init__(self, query: Iterable[tuple[str, str]], known: Iterable[str], *, prefixed: bool) -> None:
        names = {name.lower() for name in known}
        pairs = [(key.lower(), value) for key, value in query]
        with_prefix = prefixed and any(key.startswith(_PREFIX) for key, _ in pairs)
        self.ignored: list[str] = []
        self._values: dict[str, list[str]] = {}
        for key, value in pairs:
            name = key
            if prefixed and key.startswith(_PREFIX):
                name = key[len(_PREFIX) :]
            elif with_prefix:
                self.ignored.append(f"{key} (without the prefix the others have)")
                continue
            if name in names:
                self._values.setdefault(name, []).append(value)
            else:
                self.ignored.append(f"{key} (unknown)")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._values

    @property
    def names(self) -> list[str]:
        """Lower-case names that were bound."""
        return list(self._values)

    def texts(self, name: str) -> tuple[str, ...]:
        """All non-empty values of a repeated key."""
        return tuple(value for value in self._values.get(name.lower(), ()) if value)

    def text(self, name: str) -> str | None:
        """The first value."""
        return next(iter(self.texts(name)), None)

    def integers(self, name: str) -> tuple[int, ...]:
        """All values that are whole numbers; others are dropped."""
        found = []
        for value in self.texts(name):
            try:
                found.append(int(value))
            except ValueError:
                self.ignored.append(f"{name}={value} (no whole number)")
        return tuple(found)

    def integer(self, name: str) -> int | None:
        """The first whole number; a list where one value is allowed loses the rest."""
        found = self.integers(name)
        if len(found) > 1:
            self.ignored.append(f"{name} (only its first value counts)")
        return found[0] if found else None

    def flag(self, name: str) -> bool:
        """True when the value is `true`."""
        return (self.text(name) or "").lower() == "true"

    def date(self, name: str, zone: tzinfo) -> datetime | None:
        """A date in any format the server reads; unreadable ones are dropped."""
        value = self.text(name)
        if value is None:
            return None
        moment = dates.parse(value, zone)
        if moment is None:
            self.ignored.append(f"{name}={value} (no date)")
        return moment


def page_of(parameters: Parameters) -> tuple[int, int]:
    """Page number from 1 and page size: 10 by default, clamped to 50 (section 3.2)."""
    page = parameters.integer("pageNumber")
    size = parameters.integer("pageSize")
    page = 1 if page is None or page < 1 else page
    size = 10 if size is None or size < 1 else min(size, 50)
    return page, size
