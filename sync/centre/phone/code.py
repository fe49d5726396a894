"""What the code of a receipt proves, whether its application has come in or not."""

import hmac
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select

from edge import receipt_numbers, receipt_proof
from edge.errors import YizhanError
from edge.receipt_proof import Proof
from edge.room import Room
from forms.state import State
from sync.centre import projection, room_said, rooms, tables
from sync.centre.room_said import Said
from sync.centre.statements import matching

Kind = Literal["damaged", "no_room", "unproven", "forged", "received", "sealed", "held"]
_FILED = matching(select(tables.application.c.number), tables.application, "node_id", "number")
_OLD_KEY = matching(select(tables.room_keys.c.old_sign_key), tables.room_keys, "node_id")


@dataclass(frozen=True, slots=True)
class Found:
    """`received`, `sealed`: genuine by its signature, and not here yet; `held`: it is here, and this is its code.

    `unproven`: of a sealed inbox whose key has not come up. `room` is None where there is no such room.
    """

    kind: Kind
    proof: Proof | None = None
    room: Room | None = None

    @property
    def node(self) -> str:
        return self.proof.node if self.proof else ""

    @property
    def number(self) -> str:
        return self.proof.number if self.proof else ""


def look(tx: Connection, text: str) -> Found:
    """What a scanned text proves. Never raises for what somebody typed."""
    proof = receipt_proof.read(text)
    if proof is None or not receipt_numbers.is_number(proof.number):
        return Found("damaged")
    try:
        room, said = rooms.get(tx, proof.node), room_said.get(tx, proof.node)
    except YizhanError as error:
        if error.code != "node_unknown":
            raise
        return Found("no_room", proof)
    if tx.execute(_FILED, {"node_id": proof.node, "number": proof.number}).scalar() is None:
        return Found(_by_signature(tx, proof, room, said), proof, said.room)
    given = state_of(tx, proof).receipt.token
    return Found("held" if hmac.compare_digest(given, proof.token) else "forged", proof, said.room)


def state_of(tx: Connection, proof: Proof) -> State:
    """The application that a receipt names; an empty state where it is not here."""
    return projection.state_of(tx, proof.node, proof.number)


def _by_signature(tx: Connection, proof: Proof, room: rooms.Room, said: Said) -> Kind:
    if proof.set:
        key = said.sets.get(proof.set)
        if key is None:
            return "unproven"
        return "sealed" if proof.is_signed_by(key) else "forged"
    old = tx.execute(_OLD_KEY, {"node_id": proof.node}).scalar() or ""
    keys = [key for key in (room.sign_key, bytes.fromhex(old)) if key]
    if not keys:
        return "unproven"
    return "received" if any(proof.is_signed_by(key) for key in keys) else "forged"
