"""The web-hook's signature and body, value by value."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.vendors.starshipit.webhook import MalformedReport, Report, is_genuine

SECRET = "obviously-fake-webhook-secret"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    ["tracking_number", "tracking_status", "order_number", "order_reference", "order", "carrier_name"]
)


def sign(raw: bytes, secret: str = SECRET) -> bytes:
    """The HMAC-SHA256 of the body."""
    return hmac.new(secret.encode(), raw, hashlib.sha256).digest()


@given(raw=st.binary(max_size=300))
def test_each_written_form_of_the_signature_proves_the_body(raw: bytes) -> None:
    """Hex in either case, a prefix in either case, base64; and the same over another body proves nothing."""
    digest = sign(raw)
    forms = [digest.hex(), digest.hex().upper(), f"sha256={digest.hex()}", base64.b64encode(digest).decode()]
    assert all(is_genuine(raw, form, [SECRET]) for form in forms)
    assert not any(is_genuine(raw + b" ", form, [SECRET]) for form in forms)


@pytest.mark.parametrize("secrets", [[SECRET, ""], ["other", SECRET], ["", "", SECRET]])
def test_any_of_the_valid_secrets_will_do(secrets: list[str]) -> None:
    """Current and previous are both tried; an empty one is no secret."""
    assert is_genuine(b"{}", sign(b"{}").hex(), secrets)
    assert not is_genuine(b"{}", sign(b"{}", "").hex(), secrets)


@given(offered=st.text(max_size=100))
def test_no_other_text_is_a_signature(offered: str) -> None:
    """Whatever is offered in its place is refused without an error."""
    assert not is_genuine(b"{}", offered, [SECRET])


@given(body=st.dictionaries(names, json_values, max_size=6))
def test_a_body_is_a_report_or_malformed_and_nothing_else(body: dict[str, object]) -> None:
    """Any JSON object either becomes a report that its own queue message gives back, or is refused in words."""
    try:
        report = Report.from_body(json.dumps(body).encode())
    except MalformedReport:
        return
    assert Report.from_message(report.body()) == report
    assert report.tracking_number
    assert report.status
    assert report.order_number or report.reference
    report.body().encode()


@given(raw=st.binary(max_size=200))
def test_bytes_that_are_no_report_are_refused_in_words(raw: bytes) -> None:
    """Random bytes never end in another error."""
    with pytest.raises(MalformedReport):
        Report.from_body(raw)


@given(message=st.text(max_size=200) | json_values.map(json.dumps))
def test_a_queue_message_that_is_no_report_is_refused_in_words(message: str) -> None:
    """Whatever got into the queue: a report, or `MalformedReport`."""
    with pytest.raises(MalformedReport):
        Report.from_message(message)
