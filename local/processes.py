"""Child processes that end with their owner, free ports, and folders that disappear.

In: commands. Out: running children. Goes wrong when a command does not start; its output is then in the error.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".local"


class LocalError(Exception):
    """Something on this machine is not as needed; the message says what, in a sentence."""


class Interrupted(BaseException):
    """SIGTERM or SIGINT arrived: unwind and stop everything."""


def free_port() -> int:
    """A port nobody listens on now. Someone may still take it first: try again then."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_quietly(command: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> str:
    """Run to the end and give the output; nothing of it survives an interruption.

    Raises LocalError with the whole output when the command fails.
    """
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode:
        raise LocalError(f"{Path(command[0]).name} {command[1]} failed:\n{output}")
    return output


@contextlib.contextmanager
def signals_unwind() -> Iterator[None]:
    """SIGTERM and SIGINT raise `Interrupted` once; later ones are ignored while things are being stopped."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Interrupted

    before = {n: signal.signal(n, interrupt) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_PARENT = os.getppid()


def someone_waits() -> bool:
    """Whether the program that started this one is still there and has not been interrupted.

    A SIGINT sent to `make` alone stays with it: make then waits for its child without telling it. It can be seen on
    Linux: a make that caught the signal when it started this program does not catch it any more.
    """
    return os.getppid() == _PARENT and not (_MAKE_CATCHES and not _is_make_catching())


def _is_make_catching() -> bool:
    """Whether the parent is a make that catches SIGINT (its bit of SigCgt in /proc)."""
    try:
        status = Path(f"/proc/{_PARENT}/status").read_text()
    except OSError:
        return False
    lines = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    caught = int(lines.get("SigCgt", "0"), 16) & 1 << signal.SIGINT - 1
    return bool(caught) and lines.get("Name", "").endswith("make")


_MAKE_CATCHES = _is_make_catching()


class Child:
    """A process on a leash (see leash.py), with a folder of its own that disappears with it.

    `command` gets the folder and gives the arguments. The output goes to `log` in that folder.
    """

    def __init__(
        self,
        name: str,
        command: Callable[[Path], Sequence[str]],
        environment: Callable[[Path], Mapping[str, str]],
    ) -> None:
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix=f"sellercloud-starshipit-{name}-"))
        self.log = self.folder / "output.log"
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.leash", str(self.folder), *command(self.folder)],
                cwd=ROOT,
                env=dict(environment(self.folder)),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether the child has not ended yet."""
        return self._process.poll() is None

    def output(self, last: int = 4000) -> str:
        """The end of what the child wrote."""
        with contextlib.suppress(OSError):
            return self.log.read_text(errors="replace")[-last:]
        return ""

    def wait_for_port(self, port: int, seconds: float = 20.0) -> None:
        """Return when something answers on the port.

        Raises LocalError with the child's output when it ended or the time is over.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.running:
                raise LocalError(f"{self.name} ended at once:\n{self.output()}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.05)
        raise LocalError(f"{self.name} does not answer on port {port}:\n{self.output()}")

    def stop(self) -> None:
        """End the child and everything it started, and remove its folder. May be called again."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(5)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        if self.folder.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
