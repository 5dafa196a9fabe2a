"""Drafts: a text a person writes in their editor, or hands over in a file.

In: a text to begin with, or a file's name (`-` is stdin). Out: the text as it was left. Wrong: `Trouble` when it cannot
be read; click's own exception when the editor fails. A draft is a file of its own from the beginning: whatever ends the
program, what was typed is still there.
"""

from __future__ import annotations

import codecs
import os
import tempfile
from pathlib import Path

import click

from connector_cli.failures import Trouble

_LARGEST_BYTES = 1_000_000


class Draft:
    """A text in an editor's file. The file stays until it is discarded."""

    def __init__(self, name: str, text: str) -> None:
        self.before = text.strip()
        handle, path = tempfile.mkstemp(prefix=f"connector-{name}-", suffix=".txt")
        with os.fdopen(handle, "wb") as file:
            file.write(f"{self.before}\n".encode())
        self.path = Path(path)

    def edited(self) -> str:
        """The text after the person closed their editor (VISUAL, EDITOR, or what the system has)."""
        click.edit(filename=str(self.path))
        return read(str(self.path))

    def discard(self) -> None:
        """Nobody needs the file any more."""
        self.path.unlink(missing_ok=True)


def read(name: str) -> str:
    """The text of a file, or of stdin for `-`; without blanks around it."""
    try:
        with click.open_file(name, "rb") as file:
            written: bytes = file.read(_LARGEST_BYTES + 1)
    except OSError as exc:
        raise Trouble(f"{name} cannot be read: {exc.strerror}.", next="Name a file, or - for stdin.", code=2) from exc
    if len(written) > _LARGEST_BYTES:
        raise Trouble(f"{name} is far too large.", next="Is it the right file?", code=2)
    is_utf16 = written.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # what PowerShell's `>` writes
    try:
        return written.decode("utf-16" if is_utf16 else "utf-8-sig").strip()
    except UnicodeDecodeError as exc:
        raise Trouble(f"{name} is not text in UTF-8.", next="Save it as UTF-8.", code=2) from exc
