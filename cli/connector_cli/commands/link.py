"""`connector link`: an order merged into another one in Starshipit ships with that order's labels.

In: the number of the order that is gone from Starshipit, and of the one it was merged into. Out: what was done. Wrong:
one sentence and the next step, when one of them is not what it should be.
"""

from __future__ import annotations

import click

from connector_cli.shell import Shell, command
from connector_cli.words import plain


@command()
@click.argument("child")
@click.argument("parent")
def link(shell: Shell, child: str, parent: str) -> None:
    """Ship CHILD with the labels of PARENT, into which it was merged in Starshipit.

    CHILD is the order that is gone from Starshipit (`connector attention` lists it as vanished), PARENT the one its
    goods go out with. When PARENT's labels are written to Sellercloud, CHILD gets the same numbers; when they are
    printed already, at once.

    \b
        connector link 1045873 1045872
    """
    answer = shell.ask("link", child=child, parent=parent)
    shell.show(answer, lambda: shell.console.print(plain(answer["message"]), markup=False))
