"""Every reason can be shown to an operator."""

from __future__ import annotations

import pytest

from connector.rules.reasons import NotSent, Reason


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence(reason: Reason) -> None:
    """A reason without words would leave the operator with a code."""
    assert reason.sentence.endswith(".")
    assert reason.value == reason.name.lower()


def test_detail_follows_the_sentence() -> None:
    """What is special about this order stands behind what is general."""
    why = NotSent(Reason.TOO_LONG, "phone: 120 characters, 100 fit")
    assert why.sentence.endswith("in Sellercloud. (phone: 120 characters, 100 fit)")
    assert NotSent(Reason.UNPAID).sentence == Reason.UNPAID.sentence
