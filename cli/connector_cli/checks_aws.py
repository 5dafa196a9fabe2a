"""What only AWS can tell of a stack: its state, its schedule, its consumers, its dead letters, its clock.

In: the stack, who paused what. Out: findings. Wrong: nothing is raised; what is denied is a finding that names the
permission. Nothing is changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from connector_cli.failures import Trouble
from connector_cli.finding import Finding, counted, looked, not_verifiable, ok, warning, wrong
from connector_cli.stack import Stack
from connector_cli.switches import Switch, switches
from connector_cli.words import moment

STACK, HAND_OFF, WRITE_BACK, CLOCK = "stack", "hand-off", "write-back", "this computer"
MOST_CLOCK_SECONDS = 60
# direction -> what it is called here, what waits for it
_CONSUMERS = {"orders": (HAND_OFF, "message"), "tracking": (WRITE_BACK, "report")}
# what it is called here -> its output, the direction a person pauses, what does not happen while it is off
_SCHEDULES = {
    "fetch schedule": ("FetchScheduleName", "fetch", "No order is fetched by itself."),
    "reconcile schedule": ("ReconcileScheduleName", "", "Missed labels and changed orders are not looked for."),
}
_LETTERS = {
    "order dead letters": "OrdersDeadLettersUrl",
    "tracking dead letters": "TrackingDeadLettersUrl",
}
_RUNS = {
    "missed runs": ("MissedRunsUrl", "The scheduler could not start"),
    "failed runs": ("FailedRunsUrl", "An error ended"),
}
_COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]

Pauses = Mapping[str, Mapping[str, Any]]


def check_aws(stack: Stack, pauses: Pauses) -> list[Finding]:
    """Every finding of this module. `pauses` says who paused which direction, and when."""
    looks: dict[str, Callable[[], Iterator[Finding]]] = {
        STACK: lambda: _stack(stack),
        **{
            about: _schedule_look(stack, about, pauses)
            for about, (output, *_) in _SCHEDULES.items()
            if output in stack.outputs
        },
        **{about: _consumer_look(stack, direction, pauses) for direction, (about, *_) in _CONSUMERS.items()},
        **{about: _letters_look(stack, about, output) for about, output in _LETTERS.items()},
        **{about: _runs_look(stack, about, *told) for about, told in _RUNS.items()},
        CLOCK: lambda: _clock(stack),
    }
    return [finding for about, look in looks.items() for finding in looked(about, look)]


def parameter(stack: Stack, name: str, default: str) -> str:
    """What the stack was deployed with."""
    given = {row["ParameterKey"]: row.get("ParameterValue", "") for row in stack.description.get("Parameters", [])}
    return str(given.get(name) or default)


def _stack(stack: Stack) -> Iterator[Finding]:
    """How the last deployment ended."""
    status = str(stack.description.get("StackStatus") or "unknown")
    why = str(stack.description.get("StackStatusReason") or "")
    told = f"{stack.name} in {stack.region} is {status}{f': {why}' if why else ''}."
    if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}:
        yield ok(STACK, told)
    elif status.endswith("_IN_PROGRESS"):
        yield warning(STACK, told, "A deployment is under way; check again when it is done.")
    elif status == "UPDATE_ROLLBACK_COMPLETE":
        then = "The last deployment failed and was taken back: read its events in CloudFormation, then deploy again."
        yield warning(STACK, told, then)
    else:
        yield wrong(STACK, told, "Read its events in CloudFormation, then deploy again.")


def _schedule_look(stack: Stack, about: str, pauses: Pauses) -> Callable[[], Iterator[Finding]]:
    return lambda: _schedule(stack, about, pauses)


def _schedule(stack: Stack, about: str, pauses: Pauses) -> Iterator[Finding]:
    """Whether a run is started by itself."""
    output, direction, means = _SCHEDULES[about]
    name = stack.outputs[output]
    resume = f"connector resume {direction}" if direction else f"enable {name} in EventBridge Scheduler"
    try:
        found = stack.client("scheduler").get_schedule(Name=name)
    except ClientError as exc:
        if exc.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        yield wrong(about, f"The schedule is gone. {means}", "Deploy the stack again.")
        return
    note = pauses.get(direction)
    if found.get("State", "ENABLED") == "ENABLED":
        yield _on(about, f"On: {found.get('ScheduleExpression')}.", direction, note)
    elif note:
        yield warning(about, f"Off: paused by {_noted(note)}. {means}", f"When it shall go on: {resume}.")
    elif parameter(stack, "SchedulesEnabled", "true") == "false":
        message = f"Off, as the stack was deployed with SchedulesEnabled=false. {means}"
        yield warning(about, message, "When orders shall go: deploy with SchedulesEnabled=true.")
    else:
        message = f"Off, and not by `connector pause`: somebody disabled it. {means}"
        yield wrong(about, message, f"When it shall go on: {resume}.")


def _consumer_look(stack: Stack, direction: str, pauses: Pauses) -> Callable[[], Iterator[Finding]]:
    return lambda: _consumer(stack, direction, pauses)


def _consumer(stack: Stack, direction: str, pauses: Pauses) -> Iterator[Finding]:
    """Whether a queue is read."""
    about, what = _CONSUMERS[direction]
    consumer = switches(stack)[direction]
    try:
        is_on = consumer.is_on()
    except Trouble as told:
        yield wrong(about, told.message, told.next)
        return
    note = pauses.get(direction)
    if is_on:
        yield _on(about, "On.", direction, note)
        return
    waits = _waiting(consumer, what)
    resume = f"When it shall go on: connector resume {direction}."
    if direction == "tracking" and parameter(stack, "DryRun", "false") == "true":
        yield ok(about, f"Off, as in every dry run. {waits}")
    elif note:
        yield warning(about, f"Off: paused by {_noted(note)}. {waits}", resume)
    else:
        yield wrong(about, f"Off, and not by `connector pause`: somebody disabled it. {waits}", resume)


def _on(about: str, told: str, direction: str, note: Mapping[str, Any] | None) -> Finding:
    """It runs, although a person may have noted a pause."""
    if not note:
        return ok(about, told)
    message = f"{told} Yet it is noted as paused by {_noted(note)}: somebody switched it on another way."
    return warning(about, message, f"Take the note away: connector resume {direction}; or pause it again.")


def _letters_look(stack: Stack, about: str, output: str) -> Callable[[], Iterator[Finding]]:
    def look() -> Iterator[Finding]:
        count = _count(stack, output)
        if not count:
            yield ok(about, "None.")
            return
        message = f"{counted(count, 'message')} could not be processed, nor its failure recorded."
        yield wrong(about, message, "Look, then give them back to their queue: connector redrive --list.")

    return look


def _runs_look(stack: Stack, about: str, output: str, why: str) -> Callable[[], Iterator[Finding]]:
    def look() -> Iterator[Finding]:
        count = _count(stack, output)
        if not count:
            yield ok(about, "None.")
            return
        message = f"{why} {counted(count, 'run')} within the last 14 days; the tick after it tried again."
        yield warning(about, message, "See what they say: connector redrive --list. Their log tells why.")

    return look


def _clock(stack: Stack) -> Iterator[Finding]:
    """This computer's clock beside AWS's: signed calls and every age shown here rest on it."""
    answer = _attributes(stack, "OrdersQueueUrl")
    header = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
    try:
        theirs = parsedate_to_datetime(header).timestamp()
    except (ValueError, TypeError):
        yield not_verifiable(CLOCK, "AWS told no time to compare its clock with.", "Nothing is to be done.")
        return
    ahead = time.time() - theirs
    if abs(ahead) <= MOST_CLOCK_SECONDS:
        yield ok(CLOCK, "Its clock agrees with AWS.")
    else:
        way = "ahead of" if ahead > 0 else "behind"
        message = f"Its clock is {abs(ahead):.0f} s {way} AWS: ages shown here are wrong by that."
        yield warning(CLOCK, message, "Set this computer's clock; the connector's own is AWS's.")


def _waiting(consumer: Switch, what: str) -> str:
    """How much waits in a queue that is not read; whoever may not look is told the rest all the same."""
    try:
        count = consumer.waiting()
    except ClientError:
        count = None
    if count is None:
        return f"Its {what}s wait in the queue, for 14 days."
    return f"{counted(count, what)} {'waits' if count == 1 else 'wait'} in the queue, for 14 days."


def _count(stack: Stack, output: str) -> int:
    """Messages of a queue, those being worked on and delayed ones as well."""
    attributes = _attributes(stack, output).get("Attributes", {})
    return sum(int(attributes.get(name) or 0) for name in _COUNTS)


def _attributes(stack: Stack, output: str) -> dict[str, Any]:
    answer: dict[str, Any] = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs[output], AttributeNames=_COUNTS
    )
    return answer


def _noted(note: Mapping[str, Any]) -> str:
    """Who paused it, and when, on this computer's clock."""
    at = int(note.get("at") or 0)
    return f"{note.get('by') or 'a person'}{f' on {moment(at)}' if at else ''}"
