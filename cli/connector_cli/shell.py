"""The shell of a command: its stack, its output, its exit code.

In: the options every command has. Out: what the command asks and shows. Wrong: `Trouble`, from anywhere.

    @command()
    @click.argument("number")
    def order(shell: Shell, number: str) -> None:
        answer = shell.ask("order", number=number)
        shell.show(answer, lambda: print_order(shell.console, answer))
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Collection
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from connector_cli.failures import VENDOR, Trouble
from connector_cli.stack import Stack

__all__ = ["Shell", "Trouble", "command"]

DEFAULT_STACK = "sellercloud-starshipit"
_CODES = {"not_configured": 1, "credentials_refused": VENDOR, "vendor_trouble": VENDOR, "no_time": VENDOR}

# What changes something says who asked, for the order's history; asking AWS who that is takes a moment.
_SIGNED = {"link", "note_pause", "resend", "retry", "store_carriers"}

_OPTIONS = (
    click.option("--stack", "stack_name", default=DEFAULT_STACK, envvar="CONNECTOR_STACK", show_default=True,
                 metavar="NAME", help="The stack's name (or CONNECTOR_STACK)."),
    click.option("--region", metavar="REGION", help="The stack's AWS region; as every AWS tool takes it."),
    click.option("--profile", metavar="NAME", help="The AWS profile to use."),
    click.option("--endpoint-url", envvar="AWS_ENDPOINT_URL", metavar="URL", help="The local stack's address."),
    click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts."),
)  # fmt: skip


class Shell:
    """What a command works with."""

    def __init__(self, stack: Stack, *, as_json: bool) -> None:
        self.stack = stack
        self.as_json = as_json
        self.console = Console(highlight=False)
        self.errors = Console(stderr=True, highlight=False)

    def ask(self, asked: str, *, allow: Collection[str] = (), **arguments: Any) -> dict[str, Any]:
        """Let the stack answer a command. Raises `Trouble` unless the status is done or one of `allow`."""
        signed = {"by": self.stack.caller} if asked in _SIGNED else {}
        event = {"command": asked, **signed, **arguments}
        answer = self.stack.invoke("AnswerOperator", event)
        status = str(answer.get("status"))
        if status != "done" and status not in allow:
            raise Trouble(
                str(answer.get("message") or f"The stack answered {status}."),
                next=str(answer.get("next") or ""),
                code=_CODES.get(status, 1),
                status=status,
            )
        return answer

    def show(self, answer: object, render: Callable[[], None]) -> None:
        """Print the answer: as JSON where that was asked for, else as `render` does."""
        if self.as_json:
            click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            render()

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask a person; `yes` answers for them. Raises `Trouble` (code 2) where nobody can be asked, `Abort` on no."""
        if yes:
            return
        if self.as_json or not sys.stdin.isatty():
            raise Trouble(f"{question} Nobody can be asked here.", next="Add --yes.", code=2, status="unconfirmed")
        click.confirm(question, abort=True, err=True)

    def progress(self, *columns: Any) -> Progress:
        """A progress display on stderr; silent with --json or when nobody looks."""
        shown = columns or (SpinnerColumn(), TextColumn("{task.description}"))
        return Progress(*shown, console=self.errors, transient=True, disable=self.as_json or not sys.stderr.isatty())

    def exit(self, code: int) -> NoReturn:
        """End with an exit code, after the output."""
        raise click.exceptions.Exit(code)


def command(name: str | None = None, **settings: Any) -> Callable[[Callable[..., None]], click.Command]:
    """A command with the options every command has; it is handed a `Shell` first."""

    def made(function: Callable[..., None]) -> click.Command:
        @functools.wraps(function)
        def called(
            stack_name: str,
            region: str | None,
            profile: str | None,
            endpoint_url: str | None,
            as_json: bool,
            **given: Any,
        ) -> None:
            stack = Stack(stack_name, region=region, profile=profile, endpoint_url=endpoint_url)
            function(Shell(stack, as_json=as_json), **given)

        # Click reads the parameters from the last to the first: the command's own come before the stack's in the help.
        own = getattr(function, "__click_params__", [])
        called.__click_params__ = []  # type: ignore[attr-defined]
        for option in reversed(_OPTIONS):
            option(called)
        called.__click_params__ += own  # type: ignore[attr-defined]
        decorate: Callable[[Callable[..., None]], click.Command] = click.command(name, **settings)
        return decorate(called)

    return made
