"""窗口视频索引 (M57): the log says that a video of the counter exists, from when to when, by which camera, where it is
kept, its SHA-256 and until when. The video itself stays where it is: nothing of it comes into log, store or batch.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from edge import log, room_events
from edge.database import Connection
from edge.errors import problem
from forms.kinds import check_body
from forms.kinds_desk import VIDEO, Video

if TYPE_CHECKING:
    from edge.node import Node

DAYS: Final = 90
DAYS_MAX: Final = 3_650
READ_BYTES: Final = 1 << 20
WRONG: Final = "起止时间写成 2026-11-20T08:30:00+08:00 这样，先后不能颠倒；摄像头、存放处要写明；保存 1 至 3650 天"
WRONG_DIGEST: Final = "摘要是 64 位的 0 到 9、a 到 f，字节数是大于 0 的整数"


class Digest(NamedTuple):
    """What tells one file from every other: its SHA-256 in small hexadecimal digits, and how many bytes it has."""

    sha256: str
    bytes: int


def index(
    node: "Node", file: Path, *, camera: str, first: str, last: str, place: str, actor: str, days: int = DAYS
) -> Video:
    """Enter a video: its digest is worked out here, from the file. The same file and span again changes nothing.

    Raises bad_request for a file that can't be read or is empty, and for words and times that are none.
    """
    made, _ = enter(node, of_file(file), camera=camera, first=first, last=last, place=place, actor=actor, days=days)
    return made


def enter(
    node: "Node", digest: Digest, *, camera: str, first: str, last: str, place: str, actor: str, days: int = DAYS
) -> tuple[Video, bool]:
    """Enter a video whose digest is known: its line, and whether it is new; the same again changes nothing.

    `first`, `last`: RFC 3339 of +08:00. Raises bad_request for words, times or days that are none.
    """
    made = _line(digest, camera.strip(), (first, last), place.strip(), days)
    body = asdict(made)
    token = f"video-{hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}"
    return made, room_events.write(node, VIDEO, lambda _: body, actor=actor, token=token)


def every(tx: Connection) -> list[Video]:
    """What this room has entered, the newest first."""
    return [one for one, _ in entered(tx)]


def entered(tx: Connection) -> list[tuple[Video, str]]:
    """The same, each with the actor who entered it."""
    found = [(Video(**event.data), event.actor) for event in log.of_room(tx, "node", json.dumps([VIDEO]))]
    return sorted(found, key=lambda one: one[0].first, reverse=True)


def of_file(file: Path) -> Digest:
    """The digest of a file, read a piece at a time. Raises bad_request where it can't be read, or is empty."""
    try:
        with file.open("rb") as opened:
            return of_pieces(iter(partial(opened.read, READ_BYTES), b""), str(file))
    except OSError as error:
        raise problem("bad_request", detail=f"{file} 读不出来") from error


def of_pieces(pieces: Iterable[bytes], name: str) -> Digest:
    """The digest of what comes piece by piece. Raises bad_request for nothing at all, which `name` names."""
    found, size = hashlib.sha256(), 0
    for part in pieces:
        found.update(part)
        size += len(part)
    if not size:
        raise problem("bad_request", detail=f"{name} 是空的")
    return Digest(found.hexdigest(), size)


def typed(sha256: str, size: str) -> Digest:
    """The digest that somebody worked out elsewhere, as typed; blanks and capitals do no harm. Raises bad_request."""
    digits = "".join(sha256.split()).lower()
    if not re.fullmatch("[0-9a-f]{64}", digits) or not re.fullmatch("0*[1-9][0-9]{0,14}", size.strip()):
        raise problem("bad_request", detail=WRONG_DIGEST)
    return Digest(digits, int(size))


def _line(digest: Digest, camera: str, span: tuple[str, str], place: str, days: int) -> Video:
    first, last = span
    try:
        until = (date.fromisoformat(last[:10]) + timedelta(days=days)).isoformat()
        made = Video(camera, first, last, place, digest.sha256, digest.bytes, until)
        check_body(VIDEO, asdict(made))
    except (ValueError, OverflowError) as error:
        raise problem("bad_request", detail=WRONG) from error
    if not first < last or not 0 < days <= DAYS_MAX:  # both are written in the same way, so their letters tell
        raise problem("bad_request", detail=WRONG)
    return made
