"""Texts within limits."""

from __future__ import annotations

import pytest

from connector.rules.texts import cut, length, spread, tidy


def test_length_is_the_vendors() -> None:
    """A .NET service counts an emoji twice."""
    assert length("abc") == 3
    assert length("a\U0001f600") == 3


def test_cut_never_leaves_half_a_character_or_a_blank() -> None:
    """What is cut ends cleanly and within the limit."""
    assert cut("ab\U0001f600", 3) == "ab"
    assert cut("ab cd", 3) == "ab"
    assert cut("abc", 3) == "abc"


def test_tidy_makes_one_line() -> None:
    """Line breaks and doubled blanks have no place in an address field."""
    assert tidy(" Unit 3\r\n14  Acacia\u00a0Cres ") == "Unit 3 14 Acacia Cres"


@pytest.mark.parametrize(
    ("texts", "fields", "expected"),
    [
        (["one two", ""], 2, ["one two"]),
        (["one two three"], 2, ["one two", "three"]),
        (["one two", "three"], 2, ["one two", "three"]),
        (["one two three", "four"], 2, ["one two", "three four"]),
        (["one two three four five six"], 2, None),
        (["unbreakable"], 2, None),
        (["", " "], 2, []),
    ],
)
def test_texts_flow_over_fields(texts: list[str], fields: int, expected: list[str] | None) -> None:
    """Each text keeps a field of its own if it can; whole words or nothing."""
    assert spread(texts, fields, limit=10) == expected
