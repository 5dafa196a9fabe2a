"""A vendor's number behind a reason is shown by its name."""

from __future__ import annotations

import pytest

from connector.rules.details import detail_in_words, reason_in_words


@pytest.mark.parametrize(
    ("reason", "detail", "words"),
    [
        ("order_status", "200", "OnHold"), ("order_status", "-1", "Canceled"), ("shipping_status", "3", "FullyShipped"),
        ("unpaid", "10", "NoPayment"), ("unpaid", "4711", "4711"), ("unpaid", "not shown", "not shown"),
        ("dropship", "2", "Requested"), ("fulfilled_elsewhere", "20", "FBA"), ("prime", "7", "Prime"),
        ("company", "171", "171"), ("warehouse", "12, 14", "12, 14"), ("order_status", "", ""), ("new", "7", "7"),
        ("order_status", "-", "-"), ("order_status", "²", "²"),
    ],
)  # fmt: skip
def test_numbers_become_names(reason: str, detail: str, words: str) -> None:
    """What has no name stays as it is."""
    assert detail_in_words(reason, detail) == words


def test_a_reason_is_a_sentence_with_its_detail() -> None:
    """One that is not known stands as it is."""
    assert reason_in_words("unpaid", "10").endswith("once it is paid. (NoPayment)")
    assert reason_in_words("unpaid", "").endswith("once it is paid.")
    assert reason_in_words("new", "7") == "Reason: new. (7)"
