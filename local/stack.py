"""A deployed stack on an emulator: addresses, secrets, invocations, and what its ledger and queues hold.

In: an emulator's address and the stack's outputs. Out: plain values. Goes wrong when the emulator is gone.
`.local/stack.json` tells a second terminal where the running stack is.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import BotoCoreError

from local import deploy
from local.emulator import Emulator, client
from local.processes import STATE, LocalError

STATE_FILE = STATE / "stack.json"
_LONGEST_RUN = 930.0  # seconds; Lambda's limit and a little


@dataclass(frozen=True)
class Answer:
    """What a function returned, or how it failed."""

    value: Any
    failed: bool


@dataclass
class Stack:
    """One deployed stack."""

    endpoint: str
    outputs: Mapping[str, str]
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)

    def client(self, service: str) -> Any:
        """A boto3 client, made once for each service."""
        if service not in self._clients:
            self._clients[service] = client(self.endpoint, service, _LONGEST_RUN)
        return self._clients[service]

    @property
    def webhook(self) -> str:
        """The webhook address as this machine reaches it."""
        return f"{self.endpoint}/_aws/execute-api/{self.outputs['ApiId']}/$default/webhooks/starshipit"

    @property
    def functions(self) -> dict[str, str]:
        """Function names by output, such as FetchOrders."""
        ending = "Function"
        return {key.removesuffix(ending): name for key, name in self.outputs.items() if key.endswith(ending)}

    def store_secrets(
        self, sellercloud: Mapping[str, str], starshipit: Mapping[str, str], webhook: Mapping[str, str]
    ) -> None:
        """Store the credentials, as a person does after installing."""
        texts = {"Sellercloud": sellercloud, "Starshipit": starshipit, "Webhook": webhook}
        for name, value in texts.items():
            secret = self.outputs[f"{name}SecretName"]
            self.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=json.dumps(dict(value)))

    def invoke(self, function: str, event: Mapping[str, Any] | None = None) -> Answer:
        """Run a function and wait for it. `function` is its output's name, such as FetchOrders."""
        answer = self.client("lambda").invoke(
            FunctionName=self.functions[function], Payload=json.dumps(event or {}).encode()
        )
        text = answer["Payload"].read()
        return Answer(json.loads(text) if text else None, "FunctionError" in answer)

    def depth(self, queue: str) -> int:
        """Messages of a queue: waiting, delayed and being worked on. `queue` is as in the outputs, OrdersQueue."""
        names = ["", "Delayed", "NotVisible"]
        wanted = ["ApproximateNumberOfMessages" + name for name in names]
        got = self.client("sqs").get_queue_attributes(QueueUrl=self.outputs[queue + "Url"], AttributeNames=wanted)
        return sum(int(value) for value in got["Attributes"].values())

    def ledger(self) -> Iterator[dict[str, Any]]:
        """Every item of the ledger, in plain values."""
        deserialize = TypeDeserializer().deserialize
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs["LedgerTable"])
        for page in pages:
            for item in page["Items"]:
                yield {name: deserialize(value) for name, value in item.items()}

    def order_rows(self) -> dict[int, dict[str, Any]]:
        """The ledger's order rows by Sellercloud order id."""
        return {int(row["pk"].removeprefix("ORDER#")): row for row in self.ledger() if row["sk"] == "ORDER"}

    def remember(self) -> None:
        """Write where this stack is, for `make fetch` in another terminal."""
        STATE.mkdir(exist_ok=True)
        STATE_FILE.write_text(json.dumps({"endpoint": self.endpoint, "outputs": dict(self.outputs)}, indent=1))


def running() -> Stack:
    """The stack `make local` runs here. Raises LocalError when there is none."""
    missing = LocalError("No stack is running here. Start one in another terminal: make local")
    try:
        known = json.loads(STATE_FILE.read_text())
        stack = Stack(known["endpoint"], known["outputs"])
        stack.client("sts").get_caller_identity()
    except (OSError, ValueError, KeyError, BotoCoreError) as error:
        raise missing from error
    return stack


def deployed(emulator: Emulator, parameters: Mapping[str, str], name: str = deploy.STACK) -> Stack:
    """Build the template and deploy it to the emulator."""
    folder = Path(tempfile.mkdtemp(prefix="sellercloud-starshipit-build-"))
    try:
        template = deploy.build(folder)
        return Stack(emulator.endpoint, deploy.deploy(emulator, template, parameters, name))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
