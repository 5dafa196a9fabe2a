"""What every command has in common: how it is found, refused, and explained."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from connector_cli.main import COMMANDS
from tests.e2e.terminal import Terminal

ROOT = Path(__file__).parents[2]


def test_a_stack_that_is_not_there_is_named(terminal: Terminal) -> None:
    """One sentence with the name and the region, and how to name another."""
    ran = terminal("attention", "--stack", "elsewhere", env={"AWS_ACCESS_KEY_ID": "test", "AWS_SESSION_TOKEN": None})
    assert ran.code == 3
    assert ran.err.splitlines()[0] == "There is no stack elsewhere in us-east-1."
    assert "--stack NAME" in ran.err
    assert not ran.out


def test_who_may_not_look_is_told_which_permission_is_missing(terminal: Terminal) -> None:
    """The permission and the policy that has it, in JSON as well."""
    ran = terminal("attention", role="nobody")
    assert ran.code == 3
    assert "cloudformation:DescribeStacks is missing" in ran.err
    assert "OperatorPolicy" in ran.err
    told = terminal("attention", "--json", role="nobody")
    assert told.code == 3
    assert told.json["status"] == "aws_trouble"


def test_without_credentials_region_or_network_a_sentence_says_so(terminal: Terminal) -> None:
    """The three things a new computer lacks."""
    none = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_SESSION_TOKEN": None}
    assert "no AWS credentials" in terminal("attention", env=none).err
    assert "No AWS region" in terminal("attention", env={"AWS_DEFAULT_REGION": None}).err
    unreachable = terminal("attention", "--endpoint-url", "http://127.0.0.1:9")
    assert (unreachable.code, unreachable.err.splitlines()[0]) == (3, "AWS cannot be reached.")
    assert terminal("attention", "--profile", "nobody-has-this").code == 3


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(terminal: Terminal, command: str) -> None:
    """`--help` needs no stack, and tells of the options every command has."""
    ran = terminal(command, "--help")
    assert ran.code == 0
    shown = ran.out
    if "Commands:" in shown:
        return  # a family: its members have the options
    for option in ("--stack", "--region", "--profile", "--endpoint-url", "--json"):
        assert option in shown


def test_a_misspelt_command_is_answered_with_those_there_are(terminal: Terminal) -> None:
    """Wrong usage has an exit code of its own."""
    ran = terminal("atention")
    assert ran.code == 2
    assert "attention" in ran.err


def test_the_program_itself_runs_from_a_clone(terminal: Terminal) -> None:
    """The installed entry point in a process of its own: output, exit code, no traceback."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    environment |= {name: value for name, value in terminal.environment().items() if value is not None}
    environment["PYTHONPATH"] = str(ROOT / "cli")
    ran = subprocess.run(
        [sys.executable, "-B", "-m", "connector_cli", "attention", "--json"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["status"] == "done"
