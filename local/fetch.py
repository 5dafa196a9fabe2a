"""`make fetch`: runs fetch_orders of the running stack now, waits, prints its result as JSON.

Exit 0 when the run completed or goes on at the next tick (checkpointed), 1 otherwise.
"""

from __future__ import annotations

import json
import sys

from local.processes import LocalError
from local.stack import running

WELL = ("completed", "checkpointed")


def main() -> int:
    """Invoke, print, judge."""
    try:
        answer = running().invoke("FetchOrders", {"action": "fetch"})
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(answer.value, indent=2, ensure_ascii=False))
    return 0 if not answer.failed and answer.value.get("status") in WELL else 1


if __name__ == "__main__":
    sys.exit(main())
