"""The web-hook: who is let in, what is taken, and that 200 means "safely queued"."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.flows.bench import TRACKING, WEBHOOK_SECRET, Bench, _load
from tests.flows.conftest import MakeBench
from tests.flows.tracking import hand_over, say, signed

GOOD: dict[str, Any] = {
    "order_number": "1045872",
    "order_reference": "1045872",
    "carrier_name": "Australia Post",
    "carrier_service": "7D55",
    "shipment_date": "2026-06-01T05:40:12.3104471Z",
    "tracking_number": "34ABC0000001",
    "tracking_status": "Printed",
    "last_updated_date": "2026-06-01T08:00:03Z",
}
BODY = json.dumps(GOOD).encode()
DIGEST = hmac.new(WEBHOOK_SECRET.encode(), BODY, hashlib.sha256)
NEW = "obviously-fake-newer-secret"


def queued(bench: Bench) -> list[dict[str, Any]]:
    """The reports in the tracking queue."""
    return [json.loads(message.body) for message in bench.sqs.queues.get(TRACKING, [])]


def answered(answer: dict[str, Any]) -> tuple[int, dict[str, str]]:
    """Status and decoded body."""
    assert answer["headers"] == {"content-type": "application/json"}
    return answer["statusCode"], json.loads(answer["body"])


@pytest.mark.parametrize(
    "signature",
    [
        DIGEST.hexdigest(),
        DIGEST.hexdigest().upper(),
        f"sha256={DIGEST.hexdigest()}",
        f"SHA256={DIGEST.hexdigest()}",
        base64.b64encode(DIGEST.digest()).decode(),
        f" {DIGEST.hexdigest()} ",
    ],
    ids=["hex", "upper", "prefixed", "prefix in capitals", "base64", "blanks"],
)
@pytest.mark.parametrize("header", ["X-Starshipit-Signature", "x-starshipit-signature", "X-STARSHIPIT-SIGNATURE"])
def test_a_genuine_signature_is_taken_in_every_form(bench: Bench, header: str, signature: str) -> None:
    """Hex in either case, with a prefix, base64, the header in any case: 200, and the report is in the queue."""
    assert answered(bench.post(BODY, {header: signature})) == (200, {"status": "queued"})
    assert [report["tracking_number"] for report in queued(bench)] == ["34ABC0000001"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-starshipit-signature": ""},
        {"x-starshipit-signature": None},
        {"x-starshipit-signature": "sha256="},
        {"x-starshipit-signature": "0" * 64},
        {"x-starshipit-signature": DIGEST.hexdigest()[:-1] + ("0" if DIGEST.hexdigest()[-1] != "0" else "1")},
        {"x-starshipit-signature": DIGEST.hexdigest()[:63]},
        {"x-starshipit-signature": "ü" * 64},
        {"x-starshipit-signature": "\ud800" * 64},
        {"x-starshipit-signature": hmac.new(b"", BODY, hashlib.sha256).hexdigest()},
        {"x-starshipit-signature": hmac.new(b"other", BODY, hashlib.sha256).hexdigest()},
        None,
    ],
)
def test_an_unsigned_or_wrongly_signed_report_is_refused(bench: Bench, headers: Any) -> None:
    """401 with a short reason, and nothing is queued; an empty `previous` secret opens no door."""
    event = {"headers": headers, "body": BODY.decode(), "isBase64Encoded": False}
    status, body = answered(bench.invoke("receive_tracking", event))
    assert (status, body) == (401, {"error": "the signature is missing or wrong"})
    assert queued(bench) == []
    assert bench.telemetry.metrics["SignatureRefused"] == 1


def test_the_signature_covers_the_raw_bytes(bench: Bench) -> None:
    """The same JSON with another blank in it is another body: 401."""
    respaced = BODY.replace(b": ", b":  ", 1)
    assert bench.post(respaced, {"x-starshipit-signature": DIGEST.hexdigest()})["statusCode"] == 401


def test_a_base64_encoded_event_is_checked_as_the_bytes_it_stands_for(bench: Bench) -> None:
    """API Gateway may encode the body: the signature is over the bytes, and a broken encoding is refused."""
    event = {"headers": signed(BODY), "body": base64.b64encode(BODY).decode(), "isBase64Encoded": True}
    assert bench.invoke("receive_tracking", event)["statusCode"] == 200
    assert bench.invoke("receive_tracking", {**event, "body": "%%%"})["statusCode"] == 401
    assert bench.invoke("receive_tracking", {**event, "body": "é"})["statusCode"] == 401
    assert len(queued(bench)) == 1


def test_current_and_previous_secret_are_both_valid(bench: Bench) -> None:
    """During a rotation messages signed with either secret are taken."""
    bench.secrets.store("webhook", current=NEW, previous=WEBHOOK_SECRET)
    for secret in (NEW, WEBHOOK_SECRET):
        assert bench.post(BODY, signed(BODY, secret))["statusCode"] == 200


def test_a_rotation_takes_effect_without_a_cold_start(bench: Bench) -> None:
    """A running function accepts the new secret with its first message, and soon refuses one that was withdrawn."""
    keep = Warm(bench)
    assert keep.post(signed(BODY)) == 200
    bench.clock.pass_time(20)
    bench.secrets.store("webhook", current=NEW, previous=WEBHOOK_SECRET)
    assert keep.post(signed(BODY, NEW)) == 200
    assert keep.post(signed(BODY)) == 200
    bench.secrets.store("webhook", current=NEW)
    bench.clock.pass_time(301)
    assert keep.post(signed(BODY)) == 401


def test_forged_messages_do_not_read_the_secret_each_time(bench: Bench) -> None:
    """A thousand forgeries in one moment cost at most two readings of the secret."""
    keep = Warm(bench)
    for _ in range(1000):
        assert keep.post({"x-starshipit-signature": "0" * 64}) == 401
    assert len(bench.secrets.reads) <= 2


@pytest.mark.parametrize(
    ("secret", "status"),
    [
        ({"current": "REPLACE_ME", "previous": ""}, 503),
        ({"current": "REPLACE_ME with the secret", "previous": WEBHOOK_SECRET}, 503),
        ({"current": "", "previous": WEBHOOK_SECRET}, 503),
        ({"previous": WEBHOOK_SECRET}, 503),
        ({"current": WEBHOOK_SECRET, "previous": "REPLACE_ME"}, 200),
        ({"current": WEBHOOK_SECRET}, 200),
    ],
)
def test_a_placeholder_secret_is_no_secret(bench: Bench, secret: dict[str, str], status: int) -> None:
    """While the secret is not stored every message is answered 503 "not configured", the unsigned ones too."""
    bench.secrets.store("webhook", **secret)
    assert bench.post(BODY, signed(BODY))["statusCode"] == status
    if status == 503:
        assert answered(bench.post(BODY, signed(BODY, "REPLACE_ME")))[0] == 503
        assert answered(bench.post(BODY, {})) == (503, {"error": "the webhook secret is not configured"})
        assert queued(bench) == []


def _without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name not in names}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the body is not JSON"),
        (b"tracking_number=1", "the body is not JSON"),
        (b'{"tracking_number": "34AB', "the body is not JSON"),
        (BODY[:20] + b"\xff\xfe" + BODY[20:], "the body is not JSON"),
        (BODY.decode().encode("utf-16"), "the body is not JSON"),
        (b"[" * 100_000, "the body is not JSON"),
        (b'{"tracking_number": ' + b"1" * 5000 + b"}", "the body is not JSON"),
        (b"null", "the body is not a JSON object"),
        (b'"text"', "the body is not a JSON object"),
        (json.dumps([GOOD]).encode(), "the body is not a JSON object"),
        (b"{}", "tracking_number is missing"),
        (json.dumps(_without("tracking_number")).encode(), "tracking_number is missing"),
        (json.dumps(GOOD | {"tracking_number": None}).encode(), "tracking_number is missing"),
        (json.dumps(GOOD | {"tracking_number": " "}).encode(), "tracking_number is missing"),
        (json.dumps(GOOD | {"tracking_number": ["34ABC"]}).encode(), "tracking_number is missing"),
        (json.dumps(GOOD | {"tracking_number": {"a": 1}}).encode(), "tracking_number is missing"),
        (json.dumps(GOOD | {"tracking_number": True}).encode(), "tracking_number is missing"),
        (json.dumps(_without("tracking_status")).encode(), "tracking_status is missing"),
        (
            json.dumps(_without("order_number", "order_reference")).encode(),
            "order_number and order_reference are missing",
        ),
        (json.dumps(GOOD | {"tracking_number": "3" * 101}).encode(), "tracking_number is longer than 100 characters"),
        (json.dumps(GOOD | {"order_number": "3" * 101}).encode(), "order_number is longer than 100 characters"),
        (json.dumps(GOOD | {"order_reference": "3" * 101}).encode(), "order_reference is longer than 100 characters"),
        (json.dumps(GOOD | {"tracking_number": "34\ud800"}).encode(), "tracking_number holds half a character"),
    ],
)
def test_a_bad_body_is_refused_with_a_short_reason(bench: Bench, body: bytes, reason: str) -> None:
    """400 with one short JSON sentence that repeats nothing of the body; nothing is queued."""
    encoded = base64.b64encode(body).decode()
    event = {"headers": signed(body), "body": encoded, "isBase64Encoded": True}
    assert answered(bench.invoke("receive_tracking", event)) == (400, {"error": reason})
    assert queued(bench) == []
    assert bench.telemetry.metrics["MalformedReport"] == 1


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (_without("order_reference"), {"order_number": "1045872"}),
        (_without("order_number"), {"reference": "1045872"}),
        (GOOD | {"order_number": 1045872, "tracking_number": 340001}, {"tracking_number": "340001"}),
        (GOOD | {"carrier_name": None, "shipment_date": None, "carrier_service": None}, {"order_number": "1045872"}),
        (GOOD | {"tracking_url": "https://example.com/x", "events": []}, {"status": "Printed"}),
        (_without("order_reference") | {"reference": "1045872"}, {"reference": "1045872"}),
        (
            {"order": {"order_number": "1045872", "tracking_number": "other"}, **_without("order_number")},
            {"order_number": "1045872", "tracking_number": "34ABC0000001"},
        ),
        ({"order": GOOD}, {"order_number": "1045872", "reference": "1045872", "tracking_number": "34ABC0000001"}),
        ({**GOOD, "order_number": None, "order": {"order_number": "1045872"}}, {"order_number": "1045872"}),
        (GOOD | {"order": "1045872"}, {"order_number": "1045872"}),
        (GOOD | {"tracking_status": "Lost In Space"}, {"status": "Lost In Space"}),
        (GOOD | {"carrier_name": "C" * 300}, {"carrier": "C" * 100}),
        (GOOD | {"tracking_number": " 34ABC0000001 "}, {"tracking_number": "34ABC0000001"}),
    ],
)
def test_what_the_contract_tolerates_is_taken(bench: Bench, changed: dict[str, Any], expected: dict[str, str]) -> None:
    """Absent reference, numbers for text, null, more fields, a nested order, a long carrier: 200 and queued."""
    body = json.dumps(changed).encode()
    assert bench.post(body, signed(body))["statusCode"] == 200
    [report] = queued(bench)
    assert {name: report.get(name) for name in expected} == expected


def test_a_byte_order_mark_and_foreign_letters_are_read(bench: Bench) -> None:
    """A .NET sender may put a mark in front of the JSON; names are not ASCII."""
    body = b"\xef\xbb\xbf" + json.dumps(GOOD | {"carrier_name": "Pošta 🚚"}, ensure_ascii=False).encode()
    assert bench.post(body, signed(body))["statusCode"] == 200
    assert queued(bench)[0]["carrier"] == "Pošta 🚚"


def test_a_body_with_half_a_character_is_answered(bench: Bench) -> None:
    """An event whose body is no valid text at all ends as 401, never as an error of ours."""
    event = {"headers": {"x-starshipit-signature": "0" * 64}, "body": "\ud800", "isBase64Encoded": False}
    assert bench.invoke("receive_tracking", event)["statusCode"] == 401
    for odd in ({}, {"headers": None, "body": None}, {"headers": {}, "body": 5, "isBase64Encoded": None}):
        assert bench.invoke("receive_tracking", odd)["statusCode"] == 401


@pytest.mark.parametrize("failures", [2, 3])
def test_a_report_sqs_does_not_take_is_not_acknowledged(bench: Bench, failures: int) -> None:
    """SQS names the message as failed, twice: 503, so that the vendor can send it again; nothing is lost silently."""
    bench.sqs.refuse = failures
    assert bench.post(BODY, signed(BODY))["statusCode"] == 503
    assert queued(bench) == []
    assert bench.telemetry.metrics["ReportNotQueued"] == 1


def test_one_failure_of_sqs_is_repeated(bench: Bench) -> None:
    """SQS fails once inside a success: the message is sent again, 200, and it is there once."""
    bench.sqs.refuse = 1
    assert bench.post(BODY, signed(BODY))["statusCode"] == 200
    assert len(queued(bench)) == 1


@pytest.mark.parametrize("broken", ["sqs", "secretsmanager"])
def test_an_aws_error_is_a_503_that_says_nothing(bench: Bench, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQS or Secrets Manager raise: 503, no stack trace and no name in the answer, the place of it in the log."""

    def fail(**_: Any) -> None:
        raise ConnectionError(f"{GOOD} at https://sqs.example.com/secret-queue")

    if broken == "sqs":
        monkeypatch.setattr(bench.sqs, "send_message_batch", fail)
    else:
        monkeypatch.setattr(bench.secrets, "get_secret_value", fail)
    answer = answered(bench.post(BODY, signed(BODY)))
    assert answer == (503, {"error": "the report could not be taken; send it again"})
    [failed] = [facts for event, facts in bench.telemetry.notes if event == "invocation_failed"]
    assert "34ABC" not in str(failed)
    assert "ConnectionError at" in str(failed["error"])


def test_a_stack_without_its_queue_is_a_503(make_bench: MakeBench) -> None:
    """A variable of the template is missing: 503 to the vendor, one sentence in the log."""
    bench = make_bench(TRACKING_QUEUE_URL="")
    assert bench.post(BODY, signed(BODY))["statusCode"] == 503
    assert "TRACKING_QUEUE_URL" in str(bench.telemetry.notes)


def test_the_answer_waits_for_no_table_and_no_vendor(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The web-hook touches neither DynamoDB nor a vendor."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    calls = len(bench.sellercloud.calls), len(bench.starshipit.calls)
    monkeypatch.setattr(bench, "dynamodb", None)
    bench.wire.on_send = lambda *_: pytest.fail("a vendor was called")
    assert bench.deliver_webhooks() == 1
    assert (len(bench.sellercloud.calls), len(bench.starshipit.calls)) == calls


def test_the_queue_message_holds_nothing_but_the_report(bench: Bench) -> None:
    """Whatever else a body holds, a name or an address, stays out of the queue and out of the log (I7)."""
    say(bench, "34ABC0000001", "Printed", 1045872, destination={"name": "Priya Raman"}, customer="Priya Raman")
    assert len(queued(bench)) == 1
    assert "Priya" not in str(bench.sqs.bodies)
    assert "Priya" not in str(bench.telemetry.notes)


class Warm:
    """One environment of the web-hook that is used again and again."""

    def __init__(self, bench: Bench) -> None:
        self._module = _load("receive_tracking")
        self._module.runtime = bench.runtime()  # type: ignore[attr-defined]
        self._bench = bench

    def post(self, headers: dict[str, str]) -> int:
        """One message; the status of its answer."""
        event = {"headers": headers, "body": BODY.decode(), "isBase64Encoded": False}
        status: int = self._module.handler(event, self._bench.context())["statusCode"]
        return status


def test_a_signed_test_is_answered_as_a_test_and_nothing_else_happens(bench: Bench) -> None:
    """What `sign_test` made is told from a report: 200, its own words back, nothing queued, nothing counted as one."""
    made = bench.ask("sign_test")
    answer = bench.post(made["body"].encode(), {"x-starshipit-signature": made["signature"]})
    assert answered(answer) == (200, {"status": "test", **json.loads(made["body"])})
    assert queued(bench) == []
    assert bench.telemetry.metrics == {"TestReceived": 1}
    assert bench.ask("sign_test")["body"] != made["body"], "new each time"


@pytest.mark.parametrize("secret", [WEBHOOK_SECRET, NEW])
def test_a_test_is_signed_with_the_secret_that_is_stored_now(bench: Bench, secret: str) -> None:
    """Right after a rotation the new secret is used, and taken."""
    bench.ask("sign_test")
    bench.secrets.store("webhook", current=secret, previous="obviously-fake-older-secret")
    made = bench.ask("sign_test")
    assert made["signature"] == signed(made["body"].encode(), secret)["X-Starshipit-Signature"]
    assert bench.post(made["body"].encode(), {"x-starshipit-signature": made["signature"]})["statusCode"] == 200


def test_a_test_with_a_wrong_signature_is_refused_as_ever(bench: Bench) -> None:
    """401: a test proves the secret, so it must not pass without."""
    body = b'{"connector_test": "5f0c3c1d"}'
    assert bench.post(body, {"x-starshipit-signature": "0" * 64})["statusCode"] == 401
    assert bench.post(body, signed(body, "obviously-another-secret"))["statusCode"] == 401
    assert "TestReceived" not in bench.telemetry.metrics


def test_no_test_is_signed_with_a_placeholder(bench: Bench) -> None:
    """Not configured, in a sentence; the secret is not in it."""
    bench.secrets.store("webhook", current="REPLACE_ME", previous="")
    answer = bench.ask("sign_test")
    assert answer["status"] == "not_configured"
    assert "body" not in answer


@pytest.mark.parametrize(
    ("odd", "status"),
    [
        ({**GOOD, "connector_test": "x"}, 200),
        ({"connector_test": 5}, 400),
        ({"connector_test": None}, 400),
        ({"connector_test": {"connector_test": "x"}}, 400),
        (["connector_test"], 400),
        ("connector_test", 400),
    ],
)
def test_what_only_looks_like_a_test_is_a_report_or_a_bad_body(bench: Bench, odd: Any, status: int) -> None:
    """A report that happens to hold the key is queued; a tracking number is never answered away."""
    body = json.dumps(odd).encode()
    assert bench.post(body, signed(body))["statusCode"] == status
    assert len(queued(bench)) == (status == 200)
    assert "TestReceived" not in bench.telemetry.metrics


def test_a_test_of_endless_length_is_answered_shortly(bench: Bench) -> None:
    """Nothing of any length is sent back."""
    body = json.dumps({"connector_test": "x" * 100_000}).encode()
    assert len(bench.post(body, signed(body))["body"]) < 200
