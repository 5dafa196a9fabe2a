"""Reading a list that changes while it is read: from the last page to the first, so that no row is
skipped.

In: where the reading stands and the page just read. Out: where it stands now, and which page is
next. Wrong: nothing; a page that is shorter than its own total says, or a list that grows faster
than it can be read, sets `unsure`, and the next run reads again.

Rows that leave the list move later rows to earlier pages. Reading backwards, they move onto pages
not read yet, at worst to be seen twice. Rows that join push others onto later pages, which have
been read already; the total shows it, and the reading goes back as many pages as could have moved.
The first page is read first, for the total, and again at the end. One thing no total shows: a row
that leaves behind and another that joins in front between the same two pages; the daily sweep
finds what slipped past then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

EXTRA_PAGES = 20


@dataclass(frozen=True)
class Reading:
    """Where the reading of one list stands. `next_page` 0 means the end was reached.

    `seen` counts distinct rows, `grown` how many joined the list meanwhile, `extra` how often the
    reading went back for them. `resume` is the page to go on with once the pages gone back for are read.
    """

    next_page: int = 1
    page_size: int = 0
    total: int = 0
    seen: int = 0
    grown: int = 0
    extra: int = 0
    resume: int | None = None
    unsure: bool = False

    @property
    def done(self) -> bool:
        """True when the first page was read last."""
        return self.next_page == 0

    @property
    def begun(self) -> bool:
        """True once the first page has told the total."""
        return self.page_size > 0

    @property
    def missed(self) -> int:
        """How many rows the list counts that were not seen; those that joined late are the next run's."""
        return max(0, self.total - self.grown - self.seen) if self.done else 0

    def given_up(self) -> Reading:
        """The reading of a list that cannot be read now."""
        return replace(self, next_page=0, unsure=True)

    def after(self, rows: int, total: int, new: int) -> Reading:
        """The reading after the page it asked for came with `rows` rows of a list of `total`, `new` of
        them not seen before.
        """
        read = replace(self, total=total, seen=self.seen + new)
        if not self.begun:
            return _after_first(read, rows)
        grown = max(0, total - self.total)
        short = rows < min(self.page_size, total - (self.next_page - 1) * self.page_size)
        read = replace(read, grown=self.grown + grown, unsure=self.unsure or short)
        last = ceil(total / self.page_size)
        pushed_to = min(self.next_page + ceil(grown / self.page_size), last)
        if pushed_to <= self.next_page:
            return self._on(read, last)
        if self.extra >= max(EXTRA_PAGES, last):
            return self._on(replace(read, unsure=True), last)
        # The page just read has told all it had to tell, unless the list grew before on the way back.
        resume = self.next_page - 1 if self.resume is None else None
        return replace(read, next_page=pushed_to, resume=resume, extra=self.extra + 1)

    def _on(self, read: Reading, last: int) -> Reading:
        """On towards the first page: past pages that are empty by now, or to where the reading went back from."""
        before = self.next_page - 1
        if self.resume is not None and read.total == self.total:
            at_end = before == self.resume + 1
            return replace(read, next_page=self.resume if at_end else before, resume=None if at_end else self.resume)
        return replace(read, next_page=min(before, last), resume=None)


def _after_first(read: Reading, rows: int) -> Reading:
    """Page one: the end of a short list, the size of the pages of a long one (the vendor may clamp
    it).
    """
    if rows == 0 or read.total <= rows:
        return replace(read, page_size=max(1, rows), next_page=0, unsure=read.total > rows)
    return replace(read, page_size=rows, next_page=ceil(read.total / rows))
