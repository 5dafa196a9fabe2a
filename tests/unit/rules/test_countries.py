"""Countries from codes, names and the words in use."""

from __future__ import annotations

import pycountry
import pytest

from connector.rules import countries


@pytest.mark.parametrize(
    ("code", "fallback", "expected"),
    [
        ("AU", "", "Australia"),
        ("nz", "", "New Zealand"),
        ("USA", "", "United States"),
        ("U.S.A.", "", "United States"),
        ("UK", "", "United Kingdom"),
        ("", "England", "United Kingdom"),
        ("", "Korea, Republic of", "South Korea"),
        ("TW", "Taiwan, Province of China", "Taiwan"),
        ("", "TÜRKIYE", "Turkey"),
        ("", "Côte d’Ivoire", "Ivory Coast"),
        ("", "Trinidad & Tobago", "Trinidad and Tobago"),
        ("", "St. Lucia", "Saint Lucia"),
        ("", "Virgin Islands, U.S.", "U.S. Virgin Islands"),
        ("XK", "", "Kosovo"),
        ("PR", "", "Puerto Rico"),
        ("Australia", "", "Australia"),
        ("??", "Australia", "Australia"),
    ],
)
def test_spellings_in_use(code: str, fallback: str, expected: str) -> None:
    """A code, a formal or a usual name lead to the name a person would write."""
    assert countries.name(code, fallback) == expected


@pytest.mark.parametrize(("code", "fallback"), [("", ""), ("ZZ", ""), ("", "Atlantis"), (".", "-")])
def test_the_unknown_stays_unknown(code: str, fallback: str) -> None:
    """No country is guessed."""
    assert countries.find(code, fallback) is None


def test_every_country_is_known_by_code_and_name() -> None:
    """All codes and names of the standard lead to one country, whose name fits the field."""
    for entry in pycountry.countries:
        found = countries.find(entry.alpha_2)
        assert found is not None
        assert countries.find(entry.alpha_3) == countries.find(entry.name) == found
        assert countries.find(found.name) == found
        assert found.code == entry.alpha_2
        assert 2 <= len(found.name) <= 100
