"""Carrier survey: what Sellercloud offers and what Starshipit prints, asked in few calls.

In: the two vendors. Out: the tenant's carriers and services, the carriers in use, and a finding for each thing that
could not be asked. Wrong: nothing is raised for a vendor's trouble: what is not known is said.

At most 12 calls of Sellercloud (4 sites, 8 lists of services) and 4 of Starshipit (2 pages of two lists).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from connector.errors import ConnectorError, Refused, RetryLater, Throttled
from connector.flows.operator import explained
from connector.flows.tools import Tools
from connector.rules.carrier_review import LOOK_BACK_DAYS, NOT_VERIFIABLE, Finding, Offer, Offered, Seen, wished
from connector.rules.carriers import CarrierMap
from connector.rules.tracking import normalise
from connector.vendors.calls import WrongAddress
from connector.vendors.sellercloud.reference import Choice
from connector.vendors.starshipit.models import FoundList, FoundOrder
from connector.vendors.starshipit.paging import PAGE_LIMIT

SITES = {0: "US", 1: "Canada", 2: "UK", 3: "Australia"}
_MOST_SERVICE_LISTS = 8
_MOST_PAGES = 2


@dataclass
class Survey:
    """What was found. `sites` are the carriers of each site; `seen` is None when Starshipit could not be asked.

    `complete` is false when a vendor refused or did not answer.
    """

    sites: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    offer: Offer = field(default_factory=Offer)
    seen: list[Seen] | None = None
    troubles: list[Finding] = field(default_factory=list)
    complete: bool = True

    def failed(self, what: str, error: ConnectorError) -> None:
        """Record what could not be asked, and why."""
        said = explained(error)
        message = str(said["message"]).rstrip(".")
        self.troubles.append(Finding(NOT_VERIFIABLE, f"{what}: {message}.", str(said["next"])))
        self.complete = False


def survey(tools: Tools, table: CarrierMap) -> Survey:
    """Ask both vendors what is needed to judge the table."""
    found = Survey()
    try:
        found.seen = _seen(tools)
    except ConnectorError as exc:
        found.failed("Which carriers are in use cannot be told", exc)
    try:
        _ask_sites(tools, found)
    except ConnectorError as exc:
        found.failed("Which carriers Sellercloud offers cannot be told", exc)
    try:
        _ask_services(tools, found, wished(table, found.seen or ()))
    except ConnectorError as exc:
        found.failed("Which services Sellercloud offers cannot be told", exc)
    return found


def _seen(tools: Tools) -> list[Seen]:
    """Carriers and services of the newest orders with labels, each order once, the most used first.

    Freshly printed orders are shown by one list, which names no service, dispatched ones by another.
    """
    since = tools.clock.now() - timedelta(days=LOOK_BACK_DAYS)
    printed = _rows(lambda page: tools.starshipit.shipments("recently_printed", since, page))
    shipped = _rows(lambda page: tools.starshipit.shipped(since, page))
    orders = {row.order_id: row for row in (*printed, *shipped)}
    used = Counter(
        (row.carrier_name, row.carrier_service_name, row.carrier_service_code)
        for row in orders.values()
        if row.carrier_name and normalise(row.shipment_type) in {"", "outgoing"}
    )
    return [Seen(*names, count) for names, count in used.most_common()]


def _rows(fetch: Callable[[int], FoundList]) -> Iterator[FoundOrder]:
    """The rows of the first pages."""
    for page in range(1, _MOST_PAGES + 1):
        listing = fetch(page)
        yield from listing.orders
        told = listing.total_pages
        if not listing.orders or (page >= told if told is not None else len(listing.orders) < PAGE_LIMIT):
            return


def _ask_sites(tools: Tools, found: Survey) -> None:
    """The carriers of every site that answers; one the tenant does not use may be refused. Raises if none answers."""
    unread: dict[str, ConnectorError] = {}
    for site, name in SITES.items():
        try:
            found.sites[name] = tools.sellercloud.shipping_carriers(site)
        except (Refused, RetryLater) as exc:
            if isinstance(exc, WrongAddress | Throttled) or exc.status in {None, 401}:
                raise
            unread[name] = exc
    if len(unread) == len(SITES):
        raise next(iter(unread.values()))
    names: dict[str, dict[str, None]] = {}
    for choice in (choice for choices in found.sites.values() for choice in choices):
        names.setdefault(choice.names[0].casefold(), {}).update(dict.fromkeys(choice.names))
    found.offer = Offer(tuple(Offered(tuple(each)) for each in names.values()), tuple(unread))
    if not found.offer.known:
        message = "Sellercloud lists no carrier for our user, so the names of the table cannot be compared."
        found.troubles.append(Finding(NOT_VERIFIABLE, message, "Compare them in Sellercloud."))


def _ask_services(tools: Tools, found: Survey, wishes: dict[str, set[str]]) -> None:
    """Add the services of the carriers that services are wished of, as far as the calls go."""
    calls = iter(range(_MOST_SERVICE_LISTS))
    missed = 0
    for position, offered in enumerate(found.offer.carriers):
        services = {service for name in wishes if found.offer.carrier(name) is offered for service in wishes[name]}
        if not services:
            continue
        known = _services(tools, _places(found, offered), offered, services, calls)
        missed += known is None
        carriers = list(found.offer.carriers)
        carriers[position] = known or offered
        found.offer = replace(found.offer, carriers=tuple(carriers))
    if missed:
        message = f"The services of {missed} carriers were not compared: at most {_MOST_SERVICE_LISTS} lists are read."
        found.troubles.append(Finding(NOT_VERIFIABLE, message, "Compare them in Sellercloud."))


def _places(found: Survey, offered: Offered) -> list[tuple[int, Choice]]:
    """The sites that offer the carrier, each with what it calls it."""
    return [
        (site, choice)
        for site, name in SITES.items()
        for choice in found.sites.get(name, ())
        if choice.names[0].casefold() == offered.names[0].casefold()
    ]


def _services(
    tools: Tools,
    places: Iterable[tuple[int, Choice]],
    offered: Offered,
    services: Collection[str],
    calls: Iterator[int],
) -> Offered | None:
    """The carrier with its services, site by site until all those wished for are there; None: too many calls.

    Services are asked for by the carrier's name, and by its key where that finds none.
    """
    for site, choice in places:
        for name in reversed(choice.names):
            if next(calls, None) is None:
                return None
            listed = tuple(each.names for each in tools.sellercloud.shipping_services(site, name))
            offered = replace(offered, services=(offered.services or ()) + listed)
            if all(map(offered.has, services)):
                return offered
            if listed:
                break
    return offered
