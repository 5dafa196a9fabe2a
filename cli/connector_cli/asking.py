"""Asking for secrets: at a terminal without showing them, or as one JSON object on standard input.

In: the fields wanted. Out: their values. Wrong: `Trouble` (wrong usage) that names fields, never a value. Nothing is
taken from arguments: these are seen in process lists and kept in shell histories.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from connector_cli.failures import Trouble

PLACEHOLDER = "REPLACE_ME"
_LONGEST = 4000
_SHORTEST_HIDDEN = 4  # anything shorter is part of ordinary words
_MOST_READ = 65_536


@dataclass(frozen=True)
class Field:
    """One value to ask for. `optional` ones may be left empty."""

    name: str
    prompt: str
    hidden: bool = True
    optional: bool = False


def ask_for(fields: Sequence[Field], *, from_stdin: bool) -> dict[str, str]:
    """The values, without blanks around them."""
    given = _read(fields) if from_stdin else _prompted(fields)
    for field in fields:
        value = given[field.name]
        if not value and not field.optional:
            raise _wrong(f"{field.name} is empty.")
        if PLACEHOLDER in value:
            raise _wrong(f"{field.name} is still the placeholder.")
        if len(value) > _LONGEST or not value.isprintable():
            raise _wrong(f"{field.name} holds a line break or another control character, or is endless.")
    return given


def hide(text: str, fields: Sequence[Field], values: Mapping[str, str]) -> str:
    """The text without the values that are not shown: a vendor's own words may repeat one."""
    hidden = [values[field.name] for field in fields if field.hidden]
    for value in sorted(hidden, key=len, reverse=True):
        text = text.replace(value, "•••") if len(value) >= _SHORTEST_HIDDEN else text
    return text


def _prompted(fields: Sequence[Field]) -> dict[str, str]:
    if not sys.stdin.isatty():
        raise _wrong("There is no terminal to ask at.")
    return {field.name: _prompt(field) for field in fields}


def _prompt(field: Field) -> str:
    default = "" if field.optional else None
    while True:
        value: str = click.prompt(field.prompt, hide_input=field.hidden, default=default, show_default=False, err=True)
        if not (field.optional and value.strip()):
            return value.strip()
        # One's own text is checked by nobody, so it is typed twice.
        if click.prompt("The same again", hide_input=field.hidden, err=True) == value:
            return value.strip()
        click.echo("These were not the same.", err=True)


def _read(fields: Sequence[Field]) -> dict[str, str]:
    names = [field.name for field in fields]
    wanted = f"one JSON object with {', '.join(names)}"
    try:
        read: Any = json.loads(sys.stdin.read(_MOST_READ))
    except (ValueError, RecursionError):
        raise _wrong(f"Standard input is not {wanted}.") from None
    if not isinstance(read, dict) or set(read) - set(names):
        raise _wrong(f"Standard input is not {wanted}, and nothing else.")
    found = {name: read.get(name, "") for name in names}
    if not all(isinstance(value, str) for value in found.values()):
        raise _wrong(f"Standard input is not {wanted}, each a text.")
    return {name: value.strip() for name, value in found.items()}


def _wrong(message: str) -> Trouble:
    return Trouble(message, next="At a terminal you are asked for it; a script uses --stdin-json.", code=2)
