"""`connector secrets`: store the two vendors' credentials and the webhook secret, and rotate the latter.

In: what is typed, or one JSON object on standard input. Out: whether it is in use. Wrong: what the vendor does not
take is not put into use, and nothing that was in use is touched; a vendor that cannot be asked proves nothing, so that
only --unchecked stores then. Vendors' credentials are never shown; a webhook secret that was made here is, once.
"""

from __future__ import annotations

from secrets import token_hex
from typing import Any

import click

from connector_cli.asking import PLACEHOLDER, Field, ask_for, hide
from connector_cli.failures import VENDOR
from connector_cli.shell import Shell, Trouble, command
from connector_cli.stored import StoredSecret

_FIELDS = {
    "sellercloud": (
        Field("username", "Sellercloud user name", hidden=False),
        Field("password", "Sellercloud password (not shown)"),
        Field("pin", "PIN for editing shipped orders, if Sellercloud asks for one (Enter for none)", optional=True),
    ),
    "starshipit": (
        Field("api_key", "Starshipit API key (not shown)"),
        Field("subscription_key", "Starshipit subscription key (not shown)"),
    ),
}
_OUTPUTS = {
    "sellercloud": "SellercloudSecretName",
    "starshipit": "StarshipitSecretName",
    "webhook": "WebhookSecretName",
}
_OWN = (Field("current", "Webhook secret (Enter for a generated one; not shown)", optional=True),)
_SHORTEST = 16
_SOON = "Functions that run already take it within five minutes"

_stdin_json = click.option("--stdin-json", is_flag=True, help="Read the values as one JSON object from standard input.")
_yes = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group()
def secrets() -> None:
    """Store credentials, rotate the webhook secret.

    Values are asked for at the terminal, never taken as arguments; a script writes them to standard input.
    """


@command("set")
@click.argument("which", type=click.Choice(tuple(_OUTPUTS)))
@_stdin_json
@click.option("--unchecked", is_flag=True, help="Store them although the vendor cannot be asked now.")
@_yes
def set_secret(shell: Shell, which: str, stdin_json: bool, unchecked: bool, yes: bool) -> None:
    """Store the credentials of sellercloud or starshipit, or the webhook's secret.

    The stack logs in with what you type before anything uses it; what the vendor refuses is not stored.

    \b
    connector secrets set sellercloud      asks for user name and password, and a PIN if your account has one
    connector secrets set starshipit       asks for both keys (Starshipit: Settings, API)
    connector secrets set webhook          your own text, or Enter for a generated one
    connector secrets set starshipit --stdin-json < keys.json    {"api_key": …, "subscription_key": …}
    """
    secret = StoredSecret(shell.stack, _OUTPUTS[which])
    before = secret.current()
    if which == "webhook":
        _set_webhook(shell, secret, before, stdin_json=stdin_json, yes=yes)
        return
    fields = _FIELDS[which]
    values = ask_for(fields, from_stdin=stdin_json)
    version = secret.propose({name: value for name, value in values.items() if value})
    try:
        told = _try(shell, which, version, unchecked=unchecked)
    except BaseException as exc:
        secret.drop(version)
        if isinstance(exc, Trouble):
            exc.message = hide(exc.message, fields, values)
        raise
    secret.accept(version, before)
    checked = told.get("verdict") == "ok"
    said = hide(str(told.get("message") or ""), fields, values)
    message = f"{said} They are stored." if checked else f"They are stored unchecked. {said}"
    message += f" {_SOON}, or at once when the vendor refuses the old ones."
    then = str(told.get("next") or "See whether all is well: connector check.")
    _tell(shell, {"secret": which, "checked": checked, "message": message, "next": then})


@command()
@click.option("--finish", is_flag=True, help="The new secret is in Starshipit: take the old one no longer.")
@click.option("--again", is_flag=True, help="Replace the secret made last, which never got into Starshipit.")
@_stdin_json
@_yes
def rotate(shell: Shell, finish: bool, again: bool, stdin_json: bool, yes: bool) -> None:
    """Change the webhook secret without losing a message.

    \b
    connector secrets rotate               a new one; messages signed with the old one are still taken
      (paste it into Starshipit: Settings, Tracking & notifications)
    connector secrets rotate --finish      the old one is taken no longer
    """
    if finish and again:
        raise click.UsageError("--finish and --again exclude each other.")
    secret = StoredSecret(shell.stack, _OUTPUTS["webhook"])
    before = secret.current()
    values = secret.values()
    current, previous = _usable(values.get("current")), _usable(values.get("previous"))
    if finish:
        _finish(shell, secret, before, current, previous, yes=yes)
        return
    if not current:
        raise Trouble("There is no webhook secret to rotate yet.", next="Store one: connector secrets set webhook.")
    if previous and not again:
        raise Trouble(
            "A rotation is under way: Starshipit may still sign with the secret before this one.",
            next="Is the new one in Starshipit? connector secrets rotate --finish. Was it lost? Add --again: it is "
            "replaced, and the one before stays valid.",
            status="under_way",
        )
    new, made = _own_or_made(stdin_json)
    kept = previous if again and previous else current
    if new in (current, kept):
        raise Trouble("That is the secret in use already; nothing was changed.", status="same")
    secret.accept(secret.propose({"current": new, "previous": kept}), before)
    _tell_webhook(shell, new if made else "", both=True)


secrets.add_command(set_secret)
secrets.add_command(rotate)


def _try(shell: Shell, which: str, version: str, *, unchecked: bool) -> dict[str, Any]:
    """Show the version to the vendor. Raises `Trouble` when it must not be put into use."""
    try:
        told = shell.ask("try_secret", vendor=which, version=version)
    except Trouble as exc:
        if unchecked:
            return {"message": exc.message, "next": "See whether they are right: connector check."}
        raise Trouble(
            f"They could not be tried, so they are not stored. {exc.message}",
            next="Try again later, or store them all the same: --unchecked.",
            code=exc.code,
            status=exc.status,
        ) from exc
    if told["verdict"] == "ok":
        return told
    message = f"{told['message']} They are not stored; nothing in use has changed."
    raise Trouble(message, next=str(told["next"]), code=VENDOR, status="wrong_secret")


def _set_webhook(shell: Shell, secret: StoredSecret, before: str, *, stdin_json: bool, yes: bool) -> None:
    values = secret.values()
    current, previous = _usable(values.get("current")), _usable(values.get("previous"))
    new, made = _own_or_made(stdin_json)
    if new == current:
        raise Trouble("That is the secret in use already; nothing was changed.", status="same")
    if previous and previous != new:
        shell.confirm("A rotation is under way: messages signed with its old secret will be refused. Go on?", yes=yes)
    secret.accept(secret.propose({"current": new, "previous": current}), before)
    _tell_webhook(shell, new if made else "", both=bool(current))


def _finish(shell: Shell, secret: StoredSecret, before: str, current: str, previous: str, *, yes: bool) -> None:
    if not previous:
        _tell(shell, {"secret": "webhook", "message": "No rotation is under way: one secret is valid.", "next": ""})
        return
    if not current:
        raise Trouble("The present webhook secret is not set.", next="Store one: connector secrets set webhook.")
    shell.confirm("From now on messages signed with the old secret are refused. Is the new one in Starshipit?", yes=yes)
    secret.accept(secret.propose({"current": current, "previous": ""}), before)
    message = "The old webhook secret is taken no longer. Functions that run already forget it within five minutes."
    _tell(shell, {"secret": "webhook", "message": message, "next": "See whether all is well: connector check."})


def _own_or_made(stdin_json: bool) -> tuple[str, bool]:
    """A new webhook secret, and whether it was made here."""
    own = ask_for(_OWN, from_stdin=stdin_json)["current"]
    if not own:
        return token_hex(32), True
    if len(own) < _SHORTEST:
        raise Trouble(
            f"A webhook secret needs at least {_SHORTEST} characters.", next="Enter makes one for you.", code=2
        )
    return own, False


def _usable(value: str | None) -> str:
    return "" if not value or PLACEHOLDER in value else value


def _tell_webhook(shell: Shell, made: str, *, both: bool) -> None:
    """What to paste where. A secret that was typed is known to whoever typed it."""
    valid = f"{_SOON}, or at once when a message comes that is signed with it."
    valid += " Messages signed with the one before are taken too." if both else ""
    then = "When it is in Starshipit: connector secrets rotate --finish." if both else "Then: connector check."
    answer = {"secret": "webhook", "message": f"The webhook secret is stored. {valid}", "next": then}
    answer |= {"url": shell.stack.webhook, **({"paste": made} if made else {})}
    _tell(shell, answer)


def _tell(shell: Shell, answer: dict[str, Any]) -> None:
    def render() -> None:
        def say(line: str) -> None:
            shell.console.print(line, markup=False, soft_wrap=True)

        say(answer["message"])
        if "url" in answer:
            say("\nPaste into Starshipit (Settings, Tracking & notifications):")
            say(f"  address  {answer['url']}")
            say(f"  secret   {answer.get('paste', 'the one you gave')}")
            say("It is not shown again.\n" if "paste" in answer else "")
        if answer["next"]:
            say(f"→ {answer['next']}")

    shell.show({"status": "done", **answer}, render)
