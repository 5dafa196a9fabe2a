"""A list that changes at random while it is read backwards (product.md, Fetch 4): no row that stays is skipped."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.rules.paging import Reading

MOST_CALLS = 2000


@dataclass
class Book:
    """A list somebody works on; rows are numbers, and each change is what happened between two pages."""

    rows: list[int]
    stayed: set[int] = field(init=False)
    fresh: int = 10_000

    def __post_init__(self) -> None:
        self.stayed = set(self.rows)

    def leave(self, places: list[float]) -> None:
        """Rows at these places (0 the first, 1 the last) leave."""
        for place in places:
            if self.rows:
                gone = self.rows.pop(int(place * (len(self.rows) - 1)))
                self.stayed.discard(gone)

    def join(self, places: list[float]) -> None:
        """Rows join at these places."""
        for place in places:
            self.fresh += 1
            self.rows.insert(round(place * len(self.rows)), self.fresh)


PLACES = st.lists(st.floats(0, 1), min_size=1, max_size=12)
CHANGES = st.one_of(
    st.none(),
    st.tuples(st.just("leave"), PLACES),
    st.tuples(st.just("join"), PLACES),
    st.tuples(st.just("leave and new orders"), PLACES),
)


def read_through(book: Book, size: int, changes: list[tuple[str, list[float]] | None]) -> tuple[Reading, set[int], int]:
    """Read the list to its end, with one change between every two pages; the reading, what was seen, the calls."""
    reading, seen, calls = Reading(), set[int](), 0
    coming = iter(changes)
    while not reading.done:
        calls += 1
        assert calls < MOST_CALLS, "the reading comes to no end"
        start = (reading.next_page - 1) * size
        page = book.rows[start : start + size]
        reading = reading.after(len(page), len(book.rows), len(set(page) - seen))
        seen |= set(page)
        match next(coming, None):
            case ("leave", places):
                book.leave(places)
            case ("join", places):
                book.join(places)
            case ("leave and new orders", places):
                book.leave(places)
                book.join([1.0] * (len(places) // 2))
            case _:
                pass
    return reading, seen, calls


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 80), st.integers(1, 12), st.lists(CHANGES, max_size=60))
def test_no_row_that_stays_is_skipped_unless_the_reading_says_so(
    count: int, size: int, changes: list[tuple[str, list[float]] | None]
) -> None:
    """Rows leave anywhere, join anywhere, new orders come at the end while others leave: all that stays is seen."""
    book = Book(list(range(count)))
    reading, seen, _ = read_through(book, size, changes)
    assert reading.unsure or book.stayed <= seen, sorted(book.stayed - seen)


@given(st.integers(0, 300), st.integers(1, 50))
def test_a_quiet_list_costs_one_call_more_than_its_pages(count: int, size: int) -> None:
    """Every page once, and the first one twice; nothing is in doubt and nothing missed."""
    reading, seen, calls = read_through(Book(list(range(count))), size, [])
    assert len(seen) == count
    assert calls <= -(-count // size) + 1
    assert (reading.unsure, reading.missed) == (False, 0)


@given(st.integers(0, 200), st.integers(1, 20), st.lists(PLACES, max_size=40))
def test_rows_that_only_leave_never_put_a_reading_in_doubt(count: int, size: int, leaving: list[list[float]]) -> None:
    """Orders that are shipped while the list is read cost no call more and no doubt."""
    book = Book(list(range(count)))
    reading, seen, calls = read_through(book, size, [("leave", places) for places in leaving])
    assert book.stayed <= seen
    assert not reading.unsure
    assert reading.missed == 0
    assert calls <= -(-count // size) + 1


@given(st.integers(1, 200), st.integers(1, 20), st.integers(0, 60))
def test_a_reading_that_was_stored_goes_on_as_if_it_had_not_been(count: int, size: int, cut: int) -> None:
    """Nothing of a reading is lost between two invocations: each field is a plain value."""
    rows = list(range(count))
    reading = Reading()
    pages = []
    while not reading.done:
        pages.append(reading.next_page)
        page = rows[(reading.next_page - 1) * size :][:size]
        reading = reading.after(len(page), count, len(page))
        if len(pages) == cut:
            reading = Reading(**vars(reading))
    assert pages == ([1] if count <= size else [1, *range(-(-count // size), 0, -1)])
