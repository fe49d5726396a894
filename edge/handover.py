"""出件: documents come to the room, somebody is told, and they are handed over against a proof (M49, M63, M89).

Nothing is handed out before its originals were seen (M81), before it was decided, or without a signature, a fingerprint
with its reason, or a photograph with a witness. Each act is one event of the application.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge import applications, filings, log, originals, pickup, stock, stock_slips, submissions, validity
from edge.applications import Application
from edge.database import Connection
from edge.errors import problem
from forms import service_results
from forms.events import Event
from forms.kinds_delivery import CALLED_BY, PROOFS, REACHED, SOURCES, WAYS
from forms.state import Material, State

if TYPE_CHECKING:
    from edge.node import Node

SIGNATURE, PHOTO, LETTER = "handover-signature", "handover-photo", "handover-letter"
NAME_MAX, NOTE_MAX = 100, 200
_PARCEL = re.compile(r"[0-9A-Z]{6,40}\Z")
_PROOFS = {
    "room": ("signature", "fingerprint", "photo"),
    "visit": ("signature", "fingerprint", "photo"),
    "post": ("carrier",),
    "window": ("record",),
}


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who takes it for the applicant, and the photograph of what authorises him."""

    name: str
    id_number: str
    relation: str
    letter: Material | None


@dataclass(frozen=True, slots=True)
class Handing:
    """What is about to be handed over. `documents`: ids of arrivals, or names of what the result itself gives.

    `code`: what was typed as pick-up code, "" where the officer compared the identity card (`compared`).
    """

    documents: Sequence[str]
    how: str
    proof: str
    code: str = ""
    compared: bool = False
    material: Material | None = None
    remark: str = ""
    witness: str = ""
    proxy: Proxy | None = None


def arrive(
    node: "Node",
    number: str,
    name: str,
    source: str,
    *,
    actor: str,
    token: str,
    place: str = "",
    parcel: tuple[str, str] = ("", ""),
    own_code: bool = False,
    until: str = "",
) -> Application:
    """到件登记, with where it lies, the parcel that it came in, and the end of validity that stands on it.

    Raises document_unnamed, parcel_wrong, card_until, not_found.
    """
    name, place = name.strip(), place.strip()[:40]

    def act(tx: Connection, state: State) -> Event:
        if not 0 < len(name) <= NAME_MAX or source not in SOURCES:
            raise problem("document_unnamed")
        body: dict[str, Any] = {"name": name, "source": source, **_parcel(parcel)}
        body |= {"place": place} if place else {}
        body |= {"code": pickup.new_code()} if own_code else {}
        body |= {"until": noted} if (noted := validity.noted(until, tx.clock.today())) else {}
        return log.append(tx, "document.received", state.number, body, actor)

    return applications.act_on(node, number, token, act)


def _parcel(given: tuple[str, str], *, needed: bool = False) -> dict[str, Any]:
    carrier, number = given[0].strip(), "".join(given[1].split()).upper()
    if not (carrier or number or needed):
        return {}
    if not 0 < len(carrier) <= 40 or not _PARCEL.match(number):  # noqa: PLR2004 - forms.kinds_delivery has the same
        raise problem("parcel_wrong")
    return {"parcel": {"carrier": carrier, "number": number}}


def call(node: "Node", number: str, how: str, reached: str, note: str, *, actor: str, token: str) -> Application:
    """通知取件: told, or not reached. Raises call_wrong, not_found."""

    def act(tx: Connection, state: State) -> Event:
        if how not in CALLED_BY or reached not in REACHED or len(note.strip()) > NOTE_MAX:
            raise problem("call_wrong")
        said = {"note": note.strip()} if note.strip() else {}
        return log.append(tx, "document.called", state.number, {"how": how, "reached": reached, **said}, actor)

    return applications.act_on(node, number, token, act)


def post(
    node: "Node",
    number: str,
    documents: Sequence[str],
    parcel: tuple[str, str],
    *,
    free: bool,
    actor: str,
    token: str,
) -> Application:
    """寄出: on their way, not served before somebody signed for them. Raises as `hand`, and parcel_wrong."""

    def act(tx: Connection, state: State) -> Event:
        application = applications.get(tx, number)
        _must_be_ready(tx, application)
        given = _given(tx, application, documents)
        body = {"documents": given, **_parcel(parcel, needed=True), "free": free}
        return log.append(tx, "document.posted", state.number, body, actor)

    return applications.act_on(node, number, token, act)


def hand(node: "Node", number: str, given: Handing, *, actor: str, name: str, token: str) -> Application:
    """送达 against a proof. `name`: the officer's own, who can't be the witness.

    Raises not_found, document_none, document_not_here, handover_open, handover_sealed, handover_unposted,
    handover_unproven, handover_witness, handover_unchecked, proxy_incomplete, originals_unseen, pickup_wrong,
    pickup_locked.
    """
    with node.database.read() as tx:
        application = applications.get(tx, number)
        if not _is_repeat(tx, token):
            _check(tx, application, given, name)
    if given.code and not _repeated(node, token):
        pickup.check(node, application, given.code)

    def act(tx: Connection, state: State) -> Event:
        current = applications.get(tx, number)
        _check(tx, current, given, name)
        body = {
            "documents": _given(tx, current, given.documents, posted=given.how == "post"),
            "how": given.how,
            "proof": given.proof,
            "materials": [filings.material_data(one) for one in _materials(given)],
            "checked": "code" if given.code else "officer",
        }
        return log.append(tx, "document.handed", state.number, body | _said(given), actor)

    return applications.act_on(node, number, token, act)


def _repeated(node: "Node", token: str) -> bool:
    with node.database.read() as tx:
        return _is_repeat(tx, token)


def _is_repeat(tx: Connection, token: str) -> bool:
    submissions.check_token(token)
    return tx.execute("SELECT 1 FROM submission WHERE token = ?", (token,)).fetchone() is not None


def _check(tx: Connection, application: Application, given: Handing, officer_name: str) -> None:
    _must_be_ready(tx, application)
    _given(tx, application, given.documents, posted=given.how == "post")
    _check_proof(given, officer_name)
    if given.proxy is not None:
        _check_proxy(given.proxy, application.state)
    if given.how in ("room", "visit") and not given.code and not given.compared:
        raise problem("handover_unchecked")


def _must_be_ready(tx: Connection, application: Application) -> None:
    """Decided, or 即办 here; its sealed paper issued; its originals seen."""
    service, state = application.definition.service, application.state
    on_the_spot = service_results.at_once(service) and state.phase in ("received", "accepted")
    if state.phase != "closed" and not on_the_spot:
        raise problem("handover_open")
    waiting = stock.wanted(tx, application) if on_the_spot else stock.owed(tx, application)
    if waiting:
        raise problem("handover_sealed", name=waiting[0])
    unseen = originals.outstanding(tx, application)
    if unseen:
        raise problem("originals_unseen", names="、".join(unseen))


def handable(application: Application) -> list[tuple[str, str]]:
    """(id or name, title) of what may be handed over now: what lies here, and what the result itself gives."""
    state, service = application.state, application.definition.service
    here = [(one.id, one.name) for one in state.delivery.here]
    named = {name for _, name in here} | state.delivery.names
    own = service_results.owed(service, state) or _of_the_sitting(application)
    return here + [(name, name) for name in own if name not in named]


def _of_the_sitting(application: Application) -> list[str]:
    """The document of a service that is finished at the room itself."""
    service, state = application.definition.service, application.state
    if not service_results.at_once(service) or state.phase not in ("received", "accepted") or state.parts:
        return []
    return [service_results.document_of(service, "granted")]


def _given(tx: Connection, application: Application, wanted: Sequence[str], *, posted: bool = False) -> list[Any]:
    """The documents of an event. Raises document_none, document_not_here, handover_unposted."""
    if not wanted:
        raise problem("document_none")
    travelling = {name for one in application.state.delivery.travelling for name in one.names}
    if posted:
        if not set(wanted) <= travelling:
            raise problem("handover_unposted")
        return [{"name": name} for name in dict.fromkeys(wanted)]
    known = dict(handable(application))
    strange = [one for one in wanted if one not in known]
    if strange:
        raise problem("document_not_here", name=strange[0][:40])
    slips = {slip.stock: slip.number for slip in stock_slips.of_application(tx, application.number)}
    return [_document(one, known[one], slips) for one in dict.fromkeys(wanted)]


def _document(key: str, name: str, slips: dict[str, str]) -> dict[str, str]:
    arrived = {} if key == name else {"received": key}
    return {"name": name, **arrived, **({"slip": slips[name]} if name in slips else {})}


def _check_proof(given: Handing, officer_name: str) -> None:
    if given.how not in WAYS or given.proof not in PROOFS or given.proof not in _PROOFS[given.how]:
        raise problem("handover_unproven")
    pictured = given.proof in ("signature", "photo")
    written = given.proof in ("fingerprint", "carrier", "record")
    if (pictured and given.material is None) or (written and not given.remark.strip()):
        raise problem("handover_unproven")
    witness = given.witness.strip()
    if given.proof == "photo" and (not 0 < len(witness) <= 50 or witness == officer_name):  # noqa: PLR2004 - as in forms.kinds_delivery
        raise problem("handover_witness")


def _check_proxy(proxy: Proxy, state: State) -> None:
    """A proxy who was recorded with his letter at the filing needs no second one."""
    known = state.proxy is not None and state.proxy.name == proxy.name.strip() and "letter" in state.proxy.papers
    if not all(text.strip() for text in (proxy.name, proxy.id_number, proxy.relation)):
        raise problem("proxy_incomplete")
    if proxy.letter is None and not known:
        raise problem("proxy_incomplete")


def _materials(given: Handing) -> list[Material]:
    letter = given.proxy.letter if given.proxy else None
    return [one for one in (given.material, letter) if one is not None]


def _said(given: Handing) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if given.proxy is not None:
        proxy = given.proxy
        said["proxy"] = {
            "name": proxy.name.strip()[:50],
            "id_number": proxy.id_number.strip()[:40],
            "relation": proxy.relation.strip()[:40],
        }
    texts = {"remark": given.remark.strip()[:NOTE_MAX], "witness": given.witness.strip()}
    return said | {name: text for name, text in texts.items() if text}


def at_once(
    node: "Node", number: str, slips: dict[str, str], given: Handing, *, actor: str, name: str, token: str
) -> Application:
    """即办, finished in one sitting: the sealed blanks are issued by their numbers, then everything is handed over.

    A crash in between leaves a blank that was issued for this application; the same form sent again goes on from there.
    Raises as `hand` and stock.issue.
    """
    for place, (paper, slip) in enumerate(sorted(slips.items())):
        stock.issue(node, paper, slip, number, actor=actor, token=f"{token[:90]}-s{place}")
    return hand(node, number, given, actor=actor, name=name, token=token)
