"""One order's mapping on a screen: what Starshipit would get, beside where in Sellercloud it comes from.

In: the answer of `preview_order`. Out: where the order stands, the verdict, a table of fields, a block for each item.
Wrong: nothing.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from connector_cli.words import plain

_BLOCKS = {"destination": "Destination", "": "Order", "(not sent)": "Not sent"}
_LONGEST_NAME = len("RequireSignatureConfirmation")
_COMMON = re.compile(r"ShippingAddress\.|Items\[\d+\]\.")


def print_mapping(console: Console, answer: dict[str, Any], *, full: bool) -> None:
    """Print the page of one order."""
    console.print(f"Order {answer['order_id']}", style="bold", markup=False)
    console.print(plain(answer["standing"]), markup=False)
    console.print(_verdict(answer))
    if answer["note"]:
        console.print(plain(answer["note"]), style="yellow", markup=False)
    fields = answer["fields"] if full else [field for field in answer["fields"] if _says_something(field)]
    if not fields:
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Starshipit", no_wrap=True, header_style="cyan")
    for name, least in (("is sent", 0), ("from Sellercloud's", _LONGEST_NAME), ("where it says", 0)):
        table.add_column(name, overflow="fold", header_style="cyan", min_width=least or None)
    for block, rows in groupby(fields, key=_block):
        _add_block(table, block, list(rows))
    console.print(table)
    hidden = len(answer["fields"]) - len(fields)
    if hidden:
        named = "1 field is" if hidden == 1 else f"{hidden} fields are"
        console.print(f"{named} empty on both sides: --full", style="dim", markup=False)


def _verdict(answer: dict[str, Any]) -> Text:
    """Would it go, and if not, why."""
    text = Text()
    whys = [why for why in (answer["verdict"], answer["mapping"]) if why]
    if not whys:
        return text.append("No guard stops it, and every field fits.", style="green")
    for why in whys:
        detail = f" ({plain(why['detail'])})" if why["detail"] else ""
        text.append("It does not go: ", style="bold red").append(f"{plain(why['sentence'])}{detail}\n")
    text.rstrip()
    return text


def _says_something(field: dict[str, Any]) -> bool:
    return field["value"] is not None or bool(field["source_value"] or field["problem"])


def _block(field: dict[str, Any]) -> str:
    target = str(field["target"])
    return target.partition(".")[0] if "." in target or target.startswith("(") else ""


def _add_block(table: Table, block: str, rows: list[dict[str, Any]]) -> None:
    """A group of fields under its name; what all its sources have in common stands beside the name."""
    title = _BLOCKS.get(block) or block.replace("items[", "Item ").replace("]", "")
    common = _COMMON.match(plain(rows[0]["source"])) if block.startswith(("destination", "items")) else None
    shared = common[0] if common else ""
    table.add_row(Text(title, style="bold"), "", Text(f"{shared}…" if shared else "", style="dim"), "")
    for row in rows:
        name = plain(row["target"]).rpartition(".")[2] if block != "(not sent)" else ""
        source = re.sub(rf"(?<!\w){re.escape(shared)}", "", plain(row["source"])) if shared else plain(row["source"])
        table.add_row(Text(f"  {name}"), _sent(row), Text(source), Text(plain(row["source_value"])))


def _sent(row: dict[str, Any]) -> Text:
    """The value as it is sent, or what is wrong with the field."""
    if row["problem"]:
        return Text(f"✗ {plain(row['problem'])}", style="red")
    value = row["value"]
    if value is None:
        return Text("-", style="dim")
    shown = str(value).lower() if isinstance(value, bool) else plain(value)
    return Text(f"{shown} {plain(row['unit'])}".strip())
