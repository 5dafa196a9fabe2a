"""`connector check`: what of the installation is right, what is missing, and what to do.

In: the stack's own findings about settings, vendors and ledger, and what AWS tells of it. Out: one line each, and a
count. Wrong: what cannot be asked is a line as well; only a stack that is not there ends the command.
"""

from __future__ import annotations

from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.table import Table
from rich.text import Text

from connector_cli.checks_aws import check_aws, parameter
from connector_cli.checks_webhook import check_webhook
from connector_cli.failures import NO, Trouble, trouble_from
from connector_cli.finding import NOT_VERIFIABLE, OK, WARNING, WRONG, Finding, plain, tallied, wrong
from connector_cli.shell import Shell, command

CONNECTOR = "connector"
_WORDS = {OK: "ok", WARNING: "warning", WRONG: "wrong", NOT_VERIFIABLE: "not verifiable"}
_STYLES = {OK: "green", WARNING: "yellow", WRONG: "bold red", NOT_VERIFIABLE: "cyan"}


@command()
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings as well.")
def check(shell: Shell, *, strict: bool) -> None:
    """What is right and what is missing, one line each, with what to do.

    Looks at both log-ins, the rights of the Sellercloud user, saved views, companies, carriers, the webhook, the
    schedule, paused consumers and dead letters. Nothing is changed, and no order is sent.

    \b
    ok               it is as it should be
    warning          it works, and a person should know
    wrong            it does not work until somebody does what the line says
    not verifiable   nobody can tell without changing something; the line says what would prove it

    Exit code 1 if anything is wrong, else 0.

    \b
    Example:
      connector check --stack sellercloud-starshipit --region ap-southeast-2
    """
    outputs = shell.stack.outputs  # ends here when there is no such stack
    with shell.progress() as progress:
        task = progress.add_task("The stack asks both vendors …")
        answer = _answer(shell, _minutes(shell))
        progress.update(task, description=f"Asking AWS about {len(outputs)} parts …")
        found = plain(answer.get("findings") or [])
        found += check_aws(shell.stack, answer.get("pauses") or {})
        progress.update(task, description="Sending a test message to the webhook …")
        found += check_webhook(shell)
    counts = tallied(found)
    shown = {"status": "done", "findings": found, "counts": counts}
    shown |= {name: answer[name] for name in ("settings", "pauses") if name in answer}
    shell.show(shown, lambda: _render(shell, found, counts))
    if counts[WRONG] or (strict and counts[WARNING]):
        shell.exit(NO)


def _answer(shell: Shell, fetch_minutes: int) -> dict[str, Any]:
    """The stack's own findings; when it cannot answer, that is the finding."""
    try:
        return shell.ask("check", fetch_minutes=fetch_minutes)
    except Trouble as exc:
        told = exc
    except (ClientError, BotoCoreError) as exc:
        told = trouble_from(exc)
    about = "settings" if told.status == "settings_refused" else CONNECTOR
    return {"findings": [wrong(about, told.message, told.next)]}


def _minutes(shell: Shell) -> int:
    """After how many minutes without a complete fetch the stack's own alarm goes off."""
    given = parameter(shell.stack, "FetchAlarmMinutes", "30")
    return int(given) if given.isdecimal() else 30


def _render(shell: Shell, found: list[Finding], counts: dict[str, int]) -> None:
    """One line for each finding, what to do under it, a summary."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(max_width=26)
    table.add_column(ratio=1, overflow="fold")
    for finding in found:
        verdict = finding["verdict"]
        told = Text(finding["message"])
        if finding["next"]:
            told.append(f"\n→ {finding['next']}", style=_STYLES[verdict])
        table.add_row(Text(_WORDS[verdict], style=_STYLES[verdict]), Text(finding["about"]), told)
    shell.console.print(table)
    shell.console.print()
    shell.console.print(_summary(found, counts))


def _summary(found: list[Finding], counts: dict[str, int]) -> Text:
    """How many of each, and the names of what is wrong."""
    summary = Text()
    for verdict in (WRONG, WARNING, NOT_VERIFIABLE, OK):
        if counts[verdict] or verdict in {WRONG, OK}:
            word = "warnings" if verdict == WARNING and counts[verdict] > 1 else _WORDS[verdict]
            summary.append(", " if summary else "")
            summary.append(f"{counts[verdict]} {word}", style=_STYLES[verdict])
            if verdict == WRONG and counts[WRONG]:
                names = dict.fromkeys(finding["about"] for finding in found if finding["verdict"] == WRONG)
                summary.append(f" ({', '.join(names)})")
    summary.append(".")
    return summary
