"""The node's first word to the centre: its keys, and the one-time code that proves who gave them."""

import secrets
from dataclasses import replace
from importlib.metadata import version

from forms.events import Head
from sync import answer, envelope, frames
from sync.envelope import Purpose
from sync.frames import Ack, Enrolment
from sync.keys import Parties

BATCH_ID_BYTES = 16


def place(node: str) -> str:
    """Where the first word goes on a link."""
    return f"{node}/enrol"


def message(parties: Parties) -> bytes:
    """A sealed envelope with our public keys and the code. It may be sent any number of times."""
    start = Head.start("node", parties.node)
    header = envelope.header_for(Purpose.ENROL, parties.node, start, (), secrets.token_bytes(BATCH_ID_BYTES))
    word = Enrolment(parties.centre.code, parties.own.box.public, version("yizhan"))
    header = replace(header, sender_key=parties.own.sign.public)
    return envelope.seal(header, frames.pack(enrolment=word), parties.seals)


def confirmed(said: bytes, request: bytes, parties: Parties) -> Ack:
    """The centre's word that it has bound our keys. Raises answer_untrusted."""
    return answer.read(said, request, parties, Purpose.ENROLLED).ack
