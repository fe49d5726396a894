"""One event of a log: its bytes, its digest, and the chain that holds a log together.

Two logs exist for each node: side "node" is written by the node alone, side "centre" by the centre for this node alone.
The exact bytes that are hashed are described in sync/PROTOCOL.md; whoever only reads hashes the bytes that he received.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Self

from forms import canonical as canonical_json

Side = Literal["node", "centre"]

SALT_BYTES = 16
ERASED = b"\0erased\0"
DIGEST_BYTES = 32
NUMBER_END = 2**53  # canonical JSON holds no number from here on
BODY_BYTES_MAX = 2 << 20  # an event beyond it could never be carried, and those behind it would wait for ever
HEADER_FIELDS = ("seq", "epoch", "id", "application", "kind", "at", "centre_at", "ticks", "actor", "seen")

_EVENT_TAG = b"yizhan-event-1\0"
_LOG_TAG = b"yizhan-log-1\0"
_ID_TAG = b"yizhan-id-1\0"


class ChainError(ValueError):
    """A log that does not hold together; `epoch` and `seq` name the first event that does not fit."""

    def __init__(self, epoch: int, seq: int, reason: str) -> None:
        super().__init__(f"event {epoch}:{seq}: {reason}")
        self.epoch = epoch
        self.seq = seq
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `body` is canonical JSON made once by the writer; everyone else keeps those bytes.

    `at` is the writer's clock, `centre_at` the last centre-signed time it knew ("" if none), both RFC 3339 with +08:00;
    `ticks` are monotonic milliseconds; `seen` is the head of the other side's log that the writer knew ("" if none);
    `salt` has 16 bytes, `prev` and `digest` have 32.
    """

    seq: int
    epoch: int
    id: str
    application: str
    kind: str
    at: str
    centre_at: str
    ticks: int
    actor: str
    seen: str
    body: bytes
    salt: bytes
    prev: bytes
    digest: bytes
    _data: dict[str, Any] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def data(self) -> dict[str, Any]:
        """The parsed body, read once for all who ask: whoever wants to change something of it copies it first.

        Raises ValueError when the bytes are not a JSON object, or a text in it is no Unicode.
        """
        if self._data is None:
            object.__setattr__(self, "_data", _read(self.body))
        return self._data  # type: ignore[return-value]  # it was just read

    @property
    def header(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in HEADER_FIELDS}

    @property
    def position(self) -> tuple[int, int]:
        """(epoch, seq): the only order inside one log."""
        return (self.epoch, self.seq)


def _read(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except RecursionError as error:
        raise ValueError("the body of an event is nested too deep") from error
    if not isinstance(value, dict):
        raise ValueError("the body of an event is a JSON object")  # noqa: TRY004 - bad bytes, not a caller's mistake
    if b"\\u" in body or b"\xed" in body:  # perhaps half a character, which no page or column takes
        json.dumps(value, ensure_ascii=False).encode()
    return value


class Head(NamedTuple):
    """Where a log stands: its last event. Before the first event: `Head.start(side, node)` with seq 0."""

    epoch: int
    seq: int
    digest: bytes

    @classmethod
    def start(cls, side: Side, node: str) -> Self:
        return cls(1, 0, genesis(side, node))

    @classmethod
    def of(cls, event: Event) -> Self:
        return cls(event.epoch, event.seq, event.digest)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "epoch:seq:digesthex". Raises ValueError for anything else, and for numbers that no event can have."""
        epoch, seq, digest_hex = text.split(":")
        head = cls(int(epoch), int(seq), bytes.fromhex(digest_hex))
        if str(head) != text or not (0 <= head.epoch < NUMBER_END and 0 <= head.seq < NUMBER_END):
            raise ValueError(f"not the head of a log: {text!r}")
        return head

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}:{self.digest.hex()}"

    @property
    def position(self) -> tuple[int, int]:
        return (self.epoch, self.seq)


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785). Raises ValueError for NaN, lone surrogates, integers from 2**53, deep nesting."""
    try:
        return canonical_json.of(value)
    except RecursionError as error:
        raise ValueError("nested too deep for canonical JSON") from error


def genesis(side: Side, node: str) -> bytes:
    """The `prev` of the first event of a log; 32 bytes that differ for each side and node."""
    return hashlib.sha256(_LOG_TAG + side.encode() + b"\0" + node.encode()).digest()


def derived_id(prev: bytes, salt: bytes) -> str:
    """The id of a new event, 32 hex characters: as unguessable as its salt, and not carried where prev and salt are."""
    return hashlib.sha256(_ID_TAG + prev + salt).hexdigest()[:32]


def digest(prev: bytes, header: Mapping[str, Any], salt: bytes, body: bytes) -> bytes:
    """The chain value of an event. The salted body enters as a hash: the chain stands when a body must be erased."""
    header_hash = hashlib.sha256(canonical(dict(header))).digest()
    return hashlib.sha256(_EVENT_TAG + prev + header_hash + _body_hash(salt, body)).digest()


def _body_hash(salt: bytes, body: bytes) -> bytes:
    if is_erased(body):
        return body[len(ERASED) :]
    return hashlib.sha256(salt + body).digest()


def is_erased(body: bytes) -> bool:
    """Whether a body was erased (个人信息保护法 47): no JSON begins with the mark. Its salt went with it."""
    return body.startswith(ERASED) and len(body) == len(ERASED) + DIGEST_BYTES


def erased(salt: bytes, body: bytes) -> bytes:
    """What stays of a body that is erased: with it the chain stands, and nobody can confirm a guess at what it was."""
    return body if is_erased(body) else ERASED + _body_hash(salt, body)


def seal(
    *,
    seq: int,
    epoch: int,
    id: str,  # noqa: A002 - the name that it has in the event
    application: str,
    kind: str,
    at: str,
    centre_at: str,
    ticks: int,
    actor: str,
    seen: str,
    body: bytes,
    salt: bytes,
    prev: bytes,
) -> Event:
    """Make an event with its digest. Raises ValueError for a salt or a `prev` of the wrong length."""
    if len(salt) != SALT_BYTES or len(prev) != DIGEST_BYTES:
        raise ValueError(f"salt has {SALT_BYTES} bytes and prev has {DIGEST_BYTES}")
    header: dict[str, Any] = {
        "seq": seq, "epoch": epoch, "id": id, "application": application, "kind": kind,
        "at": at, "centre_at": centre_at, "ticks": ticks, "actor": actor, "seen": seen,
    }  # fmt: skip  # a table
    return Event(**header, body=body, salt=salt, prev=prev, digest=digest(prev, header, salt, body))


def verify_chain(events: Iterable[Event], start: bytes | Head, known: Callable[[bytes], bool] | None = None) -> None:
    """Check order, links and digests of consecutive events.

    `start` is what the first event must continue: a digest, or a whole head, which also fixes the first number.
    `known` says whether a digest is that of an event of this log: the first event of a later epoch may continue any of
    them, since its writer may have lost what came after. Without it the chain must be one line.
    Raises ChainError naming epoch and seq of the first event that does not fit.
    """
    before = start if isinstance(start, Head) else None
    link = start.digest if isinstance(start, Head) else start
    for event in events:
        _check_number(event, before)
        branches = known is not None and event.seq == 1 and event.epoch > 1 and known(event.prev)
        _check_link(event, event.prev if branches else link)
        before, link = Head.of(event), event.digest


def _check_number(event: Event, before: Head | None) -> None:
    """An epoch counts from 1 without a gap; a later epoch begins at 1 again."""
    if before is None:
        return
    follows = event.epoch == before.epoch and event.seq == before.seq + 1
    begins = event.epoch > before.epoch and event.seq == 1
    if not (follows or begins):
        raise ChainError(event.epoch, event.seq, f"does not follow {before.epoch}:{before.seq}")


def _check_link(event: Event, link: bytes) -> None:
    if event.prev != link:
        raise ChainError(event.epoch, event.seq, "does not continue the event before it")
    if event.digest != digest(event.prev, event.header, event.salt, event.body):
        raise ChainError(event.epoch, event.seq, "was changed after it was written")


def to_json(event: Event, side: Side) -> bytes:
    """One canonical line without newline: body as JSON, binary as hex; the same bytes on the node and at the centre."""
    line = {
        **event.header,
        "side": side,
        "body": {"erased": event.body[len(ERASED) :].hex()} if is_erased(event.body) else event.data,
        "salt": event.salt.hex(),
        "prev": event.prev.hex(),
        "digest": event.digest.hex(),
    }
    return canonical(line)
