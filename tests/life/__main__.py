"""Plays one plan and tells its story, from the root: `python -m tests.life "1 there - : print archive"`."""

from __future__ import annotations

import os
import sys


def main(text: str) -> int:
    """0 when both sides agree at the end."""
    sys.path[:0] = [".", "layers/connector", "cli"]
    os.environ.update(AWS_ACCESS_KEY_ID="obviously-fake", AWS_SECRET_ACCESS_KEY="obviously-fake")
    os.environ.update(AWS_DEFAULT_REGION="us-east-1")
    from tests.life.plan import Plan
    from tests.life.story import tell

    told = tell(Plan.parse(text))
    print(told)
    return 1 if told.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
