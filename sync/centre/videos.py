"""窗口视频索引 at the centre (M57): which videos of counters exist, where and until when; no video is here."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final

from sqlalchemy import Connection, select

from forms.events import Event
from forms.kinds_desk import VIDEO, Video
from sync.centre import rooms, scopes, tables
from sync.centre.store import add_missing

SHOWN_MAX: Final = 200
_video = tables.video
_FIELDS: Final = tuple(one.name for one in fields(Video))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomVideo(Video):
    """One line with its room; `kept`: whether its term is not over. `by`: who entered it in the room."""

    node_id: str
    room: str
    by: str
    kept: bool


def note(tx: Connection, node_id: str, event: Event) -> None:
    """Keep what a room entered; any other event is none. Again changes nothing."""
    if event.kind == VIDEO:
        add_missing(tx, _video, [{"node_id": node_id, "id": event.id, "by": event.actor, **event.data}])


def of_areas(tx: Connection, areas: Iterable[str], today: str, node_id: str = "") -> list[RoomVideo]:
    """At most SHOWN_MAX of the rooms within these areas, the newest first; of one room with `node_id`."""
    found = select(_video).where(scopes.within(_video.c.node_id, areas))
    found = found.where(_video.c.node_id == node_id) if node_id else found
    rows = tx.execute(found.order_by(_video.c.first.desc(), _video.c.id).limit(SHOWN_MAX)).all()
    names = rooms.names(tx, {row.node_id for row in rows})
    return [
        RoomVideo(
            node_id=row.node_id,
            room=names[row.node_id],
            by=row.by,
            kept=row.keep_until >= today,
            **{name: getattr(row, name) for name in _FIELDS},
        )
        for row in rows
    ]
