"""Whether an answer of the centre is to be believed: opened, signed, for us, and about this very envelope."""

from dataclasses import dataclass, field
from datetime import datetime

from edge import log
from edge.database import Connection
from edge.errors import problem
from forms.events import Event, Head
from sync.envelope import EnvelopeError, OpenKeys, Purpose, digest_of, open_envelope
from sync.frames import REFUSED_MAX, Ack, Contents
from sync.keys import Parties

_WHY = {
    "damaged": "内容不完整或已损坏",
    "not_for_us": "不是发给本机的",
    "unknown_suite": "加密套件不是约定的那一种，或已停用",
    "bad_signature": "签名不对",
    "too_large": "内容过大",
    "bad_content": "内容不合规定",
    "unknown_codebook": "所用编码表本机没有，下次将改用不用编码表的方式",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the centre said, proven; `events` continue its log from `after`. `keys`: those that it opened with."""

    ack: Ack
    after: Head
    events: tuple[Event, ...]
    keys: OpenKeys
    word: tuple[bytes, bytes] = (b"", b"")  # header and signature: the centre's evidence on the head of its log
    contents: Contents = field(default_factory=Contents)


def read(answer: bytes, request: bytes, parties: Parties, purpose: Purpose) -> Answer:
    """Raises answer_untrusted; nothing may be taken from the answer then."""
    said = proven(answer, parties, purpose)
    if said.ack.of != digest_of(request):
        raise problem("answer_untrusted", detail="确认的不是本机这次上传的内容")
    return said


def proven(answer: bytes, parties: Parties, purpose: Purpose) -> Answer:
    """The centre's word to this node, whatever it answers: it may be old. Raises answer_untrusted."""
    try:
        keys = parties.opens_answer(answer)
        opened = open_envelope(answer, keys, purpose=purpose, node=parties.node)
        contents = opened.contents()
    except EnvelopeError as error:
        raise problem("answer_untrusted", detail=_WHY[error.code]) from error
    if contents.ack is None or contents.ack.node != parties.node:
        raise problem("answer_untrusted", detail="没有接收确认")
    if not _is_time(contents.ack.at):
        raise problem("answer_untrusted", detail="没有有效的时间")
    header = opened.header
    after = Head(header.epoch, header.seq_from - 1, header.prev)
    return Answer(contents.ack, after, contents.events, keys, (opened.header_bytes, opened.word), contents)


def must_believe_us(said: Answer) -> None:
    """Raises centre_refused where the centre holds another history under our name: its ack is not of our log then."""
    reasons = [one.reason for one in said.ack.refused if one.code == "fork"]
    if reasons:
        raise problem("centre_refused", detail=reasons[0])


def told_refusals(tx: Connection, ack: Ack, after: Head | None) -> tuple[Head, Head] | None:
    """Between which heads of our log an ack names all that was refused, which begins to behind `after`; None: of the
    whole log, where it begins nowhere. One with as many as it can name may have left some out, behind its last.
    """
    if len(ack.refused) < REFUSED_MAX:
        return (after, ack.head) if after else None
    last = log.find(tx, "node", ack.refused[-1].epoch, ack.refused[-1].seq)
    return (after, Head.of(last)) if after and last else (ack.head, ack.head)


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
