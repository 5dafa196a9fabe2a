"""Reading a Starshipit list page by page (contract sections 4.3 to 4.6).

In: a function that fetches one page. Out: the rows of all pages. Wrong: what the fetch raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

PAGE_LIMIT = 250  # the vendor's maximum

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)


class Listing(Protocol[Row_co]):
    """One page of rows."""

    @property
    def orders(self) -> tuple[Row_co, ...]:
        """The rows of the page."""
        ...

    @property
    def total_pages(self) -> int | None:
        """How many pages there are, when told."""
        ...


def pages(fetch: Callable[[int], Listing[Row]]) -> Iterator[Row]:
    """The rows of page 1, 2 … until the told number of pages, or, untold, a page that is not full.

    An empty page ends it in any case, and so does one that repeats the page before it.
    """
    page, before = 1, None
    while True:
        listing = fetch(page)
        if not listing.orders or listing.orders == before:
            return
        yield from listing.orders
        told = listing.total_pages
        if page >= told if told is not None else len(listing.orders) < PAGE_LIMIT:
            return
        page, before = page + 1, listing.orders
