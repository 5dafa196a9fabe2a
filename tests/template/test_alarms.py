"""Alarms cannot stay green while orders are stuck, read off the template."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from local.processes import ROOT
from tests.template.conftest import of_type

OWN = "SellercloudStarshipit"
CODE = ROOT / "layers/connector/connector"


@pytest.fixture(name="alarms")
def _alarms(resources: dict[str, Any]) -> dict[str, Any]:
    return of_type(resources, "AWS::CloudWatch::Alarm")


def test_every_dead_letter_queue_has_an_alarm_on_visible_messages(
    resources: dict[str, Any], alarms: dict[str, Any]
) -> None:
    """`NumberOfMessagesSent` does not count redrives, so visible messages are what is watched."""
    watched = {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in alarms.values()
        if alarm["Namespace"] == "AWS/SQS" and alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }
    work = {"OrdersQueue", "TrackingQueue"}
    assert watched == set(of_type(resources, "AWS::SQS::Queue")) - work


@pytest.mark.parametrize("run", ["Fetch", "Reconcile"])
def test_a_run_that_does_not_happen_is_an_alarm(alarms: dict[str, Any], run: str) -> None:
    """No data means no run: missing data breaches, minute by minute for the time that was set."""
    alarm = alarms[f"{run}MissingAlarm"]
    assert alarm["MetricName"] == f"{run}RunCompleted"
    assert alarm["TreatMissingData"] == "breaching"
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (60, {"Ref": f"{run}AlarmMinutes"})


def test_own_metrics_are_watched_as_powertools_emits_them(template: dict[str, Any], alarms: dict[str, Any]) -> None:
    """Same namespace, and the one dimension `service`, which is the stack, so that stacks stay apart."""
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == OWN
    for alarm in alarms.values():
        if alarm["Namespace"] == OWN:
            assert alarm["Dimensions"] == [{"Name": "service", "Value": variables["POWERTOOLS_SERVICE_NAME"]}]


def test_every_own_metric_that_is_watched_is_emitted(alarms: dict[str, Any]) -> None:
    """A metric nobody emits is an alarm that never rings: its name must stand in the code."""
    code = "\n".join(path.read_text() for path in Path(CODE).rglob("*.py"))
    code += "\n".join(path.read_text() for path in ROOT.glob("functions/*/app.py"))
    watched = {alarm["MetricName"] for alarm in alarms.values() if alarm["Namespace"] == OWN}
    assert watched == {name for name in watched if re.search(rf'"{name}"', code)}
    assert {"OldestOrderWaitingSeconds", "OutcomeUnknown", "CredentialsRefused", "UnmatchedTracking"} <= watched


def test_every_function_has_an_alarm_on_errors_and_on_throttles(
    resources: dict[str, Any], alarms: dict[str, Any]
) -> None:
    """Both, for each function."""
    watched = {
        (alarm["Dimensions"][0]["Value"]["Ref"], alarm["MetricName"])
        for alarm in alarms.values()
        if alarm["Namespace"] == "AWS/Lambda"
    }
    functions = of_type(resources, "AWS::Serverless::Function")
    assert watched == {(name, metric) for name in functions for metric in ("Errors", "Throttles")}


def test_every_alarm_says_what_is_wrong_and_reaches_the_topic(alarms: dict[str, Any]) -> None:
    """A description of more than a few words; the topic is told of the end too."""
    for alarm in alarms.values():
        assert len(alarm["AlarmDescription"]) > 40
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]


def test_mail_is_subscribed_only_when_an_address_is_given(resources: dict[str, Any]) -> None:
    """Without AlarmEmail the topic is there for others to subscribe to."""
    assert resources["AlarmMail"]["Condition"] == "HasAlarmEmail"
