"""Frames: what goes in comes out, and nothing else is taken."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.events import BODY_BYTES_MAX, Event, Head, canonical, genesis, seal
from sync import frames, wire
from sync.frames import Ack, Chunk, Contents, Enrolment, FrameError, Missing, Refusal, pack, unpack

NODE = "5224250017"
START = genesis("node", NODE)

digests = st.binary(min_size=32, max_size=32)
hexes = digests.map(bytes.hex)
numbers = st.integers(0, (1 << 53) - 1)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
heads = st.builds(Head, numbers, numbers, digests)
written = st.fixed_dictionaries(
    {
        "seq": numbers,
        "epoch": numbers,
        "id": st.binary(min_size=16, max_size=16).map(bytes.hex),
        "application": texts,
        "kind": texts,
        "at": texts,
        "centre_at": texts,
        "ticks": numbers,
        "actor": texts,
        "seen": st.one_of(st.just(""), heads.map(str)),
        "body": st.dictionaries(texts, texts, max_size=4).map(canonical),
        "salt": st.binary(min_size=16, max_size=16),
    }
)
acks = st.builds(
    Ack,
    texts,
    heads,
    texts,
    st.lists(st.builds(Missing, hexes, numbers), max_size=4).map(tuple),
    st.lists(st.builds(Refusal, numbers, numbers, texts, texts), max_size=4).map(tuple),
    st.one_of(st.just(b""), digests),
)


def chain(fields: list[dict[str, Any]]) -> tuple[Event, ...]:
    events: list[Event] = []
    for one in fields:
        events.append(seal(**one, prev=events[-1].digest if events else START))
    return tuple(events)


@st.composite
def chunks(draw: st.DrawFn) -> Chunk:
    data = draw(st.binary(min_size=1, max_size=50))
    offset = draw(st.integers(0, 1000))
    return Chunk(draw(hexes), offset, offset + len(data) + draw(st.integers(0, 1000)), data)


def event(**changes: Any) -> Event:
    fields = {
        "seq": 1, "epoch": 1, "id": "00" * 16, "application": "52242500171000018", "kind": "application.filed",
        "at": "2026-11-21T09:12:03+08:00", "centre_at": "", "ticks": 5, "actor": "kiosk", "seen": "",
        "body": b"{}", "salt": bytes(16), "prev": START,
    }  # fmt: skip  # a table
    return seal(**(fields | changes))


@given(st.lists(written, max_size=5), st.lists(chunks(), max_size=4), st.none() | acks)
def test_what_is_packed_is_unpacked_the_same(fields: Any, some: list[Chunk], ack: Ack | None) -> None:
    events = chain(fields)
    assert unpack(pack(events, some, ack), START) == Contents(events, tuple(some), ack)


@given(texts, st.binary(max_size=100), texts)
def test_an_enrolment_comes_out_the_same(code: str, key: bytes, software: str) -> None:
    enrolment = Enrolment(code, key, software)
    assert unpack(pack(enrolment=enrolment), START).enrolment == enrolment


@given(st.binary(max_size=200))
def test_any_bytes_are_either_read_or_refused(data: bytes) -> None:
    try:
        unpack(data, START)
    except FrameError:
        return


@given(st.lists(written, min_size=1, max_size=3), st.lists(chunks(), max_size=2), acks)
def test_what_was_read_is_written_again_with_the_same_bytes(fields: Any, some: list[Chunk], ack: Ack) -> None:
    data = pack(chain(fields), some, ack)
    contents = unpack(data, START)
    assert pack(contents.events, contents.chunks, contents.ack) == data


def test_every_truncation_of_a_frame_is_refused() -> None:
    data = pack([event()], [Chunk("ab" * 32, 0, 3, b"abc")], Ack(NODE, Head(1, 1, START), "t"))
    whole_frames = [0, len(pack(ack=Ack(NODE, Head(1, 1, START), "t")))]
    whole_frames.append(whole_frames[1] + frames.event_bytes(event()))
    for length in set(range(len(data))) - set(whole_frames):
        with pytest.raises(FrameError):
            unpack(data[:length], START)


@pytest.mark.parametrize("content", [b"", b"\1\x39" + START[:31], b"\1\x39" + START + b"\0"])
def test_what_stands_before_is_a_whole_head_and_said_once(content: bytes) -> None:
    begins = pack([event(epoch=2)], after=Head(1, 57, START))
    one = pack([event(epoch=2)])
    before = begins[: len(begins) - len(one)]
    with pytest.raises(FrameError):
        unpack(bytes([frames.BEFORE]) + wire.blob(content, 100) + one, START)
    with pytest.raises(FrameError):
        unpack(before + begins, START)


def test_an_event_hangs_on_the_digest_before_it() -> None:
    data = pack([event()])
    assert unpack(data, START).events[0].digest == event().digest
    assert unpack(data, bytes(32)).events[0].digest != event().digest


def test_an_unknown_frame_is_skipped_by_its_length() -> None:
    unknown = bytes([200]) + wire.blob(b"of a later version", 100)
    contents = unpack(unknown + pack([event()]) + unknown, START)
    assert contents.events == (event(),)
    assert contents.skipped == 2


def test_bytes_after_the_end_of_a_known_frame_are_refused() -> None:
    content = pack(ack=Ack(NODE, Head(1, 1, START), "t"))[2:]
    with pytest.raises(FrameError, match="too many"):
        unpack(bytes([frames.ACK]) + wire.blob(content + b"x", 1000), START)


@pytest.mark.parametrize(("place", "before"), [((2, 1), Head(1, 57, START)), ((1, 1), None), ((2, 2), None)])
def test_what_stands_before_is_written_where_an_epoch_begins(place: tuple[int, int], before: Head | None) -> None:
    data = pack([event(epoch=place[0], seq=place[1])], after=Head(1, 57, START))
    assert unpack(data, START).before == before


def test_two_acks_in_one_batch_are_refused() -> None:
    ack = pack(ack=Ack(NODE, Head(1, 1, START), "t"))
    with pytest.raises(FrameError, match="type 3"):
        unpack(ack + ack, START)


@pytest.mark.parametrize(
    "changes",
    [
        {"body": bytes(BODY_BYTES_MAX + 1)},
        {"actor": "x" * (frames.TEXT_BYTES_MAX + 1)},
        {"id": "AB" * 16},
        {"id": "ab"},
        {"seen": "1:2:zz"},
        {"ticks": 1 << 53},
        {"ticks": -1},
        {"actor": "\ud800"},
    ],
)
def test_an_event_beyond_a_limit_is_not_written(changes: dict[str, Any]) -> None:
    with pytest.raises(FrameError):
        pack([replace(event(), **changes)])


@pytest.mark.parametrize(("offset", "total", "data"), [(0, 2, b"abc"), (2, 4, b"abc"), (0, 0, b"")])
def test_a_piece_outside_of_its_material_is_refused(offset: int, total: int, data: bytes) -> None:
    with pytest.raises(FrameError, match="lie inside"):
        pack(chunks=[Chunk("ab" * 32, offset, total, data)])


def test_a_number_has_one_form_only() -> None:
    with pytest.raises(wire.WireError, match="shortest"):
        wire.Reader(b"\x80\x00").number()
    with pytest.raises(wire.WireError, match="not end"):
        wire.Reader(b"\xff" * 10).number()


def test_a_list_beyond_its_limit_is_refused_before_it_is_read() -> None:
    ack = Ack(NODE, Head(1, 1, START), "t", missing=(Missing("ab" * 32, 0),) * (frames.MISSING_MAX + 1))
    with pytest.raises(FrameError, match="items"):
        pack(ack=ack)
