"""Whom to call because a document lies here: a source of 联系群众 (edge.staff.call_sources)."""

from flask import url_for

from edge import applications, handover_list, heads
from edge.database import Connection
from edge.node import Node
from edge.staff.call_sources import EACH_MAX, Call


def here(_: Node, tx: Connection) -> list[Call]:
    """Those whose document came and whom nobody has told."""
    found = []
    for number in handover_list.numbers(tx, "here", EACH_MAX):
        head = heads.find(tx, number)
        if head is None:
            continue
        application = applications.get(tx, number)
        names = "、".join(one.name for one in application.state.delivery.here)
        found.append(
            Call(
                head.applicant or "未留姓名",
                handover_list.phone(application.definition, application.state.answers),
                f"{names}到了，请来领",
                url_for("staff.handover_one", number=number, _anchor="calls"),
            )
        )
    return found
