"""Receipts of sealed inboxes, checked by what they prove themselves: before their application has come in, too."""

from dataclasses import dataclass

from edge import receipt_proof, receipts
from edge.database import Connection
from edge.errors import problem
from edge.inbox import sets


@dataclass(frozen=True, slots=True)
class SealedReceipt:
    """A genuine one; `at` as 2026-11-22 09:12, `whose`: the locked room's or a visit's, `registered`: in the log."""

    number: str
    at: str
    whose: str
    registered: bool


def check(tx: Connection, text: str) -> SealedReceipt | None:
    """None for a text that carries no proof of a set. Raises receipt_unknown for a proof that is not of this room."""
    proof = receipt_proof.read(text)
    if proof is None or not proof.set:
        return None
    known = sets.keys(tx, proof.set)
    node = str(tx.execute("SELECT node_id FROM node").fetchone()[0])
    if known is None or not proof.number.startswith(node) or not proof.is_signed_by(known.sign_public):
        raise problem("receipt_unknown")
    row = tx.execute("SELECT receipt_token FROM head WHERE number = ?", (proof.number,)).fetchone()
    if row is not None and row["receipt_token"] != proof.token:
        raise problem("receipt_unknown")
    whose = f"上门收件（{known.officer}）" if known.kind == sets.VISIT else "本室锁定时收件"
    return SealedReceipt(
        proof.number, proof.at, whose, registered=row is not None and bool(receipts.series_of(proof.number))
    )
