"""Credentials are shown to the vendor once before they are used; a refusal is not held against those in use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.bench import Bench

RIGHT: dict[str, dict[str, str]] = {
    "sellercloud": {"username": "sync@example.com", "password": "obviously-fake-password"},
    "starshipit": {"api_key": "obviously-fake-api-key", "subscription_key": "obviously-fake-subscription-key"},
}
SECRETS = [value for fields in RIGHT.values() for value in fields.values()]


def tried(bench: Bench, vendor: str, **changed: str) -> dict[str, Any]:
    """The verdict over the right values, changed."""
    version = bench.secrets.propose(vendor, **{**RIGHT[vendor], **changed})
    answer = bench.ask("try_secret", vendor=vendor, version=version)
    assert not [secret for secret in [*SECRETS, *changed.values()] if len(secret) > 8 and secret in str(answer)]
    return answer


@pytest.mark.parametrize("vendor", RIGHT)
def test_the_right_ones_are_taken_while_placeholders_are_in_use(bench: Bench, vendor: str) -> None:
    """As after the installation: nothing works yet, and what was typed is right."""
    bench.secrets.store(vendor, **dict.fromkeys(RIGHT[vendor], "REPLACE_ME"))
    assert tried(bench, vendor) | {"message": ""} == {"status": "done", "verdict": "ok", "message": "", "next": ""}


@pytest.mark.parametrize(
    ("vendor", "wrong"),
    [
        ("sellercloud", {"password": "obviously-wrong"}),
        ("sellercloud", {"username": "nobody@example.com"}),
        ("starshipit", {"api_key": "obviously-wrong"}),
        ("starshipit", {"subscription_key": "obviously-wrong"}),
        ("starshipit", {"api_key": "obviously wrong key"}),
        ("starshipit", {"api_key": "obviously-schlüssel"}),
        ("sellercloud", {"password": ""}),
        ("sellercloud", {"password": "REPLACE_ME"}),
        ("starshipit", {"subscription_key": ""}),
    ],
)
def test_wrong_ones_are_refused_and_those_in_use_go_on(bench: Bench, vendor: str, wrong: dict[str, str]) -> None:
    """One try, no lock-out, no memory: the next fetch and hand-off work."""
    bench.sellercloud.add_order()
    answer = tried(bench, vendor, **wrong)
    assert (answer["status"], answer["verdict"]) == ("done", "wrong")
    assert answer["message"]
    assert answer["next"]
    assert bench.sellercloud.access.failed_logins <= 1
    assert bench.fetch()["status"] == "completed"
    bench.work(60)
    assert len(bench.starshipit.orders) == 1


def test_the_right_ones_are_taken_after_a_refusal_is_on_record(bench: Bench) -> None:
    """The stored password is refused and remembered as such; a candidate is tried all the same."""
    bench.secrets.store("sellercloud", username="sync@example.com", password="obviously-old")
    assert bench.fetch()["status"] == "credentials_refused"
    assert tried(bench, "sellercloud")["verdict"] == "ok"
    assert bench.fetch()["status"] == "credentials_refused", "it is not in use by having been tried"


@pytest.mark.parametrize("status", [400, 401, 500])
def test_however_sellercloud_refuses_it_is_one_log_in(bench: Bench, status: int) -> None:
    """The status of a wrong password is not documented."""
    bench.sellercloud.switches.wrong_password_status = status
    answer = tried(bench, "sellercloud", password="obviously-wrong")
    assert answer["verdict"] == "wrong"
    assert "user name or password" in answer["message"]
    assert bench.sellercloud.access.failed_logins == 1


@pytest.mark.parametrize("vendor", RIGHT)
def test_a_vendor_that_is_down_proves_nothing(bench: Bench, vendor: str) -> None:
    """No verdict: the person is told that it could not be tried."""
    bench.sellercloud.faults.outage = True
    bench.starshipit.faults.always("*", "503")
    answer = tried(bench, vendor)
    assert answer["status"] == "vendor_trouble"
    assert "verdict" not in answer
    assert answer["message"].startswith(vendor.capitalize())


@pytest.mark.parametrize("kind", ["garbage", "lost_before_commit", "refuse", "429"])
def test_starshipits_odd_answers_prove_nothing(bench: Bench, kind: str) -> None:
    """A web page, no answer, a refusal that names no key: it has no log-in to tell keys from the rest."""
    bench.starshipit.faults.always("*", kind)
    assert tried(bench, "starshipit")["status"] in ("vendor_trouble", "no_time")


def test_a_throttled_vendor_proves_nothing(bench: Bench) -> None:
    """The hour is used up: no verdict, and soon an answer."""
    bench.sellercloud.throttle(600)
    assert tried(bench, "sellercloud")["status"] in ("vendor_trouble", "no_time")
    assert tried(bench, "sellercloud")["status"] in ("vendor_trouble", "no_time")


def test_a_missing_right_is_no_wrong_password(bench: Bench) -> None:
    """The log-in worked: the credentials are right, and a right is missing."""
    send = bench.wire.send

    def forbidden(method: str, url: str, **rest: Any) -> Any:
        answer = send(method, url, **rest)
        if url.endswith("/Views"):
            object.__setattr__(answer, "status", 403)
            object.__setattr__(answer, "body", b'{"Message": "No access."}')
        return answer

    bench.wire.send = forbidden  # type: ignore[method-assign]
    answer = tried(bench, "sellercloud")
    assert answer["verdict"] == "ok"
    assert "No access." in answer["message"]
    assert answer["next"]


@pytest.mark.parametrize(
    "asked",
    [{}, {"vendor": "webhook", "version": "v"}, {"vendor": "sellercloud"}, {"vendor": ["x"], "version": "v"}],
)
def test_what_cannot_be_tried_is_refused(bench: Bench, asked: dict[str, Any]) -> None:
    """A sentence; no call."""
    answer = bench.ask("try_secret", **asked)
    assert answer["status"] == "refused"
    assert bench.sellercloud.calls == []


def test_nothing_of_it_is_logged(bench: Bench) -> None:
    """Neither the values nor the vendor's words about them."""
    tried(bench, "sellercloud", password="obviously-wrong")
    assert "obviously" not in str(bench.telemetry.notes)
    assert "incorrect" not in str(bench.telemetry.notes)
