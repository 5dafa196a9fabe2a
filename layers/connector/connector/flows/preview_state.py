"""What a preview of many orders keeps from one answer to the next, as one opaque text.

In: the text an answer gave. Out: where the preview stands, and the text for the next answer. Wrong: `BadRequest` for a
text that is not one of ours.

The text is small however many orders there are: ids are kept as distances, everything is compressed. It holds ids,
reasons and cursors; the orders themselves are read again.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

from connector.flows.operator import BadRequest
from connector.state import documents
from connector.state.rows import OrderRow, State

_VERSION = 1
_MOST_BYTES = 64_000_000


@dataclass
class PreviewState:
    """Where a preview stands.

    `fetching` is False once every list was read. `written` are the small records of the rehearsal, `names` its order
    numbers. `seen` are all orders the preview has spoken of; `through` and `held` those of them the fetch let through
    and the surge guard held. `work` are orders still to be mapped, each with how it came to be sent; `rows` those rows
    of them that are not stored anywhere. `chunk` is how many are mapped at once, 0 for the usual. `since` is from when
    changes were asked for: None until it is known, 0 for everything.
    """

    begun: bool = False
    fetching: bool = True
    complete: bool = True
    chunk: int = 0
    since: int | None = None
    written: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    through: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)
    work: list[tuple[int, str]] = field(default_factory=list)
    rows: list[OrderRow] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def more(self) -> bool:
        """True while something is left to read or to map."""
        return self.fetching or bool(self.work)

    @property
    def found_anything(self) -> bool:
        """True once Sellercloud has told of anything, or an order was judged."""
        return any(self.counts[what] for what in ("pages", "would_send", "left_out"))

    def marks(self) -> dict[int, State]:
        """What the preview has decided of orders so far."""
        return dict.fromkeys(self.held, State.HELD) | dict.fromkeys(self.through, State.QUEUED)

    def packed(self) -> dict[str, Any]:
        """Everything as plain text."""
        plain = {
            "version": _VERSION,
            "begun": self.begun,
            "fetching": self.fetching,
            "complete": self.complete,
            "chunk": self.chunk,
            "since": self.since,
            "written": self.written,
            "names": self.names,
            "seen": _distances(self.seen),
            "through": _distances(self.through),
            "held": _distances(self.held),
            "work": self.work,
            "rows": [documents.item_of(row) for row in self.rows],
            "counts": self.counts,
            "reasons": self.reasons,
        }
        packed = zlib.compress(json.dumps(plain, separators=(",", ":")).encode())
        return {"packed": base64.b64encode(packed).decode()}

    @classmethod
    def unpacked(cls, given: Mapping[str, Any]) -> PreviewState:
        """The state an answer gave; a new one for nothing. Raises `BadRequest`."""
        if not given:
            return cls()
        try:
            return cls._from(_plain(given["packed"]))
        except (KeyError, ValueError, TypeError, AttributeError, zlib.error) as exc:
            raise BadRequest("cursor is not one that this stack gave; begin the preview anew.") from exc

    @classmethod
    def _from(cls, plain: Mapping[str, Any]) -> PreviewState:
        if plain["version"] != _VERSION:
            raise ValueError("another version's")
        return cls(
            begun=bool(plain["begun"]),
            fetching=bool(plain["fetching"]),
            complete=bool(plain["complete"]),
            chunk=int(plain["chunk"]),
            since=None if plain["since"] is None else int(plain["since"]),
            written=dict(plain["written"]),
            names={str(number): int(order_id) for number, order_id in plain["names"].items()},
            seen=_ids(plain["seen"]),
            through=_ids(plain["through"]),
            held=_ids(plain["held"]),
            work=[(int(order_id), str(why)) for order_id, why in plain["work"]],
            rows=[documents.row_from(item) for item in plain["rows"]],
            counts=Counter(plain["counts"]),
            reasons=Counter(plain["reasons"]),
        )


def _plain(packed: str) -> dict[str, Any]:
    unpacking = zlib.decompressobj()
    text = unpacking.decompress(base64.b64decode(packed, validate=True), _MOST_BYTES)
    if not unpacking.eof:
        raise ValueError("cut off, or too large")
    found: dict[str, Any] = json.loads(text)
    return found


def _distances(ids: Iterable[int]) -> list[int]:
    """Ascending ids, each as its distance from the one before."""
    return [after - before for before, after in pairwise([0, *sorted(ids)])]


def _ids(distances: Iterable[int]) -> set[int]:
    return set(accumulate(int(distance) for distance in distances))
