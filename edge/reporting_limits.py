"""What people must report within so many hours (境外人员 24 小时), from what happened, not from the filing.

An hour before the end there is a warning; after it the report is late, and is taken all the same.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from edge import applications, concerns, definitions, log
from edge.clock import CHINA
from edge.database import Connection
from edge.errors import YizhanError
from edge.recent import Recent
from forms import pointer

WARN_BEFORE = timedelta(hours=1)
DRAFTS_MAX = 200
URGENT_MAX = 100
_LIMITS: Recent[str, Mapping[str, Any]] = Recent(200)  # by digest; {} for a service without such a limit


@dataclass(frozen=True, slots=True)
class Running:
    """One report that is not yet where it belongs. `number` is "" for a draft, whose owner is `owner`."""

    number: str
    draft: str
    owner: str
    title: str
    hours: int
    until: str
    level: Literal["ok", "due", "late"]

    @property
    def say(self) -> str:
        """What stands on the first page."""
        if self.level == "late":
            return f"已超过 {self.hours} 小时，仍应登记"
        return f"{self.hours} 小时快到（{self.until[11:16]} 前）"


def running(tx: Connection) -> list[Running]:
    """Drafts that were begun and reports that the centre has not got, with a limit that is near or over."""
    return [one for one in (*_drafts(tx), *_filed(tx)) if one.level != "ok"]


def _drafts(tx: Connection) -> list[Running]:
    rows = tx.execute(
        "SELECT id, owner, definition, data FROM draft ORDER BY changed_at DESC LIMIT ?", (DRAFTS_MAX,)
    ).fetchall()
    found = []
    for row in rows:
        limit = _limit(tx, row["definition"])
        one = _one(tx, limit, json.loads(row["data"])) if limit else None
        if one is not None:
            found.append(Running("", row["id"], row["owner"], limit["title"], limit["hours"], *one))
    return found


def _filed(tx: Connection) -> list[Running]:
    found = []
    for number in unreceived(tx):
        try:
            application = applications.get(tx, number)
        except YizhanError:
            continue  # hidden from the one who looks, or its definition is gone
        limit = _limit(tx, application.head.definition)
        one = _one(tx, limit, application.state.answers) if limit else None
        if one is not None:
            found.append(Running(number, "", "", limit["title"], limit["hours"], *one))
    return found


def unreceived(tx: Connection) -> list[str]:
    """Numbers of urgent open applications that the centre has not acknowledged, the oldest first."""
    unseen, account = concerns.shown()
    rows = tx.execute(
        "SELECT number FROM head WHERE urgent = 1 AND phase <> 'closed' AND (filed_epoch, filed_seq) > (?, ?)"  # noqa: S608  our own text
        f"{' AND ' + unseen if unseen else ''} ORDER BY id LIMIT ?",
        (*log.acked(tx).position, *account, URGENT_MAX),
    )
    return [row["number"] for row in rows]


def _limit(tx: Connection, digest: str) -> Mapping[str, Any]:
    """x-service.urgent.report_within with the title of the service; {} where it has none."""
    known = _LIMITS.get(digest)
    if known is None:
        definition = definitions.find(tx, digest)
        within = definition.service.get("urgent", {}).get("report_within")
        known = {**within, "title": definition.title} if within else {}
        _LIMITS.put(digest, known)
    return known


def _one(tx: Connection, limit: Mapping[str, Any], answers: Any) -> tuple[str, Literal["ok", "due", "late"]] | None:
    """(until when, how it stands); None before it was said when it happened."""
    day, time = (pointer.get(answers, limit[name], None) for name in ("day", "time"))
    try:
        happened = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=CHINA)
    except ValueError:
        return None
    until, now = happened + timedelta(hours=limit["hours"]), datetime.fromisoformat(tx.clock.now())
    until_text = until.isoformat(timespec="seconds")
    if now >= until:
        return until_text, "late"
    return until_text, "due" if now >= until - WARN_BEFORE else "ok"
