"""The carrier table: reading it, refusing it by entry, translating with it."""

from __future__ import annotations

import pytest

from connector.errors import SettingsError
from connector.rules.carriers import CarrierMap, Entry, read

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
        (f"{'x' * 101} = AusPost", "longer than 100"),
        ("AusPost = AusPost, Aramex = Aramex", "more than one `=`"),
        ("AusPost = AusPost # ours", "`#` behind it"),
        ("AusPost = Aus\u200bPost", "cannot be seen"),
        ("AusPost = Aus\x00Post", "cannot be seen"),
        ("Aus\ud800 = AusPost", "cannot be seen"),
    ],
)
def test_a_wrong_entry_is_named(entry: str, what: str) -> None:
    """The setting is refused as a whole, with the entry at fault and what is allowed."""
    with pytest.raises(SettingsError) as refusal:
        CarrierMap.parse(f"Sendle = Sendle; {entry}")
    assert what in str(refusal.value)
    assert repr(entry.rpartition("; ")[2]) in str(refusal.value)
    assert "Starshipit carrier [/ service] =" in str(refusal.value)


DOCUMENT = """\ufeff# Carriers; Aramex = never read
\tAustralia\u00a0Post/Express Post = AusPost/Express ; # the rest of the line = a comment; Sendle = no

  # * = Other
\r\n*=Other/Standard\rAramex = Aramex\r\n;;
"""


def test_a_document_has_comments_blank_lines_and_any_line_ends() -> None:
    """Only what is no comment is an entry; odd blanks inside a name become one."""
    table = CarrierMap.parse(DOCUMENT)
    assert table.entries == (
        Entry("Australia Post", "Express Post", "AusPost", "Express"),
        Entry("*", "", "Other", "Standard"),
        Entry("Aramex", "", "Aramex", ""),
    )
    assert table.fallback == table.entries[1]
    assert table.text == "Australia Post / Express Post = AusPost / Express\n* = Other / Standard\nAramex = Aramex"


def test_every_wrong_entry_is_told_and_the_others_are_read() -> None:
    """A person corrects all of them at once; the sentence that stops a function names the first, and its source."""
    entries, faults = read("Sendle = Sendle\nAramex\n= x\nsendle = Again\nTNT = TNT")
    assert [str(entry) for entry in entries] == ["Sendle = Sendle", "TNT = TNT"]
    assert [fault.entry for fault in faults] == ["Aramex", "= x", "sendle = Again"]
    assert "(Sendle = Sendle)" in faults[2].sentence
    with pytest.raises(SettingsError, match=r"^The stored table: the entry 'Aramex' has no `=`"):
        CarrierMap.parse("Sendle = Sendle\nAramex\n= x", "The stored table")


def test_a_huge_wrong_entry_is_not_repeated_in_full() -> None:
    """Sixty thousand characters without a `=` are a sentence all the same."""
    [fault] = read("x" * 60_000)[1]
    assert len(fault.sentence) < 300


def test_hundreds_of_entries() -> None:
    """A large document is read whole, the last entry like the first."""
    text = "\n".join(f"Carrier {number} / Service {number} = C{number} / S{number}" for number in range(1200))
    assert len(text) > 48_000
    assert CarrierMap.parse(text).translate("carrier 1199", "SERVICE 1199") == ("C1199", "S1199")


def test_letters_written_in_two_ways_are_the_same() -> None:
    """An accent may come as one sign or as two."""
    assert CarrierMap.parse("Po\u0161ta = Posta").translate("Pos\u030cta", "x") == ("Posta", "x")
