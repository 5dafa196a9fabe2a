"""A person at the terminal: `connector` with its real arguments, against the deployed stack, as a certain AWS user.

In: arguments, what is typed, a role. Out: exit code, stdout, stderr. By default the person has both of the stack's
policies and nothing else, so that every test also proves the policies sufficient.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click
from click.testing import CliRunner

from connector_cli.main import main
from local.emulator import REGION
from local.stack import Stack

_ANYONE = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
ROLES = {"installer": ("OperatorPolicyArn", "InstallerPolicyArn"), "operator": ("OperatorPolicyArn",), "nobody": ()}


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout as JSON."""
        return json.loads(self.out)


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def _whole(arguments: tuple[str, ...]) -> None:
    sys.exit(main(list(arguments)))


class Terminal:
    """One stack's terminal."""

    def __init__(self, stack: Stack, roles: Mapping[str, Mapping[str, str]]) -> None:
        self._stack = stack
        self._roles = roles

    def environment(self, role: str = "installer") -> dict[str, str | None]:
        """What the shell of a person in this role holds; None takes a variable away."""
        away = {name: None for name in os.environ if name.startswith(("AWS_", "CONNECTOR_"))}
        return {
            **away,
            "AWS_ENDPOINT_URL": self._stack.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CONNECTOR_STACK": "connector",
            "CONNECTOR_DEBUG": None,
            "COLUMNS": "110",
            **self._roles[role],
        }

    def __call__(
        self, *arguments: str, typed: str = "", role: str = "installer", env: Mapping[str, str | None] | None = None
    ) -> Ran:
        """Run one command. It never ends in a traceback."""
        runner = CliRunner()
        environment = {**self.environment(role), **(env or {})}
        result = runner.invoke(_whole, ["--", *arguments], input=typed, env=environment)
        assert "Traceback" not in result.output, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)


def make_roles(stack: Stack) -> dict[str, dict[str, str]]:
    """A role for each kind of person, with the stack's own policies; its temporary credentials as variables."""
    iam, sts = stack.client("iam"), stack.client("sts")
    found = {}
    for name, policies in ROLES.items():
        trust = json.dumps({"Version": "2012-10-17", "Statement": [_ANYONE]})
        role = iam.create_role(RoleName=f"person-{name}", AssumeRolePolicyDocument=trust)["Role"]
        for policy in policies:
            iam.attach_role_policy(RoleName=role["RoleName"], PolicyArn=stack.outputs[policy])
        got = sts.assume_role(RoleArn=role["Arn"], RoleSessionName=f"{name}-at-work")["Credentials"]
        found[name] = {
            "AWS_ACCESS_KEY_ID": got["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": got["SecretAccessKey"],
            "AWS_SESSION_TOKEN": got["SessionToken"],
        }
    return found
