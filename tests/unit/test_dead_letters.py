"""Dead letters as the command line handles them: each given back once, none lost, whoever dies on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from connector_cli.letters import Box, Letter, described


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """SQS with a work queue and its dead letters."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "obviously-fake")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr("connector_cli.letters._WAIT_SECONDS", 0)
    with mock_aws():
        client = boto3.client("sqs", region_name="us-east-1")
        for name in ("dead", "work"):
            client.create_queue(QueueName=name)
        yield client


def _url(sqs: Any, name: str) -> str:
    return str(sqs.get_queue_url(QueueName=name)["QueueUrl"])


def _box(sqs: Any) -> Box:
    return Box(sqs, "orders", _url(sqs, "dead"), _url(sqs, "work"))


def _post(sqs: Any, count: int, reason: str = "") -> None:
    attributes = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
    for number in range(count):
        sqs.send_message(QueueUrl=_url(sqs, "dead"), MessageBody=f"{reason}{number}", MessageAttributes=attributes)


def _bodies(sqs: Any, name: str) -> list[str]:
    """What can be received, sorted."""
    found: list[str] = []
    while messages := sqs.receive_message(QueueUrl=_url(sqs, name), MaxNumberOfMessages=10).get("Messages"):
        found += [message["Body"] for message in messages]
    return sorted(found)


@pytest.mark.parametrize("count", [0, 1, 10, 25])
def test_every_letter_goes_back_once(sqs: Any, count: int) -> None:
    """None, one, a full batch, several batches: body by body, and nothing is left or hidden."""
    _post(sqs, count)
    box = _box(sqs)
    assert box.count() == (count, 0)
    back = [letter for letters in box.take(count) for letter in box.give_back(letters)]
    assert len(back) == count
    assert _bodies(sqs, "work") == sorted(str(number) for number in range(count))
    assert box.count() == (0, 0)


def test_a_letter_that_comes_back_is_not_waited_for(sqs: Any) -> None:
    """Whatever is given back fails at once and is a dead letter again: the run ends all the same."""
    _post(sqs, 12)
    box = _box(sqs)
    seen = 0
    for letters in box.take(12):
        seen += len(box.give_back(letters))
        _post(sqs, len(letters))
    assert seen == 12
    assert box.count()[0] == 12


def test_what_the_work_queue_does_not_accept_stays_a_letter(sqs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is a success names one of three as failed: that one is not deleted."""
    _post(sqs, 3)
    box = _box(sqs)
    send = sqs.send_message_batch

    def short(QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803 - as boto3 names them
        send(QueueUrl=QueueUrl, Entries=Entries[1:])
        return {"Failed": [{"Id": Entries[0]["Id"], "Code": "InternalError", "SenderFault": False}]}

    monkeypatch.setattr(sqs, "send_message_batch", short)
    [letters] = box.take(3)
    back = box.give_back(letters)
    assert len(back) == 2
    box.leave([letter for letter in letters if letter not in back])
    assert (len(_bodies(sqs, "work")), len(_bodies(sqs, "dead"))) == (2, 1)


def test_killed_between_sending_and_deleting_nothing_is_lost(sqs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The letter is there twice, in both queues: a duplicate, which does no harm."""
    _post(sqs, 1)
    box = _box(sqs)
    [letters] = box.take(1)
    monkeypatch.setattr(sqs, "delete_message", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        box.give_back(letters)
    box.leave(letters)
    assert (_bodies(sqs, "work"), _bodies(sqs, "dead")) == (["0"], ["0"])


def test_a_letter_held_for_too_long_is_not_counted_as_deleted(sqs: Any) -> None:
    """Its receipt is not valid any more; AWS's other refusals are raised."""
    box = _box(sqs)
    stale = Letter("no such receipt", "0", "", 0)
    assert box.delete([stale]) == 0
    box.leave([stale])
    gone = Box(sqs, "orders", _url(sqs, "dead") + "-not-there")
    with pytest.raises(ClientError):
        gone.count()


def test_malformed_letters_show_their_reason_and_their_age(sqs: Any) -> None:
    """As the functions set them aside."""
    _post(sqs, 1, "not a page of orders")
    [[letter]] = _box(sqs).take(1)
    assert letter.reason == "not a page of orders"
    assert letter.sent_at > 1_700_000_000


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"orders": [[1, 2], [3, 4]], "correlation_id": "x"}, "orders 1, 3"),
        ({"orders": [[number, 1] for number in range(1, 51)]}, "orders 1, 2, 3, 4, 5 and 45 more"),
        ({"orders": [None, "x", []]}, "orders "),
        ({"orders": None}, '{"orders": null}'),
        ({"tracking_number": "T1", "status": "Printed", "reference": "7"}, "label T1 Printed, order 7"),
        ({"tracking_number": "T1"}, "label T1 , order not named"),
        ({"responsePayload": {"errorMessage": "it fell over"}}, "a run failed: it fell over"),
        ({"responsePayload": None, "requestContext": {"condition": "EventAgeExceeded"}}, "EventAgeExceeded"),
        ({"responsePayload": {"errorMessage": "x" * 900}}, "a run failed: xxx"),
        ([1], "[1]"),
        (None, "null"),
        ("x" * 900, "xxx"),
    ],
)
def test_what_a_letter_is_about(body: object, words: str) -> None:
    """One line, whatever it holds."""
    told = described(Letter("r", json.dumps(body), "", 0))
    assert words in told
    assert len(told) <= 160


def test_what_is_no_json_is_said_so() -> None:
    """And not shown: nobody knows what it holds."""
    for body in ("", "not ours", "{", "\ud800", "[" * 100_000):
        assert described(Letter("r", body, "", 0)) == "not JSON"
