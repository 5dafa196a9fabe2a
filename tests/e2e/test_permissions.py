"""Least privilege, proved: each function's role is used against the emulator, which enforces it (AUTH=true).

The table says for each function what of the secrets, queues and table it may use. Everything not in it must be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.emulator import REGION
from local.stack import Stack
from tests.e2e.conftest import Deployed

Clients = Callable[[str], Any]

SECRETS = ("SellercloudSecretName", "StarshipitSecretName", "WebhookSecretName")
QUEUES = (
    "OrdersQueueUrl", "OrdersDeadLettersUrl", "TrackingQueueUrl", "TrackingDeadLettersUrl", "MissedRunsUrl",
    "FailedRunsUrl",
)  # fmt: skip

READS: Mapping[str, set[str]] = {
    "FetchOrders": {"SellercloudSecretName"},
    "HandOffOrders": {"SellercloudSecretName", "StarshipitSecretName"},
    "Reconcile": {"SellercloudSecretName", "StarshipitSecretName"},
    "ReceiveTracking": {"WebhookSecretName"},
    "ApplyTracking": {"SellercloudSecretName", "StarshipitSecretName"},
    "AnswerOperator": set(SECRETS),
}
SENDS: Mapping[str, set[str]] = {
    "FetchOrders": {"OrdersQueueUrl", "FailedRunsUrl"},
    "HandOffOrders": {"OrdersQueueUrl", "OrdersDeadLettersUrl"},
    "Reconcile": {"OrdersQueueUrl", "TrackingQueueUrl", "FailedRunsUrl"},
    "ReceiveTracking": {"TrackingQueueUrl"},
    "ApplyTracking": {"TrackingDeadLettersUrl"},
    "AnswerOperator": {"OrdersQueueUrl", "TrackingQueueUrl"},
}
TAKES: Mapping[str, set[str]] = {
    "FetchOrders": set(),
    "HandOffOrders": {"OrdersQueueUrl"},
    "Reconcile": set(),
    "ReceiveTracking": set(),
    "ApplyTracking": {"TrackingQueueUrl"},
    "AnswerOperator": set(),
}
KEEPS_LEDGER = {"Reconcile", "FetchOrders", "HandOffOrders", "ApplyTracking", "AnswerOperator"}
FUNCTIONS = sorted(READS)


def as_function(stack: Stack, function: str) -> Clients:
    """Clients with the credentials of the function's role."""
    name = stack.functions[function]
    role = stack.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    got = stack.client("sts").assume_role(RoleArn=role, RoleSessionName="probe")["Credentials"]
    session = boto3.Session(got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"], REGION)
    return lambda service: session.client(service, endpoint_url=stack.endpoint)  # type: ignore[call-overload]


def is_allowed(call: Callable[[], object]) -> bool:
    """Whether the call was let through; an error for another reason was let through too."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"] not in ("AccessDenied", "AccessDeniedException")
    return True


@pytest.mark.parametrize("function", FUNCTIONS)
def test_reads_only_the_secrets_it_uses(deployed: Deployed, function: str) -> None:
    """In particular not the other vendor's."""
    secrets = as_function(deployed.stack, function)("secretsmanager")
    outputs = deployed.stack.outputs
    allowed = {s for s in SECRETS if is_allowed(lambda s=s: secrets.get_secret_value(SecretId=outputs[s]))}  # type: ignore[misc]
    assert allowed == READS[function]
    assert not is_allowed(lambda: secrets.put_secret_value(SecretId=outputs[SECRETS[0]], SecretString="{}"))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_sends_only_to_the_queues_it_uses(deployed: Deployed, function: str) -> None:
    """A message in a queue that is not its own is refused. Probes wait 15 minutes, longer than the session."""
    queues = as_function(deployed.stack, function)("sqs")

    def send(queue: str) -> bool:
        url = deployed.stack.outputs[queue]
        return is_allowed(lambda: queues.send_message(QueueUrl=url, MessageBody="probe", DelaySeconds=900))

    assert {queue for queue in QUEUES if send(queue)} == SENDS[function]
    for queue in ("OrdersQueueUrl", "TrackingQueueUrl"):
        deployed.stack.client("sqs").purge_queue(QueueUrl=deployed.stack.outputs[queue])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_takes_only_from_its_own_queue(deployed: Deployed, function: str) -> None:
    """Nobody reads dead letters; the two consumers read one queue each."""
    queues = as_function(deployed.stack, function)("sqs")
    outputs = deployed.stack.outputs
    taken = {q for q in QUEUES if is_allowed(lambda q=q: queues.receive_message(QueueUrl=outputs[q]))}  # type: ignore[misc]
    assert taken == TAKES[function]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_touches_the_ledger_only_if_it_keeps_it(deployed: Deployed, function: str) -> None:
    """The webhook's function has no table at all; nobody scans or drops it."""
    table = as_function(deployed.stack, function)("dynamodb")
    name = deployed.stack.outputs["LedgerTable"]
    key = {"pk": {"S": "PROBE#1"}, "sk": {"S": "PROBE"}}
    reads = is_allowed(lambda: table.get_item(TableName=name, Key=key))
    writes = is_allowed(lambda: table.put_item(TableName=name, Item=key))
    assert reads == writes == (function in KEEPS_LEDGER)
    assert not is_allowed(lambda: table.scan(TableName=name))
    assert not is_allowed(lambda: table.delete_table(TableName="another-table"))
