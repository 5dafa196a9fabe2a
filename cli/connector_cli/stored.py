"""Stored secrets: a new version is stored beside the one in use, and takes its place only when it is told to.

In: a secret's name and its new values. Out: versions and their stages. Wrong: AWS's own exceptions; `Trouble` when
somebody else stored a version meanwhile. No value is ever part of a message.

    put as AWSPENDING ──► tried ──► right: AWSCURRENT moves to it ──► AWSPENDING removed
                                    wrong: AWSPENDING removed, nothing in use has changed
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from connector_cli.failures import Trouble
from connector_cli.stack import Stack

_CURRENT, _PENDING = "AWSCURRENT", "AWSPENDING"


class StoredSecret:
    """One secret of the stack."""

    def __init__(self, stack: Stack, output: str) -> None:
        self._client = stack.client("secretsmanager")
        self._name = stack.outputs[output]

    def current(self) -> str:
        """The version in use; empty when there is none."""
        stages: dict[str, list[str]] = self._client.describe_secret(SecretId=self._name)["VersionIdsToStages"]
        return next((version for version, names in stages.items() if _CURRENT in names), "")

    def values(self) -> dict[str, str]:
        """What is stored now; empty when it cannot be read as an object of texts."""
        stored = self._client.get_secret_value(SecretId=self._name).get("SecretString") or ""
        try:
            read = json.loads(stored)
        except ValueError:
            return {}
        return {key: str(value).strip() for key, value in read.items() if value} if isinstance(read, dict) else {}

    def propose(self, values: Mapping[str, str]) -> str:
        """Store a version that is not in use; its id. A proposal that was left over loses its place to it."""
        answer: dict[str, Any] = self._client.put_secret_value(
            SecretId=self._name,
            SecretString=json.dumps(dict(values)),
            ClientRequestToken=str(uuid4()),
            VersionStages=[_PENDING],
        )
        return str(answer["VersionId"])

    def accept(self, version: str, instead_of: str) -> None:
        """Put the version into use, unless another one than `instead_of` is in use by now."""
        removed = {"RemoveFromVersionId": instead_of} if instead_of else {}
        try:
            self._client.update_secret_version_stage(
                SecretId=self._name, VersionStage=_CURRENT, MoveToVersionId=version, **removed
            )
        except ClientError as exc:
            if exc.response.get("Error", {}).get("Code") != "InvalidParameterException":
                raise
            self.drop(version)
            raise Trouble(
                "Somebody else stored this secret at the same moment; nothing of yours was put into use.",
                next="Find out who, then do it again.",
                status="changed_meanwhile",
            ) from exc
        self.drop(version)

    def drop(self, version: str) -> None:
        """Take the proposal back. One that another proposal has replaced is gone already."""
        try:
            self._client.update_secret_version_stage(
                SecretId=self._name, VersionStage=_PENDING, RemoveFromVersionId=version
            )
        except ClientError as exc:
            if exc.response.get("Error", {}).get("Code") != "InvalidParameterException":
                raise
