"""Reading a moving list backwards, case by case."""

from __future__ import annotations

import pytest

from connector.rules.paging import EXTRA_PAGES, Reading


def at(page: int, **changes: int | bool | None) -> Reading:
    """A reading of 200 rows in pages of 50, about to read `page`."""
    return Reading(**{"next_page": page, "page_size": 50, "total": 200, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "total", "next_page", "unsure"),
    [
        (0, 0, 0, False),
        (1, 1, 0, False),
        (50, 50, 0, False),
        (50, 51, 2, False),
        (50, 200, 4, False),
        (20, 200, 10, False),  # the vendor clamps
        (0, 7, 0, True),  # rows are counted and none is shown
        (7, 3, 0, False),  # a total that is too low
    ],
)
def test_the_first_page_tells_where_to_begin(rows: int, total: int, next_page: int, unsure: bool) -> None:
    """A short list is done, a long one is read from its last page on, in pages as large as the first one was."""
    reading = Reading().after(rows, total, rows)
    assert (reading.next_page, reading.unsure) == (next_page, unsure)


def test_pages_follow_each_other_down_to_the_first() -> None:
    """4, 3, 2, 1, end."""
    pages = []
    reading = at(4)
    while not reading.done:
        pages.append(reading.next_page)
        reading = reading.after(50, 200, 50)
    assert pages == [4, 3, 2, 1]


@pytest.mark.parametrize(("grown", "back"), [(1, 3), (50, 3), (51, 4), (500, 12)])
def test_rows_that_joined_are_looked_for_where_they_were_pushed_to(grown: int, back: int) -> None:
    """On page 2 the list has grown: back as many pages as could have moved, then on with page 1."""
    reading = at(2).after(50, 200 + grown, 50)
    assert (reading.next_page, reading.resume) == (back, 1)
    while reading.next_page > 1:
        reading = reading.after(50, 200 + grown, 0)
        assert reading.next_page != 2, "page 2 was read after the list had grown"
    assert reading.next_page == 1


def test_growth_behind_the_last_page_read_costs_nothing() -> None:
    """The last page was just read, with the row that joined on it."""
    reading = at(5, total=201).after(7, 207, 7)
    assert (reading.next_page, reading.unsure) == (4, False)


def test_growing_again_on_the_way_back_leaves_no_page_out() -> None:
    """A second growth pushes rows onto the page already read: it is read once more."""
    reading = at(2).after(50, 201, 50).after(50, 202, 1)
    assert (reading.next_page, reading.resume) == (4, None)
    reading = reading.after(50, 202, 0).after(50, 202, 0)
    assert reading.next_page == 2


def test_shrinking_on_the_way_back_leaves_no_page_out() -> None:
    """Rows that left move others forward onto the page already read."""
    reading = at(2).after(50, 201, 50).after(50, 190, 1)
    assert reading.next_page == 2


def test_pages_that_are_empty_by_now_are_left_out() -> None:
    """Most of the list went away: on with the page that is last now."""
    reading = at(4).after(0, 60, 0)
    assert (reading.next_page, reading.unsure) == (2, False)


@pytest.mark.parametrize("rows", [0, 49])
def test_a_page_shorter_than_its_own_total_says_is_not_trusted(rows: int) -> None:
    """Null items or a row too few: the run does not count as complete."""
    assert at(3).after(rows, 200, rows).unsure


def test_a_list_that_grows_without_end_is_left_in_doubt() -> None:
    """After so many times going back the reading goes on and says it may have missed rows."""
    reading = at(2, extra=EXTRA_PAGES).after(50, 201, 50)
    assert (reading.next_page, reading.unsure) == (1, True)


def test_what_the_list_counts_and_did_not_show_is_missed() -> None:
    """Distinct rows against the total; what joined meanwhile may be the next run's."""
    assert at(1, seen=150).after(50, 200, 49).missed == 1
    assert at(1, seen=150).after(50, 200, 50).missed == 0
    assert at(1, seen=150, grown=3, total=203).after(50, 203, 50).missed == 0
    assert at(2, seen=50).missed == 0, "nothing is missed before the end"


def test_a_list_that_cannot_be_read_is_given_up_in_doubt() -> None:
    """It is done, and sure of nothing."""
    given_up = Reading().given_up()
    assert given_up.done
    assert given_up.unsure
