"""Whether an answer of the centre is to be believed: opened, signed, for us, and about this very envelope."""

from dataclasses import dataclass
from datetime import datetime

from edge.errors import problem
from forms.events import Event, Head
from sync.envelope import EnvelopeError, Purpose, digest_of, open_envelope
from sync.frames import Ack
from sync.keys import Parties

_WHY = {
    "damaged": "内容不完整或已损坏",
    "not_for_us": "不是发给本机的",
    "unknown_suite": "加密方式不符",
    "bad_signature": "签名不对",
    "too_large": "内容过大",
    "bad_content": "内容不合规定",
    "unknown_codebook": "所用编码表本机没有，下次将改用不用编码表的方式",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the centre said, proven; `events` continue its log from `after`."""

    ack: Ack
    after: Head
    events: tuple[Event, ...]


def read(answer: bytes, request: bytes, parties: Parties, purpose: Purpose) -> Answer:
    """Raises answer_untrusted; nothing may be taken from the answer then."""
    said = proven(answer, parties, purpose)
    if said.ack.of != digest_of(request):
        raise problem("answer_untrusted", detail="确认的不是本机这次上传的内容")
    return said


def proven(answer: bytes, parties: Parties, purpose: Purpose) -> Answer:
    """The centre's word to this node, whatever it answers: it may be old. Raises answer_untrusted."""
    try:
        opened = open_envelope(answer, parties.opens, purpose=purpose, node=parties.node)
        contents = opened.contents()
    except EnvelopeError as error:
        raise problem("answer_untrusted", detail=_WHY[error.code]) from error
    if contents.ack is None or contents.ack.node != parties.node:
        raise problem("answer_untrusted", detail="没有接收确认")
    if not _is_time(contents.ack.at):
        raise problem("answer_untrusted", detail="没有有效的时间")
    header = opened.header
    return Answer(contents.ack, Head(header.epoch, header.seq_from - 1, header.prev), contents.events)


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
