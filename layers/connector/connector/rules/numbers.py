"""The numbers people name an order by, and every spelling under which one may be stored.

In: what a person typed, or a number as a vendor wrote it. Out: the forms to look up. Wrong: nothing; a text that can be
no id has none.

`id:1001` is the order of this Sellercloud id and no other. A channel's number is taken as written, its `#` included:
`#1001` may be the number, or a person's way to say 1001. A tracking number is one number whatever its case and blanks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 100
_BY_ID = "id:"
_CHANNEL_LIMIT = 50  # of a channel's number so much is kept in a row
_LARGEST_ID = 2**31 - 1
# What Starshipit adds to the number of a split or redone order; a resend of ours has `-R2`, which is stored as it is.
_PART = re.compile(r"(?P<whole>.+)-\d{1,2}")


@dataclass(frozen=True)
class Named:
    """One number, in the forms in which it may be stored. `order_id` is None for what can be no Sellercloud id."""

    text: str
    order_id: int | None
    channel_number: str
    tracking_number: str

    @property
    def whole(self) -> str:
        """The number without a split order's part; empty when there is none."""
        found = _PART.fullmatch(self.text)
        return found["whole"] if found else ""

    @property
    def otherwise(self) -> str:
        """The number with `#` before it, or without: the other way to write it; empty when nothing is left."""
        return self.text.lstrip("#").strip() if self.text.startswith("#") else f"#{self.text}"


def named(text: str) -> Named:
    """What a person typed."""
    trimmed = text.strip()
    own = trimmed[len(_BY_ID) :] if trimmed.lower().startswith(_BY_ID) else trimmed.lstrip("#")
    return Named(trimmed, order_id(own), trimmed[:_CHANNEL_LIMIT], spoken(trimmed))


def order_id(text: str) -> int | None:
    """The Sellercloud order id a text is, if it can be one."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 12):
        return None
    return int(digits) if 0 < int(digits) <= _LARGEST_ID else None


def spoken(tracking_number: str) -> str:
    """A tracking number without blanks, in capitals: as it is stored and looked up."""
    return "".join(tracking_number.split()).upper()
