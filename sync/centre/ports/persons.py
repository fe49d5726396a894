"""What is looked up about the applicant after a filing without a network: whether he is who he said (M34), and papers
that other departments hold and nobody has to bring (M5).
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Connection, Row

from forms.events import Event
from forms.fields import Field, list_of, one_of, pattern, text, time
from forms.kinds_outside import DIFFERS, REPORTED, REPORTS
from forms.originals import needed
from sync.centre.centre import Centre
from sync.centre.ports.asking import applicant, definition_of, enquiry_of, question
from sync.centre.ports.port import Answer, Enquiry, Line, Port

FILED = "application.filed"
SHARED_SOURCES = frozenset({"shared", "police"})
_AT = Field("什么时候核对的", time)
_SOURCE = Field("哪个系统答复的，如 人口库", text(1, 100), required=False)


class Identities(Port):
    """身份事后核对: one question for each filing whose form asks for an identity number."""

    name = "identity"
    title = "身份事后核对"
    gives: ClassVar[Mapping[str, str]] = {
        "id": "办件号",
        "node": "警务室编号",
        "name": "申请人姓名",
        "id_number": "公民身份号码",
    }
    takes: ClassVar[Mapping[str, Field]] = {
        "id": Field("办件号", pattern("[0-9]{17,22}")),
        "outcome": Field("same 一致，differs 不一致，unknown 查无此人", one_of(*REPORTS["identity"])),
        "differs": Field("不一致的项目", list_of(one_of(*DIFFERS), 1), required=False),
        "at": _AT,
        "source": _SOURCE,
    }

    def asks(self, centre: Centre, node_id: str, event: Event) -> list[Enquiry]:
        said = event.data if event.kind == FILED else None
        if said is None or said.get("parts"):
            return []
        known = definition_of(centre, said["service"]["digest"], said["answers"])
        return [Enquiry(event.application, event.application, {})] if known is not None else []

    def line(self, centre: Centre, tx: Connection, row: Row[Any]) -> dict[str, Any] | None:
        name, id_number = applicant(centre, tx, row.node_id, row.number)
        return {"id": row.id, "node": row.node_id, "name": name, "id_number": id_number} if id_number else None

    def answer(self, centre: Centre, tx: Connection, line: Line) -> Answer:
        row = question(tx, self.name, line["id"])
        body = {"what": "identity"} | {key: line[key] for key in ("outcome", "at", "source", "differs") if key in line}
        return Answer(
            row.node_id,
            row.number,
            line["outcome"],
            enquiry=row.id,
            ref=row.number,
            day=line["at"][:10],
            kind=REPORTED,
            body=body,
        )


class Shared(Port):
    """数据共享核查: one question for each paper that the service takes from others and that nobody handed in."""

    name = "shared"
    title = "数据共享核查"
    gives: ClassVar[Mapping[str, str]] = {
        "id": "办件号-材料代码",
        "application": "办件号",
        "node": "警务室编号",
        "service": "事项",
        "material": "材料代码",
        "material_name": "材料名称",
        "name": "申请人姓名",
        "id_number": "公民身份号码",
    }
    takes: ClassVar[Mapping[str, Field]] = {
        "id": Field("办件号-材料代码", text(1, 64)),
        "outcome": Field("found 已查到，none 没有查到", one_of(*REPORTS["shared"])),
        "at": _AT,
        "source": _SOURCE,
    }

    def asks(self, centre: Centre, node_id: str, event: Event) -> list[Enquiry]:
        said = event.data if event.kind == FILED else None
        if said is None or said.get("parts"):
            return []
        definition = definition_of(centre, said["service"]["digest"], said["answers"])
        listed = definition.service["materials"] if definition else ()
        given = {one["slot"] for one in said["materials"]}
        lacking = [
            one
            for one in listed
            if one["source"] in SHARED_SOURCES and needed(one, said["answers"]) and one["code"] not in given
        ]
        return [
            Enquiry(
                f"{event.application}-{one['code']}"[:64],
                event.application,
                {"material": one["code"], "material_name": one["name"], "service": said["service"]["id"]},
            )
            for one in lacking
        ]

    def line(self, centre: Centre, tx: Connection, row: Row[Any]) -> dict[str, Any] | None:
        name, id_number = applicant(centre, tx, row.node_id, row.number)
        if not id_number:
            return None
        said = {"id": row.id, "application": row.number, "node": row.node_id, "name": name, "id_number": id_number}
        return said | enquiry_of(row)

    def answer(self, centre: Centre, tx: Connection, line: Line) -> Answer:
        row = question(tx, self.name, line["id"])
        asked = enquiry_of(row)
        body = {"what": "shared", "material": asked["material"], "name": asked["material_name"]}
        body |= {key: line[key] for key in ("outcome", "at", "source") if key in line}
        return Answer(
            row.node_id,
            row.number,
            line["outcome"],
            enquiry=row.id,
            ref=asked["material"],
            day=line["at"][:10],
            kind=REPORTED,
            body=body,
        )
