"""Makes the environments a command needs, then becomes that command.

    python3 local/bootstrap.py dev sam -- -m pytest
    python3 local/bootstrap.py --cli check          the command line, in the folder of the caller

In: names of requirement files (`dev` is requirements-dev.txt), then a tool of the first or arguments for its Python.
Out: nothing; this process turns into the command, so that signals reach it. Goes wrong when Python is too old or an
installation fails: one sentence, or the installer's whole output. Standard library only, and readable by any Python 3.

An environment is named by Python's version and the hash of its requirements: another Python or a changed pin is
another environment, never a mixed one. It is finished when its mark exists.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = "complete"
OLDEST = (3, 11)
DROPPED = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")


def fail(message: str) -> None:
    """Say it and end."""
    sys.stderr.write(message.rstrip() + "\n")
    sys.exit(1)


def environment(name: str) -> Path:
    """The folder of a finished environment; makes it if it is not there."""
    requirements = ROOT / ("requirements-" + name + ".txt")
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    version = "%d.%d.%d" % sys.version_info[:3]
    folder = ROOT / ".venvs" / (version + "-" + name + "-" + digest)
    if (folder / MARK).exists():
        return folder
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / (folder.name + ".lock")).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once: the second waits for the first
        if not (folder / MARK).exists():
            install(folder, requirements)
    return folder


def install(folder: Path, requirements: Path) -> None:
    """Make the environment from scratch, in one line on the terminal."""
    started = time.monotonic()
    sys.stderr.write("Installing " + requirements.name + " for Python " + folder.name.split("-")[0] + " ... ")
    sys.stderr.flush()
    if folder.exists():
        shutil.rmtree(str(folder))
    run([sys.executable, "-m", "venv", str(folder)], "The environment could not be made (on Debian: python3-venv).")
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--no-input", "--no-deps", "--require-hashes"]  # the file names everything, dependencies of all kinds too
    run([*pip, "--requirement", str(requirements)], "The installation failed.")
    (folder / MARK).touch()
    sys.stderr.write("%.0f s\n" % (time.monotonic() - started))


def run(command: "list[str]", otherwise: str) -> None:
    """Run quietly; show everything when it goes wrong."""
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
    done = subprocess.run(
        command, check=False, env=kept, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        fail("failed\n" + done.stdout.decode(errors="replace") + "\n" + otherwise)


def become_command_line(arguments: "list[str]") -> None:
    """Run `connector` from this clone; where the caller is, for the files he names."""
    python = str(environment("cli") / "bin" / "python")
    variables = {name: value for name, value in os.environ.items() if name not in DROPPED}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    variables["PYTHONPATH"] = str(ROOT / "cli")
    variables["PYTHONPYCACHEPREFIX"] = str(ROOT / ".venvs" / "bytecode")
    os.execve(python, [python, "-m", "connector_cli", *arguments], variables)


def main() -> None:
    """Read the arguments, make what is missing, become the command."""
    if sys.version_info < OLDEST:
        fail("Python 3.11 or newer is needed, this is %d.%d: make PYTHON=python3.13 ..." % sys.version_info[:2])
    if sys.argv[1:2] == ["--cli"]:
        become_command_line(sys.argv[2:])
    split = sys.argv.index("--")
    folders = {name: environment(name) for name in sys.argv[1:split]}
    programs = folders[sys.argv[1]] / "bin"
    command = sys.argv[split + 1 :]
    if command[0] in {tool.name for tool in programs.iterdir()}:
        command = [str(programs / command[0]), *command[1:]]
    else:
        command = [str(programs / "python"), *command]
    variables = {name: value for name, value in os.environ.items() if name not in DROPPED}
    # Bytecode beside the functions would be packed with them. It is kept elsewhere, which makes the next start quicker,
    # but the layers' build and the functions must not hear of that other place.
    if "sam" in folders:
        variables["SAM"] = str(folders["sam"] / "bin" / "sam")
        variables["PYTHONDONTWRITEBYTECODE"] = "1"
    else:
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        variables["PYTHONPYCACHEPREFIX"] = str(ROOT / ".venvs" / "bytecode")
    os.chdir(str(ROOT))
    os.execve(command[0], command, variables)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
    sys.exit(130)
