"""Handwriting: strokes in, ten characters out, by Debian's zinnia with the simplified-Chinese model of Tegaki.

zinnia runs as a program of its own for each question (some 20 ms): its model of 26 MB never lies in the node's memory,
and strokes that would upset it cannot take the node with them. Strokes are whole numbers, counted and bounded before
they go there; nothing of them is kept.
"""

import shutil
import subprocess
from collections import deque
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

PROGRAM = "zinnia"
MODEL = Path("/usr/share/tegaki/models/zinnia/handwriting-zh_CN.model")
PACKAGES = ("zinnia-utils", "tegaki-zinnia-simplified-chinese")
FOUND = 10
STROKES_MAX = 64
POINTS_MAX = 400  # of one stroke; a slow hand on a fast screen
ALTOGETHER_MAX = 4000
PLACE_MAX = 8000  # in thousandths of the height of the field
SIDE = 1000
MARGIN = 1.2
LEAST = 600  # what is smaller than this share of the field was meant small, like a dot
TIME_OUT_S = 3
AT_ONCE = BoundedSemaphore(2)
PER_WINDOW_MAX = 60
WINDOW_MS = 10_000
SESSIONS_MAX = 200

Stroke = list[tuple[int, int]]


def is_there() -> bool:
    """Whether program and model are installed."""
    return MODEL.is_file() and shutil.which(PROGRAM) is not None


def strokes_of(value: Any) -> list[Stroke]:
    """Strokes as they may go on: lists of [x, y] in thousandths of the field's height. ValueError for anything else."""
    if not isinstance(value, list) or not 0 < len(value) <= STROKES_MAX:
        raise ValueError("a character has between one and 64 strokes")
    strokes = [[_point(point) for point in _points(stroke)] for stroke in value]
    if sum(map(len, strokes)) > ALTOGETHER_MAX:
        raise ValueError("too many points")
    return strokes


def _points(stroke: Any) -> list[Any]:
    if not isinstance(stroke, list) or not 0 < len(stroke) <= POINTS_MAX:
        raise ValueError("a stroke has between one and 400 points")
    return stroke


def _point(point: Any) -> tuple[int, int]:
    if not isinstance(point, list) or [type(one) for one in point] != [int, int]:
        raise ValueError("a point is two whole numbers")
    x, y = point
    if not (-PLACE_MAX <= x <= PLACE_MAX and -PLACE_MAX <= y <= PLACE_MAX):
        raise ValueError("a point is outside of the field")
    return x, y


def squared(strokes: list[Stroke]) -> list[Stroke]:
    """The same character in the middle of a square of 1000, as large as characters usually are written in one."""
    across, down = zip(*(point for stroke in strokes for point in stroke), strict=True)
    size = max(max(across) - min(across), max(down) - min(down), LEAST) * MARGIN
    left, top = (max(across) + min(across) - size) / 2, (max(down) + min(down) - size) / 2
    scale = SIDE / size
    return [[(round((x - left) * scale), round((y - top) * scale)) for x, y in stroke] for stroke in strokes]


def find(strokes: list[Stroke]) -> list[str]:
    """The ten likeliest characters; none where zinnia is missing, busy, or answers nothing in time."""
    program = shutil.which(PROGRAM)
    if program is None or not AT_ONCE.acquire(timeout=TIME_OUT_S):
        return []
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; what goes in are whole numbers
            [program, "--model", str(MODEL), "--nbest", str(FOUND)],
            input=_question(squared(strokes)),
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=TIME_OUT_S,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeError):
        return []
    finally:
        AT_ONCE.release()
    lines = done.stdout.splitlines()[1:] if done.returncode == 0 else []
    return [line.split()[0] for line in lines if line.strip()]


def _question(strokes: list[Stroke]) -> str:
    drawn = "".join("(" + "".join(f"({x} {y})" for x, y in stroke) + ")" for stroke in strokes)
    return f"(character (value ?)(width {SIDE})(height {SIDE})(strokes {drawn}))\n"


class Pace:
    """How many questions a visit has asked in the last ten seconds, by monotonic milliseconds."""

    def __init__(self) -> None:
        self._asked: dict[str, deque[int]] = {}
        self._lock = Lock()

    def may(self, visit: str, now_ms: int) -> bool:
        """Whether this visit may ask now; counts the question if so."""
        with self._lock:
            asked = self._asked.pop(visit, None) or deque()
            self._asked[visit] = asked  # the visit that asked last stands last
            while len(self._asked) > SESSIONS_MAX:
                del self._asked[next(iter(self._asked))]
            while asked and asked[0] <= now_ms - WINDOW_MS:
                asked.popleft()
            if len(asked) >= PER_WINDOW_MAX:
                return False
            asked.append(now_ms)
            return True
