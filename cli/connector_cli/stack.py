"""The stack: found by its name, asked through its functions.

In: a name, and what AWS tools take (region, profile, endpoint). Out: its outputs, clients, functions' answers. Wrong:
`Trouble` when there is no such stack, when it is no connector, or when a function fails; AWS's own exceptions.
"""

from __future__ import annotations

import json
from functools import cached_property
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from connector_cli.failures import STACK, Trouble, is_denied

_LONGEST_RUN_SECONDS = 930  # Lambda's limit and a little


class Stack:
    """One deployed connector."""

    def __init__(self, name: str, *, region: str | None, profile: str | None, endpoint_url: str | None) -> None:
        self.name = name
        self.endpoint_url = endpoint_url
        self._region = region
        self._profile = profile
        self._clients: dict[str, Any] = {}
        self._making = Lock()  # a session is not safe to share while clients are made

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs. Raises `Trouble` when it is not there."""
        rows = self.description.get("Outputs", [])
        found = {row["OutputKey"]: row["OutputValue"] for row in rows}
        if "AnswerOperatorFunction" not in found:
            raise Trouble(
                f"The stack {self.name} is not a connector, or an older one.",
                next="Name the connector's stack: --stack NAME, or deploy the present version.",
                code=STACK,
                status="no_stack",
            )
        return found

    @cached_property
    def description(self) -> dict[str, Any]:
        """What CloudFormation says of the stack: status, parameters, outputs."""
        try:
            answer = self.client("cloudformation").describe_stacks(StackName=self.name)
        except ClientError as exc:
            if is_denied(exc) or "does not exist" not in str(exc):
                raise
            raise Trouble(
                f"There is no stack {self.name} in {self.region}.",
                next="Name it with --stack NAME and --region REGION, or set CONNECTOR_STACK.",
                code=STACK,
                status="no_stack",
            ) from exc
        found: dict[str, Any] = answer["Stacks"][0]
        return found

    @property
    def region(self) -> str:
        """The region that is asked."""
        return str(self.client("cloudformation").meta.region_name)

    @property
    def webhook(self) -> str:
        """The webhook's address as this computer reaches it."""
        if not self.endpoint_url:
            return self.outputs["WebhookUrl"]
        api = self.outputs["ApiId"]
        return f"{self.endpoint_url.rstrip('/')}/_aws/execute-api/{api}/$default/webhooks/starshipit"

    @cached_property
    def caller(self) -> str:
        """Who asks, as AWS knows them: the end of the caller's ARN, for an order's history."""
        arn: str = self.client("sts").get_caller_identity()["Arn"]
        return arn.rsplit(":", 1)[-1]

    @cached_property
    def _session(self) -> boto3.Session:
        return boto3.Session(profile_name=self._profile, region_name=self._region)

    def client(self, service: str) -> Any:
        """A boto3 client, made once for each service."""
        with self._making:
            if service not in self._clients:
                self._clients[service] = self._session.client(  # type: ignore[call-overload]
                    service, endpoint_url=self.endpoint_url, config=_config(service)
                )
        return self._clients[service]

    def invoke(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Run a function and wait for its answer. `function` is its output's name, such as FetchOrders."""
        name = self.outputs[f"{function}Function"]
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
        read = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer or not isinstance(read, dict):
            raise _failed(name, read)
        return read


def _config(service: str) -> Config:
    """A function is never invoked twice by a retry of ours; the other calls may be repeated."""
    return Config(
        retries={"total_max_attempts": 1 if service == "lambda" else 3, "mode": "standard"},
        connect_timeout=5,
        read_timeout=_LONGEST_RUN_SECONDS if service == "lambda" else 30,
    )


def _failed(name: str, read: object) -> Trouble:
    """A function that ended in an error: a setting's sentence is shown as it is."""
    told = read if isinstance(read, dict) else {}
    message = str(told.get("errorMessage") or "it gave no reason")
    if told.get("errorType") == "SettingsError":
        return Trouble(message, next="Deploy again with a setting that is allowed.", status="settings_refused")
    return Trouble(
        f"The function {name} failed: {message}",
        next=f"Read its log: aws logs tail /aws/lambda/{name}",
        code=STACK,
        status="function_failed",
    )
