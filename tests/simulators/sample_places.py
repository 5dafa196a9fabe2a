"""Who the sample customers are and where they live: names, countries, streets and towns."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Place:
    """A country as orders come from it; ``weight`` is its share, ``phone`` a fictitious range."""

    name: str
    codes: tuple[str, ...]
    weight: int
    currency: int
    rate_from_usd: Decimal
    site: int
    warehouse: int
    taxed: bool
    phone: str
    streets: tuple[tuple[str, str], ...]
    cities: tuple[tuple[str, str, str, str], ...]


FIRST = [
    "Priya",
    "Tom",
    "Aroha",
    "Mei",
    "Zoë",
    "José",
    "Siân",
    "Łukasz",
    "Noor",
    "Wiremu",
    "Chloé",
    "Jürgen",
    "Đức",
    "Grace",
    "Ngaire",
    "Oisín",
    "Fatima",
    "Björn",
    "Ana",
    "Hemi",
    "Sofía",
    "Kaiā",
    "Ravi",
    "Ingrid",
]
LAST = [
    "Raman",
    "Whitlock",
    "Tāmaki",
    "O'Hara",
    "Müller",
    "Nguyễn",
    "Fernández",
    "Björk",
    "Castellan-Reyes",
    "Okafor",
    "Lindqvist",
    "Parata",
    "Żuraw",
    "Ashdown",
    "Kowhai",
    "Mistry",
    "Brännström",
    "Vale",
    "D'Arcy",
    "Hallow",
]
BUSINESSES = (
    "Ferntree Physio", "Kererū Cafe", "Blue Gum Dental", "Stack & Pine Joinery",
    "The Very Long Winded Company Name for Outdoor Education and Adventure Learning Pty Ltd",
)  # fmt: skip

_LONG = "Old Mountain Coach Road, Corner of Great Northern Homestead Drive and Upper Valley Heritage Railway Crossing"

_TAXED, _UNTAXED = True, False

PLACES = (
    Place(
        "Australia", ("AU", "AU", "AU", "AUS"), 60, 5, Decimal("1.52"), 3, 12, _TAXED,
        "+61 2 5550 10{:02d}",
        (("Acacia Cres", "Unit 3"), ("Wattle St", ""), ("Bluegum Lane", ""),
         ("Banksia Parade", "Level 2, Building C, Rear Entrance"), (_LONG, "Gate 4, Shed 12"),
         ("Wattlebird Business and Innovation Park Boulevard", "Suite 1408, Tower Two")),
        (("Fitzroy", "Victoria", "VIC", "3065"), ("Parramatta", "New South Wales", "NSW", "2150"),
         ("Fremantle", "Western Australia", "", "6160"), ("Cairns", "Queensland", "QLD", "4870"),
         ("Hobart", "", "TAS", "7000"), ("Darwin", "Northern Territory", "NT", "0800")),
    ),
    Place(
        "New Zealand", ("NZ", "NZ", "NZL"), 22, 116, Decimal("1.68"), 3, 19, _TAXED,
        "+64 21 555 01{:02d}",
        (("Kōwhai Road", ""), ("Tūī Glen", "Flat 2"), ("Rātā Terrace", "RD 1"),
         ("Pōhutukawa Drive", "")),
        (("Whangārei", "", "", "0110"), ("Ōtautahi Christchurch", "Canterbury", "", "8011"),
         ("Auckland", "Auckland", "AUK", "1010")),
    ),
    Place(
        "United States", ("US", "USA"), 8, 0, Decimal("1"), 0, 14, _UNTAXED,
        "+1 202 555 01{:02d}",
        (("Maple Hollow Rd", "Apt 4B"), ("Juniper Ave", ""), (_LONG, "")),
        (("Burlington", "Vermont", "VT", "05401"), ("Boise", "Idaho", "ID", "83702")),
    ),
    Place(
        "United Kingdom", ("GB", "UK", "United Kingdom"), 6, 1, Decimal("0.79"), 2, 12, _UNTAXED,
        "+44 7700 9000{:02d}",
        (("Rookery Lane", "The Old Dairy"), ("Lower Mill Street", "")),
        (("Ludlow", "Shropshire", "", "SY8 1AA"), ("Leith", "", "", "EH6 6AA")),
    ),
    Place(
        "Singapore", ("SG", "SGP"), 4, 139, Decimal("1.34"), 16, 12, _UNTAXED,
        "+65 5550 01{:02d}",
        (("Rambutan Road", "#12-345"), ("Lorong Melati", "Blk 7 #03-11")),
        (("Singapore", "", "", "408600"),),
    ),
)  # fmt: skip
