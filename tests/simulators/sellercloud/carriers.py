"""The tenant's carriers and services, per site (section 10.1)."""

from __future__ import annotations

from typing import Literal

Names = Literal["key", "value", "either"]
Pair = tuple[str, str]

_SERVICES: dict[Pair, tuple[Pair, ...]] = {
    ("USPS", "USPS"): (("Priority Mail", "Priority Mail"), ("First Class", "First-Class Package")),
    ("FedEx", "FedEx"): (("FedEx Ground", "FedEx Ground"), ("FedEx 2Day", "FedEx 2Day")),
    ("UPS", "UPS"): (("UPS Ground", "UPS Ground"), ("UPS Saver", "UPS Worldwide Saver")),
    ("DHL", "DHL Express"): (("DHL Worldwide", "Express Worldwide"),),
    ("Other", "Other"): (("Other", "Other"), ("Standard", "Standard"), ("Express", "Express")),
    ("AustraliaPost", "Australia Post"): (
        ("Parcel Post", "Parcel Post"),
        ("Express Post", "Express Post"),
        ("Intl Standard", "International Standard"),
    ),
    ("StarTrack", "StarTrack"): (("Premium", "Premium"), ("Road Express", "Road Express")),
    ("NZPost", "NZ Post"): (("Tracked", "Tracked"), ("Overnight", "Overnight")),
    ("RoyalMail", "Royal Mail"): (("Tracked 24", "Tracked 24"), ("Tracked 48", "Tracked 48")),
}

_SITES: dict[int, tuple[str, ...]] = {
    0: ("USPS", "FedEx", "UPS", "DHL", "Other"),
    2: ("RoyalMail", "DHL", "Other"),
    3: ("AustraliaPost", "StarTrack", "NZPost", "DHL", "Other"),
}

_BY_KEY = {pair[0]: (pair, services) for pair, services in _SERVICES.items()}


def carriers_of(site: int) -> list[Pair]:
    """Carriers of a site; an unknown site has the bare minimum."""
    return [_BY_KEY[key][0] for key in _SITES.get(site, ("DHL", "Other"))]


def services_of(site: int, carrier: str) -> list[Pair]:
    """Services of a carrier, named by key or value; none for a carrier the site does not have."""
    for pair in carriers_of(site):
        if carrier.lower() in (pair[0].lower(), pair[1].lower()):
            return list(_SERVICES[pair])
    return []


def problem(carrier: str, service: str, names: Names) -> str | None:
    """Why this carrier and service may not be used on any site of the tenant, or None."""
    for pair, services in _SERVICES.items():
        if _is(pair, carrier, names):
            if any(_is(known, service, names) for known in services):
                return None
            return f"Shipping service {service!r} is not valid for carrier {carrier!r}."
    return f"Shipping carrier {carrier!r} is not valid."


def _is(pair: Pair, name: str, names: Names) -> bool:
    allowed = {"key": pair[:1], "value": pair[1:], "either": pair}[names]
    return name.lower() in (text.lower() for text in allowed)
