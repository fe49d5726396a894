"""窗口视频索引 (M57): the log says that a video of the counter exists, from when to when, by which camera, where it is
kept, its SHA-256 and until when. The video itself stays where it is: nothing of it comes into log, store or batch.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge import log, room_events
from edge.database import Connection
from edge.errors import problem
from forms.kinds import check_body
from forms.kinds_desk import VIDEO

if TYPE_CHECKING:
    from edge.node import Node

DAYS: Final = 90
DAYS_MAX: Final = 3_650
READ_BYTES: Final = 1 << 20
WRONG: Final = "起止时间写成 2026-11-20T08:30:00+08:00 这样，先后不能颠倒；摄像头、存放处要写明；保存 1 至 3650 天"


@dataclass(frozen=True, slots=True)
class Video:
    """One line of the index; `first` and `last` RFC 3339, `keep_until` the last day on which it is kept."""

    camera: str
    first: str
    last: str
    place: str
    sha256: str
    bytes: int
    keep_until: str


def index(
    node: "Node", file: Path, *, camera: str, first: str, last: str, place: str, actor: str, days: int = DAYS
) -> Video:
    """Enter a video: its digest is worked out here, from the file. The same file and span again changes nothing.

    Raises bad_request for a file that can't be read or is empty, and for words and times that are none.
    """
    body = _body(_digest(file), camera.strip(), (first, last), place.strip(), days)
    token = f"video-{hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}"
    room_events.write(node, VIDEO, lambda _: body, actor=actor, token=token)
    return Video(**body)


def every(tx: Connection) -> list[Video]:
    """What this room has entered, the newest first."""
    found = [Video(**event.data) for event in log.of_room(tx, "node", json.dumps([VIDEO]))]
    return sorted(found, key=lambda one: one.first, reverse=True)


def _body(digest: tuple[str, int], camera: str, span: tuple[str, str], place: str, days: int) -> dict[str, Any]:
    first, last = span
    body = {"camera": camera, "first": first, "last": last, "place": place, "sha256": digest[0], "bytes": digest[1]}
    try:
        body["keep_until"] = (date.fromisoformat(last[:10]) + timedelta(days=days)).isoformat()
        check_body(VIDEO, body)
    except (ValueError, OverflowError) as error:
        raise problem("bad_request", detail=WRONG) from error
    if not first < last or not 0 < days <= DAYS_MAX:  # both are written in the same way, so their letters tell
        raise problem("bad_request", detail=WRONG)
    return body


def _digest(file: Path) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    try:
        with file.open("rb") as opened:
            while part := opened.read(READ_BYTES):
                found.update(part)
                size += len(part)
    except OSError as error:
        raise problem("bad_request", detail=f"{file} 读不出来") from error
    if not size:
        raise problem("bad_request", detail=f"{file} 是空的")
    return found.hexdigest(), size
