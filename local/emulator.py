"""Starts and stops the AWS emulator (ministack), each with a port and a folder of its own.

In: a port (0 = a free one) and whether IAM is enforced. Out: a running emulator and clients for it.
Goes wrong when the port is taken. Several emulators run side by side; nothing is shared or left behind.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config

from local.processes import Child, LocalError, free_port

REGION = "us-east-1"
_ATTEMPTS = 3
_CLIENTS = threading.Lock()


def aws_environment(endpoint: str) -> dict[str, str]:
    """This process's environment, turned to the emulator: no profile, no file, no real credentials."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PYTHON", "MAKE", "SELLERCLOUD_", "STARSHIPIT_"))
    }
    return kept | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


class Emulator:
    """One emulator. Use as a context manager, or `stop()` it."""

    def __init__(self, port: int = 0, *, enforce_iam: bool = True) -> None:
        self._child = _start(port, enforce_iam)
        self.port = self._child[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"

    def client(self, service: str, timeout: float = 60.0) -> Any:
        """A boto3 client of the emulator with the key that may do everything."""
        return client(self.endpoint, service, timeout)

    @property
    def running(self) -> bool:
        """Whether the emulator still lives."""
        return self._child[0].running

    def output(self) -> str:
        """The end of the emulator's own log, for error messages."""
        return self._child[0].output()

    def stop(self) -> None:
        """End the emulator with all function workers and remove its folder."""
        self._child[0].stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def client(endpoint: str, service: str, timeout: float = 60.0) -> Any:
    """A boto3 client for an emulator's address."""
    config = Config(
        retries={"max_attempts": 2, "mode": "standard"},
        read_timeout=timeout,
        max_pool_connections=20,
    )
    with _CLIENTS:  # boto3's default session is not safe to share while clients are made
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106
            config=config,
        )


def _start(port: int, enforce_iam: bool) -> tuple[Child, int]:
    for attempt in range(_ATTEMPTS):
        chosen = port or free_port()
        child = Child(
            "emulator",
            lambda _: [sys.executable, "-m", "ministack"],
            lambda folder, chosen=chosen: _environment(folder, chosen, enforce_iam),  # type: ignore[misc]
        )
        try:
            child.wait_for_port(chosen)
        except LocalError as error:
            child.stop()
            if port or attempt == _ATTEMPTS - 1:
                raise LocalError(f"The emulator does not start on port {chosen}. {error}") from error
        except BaseException:
            child.stop()
            raise
        else:
            return child, chosen
    raise AssertionError


def _environment(folder: Path, port: int, enforce_iam: bool) -> Mapping[str, str]:
    return aws_environment(f"http://127.0.0.1:{port}") | {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "true" if enforce_iam else "false",
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(folder),
        "S3_DATA_DIR": str(folder / "s3"),
        "STATE_DIR": str(folder / "state"),
        "PYTHONUNBUFFERED": "1",
    }
