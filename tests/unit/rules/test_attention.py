"""Every mark any code puts on an order is explained, with what to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.rules.attention import EXPLANATIONS, explain, is_described
from connector.rules.reasons import Reason
from connector.vendors.sellercloud.codes import ORDER_STATUS
from tests.unit.rules.sources import arguments, texts_of_others

STATUSES = {f"order_is_{name.lower()}" for name in ORDER_STATUS} | {"order_is_in_an_unknown_status"}
# Where a mark is only known when it runs: what it can be there. A new such place has to be listed here.
DYNAMIC: dict[str, set[str]] = {
    "str(reason)": set(map(str, Reason)),  # a refused order
    'f"order_is_': STATUSES,
}


def marks() -> Iterator[tuple[str, str]]:
    """Every mark the package puts on a row, and where."""
    for argument in arguments("needing", 0):
        for source in argument.unknown:
            written = source.replace("'", '"')  # each Python writes an expression with quotes of its own
            known = next((texts for start, texts in DYNAMIC.items() if written.startswith(start)), None)
            assert known is not None, f"{argument.place} marks an order with {source}: list what it can be"
            argument.texts |= known
        yield from ((text, argument.place) for text in argument.texts)


def test_every_mark_is_explained() -> None:
    """A mark without words would leave a person with a code."""
    found = set()
    for text, place in marks():
        assert is_described(text), f"{place} marks an order with {text}, which is not explained"
        found.add(text)
    assert {"outcome_unknown", "write_back_refused", "partially_shipped_in_sellercloud", "order_is_onhold"} <= found


def test_no_explanation_is_left_over() -> None:
    """What no code marks any more needs no words."""
    written_by_others = texts_of_others("rules/attention.py")
    assert set(EXPLANATIONS) <= written_by_others, set(EXPLANATIONS) - written_by_others


@pytest.mark.parametrize("code", sorted({*EXPLANATIONS, *Reason, *STATUSES}))
def test_it_says_what_happened_and_what_to_do(code: str) -> None:
    """Two texts of whole sentences; a command is written so that it can be pasted for an order."""
    means = explain(code)
    assert means.sentence.endswith((".", "?"))
    assert means.next.endswith((".", "?", ")."))
    pasted = means.next_for(1045872)
    assert "retry N" not in pasted
    assert "resend N" not in pasted
    assert ("connector retry 1045872" in pasted) is ("connector retry N" in means.next)


def test_a_status_is_named_as_sellercloud_names_it() -> None:
    """Whatever way it is stored."""
    assert "shows the order OnHold." in explain("order_is_onhold").sentence
    assert explain("order_is_cancelled").sentence == explain("order_is_canceled").sentence
    assert "not known here" in explain("order_is_in_an_unknown_status").sentence


def test_a_mark_of_a_later_version_is_shown_as_it_is() -> None:
    """Nothing fails, and the person learns where to look."""
    assert explain("abducted").sentence == "Marked abducted."
    assert explain("abducted").next_for(7) == "See what happened: connector order 7."
    assert not is_described("abducted")
    assert explain("").sentence == "Marked without a reason."
