"""A number in every spelling a person may use."""

from __future__ import annotations

import pytest

from connector.rules.numbers import named, order_id, spoken


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1045872", 1045872), (" 1045872 ", 1045872), ("001045872", 1045872), ("2147483647", 2147483647),
        ("2147483648", None), ("0", None), ("-7", None), ("7.0", None), ("1e3", None), ("", None), ("A7", None),
        ("١٢٣", None), ("²", None), ("34000000000000000000001", None),
    ],
)  # fmt: skip
def test_what_can_be_a_sellercloud_id(text: str, expected: int | None) -> None:
    """Decimal, plain digits, no larger than Sellercloud's own."""
    assert order_id(text) == expected


def test_a_number_is_kept_as_it_is_written() -> None:
    """A channel's `#` is part of its number, and a person's way to write an id."""
    hashed = named("  #1001 ")
    assert (hashed.text, hashed.order_id, hashed.channel_number, hashed.otherwise) == ("#1001", 1001, "#1001", "1001")
    plain = named("AU10482")
    assert (plain.order_id, plain.channel_number, plain.otherwise) == (None, "AU10482", "#AU10482")
    assert named("#").otherwise == ""
    assert len(named("x" * 80).channel_number) == 50
    assert (named("id:77").order_id, named("ID: 77").order_id, named("id:x").order_id) == (77, 77, None)


def test_a_tracking_number_is_one_whatever_its_case_and_blanks() -> None:
    """As it is stored and as it is asked for."""
    assert named(" 34ab c000\t0001 ").tracking_number == spoken("34ABC0000001") == "34ABC0000001"


@pytest.mark.parametrize(
    ("text", "whole"),
    [("1045872-1", "1045872"), ("A-7-12", "A-7"), ("1045872-123", ""), ("1045872-R2", ""), ("-1", ""), ("A", "")],
)
def test_the_part_of_a_split_order_leads_to_the_whole(text: str, whole: str) -> None:
    """Starshipit adds -1, -2; what else ends in a dash is another number."""
    assert named(text).whole == whole
