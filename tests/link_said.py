"""What an end of a bad link says: a JSON object a line, with the time."""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def say(**facts: Any) -> None:
    sys.stdout.write(json.dumps({"at": time.monotonic()} | facts) + "\n")
    sys.stdout.flush()
