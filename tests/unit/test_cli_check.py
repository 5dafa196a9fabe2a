"""`connector check`: what AWS's answers and the webhook's mean, and what is made of those it denies."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from click.testing import CliRunner

from connector_cli import checks_webhook
from connector_cli.checks_webhook import judged, reports
from connector_cli.commands import check as module
from connector_cli.failures import Trouble
from connector_cli.stack import Stack

OUTPUTS = {
    f"{name}Url": f"http://queues/{name}"
    for name in ("OrdersQueue", "TrackingQueue", "OrdersDeadLetters", "TrackingDeadLetters", "MissedRuns", "FailedRuns")
} | {
    f"{name}Function": name.lower() for name in ("AnswerOperator", "HandOffOrders", "ApplyTracking", "ReceiveTracking")
}
OUTPUTS |= {"FetchScheduleName": "fetch", "ReconcileScheduleName": "reconcile", "WebhookUrl": "http://127.0.0.1:9/"}
HEALTHY = {"about": "settings", "verdict": "ok", "message": "Fine.", "next": ""}
NOON = 1_700_000_000_000


def denied(action: str) -> ClientError:
    """AWS's refusal."""
    told = f"User: arn:aws:iam::1:user/x is not authorized to perform: {action} on resource: y"
    return ClientError({"Error": {"Code": "AccessDeniedException", "Message": told}}, action.split(":")[1])


class Aws:
    """AWS as one stack sees it. A value that is an exception is raised."""

    def __init__(self) -> None:
        self.description: dict[str, Any] = {
            "StackStatus": "UPDATE_COMPLETE",
            "Parameters": [{"ParameterKey": "FetchAlarmMinutes", "ParameterValue": "45"}],
            "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()],
        }
        self.state: Any = "ENABLED"
        self.mapping: Any = "Enabled"
        self.letters: Any = {}
        self.date: str = format_datetime(datetime.now(UTC))
        self.logged: Any = {}
        self.answer: Any = {"status": "done", "findings": [HEALTHY], "settings": {}, "pauses": {}}
        self.events: list[dict[str, Any]] = []
        self.exceptions = type("Exceptions", (), {"ResourceInUseException": ClientError})

    def describe_stacks(self, **_: Any) -> Any:
        return {"Stacks": [self.description]}

    def get_caller_identity(self) -> Any:
        return {"Arn": "arn:aws:iam::1:user/x"}

    def get_schedule(self, Name: str) -> Any:  # noqa: N803
        return {"Name": Name, "State": given(self.state), "ScheduleExpression": "rate(5 minutes)"}

    def list_event_source_mappings(self, **_: Any) -> Any:
        state = given(self.mapping)
        return {"EventSourceMappings": [{"State": state, "UUID": "1"}] if state else []}

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> Any:  # noqa: N803
        count = given(self.letters).get(QueueUrl.rsplit("/", 1)[-1], 0)
        attributes = {"ApproximateNumberOfMessages": str(count)} | dict.fromkeys(AttributeNames[1:], "0")
        return {"Attributes": attributes, "ResponseMetadata": {"HTTPHeaders": {"date": self.date}}}

    def filter_log_events(self, filterPattern: str, startTime: int, nextToken: str = "", **_: Any) -> Any:  # noqa: N803
        moments = [at for at in given(self.logged).get(filterPattern, []) if at >= startTime]
        if not nextToken:  # AWS answers empty pages with a token as well
            return {"events": [], "nextToken": "more"}
        return {"events": [{"timestamp": at} for at in moments]}

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        assert function == "AnswerOperator"
        self.events.append(event)
        if event["command"] == "sign_test":
            return {"status": "done", "body": "{}", "signature": "aa"}
        return given(self.answer)


def given(value: Any) -> Any:
    """The value, or what it raises."""
    if isinstance(value, Exception):
        raise value
    return value


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    """One stack whose webhook answers that it took a test."""
    found = Aws()
    found_meta = type("Meta", (), {"region_name": "ap-southeast-2"})
    found.meta = found_meta  # type: ignore[attr-defined]
    monkeypatch.setattr(Stack, "client", lambda self, service: found)
    monkeypatch.setattr(Stack, "invoke", lambda self, function, event: found.invoke(function, event))
    monkeypatch.setattr(checks_webhook, "_post", lambda *_: (200, {"status": "test"}))
    return found


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit code and what JSON says."""
    result = CliRunner().invoke(module.check, ["--json", *arguments], env={"AWS_ENDPOINT_URL": None})
    if isinstance(result.exception, Trouble):
        return result.exception.code, {"message": result.exception.message}
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout)


def verdicts(told: dict[str, Any]) -> dict[str, str]:
    """Verdicts by name."""
    return {finding["about"]: finding["verdict"] for finding in told["findings"]}


def line(told: dict[str, Any], about: str) -> str:
    """One line, message and what to do."""
    (found,) = [finding for finding in told["findings"] if finding["about"] == about]
    return f"{found['verdict']}: {found['message']} → {found['next']}"


def test_a_healthy_stack_ends_with_zero(aws: Aws) -> None:
    """Every AWS line is there, and the stack was told how old a fetch may be."""
    aws.logged = {"ReportsReceived": [int(time.time() * 1000)]}
    code, told = run()
    assert code == 0
    assert set(verdicts(told).values()) == {"ok"}
    assert verdicts(told).keys() == {
        "settings", "stack", "fetch schedule", "reconcile schedule", "hand-off", "write-back", "order dead letters",
        "tracking dead letters", "missed runs", "failed runs", "this computer", "webhook", "reports",
    }  # fmt: skip
    assert aws.events[0] == {"command": "check", "fetch_minutes": 45}


def test_strict_makes_a_warning_count(aws: Aws) -> None:
    """Without it a warning ends with zero."""
    aws.letters = {"MissedRuns": 2}
    assert run()[0] == 0
    code, told = run("--strict")
    assert code == 1
    assert told["counts"]["warning"] == 1


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("CREATE_COMPLETE", "ok"), ("UPDATE_ROLLBACK_COMPLETE", "warning"), ("UPDATE_IN_PROGRESS", "warning"),
        ("UPDATE_ROLLBACK_FAILED", "wrong"), ("ROLLBACK_COMPLETE", "wrong"), ("DELETE_FAILED", "wrong"),
    ],
)  # fmt: skip
def test_how_the_last_deployment_ended(aws: Aws, status: str, verdict: str) -> None:
    """A deployment that was taken back runs the version before."""
    aws.description["StackStatus"] = status
    assert verdicts(run()[1])["stack"] == verdict


def test_a_schedule_somebody_disabled_is_wrong_and_a_pause_is_a_warning(aws: Aws) -> None:
    """Who paused it is named; a deployment without schedules is meant so."""
    aws.state = "DISABLED"
    code, told = run()
    assert code == 1
    assert line(told, "fetch schedule").startswith("wrong: Off, and not by `connector pause`")
    assert "connector resume fetch" in line(told, "fetch schedule")
    assert "enable reconcile in EventBridge Scheduler" in line(told, "reconcile schedule")
    aws.answer["pauses"] = {"fetch": {"by": "alice", "at": 1_700_000_000}}
    assert line(run()[1], "fetch schedule").startswith("warning: Off: paused by alice on 2023-11-1")
    aws.answer["pauses"] = {}
    aws.description["Parameters"].append({"ParameterKey": "SchedulesEnabled", "ParameterValue": "false"})
    code, told = run()
    assert code == 0
    assert "SchedulesEnabled=false" in line(told, "fetch schedule")


def test_a_schedule_that_is_gone_is_wrong(aws: Aws) -> None:
    """Deleted by hand."""
    aws.state = ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "none"}}, "GetSchedule")
    assert line(run()[1], "fetch schedule").startswith("wrong: The schedule is gone.")


@pytest.mark.parametrize("state", ["Disabled", "Disabling"])
def test_a_consumer_that_does_not_read_is_wrong(aws: Aws, state: str) -> None:
    """With how much waits; a noted pause is a warning, a dry run's is meant so."""
    aws.mapping = state
    aws.letters = {"OrdersQueue": 12, "TrackingQueue": 1}
    code, told = run()
    assert code == 1
    assert "12 messages wait in the queue" in line(told, "hand-off")
    assert "1 report waits in the queue" in line(told, "write-back")
    aws.answer["pauses"] = {"orders": {"by": "alice", "at": 0}, "tracking": {}}
    aws.description["Parameters"].append({"ParameterKey": "DryRun", "ParameterValue": "true"})
    code, told = run()
    assert code == 0
    assert line(told, "hand-off").startswith("warning: Off: paused by alice. 12")
    assert line(told, "write-back").startswith("ok: Off, as in every dry run.")


def test_a_consumer_that_is_gone_is_wrong_and_a_forgotten_note_a_warning(aws: Aws) -> None:
    """Nothing reads the queue; or it is read although a person noted a pause."""
    aws.mapping = ""
    assert line(run()[1], "hand-off").startswith("wrong: Nothing hands messages")
    aws.mapping = "Enabled"
    aws.answer["pauses"] = {"orders": {"by": "alice", "at": 1_700_000_000}}
    assert line(run()[1], "hand-off").startswith("warning: On. Yet it is noted as paused by alice")


def test_letters_are_counted_by_queue(aws: Aws) -> None:
    """Dead letters are wrong, runs that failed and were made up for a warning."""
    aws.letters = {"OrdersDeadLetters": 3, "TrackingDeadLetters": 1, "FailedRuns": 2}
    code, told = run()
    assert code == 1
    assert line(told, "order dead letters").startswith("wrong: 3 messages could not be processed")
    assert "connector redrive" in line(told, "tracking dead letters")
    assert line(told, "failed runs").startswith("warning: An error ended 2 runs")
    assert verdicts(told)["missed runs"] == "ok"


@pytest.mark.parametrize(
    ("attribute", "action", "lines"),
    [
        ("state", "scheduler:GetSchedule", {"fetch schedule", "reconcile schedule"}),
        ("mapping", "lambda:ListEventSourceMappings", {"hand-off", "write-back"}),
        ("letters", "sqs:GetQueueAttributes",
         {"order dead letters", "tracking dead letters", "missed runs", "failed runs", "this computer"}),
        ("logged", "logs:FilterLogEvents", {"reports"}),
    ],
)  # fmt: skip
def test_a_look_that_is_denied_names_the_permission_and_the_check_goes_on(
    aws: Aws, attribute: str, action: str, lines: set[str]
) -> None:
    """Its own lines are not verifiable, all others as they were."""
    setattr(aws, attribute, denied(action))
    code, told = run()
    assert code == 0
    lacking = {about for about, verdict in verdicts(told).items() if verdict == "not_verifiable"} - {"reports"} | (
        lines & {"reports"}
    )
    assert lacking == lines
    for about in lines:
        assert f"{action} is missing" in line(told, about)
        assert "OperatorPolicy" in line(told, about)


def test_a_stack_that_cannot_be_asked_is_wrong_and_the_rest_is_looked_at(aws: Aws) -> None:
    """Denied, a wrong setting, a time limit, no network: one line, and exit code 1."""
    for answer, about in (
        (denied("lambda:InvokeFunction"), "connector"),
        (EndpointConnectionError(endpoint_url="http://x"), "connector"),
        (Trouble("ShipWhen is “x”.", next="Deploy.", status="settings_refused"), "settings"),
        ({"status": "no_time", "message": "No time.", "next": "Again."}, "connector"),
    ):
        aws.answer = answer
        code, told = run()
        assert code == 1
        assert verdicts(told)[about] == "wrong"
        assert verdicts(told)["order dead letters"] == "ok"


def test_answers_of_an_older_or_newer_stack_are_shown_as_they_are(aws: Aws) -> None:
    """Fields that are missing, a verdict nobody knows, and letters that would steer the terminal."""
    aws.answer = {
        "status": "done",
        "findings": [{"about": "new", "verdict": "?", "message": "a\x1b[31mb"}, "text", None],
    }
    code, told = run()
    assert code == 0
    assert line(told, "new") == "not_verifiable: a [31mb → "
    result = CliRunner().invoke(module.check, [], env={"COLUMNS": "80", "AWS_ENDPOINT_URL": None})
    assert "\x1b[31mb" not in result.stdout
    assert "0 wrong, " in result.stdout


@pytest.mark.parametrize(("seconds", "verdict"), [(0, "ok"), (59, "ok"), (90, "warning"), (-90, "warning")])
def test_this_computer_s_clock(aws: Aws, seconds: int, verdict: str) -> None:
    """Beside AWS's, either way."""
    aws.date = format_datetime(datetime.fromtimestamp(time.time() + seconds, UTC))
    assert verdicts(run()[1])["this computer"] == verdict


def test_without_a_time_from_aws_nothing_is_claimed(aws: Aws) -> None:
    """No header, or one that is no time."""
    for aws.date in ("", "soon"):
        assert verdicts(run()[1])["this computer"] == "not_verifiable"


@pytest.mark.parametrize(
    ("status", "answer", "verdict", "told"),
    [
        (200, {"status": "test"}, "ok", "takes a message"),
        (200, {"status": "queued"}, "wrong", "older version"),
        (200, None, "wrong", "older version"),
        (401, {"error": "x"}, "wrong", "is refused"),
        (403, None, "wrong", "leads nowhere (HTTP 403)"),
        (404, {"message": "Not Found"}, "wrong", "leads nowhere (HTTP 404)"),
        (429, None, "warning", "slows it down"),
        (500, {"error": ["x"]}, "wrong", "answers HTTP 500."),
        (503, {"error": "the webhook secret is not configured"}, "wrong", "HTTP 503: the webhook secret is not"),
    ],
)
def test_what_the_webhook_answers(status: int, answer: Any, verdict: str, told: str) -> None:
    """Each with a sentence of its own."""
    found = judged("https://x/webhooks/starshipit", status, answer, "receive")
    assert found["verdict"] == verdict
    assert told in found["message"]
    assert found["next"] or verdict == "ok"


@pytest.mark.parametrize(
    ("refused", "taken", "verdict", "told"),
    [
        ([], [], "not_verifiable", "No message of Starshipit has come"),
        ([], [1], "ok", "none was refused"),
        ([1], [], "wrong", "1 message refused since"),
        ([3, 4, 5], [], "wrong", "3 messages refused since"),
        ([1, 2], [3], "ok", "since then Starshipit's are taken"),
        ([1, 5, 6, 7], [3], "wrong", "3 messages refused since"),
        ([5], [3], "warning", "others were taken"),
    ],
)
def test_what_the_log_says_of_real_reports(refused: list[int], taken: list[int], verdict: str, told: str) -> None:
    """Refused and none taken after: another secret. A few among many: a stranger."""
    found = reports([NOON + at * 1000 for at in refused], [NOON + at * 1000 for at in taken])
    assert found["verdict"] == verdict
    assert told in found["message"]


def test_the_log_is_read_from_the_refusals_on(aws: Aws) -> None:
    """Reports taken before the newest refusal do not hide it, and pages without events are read on."""
    now = int(time.time() * 1000)
    aws.logged = {"SignatureRefused": [now - 3000, now - 2000, now - 1000], "ReportsReceived": [now - 9000]}
    assert line(run()[1], "reports").startswith("wrong: Starshipit signs with another secret: 3 messages")
    aws.logged = {"SignatureRefused": [now - 3000], "ReportsReceived": [now - 9000]}
    assert verdicts(run()[1])["reports"] == "warning"
    aws.logged = {"SignatureRefused": [now - 3000], "ReportsReceived": [now - 1000]}
    assert verdicts(run()[1])["reports"] == "ok"


def test_a_webhook_without_a_secret_is_named(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack cannot sign a test then."""
    told = {"status": "not_configured", "message": "Secret x: current is not set.", "next": "Store it."}
    monkeypatch.setattr(aws, "invoke", lambda _, event: told if event["command"] == "sign_test" else aws.answer)
    monkeypatch.setattr(Stack, "invoke", lambda self, function, event: aws.invoke(function, event))
    code, shown = run()
    assert code == 1
    assert line(shown, "webhook").startswith("wrong: The webhook secret is not configured")
    assert "connector secrets set webhook" in line(shown, "webhook")


@pytest.fixture
def server() -> Iterator[http.server.HTTPServer]:
    """A web server that answers 418 with the signature it got."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(418)
            self.end_headers()
            self.wfile.write(json.dumps({"error": f"{self.headers['X-StarShipIT-Signature']} {body!r}"}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


def test_the_message_is_posted_with_its_signature(server: http.server.HTTPServer) -> None:
    """A status that is no success is an answer as well."""
    address = f"http://127.0.0.1:{server.server_address[1]}/webhooks/starshipit"
    status, answer = checks_webhook._post(address, '{"connector_test": "x"}', "abc")
    assert status == 418
    assert answer == {"error": 'abc b\'{"connector_test": "x"}\''}


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x", "http://no-such-host.invalid/x"])
def test_an_address_that_cannot_be_reached_is_told(aws: Aws, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Refused connections and names nobody knows."""
    monkeypatch.undo()
    monkeypatch.setattr(Stack, "client", lambda self, service: aws)
    monkeypatch.setattr(Stack, "invoke", lambda self, function, event: aws.invoke(function, event))
    monkeypatch.setattr(Stack, "webhook", address)
    code, told = run()
    assert code == 1
    assert line(told, "webhook").startswith(f"wrong: {address} cannot be reached from this computer (")
