"""Runs a command that must not outlive whoever started it.

In: a folder and a command; standard input is the leash, held by the owner. Out: nothing but the command's own output.
When the owner closes the leash, or dies in whatever way, the command and everything it started are ended and the
folder is removed. Runs in a session of its own, so that Ctrl-C reaches only the owner.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from typing import IO

STOP_SECONDS = 3.0


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask the whole group to end, then insist. The group is ours alone: we are its leader."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(os.getpgid(0), signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)


def _wait_for_release(stdin: IO[bytes], released: threading.Event) -> None:
    while stdin.read(4096):
        pass
    released.set()


def main() -> int:
    """Run the command until it ends by itself or the leash is let go."""
    folder, command = sys.argv[1], sys.argv[2:]
    released = threading.Event()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=_wait_for_release, args=(sys.stdin.buffer, released), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: released.set())
    while process.poll() is None and not released.is_set():
        time.sleep(0.05)
    code = process.poll()
    _end_group(process)
    shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.flush()
    if process.poll() is None:
        os.killpg(os.getpgid(0), signal.SIGKILL)
    return code if code is not None else 0


if __name__ == "__main__":
    sys.exit(main())
