"""What `connector order` and `connector attention` print, from answers as the stack gives them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from connector_cli.commands import attention, order
from connector_cli.words import age, moment, plain

NOW = 1_795_140_000
LONG = "Sellercloud shows the order Fully Shipped: " + ", ".join(f"34ABC{number:07}" for number in range(20)) + "."
HOSTILE = "[bold red]no[/bold red] \x1b[31mred\x1b]0;title\x07 \r\n[link=file:///etc]x[/link] \u202e"


def match(**changes: Any) -> dict[str, Any]:
    """One order of an answer."""
    view = {
        "order_id": 1045872, "order_status": "InProcess", "shipping_status": "Unshipped",
        "tracking_numbers": ["X" * 60],
        "packages": [{"package_id": 9, "tracking_number": ""}], "listed": True, "carrier": HOSTILE, "updated_at": None,
    }  # fmt: skip
    there = {
        "order_id": 5, "order_number": "A-1", "status": "Printed", "carrier": "", "archived": True, "manifested": False,
        "packages": [{"tracking_number": "", "status": "", "service": "", "is_return": True}],
    }  # fmt: skip
    return {
        "order_id": 1045872, "how": ["Sellercloud order id", "tracking number"], "state": "refused",
        "since": NOW - 7200, "state_sentence": "Not sent.",
        "reason": {"code": "no_name", "sentence": HOSTILE, "detail": ""},
        "vendor_text": HOSTILE, "attention": None, "order_number": "A-1", "channel_order_id": "#1", "company_id": 171,
        "generation": 2, "attempts": 0, "timeline": [{"at": NOW - 90_000, "what": "queued", "sentence": LONG},
        {"at": NOW, "what": "x", "sentence": HOSTILE}], "timeline_cut": True, "next": HOSTILE,
        "sellercloud": view, "starshipit": {"orders": [there, {"order_id": 6, "sentence": "gone"}]}, **changes,
    }  # fmt: skip


def unseen() -> dict[str, Any]:
    """An order no fetch has seen: less is known of it."""
    return {
        "order_id": None, "how": ["Starshipit search"], "state": "not_ours", "state_sentence": "?", "next": "?",
        "order_number": HOSTILE, "sellercloud": {}, "starshipit": {"orders": []}, "timeline": [],
    }  # fmt: skip


def printed(show: Any, answer: dict[str, Any], width: int) -> str:
    """What a terminal of this width shows."""
    console = Console(file=io.StringIO(), width=width, highlight=False, color_system=None)
    show(console, answer)
    written: str = console.file.getvalue()  # type: ignore[attr-defined]
    return written


@pytest.mark.parametrize("width", [80, 89, 90, 110, 200])
def test_a_page_fits_its_terminal_and_no_words_of_others_steer_it(width: int) -> None:
    """No line is too long, nothing is cut away, markup and control characters stay letters or go."""
    mark = {"reason": "no_street", "sentence": HOSTILE, "next": "→", "since": NOW - 60}
    answer = {
        "number": HOSTILE, "now": NOW, "dry_run": False, "more": [7, 8], "troubles": [{"trouble": HOSTILE}],
        "matches": [match(), match(attention=mark, dry_run=True), unseen(), match(sellercloud={"trouble": HOSTILE})],
        "reports": [{"tracking_number": HOSTILE, "status": "Printed", "reported_at": NOW, "sentence": LONG}],
    }  # fmt: skip
    page = printed(order._print, answer, width)
    assert max(map(len, page.splitlines())) <= width
    assert not {"\x1b", "\x07", "\r", "\u202e"} & set(page)
    assert "[bold red]no[/bold red]" in page
    for number in range(20):
        assert f"34ABC{number:07}" in page
    assert "id:7, id:8" in page
    assert "Needs a person since" in page
    assert "what came before is no longer kept" in page
    assert "generation 2" in page
    assert "Sellercloud now" in page
    assert "Starshipit now" in page


def test_both_vendors_stand_side_by_side_where_there_is_room() -> None:
    """From ninety columns on; below, one under the other."""
    answer = {"number": "1", "now": NOW, "matches": [match()], "more": [], "reports": []}
    both = ("Sellercloud now", "Starshipit now")
    assert any(all(name in line for name in both) for line in printed(order._print, answer, 90).splitlines())
    assert not any(all(name in line for name in both) for line in printed(order._print, answer, 80).splitlines())


@pytest.mark.parametrize("width", [80, 110])
def test_what_needs_a_person_fits_as_well(width: int) -> None:
    """Groups, ages, what is left out, what is beside a filter or a dry run."""
    orders = [{"order_id": 1045872 + n, "state": "handed_over", "since": NOW - 3600 * n} for n in range(3)]
    group = {"reason": HOSTILE, "sentence": LONG, "next": HOSTILE, "count": 1234, "oldest": NOW - 200_000}
    answer = {
        "now": NOW, "dry_run": True, "reason": "", "groups": [{**group, "orders": orders}], "total": 1234,
        "others": {"x": 2, "y": 3}, "beside_dry_run": 1,
    }  # fmt: skip
    page = printed(attention._print, answer, width)
    assert max(map(len, page.splitlines())) <= width
    flat = " ".join(page.split())
    assert "1,234 orders, oldest 2 d" in flat
    assert "handed over" in flat
    assert "… and 1231 more: --limit 1000" in flat
    assert "For other reasons 5: x 2, y 3." in flat
    assert "1,234 orders need a person." in flat
    assert "runs dry" in flat
    nothing = {**answer, "groups": [], "total": 0, "others": {}, "beside_dry_run": 0, "dry_run": False}
    assert printed(attention._print, nothing, width).strip() == "Nothing needs a person."


@pytest.mark.parametrize(
    ("seconds", "said"), [(-3, "0 s"), (59, "59 s"), (60, "1 min"), (3 * 3600 + 5, "3 h"), (2 * 86_400, "2 d")]
)
def test_an_age_is_one_number_and_a_unit(seconds: float, said: str) -> None:
    """As in a list of what waits."""
    assert age(seconds) == said


def test_moments_and_texts() -> None:
    """No moment is no text; a text is one line of printable letters."""
    assert (moment(None), moment(0)) == ("", "")
    assert len(moment(NOW)) == 16
    assert len(moment(NOW, seconds=True)) == 19
    assert plain("a\x1b[1mb\nc\td") == "a [1mb c d"
    assert (plain(None), plain(7), plain("Ørsted 東京")) == ("", "7", "Ørsted 東京")
