"""The carrier table keeps what was written; Sellercloud always gets two names it can hold (product.md, Tracking 4)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.rules.carriers import NAME_LIMIT, CarrierMap, read

# Whatever a vendor may show or a person may type; signs that mean something in the table come often.
ANYTHING = st.one_of(st.text(max_size=70), st.text("ab */=;#\n\r\t\u00a0\u200b\ufeffß", max_size=70))
PLAIN = st.text("abcÄß0-&.() *", min_size=1, max_size=20).filter(lambda name: name.strip(" *"))
ENTRY = st.tuples(PLAIN, st.one_of(st.just(""), PLAIN), PLAIN, st.one_of(st.just(""), PLAIN)).map(
    lambda names: " = ".join(
        f"{carrier} / {service}" if service else carrier for carrier, service in (names[:2], names[2:])
    )
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(ENTRY, ANYTHING), max_size=8).map("\n".join))
def test_a_table_written_out_and_read_again_is_the_same_table(text: str) -> None:
    """Of any text, what could be read comes back unchanged; reading never fails in another way than by its faults."""
    entries, _ = read(text)
    written = CarrierMap(entries).text
    assert read(written) == (entries, ())
    assert CarrierMap.parse(written).text == written


@settings(max_examples=300, deadline=None)
@given(st.lists(ENTRY, max_size=5).map(";".join), ANYTHING, ANYTHING, ANYTHING)
def test_a_translation_is_never_empty_nor_too_long(text: str, carrier: str, service: str, code: str) -> None:
    """Whatever the parcel shows and whatever the table says."""
    table = CarrierMap(read(text)[0])
    for names in ((carrier, service, code), *((e.carrier, e.service, "") for e in table.entries)):
        for name in table.translate(*names):
            assert name.strip()
            assert len(name) <= NAME_LIMIT


@settings(max_examples=100, deadline=None)
@given(st.lists(ENTRY, min_size=1, max_size=5).map("\n".join))
def test_every_entry_is_found_by_its_own_names(text: str) -> None:
    """Case and blanks do not matter."""
    table = CarrierMap(read(text)[0])
    for entry in table.entries:
        assert table.entry_for(f" {entry.carrier.upper()} ", entry.service.replace(" ", "  ")) == entry
