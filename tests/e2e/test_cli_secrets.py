"""`connector secrets` against the deployed stack: tried before stored, never shown, rotated without a lost message."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import pty
import select
import subprocess
import sys
import termios
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Bench, Deployed
from tests.e2e.terminal import Terminal
from tests.simulators.transport import Response

CLI = Path(__file__).parents[2] / "cli"
RIGHT = {"username": "sync@example.com", "password": "obviously-fake-newer-password"}
OWN = "obviously-fake-own-secret"


def stored(bench: Bench, which: str) -> dict[str, Any]:
    """What is in use."""
    name = bench.stack.outputs[f"{which}SecretName"]
    told = bench.stack.client("secretsmanager").get_secret_value(SecretId=name)
    read: dict[str, Any] = json.loads(told["SecretString"])
    return read


def pending(bench: Bench, which: str) -> list[str]:
    """Versions that wait to be put into use."""
    told = bench.stack.client("secretsmanager").describe_secret(SecretId=bench.stack.outputs[f"{which}SecretName"])
    return [version for version, stages in told["VersionIdsToStages"].items() if "AWSPENDING" in stages]


def post(bench: Bench, secret: str) -> int:
    """A test message signed with the secret; the status of its answer."""
    body = b'{"connector_test": "5f0c3c1d"}'
    headers = {"x-starshipit-signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}
    request = urllib.request.Request(bench.stack.webhook, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as exc:
        return exc.code


def test_right_ones_are_stored_and_used(bench: Bench, terminal: Terminal) -> None:
    """The password changed in Sellercloud: after `secrets set` the next fetch logs in with it."""
    bench.sellercloud.change_password(RIGHT["password"])
    bench.sellercloud.revoke_tokens()
    ran = terminal("secrets", "set", "sellercloud", "--stdin-json", typed=json.dumps(RIGHT))
    assert (ran.code, ran.err) == (0, ""), ran
    assert "Sellercloud takes them. They are stored." in ran.out
    assert RIGHT["password"] not in ran.out
    assert (stored(bench, "Sellercloud"), pending(bench, "Sellercloud")) == (RIGHT, [])
    assert bench.fetch()["status"] == "completed"


@pytest.mark.parametrize(
    ("which", "fields"), [("sellercloud", ("username", "password")), ("starshipit", ("api_key", "subscription_key"))]
)
def test_what_the_vendor_refuses_or_cannot_judge_is_not_stored(
    deployed: Deployed, bench: Bench, terminal: Terminal, which: str, fields: tuple[str, ...]
) -> None:
    """Wrong: exit 4, the old ones stay in use. Vendor down: the same, unless a person insists."""
    name, wrong = which.capitalize(), dict.fromkeys(fields, "obviously-wrong")
    before = stored(bench, name)
    ran = terminal("secrets", "set", which, "--stdin-json", typed=json.dumps(wrong))
    assert ran.code == 4, ran
    assert f"{name} does not take them." in ran.err
    assert "They are not stored; nothing in use has changed." in ran.err
    assert (stored(bench, name), pending(bench, name)) == (before, [])
    deployed.sellercloud.handle = deployed.starshipit.handle = lambda _: Response(503)
    down = terminal("secrets", "set", which, "--stdin-json", "--json", typed=json.dumps(wrong))
    assert (down.code, down.json["status"]) == (4, "vendor_trouble"), down
    assert stored(bench, name) == before
    kept = terminal("secrets", "set", which, "--stdin-json", "--unchecked", typed=json.dumps(wrong))
    assert (kept.code, "stored unchecked" in kept.out) == (0, True), kept
    assert (stored(bench, name), pending(bench, name)) == (wrong, [])
    assert "obviously" not in ran.out + ran.err + down.out + down.err + kept.out + kept.err


def test_the_webhook_secret_is_rotated_without_a_lost_message(bench: Bench, terminal: Terminal) -> None:
    """Old and new are both valid until it is finished; the new one is printed once, to be pasted."""
    old = stored(bench, "Webhook")["current"]
    ran = terminal("secrets", "rotate", "--stdin-json", typed="{}")
    assert ran.code == 0, ran
    new = stored(bench, "Webhook")["current"]
    assert stored(bench, "Webhook") == {"current": new, "previous": old}
    assert len(new) == 64
    assert ran.out.count(new) == 1
    assert old not in ran.out
    assert bench.stack.webhook in ran.out
    assert [post(bench, secret) for secret in (new, old)] == [200, 200]
    again = terminal("secrets", "rotate", "--stdin-json", typed="{}")
    assert (again.code, "A rotation is under way" in again.err) == (1, True)
    told = terminal("secrets", "rotate", "--again", "--stdin-json", "--json", typed=json.dumps({"current": OWN}))
    assert (told.code, "paste" in told.json, OWN in told.out) == (0, False, False)
    assert stored(bench, "Webhook") == {"current": OWN, "previous": old}, "what Starshipit signs with stays valid"
    unasked = terminal("secrets", "rotate", "--finish")
    assert (unasked.code, "Add --yes" in unasked.err) == (2, True)
    assert terminal("secrets", "rotate", "--finish", "--yes").code == 0
    assert stored(bench, "Webhook") == {"current": OWN, "previous": ""}
    assert "No rotation is under way" in terminal("secrets", "rotate", "--finish", "--yes").out


def test_a_first_webhook_secret_replaces_the_placeholder(bench: Bench, terminal: Terminal) -> None:
    """As after the installation: the placeholder is no previous secret; one that is too short is refused."""
    name = bench.stack.outputs["WebhookSecretName"]
    placeholder = '{"current":"REPLACE_ME","previous":""}'
    bench.stack.client("secretsmanager").put_secret_value(SecretId=name, SecretString=placeholder)
    assert terminal("secrets", "rotate", "--stdin-json", typed="{}").code == 1
    short = terminal("secrets", "set", "webhook", "--stdin-json", typed='{"current": "short"}')
    assert (short.code, "at least 16" in short.err) == (2, True)
    made = terminal("secrets", "set", "webhook", "--stdin-json", "--json", typed="{}").json
    assert stored(bench, "Webhook") == {"current": made["paste"], "previous": ""}
    same = terminal("secrets", "set", "webhook", "--stdin-json", typed=json.dumps({"current": made["paste"]}))
    assert (same.code, made["paste"] in same.err) == (1, False)


def test_an_operator_may_not_store_secrets_and_nobody_is_asked_without_a_terminal(
    bench: Bench, terminal: Terminal
) -> None:
    """The missing permission is named before anything is asked for."""
    denied = terminal("secrets", "set", "starshipit", "--stdin-json", typed="{}", role="operator")
    assert denied.code == 3
    assert "secretsmanager:DescribeSecret is missing" in denied.err
    assert "InstallerPolicy" in denied.err
    piped = terminal("secrets", "set", "starshipit", typed="a\nb\n")
    assert (piped.code, "There is no terminal to ask at." in piped.err) == (2, True)


def test_a_password_is_not_shown_while_it_is_typed(bench: Bench, terminal: Terminal) -> None:
    """At a real terminal: the user name is echoed, the password is not, and both are stored."""
    bench.sellercloud.change_password(RIGHT["password"])
    shown, code = at_a_terminal(terminal, ["secrets", "set", "sellercloud"], [RIGHT["username"], RIGHT["password"], ""])
    assert code == 0, shown
    assert RIGHT["username"] in shown
    assert RIGHT["password"] not in shown
    assert stored(bench, "Sellercloud") == RIGHT


def at_a_terminal(terminal: Terminal, arguments: list[str], answers: list[str]) -> tuple[str, int]:
    """Run the program at a terminal of its own; each prompt gets its answer. What was shown, and the exit code."""
    master, slave = pty.openpty()
    environment = {**os.environ, **{name: value or "" for name, value in terminal.environment().items()}}
    environment = {name: value for name, value in environment.items() if value}
    environment |= {"PYTHONPATH": str(CLI)}

    def own_terminal() -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    child = subprocess.Popen(
        [sys.executable, "-B", "-m", "connector_cli", *arguments],
        stdin=slave, stdout=slave, stderr=slave, env=environment, preexec_fn=own_terminal,  # noqa: PLW1509
    )  # fmt: skip
    os.close(slave)
    shown, deadline = "", time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([master], [], [], 0.2)[0]:
            try:
                shown += os.read(master, 4096).decode(errors="replace")
            except OSError:  # the program has ended and its terminal is gone
                break
            if shown.endswith((": ", "]: ")) and answers:
                time.sleep(0.2)
                os.write(master, f"{answers.pop(0)}\n".encode())
    os.close(master)
    return shown, child.wait(10)
