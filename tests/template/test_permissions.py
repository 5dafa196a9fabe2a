"""Least privilege, read off the template: each function's role allows exactly what the function uses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.template.conftest import of_type

LEDGER = {"BatchGetItem", "GetItem", "PutItem", "UpdateItem"}
TAKE = {"ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage"}

# function -> resource -> actions, without the service prefix. Logs are checked apart.
ALLOWED: dict[str, dict[str, set[str]]] = {
    "FetchOrders": {
        "Ledger": LEDGER | {"DeleteItem", "Query"},
        "OrdersQueue": {"SendMessage*"},
        "FailedRuns": {"SendMessage"},
        "SellercloudSecret": {"GetSecretValue"},
    },
    "Reconcile": {
        "Ledger": LEDGER | {"DeleteItem", "Query"},
        "OrdersQueue": {"SendMessage*"},
        "TrackingQueue": {"SendMessage*"},
        "FailedRuns": {"SendMessage"},
        "SellercloudSecret": {"GetSecretValue"},
        "StarshipitSecret": {"GetSecretValue"},
    },
    "HandOffOrders": {
        "Ledger": LEDGER | {"BatchWriteItem", "DeleteItem"},
        "OrdersQueue": TAKE | {"SendMessage*"},
        "OrdersDeadLetters": {"SendMessage"},
        "SellercloudSecret": {"GetSecretValue"},
        "StarshipitSecret": {"GetSecretValue"},
    },
    "ReceiveTracking": {"TrackingQueue": {"SendMessage*"}, "WebhookSecret": {"GetSecretValue"}},
    "ApplyTracking": {
        "Ledger": LEDGER,
        "TrackingQueue": TAKE,
        "TrackingDeadLetters": {"SendMessage"},
        "SellercloudSecret": {"GetSecretValue"},
        "StarshipitSecret": {"GetSecretValue"},
    },
    "AnswerOperator": {
        "Ledger": LEDGER | {"DeleteItem", "Query"},
        "OrdersQueue": {"SendMessage*"},
        "TrackingQueue": {"SendMessage*"},
        "SellercloudSecret": {"GetSecretValue"},
        "StarshipitSecret": {"GetSecretValue"},
        "WebhookSecret": {"GetSecretValue"},
    },
}


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    """All statements of a role's policies."""
    return [s for policy in role["Properties"]["Policies"] for s in policy["PolicyDocument"]["Statement"]]


def as_list(value: Any) -> list[Any]:
    """A policy's one-or-many as many."""
    return value if isinstance(value, list) else [value]


def target(resource: Any) -> str:
    """The logical id a policy's resource stands for."""
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    text: str = resource["Fn::Sub"]
    assert text == "${Ledger.Arn}/index/*", text
    return "Ledger"


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_role_allows_exactly_what_the_function_uses(resources: dict[str, Any], function: str) -> None:
    """Every action on every resource is named in ALLOWED, and nothing else is allowed."""
    role = resources[resources[function]["Properties"]["Role"]["Fn::GetAtt"][0]]
    assert "ManagedPolicyArns" not in role["Properties"]
    found: dict[str, set[str]] = {}
    for statement in statements(role):
        assert statement["Effect"] == "Allow"
        if statement["Sid"] == "Log":
            continue
        for resource in as_list(statement["Resource"]):
            actions = {action.split(":")[1] for action in as_list(statement["Action"])}
            found.setdefault(target(resource), set()).update(actions)
    assert found == ALLOWED[function]


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_role_writes_only_its_own_log(resources: dict[str, Any], function: str) -> None:
    """The log statement names the function's own group and the two actions logging needs."""
    properties = resources[function]["Properties"]
    role = resources[properties["Role"]["Fn::GetAtt"][0]]
    (statement,) = [s for s in statements(role) if s["Sid"] == "Log"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    name = properties["FunctionName"]["Fn::Sub"]
    assert statement["Resource"]["Fn::Sub"].endswith(f":log-group:/aws/lambda/{name}:*")


def test_every_function_is_in_this_table(resources: dict[str, Any]) -> None:
    """A new function gets its permissions listed here."""
    assert set(of_type(resources, "AWS::Serverless::Function")) == set(ALLOWED)


def test_only_the_scheduler_may_use_the_schedule_role(resources: dict[str, Any]) -> None:
    """It starts the runs and reports one it could not start, for schedules of this account only."""
    role = resources["ScheduleRole"]
    (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    allowed = {(s["Action"], target(one)) for s in statements(role) for one in as_list(s["Resource"])}
    start = {("lambda:InvokeFunction", name) for name in ("FetchOrders", "Reconcile")}
    assert allowed == start | {("sqs:SendMessage", "MissedRuns")}


def test_only_the_webhook_route_may_call_the_webhook_function(resources: dict[str, Any]) -> None:
    """The permission names this API and this route."""
    permission = resources["WebhookPermission"]["Properties"]
    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert permission["SourceArn"]["Fn::Sub"].endswith("${WebhookApi}/*/POST/webhooks/starshipit")
