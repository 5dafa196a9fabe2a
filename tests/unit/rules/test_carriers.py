"""The carrier table: reading it, refusing it by entry, translating with it."""

from __future__ import annotations

import pytest

from connector.errors import SettingsError
from connector.rules.carriers import CarrierMap

TABLE = """
Australia Post = AusPost
Australia Post / Express Post = AusPost / Express; StarTrack/EXP = StarTrack / Road / Air
* = Other carrier / Standard;
"""


@pytest.mark.parametrize(
    ("carrier", "service", "code", "expected"),
    [
        ("Australia Post", "Express Post", "", ("AusPost", "Express")),
        ("AUSTRALIA  post", "expresspost", "", ("AusPost", "Express")),
        ("Australia Post", "Parcel Post", "7D55", ("AusPost", "Parcel Post")),
        ("Australia Post", "", "", ("AusPost", "Standard")),
        ("StarTrack", "Road Express", "EXP", ("StarTrack", "Road / Air")),
        ("Sendle", "Standard", "", ("Other carrier", "Standard")),
        ("", "", "", ("Other carrier", "Standard")),
    ],
)
def test_the_most_specific_entry_wins(carrier: str, service: str, code: str, expected: tuple[str, str]) -> None:
    """Carrier with service (by name or code), then carrier, then the fallback."""
    assert CarrierMap.parse(TABLE).translate(carrier, service, code) == expected


@pytest.mark.parametrize(
    ("carrier", "service", "code", "expected"),
    [
        ("Aramex", "Local Parcel", "ECON", ("Aramex", "Local Parcel")),
        ("Aramex", "", "ECON", ("Aramex", "ECON")),
        (" ", "", "", ("Other", "Standard")),
        ("Aramex", "x" * 60, "", ("Aramex", "x" * 50)),
    ],
)
def test_without_a_table_names_go_through(carrier: str, service: str, code: str, expected: tuple[str, str]) -> None:
    """Sellercloud wants both names filled in, whatever the parcel shows."""
    assert CarrierMap.parse(" ; \n").translate(carrier, service, code) == expected


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ("Australia Post", "has no `=`"),
        ("Australia Post =", "no carrier on the right"),
        ("= AusPost", "no carrier on the left"),
        ("Australia Post = / Express", "no carrier on the right"),
        ("Australia Post = AusPost /", "no service on the right"),
        ("Australia Post / = AusPost", "no service on the left"),
        ("* / Express = AusPost", "gives a service to `*`"),
        ("AUSPOST = a; auspost = b", "an earlier entry names"),
        (f"AusPost = {'x' * 51}", "longer than 50"),
    ],
)
def test_a_wrong_entry_is_named(entry: str, what: str) -> None:
    """The setting is refused as a whole, with the entry at fault and what is allowed."""
    with pytest.raises(SettingsError) as refusal:
        CarrierMap.parse(f"Sendle = Sendle; {entry}")
    assert what in str(refusal.value)
    assert repr(entry.rpartition("; ")[2]) in str(refusal.value)
    assert "Starshipit carrier [/ service] =" in str(refusal.value)
