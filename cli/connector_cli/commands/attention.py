"""`connector attention`: what needs a person, by reason, the longest waiting first.

In: one reason, how many orders to name. Out: for each reason its orders with their age, and what to do. Wrong: nothing
of its own; that something needs a person is no failure.
"""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from connector_cli.shell import Shell, command
from connector_cli.words import age, moment, plain


@command()
@click.option("--reason", default="", metavar="CODE", help="Only this reason, as the list names it.")
@click.option(
    "--limit",
    default=20,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="How many orders of each reason to name; the counts are always complete.",
)
def attention(shell: Shell, reason: str, limit: int) -> None:
    """What needs a person, by reason, with its age and what to do.

    \b
        connector attention
        connector attention --reason refused_by_starshipit --limit 100
    """
    answer = shell.ask("attention", reason=reason, limit=limit)
    shell.show(answer, lambda: _print(shell.console, answer))


def _print(console: Console, answer: dict[str, Any]) -> None:
    now = answer["now"]
    if answer["dry_run"]:
        console.print("The stack runs dry (DryRun=true): these are the dry run's own orders.", style="yellow")
    for group in answer["groups"]:
        console.print(_group(group, now))
        rest = group["count"] - len(group["orders"])
        if rest > 0:
            console.print(f"  … and {rest} more: --limit {min(group['count'], 1000)}", markup=False, style="dim")
        console.print()
    console.print(_summary(answer), markup=False)


def _group(group: dict[str, Any], now: int) -> RenderableType:
    """One reason: what it means, who waits since when, what to do."""
    title = Text()
    title.append(plain(group["reason"]), style="bold red")
    title.append(f"  {_orders(group['count'])}, oldest {age(now - group['oldest'])}", style="bold")
    title.append(f"\n{plain(group['sentence'])}\n→ {plain(group['next'])}")
    table = Table(box=None, padding=(0, 2), header_style="cyan")
    for name in ("order", "state", "since", "age"):
        table.add_column(name, no_wrap=True, justify="right" if name in ("order", "age") else "left")
    for one in group["orders"]:
        state = plain(one["state"]).replace("_", " ")
        table.add_row(str(one["order_id"]), Text(state), moment(one["since"]), age(now - one["since"]))
    return Group(title, table)


def _summary(answer: dict[str, Any]) -> str:
    """One line: how many, and what is not shown."""
    others = sum(answer["others"].values())
    wanted = plain(answer["reason"])
    if answer["total"]:
        said = f"{_orders(answer['total'])} {'needs' if answer['total'] == 1 else 'need'} a person."
    else:
        said = f"Nothing needs a person for the reason {wanted}." if wanted else "Nothing needs a person."
    if others:
        named = ", ".join(f"{plain(reason)} {count}" for reason, count in answer["others"].items())
        said += f" For other reasons {others}: {named}."
    if answer["beside_dry_run"]:
        said += f" Beside the dry run, {_orders(answer['beside_dry_run'])} handed over before need one."
    return said + (" One of them: connector order NUMBER." if answer["total"] else "")


def _orders(count: int) -> str:
    return "1 order" if count == 1 else f"{count:,} orders"
