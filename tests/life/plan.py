"""Plan: one sequence of acts and runs, as values that are drawn, shrunk, printed as a word each, and read back.

In: hypothesis' draws, or a text. Out: a `Plan` and its text: `python -m tests.life "<text>"` plays it once more. Wrong:
`ValueError` for a text that is not a plan.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

PEOPLE = (
    "edit_address", "edit_phone", "edit_quantity", "add_line", "remove_line", "hold", "cancel", "release",
    "split_order", "ship_by_hand", "unship_by_hand", "retrack_by_hand",
    "print", "print_partly", "add_parcel", "manifest", "deliver", "cancel_label", "cancel_labels", "redo", "clone",
    "split", "merge", "archive", "restore", "delete", "return_label", "return_package", "correct_address",
    "correct_phone", "change_items", "foreign_label",
)  # fmt: skip
OPERATOR = ("link", "retry", "resend")
POST = ("post_arrives", "post_arrives_reversed", "post_is_lost", "post_comes_again")
RUNS = ("fetch", "hand_off", "apply", "reconcile", "work", "messages_twice", "killed")
TIME = ("minutes", "quarter", "hours", "day")
NOTHING = "nothing"
KINDS = (NOTHING, *PEOPLE, *OPERATOR, *POST, *RUNS, *TIME)

_STACK = ("work", "work", "reconcile", "reconcile", "fetch", "quarter", "post_arrives")
_WEB = (*POST, "apply", "reconcile", "minutes")
THEMES: dict[str, tuple[str, ...]] = {
    "all": (*PEOPLE, *OPERATOR, *POST, *RUNS, *TIME, *_STACK, *_STACK, "print", "print", "manifest"),
    "edits": (
        "edit_address", "edit_phone", "edit_quantity", "add_line", "remove_line", "correct_address", "correct_phone",
        "change_items", "print", "hold", "release", "split", "split_order", "merge", "cancel_label", *_STACK, *_STACK,
    ),
    "stops": (
        "hold", "cancel", "release", "hold", "release", "print", "split", "clone", "delete", "archive", "restore",
        "merge", "edit_address", "resend", "retry", "killed", "hand_off", "cancel_labels", *_STACK, *_STACK,
    ),
    "labels": (
        "print", "print", "print_partly", "add_parcel", "cancel_label", "cancel_labels", "redo", "clone", "split",
        "return_label", "return_package", "manifest", "deliver", "archive", "restore", "messages_twice", "day", *_WEB,
        *_WEB, *_STACK,
    ),
    "by hand": (
        "ship_by_hand", "unship_by_hand", "retrack_by_hand", "print", "print", "cancel_labels", "cancel_label", "redo",
        "manifest", "add_parcel", "hold", "release", "retry", "foreign_label", "day", *_WEB, *_STACK,
    ),
    "gone": (
        "merge", "merge", "link", "link", "delete", "archive", "restore", "print", "print", "manifest", "split",
        "clone", "cancel", "hold", "release", "cancel_labels", "resend", "retry", "day", *_WEB, *_STACK, *_STACK,
    ),
}  # fmt: skip
STARSHIPIT_SWITCHES = {
    "split_keeps": ("split_keeps_original", True),
    "cleared": ("cancelled_package", "cleared"),
    "unshipped": ("cancelled_order", "unshipped"),
    "manifested": ("manifest_at_print", True),
    "ignores": ("printed_update", "ignore"),
    "newest": ("shared_number", "newest"),
    "no_archived_id": ("archived_by_id", False),
    "archived_number": ("archived_by_number", True),
    "per_parcel": ("shipped_rows", "per_parcel"),
    "shows_printed": ("shipped_includes_printed", True),
    "shows_archived": ("shipped_includes_archived", True),
    "hides_archived": ("search_shows_archived", False),
    "tracking_updates": ("tracking_counts_as_update", True),
    "no_returns": ("shipments_include_returns", False),
    "number_taken": ("deleted_number_taken", True),
    "search_lags": ("search_lag_seconds", 60.0),
}
SELLERCLOUD_SWITCHES = {
    "clears_tracking": ("unship_clears_tracking", True),
    "resets_status": ("unship_resets_status", True),
    "keeps_ship_date": ("unship_clears_ship_date", False),
    "unships_again": ("unship_unshipped", "ok"),
    "refuses_held": ("ship_on_hold", "refuse"),
    "refuses_again": ("ship_again", "refuse"),
    "new_packages": ("new_package_ids_on_ship", True),
}
OTHER_SWITCHES = ("dispatched", "no_unship", "first", "channel", "no_reference", "no_post")
SWITCHES = (*OTHER_SWITCHES, *STARSHIPIT_SWITCHES, *SELLERCLOUD_SWITCHES)


@dataclass(frozen=True)
class Step:
    """One act or run. `who` and `pick` choose among what is there; `during` is the vendor call of the next run just
    before which a person acts, 0 for at once.
    """

    kind: str
    who: int = 0
    pick: int = 0
    during: int = 0

    def __str__(self) -> str:
        word = ".".join([self.kind, *map(str, (self.who, self.pick))]).removesuffix(".0").removesuffix(".0")
        return f"{word}@{self.during}" if self.during else word


@dataclass(frozen=True)
class Plan:
    """Orders to begin with, how far they are, the settings and open questions that differ from the default, steps."""

    orders: int
    start: str
    switches: tuple[str, ...]
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        steps = " ".join(str(step) for step in self.steps if step.kind != NOTHING)
        return f"{self.orders} {self.start} {','.join(self.switches) or '-'} : {steps}"

    @classmethod
    def parse(cls, text: str) -> Plan:
        """The plan of a text."""
        head, _, steps = text.partition(":")
        orders, start, switches = head.split()
        names = tuple(name for name in switches.split(",") if name != "-")
        return cls(int(orders), start, names, tuple(map(_step, steps.split())))


def _step(word: str) -> Step:
    rest, _, during = word.partition("@")
    kind, *numbers = rest.split(".")
    if kind not in KINDS:
        raise ValueError(f"no such step: {kind}")
    who, pick, *_ = (*map(int, numbers), 0, 0)
    return Step(kind, who, pick, int(during or 0))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan; it shrinks towards fewer orders, default settings, fewer steps."""
    theme = draw(st.sampled_from(list(THEMES)))
    kinds = (NOTHING, *THEMES[theme])
    switches = draw(st.lists(st.sampled_from(SWITCHES), max_size=6, unique=True))
    moments = st.one_of(st.just(0), st.just(0), st.just(0), st.integers(0, 9))
    choice = st.integers(0, 3)
    steps = st.tuples(st.sampled_from(kinds), choice, choice, moments).map(lambda drawn: Step(*drawn))
    return Plan(
        draw(st.sampled_from([1, 1, 2, 3, 4])),
        draw(st.sampled_from(["new", "there", "there", "there", "printed", "shipped"])),
        tuple(sorted(switches, key=SWITCHES.index)),
        tuple(draw(st.lists(steps, min_size=8, max_size=30))),
    )
