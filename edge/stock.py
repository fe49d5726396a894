"""盖章文书台账: sealed and numbered blanks, received, issued, voided, counted. Each act is one event of the whole room.

A number is used once. The next one must be used; whoever skips one voids it with its reason, so that no gap is left
unexplained. A result that needs such a blank does not count as 办结 at the room before it was issued.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from edge import applications, concerns, log, room_events, stock_slips
from edge.applications import Application
from edge.database import Connection
from edge.errors import problem
from edge.stock_slips import VOIDED

if TYPE_CHECKING:
    from edge.node import Node

RANGE_MAX = 5000
REASON_MAX = 200
_NUMBER = re.compile(r"([A-Z]{0,6})([0-9]{1,12})\Z")


def receive(node: "Node", stock: str, first: str, last: str, *, actor: str, token: str) -> None:
    """入库: a run of numbers from the station. Raises stock_range_wrong, stock_known."""
    first, last = first.strip().upper(), last.strip().upper()

    def act(tx: Connection) -> dict[str, Any]:
        _check_range(first, last)
        if stock not in kinds(node):
            raise problem("stock_unknown", stock=stock)
        known = [one for one in stock_slips.numbers(first, last) if stock_slips.find(tx, stock, one) is not None]
        if known:
            raise problem("stock_known", number=known[0])
        return {"stock": stock, "first": first, "last": last}

    _write(node, "stock.received", act, actor, token)


def _check_range(first: str, last: str) -> None:
    begin, end = _NUMBER.match(first), _NUMBER.match(last)
    if begin is None or end is None or begin[1] != end[1] or len(begin[2]) != len(end[2]):
        raise problem("stock_range_wrong")
    if not 0 <= int(end[2]) - int(begin[2]) < RANGE_MAX:
        raise problem("stock_range_wrong")


def issue(node: "Node", stock: str, number: str, application: str, *, actor: str, token: str) -> None:
    """领用 for an application whose result asks for this blank. Raises not_found, stock_not_due, stock_not_next."""

    def act(tx: Connection) -> dict[str, Any]:
        if stock not in issuable(tx, applications.get(tx, application)):
            raise problem("stock_not_due", stock=stock)
        due = stock_slips.next_number(tx, stock)
        if number != due:
            raise problem("stock_not_next", number=number, next=due or "（已用完）")
        return {"stock": stock, "number": number, "application": application}

    _write(node, "stock.issued", act, actor, token)


def void(node: "Node", stock: str, number: str, reason: str, *, actor: str, token: str) -> None:
    """作废, with its reason: spoilt, lost, or skipped. Raises stock_reason_missing, stock_not_here."""

    def act(tx: Connection) -> dict[str, Any]:
        if not 0 < len(reason.strip()) <= REASON_MAX:
            raise problem("stock_reason_missing")
        slip = stock_slips.find(tx, stock, number)
        if slip is None or slip.state == VOIDED:
            raise problem("stock_not_here", number=number)
        return {"stock": stock, "number": number, "reason": reason.strip()}

    _write(node, "stock.voided", act, actor, token)


def count(node: "Node", stock: str, unused: int, note: str, *, actor: str, token: str) -> None:
    """盘点: how many blanks lie in the safe. Another number than the ledger's needs a note. Raises stock_count_note."""

    def act(tx: Connection) -> dict[str, Any]:
        expected = next((one.unused for one in stock_slips.balances(tx) if one.stock == stock), None)
        if expected is None:
            raise problem("stock_unknown", stock=stock)
        if unused < 0 or (unused != expected and not note.strip()) or len(note) > REASON_MAX:
            raise problem("stock_count_note", expected=expected)
        said = {"note": note.strip()} if note.strip() else {}
        return {"stock": stock, "unused": unused, "expected": expected, **said}

    _write(node, "stock.counted", act, actor, token)


def _write(node: "Node", kind: str, act: Callable[[Connection], dict[str, Any]], actor: str, token: str) -> None:
    room_events.write(node, kind, act, actor=actor, token=token, project=stock_slips.project)


def kinds(node: "Node") -> list[str]:
    """The names of the blanks that the services of this room hand out."""
    found = {
        str(result["document"])
        for definition in node.catalogue.values()
        for result in definition.service["results"]
        if result["seal"] == "stock"
    }
    return sorted(found)


def wanted(tx: Connection, application: Application) -> list[str]:
    """The blanks that this application's result needs and that were not issued yet.

    Before the decision those of 准予; after a decision those of what was decided; nothing for what ended otherwise.
    """
    state = application.state
    if state.phase == "unknown":
        return []
    kind = (state.result or "") if state.phase == "closed" else "granted"
    issued = {slip.stock for slip in stock_slips.of_application(tx, application.number)}
    results = application.definition.service["results"]
    asked = [str(one["document"]) for one in results if one["seal"] == "stock" and one["kind"] == kind]
    return [one for one in dict.fromkeys(asked) if one not in issued]


def issuable(tx: Connection, application: Application) -> list[str]:
    """What may be handed out now: after the decision, or where the room itself decides on the spot."""
    decides_here = application.definition.service["decide_at"] == "node"
    return wanted(tx, application) if decides_here else owed(tx, application)


def owed(tx: Connection, application: Application) -> list[str]:
    """The sealed documents without which a decided application does not count as 办结 at the room."""
    return wanted(tx, application) if application.state.phase == "closed" else []


def awaiting(node: "Node", tx: Connection, limit: int = 200) -> list[Application]:
    """Decided applications whose sealed document was not handed out, among the newest of each service that needs one.

    What got its slips is left out by the index; the few others are looked at.
    """
    unseen, account = concerns.shown()
    wanted = {
        one.id: {result["document"] for result in one.service["results"] if result["seal"] == "stock"}
        for one in node.catalogue.values()
    }
    rows = [
        row
        for service, papers in wanted.items()
        if papers
        for row in tx.execute(
            f"SELECT id, number FROM (SELECT id, number FROM head WHERE phase = 'closed' AND service_id = ?"  # noqa: S608  own text
            f"{' AND ' + unseen if unseen else ''} ORDER BY id DESC LIMIT ?)"
            " WHERE (SELECT count(*) FROM stock_slip"
            " WHERE application = number AND application <> '' AND state = 'issued') < ?",
            (service, *account, limit, len(papers)),
        )
    ]
    found = [applications.get(tx, row["number"]) for row in sorted(rows, key=lambda row: -row["id"])[:limit]]
    return [one for one in found if owed(tx, one)]


def history(tx: Connection, limit: int = 200) -> list[tuple[str, str, str, dict[str, Any]]]:
    """(at, kind, actor, body) of the acts, the newest first."""
    rows = tx.execute(
        "SELECT epoch, seq FROM event WHERE side = 'node' AND application = '' AND kind LIKE 'stock.%'"
        " ORDER BY epoch DESC, seq DESC LIMIT ?",
        (limit,),
    ).fetchall()
    found = [log.find(tx, "node", row["epoch"], row["seq"]) for row in rows]
    return [(one.at, one.kind, one.actor, one.data) for one in found if one is not None]
