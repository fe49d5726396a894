"""The dense coding of events: what goes in comes out, and no bytes make it crash, hang or swell."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.events import HEADER_FIELDS, Event, Head, canonical, derived_id, genesis, seal
from sync import frames
from sync.coding import codebook, events, library
from sync.coding.codebook import EMPTY, Codebook, CodebookError
from sync.coding.events import CodingError, NotCodedError
from sync.coding.ranges import RATIO_MAX, SLACK, RangeError, Reader, Writer
from sync.coding.training import records_of, train
from sync.frames import Ack, CodebookUnknownError, FrameError
from tests import bench_bytes, corpus
from tests.test_sync_frames import chain, texts, written

START = genesis("node", corpus.NODE)

numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts | st.from_regex(r"[0-9a-f]{8,64}", fullmatch=True),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def packaged() -> Codebook:
    found = library.PACKAGED.common(library.PACKAGED.names())
    assert found is not None
    return found


@pytest.fixture(scope="module")
def small() -> Codebook:
    return train(records_of(corpus.log(60, 3)))


def run(count: int = 4, seed: int = 9) -> list[Event]:
    return corpus.log(count, seed)


@settings(deadline=None)
@given(st.lists(st.tuples(written, st.dictionaries(texts, values, max_size=5)), min_size=1, max_size=4))
def test_any_body_and_any_header_come_out_as_they_went_in(made: Any) -> None:
    some = chain([fields | {"body": canonical(body)} for fields, body in made])
    for known in (EMPTY, library.PACKAGED.common(library.PACKAGED.names()) or EMPTY):
        data = frames.pack(some, codebook=known)
        assert frames.unpack(data, START, lambda _, known=known: known).events == some


@settings(deadline=None)
@given(st.lists(st.dictionaries(texts.filter(str.strip), values, max_size=5), min_size=1, max_size=4))
def test_bodies_of_any_form_are_coded_without_a_codebook_that_knows_them(bodies: Any) -> None:
    some = corpus.chain([("some.kind", body) for body in bodies], random.Random(1))
    try:
        data = events.pack(some, EMPTY)
    except NotCodedError:  # a key that holds one of the two separators
        return
    assert list(events.unpack(data, len(some), START, EMPTY)) == some


@pytest.mark.parametrize("count", [1, 5, 20])
@pytest.mark.parametrize("side", ["node", "centre"])
def test_events_of_every_kind_come_out_as_they_went_in(packaged: Codebook, count: int, side: str) -> None:
    some = (corpus.log if side == "node" else corpus.centre_log)(40, 21)
    for start in range(0, 40, count):
        part = some[start : start + count]
        assert list(events.unpack(events.pack(part, packaged), len(part), part[0].prev, packaged)) == part


def test_what_is_read_and_written_again_has_the_same_bytes(packaged: Codebook) -> None:
    data = events.pack(run(), packaged)
    assert events.pack(events.unpack(data, 4, START, packaged), packaged) == data


def test_every_flipped_bit_and_every_truncation_is_refused_or_gives_other_events(small: Codebook) -> None:
    some = run(2)
    data = events.pack(some, small)
    spoiled = [data[:length] for length in range(len(data))]
    spoiled += [
        data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :] for bit in range(8 * len(data))
    ]
    for one in spoiled:
        try:
            found = events.unpack(one, 2, START, small)
        except CodingError:
            continue
        assert found[-1].digest != some[-1].digest


def test_a_spoiled_run_in_a_frame_is_no_other_error_than_that_of_frames(small: Codebook) -> None:
    data = frames.pack(run(2), codebook=small)
    for bit in range(0, 8 * len(data), 5):
        spoiled = data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]
        try:
            assert frames.unpack(spoiled, START, {small.prefix: small}.get).events != tuple(run(2))
        except FrameError:
            continue


@given(st.binary(max_size=300), st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_hostile_bytes_end_in_a_refusal_and_never_unpack_to_more_than_is_believed(data: bytes, count: int) -> None:
    known = library.PACKAGED.common(library.PACKAGED.names()) or EMPTY
    try:
        found = events.unpack(data, count, START, known)
    except CodingError:
        return
    assert sum(len(event.body) for event in found) <= 2 * (SLACK + RATIO_MAX * len(data))


@pytest.mark.parametrize("data", [b"", b"\0" * 1000, b"\xff" * 1000, bytes(range(256)) * 20])
def test_ten_thousand_events_out_of_few_bytes_are_refused(packaged: Codebook, data: bytes) -> None:
    with pytest.raises(CodingError):
        events.unpack(data, 10_000, START, packaged)


def test_what_would_be_coded_more_densely_than_is_believed_goes_plainly() -> None:
    body = {"text": ["same"] * 9_000}
    some = corpus.chain([("some.kind", body)] * 20, random.Random(1))
    with pytest.raises(NotCodedError):
        events.pack(some, EMPTY)
    assert frames.unpack(frames.pack(some, codebook=EMPTY), START).events == tuple(some)


def test_an_event_that_cannot_be_coded_goes_plainly_between_those_that_can(packaged: Codebook) -> None:
    fields = [{name: getattr(event, name) for name in (*HEADER_FIELDS, "body", "salt")} for event in run(5)]
    fields[2]["body"] = b'{"not":  "canonical"}'
    some = chain(fields)
    data = frames.pack(some, codebook=packaged)
    assert [kind for kind, _ in frames._split(data)] == [frames.RUN, frames.EVENT, frames.RUN]
    assert frames.unpack(data, START).events == some


def test_a_long_body_such_as_a_published_service_goes_plainly(packaged: Codebook) -> None:
    some = corpus.chain([("service.published", {"source": "这是一个事项的内容。" * 4_000})], random.Random(1))
    assert [kind for kind, _ in frames._split(frames.pack(some, codebook=packaged))] == [frames.EVENT]


def test_events_unlike_the_training_never_cost_more_than_compressed_ones(packaged: Codebook) -> None:
    rng = random.Random(5)
    odd = {"lines": ["the quick brown fox jumps over the lazy dog " * 3 for _ in range(40)], "n": rng.random()}
    some = corpus.chain([("odd.kind", odd | {"k": place}) for place in range(10)], rng)
    coded, plain = frames.pack(some, codebook=packaged), frames.pack(some)
    compress = zstandard.ZstdCompressor(level=19).compress
    assert min(len(coded), len(compress(coded))) <= len(compress(plain)) + 1


def test_a_run_against_a_codebook_that_is_not_here_has_its_own_error(packaged: Codebook) -> None:
    with pytest.raises(CodebookUnknownError):
        frames.unpack(frames.pack(run(), codebook=packaged), START, lambda _: None)


def test_the_codebooks_that_are_named_travel_beside_the_ack() -> None:
    ack = Ack(corpus.NODE, Head(1, 0, START), "t", codebooks=(b"12345678", b"abcdefgh"))
    data = frames.pack(ack=ack)
    assert frames.unpack(data, START).ack == ack
    with pytest.raises(FrameError):
        frames.pack(ack=Ack(corpus.NODE, Head(1, 0, START), "t", codebooks=(b"short",)))


def test_an_id_that_follows_from_the_salt_is_not_carried(packaged: Codebook) -> None:
    one = run(1)[0]
    assert one.id == derived_id(one.prev, one.salt)
    fields = {name: getattr(one, name) for name in (*HEADER_FIELDS, "body", "salt", "prev")} | {"id": "5" * 32}
    other = seal(**fields)
    assert len(events.pack([other], packaged)) >= len(events.pack([one], packaged)) + 10
    assert events.unpack(events.pack([other], packaged), 1, START, packaged) == (other,)


# --- the range coder


@given(st.lists(st.tuples(st.integers(1, 1 << 130), st.integers(0, 1 << 130)), max_size=60))
def test_numbers_come_out_of_the_range_coder_as_they_went_in(pairs: list[tuple[int, int]]) -> None:
    writer = Writer()
    for bound, value in pairs:
        writer.number(value % bound, bound)
    data = writer.finish()
    reader = Reader(data)
    assert [reader.number(bound) for bound, _ in pairs] == [value % bound for bound, value in pairs]
    reader.end()
    longer = Reader(data + bytes(2_000) + b"x")
    assert [longer.number(bound) for bound, _ in pairs] == [value % bound for bound, value in pairs]
    with pytest.raises(RangeError):
        longer.end()


def test_reading_on_for_ever_behind_the_end_is_refused() -> None:
    reader = Reader(b"")
    for _ in range(SLACK):
        reader.number(1 << 24)
    with pytest.raises(RangeError):
        reader.number(1 << 24)


# --- codebooks


def test_the_packaged_codebook_is_what_its_name_says_and_small_enough(packaged: Codebook) -> None:
    ((name,), path) = library.PACKAGED.names(), next(library.PACKAGED._folder.glob("*.zst"))
    assert packaged.digest[:8] == name
    assert codebook.read(path.read_bytes()).digest == packaged.digest
    assert path.stat().st_size <= 150_000


def test_a_codebook_is_read_back_as_it_was_written(small: Codebook) -> None:
    again = codebook.read(small.to_bytes())
    assert (again.digest, again.columns, again.texts, again.first) == (
        small.digest,
        small.columns,
        small.texts,
        small.first,
    )


def test_the_same_bodies_give_the_same_codebook() -> None:
    assert train(records_of(corpus.log(30, 4))).digest == train(records_of(corpus.log(30, 4))).digest


@pytest.mark.parametrize("name", sorted(path.stem for path in corpus.SERVICES.glob("*.json")))
def test_applications_of_every_service_pack_smaller_than_compressed(name: str, packaged: Codebook) -> None:
    service, rng = corpus.service(name), random.Random(77)
    some = corpus.chain([("application.filed", corpus.filed(service, rng)) for _ in range(5)], rng)
    plain = b"".join(event.body + event.salt for event in some)
    assert len(events.pack(some, packaged)) < len(zstandard.ZstdCompressor(level=19).compress(plain))


def _spoiled(content: dict[str, Any], change: Any) -> bytes:
    change(content)
    return zstandard.compress(json.dumps(content).encode())


def column(content: dict[str, Any], having: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in content["columns"].values() if one[having])
    return found


HOSTILE = {
    "another format": lambda c: c.update(format="x"),
    "a part too many": lambda c: c.update(more=1),
    "columns as a list": lambda c: c.update(columns=[]),
    "a count below zero": lambda c: column(c, "values")["values"][0].__setitem__(1, -1),
    "a count that is no number": lambda c: column(c, "values")["values"][0].__setitem__(1, "9"),
    "a true count": lambda c: column(c, "values")["values"][0].__setitem__(1, True),
    "a value twice": lambda c: column(c, "values")["values"].append(column(c, "values")["values"][0]),
    "a value that is no scalar": lambda c: column(c, "values")["values"].append(["j[1]", 1]),
    "an unknown rule": lambda c: column(c, "rules")["rules"].append(["eval", "/a"]),
    "an unknown way": lambda c: column(c, "ways")["ways"].append(["=9", 1]),
    "a kind without a pattern": lambda c: column(c, "kinds")["kinds"].append(["sxx", 1]),
    "a shape that nothing has": lambda c: column(c, "shapes")["shapes"].append(["[999999", 1]),
    "a shape with a key twice": lambda c: column(c, "shapes")["shapes"].append(["{a\x1fa", 1]),
    "a pattern with too few places": lambda c: column(c, "patterns")["patterns"].update(sxx=[[0, 1, {}]]),
    "a pattern of endless places": lambda c: column(c, "patterns")["patterns"].update(sx=[[0, 10**9, {}]]),
    "an alphabet that is not there": lambda c: column(c, "patterns")["patterns"].update(sx=[[7, 1, {}]]),
    "a letter outside the alphabet": lambda c: column(c, "patterns")["patterns"].update(sx=[[0, 1, {"": {"Z": 1}}]]),
    "letters instead of one": lambda c: next(iter(c["texts"].values())).update({"": [["ab", 1]]}),
    "a lone surrogate": lambda c: next(iter(c["texts"].values())).update({"": [["\ud800", 1]]}),
    "a context too long": lambda c: next(iter(c["texts"].values())).update({"abcd": [["a", 1]]}),
    "first twice": lambda c: c.update(first=["/a", "/a"]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_codebook_from_outside_is_refused_for(name: str, small: Codebook) -> None:
    content = json.loads(zstandard.decompress(small.to_bytes()))
    with pytest.raises(CodebookError):
        codebook.read(_spoiled(content, HOSTILE[name]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zstd",
        zstandard.compress(b"[" * 100_000),
        zstandard.compress(bytes(9 << 20)),
        zstandard.compress(b"{}"),
    ],
)
def test_a_file_that_is_no_codebook_is_refused(data: bytes) -> None:
    with pytest.raises(CodebookError):
        codebook.read(data)


def test_a_file_under_another_name_counts_as_absent(tmp_path: Any, small: Codebook) -> None:
    (tmp_path / f"{'ab' * 8}.zst").write_bytes(small.to_bytes())
    (tmp_path / "readme.zst").write_bytes(b"")
    found = library.Library(tmp_path)
    assert found.names() == (b"\xab" * 8,)
    assert found.find(b"\xab" * 8) is None
    assert found.common(found.names()) is None


def test_of_several_codebooks_the_newest_is_used_whatever_it_is_called(tmp_path: Path, small: Codebook) -> None:
    other = codebook.make(small.columns, small.texts, (*small.first, "another"))
    for one in (small, other):
        (tmp_path / f"{one.prefix.hex()}.zst").write_bytes(one.to_bytes())
    found = library.Library(tmp_path)
    for newest, older in ((small, other), (other, small)):
        library.write_order(tmp_path, newest.prefix)
        assert library.Library(tmp_path).names() == (newest.prefix, older.prefix)
        assert found.common([older.prefix, newest.prefix]) == newest
        assert found.common([older.prefix]) == older
    assert library.order(tmp_path) == [other.prefix, small.prefix]
    (tmp_path / f"{other.prefix.hex()}.zst").write_bytes(b"no codebook any more")
    assert library.Library(tmp_path).common(found.names()) == small


def test_the_list_that_ships_names_the_codebooks_that_ship() -> None:
    folder = library.PACKAGED._folder
    assert {one.hex() for one in library.order(folder)} == {path.stem for path in folder.glob("*.zst")}


def test_the_measurement_takes_any_corpus_and_another_to_learn_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seed in (("events", 1), ("train", 2)):
        lines = [json.dumps(body, ensure_ascii=False) for body in corpus.bodies(30, seed)]
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(
        "sys.argv", ["bench", "--events", str(tmp_path / "events"), "--train", str(tmp_path / "train"), "--json"]
    )
    bench_bytes.main()
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["events", "raw", "xz", "batch_1", "batch_5", "batch_20", "batch_100"]
    assert found["events"] == 30
    assert found["batch_100"] < found["batch_20"] < found["batch_5"] < found["batch_1"]
