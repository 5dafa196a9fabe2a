"""Messages: what a page holds, what is refused, what SQS did not take."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.state.queues import LONGEST_DELAY_SECONDS, MalformedMessage, NotQueued, Page, Pointer, Queue
from tests.fakes import FakeClock
from tests.flows.queue import FakeSqs

POINTERS = st.lists(st.builds(Pointer, st.integers(0, 2**40), st.integers(0, 2**20)), min_size=1, max_size=50)


@given(POINTERS)
def test_a_page_is_read_as_it_was_written(pointers: list[Pointer]) -> None:
    """Ids and versions, and the id of the run; nothing else is in a message."""
    page = Page(tuple(pointers), "run-1")
    assert Page.parse(page.body()) == page
    assert json.loads(page.body()).keys() == {"orders", "correlation_id"}


BAD: list[Any] = [
    "", "x", "[]", "{}", "null", '{"orders": null}', '{"orders": []}', '{"orders": [[1]]}', '{"orders": [[1, 2, 3]]}',
    '{"orders": [["1", 2]]}', '{"orders": [[1.5, 2]]}', '{"orders": [[-1, 2]]}', '{"orders": [[true, 2]]}',
    json.dumps({"orders": [[1, 1]] * 51}),
]  # fmt: skip


@pytest.mark.parametrize("body", BAD)
def test_what_is_not_ours_is_malformed(body: str) -> None:
    """It is never taken for a page of orders."""
    with pytest.raises(MalformedMessage):
        Page.parse(body)


def queue(refuse: int = 0) -> tuple[Queue, FakeSqs]:
    """A queue whose first entries SQS names as failed."""
    sqs = FakeSqs(FakeClock(), 60, refuse=refuse)
    return Queue(sqs, "q"), sqs


@pytest.mark.parametrize("refused", [0, 1, 9, 10])
def test_what_sqs_names_as_failed_is_sent_once_more(refused: int) -> None:
    """Only those entries, and each arrives once."""
    chosen, sqs = queue(refused)
    pages = [Page((Pointer(number, 1),), "r") for number in range(23)]
    chosen.send_pages(pages)
    assert sorted(sqs.bodies) == sorted(page.body() for page in pages)


def test_what_sqs_refuses_twice_is_told() -> None:
    """The caller has to know that it is still to be queued."""
    chosen, _ = queue(refuse=2)
    with pytest.raises(NotQueued):
        chosen.send("x")


@pytest.mark.parametrize(("asked", "given_"), [(-5, 0), (0, 0), (7.6, 8), (10_000, LONGEST_DELAY_SECONDS)])
def test_delays_are_kept_within_what_sqs_takes(asked: float, given_: int) -> None:
    """Whole seconds up to a quarter of an hour."""
    chosen, sqs = queue()
    chosen.send("x", asked)
    assert sqs.next_visible("q") == pytest.approx(given_)
