"""`make bench`: how long each handler takes to import with nothing but boto3 and the layers, as a cold start does.

Out: milliseconds, the best of five fresh interpreters, and the size of each layer. Goes wrong as the build does.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from local import deploy
from local.processes import ROOT, LocalError

_TIMES = 5


def main() -> int:
    """Build, measure, print."""
    with tempfile.TemporaryDirectory(prefix="sellercloud-starshipit-bench-") as folder:
        try:
            built = deploy.build(Path(folder)).parent
        except LocalError as error:
            print(error, file=sys.stderr)
            return 1
        layers = [built / name for name in ("DependenciesLayer", "ConnectorLayer")]
        for layer in layers:
            size = sum(file.stat().st_size for file in layer.rglob("*") if file.is_file())
            print(f"{layer.name:<20} {size / 1e6:6.1f} MB")
        print(f"{'bare interpreter':<20} {import_seconds([], 'sys') * 1000:6.0f} ms")
        for handler in sorted(path.parent for path in ROOT.glob("functions/*/app.py")):
            path = [handler, *(layer / "python" for layer in layers)]
            print(f"{handler.name:<20} {import_seconds(path, 'app') * 1000:6.0f} ms")
    return 0


def import_seconds(path: list[Path], module: str) -> float:
    """Seconds from start to end of an interpreter that imports the module; the best of a few."""
    code = f"import sys; sys.path[:0] = {[str(folder) for folder in path]!r}; import {module}"
    best = float("inf")
    for _ in range(_TIMES):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-B", "-c", code], check=True)
        best = min(best, time.perf_counter() - started)
    return best


if __name__ == "__main__":
    sys.exit(main())
