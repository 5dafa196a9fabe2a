"""README: what a person reads is what the template says."""

from __future__ import annotations

import re
from pathlib import Path

from local.template import load_template

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (.*) \|$", re.MULTILINE)


def test_the_settings_table_is_the_templates_parameters() -> None:
    """Every parameter stands in the table with its default and its description, in the template's order."""
    table = [(name, default, meaning) for name, default, meaning in ROW.findall((ROOT / "README.md").read_text())]
    expected = []
    for name, parameter in load_template()["Parameters"].items():
        default = parameter.get("Default")
        shown = "(required)" if default is None else f"`{default}`" if str(default) else "empty"
        expected.append((name, shown, " ".join(parameter["Description"].split())))
    assert table == expected


def test_the_readme_names_only_make_targets_that_exist() -> None:
    """A command a person copies from the README works."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(
        re.findall(r"\bmake ([a-z-]+)", (ROOT / "README.md").read_text() + (ROOT / "docs/runbook.md").read_text())
    )
    assert named <= targets
