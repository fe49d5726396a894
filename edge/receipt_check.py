"""Is a receipt one of ours? By the text of its QR code, its token or its number."""

from urllib.parse import unquote, urlsplit

from edge import applications, practice, receipt_proof, receipts
from edge.applications import Application
from edge.database import Connection
from edge.errors import YizhanError, problem
from edge.receipt_proof import Proof


def check(tx: Connection, text: str) -> Application:
    """The application that a receipt was given for. Raises receipt_practice, receipt_unknown.

    One with our signature is believed by its code and its number, which the log has, and not by a key: that one may
    have been replaced since.
    """
    path = unquote(urlsplit(text.strip()).path)
    last = path.rstrip("/").rpartition("/")[2].replace(" ", "")
    proof = receipt_proof.read(last)
    last = proof.token if proof else last
    if path.lower().startswith(f"{practice.MOUNT}/") or (last.isdigit() and practice.is_practice(last)):
        raise problem("receipt_practice")
    try:
        if receipts.is_number(last):
            return _real(applications.get(tx, last))
        if receipts.is_token(last.upper()):
            return _real(_the_same(applications.by_token(tx, last), proof))
    except YizhanError as error:
        if error.code != "not_found":
            raise
    raise problem("receipt_unknown")


def _the_same(found: Application, proof: Proof | None) -> Application:
    if proof is not None and proof.number != found.number:
        raise problem("receipt_unknown")
    return found


def _real(found: Application) -> Application:
    if practice.is_practice(found.number):  # asked of the practice room itself
        raise problem("receipt_practice")
    return found
