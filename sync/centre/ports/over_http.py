"""Ports over HTTP: the lines of a file drop carried to an address, and the answers fetched from it. The files stay the
queue, so that nothing is lost with the line; what an answer means, and that it counts once, is the drop's business.

`POST url` with one line as its body, for each line of a file in out/, in order. 2xx: taken; 400, 413, 415 and 422: this
line can't be, it goes to quarantine/ and those behind it go on; anything else, or nothing within ten seconds: all of it
again, after 30 seconds, then after twice as long each time. A line that is sent again has the same `Idempotency-Key`
(its `id`), and whoever keeps those does each thing once. `GET url?after=CURSOR` fetches answers.

Each request is signed as Standard Webhooks say (webhook-id, webhook-timestamp, webhook-signature: HMAC-SHA256 over
id.timestamp.body). An answer with a body is JSON, `{"answers": [LINE, ...], "next": "CURSOR"}` (both may be missing),
and carries `webhook-signature` over id.timestamp.answer.body with the id and the timestamp of its request: without the
key nobody can say that money has come in, and no answer is good for another request.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from edge.durable import sync_folder, write_whole
from edge.file_locks import only_one
from sync.centre import posting, telling
from sync.centre.centre import Centre
from sync.centre.ports.addresses import Address
from sync.centre.posting import ANSWER_MAX, Answered, PostError

STATE: Final = "http.json"
PART: Final = ".part"
BUDGET_MS: Final = 20_000  # of one round; another port has to have its turn
CURSOR_MAX: Final = 200
REFUSING: Final = frozenset({400, 413, 415, 422})  # the line itself is the fault; RFC 9110
Ask = Callable[..., Answered]


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered between rounds. `sent`: lines of the file in hand that are settled; `file`: its name."""

    cursor: str = ""
    file: str = ""
    sent: int = 0
    failures: int = 0
    rests_until: int = 0  # tick
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """What one round did: lines that were taken there, lines that were refused, lines of answers; what went wrong."""

    sent: int = 0
    refused: int = 0
    answers: int = 0
    fault: str = ""


@dataclass
class _Round:
    centre: Centre
    name: str
    address: Address
    folder: Path
    out: Path
    ask: Ask
    state: State
    ends: int
    done: Carried = field(default_factory=Carried)

    def remember(self, **values: Any) -> None:
        self.state = replace(self.state, **values)
        write_whole(self.folder / STATE, json.dumps(asdict(self.state)).encode())

    def note(self, **values: int) -> None:
        self.done = replace(self.done, **{name: getattr(self.done, name) + more for name, more in values.items()})

    @property
    def has_time(self) -> bool:
        return self.centre.clock.ticks() < self.ends


def carry(centre: Centre, name: str, address: Address, out: Path, ask: Ask = posting.ask) -> Carried:
    """One round of one port; while it rests after a failure, or another program carries, nothing is done."""
    folder = centre.settings.ports / name
    with only_one(folder / ".http.lock") as is_mine:
        state, now = _read(folder), centre.clock.ticks()
        if not is_mine or state.rests_until > now:
            return Carried(fault=state.fault)
        going = _Round(centre, name, address, folder, out, ask, state, now + BUDGET_MS)
        try:
            _send_all(going)
            _fetch_all(going)
        except PostError as error:
            failures = going.state.failures + 1
            rests = centre.clock.ticks() + telling.rest_ms(name, failures)
            going.remember(failures=failures, rests_until=rests, fault=str(error))
            return replace(going.done, fault=str(error))
        if going.state.failures:
            going.remember(failures=0, rests_until=0, fault="")
    return going.done


def fault(centre: Centre, name: str) -> str:
    """What went wrong at the last try; "" for nothing."""
    return _read(centre.settings.ports / name).fault


def _read(folder: Path) -> State:
    path = folder / STATE
    if not path.exists():
        return State()
    said = json.loads(path.read_bytes())
    return State(**{name: said[name] for name in State.__dataclass_fields__ if name in said})


# --- questions


def _send_all(going: _Round) -> None:
    for path in sorted(going.out.glob("*.jsonl")):
        if going.state.file != path.name:
            going.remember(file=path.name, sent=0)
        lines = path.read_bytes().splitlines()
        for place, line in enumerate(lines[going.state.sent :], going.state.sent + 1):
            if not going.has_time:
                return
            _send(going, line, place)
            going.remember(sent=place)
        path.unlink()
        sync_folder(going.out)


def _send(going: _Round, line: bytes, place: int) -> None:
    """Raises PostError where it is to be sent again."""
    id_ = _id_of(line)
    if not id_:
        _put_aside(going, line, place, "这一行不是 JSON，或者没有 id")
        return
    answered = _ask(going, "POST", going.address.url, id_, line)
    if answered.status in REFUSING:
        _put_aside(going, line, place, f"对方不收这一行（HTTP {answered.status}）")
        return
    _keep(going, _answers(answered)[0])
    going.note(sent=1)


def _id_of(line: bytes) -> str:
    """Empty for what a person put there that can't be sent."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    return str(said.get("id") or "") if isinstance(said, dict) else ""


def _put_aside(going: _Round, line: bytes, place: int, why: str) -> None:
    """The sentence first, so that no line lies there without one."""
    path = going.folder / "quarantine" / f"{Path(going.state.file).stem}-{place}.jsonl"
    write_whole(path.with_suffix(".txt"), f"{why}。请和对方核对，改正以后放回 out 文件夹。\n".encode())
    write_whole(path, line + b"\n")
    going.note(refused=1)


# --- answers


def _fetch_all(going: _Round) -> None:
    more = True
    while more and going.has_time:
        cursor = going.state.cursor
        url = f"{going.address.url}?after={quote(cursor, safe='')}"
        lines, following = _answers(_ask(going, "GET", url, secrets.token_hex(16), b""))
        _keep(going, lines)
        more = bool(following) and following != cursor
        if more:
            going.remember(cursor=following)


def _keep(going: _Round, lines: list[Any]) -> None:
    """As a file in in/, which the drop reads; the same lines are the same file."""
    if not lines:
        return
    data = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
    path = going.folder / "in" / f"http-{hashlib.sha256(data).hexdigest()[:16]}.jsonl"
    write_whole(path, data)
    going.note(answers=len(lines))


def _answers(answered: Answered) -> tuple[list[Any], str]:
    if not answered.body:
        return [], ""
    try:
        said = json.loads(answered.body)
        lines, following = said.get("answers", []), said.get("next", "")
    except (ValueError, RecursionError, AttributeError) as error:
        raise PostError("对方的答复读不懂") from error
    if not isinstance(lines, list) or not isinstance(following, str) or len(following) > CURSOR_MAX:
        raise PostError("对方的答复读不懂")
    return lines, following


# --- a signed request


def _ask(going: _Round, method: str, url: str, id_: str, body: bytes) -> Answered:
    """Taken or refused for good, and signed where it says something. Raises PostError for anything else."""
    seconds = int(datetime.fromisoformat(going.centre.clock.now()).timestamp())
    key, start = going.address.key, f"{id_}.{seconds}."
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "yizhan-centre",
        "webhook-id": id_,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signature(key, start, body),
    }
    if method == "POST":
        headers["Idempotency-Key"] = json.dumps(id_)
    answered = going.ask(method, url, body, headers, private=going.address.private)
    if answered.status in REFUSING and method == "POST":
        return answered
    if not 200 <= answered.status < 300:  # noqa: PLR2004 - RFC 9110
        raise PostError(f"HTTP {answered.status}")
    if len(answered.body) > ANSWER_MAX:
        raise PostError(f"对方的答复超过 {ANSWER_MAX >> 10} KB")
    signed = answered.headers.get("webhook-signature", "")
    if answered.body and not hmac.compare_digest(signed.encode(), answer_signature(key, start, answered.body).encode()):
        raise PostError("对方答复的签名不对")
    return answered


def signature(key: bytes, start: str, body: bytes) -> str:
    """Of a request; `start`: "id.timestamp."."""
    return f"v1,{base64.b64encode(hmac.digest(key, start.encode() + body, 'sha256')).decode()}"


def answer_signature(key: bytes, start: str, body: bytes) -> str:
    """Of the answer to it."""
    return signature(key, f"{start}answer.", body)
