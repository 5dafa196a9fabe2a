"""`connector pause` and `resume`: in which order note and switch change, and what a failure leaves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from connector_cli.commands import pause as module
from connector_cli.failures import Trouble
from connector_cli.stack import Stack
from connector_cli.switches import Consumer, Schedule

NOTE = {"by": "user/Mo", "at": 1_795_136_523}


class World:
    """The function's notes and AWS's switches; everything that changes is written down in its order."""

    def __init__(self) -> None:
        self.pauses: dict[str, dict[str, Any]] = {}
        self.on = {"orders": True, "tracking": True, "fetch": True}
        self.dry_run = False
        self.denied = False
        self.happened: list[str] = []

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """`note_pause`, as the function does it."""
        direction, paused = event.get("direction"), event.get("paused", False)
        if direction == "tracking" and not paused and self.dry_run:
            return {"status": "refused", "message": "In a dry run tracking is not consumed.", "next": "Deploy."}
        changed = bool(direction) and paused != (direction in self.pauses)
        if changed and direction:
            self.happened.append(f"{'note' if paused else 'forget'} {direction}")
            self.pauses = {**self.pauses, direction: NOTE} if paused else {}
        return {"status": "done", "pauses": self.pauses, "changed": changed, "dry_run": self.dry_run}


class Lever:
    """A switch of the world."""

    def __init__(self, world: World, name: str) -> None:
        self._world, self._name = world, name

    def is_on(self) -> bool:
        """Whether it is on."""
        return self._world.on[self._name]

    def turn(self, *, on: bool) -> bool:
        """Turn it, unless AWS denies it."""
        if self._world.denied:
            raise Trouble("Your AWS user may not do this.", code=3)
        self._world.happened.append(f"{self._name} {'on' if on else 'off'}")
        self._world.on[self._name] = on
        return True

    def waiting(self) -> int | None:
        """Nothing waits."""
        return 7 if self._name == "orders" else None


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Commands meet this world."""
    made = World()
    monkeypatch.setattr(Stack, "caller", "user/Kim")
    monkeypatch.setattr(Stack, "invoke", lambda self, function, event: made.invoke(event))
    monkeypatch.setattr(module, "switches", lambda stack: {name: Lever(made, name) for name in made.on})
    return made


def run(command: Any, *arguments: str) -> tuple[int, str]:
    """Exit code, and what was said."""
    result = CliRunner().invoke(command, list(arguments), env={"COLUMNS": "110", "TZ": "UTC"})
    if isinstance(result.exception, Trouble):
        return result.exception.code, result.exception.message
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_the_note_comes_first_and_goes_last(world: World) -> None:
    """Between the two a breaker that looks finds the person's pause in either case."""
    assert run(module.pause, "orders")[0] == 0
    assert run(module.resume, "orders")[0] == 0
    assert world.happened == ["note orders", "orders off", "orders on", "forget orders"]


def test_what_aws_denies_is_not_noted_either(world: World) -> None:
    """The consumer runs on, so nobody is told that it is paused; an older note stays."""
    world.denied = True
    assert run(module.pause, "orders") == (3, "Your AWS user may not do this.")
    assert (world.pauses, world.on["orders"]) == ({}, True)
    world.pauses = {"orders": NOTE}
    assert run(module.pause, "orders")[0] == 3
    assert world.pauses == {"orders": NOTE}


def test_a_resume_that_aws_denies_leaves_the_note(world: World) -> None:
    """It is still paused, and says by whom."""
    world.pauses, world.on["orders"], world.denied = {"orders": NOTE}, False, True
    assert run(module.resume, "orders")[0] == 3
    assert world.pauses == {"orders": NOTE}


def test_paused_twice_it_says_since_when_and_by_whom(world: World) -> None:
    """Nothing is switched; one that was noted but runs is switched off."""
    world.pauses, world.on["orders"] = {"orders": NOTE}, False
    code, said = run(module.pause, "orders")
    assert (code, world.happened) == (0, [])
    assert "is paused already, since 2026-1" in said
    assert "by user/Mo" in said
    world.on["orders"] = True
    assert "but ran; now it is switched off" in run(module.pause, "orders")[1]
    assert world.happened == ["orders off"]


def test_tracking_in_a_dry_run_is_not_switched_on(world: World) -> None:
    """Refused before anything is switched: its reports must wait."""
    world.dry_run, world.on["tracking"] = True, False
    code, said = run(module.resume, "tracking")
    assert (code, said, world.happened) == (1, "In a dry run tracking is not consumed.", [])
    assert run(module.pause, "tracking")[0] == 0
    assert world.happened == ["note tracking"]


def test_what_nobody_paused_is_told_so(world: World) -> None:
    """Running and resumed: nothing to do. Off without a note: switched on, and said."""
    assert "is not paused" in run(module.resume, "fetch")[1]
    world.on["fetch"] = False
    assert "though not by `connector pause`" in run(module.resume, "fetch")[1]
    assert world.happened == ["fetch on"]


def test_the_list_tells_what_is_so_and_what_was_noted(world: World) -> None:
    """Three directions, three states; names of people cannot steer the terminal."""
    world.pauses = {"orders": {"by": "user/\x1b[31mMo", "at": 0}}
    world.on |= {"tracking": False, "fetch": False}
    code, said = run(module.pause)
    assert code == 0
    assert "runs, though noted as paused since some time by user/ [31mMo" in " ".join(said.split())
    told = json.loads(run(module.pause, "--json")[1])["directions"]
    assert {name: row["running"] for name, row in told.items()} == {"orders": True, "tracking": False, "fetch": False}
    assert told["orders"]["waiting"] == 7
    world.dry_run = True
    assert "waits for the end of the dry run" in run(module.pause)[1]


class Lambda:
    """Event source mappings that take their time, or are being changed already."""

    class exceptions:  # noqa: N801
        """What boto3 offers."""

        class ResourceInUseException(Exception):
            """A change before this one is still being carried out."""

    def __init__(self, states: list[str], in_use: int = 0, mappings: int = 1) -> None:
        self.states, self.in_use, self.mappings = states, in_use, mappings
        self.asked: list[Any] = []

    def list_event_source_mappings(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        """The mapping in its next state; the last one stays."""
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return {"EventSourceMappings": [{"UUID": "u", "State": state}] * self.mappings}

    def update_event_source_mapping(self, **asked: Any) -> None:
        """Take the change, unless another is being carried out."""
        if self.in_use:
            self.in_use -= 1
            raise self.exceptions.ResourceInUseException
        self.asked.append(asked)


class FakeStack:
    """A stack with one client."""

    outputs = {"F": "f", "FetchScheduleName": "tick"}  # noqa: RUF012

    def __init__(self, client: Any) -> None:
        self._client = client

    def client(self, _: str) -> Any:
        """The client."""
        return self._client


def consumer(client: Lambda) -> Consumer:
    """A consumer with this client."""
    return Consumer(FakeStack(client), "F", "Q")  # type: ignore[arg-type]


def test_aws_is_waited_for_until_it_has_switched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change takes AWS some seconds, one before it too; after a minute the person is told that it lasts."""
    now = [0.0]
    monkeypatch.setattr("connector_cli.switches.time.monotonic", lambda: now[0])
    monkeypatch.setattr("connector_cli.switches.time.sleep", lambda s: now.__setitem__(0, now[0] + s))
    client = Lambda(["Enabled", "Enabled", "Enabled", "Disabling", "Disabled"], in_use=2)
    assert consumer(client).turn(on=False)
    assert client.asked == [{"UUID": "u", "Enabled": False}]
    assert not consumer(Lambda(["Disabling"])).turn(on=False)
    assert now[0] < 70
    with pytest.raises(Lambda.exceptions.ResourceInUseException):
        consumer(Lambda(["Updating"], in_use=1000)).turn(on=False)


def test_a_function_without_consumer_is_a_sentence() -> None:
    """A stack that was changed by hand."""
    with pytest.raises(Trouble, match="Nothing hands messages to the function f"):
        consumer(Lambda(["Enabled"], mappings=0)).is_on()


class Scheduler:
    """A schedule with everything AWS tells of one."""

    def __init__(self) -> None:
        self.stored: dict[str, Any] = {
            "Name": "tick",
            "State": "ENABLED",
            "GroupName": "default",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": "a", "RetryPolicy": {"MaximumRetryAttempts": 2}},
        }

    def get_schedule(self, Name: str) -> dict[str, Any]:  # noqa: N803
        """With what an update does not take."""
        return {**self.stored, "Arn": "arn", "CreationDate": 1, "LastModificationDate": 2, "ResponseMetadata": {}}

    def update_schedule(self, **given: Any) -> None:
        """Whatever is left out is gone, as on AWS."""
        assert not given.keys() & {"Arn", "CreationDate", "LastModificationDate", "ResponseMetadata"}
        self.stored = given


def test_a_schedule_keeps_everything_but_its_state() -> None:
    """Target, retries, window: all are sent back."""
    client = Scheduler()
    before, schedule = dict(client.stored), Schedule(FakeStack(client))  # type: ignore[arg-type]
    assert schedule.is_on()
    schedule.turn(on=False)
    assert client.stored == {**before, "State": "DISABLED"}
    assert not schedule.is_on()
