"""The repository as a stranger gets it: nothing in it belongs to one machine or one package index."""

from __future__ import annotations

import re
import subprocess

from local.processes import ROOT

# Written in pieces, so that this file does not hold what it looks for.
INDEX = re.compile(
    "|".join(["py" + r"pi\.org", "python" + "hosted", r"--(extra-)?index" + "-url", r"://[\w.-]+/simp" + r"le\b"])
)
MACHINE = re.compile(r"(?<![\w.])/(ro" + r"ot|ho" + r"me|Us" + r"ers|wo" + r"rk)/\w")
PINNED = re.compile(r"^[\w.-]+(\[[\w,-]+\])?==", re.MULTILINE)


def tracked() -> dict[str, str]:
    """Every text file git knows of; outside a checkout, none."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = {}
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file():
            texts[name] = path.read_bytes().decode("utf-8", errors="replace")
    return texts


def test_no_file_names_a_package_index_or_a_path_of_one_machine() -> None:
    """A clone works wherever packages come from and wherever it lies."""
    texts = tracked()
    assert len(texts) > 100
    named = [name for name, text in texts.items() if INDEX.search(text) or MACHINE.search(text)]
    assert named == []


def test_every_requirement_is_pinned_with_a_hash() -> None:
    """What is installed today is what was tested; a changed package is refused."""
    for name, text in tracked().items():
        if "requirements" in name and name.endswith(".txt"):
            pins = PINNED.findall(text)
            assert pins, name
            assert text.count("--hash=sha256:") >= len(pins), name
