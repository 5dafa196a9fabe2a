"""`connector preview` puts the answers together, says what is not complete, and prints nobody's control characters."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from connector_cli.commands import preview as module
from connector_cli.failures import Trouble
from connector_cli.stack import Stack

Ran = tuple[int, str, str, list[dict[str, Any]]]
REASON = {
    "reason": "unpaid",
    "sentence": "It is not paid.",
    "detail": "10",
    "channel_order_id": "#1",
    "vendor_text": "",
}


def order(order_id: int, **changes: Any) -> dict[str, Any]:
    """An order that would go."""
    return {
        "order_id": order_id,
        "order_number": str(order_id),
        "how": "new",
        "company": "Northlight / Website",
        "company_id": 171,
        "ship_to": {"city": "Fitzroy", "country": "Australia"},
        "units": 2,
        "kilograms": 1.0886,
        "lines_without_weight": 0,
        "value": 1119.5,
        "currency": "AUD",
        "shipping_method": "USPS Priority Mail",
        "signature": False,
        **changes,
    }


def answer(**changes: Any) -> dict[str, Any]:
    """An answer of the function."""
    return {
        "status": "done",
        "dry_run": False,
        "views": [],
        "since": 0,
        "would_send": [],
        "left_out": [],
        "under_way": [],
        "how": {},
        "counts": {},
        "warnings": [],
        "complete": True,
        "stopped": None,
        "cursor": None,
        **changes,
    }


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs the command against answers: exit code, stdout, the trouble's sentence, what was asked."""

    def ran(*arguments: str, answers: list[dict[str, Any]]) -> Ran:
        left, asked = list(answers), list[dict[str, Any]]()

        def invoke(_self: Stack, function: str, event: dict[str, Any]) -> Any:
            assert function == "AnswerOperator"
            asked.append(event)
            return json.loads(json.dumps(left.pop(0)))

        monkeypatch.setattr(Stack, "invoke", invoke)
        monkeypatch.setattr(Stack, "caller", "someone", raising=False)
        result = CliRunner().invoke(module.preview, list(arguments), env={"COLUMNS": "110"})
        assert not left, "an answer was not asked for"
        if isinstance(result.exception, Trouble):
            return result.exception.code, result.stdout, result.exception.message, asked
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr, asked

    return ran


def test_several_answers_are_one_preview(run: Callable[..., Ran]) -> None:
    """Asked on with the cursor it gave until there is none; lists joined and sorted, a warning told once."""
    first = answer(would_send=[order(9)], warnings=["Paused."], cursor={"packed": "a"}, counts={"orders": 1})
    second = answer(would_send=[order(3)], warnings=["Paused.", "Held."], counts={"orders": 2, "would_send": 2})
    code, out, _, asked = run("--json", "--all", answers=[first, second])
    found = json.loads(out)
    assert code == 0
    assert [row["order_id"] for row in found["would_send"]] == [3, 9]
    assert (found["warnings"], found["counts"]["orders"], "cursor" in found) == (["Paused.", "Held."], 2, False)
    assert (asked[0]["all"], asked[1]["cursor"]) == (True, {"packed": "a"})


def test_the_table_names_figures_reasons_and_totals(run: Callable[..., Ran]) -> None:
    """One line an order; what is left out by reason with its sentence and examples; everything in the last line."""
    left = [{"order_id": n, **REASON} for n in range(20, 28)]
    counts = {"orders": 9, "would_send": 1, "left_out": 8, "already_waiting": 1, "handed_over": 2}
    waits = order(7, how="waiting", signature=True, kilograms=None, lines_without_weight=1)
    code, out, _, _ = run(answers=[answer(would_send=[waits], left_out=left, counts=counts)])
    assert code == 0
    assert "every open order" in out
    for words in ("Fitzroy, Australia", "1,119.50 AUD", "?", "waiting sign"):
        assert words in out
    assert "It is not paid." in out
    assert "20, 21, 22, 23, 24, 25 and 2 more: --full" in out
    assert "1 would go (1 on their way already), 8 would not, 2 in Starshipit already." in out
    assert "27  #1 · 10" in run("--full", answers=[answer(left_out=left)])[1]


def test_nothing_at_all_is_a_line(run: Callable[..., Ran]) -> None:
    """No order, no table."""
    code, out, _, _ = run(answers=[answer(since=1_795_000_000)])
    assert code == 0
    assert "changes since" in out
    assert "0 orders looked at: 0 would go, 0 would not. Nothing was written." in out


def test_forty_are_shown_and_the_rest_is_counted(run: Callable[..., Ran]) -> None:
    """`--full` shows them all."""
    many = answer(would_send=[order(1_000 + n) for n in range(60)])
    assert "… and 20 more: --full" in run(answers=[many])[1]
    full = run("--full", answers=[many])[1]
    assert "1059" in full
    assert "more: --full" not in full


@pytest.mark.parametrize(
    ("status", "code"), [("vendor_trouble", 4), ("credentials_refused", 4), ("not_configured", 1), ("no_time", 4)]
)
def test_what_stops_a_preview_is_told_after_what_was_found(run: Callable[..., Ran], status: str, code: int) -> None:
    """In the first answer or in a later one: the table, the sentence, the right exit code."""
    stop = {"status": status, "message": "Sellercloud is down.", "next": "Later."}
    stopped = answer(would_send=[order(5)], complete=False, stopped=stop)
    ended, out, err, _ = run(answers=[stopped])
    assert (ended, err) == (code, "This is not all: Sellercloud is down.")
    assert "Fitzroy" in out
    later = [answer(would_send=[order(5)], cursor={"packed": "a"}), stop]
    ended, out, err, _ = run(answers=later)
    assert (ended, err, "Fitzroy" in out) == (code, "This is not all: Sellercloud is down.", True)
    ended, out, _, _ = run("--json", answers=later)
    assert (ended, json.loads(out)["complete"], json.loads(out)["stopped"]["status"]) == (code, False, status)


def test_not_complete_without_a_stop_is_exit_code_one(run: Callable[..., Ran]) -> None:
    """One of two views could not be read."""
    code, out, _, _ = run(answers=[answer(views=[411, 999], complete=False, warnings=["Saved view 999 …"])])
    assert (code, "saved view 411, 999" in out, "Saved view 999" in out) == (1, True, True)


def test_the_first_answer_may_be_a_refusal(run: Callable[..., Ran]) -> None:
    """Nothing was found: the sentence alone."""
    refused = {"status": "refused", "message": "Saved view 999 could not be read.", "next": "Correct it."}
    assert run(answers=[refused])[:3] == (1, "", "Saved view 999 could not be read.")


def test_a_cursor_that_does_not_move_is_not_followed_for_ever(run: Callable[..., Ran]) -> None:
    """The same cursor twice: said, not asked again."""
    stuck = answer(cursor={"packed": "a"})
    code, _, err, _ = run(answers=[stuck, stuck])
    assert (code, err) == (1, "The preview does not get any further.")


def test_texts_of_others_steer_no_terminal(run: Callable[..., Ran]) -> None:
    """Markup and control characters of an order are shown, not obeyed."""
    nasty = order(5, ship_to={"city": "[red]\x1b[31mX", "country": ""}, shipping_method="\r\nY", company="[/]")
    left = {"order_id": 6, **REASON, "sentence": "\x1b]0;title\x07[bold]", "vendor_text": "a\x1bb"}
    out = run("--full", answers=[answer(would_send=[nasty], left_out=[left], warnings=["[b]\x1b[2J"])])[1]
    assert "\x1b" not in out
    assert "[red]" in out


def test_one_order_is_shown_field_by_field(run: Callable[..., Ran]) -> None:
    """Source beside target, the problem in the place of the value; empty fields only with `--full`."""

    def field(target: str, value: Any, source: str, there: str, problem: str = "") -> dict[str, Any]:
        unit = "kg each" if target.endswith("weight") else ""
        return {
            "target": target,
            "value": value,
            "source": source,
            "source_value": there,
            "unit": unit,
            "problem": problem,
        }

    shown = {
        "status": "done",
        "order_id": 7,
        "state": "",
        "standing": "No fetch has seen this order yet.",
        "note": "",
        "verdict": {"reason": "unpaid", "sentence": "It is not paid.", "detail": "10"},
        "mapping": None,
        "fields": [
            field("signature_required", False, "RequireSignatureConfirmation", "false"),
            field("destination.city", None, "ShippingAddress.City", "x" * 120, "100 fit"),
            field("destination.company", None, "ShippingAddress.CompanyName", ""),
            field("items[1].weight", "53.9775", "Items[1].Weight", "119 lb"),
            field("items[1].sku", "MUG", "Items[1].BundleItems[1].ProductID", "MUG"),
            field("(not sent)", None, "Items[2]", "FEE: non-shipping"),
        ],
    }
    code, out, _, asked = run("--order", "7", answers=[shown])
    assert (code, asked[0]["number"]) == (0, "7")
    for words in (
        "It does not go: It is not paid. (10)",
        "53.9775 kg each",
        "BundleItems[1].ProductID",
        "FEE: non-shipping",
        "100 fit",
    ):
        assert words in out
    assert "1 field is empty on both sides" in out
    assert "company" in run("--order", "7", "--full", answers=[shown])[1]
    assert json.loads(run("--order", "7", "--json", answers=[shown])[1])["order_id"] == 7


def test_all_and_order_exclude_each_other(run: Callable[..., Ran]) -> None:
    """Wrong usage."""
    assert run("--order", "7", "--all", answers=[])[0] == 2
