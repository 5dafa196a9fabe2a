"""`connector resend NUMBER`: an order is created in Starshipit once more, as a new one, because a person says so.

In: a number. Out: what Starshipit shows of the order, a question, then what was done. Wrong: exit code 1 when a live
order, or a label that may travel, stands against it; nobody who can be asked and no --yes is exit code 2.
"""

from __future__ import annotations

import click

from connector_cli.shell import Shell, command
from connector_cli.words import plain


@command()
@click.argument("number")
@click.option("--yes", is_flag=True, help="Do not ask.")
def resend(shell: Shell, number: str, yes: bool) -> None:
    """Create an order in Starshipit once more, as a new order with a number of its own.

    For an order somebody deleted or archived there, or one whose create was never answered and that is certainly not
    there. Starshipit is looked through first: while it shows a live order, or a label that was printed and not
    cancelled, nothing is done, for two orders are two parcels. The new number ends in -R2, then -R3.

    \b
        connector resend 1045872
    """
    asked = shell.ask("resend", number=number, confirmed=yes, allow=("confirm",))
    if asked["status"] == "confirm":
        shell.confirm(f"{plain(asked['message'])} Do that?", yes=yes)
        asked = shell.ask("resend", number=f"id:{asked['order_id']}", confirmed=True)
    shell.show(asked, lambda: shell.console.print(f"{plain(asked['message'])}", markup=False))
