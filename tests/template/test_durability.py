"""Nothing is lost, read off the template: retention, dead letters, visibility, backups, retries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.template.conftest import of_type

FOURTEEN_DAYS = 14 * 24 * 3600
WINDOW_SECONDS = 2


def test_every_queue_keeps_messages_fourteen_days(resources: dict[str, Any]) -> None:
    """The longest SQS allows, so that an outage over a long weekend loses nothing."""
    queues = of_type(resources, "AWS::SQS::Queue")
    assert {q["MessageRetentionPeriod"] for q in queues.values()} == {FOURTEEN_DAYS}
    assert all(q["SqsManagedSseEnabled"] for q in queues.values())


WORK_QUEUES = [("OrdersQueue", "OrdersDeadLetters"), ("TrackingQueue", "TrackingDeadLetters")]


@pytest.mark.parametrize(("queue", "dead"), WORK_QUEUES)
def test_work_queues_have_a_dead_letter_queue_and_patience(resources: dict[str, Any], queue: str, dead: str) -> None:
    """SQS counts throttled receives too, so the limit is high; attempts are counted in the ledger."""
    redrive = resources[queue]["Properties"]["RedrivePolicy"]
    assert redrive == {"deadLetterTargetArn": {"Fn::GetAtt": [dead, "Arn"]}, "maxReceiveCount": 1000}


def test_visibility_is_six_timeouts_and_the_window(template: dict[str, Any], resources: dict[str, Any]) -> None:
    """For every timeout that can be chosen; a shorter one would hand a message out while it is worked on."""
    table = template["Mappings"]["Visibility"]
    timeouts = template["Parameters"]["FunctionTimeout"]["AllowedValues"]
    assert set(table) == {str(timeout) for timeout in timeouts}
    assert all(table[str(timeout)]["Seconds"] >= 6 * timeout + WINDOW_SECONDS for timeout in timeouts)
    for queue in ("OrdersQueue", "TrackingQueue"):
        found = resources[queue]["Properties"]["VisibilityTimeout"]
        assert found == {"Fn::FindInMap": ["Visibility", {"Ref": "FunctionTimeout"}, "Seconds"]}


def test_consumers_take_pages_one_by_one_and_report_partly(resources: dict[str, Any]) -> None:
    """An order message is a whole import; tracking comes in tens. Limits are literals: the emulator needs numbers."""
    orders = resources["HandOffOrders"]["Properties"]["Events"]["Orders"]["Properties"]
    tracking = resources["ApplyTracking"]["Properties"]["Events"]["Tracking"]["Properties"]
    assert (orders["BatchSize"], orders["ScalingConfig"]) == (1, {"MaximumConcurrency": 10})
    assert (tracking["BatchSize"], tracking["ScalingConfig"]) == (10, {"MaximumConcurrency": 2})
    assert tracking["MaximumBatchingWindowInSeconds"] <= WINDOW_SECONDS
    assert orders["FunctionResponseTypes"] == tracking["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    for function in ("HandOffOrders", "ApplyTracking"):
        assert "ReservedConcurrentExecutions" not in resources[function]["Properties"]


def test_dry_run_leaves_tracking_in_its_queue(resources: dict[str, Any]) -> None:
    """Tracking is not consumed in a dry run."""
    tracking = resources["ApplyTracking"]["Properties"]["Events"]["Tracking"]["Properties"]
    assert tracking["Enabled"] == {"Fn::If": ["IsDryRun", False, True]}


def test_ledger_survives_and_forgets_in_time(resources: dict[str, Any]) -> None:
    """Point-in-time recovery, retained with the stack gone, expiry by `expires_at`, billed by use."""
    ledger = resources["Ledger"]
    properties = ledger["Properties"]
    assert ledger["DeletionPolicy"] == ledger["UpdateReplacePolicy"] == "Retain"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"


def test_a_missed_or_failed_fetch_leaves_evidence_and_the_next_tick_is_the_retry(resources: dict[str, Any]) -> None:
    """The schedule's dead letters see delivery failures only; the function's failure destination sees the rest."""
    fetch = resources["FetchOrders"]["Properties"]
    tick = fetch["Events"]["Tick"]
    assert tick["Type"] == "ScheduleV2"
    assert tick["Properties"]["RetryPolicy"] == {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 300}
    assert tick["Properties"]["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["MissedRuns", "Arn"]}}
    assert tick["Properties"]["State"] == {"Fn::If": ["HasSchedules", "ENABLED", "DISABLED"]}
    invoke = fetch["EventInvokeConfig"]
    assert (invoke["MaximumRetryAttempts"], invoke["MaximumEventAgeInSeconds"]) == (0, 300)
    destination = {"Type": "SQS", "Destination": {"Fn::GetAtt": ["FailedRuns", "Arn"]}}
    assert invoke["DestinationConfig"] == {"OnFailure": destination}


def test_every_function_and_the_webhook_have_a_log_with_an_end(resources: dict[str, Any]) -> None:
    """No log group is left for Lambda to make, which would keep it for ever."""
    groups = of_type(resources, "AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())
    for function in of_type(resources, "AWS::Serverless::Function").values():
        group = groups[function["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group["LogGroupName"]["Fn::Sub"] == "/aws/lambda/" + function["FunctionName"]["Fn::Sub"]


def test_webhook_is_throttled_and_logs_no_body(resources: dict[str, Any]) -> None:
    """POST only, payload 2.0, an access log of an allow-list of fields."""
    stage = resources["WebhookStage"]["Properties"]
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    text = stage["AccessLogSettings"]["Format"]
    for private in ("body", "sourceIp", "userAgent", "header", "querystring"):
        assert private not in text
    assert resources["WebhookRoute"]["Properties"]["RouteKey"] == "POST /webhooks/starshipit"
    assert resources["WebhookIntegration"]["Properties"]["PayloadFormatVersion"] == "2.0"
