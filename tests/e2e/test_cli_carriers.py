"""`connector carriers`: from an unmapped carrier to a shipped order, by file, by pipe and by editor."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Bench
from tests.e2e.terminal import Ran, Terminal
from tests.simulators.sellercloud import SimPackage

ROOT = Path(__file__).parents[2]
TABLE = "# what we print\n\nAramex = Other / Express\nAustralia Post = AustraliaPost"
SECONDS = 60.0


def hand_over(bench: Bench) -> tuple[int, int]:
    """An order that went to Starshipit: its id there and here."""
    order_id = bench.sellercloud.add_order(packages=(SimPackage(),))
    bench.fetch()
    bench.wait_until_idle()
    [created] = bench.starshipit.created_by_api(str(order_id))
    return order_id, created.order_id


def stored(bench: Bench) -> list[dict[str, Any]]:
    """The documents in the ledger."""
    return [item for item in bench.stack.ledger() if item["pk"].startswith("DOCUMENT#")]


def test_an_unmapped_carrier_is_named_mapped_and_shipped(terminal: Terminal, bench: Bench, tmp_path: Path) -> None:
    """Check names it, edit stores an entry for it, the next label goes to Sellercloud by that entry."""
    order_id, starshipit_id = hand_over(bench)
    bench.sellercloud.switches.validate_carriers = True
    other = bench.starshipit.create_by_hand("HAND-1")
    bench.starshipit.print_label(other, carrier="Aramex")
    ran = terminal("carriers", "check", role="operator")
    assert ran.code == 1
    assert "Carrier table: none; Starshipit's names go to Sellercloud as they are." in ran.out
    assert re.search(r"wrong\s+Aramex is not mapped, Sellercloud does not offer it", ran.out)
    assert "→ Add an entry such as `Aramex = Other / Standard`" in ran.out

    file = tmp_path / "carriers.txt"
    file.write_text(TABLE, encoding="utf-8-sig")
    ran = terminal("carriers", "check", "--file", str(file), role="operator")
    assert (ran.code, "+ Aramex = Other / Express" in ran.out) == (0, True)
    assert not stored(bench)
    ran = terminal("carriers", "edit", "--file", str(file), "--yes", role="operator")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("Stored; in force from the next label on.\n")
    bench.starshipit.print_label(starshipit_id, carrier="Aramex")
    bench.wait_for(lambda: bench.sellercloud.snapshot(order_id).carrier == "Other", "the label in Sellercloud")

    assert terminal("carriers", "show").out == f"{TABLE}\n"
    ran = terminal("carriers", "check")
    assert ran.code == 0
    assert re.search(r"Carrier table: stored by \S*person-operator\S*, 20\d\d-", ran.out)
    assert re.search(r"Aramex / any service +Other / Express", ran.out)
    ran = terminal("carriers", "edit", "--file", "-", "--yes", "--json", typed="* = Other / Standard\n")
    assert (ran.code, ran.json["text"], len(ran.json["changes"])) == (0, "* = Other / Standard", 3)
    ran = terminal("carriers", "edit", "--remove", "--yes")
    assert (ran.code, "Removed. In force now: none" in ran.out) == (0, True)
    assert "nothing to remove" in terminal("carriers", "edit", "--remove").out
    assert not stored(bench)


def test_what_cannot_be_stored_is_told_in_a_sentence(terminal: Terminal, bench: Bench, tmp_path: Path) -> None:
    """A wrong entry, no answer to a question, no file, no text, no terminal, no permission: nothing is stored."""

    def ran(*arguments: str, typed: str = "", role: str = "operator") -> Ran:
        return terminal("carriers", *arguments, typed=typed, role=role)

    wrong = ran("edit", "--file", "-", "--yes", typed="Aramex = Other\nSendle\n")
    assert (wrong.code, wrong.out.splitlines()[-1]) == (1, "Nothing was stored.")
    assert "The entry 'Sendle' has no `=`" in wrong.out
    assert ran("check", "--file", "-", "--json", typed="Sendle").json["valid"] is False
    unasked = ran("edit", "--file", "-", typed=TABLE)
    assert (unasked.code, unasked.err) == (2, "Store this table? Nobody can be asked here.\n→ Add --yes.\n")
    long = ran("edit", "--file", "-", "--yes", typed="A = B\n" * 20_000)
    assert (long.code, "at most 60000" in long.err) == (1, True)
    for arguments, sentence in (
        (("edit",), "there is none here"),
        (("edit", "--json"), "there is none here"),
        (("edit", "--file", str(tmp_path / "gone.txt")), "cannot be read: No such file"),
        (("check", "--file", str(tmp_path)), "cannot be read"),
        (("edit", "--file", "-"), "The text is empty"),
        (("edit", "--file", "-", "--remove"), "exclude each other"),
    ):
        refused = ran(*arguments)
        assert (refused.code, sentence in refused.err + refused.out) == (2, True), refused
    (tmp_path / "latin.txt").write_bytes("Pošta = Posta".encode("cp1250"))
    assert "not text in UTF-8" in ran("check", "--file", str(tmp_path / "latin.txt")).err
    denied = ran("check", role="nobody")
    assert (denied.code, "is missing" in denied.err) == (3, True)
    assert ran("check", "--stack", "elsewhere", role="installer").code == 3
    assert not stored(bench)


def test_a_vendor_that_cannot_be_asked(terminal: Terminal, bench: Bench) -> None:
    """A wrong password and an outage: what is not known is said, with what to do, and has its own exit code."""
    bench.sellercloud.access.password = "changed in Sellercloud"
    refused = terminal("carriers", "check")
    assert refused.code == 4
    assert re.search(r"not verifiable\s+Which carriers Sellercloud offers cannot be told: Sellercloud\s", refused.out)
    assert "→ Store the right ones: connector secrets set sellercloud." in refused.out
    bench.sellercloud.faults.outage = True
    bench.starshipit.faults.always("GET /api/orders/*", "503")
    down = terminal("carriers", "check", "--json")
    assert (down.code, [each["verdict"] for each in down.json["findings"]]) == (4, ["not_verifiable"] * 2)
    assert terminal("carriers", "show").code == 0


def at_terminal(terminal: Terminal, editor: Path, typed: str) -> tuple[int, str]:
    """`connector carriers edit` on a terminal of its own, with an editor and what the person answers."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CONNECTOR_"))}
    environment |= {name: value for name, value in terminal.environment("operator").items() if value is not None}
    environment |= {"EDITOR": str(editor), "VISUAL": str(editor), "PYTHONPATH": str(ROOT / "cli"), "TERM": "dumb"}
    ours, theirs = pty.openpty()
    command = [sys.executable, "-B", "-m", "connector_cli", "carriers", "edit"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        shown, deadline = b"", time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.2)[0]:
                try:
                    shown += os.read(ours, 65_536)
                except OSError:
                    break  # the other end is closed: the program has ended
            elif process.poll() is not None:
                break
        process.kill()
    os.close(ours)
    return process.returncode, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()).replace("\r\n", "\n")


def an_editor(folder: Path, *steps: str) -> Path:
    """An editor that does one step each time it is opened; `$1` is the file."""
    script = folder / "editor"
    cases = "\n".join(f"{number}) {step} ;;" for number, step in enumerate(steps))
    count = folder / "opened"
    lines = ["#!/bin/sh", f"n=$(cat {count} 2>/dev/null || echo 0)", f"echo $((n + 1)) > {count}"]
    script.write_text("\n".join([*lines, f'cp "$1" {folder}/seen.$n', f"case $n in\n{cases}\nesac\n"]))
    script.chmod(0o755)
    return script


def test_edited_at_a_terminal(terminal: Terminal, bench: Bench, tmp_path: Path) -> None:
    """The first text says what is in use; a wrong entry is corrected in a second go; then it is stored."""
    bench.starshipit.print_label(bench.starshipit.create_by_hand("HAND-1"), carrier="Aramex")
    editor = an_editor(tmp_path, 'echo "Aramex" >> "$1"', 'sed -i "s/^Aramex$/Aramex = Other \\/ Express/" "$1"')
    code, shown = at_terminal(terminal, editor, "y\ny\n")
    assert code == 0, shown
    assert "The entry 'Aramex' has no `=`" in shown
    assert "+ Aramex = Other / Express" in shown
    assert "Stored; in force from the next label on." in shown
    first = (tmp_path / "seen.0").read_text()
    assert "#     Aramex / ECON  (1)" in first
    assert "#     US: USPS, FedEx" in first
    [item] = stored(bench)
    assert item["text"].endswith("Aramex = Other / Express")


@pytest.mark.parametrize(
    ("steps", "typed", "code"),
    [
        (('echo "Aramex" >> "$1"',), "n\n", 130),  # wrong, and given up
        (('echo "Aramex" >> "$1"', 'echo "= Other" >> "$1"; exit 1'), "y\n", 2),  # the editor fails after it saved
    ],
)
def test_what_was_typed_is_never_lost(
    terminal: Terminal, bench: Bench, tmp_path: Path, steps: tuple[str, ...], typed: str, code: int
) -> None:
    """Whatever ends the edit, the text is in a file whose name is printed, and nothing is stored."""
    ended, shown = at_terminal(terminal, an_editor(tmp_path, *steps), typed)
    assert ended == code, shown
    found = re.search(r"What you wrote is kept. To go on with it: connector carriers edit --file (\S+)", shown)
    assert found, shown
    kept = Path(found[1])
    assert "\nAramex\n" in kept.read_text(encoding="utf-8")
    assert ("\n= Other\n" in kept.read_text(encoding="utf-8")) is (len(steps) > 1)
    kept.unlink()
    assert not stored(bench)
