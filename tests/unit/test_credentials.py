"""Credentials: placeholders and refused versions never reach a vendor."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector.credentials import Secret, VendorCredentials
from connector.errors import CredentialsRefused, NotConfigured
from tests.fakes import FakeClock


class FakeSecretsManager:
    """One secret, as text, with a version that grows."""

    def __init__(self, text: str) -> None:
        self.text, self.version, self.reads = text, 1, 0

    def store(self, **values: str) -> None:
        """A new version."""
        self.text, self.version = json.dumps(values), self.version + 1

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:  # noqa: N803
        """The newest version."""
        assert SecretId == "the-secret"
        self.reads += 1
        return {"SecretString": self.text, "VersionId": f"v{self.version}"}


class FakeRecords:
    """The ledger's records, shared by all environments."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def get(self, kind: str, name: str) -> dict[str, Any]:
        """One record."""
        return self.kept.get(f"{kind}#{name}", {})

    def put(self, kind: str, name: str, values: dict[str, Any]) -> None:
        """Store one record."""
        self.kept[f"{kind}#{name}"] = values


def make(text: str, clock: FakeClock | None = None) -> tuple[Secret, FakeSecretsManager]:
    """A secret with the two fields of a login."""
    manager = FakeSecretsManager(text)
    return Secret(manager, "the-secret", ("username", "password"), clock or FakeClock()), manager


GOOD = json.dumps({"username": "sync@example.com", "password": "obviously-fake"})


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"username": "sync@example.com", "password": "REPLACE_ME"}),
        json.dumps({"username": "sync@example.com", "password": "  "}),
        json.dumps({"username": "sync@example.com", "password": None}),
        json.dumps({"username": "sync@example.com"}),
        json.dumps(["sync@example.com", "obviously-fake"]),
        "obviously-fake",
        "",
    ],
)
def test_a_placeholder_or_an_incomplete_secret_is_not_configured(text: str) -> None:
    """The message names the secret and what it needs, and shows no value."""
    secret, _ = make(text)
    with pytest.raises(NotConfigured, match="the-secret") as refusal:
        secret.values()
    assert "password" in str(refusal.value)
    assert "obviously-fake" not in str(refusal.value)
    assert "sync@example.com" not in str(refusal.value)


def test_a_secret_is_read_once_and_again_after_five_minutes() -> None:
    """A warm environment does not ask Secrets Manager for every call, and a new version reaches it by itself."""
    clock = FakeClock()
    secret, manager = make(GOOD, clock)
    assert [secret.values()["password"] for _ in range(3)] == ["obviously-fake"] * 3
    assert manager.reads == 1
    manager.store(username="sync@example.com", password="newer")
    clock.pass_time(301)
    assert secret.values()["password"] == "newer"


def test_a_refused_version_is_remembered_for_every_environment() -> None:
    """Accounts lock: what one function was refused, no other tries again."""
    records: Any = FakeRecords()
    secret, _ = make(GOOD)
    first = VendorCredentials("sellercloud", secret, records)
    first.get()
    assert first.refused() is False
    other, manager = make(GOOD)
    with pytest.raises(CredentialsRefused):
        VendorCredentials("sellercloud", other, records).get()
    assert manager.reads == 2, "the secret is read again once, in case a person has changed it meanwhile"


def test_a_new_version_is_tried_by_itself() -> None:
    """When a person stores the right password, the next call uses it without anything else to do."""
    records: Any = FakeRecords()
    secret, manager = make(GOOD)
    credentials = VendorCredentials("sellercloud", secret, records)
    credentials.get()
    credentials.refused()
    manager.store(username="sync@example.com", password="right")
    assert VendorCredentials("sellercloud", secret, records).get()["password"] == "right"


def test_the_same_password_stored_again_is_not_tried_at_once() -> None:
    """A new version with the old values is refused like the old one: storing it twice does not lock the account."""
    records: Any = FakeRecords()
    secret, manager = make(GOOD)
    credentials = VendorCredentials("sellercloud", secret, records)
    credentials.get()
    manager.store(**json.loads(GOOD))
    assert credentials.refused() is False
    with pytest.raises(CredentialsRefused):
        VendorCredentials("sellercloud", secret, records).get()


def test_a_secret_that_changed_meanwhile_is_worth_one_more_try() -> None:
    """A refusal of the old password, after the new one was stored, is not held against the new one."""
    records: Any = FakeRecords()
    secret, manager = make(GOOD)
    credentials = VendorCredentials("sellercloud", secret, records)
    credentials.get()
    manager.store(username="sync@example.com", password="right")
    assert credentials.refused() is True
    assert credentials.get()["password"] == "right"
    assert records.kept == {}
