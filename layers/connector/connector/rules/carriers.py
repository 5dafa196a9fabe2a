"""Carrier and service names: Starshipit's words into Sellercloud's, by the merchant's table.

In: the text of the setting `CarrierMap`, then the names on a parcel. Out: a carrier and a service,
both never empty, as Sellercloud requires both (contract 8.1). Wrong: `SettingsError` naming the
entry that cannot be used.

One entry a line, or several separated by `;`:

    Starshipit carrier [/ service] = Sellercloud carrier [/ service]
    * = Sellercloud carrier / service

A carrier with its service wins over the carrier alone, that over `*`. Without a service on the
right the parcel's own is kept. Case and spaces on the left do not matter. Without a match the names
go through as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.errors import SettingsError

NAME_LIMIT = 50
"""No length is published for these names; Sellercloud contract unknown 9 advises about this many.
"""
NO_CARRIER = "Other"
NO_SERVICE = "Standard"
_ANY = "*"
_FORM = "write `Starshipit carrier [/ service] = Sellercloud carrier [/ service]`"


@dataclass(frozen=True)
class CarrierMap:
    """The merchant's table. `entries` goes from normalised (carrier, service or "") to (carrier,
    service or "").
    """

    entries: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> CarrierMap:
        """Read the setting; `SettingsError` names the first entry that is not in the form above or
        comes twice.
        """
        entries: dict[tuple[str, str], tuple[str, str]] = {}
        for entry in filter(None, (part.strip() for part in re.split(r"[;\n]", text))):
            left, target = _entry(entry)
            if left in entries:
                raise _wrong(entry, "names a carrier and service that an earlier entry names")
            entries[left] = target
        return cls(entries)

    def translate(self, carrier: str, service: str, service_code: str = "") -> tuple[str, str]:
        """Sellercloud's carrier and service for a parcel; the service is looked up by its name,
        then by its code.
        """
        name = _key(carrier)
        for key in ((name, _key(service)), (name, _key(service_code)), (name, ""), (_ANY, "")):
            if (found := self.entries.get(key)) is not None:
                return found[0], found[1] or _named(service or service_code, NO_SERVICE)
        return _named(carrier, NO_CARRIER), _named(service or service_code, NO_SERVICE)


def _entry(entry: str) -> tuple[tuple[str, str], tuple[str, str]]:
    left, equals, right = entry.partition("=")
    if not equals:
        raise _wrong(entry, "has no `=`")
    carrier, service = _pair(entry, left, "left")
    if carrier == _ANY and service:
        raise _wrong(entry, "gives a service to `*`, which stands for every carrier and service")
    target = _pair(entry, right, "right")
    if max(len(name) for name in target) > NAME_LIMIT:
        raise _wrong(entry, f"has a name longer than {NAME_LIMIT} characters")
    return (_key(carrier), _key(service)), target


def _pair(entry: str, side: str, which: str) -> tuple[str, str]:
    """Carrier and service of one side. A slash with blanks around it separates first, as names may
    hold bare ones.
    """
    separator = " / " if " / " in side else "/"
    carrier, slash, service = (part.strip() for part in f" {side.strip()} ".partition(separator))
    if not carrier:
        raise _wrong(entry, f"has no carrier on the {which}")
    if slash and not service:
        raise _wrong(entry, f"has a `/` and no service on the {which}")
    return carrier, service


def _wrong(entry: str, what: str) -> SettingsError:
    return SettingsError(f"CarrierMap: the entry {entry!r} {what}; {_FORM}, with `*` on the left for all others")


def _key(name: str) -> str:
    return "".join(name.casefold().split())


def _named(name: str, otherwise: str) -> str:
    return " ".join(name.split())[:NAME_LIMIT].strip() or otherwise
