"""Credentials: read from Secrets Manager, never sent while they are placeholders or known to be refused.

In: a secret's name and the fields it must hold. Out: its values. Wrong: `NotConfigured` while a field is missing or a
placeholder; `CredentialsRefused` while the vendor's refusal of this very version is on record: an account locks after a
few wrong log-ins, so no function tries again until a person has stored a new version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connector.clock import Clock
from connector.errors import CredentialsRefused, NotConfigured

if TYPE_CHECKING:
    from connector.state.records import Records

PLACEHOLDER = "REPLACE_ME"
_READ_AGAIN = timedelta(minutes=5)
_OUT_OF_TURN = timedelta(seconds=15)
_KIND = "CREDENTIALS"


class Secret:
    """One secret, read at most every five minutes in one environment; the current version, unless one is named."""

    def __init__(self, client: Any, name: str, fields: Sequence[str], clock: Clock, version: str = "") -> None:
        self._client = client
        self._wanted = {"VersionId": version} if version else {}
        self._fields = fields
        self._clock = clock
        self._read_at: datetime | None = None
        self._values: dict[str, str] = {}
        self.name = name
        self.version = ""

    def values(self, *, anew: bool = False) -> Mapping[str, str]:
        """The secret's fields. Raises `NotConfigured`; the message names the secret and the field, never a value."""
        if anew or self._read_at is None or self._clock.now() - self._read_at > _READ_AGAIN:
            self._read()
        for field in self._fields:
            value = self._values.get(field, "")
            if not value or PLACEHOLDER in value:
                raise NotConfigured(f"secret {self.name}: {field} is not set; store it, then fetch again.")
        return self._values

    def may_be_read_anew(self) -> bool:
        """True when the last reading is old enough for another one out of turn."""
        return self._read_at is None or self._clock.now() - self._read_at > _OUT_OF_TURN

    def _read(self) -> None:
        answer = self._client.get_secret_value(SecretId=self.name, **self._wanted)
        try:
            read = json.loads(answer.get("SecretString") or "")
            self._values = {key: str(value).strip() for key, value in read.items() if value is not None}
        except (ValueError, AttributeError) as exc:
            needed = ", ".join(self._fields)
            raise NotConfigured(f"secret {self.name} is not a JSON object with {needed}.") from exc
        self.version = str(answer.get("VersionId", ""))
        self._read_at = self._clock.now()


class VendorCredentials:
    """The credentials of one vendor, and the memory of their refusal, shared by all environments."""

    def __init__(self, vendor: str, secret: Secret, records: Records) -> None:
        self._vendor = vendor
        self._secret = secret
        self._records = records
        self._cleared = ""

    def get(self) -> Mapping[str, str]:
        """The values to use. Raises `NotConfigured` or `CredentialsRefused`; no call was made then."""
        values = self._secret.values()
        if self._cleared != self._secret.version:
            if self._is_on_record():
                values = self._secret.values(anew=True)
            if self._is_on_record():
                raise CredentialsRefused(self._vendor, "login withheld")
            self._cleared = self._secret.version
        return values

    def refused(self) -> bool:
        """The vendor refused them: True when the secret has changed meanwhile and one more try is worth it."""
        before = dict(self._secret.values())
        self._cleared = ""
        if self._secret.values(anew=True) != before:
            return True
        self._records.put(_KIND, self._vendor, {"refused_version": self._secret.version})
        return False

    def _is_on_record(self) -> bool:
        refused = self._records.get(_KIND, self._vendor).get("refused_version")
        return bool(refused) and refused == self._secret.version


class CandidateCredentials:
    """A stored version that is not in use yet: tried as it is, and nothing is remembered of it."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def get(self) -> Mapping[str, str]:
        """The values to try. Raises `NotConfigured`."""
        return self._secret.values()

    def refused(self) -> bool:
        """The vendor refused them; another try would be the same."""
        return False
