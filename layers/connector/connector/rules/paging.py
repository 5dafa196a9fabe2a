"""Reading a list that changes while it is read: from the last page to the first, so that no row is
skipped.

In: where the reading stands and the page just read. Out: where it stands now, and which page is
next. Wrong: nothing; a list that grows faster than it can be read is left after a number of extra
pages, with `unsure` set, for the next run.

Rows that leave the list move later rows to earlier pages. Reading backwards, they move onto pages
not read yet, at worst to be seen twice. Rows that join push others onto later pages, which have
been read already; the total shows it, and the reading goes back as many pages as could have moved.
The first page is read first, for the total, and again at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

EXTRA_PAGES = 20


@dataclass(frozen=True)
class Reading:
    """Where the reading of one list stands. `next_page` 0 means the end was reached."""

    next_page: int = 1
    page_size: int = 0
    total: int = 0
    extra: int = 0
    unsure: bool = False

    @property
    def done(self) -> bool:
        """True when the first page was read last."""
        return self.next_page == 0

    @property
    def begun(self) -> bool:
        """True once the first page has told the total."""
        return self.page_size > 0

    def after(self, rows: int, total: int) -> Reading:
        """The reading after the page it asked for came back with `rows` rows of a list of `total`."""
        if not self.begun:
            return self._first(rows, total)
        grown = max(0, total - self.total)
        missing = rows == 0 and (self.next_page - 1) * self.page_size < total
        if grown and self.extra < EXTRA_PAGES:
            back = min(self.next_page + ceil(grown / self.page_size), ceil(total / self.page_size))
            return replace(self, total=total, next_page=max(1, back), extra=self.extra + 1)
        return replace(self, total=total, next_page=self.next_page - 1, unsure=self.unsure or missing or grown > 0)

    def _first(self, rows: int, total: int) -> Reading:
        """Page one: the end of a short list, the size of the pages of a long one (the vendor may
        clamp it).
        """
        if rows == 0 or total <= rows:
            return replace(self, total=total, page_size=max(1, rows), next_page=0, unsure=total > rows)
        return replace(self, total=total, page_size=rows, next_page=ceil(total / rows))
