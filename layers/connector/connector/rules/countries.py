"""Countries: the English name Starshipit takes, from whatever Sellercloud shows.

In: the code and the name of an address; the code may be alpha-2, alpha-3 or itself a name
(Sellercloud contract 4.3, unknown 18). Out: a `Country`, or None when neither is known. Wrong:
nothing is raised. The table is pycountry's, read at the first use because most functions never need
it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

_SPOKEN = {
    "BN": "Brunei",
    "CD": "Democratic Republic of the Congo",
    "CG": "Republic of the Congo",
    "CI": "Ivory Coast",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "KP": "North Korea",
    "LA": "Laos",
    "MF": "Saint Martin",
    "PS": "Palestine",
    "RU": "Russia",
    "SX": "Sint Maarten",
    "SY": "Syria",
    "TR": "Turkey",
    "VA": "Vatican City",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
    "XK": "Kosovo",
}
"""The usual English name where the standard's own has a comma, a bracket or is little known."""
_ALIASES = {
    "UK": "GB",
    "Great Britain": "GB",
    "Britain": "GB",
    "England": "GB",
    "Scotland": "GB",
    "Wales": "GB",
    "Northern Ireland": "GB",
    "U.S.": "US",
    "United States of America": "US",
    "America": "US",
    "UAE": "AE",
    "Holland": "NL",
    "The Netherlands": "NL",
    "Republic of Ireland": "IE",
    "Eire": "IE",
    "Korea": "KR",
    "Republic of Korea": "KR",
    "Burma": "MM",
    "Macau": "MO",
    "Hong Kong SAR": "HK",
    "Cape Verde": "CV",
    "Swaziland": "SZ",
    "Macedonia": "MK",
    "East Timor": "TL",
    "DR Congo": "CD",
    "Congo": "CG",
    "The Bahamas": "BS",
    "The Gambia": "GM",
    "Virgin Islands": "VI",
    "US Virgin Islands": "VI",
    "Virgin Islands (U.S.)": "VI",
    "Virgin Islands (British)": "VG",
    "Aland": "AX",
    "Saint Martin (French part)": "MF",
    "Sint Maarten (Dutch part)": "SX",
    "Kosovo": "XK",
    "XKX": "XK",
}
"""Further words in use, above all by sales channels."""


@dataclass(frozen=True)
class Country:
    """A country or territory: ISO alpha-2 code and usual English name."""

    code: str
    name: str


def find(code_or_name: str, fallback_name: str = "") -> Country | None:
    """The country meant; the first text wins if it is known."""
    known = _table()
    return known.get(_key(code_or_name)) or known.get(_key(fallback_name))


def name(code_or_name: str, fallback_name: str = "") -> str | None:
    """The usual English name of the country meant."""
    found = find(code_or_name, fallback_name)
    return found.name if found else None


@cache
def _table() -> dict[str, Country]:
    """Every spelling that is understood. Codes go in last: they win over a name that looks like
    one.
    """
    import pycountry

    by_code = {"XK": Country("XK", _SPOKEN["XK"])}
    table: dict[str, Country] = {}
    for entry in pycountry.countries:
        formal = str(entry.name)
        usual = _SPOKEN.get(entry.alpha_2) or str(getattr(entry, "common_name", formal))
        country = by_code[entry.alpha_2] = Country(entry.alpha_2, usual)
        written = {usual, formal, str(getattr(entry, "official_name", formal))}
        table.update((_key(text), country) for text in written)
    table.update((_key(alias), by_code[code]) for alias, code in _ALIASES.items())
    table.update((code.casefold(), country) for code, country in by_code.items())
    table.update((e.alpha_3.casefold(), by_code[e.alpha_2]) for e in pycountry.countries)
    return table


def _key(text: str) -> str:
    """Letters only, without accents and case; "U.S.A." is "usa", "St. Lucia" is "Saint Lucia"."""
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    words = "".join(c if c.isalnum() else " " if c.isspace() else "" for c in plain).split()
    if len(words) > 1:
        words = ["saint" if word == "st" else word for word in words if word != "the"]
    return "".join(words)
