"""The vectors in tests/vectors/ hold: this program gives and takes exactly those bytes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge import key_words
from forms.events import BODY_BYTES_MAX, HEADER_FIELDS, Event, Head, genesis, seal
from sync import envelope, frames, push
from sync.centre import materials, turns
from sync.coding import codebook, ranges, records
from sync.coding import events as coding
from sync.envelope import open_envelope, peek
from sync.frames import pack, unpack
from sync.suites import SUITES, Suite
from tests import make_sync_vectors as made

FOLDER = Path(__file__).parent / "vectors"
FRAME_NAMES = {
    frames.EVENT: "event",
    frames.CHUNK: "chunk",
    frames.ACK: "ack",
    frames.ENROL: "enrolment",
    frames.RUN: "run",
    frames.READS: "reads",
    frames.HOLDS: "holds",
    frames.RENDITION: "rendition",
    frames.BEFORE: "before",
}
BINARY = ("body", "salt", "prev", "digest")


def load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content


def event_of(fields: dict[str, Any]) -> Event:
    return Event(**{name: bytes.fromhex(value) if name in BINARY else value for name, value in fields.items()})


def test_the_first_values_of_both_logs_are_those_of_the_vectors() -> None:
    assert {side: genesis(side, made.NODE).hex() for side in ("node", "centre")} == load("events")["genesis"]


def test_the_digests_of_events_are_those_of_the_vectors() -> None:
    for fields in load("events")["events"]:
        event = event_of(fields)
        values = {name: getattr(event, name) for name in (*HEADER_FIELDS, "body", "salt", "prev")}
        assert seal(**values).digest == event.digest


def test_frames_have_the_bytes_of_the_vectors() -> None:
    assert made.frame_vectors() == load("frames")


def test_the_frames_of_the_vectors_are_read() -> None:
    events = unpack(bytes.fromhex(load("frames")["events"]), genesis("node", made.NODE)).events
    assert list(events) == [event_of(fields) for fields in load("events")["events"]]
    assert unpack(bytes.fromhex(load("frames")["ack"]), bytes(32)).ack == made.ack()
    last = events[-1]
    begins = unpack(bytes.fromhex(load("frames")["before"]), last.prev)
    assert (begins.before, begins.events) == (Head.of(last), (made.opening(last),))


every_suite = pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)


@every_suite
@pytest.mark.parametrize("name", ["up", "down", "enrol"])
def test_the_envelopes_of_the_vectors_open(name: str, suite: Suite) -> None:
    vector = load(f"envelope-{suite.name}")["envelopes"][name]
    data = bytes.fromhex(vector["envelope"])
    opened = open_envelope(data, made.open_keys(name, suite), purpose=peek(data).purpose, node=made.NODE)
    assert opened.header_bytes.hex() == vector["header"]
    assert opened.word.hex() == vector["word"]
    assert opened.inner.hex() == vector["frames"]
    contents = opened.contents()
    assert pack(contents.events, contents.chunks, contents.ack, contents.enrolment) == opened.inner


@every_suite
@pytest.mark.parametrize("name", ["up", "down", "enrol"])
def test_headers_and_frames_have_the_bytes_of_the_vectors(name: str, suite: Suite) -> None:
    vector = load(f"envelope-{suite.name}")["envelopes"][name]
    today = made._envelope(name, suite)
    assert {key: today[key] for key in ("header", "frames")} == {key: vector[key] for key in ("header", "frames")}


@every_suite
def test_the_keys_and_their_ids_are_those_of_the_vectors(suite: Suite) -> None:
    for name, key in load(f"envelope-{suite.name}")["keys"].items():
        make = suite.sign_keys if name.endswith("sign") else suite.box_keys
        assert make(bytes.fromhex(key["private"])).public.hex() == key["public"]
        assert envelope.key_id(bytes.fromhex(key["public"])).hex() == key["id"]


def test_the_words_on_keys_and_suites_of_the_vectors_are_genuine() -> None:
    found = load("key_words")
    for one in found["key sets"].values():
        said = key_words.key_set_from(one["of"], one["body"])
        assert key_words._said(said).hex() == one["signed"]
        assert key_words.is_vouched(said)
        assert not key_words.is_vouched(replace(said, generation=said.generation + 1))
    policy = key_words.policy_from(found["policy"]["body"])
    assert key_words._policy_said(policy).hex() == found["policy"]["signed"]
    assert key_words.is_policy_genuine(policy)
    assert not key_words.is_policy_genuine(replace(policy, version=4))


def test_runs_have_the_bytes_of_the_vectors_and_are_read() -> None:
    vector = load("coding")
    known = codebook.read(bytes.fromhex(vector["codebook"]))
    some, prev = [event_of(fields) for fields in vector["events"]], bytes.fromhex(vector["prev"])
    assert known.digest.hex() == vector["digest"]
    assert coding.pack(some, known).hex() == vector["run"]
    assert coding.pack(some[:2], codebook.EMPTY).hex() == vector["run without knowledge"]
    assert list(coding.unpack(bytes.fromhex(vector["run"]), len(some), prev, known)) == some
    assert unpack(bytes.fromhex(vector["frame"]), prev, {known.prefix: known}.get).events == tuple(some)


def test_the_protocol_names_the_numbers_that_the_program_holds_to() -> None:
    text = (Path(frames.__file__).parent / "PROTOCOL.md").read_text(encoding="utf-8")
    plain = " ".join(text.split())
    for said in (
        f"{frames.EVENTS_MAX:,} events, {frames.CHUNKS_MAX:,} chunks",
        f"body {BODY_BYTES_MAX >> 20} MiB, piece {frames.CHUNK_BYTES_MAX >> 20} MiB",
        f"frame {frames.FRAME_BYTES_MAX >> 20} MiB, text {frames.TEXT_BYTES_MAX} bytes",
        f"reason {frames.REASON_BYTES_MAX:,} bytes, {frames.MISSING_MAX:,} entries",
        f"more than {envelope.INNER_BYTES_MAX >> 20} MiB, or more than {envelope.RATIO_MAX} times",
        f"{frames.CODEBOOKS_MAX} codebooks",
        f"{ranges.SLACK:,} + {ranges.RATIO_MAX} * n symbols",
        f"longer than {records.CODED_BYTES_MAX >> 10} KiB",
        f"A codebook has at most {codebook.FILE_BYTES_MAX >> 20} MiB, {codebook.BYTES_MAX >> 20} MiB unpacked",
        f"at most {envelope.CIPHERTEXT_BYTES_MAX >> 20} MiB",
        f"from {push.DELAY_S_MIN} s to {push.DELAY_S_QUICK:.0f} s up to the fourth, then to min({push.DELAY_S_MAX:.0f} s",
        f"up to {materials.MISSING_NAMED_MAX} of the materials",
        f"up to {turns.WAIT_S:.0f} s for what it continues",
        *(f"| {number} {name} |" for number, name in FRAME_NAMES.items()),
        *(f"| {suite.number} | `{suite.name}` |" for suite in SUITES.values()),
        *(f"| {purpose.value} {purpose.name.lower()} |" for purpose in envelope.Purpose),
        *(f"`{name}`" for name in HEADER_FIELDS),
    ):
        assert said in plain, said
