"""The vectors in tests/vectors/ hold: this program gives and takes exactly those bytes."""

import json
from pathlib import Path
from typing import Any

import pytest

from forms.events import Event, genesis, seal
from sync import envelope
from sync.envelope import open_envelope, peek
from sync.frames import pack, unpack
from tests import make_sync_vectors as made

FOLDER = Path(__file__).parent / "vectors"
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
        values = {name: getattr(event, name) for name in Event.__slots__ if name != "digest"}
        assert seal(**values).digest == event.digest


def test_frames_have_the_bytes_of_the_vectors() -> None:
    assert made.frame_vectors() == load("frames")


def test_the_frames_of_the_vectors_are_read() -> None:
    events = unpack(bytes.fromhex(load("frames")["events"]), genesis("node", made.NODE)).events
    assert list(events) == [event_of(fields) for fields in load("events")["events"]]
    assert unpack(bytes.fromhex(load("frames")["ack"]), bytes(32)).ack == made.ack()


@pytest.mark.parametrize("name", ["up", "down", "enrol"])
def test_the_envelopes_of_the_vectors_open(name: str) -> None:
    vector = load("envelope-modern-1")["envelopes"][name]
    data = bytes.fromhex(vector["envelope"])
    opened = open_envelope(data, made.open_keys(name), purpose=peek(data).purpose, node=made.NODE)
    assert opened.header_bytes.hex() == vector["header"]
    assert opened.head_signature.hex() == vector["head_signature"]
    assert opened.inner.hex() == vector["frames"]
    contents = opened.contents()
    assert pack(contents.events, contents.chunks, contents.ack, contents.enrolment) == opened.inner


@pytest.mark.parametrize("name", ["up", "down", "enrol"])
def test_headers_and_signatures_have_the_bytes_of_the_vectors(name: str) -> None:
    vector = load("envelope-modern-1")["envelopes"][name]
    today = made._envelope(name)
    assert {key: today[key] for key in ("header", "frames", "head_signature")} == {
        key: vector[key] for key in ("header", "frames", "head_signature")
    }


def test_the_key_ids_are_those_of_the_vectors() -> None:
    for key in load("envelope-modern-1")["keys"].values():
        assert envelope.key_id(bytes.fromhex(key["public"])).hex() == key["id"]
