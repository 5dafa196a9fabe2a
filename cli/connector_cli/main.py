"""The command line's entry: finds the command, runs it, ends with an exit code.

In: arguments. Out: text, or JSON with `--json`. Wrong: every failure is one sentence and a next step, never a
traceback. Exit codes:

    0  done and well                       3  the stack or AWS cannot be reached, or denies
    1  the answer is no                    4  a vendor refuses, or does not answer
    2  wrong usage                         5  something nobody foresaw
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import NoReturn

import click
from rich.console import Console

from connector_cli.failures import Trouble, trouble_from

# name -> module, and what the list of commands says. Modules are loaded when they are used.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "check": ("check", "What is right and what is missing, from log-ins to dead letters."),
    "preview": ("preview", "What the next fetch would send and leave out; nothing is written."),
    "order": ("order", "Where an order is, what happened to it, and what comes next."),
    "attention": ("attention", "What needs a person, by reason."),
    "fetch": ("fetch", "Fetch now, or orders created between two days."),
    "retry": ("retry", "Try orders again that were refused or got stuck."),
    "resend": ("resend", "Create an order in Starshipit once more, as a new one."),
    "link": ("link", "Ship an order merged in Starshipit with the one it was merged into."),
    "release": ("release", "Let through what the surge guard holds."),
    "pause": ("pause", "Stop one direction; work waits and nothing is lost."),
    "resume": ("pause", "Let a paused direction go on."),
    "redrive": ("redrive", "Give dead letters back to their queue."),
    "secrets": ("secrets", "Store credentials, rotate the webhook secret."),
    "carriers": ("carriers", "How Starshipit's carriers are called in Sellercloud."),
}


class Commands(click.Group):
    """The commands, each loaded when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, in the order people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"connector_cli.commands.{COMMANDS[cmd_name][0]}"), cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command; a misspelt one is answered with those there are."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"There is no command {args[0]!r}. Commands: {', '.join(COMMANDS)}.")
        return super().resolve_command(ctx, args)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def connector() -> None:
    """Look into a Sellercloud ⇄ Starshipit connector and steer it.

    The stack is found by name in your AWS account; region, profile and credentials are taken as every AWS tool takes
    them. Every command knows --stack, --region, --profile, --endpoint-url and --json.
    """


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        code = connector.main(given, prog_name="connector", standalone_mode=False)
    except click.Abort:
        click.echo("Stopped; nothing more was done.", err=True)
        return 130
    except click.ClickException as exc:
        exc.show()
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except Exception as exc:
        if os.environ.get("CONNECTOR_DEBUG"):
            raise
        return _explain(trouble_from(exc), as_json="--json" in given)
    return code if isinstance(code, int) else 0


def run() -> NoReturn:
    """The program."""
    sys.exit(main())


def _explain(trouble: Trouble, *, as_json: bool) -> int:
    """One sentence and what to do; as JSON where everything is."""
    if as_json:
        click.echo(json.dumps({"status": trouble.status, "message": trouble.message, "next": trouble.next}))
        return trouble.code
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(trouble.message, style="bold red", markup=False)
    if trouble.next:
        console.print(f"→ {trouble.next}", markup=False)
    return trouble.code
