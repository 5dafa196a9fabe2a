"""Carrier review: what of the carrier table will work, judged by what the tenant offers and Starshipit prints.

In: the table, Sellercloud's lists as far as they were read, the carriers Starshipit used lately. Out: findings. Wrong:
nothing is raised; what was not read is never judged.

A name that Sellercloud does not list is a warning and no more: it may take free text (contract unknown 7). A carrier
that is printed and that neither the table nor the tenant knows is wrong: its orders will hardly be shipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

from connector.rules.carriers import CarrierMap, Entry, Fault, named, same

OK, WARNING, WRONG, NOT_VERIFIABLE = "ok", "warning", "wrong", "not_verifiable"
ABOUT = "carriers"
EDIT = "connector carriers edit"
LOOK_BACK_DAYS = 14
_ORDER = (WRONG, WARNING, NOT_VERIFIABLE, OK)
_MOST_NAMED = 8


@dataclass(frozen=True)
class Finding:
    """One thing found. `entry` is the entry or the carrier it is about, if it is about one."""

    verdict: str
    message: str
    next: str = ""
    entry: str = ""
    about: str = ABOUT

    def shown(self) -> dict[str, Any]:
        """As an answer has it."""
        return asdict(self)


@dataclass(frozen=True)
class Offered:
    """A carrier the tenant can choose: its names, and its services where they were read (None: they were not)."""

    names: tuple[str, ...]
    services: tuple[tuple[str, ...], ...] | None = None

    def has(self, service: str) -> bool:
        """True when the carrier has the service, by either of its names."""
        return any(_alike(service) == _alike(name) for names in self.services or () for name in names)


@dataclass(frozen=True)
class Offer:
    """What the tenant can choose from. `unread` names the sites whose carriers were not read."""

    carriers: tuple[Offered, ...] = ()
    unread: tuple[str, ...] = ()

    def carrier(self, name: str) -> Offered | None:
        """The carrier of that name, either of its two."""
        return next((each for each in self.carriers if _alike(name) in map(_alike, each.names)), None)

    @property
    def known(self) -> bool:
        """False when nothing was read."""
        return bool(self.carriers)


@dataclass(frozen=True)
class Seen:
    """A carrier and service on so many of Starshipit's orders; a service that was not shown is empty."""

    carrier: str
    service: str
    code: str
    orders: int


def wished(table: CarrierMap, seen: Iterable[Seen]) -> dict[str, set[str]]:
    """Which services of which carriers Sellercloud will be given, as far as it can be told: what to ask it for."""
    found: dict[str, set[str]] = {}
    for entry in table.entries:
        found.setdefault(entry.to_carrier, set()).update(filter(None, [entry.to_service]))
    for each in seen:
        carrier, service = table.translate(each.carrier, each.service, each.code)
        found.setdefault(carrier, set()).update([service] if each.service else [])
    return {carrier: services for carrier, services in found.items() if services}


def faults_found(faults: Iterable[Fault]) -> list[Finding]:
    """Entries that cannot be used."""
    return [Finding(WRONG, f"{_upper(fault.sentence)}.", f"Correct it: {EDIT}.", fault.entry) for fault in faults]


def review(table: CarrierMap, offer: Offer, seen: Sequence[Seen] | None) -> list[Finding]:
    """Findings over a table whose entries can all be read; `seen` is None when Starshipit could not be asked."""
    found: list[Finding] = []
    if offer.known:
        found += [finding for entry in table.entries for finding in _target(entry, offer)]
        found += [finding for each in seen or () for finding in _kept(table, offer, each)]
        found += [finding for each in seen or () for finding in _swallowed(table, offer, each)]
    strange = [each for each in seen or () if _is_strange(table, offer, each)]
    found += [_unmapped(table, offer, each) for each in strange]
    if seen is not None and not strange:
        found.append(_summary(table, seen))
    return found


def worst_first(found: Iterable[Finding]) -> list[Finding]:
    """Findings in the order a person needs them, each once."""
    return sorted(dict.fromkeys(found), key=lambda finding: _ORDER.index(finding.verdict))


def _target(entry: Entry, offer: Offer) -> Iterator[Finding]:
    """Whether the right side is something the tenant can choose."""
    carrier = offer.carrier(entry.to_carrier)
    if carrier is None:
        names = [name for offered in offer.carriers for name in offered.names]
        yield _unlisted(str(entry), f"the carrier {entry.to_carrier!r}", entry.to_carrier, names, offer)
    elif entry.to_service and carrier.services is not None and not carrier.has(entry.to_service):
        yield _service(str(entry), entry.to_carrier, entry.to_service, carrier)


def _kept(table: CarrierMap, offer: Offer, each: Seen) -> Iterator[Finding]:
    """Whether a service that no entry names is one that the tenant can choose."""
    entry = table.entry_for(each.carrier, each.service, each.code)
    if not each.service or (entry and entry.to_service):
        return
    carrier, service = table.translate(each.carrier, each.service, each.code)
    offered = offer.carrier(carrier)
    if offered and offered.services is not None and not offered.has(service):
        yield _service(named(each.carrier, each.service), carrier, service, offered)


def _swallowed(table: CarrierMap, offer: Offer, each: Seen) -> Iterator[Finding]:
    """Whether the fallback takes a carrier that would go through under its own name."""
    entry = table.entry_for(each.carrier, each.service, each.code)
    offered = offer.carrier(each.carrier)
    if entry is None or entry is not table.fallback or offered is None or offer.carrier(entry.to_carrier) is offered:
        return
    message = (
        f"Sellercloud offers {each.carrier}, but the fallback makes it {named(entry.to_carrier, entry.to_service)}."
    )
    yield Finding(
        WARNING, message, f"To keep its name add `{each.carrier} = {offered.names[0]}`: {EDIT}.", each.carrier
    )


def _is_strange(table: CarrierMap, offer: Offer, each: Seen) -> bool:
    """True for a carrier that neither the table nor the tenant knows."""
    mapped = table.entry_for(each.carrier, each.service, each.code) is not None
    return not mapped and offer.carrier(table.translate(each.carrier, "")[0]) is None


def _unmapped(table: CarrierMap, offer: Offer, each: Seen) -> Finding:
    missing = f"there is no fallback `* = …`, and Starshipit used it in the last {LOOK_BACK_DAYS} days"
    add = f"Add an entry such as `{each.carrier} = Other / Standard`, or a fallback `* = Other / Standard`: {EDIT}."
    partly = any(entry.key[0] == same(each.carrier) for entry in table.entries)
    if partly and not each.service:  # the list that shows it does not name the service, and an entry may know that
        message = f"{each.carrier} is mapped for some services only, and {missing}."
        return Finding(WARNING, message, add, each.carrier)
    what = f"{named(each.carrier, each.service if partly else '')} is not mapped"
    if not offer.known:
        message = f"{what}, {missing}; whether Sellercloud offers it cannot be told now."
        return Finding(NOT_VERIFIABLE, message, add, each.carrier)
    if offer.unread:
        message = f"{what}, {missing}; the Sellercloud sites that could be asked do not offer it."
        return Finding(NOT_VERIFIABLE, message, add, each.carrier)
    return Finding(WRONG, f"{what}, Sellercloud does not offer it, {missing}.", add, each.carrier)


def _unlisted(entry: str, what: str, name: str, names: Sequence[str], offer: Offer) -> Finding:
    if offer.unread:
        unread = ", ".join(offer.unread)
        message = f"Sellercloud does not list {what} where it could be asked; its sites {unread} did not answer."
        return Finding(NOT_VERIFIABLE, message, "Try again later.", entry)
    message = f"Sellercloud does not list {what}; it may take the name all the same, which the first shipment shows."
    return Finding(WARNING, message, _instead(name, names), entry)


def _service(entry: str, carrier: str, service: str, offered: Offered) -> Finding:
    names = [name for names in offered.services or () for name in names]
    message = (
        f"Sellercloud does not list the service {service!r} for the carrier {carrier!r}; "
        "it may take the name all the same, which the first shipment shows."
    )
    return Finding(WARNING, message, _instead(service, names), entry)


def _instead(name: str, names: Sequence[str]) -> str:
    """What could be written instead."""
    close = get_close_matches(same(name), [same(each) for each in names], n=1, cutoff=0.75)
    if close:
        meant = next(each for each in names if same(each) == close[0])
        return f"Did you mean {meant!r}? Correct it: {EDIT}."
    return f"Listed are {_some(names)}." if names else "It lists none."


def _summary(table: CarrierMap, seen: Sequence[Seen]) -> Finding:
    carriers = list(dict.fromkeys(each.carrier for each in seen))
    days = f"the last {LOOK_BACK_DAYS} days"
    if not carriers and table.fallback is None:
        message = f"Starshipit printed nothing in {days}, so it cannot be told which carriers need an entry."
        return Finding(WARNING, message, f"Set a fallback `* = Other / Standard` to be safe: {EDIT}.")
    if not carriers:
        return Finding(OK, f"Every carrier has a name in Sellercloud: what has no entry becomes {_fallback(table)}.")
    message = f"Every carrier Starshipit used in {days} is mapped or offered by Sellercloud: {_some(carriers)}."
    caught = [each.carrier for each in seen if table.entry_for(each.carrier, each.service, each.code) == table.fallback]
    if table.fallback and caught:
        message = f"{message[:-1]}; by the fallback: {_some(caught)}."
    return Finding(OK, message)


def _some(names: Iterable[str]) -> str:
    """The first names, each once."""
    listed = list(dict.fromkeys(names))
    more = f" and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    return f"{', '.join(listed[:_MOST_NAMED])}{more}"


def _fallback(table: CarrierMap) -> str:
    entry = table.fallback
    return named(entry.to_carrier, entry.to_service) if entry else ""


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _alike(name: str) -> str:
    """The name as Sellercloud may compare it: case and the number of blanks hardly matter, their absence may."""
    return " ".join(name.casefold().split())
