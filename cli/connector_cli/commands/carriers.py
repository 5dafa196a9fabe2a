"""Carriers: the carrier table, shown, checked, and edited as one document.

In: a text from an editor, a file or stdin. Out: the table beside what was found about it. Wrong: a text with a wrong
entry is never stored; what was typed in the editor stays in a file until it is stored.
"""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.text import Text

from connector_cli.carrier_text import Answer, first_text, print_changes, print_findings, print_table, source
from connector_cli.drafts import Draft, read
from connector_cli.failures import NO, VENDOR
from connector_cli.shell import Shell, Trouble, command

_TOO_QUICK_SECONDS = 1.0  # no person edits a text in less


@click.group()
def carriers() -> None:
    """How Starshipit's carriers are called in Sellercloud.

    The table is one readable document. Once stored it takes the place of the parameter CarrierMap, and it may be much
    longer. It is in force from the next label on.
    """


@command("show")
def show(shell: Shell) -> None:
    """Print the text of the table in force, and nothing else.

    \b
    connector carriers show > carriers.txt
    """
    answer = shell.ask("carriers", only_text=True)
    shell.show(answer, lambda: click.echo(answer["text"] or "# no carrier table is set"))


@command("check")
@click.option("--file", "file", metavar="FILE", help="Check this text instead of the table in force (- is stdin).")
def check(shell: Shell, file: str | None) -> None:
    """Compare the table with what Sellercloud offers and Starshipit prints.

    Shows every entry, and what was found: entries that cannot be used, names Sellercloud does not list, carriers in
    use that nothing translates. Exit code 1 when something is wrong, 4 when a vendor could not be asked.
    """
    answer = _asked(shell, "carriers") if file is None else _asked(shell, "check_carriers", text=read(file))

    def render() -> None:
        place = source(answer) if file is None else f"the text of {file}"
        shell.console.print(Text(f"Carrier table: {place}.", "bold"))
        print_table(shell.console, answer["table"])
        _print_outcome(shell.console, answer)

    shell.show(answer, render)
    if any(finding["verdict"] == "wrong" for finding in answer["findings"]):
        shell.exit(NO)
    shell.exit(0 if answer.get("complete", True) else VENDOR)


@command("edit")
@click.option("--file", "file", metavar="FILE", help="Take this text instead of opening an editor (- is stdin).")
@click.option("--remove", is_flag=True, help="Remove the stored table; the parameter CarrierMap is in force again.")
@click.option("--yes", is_flag=True, help="Do not ask before storing.")
def edit(shell: Shell, file: str | None, remove: bool, yes: bool) -> None:
    """Edit the table, and store it once it is right.

    Opens your editor (VISUAL or EDITOR) with the table in force, or with a first one. The text is checked, the changes
    are shown, and you are asked before anything is stored. What you typed is never lost.

    \b
    connector carriers edit
    connector carriers edit --file carriers.txt --yes
    """
    if file is not None and remove:
        raise click.UsageError("--file and --remove exclude each other.")
    if file is None and not remove:
        _edit_by_hand(shell, yes=yes)
        return
    text = "" if file is None else read(file)
    if not text and not remove:
        raise Trouble("The text is empty.", next="To remove the stored table: connector carriers edit --remove", code=2)
    present = shell.ask("carriers", only_text=True)
    if remove and present["source"] != "ledger":
        shell.show({**present, "changes": []}, lambda: click.echo("No table is stored; there is nothing to remove."))
        return
    checked = _asked(shell, "check_carriers", text=text)
    if not shell.as_json:
        _print_outcome(shell.console, checked)
    if not checked["valid"]:
        shell.show(checked, lambda: click.echo("Nothing was stored."))
        shell.exit(NO)
    _store(shell, text, present, checked, yes=yes)


for _one in (show, check, edit):
    carriers.add_command(_one)


def _edit_by_hand(shell: Shell, *, yes: bool) -> None:
    """The editor, until the text is right, unchanged or given up."""
    if shell.as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        then = "Give the text in a file: connector carriers edit --file FILE --yes"
        raise Trouble("The table is edited at a terminal, and there is none here.", next=then, code=2)
    present = shell.ask("carriers", only_text=True)
    is_stored = present["source"] == "ledger"
    text = present["text"] if is_stored else ""
    draft = Draft("carriers", text or first_text(_asked(shell, "carriers")))
    begun = time.monotonic()
    with _kept(shell, draft):
        text = draft.edited()
        while text != draft.before and (text or is_stored):
            checked = _asked(shell, "check_carriers", text=text)
            _print_outcome(shell.errors, checked)
            if checked["valid"]:
                _store(shell, text, present, checked, yes=yes)
                draft.discard()
                return
            click.confirm("Edit again?", default=True, abort=True, err=True)
            text = draft.edited()
        draft.discard()
    click.echo("Nothing was changed.")
    if time.monotonic() - begun < _TOO_QUICK_SECONDS:
        click.echo("(An editor that returns at once must be told to wait, such as EDITOR='code --wait'.)", err=True)


@contextmanager
def _kept(shell: Shell, draft: Draft) -> Iterator[None]:
    """Whatever ends the block before the text is stored: the person is told where it is."""
    try:
        yield
    except BaseException:
        file = shlex.quote(str(draft.path))
        then = f"What you wrote is kept. To go on with it: connector carriers edit --file {file}"
        shell.errors.print(then, markup=False, soft_wrap=True)
        raise


def _asked(shell: Shell, what: str, **arguments: str) -> Answer:
    """An answer the vendors are asked for, which takes a few seconds."""
    with shell.progress() as progress:
        progress.add_task("Asking Sellercloud and Starshipit")
        return shell.ask(what, **arguments)


def _store(shell: Shell, text: str, present: Answer, checked: Answer, *, yes: bool) -> None:
    """Store the text once the person agrees, unless the table was changed since it was read."""
    shell.confirm("Store this table?" if text else "Remove the stored table?", yes=yes)
    stored = shell.ask("store_carriers", text=text, version=present["version"])
    answer = {**stored, "changes": checked["changes"], "findings": [*stored["findings"], *checked["findings"]]}

    def render() -> None:
        click.echo("Stored; in force from the next label on." if text else f"Removed. In force now: {source(stored)}.")
        print_findings(shell.console, stored["findings"])

    shell.show(answer, render)


def _print_outcome(console: Console, answer: Answer) -> None:
    """What a text changes, if it can be stored, and what was found."""
    if answer.get("valid"):
        print_changes(console, answer["changes"])
    print_findings(console, answer["findings"])
