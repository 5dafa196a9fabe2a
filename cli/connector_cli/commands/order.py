"""`connector order NUMBER`: where an order is, what happened to it, how both vendors show it, what comes next.

In: a number of any kind. Out: a page for each order that goes by it. Wrong: exit code 1 when none does.
"""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from connector_cli.shell import Shell, command
from connector_cli.words import age, local, moment, plain

_WIDE = 90  # columns from which both vendors stand side by side
_COLOURS = {"shipped": "green", "handed_over": "green", "refused": "red", "unknown": "red", "held": "yellow"}
_NAMES = {"not_seen": "NOT SEEN YET", "not_ours": "NOT OURS"}


@command()
@click.argument("number")
def order(shell: Shell, number: str) -> None:
    """Where an order is, what happened to it, and what comes next.

    NUMBER is the order's id in Sellercloud, the channel's number, the number in Starshipit, or a tracking number. A
    number that may mean several orders shows them all; id:1045872 is the one with that Sellercloud id.

    \b
        connector order 1045872
        connector order '#AU10482'
        connector order 34ABC0000001
    """
    answer = shell.ask("order", number=number)
    shell.show(answer, lambda: _print(shell.console, answer))


def _print(console: Console, answer: dict[str, Any]) -> None:
    matches = answer["matches"]
    if len(matches) + len(answer.get("more", [])) > 1:
        count = len(matches) + len(answer.get("more", []))
        console.print(f"{plain(answer['number'])} may mean {count} orders.\n", style="bold", markup=False)
    for match in matches:
        console.print(_page(match, answer["now"], console.width))
    if answer.get("more"):
        named = ", ".join(f"id:{order_id}" for order_id in answer["more"])
        console.print(f"Further orders of this number: {named}", markup=False)
    for report in answer.get("reports", []):
        console.print(_report(report))
    for trouble in answer.get("troubles", []):
        console.print(_trouble(trouble))


def _page(match: dict[str, Any], now: int, width: int) -> RenderableType:
    """One order."""
    parts: list[RenderableType] = [_head(match, now)]
    if match.get("attention"):
        parts.append(_attention(match["attention"], now))
    if match["timeline"]:
        parts.append(_timeline(match))
    parts += [_both(match, width), _next(match), Text("")]
    return Group(*parts)


def _head(match: dict[str, Any], now: int) -> Text:
    """Number, state, and why."""
    state = match["state"]
    colour = "red" if match.get("attention") else _COLOURS.get(state, "cyan")
    name = f"Order {match['order_id']}" if match["order_id"] else f"Starshipit order {plain(match['order_number'])}"
    head = Text()
    head.append(name, style="bold").append("  ")
    head.append(_NAMES.get(state, state.replace("_", " ").upper()), style=f"bold {colour}")
    if match.get("dry_run"):
        head.append("  (dry run)", style="yellow")
    if match.get("since"):
        head.append(f"  since {moment(match['since'])} ({age(now - match['since'])})")
    head.append(f"\n{plain(match['state_sentence'])}")
    reason, mark = match.get("reason"), match.get("attention") or {}
    if reason and state != "not_seen" and reason["code"] != mark.get("reason"):
        head.append(f"\n{plain(reason['sentence'])}")
    if match.get("vendor_text"):
        head.append("\nThe vendor said: ").append(plain(match["vendor_text"]), style="italic")
    head.append("\n").append(_numbers(match), style="dim")
    return head


def _numbers(match: dict[str, Any]) -> str:
    """What else it goes by, and how it was found."""
    shown = [
        ("channel's number", match.get("channel_order_id")),
        ("Starshipit number", match.get("order_number") if match.get("order_number") != str(match["order_id"]) else ""),
        ("company", match.get("company_id")),
        ("generation", match.get("generation") if match.get("generation", 1) > 1 else None),
        ("tries", match.get("attempts")),
    ]
    parts = [f"{name} {plain(value)}" for name, value in shown if value]
    return " · ".join([*parts, f"found by its {' and '.join(match['how'])}"])


def _attention(mark: dict[str, Any], now: int) -> Text:
    text = Text("\n")
    text.append(f"Needs a person since {moment(mark['since'])} ({age(now - mark['since'])}): ", style="bold red")
    return text.append(plain(mark["sentence"]))


def _timeline(match: dict[str, Any]) -> RenderableType:
    """What happened, on this computer's clock."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="cyan")
    table.add_column()
    if match.get("timeline_cut"):
        table.add_row("", Text("(what came before is no longer kept)", style="dim"))
    day = ""
    for line in match["timeline"]:
        at = moment(line["at"], seconds=True)
        shown = at if at[:10] != day else f"{'':10} {at[11:]}"
        day = at[:10]
        table.add_row(shown, Text(plain(line["sentence"])))
    zone = local(match["timeline"][-1]["at"]).strftime("%Z")
    return Group(Text(f"\nHistory ({zone})", style="bold"), Padding(table, (0, 0, 0, 2)))


def _both(match: dict[str, Any], width: int) -> RenderableType:
    """Both vendors' present view, side by side where there is room."""
    panels = [
        Panel(_sellercloud(match["sellercloud"]), title="Sellercloud now", title_align="left"),
        Panel(_starshipit(match["starshipit"]), title="Starshipit now", title_align="left"),
    ]
    if width < _WIDE:
        return Group(Text(""), *panels)
    grid = Table.grid(expand=True)
    grid.add_column(ratio=1)
    grid.add_column(ratio=1)
    grid.add_row(*panels)
    return Group(Text(""), grid)


def _sellercloud(view: dict[str, Any]) -> RenderableType:
    if "trouble" in view:
        return _trouble(view)
    lines: list[RenderableType] = []
    if view.get("order_status"):
        lines.append(
            _facts(
                ("status", view["order_status"]),
                ("shipping", view["shipping_status"]),
                ("payment", view.get("payment_status")),
                ("ship date", view.get("ship_date")),
                ("carrier", " / ".join(plain(view[k]) for k in ("carrier", "service") if view.get(k))),
                ("changed", moment(view.get("updated_at"))),
                ("numbers", ", ".join(map(plain, view["tracking_numbers"])) or "none"),
            )
        )
        lines += [
            Text(f"package {package['package_id']}: {plain(package['tracking_number']) or 'no number'}", style="dim")
            for package in view.get("packages", [])
        ]
    if view.get("sentence"):
        lines.append(Text(plain(view["sentence"]), style="yellow"))
    return Group(*lines) if lines else Text("Nothing is known of it there.")


def _starshipit(view: dict[str, Any]) -> RenderableType:
    lines: list[RenderableType] = [_there(order) for order in view.get("orders", [])]
    if "trouble" in view:
        lines.append(_trouble(view))
    return Group(*lines) if lines else Text("No order carries its id as reference.")


def _there(order: dict[str, Any]) -> RenderableType:
    """One Starshipit order with its parcels."""
    if order.get("sentence"):
        return Text(f"id {order['order_id']}: {plain(order['sentence'])}", style="yellow")
    flags = ", ".join(name for name in ("archived", "manifested") if order.get(name))
    facts = _facts(
        ("order", f"{plain(order['order_number'])} (id {order['order_id']})"),
        ("status", " · ".join(filter(None, (plain(order["status"]), flags)))),
        ("carrier", order["carrier"]),
    )
    parcels = [
        Text(
            " · ".join(
                filter(
                    None,
                    (
                        plain(package["tracking_number"]) or "parcel without a label",
                        plain(package["status"]),
                        plain(package["service"]),
                        "return" if package["is_return"] else "",
                    ),
                )
            ),
            style="dim",
        )
        for package in order["packages"]
    ]
    return Group(facts, *parcels)


def _facts(*facts: tuple[str, object]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts:
        if value:
            table.add_row(name, Text(plain(value)))
    return table


def _next(match: dict[str, Any]) -> Text:
    return Text().append("Next: ", style="bold").append(plain(match["next"]))


def _report(report: dict[str, Any]) -> RenderableType:
    """A label that matches no order."""
    said = f"{plain(report['tracking_number'])}: {plain(report.get('status'))}, {moment(report.get('reported_at'))}"
    named = ", ".join(
        f"{name} {plain(report[key])}"
        for name, key in (("order number", "order_number"), ("reference", "reference"))
        if report.get(key)
    )
    return Text(f"{said} ({named or 'no order named'})\n{plain(report['sentence'])}\n", style="yellow")


def _trouble(trouble: dict[str, Any]) -> Text:
    text = Text(plain(trouble["trouble"]), style="red")
    return text.append(f"\n→ {plain(trouble['next'])}") if trouble.get("next") else text
