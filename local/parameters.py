"""Template parameters and vendor credentials from the environment.

In: PARAMETERS='Name=value Name="a b;c"', split by the shell's rules and never by a shell. Out: a dict. Goes wrong with
one sentence that names the variable or the parameter.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from local.processes import LocalError
from local.template import load_template

SELLERCLOUD = ("SELLERCLOUD_ENDPOINT", "SELLERCLOUD_USERNAME", "SELLERCLOUD_PASSWORD")
STARSHIPIT = ("STARSHIPIT_ENDPOINT", "STARSHIPIT_API_KEY", "STARSHIPIT_SUBSCRIPTION_KEY", "STARSHIPIT_WEBHOOK_SECRET")


@dataclass(frozen=True)
class Vendors:
    """Where both vendors are and how to get in."""

    parameters: dict[str, str]
    sellercloud: dict[str, str]
    starshipit: dict[str, str]
    webhook: dict[str, str]


def vendors_from(environment: Mapping[str, str]) -> Vendors:
    """Endpoints and credentials. Raises LocalError naming every variable that is missing."""
    missing = [name for name in (*SELLERCLOUD, *STARSHIPIT) if not environment.get(name, "").strip()]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise LocalError(
            f"{' and '.join([', '.join(missing[:-1]), missing[-1]]) if missing[1:] else missing[0]} {verb} not set; "
            "`make simulators` prints a set to try with."
        )
    value = {name: environment[name].strip() for name in (*SELLERCLOUD, *STARSHIPIT)}
    return Vendors(
        {
            "SellercloudEndpoint": value["SELLERCLOUD_ENDPOINT"],
            "StarshipitEndpoint": value["STARSHIPIT_ENDPOINT"],
        },
        {"username": value["SELLERCLOUD_USERNAME"], "password": value["SELLERCLOUD_PASSWORD"]},
        {"api_key": value["STARSHIPIT_API_KEY"], "subscription_key": value["STARSHIPIT_SUBSCRIPTION_KEY"]},
        {"current": value["STARSHIPIT_WEBHOOK_SECRET"], "previous": ""},
    )


def template_parameters(text: str) -> dict[str, str]:
    """The parameters in PARAMETERS. Raises LocalError for what is no parameter of the template."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise LocalError(f"PARAMETERS cannot be read: {error}.") from error
    known = load_template()["Parameters"]
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise LocalError(f"PARAMETERS holds {word!r}, which is not Name=value.")
        if name not in known:
            raise LocalError(f"PARAMETERS names {name}, which is not a parameter of template.yaml.")
        found[name] = value
    return found
