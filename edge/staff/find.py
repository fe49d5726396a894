"""查询: by number, name, pinyin initials, state, village and day of filing."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for

from edge import applications, writs
from edge.database import Connection
from edge.errors import YizhanError
from edge.staff import rows
from edge.staff.context import page
from edge.typed import whole_number
from edge.web_node import node
from edge.writ_proof import ACTS
from edge.writs import Checked

PAGE_ROWS = 20
WRIT_MAX = 300  # the code of a writ is longer than anything that is searched for
STATES = (
    ("", "全部"),
    ("open", "在办"),
    ("unsent", "尚未上传"),
    ("unconfirmed", "待民警确认"),
    ("received", "已收件"),
    ("correction", "等待补正"),
    ("accepted", "已受理"),
    ("closed", "已办结"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed into the form of the search."""

    text: str
    state: str
    village: str
    start: str
    end: str
    offset: int

    @property
    def any(self) -> bool:
        return bool(self.text or self.state or self.village or self.start or self.end)


def show() -> str:
    """The form and one page of what it finds, newest first."""
    running, asked = node(), _asked()
    fault = _fault(asked)
    with running.database.read() as tx:
        writ, fault = _scanned(tx, fault)
        heads = [] if fault or writ else applications.search(tx, asked.text, limit=PAGE_ROWS + 1, **_conditions(asked))
        villages = sorted((rows.village_name(one), one) for one in applications.villages(tx))
        found = [rows.row(running, applications.of_head(tx, head)) for head in heads[:PAGE_ROWS]]
    return page(
        "find.html",
        own_find=True,
        asked=asked,
        fault=fault,
        writ=writ,
        acts=ACTS,
        states=STATES,
        villages=villages,
        rows=found,
        first=asked.offset + 1,
        last=asked.offset + len(found),
        previous=_address(asked, asked.offset - PAGE_ROWS) if asked.offset else "",
        next=_address(asked, asked.offset + PAGE_ROWS) if len(heads) > PAGE_ROWS else "",
    )


def _scanned(tx: Connection, fault: str) -> tuple[Checked | None, str]:
    """What the code of a writ proves, where one was scanned into the search; and what is wrong."""
    try:
        return writs.check(tx, request.args.get("text", "")[:WRIT_MAX]), fault
    except YizhanError as error:
        return None, f"{error.sentence}。{error.hint}"


def _asked() -> Asked:
    given = request.args
    state = given.get("state", "")
    return Asked(
        text=given.get("text", "").strip()[:100],
        state=state if state in dict(STATES) else "",
        village=given.get("village", "").strip()[:100],
        start=given.get("from", "").strip(),
        end=given.get("to", "").strip(),
        offset=whole_number(given.get("offset", ""), digits_max=7),
    )


def _conditions(asked: Asked) -> dict[str, Any]:
    return {
        "state": asked.state if asked.state != "unsent" else None,
        "unsent": asked.state == "unsent",
        "village": asked.village,
        "since": asked.start,
        "until": asked.end,
        "offset": asked.offset,
    }


def _fault(asked: Asked) -> str:
    """A sentence about a day that is none; "" when both are right."""
    for day in (asked.start, asked.end):
        try:
            if day:
                date.fromisoformat(day)
        except ValueError:
            return f"“{day}”不是日期。请写成 2026-11-21 这样。"
    return "开始日期在结束日期之后，请改一下。" if asked.start and asked.end and asked.start > asked.end else ""


def _address(asked: Asked, offset: int) -> str:
    given: dict[str, Any] = {"text": asked.text, "state": asked.state, "village": asked.village}
    given |= {"from": asked.start, "to": asked.end}
    named = {key: value or None for key, value in given.items()}
    return url_for("staff.find_show", **named, offset=max(0, offset) or None)
