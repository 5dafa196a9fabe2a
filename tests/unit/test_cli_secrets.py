"""Secrets from standard input, and what of them may ever be seen."""

from __future__ import annotations

import io
from typing import Any

import pytest
from botocore.exceptions import ClientError

from connector_cli.asking import Field, ask_for, hide
from connector_cli.failures import Trouble
from connector_cli.stored import StoredSecret

FIELDS = (Field("username", "User", hidden=False), Field("password", "Password"))
GOOD = '{"username": " sync@example.com ", "password": "obviously-fake"}'


def asked(monkeypatch: pytest.MonkeyPatch, typed: str, *fields: Field) -> dict[str, str]:
    """What is read from standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return ask_for(fields or FIELDS, from_stdin=True)


def test_one_object_is_read_and_blanks_around_are_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pasted blank is no part of a password."""
    assert asked(monkeypatch, GOOD) == {"username": "sync@example.com", "password": "obviously-fake"}
    assert asked(monkeypatch, "{}", Field("current", "Secret", optional=True)) == {"current": ""}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "is not one JSON object with username, password"),
        ("obviously-a-password", "is not one JSON object"),
        ('["obviously"]', "is not one JSON object"),
        ("null", "is not one JSON object"),
        ("[" * 50_000, "is not one JSON object"),
        (GOOD + GOOD, "is not one JSON object"),
        ('{"username": "a", "password": 5}', "each a text"),
        ('{"username": "a", "password": null}', "each a text"),
        ('{"username": "a", "password": ["obviously"]}', "each a text"),
        ('{"username": "a", "pasword": "obviously"}', "and nothing else"),
        ('{"username": "a"}', "password is empty"),
        ('{"username": "  ", "password": "obviously"}', "username is empty"),
        ('{"username": "a", "password": "REPLACE_ME"}', "still the placeholder"),
        ('{"username": "a", "password": "obviously\\nfake"}', "a line break"),
        ('{"username": "a", "password": "obviously\\u0000"}', "a line break"),
        ('{"username": "a", "password": "%s"}' % ("obviously" * 1000), "or is endless"),
    ],
)
def test_what_cannot_be_a_secret_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, typed: str, words: str
) -> None:
    """Wrong usage, named by its field."""
    with pytest.raises(Trouble) as raised:
        asked(monkeypatch, typed)
    assert words in raised.value.message
    assert raised.value.code == 2
    assert "obviously" not in raised.value.message + raised.value.next


def test_a_vendors_words_never_repeat_what_was_typed() -> None:
    """The password is taken out; the user name may be read, and short words stay."""
    values = {"username": "sync@example.com", "password": "obviously-fake"}
    said = hide("sync@example.com / obviously-fake is wrong", FIELDS, values)
    assert said == "sync@example.com / ••• is wrong"
    assert hide("a wrong password", FIELDS, {**values, "password": "a"}) == "a wrong password"


class Manager:
    """Secrets Manager that refuses to move a stage from a version that does not have it."""

    def __init__(self) -> None:
        self.stages = {"one": ["AWSCURRENT"]}

    def describe_secret(self, SecretId: str) -> dict[str, Any]:  # noqa: N803
        """Versions with their stages."""
        return {"VersionIdsToStages": {version: names for version, names in self.stages.items() if names}}

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:  # noqa: N803
        """Nothing that is an object of texts."""
        return {"SecretString": '["obviously"]'}

    def put_secret_value(self, **asked: Any) -> dict[str, str]:
        """A new version with its stages."""
        self.stages[asked["ClientRequestToken"]] = list(asked["VersionStages"])
        return {"VersionId": asked["ClientRequestToken"]}

    def update_secret_version_stage(
        self,
        *,
        SecretId: str,  # noqa: N803
        VersionStage: str,  # noqa: N803
        MoveToVersionId: str = "",  # noqa: N803
        RemoveFromVersionId: str = "",  # noqa: N803
    ) -> None:
        """Move a stage, as AWS does it."""
        if RemoveFromVersionId:
            if VersionStage not in self.stages[RemoveFromVersionId]:
                raise ClientError({"Error": {"Code": "InvalidParameterException"}}, "UpdateSecretVersionStage")
            self.stages[RemoveFromVersionId].remove(VersionStage)
        if MoveToVersionId:
            self.stages[MoveToVersionId].append(VersionStage)


class FakeStack:
    """A stack with one secret."""

    outputs = {"Out": "the-secret"}  # noqa: RUF012

    def __init__(self) -> None:
        self.manager = Manager()

    def client(self, _: str) -> Manager:
        """Secrets Manager."""
        return self.manager


def test_a_version_stored_meanwhile_is_not_overwritten() -> None:
    """Two people at once: the second is told, and the proposal is taken back."""
    stack = FakeStack()
    mine, theirs = (StoredSecret(stack, "Out") for _ in range(2))  # type: ignore[arg-type]
    before = mine.current()
    other = theirs.propose({"current": "obviously-theirs"})
    theirs.accept(other, before)
    version = mine.propose({"current": "obviously-mine"})
    with pytest.raises(Trouble, match="Somebody else"):
        mine.accept(version, before)
    assert mine.current() == other
    assert stack.manager.stages[version] == []


def test_what_is_stored_and_no_object_is_read_as_nothing() -> None:
    """A person stored something else by hand: it is replaced, not choked on."""
    assert StoredSecret(FakeStack(), "Out").values() == {}  # type: ignore[arg-type]
