"""Whether an order was split in Sellercloud: request, query, answer and error."""

from __future__ import annotations

import pytest

from connector.errors import Refused, RetryLater
from connector.vendors.http import Answer, Outcome
from tests.contract.sellercloud.desk import BASE, desk, told


def test_request_and_address() -> None:
    """The documented path, with the order's id under its plain name."""
    made = desk(told({"IsSplitted": False}))
    made.client.was_split(1045872)
    assert (made.last.method, made.last.url) == ("GET", f"{BASE}/api/Orders/CheckSplittedStatus")
    assert made.last.query == [("orderID", "1045872")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"IsSplitted": True, "IsChildOrder": False, "ChildOrderIDs": [1045900], "ParrentOrderID": 0}, True),
        ({"IsSplitted": True, "ChildOrderIDs": None}, True),
        ({"IsSplitted": None, "ChildOrderIDs": [1045900]}, True),
        ({"IsSplitted": False, "IsChildOrder": True, "ChildOrderIDs": [], "ParrentOrderID": 7}, False),
        ({}, False),
    ],
)
def test_answer(body: object, expected: bool) -> None:
    """Either of the two facts says so; to be a part of another order is not to be split."""
    assert desk(told(body)).client.was_split(1045872) is expected


@pytest.mark.parametrize(
    ("outcome", "expected"), [(Answer(403), Refused), (Answer(503), RetryLater), (told([1]), RetryLater)]
)
def test_error(outcome: Outcome, expected: type[Exception]) -> None:
    """A missing right is a refusal; anything unreadable waits."""
    with pytest.raises(expected):
        desk(outcome).client.was_split(1045872)
