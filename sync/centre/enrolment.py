"""How a police room becomes known: a one-time code made here, keys made there, bound to each other once."""

import re
import secrets
from typing import Any

from sqlalchemy import Connection, select, update

from edge.errors import problem
from forms.events import Head
from sync import envelope, frames
from sync.centre import invitations, key_pair, pack_telling, rooms, suites, tables
from sync.centre.centre import Centre
from sync.centre.identity import OwnSet
from sync.centre.statements import matching
from sync.centre.store import add_missing, upsert
from sync.centre.suites import Channel
from sync.envelope import EnvelopeError, Purpose

EPOCHS_OF_A_MACHINE = 2
NODE_ID = re.compile(r"[0-9]{10}\Z")
_machine = tables.machine_epoch
_EPOCH = matching(select(_machine.c.epoch), _machine, "node_id")


def enrol(
    centre: Centre, node: str, name: str, url: str, *, by: str = "centre:cli", days: int = invitations.DAYS
) -> dict[str, Any]:
    """The enrolment file of a node, with a fresh code; an earlier code of the same node ends. Raises node_wrong.

    For a node that is known already the code lets another machine take its place: the old keys end when it is used.
    """
    if not NODE_ID.match(node):
        raise problem("node_wrong")
    with centre.store.write() as tx:
        add_missing(tx, tables.node, [_row(node, centre.clock.now())])
        tx.execute(update(tables.node).filter_by(node_id=node).values(name=name))
        room = rooms.get(tx, node, lock=True)
        code = invitations.make(centre, tx, node, by, days)
        _leave_epochs(tx, room)
        return public_part(centre, tx, room, url) | {"code": code}


def public_part(centre: Centre, tx: Connection, room: rooms.Room, url: str = "") -> dict[str, Any]:
    """An enrolment file without its code: the room, where the centre is, and its public keys as they are now."""
    given, policy, root = suites.enrolling(centre, tx), suites.policy(tx), pack_telling.newest_root(tx)
    return {
        "node": room.node_id,
        "name": room.name,
        "centre_url": url or centre.settings.url or f"http://{centre.settings.host}:{centre.settings.port}",
        "suite": given.suite.name,
        "generation": given.generation,
        "centre_sign_key": given.sign.public.hex(),
        "centre_box_key": given.box.public.hex(),
        "policy": suites.in_name_of(policy, given).body() if policy.version else None,
        "epoch": int(tx.execute(_EPOCH, {"node_id": room.node_id}).scalar() or 0),
        "supervisor_box_key": key_pair.public_key(centre.settings.supervisor_file),
        "pack_root": root.text if root else None,
        "recovery_box_key": key_pair.public_key(centre.settings.recovery_file),
    }


def _leave_epochs(tx: Connection, room: rooms.Room) -> None:
    """A new machine begins its log in a later epoch than this. Numbers carry the epoch, so none of a machine whose end
    was never heard is given out again: what it was heard in, and two for each that was enrolled, are left to it.
    """
    if room.bound_at:
        epoch = int(tx.execute(_EPOCH, {"node_id": room.node_id}).scalar() or 0)
        epoch = max(epoch + EPOCHS_OF_A_MACHINE, room.up_head.epoch + 1)
        upsert(tx, _machine, [{"node_id": room.node_id, "epoch": epoch}])


def has_machine(centre: Centre, node: str) -> bool:
    """Whether a machine is bound to this node: its keys, and the sticks that it wrote, end when another takes over."""
    with centre.store.read() as tx:
        return node in rooms.ids(tx) and bool(rooms.get(tx, node).bound_at)


def bind(centre: Centre, node_id: str, body: bytes) -> bytes:
    """A node's first word: bind its keys if the code is right; answer with how far its log is held here.

    The same word again gets the same answer. Raises node_unknown, envelope_refused, enrolment_wrong, enrolment_taken.
    """
    own, opened, word = _open(centre, node_id, body)
    sign_key = opened.header.sender_key
    with centre.store.write() as tx:
        room = rooms.get(tx, node_id, lock=True)
        if (room.sign_key, room.box_key) != (sign_key, word.box_key):
            now = centre.clock.now()
            invitations.check(tx, room, word.code, now)
            invitations.used(tx, room, now)
            keys = {"sign_key": sign_key.hex(), "box_key": word.box_key.hex(), "bound_at": now}
            tx.execute(update(tables.node).filter_by(node_id=node_id).values(keys | {"code_hash": ""}))
            suites.bound(tx, node_id)
    return _answer(centre, room, Channel(own, sign_key, word.box_key), opened.digest)


def _open(centre: Centre, node_id: str, body: bytes) -> tuple[OwnSet, envelope.Opened, frames.Enrolment]:
    """Our set that it came to, the word, and its envelope, which is signed with the very key that it brings."""
    try:
        header = envelope.peek(body)
        own = _addressed(centre, header)
        opened = envelope.open_envelope(body, own.opens(header.sender_key), purpose=Purpose.ENROL, node=node_id)
        word = opened.contents().enrolment
    except EnvelopeError as error:
        raise suites.refused(error) from error
    if word is None or len(word.box_key) != own.suite.box_public_bytes:
        raise problem("envelope_refused", detail="no_enrolment")
    return own, opened, word


def _addressed(centre: Centre, header: envelope.Header) -> OwnSet:
    own = centre.identity.addressed(header.recipient_key_id)
    if own is None:
        raise EnvelopeError("not_for_us", "sealed to another key")
    with centre.store.read() as tx:
        suites.check_suite(tx, own, centre.clock.now())
    return own


def _answer(centre: Centre, room: rooms.Room, used: Channel, of: bytes) -> bytes:
    ack = frames.Ack(node=room.node_id, head=room.up_head, at=centre.clock.now(), of=of)
    header = envelope.header_for(Purpose.ENROLLED, room.node_id, room.down_seen, (), secrets.token_bytes(16))
    return envelope.seal(header, frames.pack(ack=ack), used.seals)


def _row(node: str, now: str) -> dict[str, Any]:
    up, down = str(Head.start("node", node)), str(Head.start("centre", node))
    return {"node_id": node, "enrolled_at": now, "up_head": up, "down_head": down, "down_seen": down}
