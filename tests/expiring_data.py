"""Applications whose cards and permits run out, as the log tells them; all people are made up."""

import secrets
from datetime import datetime
from typing import Any

from edge import definitions, heads, log
from edge.node import Node
from forms import expiry
from tests.desk_app import centre_says
from tests.lifecycle_data import filed

OLD_MAN = "522425196811089855"  # 石永福, born 1968-11-08
YOUNG = "52242520060312984X"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def number_of(node: Node) -> str:
    with node.database.read() as tx:
        count = tx.execute("SELECT count(*) FROM head").fetchone()[0]
    return f"{node.settings.node_id}1{90_001 + count:05d}0"  # far from the numbers that a form gets


def entered(node: Node, service: str, answers: dict[str, Any], at: str = "", number: str = "") -> str:
    """An application as it stands in the log, past the form; its number."""
    definition = node.newest(service)
    number = number or number_of(node)
    receipt = {"token": "".join(secrets.choice(_LETTERS) for _ in range(26)), "code": "204816"}
    body = filed(
        service={"id": definition.id, "version": definition.version, "digest": definition.digest},
        answers=answers,
        receipt=receipt,
    )
    if at:
        node.clock.advance(seconds=(datetime.fromisoformat(at) - node.clock.moment).total_seconds())
    with node.database.write() as tx:
        definitions.keep(tx, definition)
        log.append(tx, "application.filed", number, body, "kiosk")
        heads.project(tx, number)
    return number


def decided(node: Node, number: str, result: str = "granted", at: str = "2026-11-21T10:00:00+08:00") -> None:
    centre_says(node, "application.decided", number, {"result": result}, at)


def renewal(expiry_day: str = "2027-02-20", number: str = OLD_MAN, **card: Any) -> dict[str, Any]:
    """Answers of somebody who wants to renew a card that runs out."""
    term = {"term": "dated", "expiry": expiry_day} if expiry_day else {"term": "long"}
    return {
        "applicant": {"by": "self", "name": "石永福", "idNumber": number, "hasPhone": True, "phone": "19900000155"},
        "card": {"reason": "expiry", "inHand": True, **term, **card},
        "delivery": {"method": "post", "address": "大坪村一组2号"},
    }


def permit(last: str = "2025-12-10", number: str = YOUNG) -> dict[str, Any]:
    """Answers of somebody who wants his residence permit endorsed."""
    return {
        "card": {"first": "issue", "last": last, "inHand": True},
        "applicant": {"by": "self", "name": "沈月琴", "idNumber": number, "hasPhone": False},
    }


def stay(start: str = "2026-03-02", months: int = 9, number: str = YOUNG) -> dict[str, Any]:
    """Answers of somebody who lives here for some months."""
    person = {
        "name": "沈月琴",
        "idType": "idCard",
        "idNumber": number,
        "by": "self",
        "hasPhone": True,
        "phone": "19900000123",
    }
    return {
        "applicant": person,
        "residence": {
            "village": "520524104215",
            "hasDoorplate": True,
            "doorplate": "三组17号",
            "start": start,
            "months": months,
            "reason": "work",
        },
    }


def lapsed_renewal(node: Node, **said: Any) -> str:
    """Somebody wanted to renew and did not: what he wrote of his card still holds."""
    number = entered(node, expiry.RENEWAL, renewal(**said))
    decided(node, number, "lapsed")
    return number
