"""代办 at the desk: who stands there for whom, recorded where the form doesn't ask; the list of what was taken in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge import applications, concerns, definitions, index, wholes
from edge.applications import Application
from edge.database import Connection
from edge.errors import problem
from forms import lifecycle, proxies
from forms.definition import Definition
from forms.events import Event
from forms.kinds_receiving import PROXY_PAPERS, RELATIONS
from forms.state import State

if TYPE_CHECKING:
    from edge.node import Node

LIST_MAX = 500
NAME_MAX, NUMBER_MAX = 100, 40


@dataclass(frozen=True, slots=True)
class Brought:
    """One line of the 代收清单. `number` is the application's; `who` took it in."""

    number: str
    proxy: str
    person: bytes
    day: str
    who: str


def record(
    node: "Node",
    number: str,
    *,
    name: str,
    document: str,
    relation: str,
    papers: Iterable[str],
    phone: str = "",
    actor: str,
    token: str | None = None,
) -> Application:
    """登记代办人, for a whole in all of its open parts. `document`: the number of his document.

    Raises not_found, not_allowed_now, proxy_in_form, standing_incomplete.
    """

    def act(tx: Connection, state: State) -> Event:
        if state.phase not in ("received", "correction", "accepted"):
            raise problem("not_allowed_now", phase=lifecycle.phase_title(state), act="登记代办人")
        definition = definitions.find(tx, state.service.digest)
        body = checked(definition, name=name, document=document, relation=relation, papers=papers, phone=phone)
        return wholes.act(tx, state, "proxy.recorded", body, actor)

    return applications.act_on(node, number, token, act)


def checked(
    definition: Definition, *, name: str, document: str, relation: str, papers: Iterable[str], phone: str = ""
) -> dict[str, Any]:
    """The body of the event. Raises proxy_in_form, standing_incomplete."""
    if proxies.asks(definition):
        raise problem("proxy_in_form")
    name, document, phone = name.strip(), "".join(document.split()).upper(), phone.strip()
    if not 0 < len(name) <= NAME_MAX or not 0 < len(document) <= NUMBER_MAX or relation not in RELATIONS:
        raise problem("standing_incomplete")
    seen = [one for one in PROXY_PAPERS if one in set(papers)]
    said = {"phone": phone[:NUMBER_MAX]} if phone else {}
    return {"name": name, "number": document, "relation": relation, "papers": seen, **said}


def brought(tx: Connection, since: str, until: str, *, person: str = "", actor: str = "") -> list[Brought]:
    """What came through somebody else from one day to another, the oldest first, for a number or a name of a proxy
    (`person`) and for one who took in (`actor`).
    """
    unseen, account = concerns.shown()
    clauses = ["head_proxy.day BETWEEN ? AND ?", *([unseen] if unseen else [])]
    values: list[Any] = [since, until, *account]
    if person:
        clauses.append("person IN (?, ?)")
        key = bytes(tx.execute("SELECT search_key FROM node").fetchone()[0])
        values += [index.hashed(key, "person", one) for one in (person.strip(), "".join(person.split()).upper())]
    if actor:
        clauses.append("head_proxy.actor = ?")
        values.append(actor)
    query = (
        "SELECT head.number, head_proxy.name, head_proxy.person, head_proxy.day, head_proxy.actor FROM head_proxy"  # noqa: S608  own clauses
        f" JOIN head ON head.id = head_proxy.head WHERE {' AND '.join(clauses)}"
        " ORDER BY head_proxy.day, head_proxy.head LIMIT ?"
    )
    rows = tx.execute(query, (*values, LIST_MAX))
    return [Brought(row[0], row[1], bytes(row[2]), row[3], row[4]) for row in rows]
