"""Writes tests/vectors/*.json: fixed keys and values from which another implementation can check itself.

Run once when the protocol changes: `python -m tests.make_sync_vectors`. The envelopes are sealed with a fresh key each
time, so their bytes differ from run to run; what must come out of them does not.
"""

import json
from dataclasses import fields
from functools import cache
from hashlib import shake_256
from pathlib import Path
from typing import Any

from edge import key_words
from edge.key_words import KeySet, Policy
from forms.events import HEADER_FIELDS, Event, Head, canonical, genesis, seal
from sync import envelope
from sync.coding import events as coding
from sync.coding.codebook import EMPTY
from sync.coding.training import records_of, train
from sync.envelope import Header, OpenKeys, Purpose, SealKeys, header_for
from sync.frames import Ack, Chunk, Enrolment, Missing, Refusal, pack
from sync.suites import MODERN_1, SUITES, KeyPair, Suite
from tests import corpus

FOLDER = Path(__file__).parent / "vectors"
NODE = "5224250017"
AT = "2026-11-21T09:12:03+08:00"
NODE_SIGN = MODERN_1.sign_keys(bytes(range(32)))
NODE_BOX = MODERN_1.box_keys(bytes(range(32, 64)))
CENTRE_SIGN = MODERN_1.sign_keys(bytes(range(64, 96)))
CENTRE_BOX = MODERN_1.box_keys(bytes(range(96, 128)))
MATERIAL = "ab" * 32


def events() -> tuple[Event, ...]:
    """Two events of one application, the second written with knowledge of the centre's first."""
    first = seal(
        seq=1,
        epoch=1,
        id="00112233445566778899aabbccddeeff",
        application="52242500171000018",
        kind="application.filed",
        at=AT,
        centre_at="",
        ticks=1200,
        actor="kiosk",
        seen="",
        body=canonical({"answers": {"applicant": {"name": "欧阳𠮷"}}, "channel": "kiosk"}),
        salt=bytes(range(16)),
        prev=genesis("node", NODE),
    )
    second = seal(
        seq=2,
        epoch=1,
        id="ffeeddccbbaa99887766554433221100",
        application="52242500171000018",
        kind="application.withdrawn",
        at="2026-11-21T10:00:00+08:00",
        centre_at=AT,
        ticks=2_878_200,
        actor="officer:wang.min",
        seen=str(Head(1, 1, bytes(range(32)))),
        body=canonical({"reason": "材料不全"}),
        salt=bytes(range(16, 32)),
        prev=first.digest,
    )
    return first, second


def ack() -> Ack:
    refused = (Refusal(1, 2, "not_allowed_now", "办件已办结，不能再撤回"),)
    return Ack(NODE, Head.of(events()[1]), AT, (Missing(MATERIAL, 16384),), refused, bytes(range(32)))


def event_vectors() -> dict[str, Any]:
    return {
        "genesis": {side: genesis(side, NODE).hex() for side in ("node", "centre")},
        "events": [_plain(event) for event in events()],
    }


def frame_vectors() -> dict[str, str]:
    first, second = events()
    return {
        "events": pack([first, second]).hex(),
        "chunk": pack(chunks=[Chunk(MATERIAL, 16384, 16389, b"piece")]).hex(),
        "ack": pack(ack=ack()).hex(),
        "enrolment": pack(enrolment=Enrolment("K7QM-2XPA", NODE_BOX.public, "0.1.0")).hex(),
        "before": pack([opening(second)], after=Head.of(second)).hex(),
    }


def opening(last: Event) -> Event:
    """The first event of a later epoch, of a room that had lost `last` and got it back."""
    return seal(
        seq=1,
        epoch=2,
        id=f"{9:032x}",
        application="",
        kind="epoch.opened",
        at=AT,
        centre_at=AT,
        ticks=2_878_300,
        actor="system",
        seen="",
        body=canonical({"reason": "restored", "after": str(Head(last.epoch, last.seq - 1, last.prev))}),
        salt=bytes(range(16)),
        prev=last.prev,
    )


def headers(suite: Suite = MODERN_1) -> dict[str, Header]:
    start = Head.start("node", NODE)
    first, sender = header_for(Purpose.ENROL, NODE, start, (), bytes(16)), pairs(suite)["node_sign"].public
    return {
        "up": header_for(Purpose.UP, NODE, start, events(), bytes(range(16))),
        "down": header_for(Purpose.DOWN, NODE, Head.start("centre", NODE), (), bytes(range(16))),
        "enrol": Header(**{f.name: getattr(first, f.name) for f in fields(first)} | {"sender_key": sender}),
    }


def inners(suite: Suite = MODERN_1) -> dict[str, bytes]:
    up = pack(events(), ack=Ack(NODE, Head.start("centre", NODE), AT))
    return {
        "up": up,
        "down": pack(ack=ack()),
        "enrol": pack(enrolment=Enrolment("K7QM-2XPA", pairs(suite)["node_box"].public, "0.1.0")),
    }


@cache
def pairs(suite: Suite = MODERN_1) -> dict[str, KeyPair]:
    """Fixed keys of a suite; those of modern-1 are the bytes 0 to 127 in their order."""
    if suite is MODERN_1:
        return {"node_sign": NODE_SIGN, "node_box": NODE_BOX, "centre_sign": CENTRE_SIGN, "centre_box": CENTRE_BOX}
    made = {}
    for name in ("node_sign", "node_box", "centre_sign", "centre_box"):
        make = suite.sign_keys if name.endswith("sign") else suite.box_keys
        private = shake_256(f"{suite.name} {name}".encode()).digest(len(make().private))
        made[name] = make(private)
    return made


def seal_keys(name: str, suite: Suite = MODERN_1) -> SealKeys:
    found = pairs(suite)
    sender, receiver = ("centre_sign", "node_box") if name == "down" else ("node_sign", "centre_box")
    return SealKeys(found[sender].private, found[sender].public, found[receiver].public, suite)


def open_keys(name: str, suite: Suite = MODERN_1) -> OpenKeys:
    found = pairs(suite)
    sender, receiver = ("centre_sign", "node_box") if name == "down" else ("node_sign", "centre_box")
    return OpenKeys(found[receiver].private, found[receiver].public, found[sender].public, suite)


def envelope_vectors(suite: Suite = MODERN_1) -> dict[str, Any]:
    return {
        "suite": suite.name,
        "keys": {
            name: {"private": pair.private.hex(), "public": pair.public.hex(), "id": pair.key_id.hex()}
            for name, pair in pairs(suite).items()
        },
        "envelopes": {name: _envelope(name, suite) for name in headers()},
    }


def key_words_vectors() -> dict[str, Any]:
    """How a key set of each suite is vouched for by one of modern-1, and a policy; with the bytes that are signed."""
    found = {}
    for generation, suite in enumerate(SUITES.values(), 2):
        new = pairs(suite)
        for of, side in ((NODE, "node"), ("centre", "centre")):
            bare = KeySet(of, generation, suite.name, new[f"{side}_sign"].public, new[f"{side}_box"].public, AT)
            said = key_words.vouch(bare, pairs()[f"{side}_sign"], new[f"{side}_sign"])
            found[f"{side} {suite.name}"] = {"of": of, "signed": key_words._said(said).hex(), "body": said.body()}
    bare = Policy(3, "2027-03-01T00:00:00+08:00", ("modern-pq-1", "modern-1"), "modern-pq-1")
    policy = key_words.sign_policy(bare, CENTRE_SIGN)
    return {"key sets": found, "policy": {"signed": key_words._policy_said(policy).hex(), "body": policy.body()}}


def _envelope(name: str, suite: Suite = MODERN_1) -> dict[str, str]:
    header, inner, keys = headers(suite)[name], inners(suite)[name], seal_keys(name, suite)
    header_bytes = envelope.encode_header(envelope._addressed(header, keys))
    sealed = envelope.seal(header, inner, keys)
    opened = envelope.open_envelope(sealed, open_keys(name, suite), purpose=header.purpose, node=NODE)
    return {"header": header_bytes.hex(), "frames": inner.hex(), "word": opened.word.hex(), "envelope": sealed.hex()}


def coding_vectors() -> dict[str, Any]:
    """A small codebook, what it holds, and a run of events of several kinds that is coded with it."""
    codebook = train(records_of(corpus.log(16, 1)))
    run = corpus.log(6, 2)
    return {
        "codebook": codebook.to_bytes().hex(),
        "digest": codebook.digest.hex(),
        "prev": genesis("node", NODE).hex(),
        "events": [_plain(event) for event in run],
        "run": coding.pack(run, codebook).hex(),
        "run without knowledge": coding.pack(run[:2], EMPTY).hex(),
        "frame": pack(run, codebook=codebook).hex(),
    }


def _plain(event: Event) -> dict[str, Any]:
    values = {name: getattr(event, name) for name in (*HEADER_FIELDS, "body", "salt", "prev", "digest")}
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in values.items()}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    files = {"events": event_vectors(), "frames": frame_vectors(), "coding": coding_vectors()}
    files |= {f"envelope-{suite.name}": envelope_vectors(suite) for suite in SUITES.values()}
    files["key_words"] = key_words_vectors()
    for name, content in files.items():
        (FOLDER / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
