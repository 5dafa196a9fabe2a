"""What a cancelled label means for an order without another one, as a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.rules.unshipping import STATUS_TRIES, TRIES, Decision, Step, decide, is_final
from connector.state.rows import Label, OrderRow, State
from connector.vendors.sellercloud.models import Order, Package

NOW = 1_795_000_000
ROW = OrderRow(
    order_id=7, state=State.SHIPPED, since=NOW - 900, written=("A",), labels={"A": Label("Cancelled"), "B": Label("X")}
)
BEGAN = replace(ROW, unshipping=NOW - 61, attempts=1)
SHIPPED = {"ShippingStatus": 3, "StatusCode": 3, "TrackingNumber": "A"}
PERSON = Step.PERSON


def order(**fields: Any) -> Order:
    """An order as Sellercloud shows it."""
    return Order.model_validate({"ID": 7, **SHIPPED, **fields})


CASES: dict[str, tuple[Order, OrderRow, Decision]] = {
    "fully shipped with it": (order(), ROW, Decision(Step.UNSHIP)),
    "still in process, fully shipped": (order(StatusCode=2), ROW, Decision(Step.UNSHIP)),
    "another number of ours beside it": (order(AllTrackingNumbers=["A", "B"]), ROW, Decision(Step.UNSHIP)),
    "a person's beside it": (
        order(AllTrackingNumbers=["A", "X"]), ROW, Decision(PERSON, for_a_person="cancelled_number_in_sellercloud"),
    ),
    "only one that was redone": (
        order(TrackingNumber="B"), ROW, Decision(PERSON, for_a_person="cancelled_number_in_sellercloud"),
    ),
    "a person's in its place": (order(TrackingNumber="X"), ROW, Decision(Step.LEAVE, "retracked_by_hand")),
    "no number at all": (order(TrackingNumber=""), ROW, Decision(Step.LEAVE, "label_not_live")),
    "cancelled order": (order(StatusCode=-1), ROW, Decision(PERSON, for_a_person="order_is_cancelled")),
    "void order": (order(StatusCode=999), ROW, Decision(PERSON, for_a_person="order_is_void")),
    "partially shipped": (
        order(ShippingStatus=2), ROW, Decision(PERSON, for_a_person="partially_shipped_in_sellercloud"),
    ),
    "status unknown": (
        order(ShippingStatus=None), ROW, Decision(PERSON, for_a_person="partially_shipped_in_sellercloud"),
    ),
    "a person un-shipped it": (order(ShippingStatus=1), ROW, Decision(Step.PUT_BACK, "unshipped_by_hand")),
    "never shipped": (
        order(ShippingStatus=1), replace(ROW, state=State.HANDED_OVER), Decision(Step.PUT_BACK, "label_not_live"),
    ),
    "a write may still show": (order(ShippingStatus=1), replace(ROW, wrote_at=NOW - 59), Decision(Step.WAIT)),
    "just called, not shown yet": (order(), replace(BEGAN, unshipping=NOW - 59), Decision(Step.WAIT)),
    "called, and it never showed": (order(), BEGAN, Decision(Step.UNSHIP)),
    "called often enough": (
        order(), replace(BEGAN, attempts=TRIES), Decision(PERSON, for_a_person="unship_refused"),
    ),
    "we un-shipped it": (order(ShippingStatus=1, StatusCode=2), BEGAN, Decision(Step.PUT_BACK, "unshipped")),
    "and it is still completed": (order(ShippingStatus=1), BEGAN, Decision(Step.SET_STATUS)),
    "and the status may still show": (
        order(ShippingStatus=1), replace(BEGAN, unshipping=NOW - 5), Decision(Step.WAIT),
    ),
    "and it never shows": (
        order(ShippingStatus=1), replace(BEGAN, attempts=STATUS_TRIES),
        Decision(Step.PUT_BACK, "unshipped", "unshipped_not_in_process"),
    ),
    "and a person put it on hold": (
        order(ShippingStatus=1, StatusCode=200), BEGAN, Decision(Step.PUT_BACK, "unshipped"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_next_step(case: tuple[Order, OrderRow, Decision]) -> None:
    """One line for each state Sellercloud and the row can be in."""
    shown, row, expected = case
    assert decide(shown, (), row, NOW, allowed=True) == expected


def test_numbers_on_packages_count_as_those_of_the_order() -> None:
    """The list may show the first package's number only."""
    package = Package.model_validate({"ID": 1, "TrackingNumber": "HAND"})
    assert decide(order(), (package,), ROW, NOW, allowed=True).for_a_person == "cancelled_number_in_sellercloud"
    ours = Package.model_validate({"ID": 1, "TrackingNumber": "a "})
    assert decide(order(TrackingNumber=""), (ours,), ROW, NOW, allowed=True).step is Step.UNSHIP


def test_where_it_is_not_allowed_a_person_is_told() -> None:
    """The setting is off, or the sale was not read whole."""
    assert decide(order(), (), ROW, NOW, allowed=False).for_a_person == "label_cancelled_after_shipping"


def test_the_status_is_set_at_once_after_our_own_call() -> None:
    """What the read-back shows then is certainly true."""
    began = replace(BEGAN, unshipping=NOW)
    assert decide(order(ShippingStatus=1), (), began, NOW, allowed=True, just_unshipped=True).step is Step.SET_STATUS


@pytest.mark.parametrize(
    ("said", "final"),
    [
        ("A valid PIN is required to edit shipped orders.", True),
        ("wrong pin", True),
        ("An error has occurred.", False),
        ("Shipping is not possible", False),
        ("", False),
    ],
)
def test_words_after_which_another_try_would_be_the_same(said: str, *, final: bool) -> None:
    """Only a PIN is named by the contract; a word that merely holds these letters is none."""
    assert is_final(said) is final
