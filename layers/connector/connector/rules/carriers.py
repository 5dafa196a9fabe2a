"""Carrier and service names: Starshipit's words into Sellercloud's, by the merchant's table.

In: the text of the table, then the names on a parcel. Out: a carrier and a service, both never empty, as Sellercloud
requires both (contract 8.1). Wrong: `SettingsError` naming the first entry that cannot be used; `read` names them all.

One entry a line, or several separated by `;`; blank lines and lines that begin with `#` say nothing:

    # what Australia Post prints
    Starshipit carrier [/ service] = Sellercloud carrier [/ service]
    * = Sellercloud carrier / service

A carrier with its service wins over the carrier alone, that over `*`. Without a service on the right the parcel's own
is kept. Case and spaces on the left do not matter. Without a match the names go through as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from connector.errors import SettingsError

NAME_LIMIT = 50
"""No length is published for these names; Sellercloud contract unknown 9 advises about this many."""
STARSHIPIT_NAME_LIMIT = 100
"""Its own limit for these names (contract 2.3)."""
NO_CARRIER = "Other"
NO_SERVICE = "Standard"
_ANY = "*"
_FORM = "write `Starshipit carrier [/ service] = Sellercloud carrier [/ service]`, with `*` on the left for all others"
_SHOWN = 120  # characters of a wrong entry that are repeated to a person


@dataclass(frozen=True)
class Entry:
    """One entry. An empty `service` stands for every service, an empty `to_service` for the parcel's own."""

    carrier: str
    service: str
    to_carrier: str
    to_service: str

    @property
    def key(self) -> tuple[str, str]:
        """What the entry is looked up by."""
        return same(self.carrier), same(self.service)

    def __str__(self) -> str:
        """The entry as a person writes it."""
        return f"{named(self.carrier, self.service)} = {named(self.to_carrier, self.to_service)}"


@dataclass(frozen=True)
class Fault:
    """An entry that cannot be used, and why."""

    entry: str
    what: str

    @property
    def sentence(self) -> str:
        """What is wrong and what would be right."""
        shown = self.entry if len(self.entry) <= _SHOWN else f"{self.entry[:_SHOWN]}…"
        return f"the entry {shown!r} {self.what}; {_FORM}"


@dataclass(frozen=True)
class CarrierMap:
    """The merchant's table, its entries as written and in their order."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def parse(cls, text: str, source: str = "CarrierMap") -> CarrierMap:
        """Read the table. `SettingsError` names `source` and the first entry that is in no such form or comes twice."""
        entries, faults = read(text)
        if faults:
            raise SettingsError(f"{source}: {faults[0].sentence}")
        return cls(entries)

    @property
    def text(self) -> str:
        """The table as text: one entry a line."""
        return "\n".join(map(str, self.entries))

    @property
    def fallback(self) -> Entry | None:
        """The entry for all others."""
        return self._by_name.get((_ANY, ""))

    def entry_for(self, carrier: str, service: str, service_code: str = "") -> Entry | None:
        """The entry that applies to a parcel; the service is looked up by its name, then by its code."""
        name = same(carrier)
        keys = ((name, same(service)), (name, same(service_code)), (name, ""), (_ANY, ""))
        return next((self._by_name[key] for key in keys if key in self._by_name), None)

    def translate(self, carrier: str, service: str, service_code: str = "") -> tuple[str, str]:
        """Sellercloud's carrier and service for a parcel."""
        own = _fitting(service or service_code, NO_SERVICE)
        entry = self.entry_for(carrier, service, service_code)
        if entry is None:
            return _fitting(carrier, NO_CARRIER), own
        return entry.to_carrier, entry.to_service or own

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Entry]:
        return {entry.key: entry for entry in self.entries}


def read(text: str) -> tuple[tuple[Entry, ...], tuple[Fault, ...]]:
    """Every entry that can be used, and every one that cannot."""
    entries: dict[tuple[str, str], Entry] = {}
    faults: list[Fault] = []
    for written in _written(text):
        found = _entry(written)
        if isinstance(found, Entry) and (earlier := entries.get(found.key)):
            found = Fault(written, f"names a carrier and service that an earlier entry names ({earlier})")
        if isinstance(found, Fault):
            faults.append(found)
        else:
            entries[found.key] = found
    return tuple(entries.values()), tuple(faults)


def same(name: str) -> str:
    """The name without what does not matter when names are compared: case, spaces, ways to write a letter."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def named(carrier: str, service: str) -> str:
    """Carrier and service as a person writes them."""
    return f"{carrier} / {service}" if service else carrier


def _written(text: str) -> Iterator[str]:
    """The entries as written; a `#` where an entry would begin makes the rest of the line a comment."""
    for line in re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")):
        for part in line.split(";"):
            entry = part.strip()
            if entry.startswith("#"):
                break
            if entry:
                yield entry


def _entry(written: str) -> Entry | Fault:
    if wrong := _wrong_signs(written):
        return Fault(written, wrong)
    left, _, right = written.partition("=")
    sides: list[str] = []
    for side, which in ((left, "left"), (right, "right")):
        pair = _pair(side, which)
        if isinstance(pair, str):
            return Fault(written, pair)
        sides += pair
    entry = Entry(*sides)
    if same(entry.carrier) == _ANY and entry.service:
        return Fault(written, f"gives a service to `{_ANY}`, which stands for every carrier and service")
    for name, limit in zip(sides, (*[STARSHIPIT_NAME_LIMIT] * 2, *[NAME_LIMIT] * 2), strict=True):
        if len(name) > limit:
            return Fault(written, f"has a name longer than {limit} characters")
    return entry


def _wrong_signs(written: str) -> str:
    """What is wrong with the signs of an entry, or nothing."""
    if "=" not in written:
        return "has no `=`"
    if written.count("=") > 1:
        return "has more than one `=` (begin a new line, or write `;`, between two entries)"
    if re.search(r"[\s=]#", written):
        return "has a `#` behind it (write a comment on a line of its own)"
    if not " ".join(written.split()).isprintable():
        return "has a character that cannot be seen"
    return ""


def _pair(side: str, which: str) -> tuple[str, str] | str:
    """Carrier and service of one side, or what is wrong with it.

    A slash with blanks around it separates first, as names may hold bare ones.
    """
    tidy = " ".join(side.split())
    separator = " / " if " / " in f"{tidy} " else "/"
    carrier, slash, service = (part.strip() for part in f" {tidy} ".partition(separator))
    if not carrier:
        return f"has no carrier on the {which}"
    if slash and not service:
        return f"has a `/` and no service on the {which}"
    return carrier, service


def _fitting(name: str, otherwise: str) -> str:
    return " ".join(name.split())[:NAME_LIMIT].strip() or otherwise
