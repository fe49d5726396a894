"""短信: what rooms asked for is given on by sync.centre.sms, which knows the templates; here its answers come back."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Connection, Row, select

from forms.events import Event
from forms.fields import Field, one_of, pattern, time
from sync.centre import tables
from sync.centre.centre import Centre
from sync.centre.ports.port import Answer, Enquiry, Line, Port, UnfitError


class Messages(Port):
    """One message about one thing; whether it was sent is kept, and becomes no event."""

    name = "sms"
    title = "短信"
    gives: ClassVar[Mapping[str, str]] = {
        "id": "短信的编号",
        "node": "警务室编号",
        "room": "警务室名称",
        "to": "手机号码",
        "template": "模板代码",
        "parameters": "模板的参数",
        "text": "短信的文字",
        "queued_at": "警务室什么时候要发的",
    }
    takes: ClassVar[Mapping[str, Field]] = {
        "id": Field("短信的编号", pattern("[0-9a-f]{32}")),
        "outcome": Field("sent 已发出，failed 没有发出", one_of("sent", "failed")),
        "at": Field("什么时候", time),
    }

    def asks(self, centre: Centre, node_id: str, event: Event) -> list[Enquiry]:
        return []

    def line(self, centre: Centre, tx: Connection, row: Row[Any]) -> dict[str, Any] | None:
        return None

    def answer(self, centre: Centre, tx: Connection, line: Line) -> Answer:
        row = tx.execute(select(tables.sms).where(tables.sms.c.id == line["id"], tables.sms.c.given_at != "")).first()
        if row is None:
            raise UnfitError(f"没有发过这一条短信：{line['id']}")
        return Answer(row.node_id, row.application, line["outcome"], ref=line["id"], day=line["at"][:10])
