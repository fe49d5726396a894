"""Attacks on the envelope, against a real node and a real centre, in every suite: nothing is taken, nothing changes.

A sample of the flipped bits and cut ends runs always; with the slow tests every one of them in modern-1, and a closer
sample in the suites whose sums are slow. `make proof ONLY=envelope` takes every one in every suite (YIZHAN_EVERY_BIT=1).
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard

from edge import identity
from edge.errors import YizhanError
from edge.node import Node
from forms.events import Head
from sync import answer, batch, enrol, envelope, frames, keys, wire
from sync.centre import enrolment, receiver, suites, tables
from sync.centre.centre import Centre
from sync.centre.turns import Turns
from sync.coding import events as coding
from sync.coding import library
from sync.envelope import Purpose, SealKeys
from sync.push import Push
from sync.suites import MODERN_1, SUITES, Suite
from tests import corpus
from tests.centre_room import Room, enrolled
from tests.sync_pair import NODE, acked, file_one

MEMORY_MIB = 700  # of address space, libraries included; a reader that unpacked a bomb would need thousands
PEAK_MIB = 200  # of memory in use; some 30 are the libraries
every_suite = pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)
STEP = {"modern-1": 7, "modern-pq-1": 211, "gm-1": 401}  # of the bits and ends that the sample takes
STEP_SLOW = {} if os.environ.get("YIZHAN_EVERY_BIT") else {"modern-pq-1": 61, "gm-1": 307}


class Replies:
    """A link on which somebody else answers: with the bytes that a test hands in."""

    def __init__(self, reply: Callable[[bytes], bytes]) -> None:
        self.reply = reply

    def post(self, place: str, body: bytes) -> bytes:  # noqa: ARG002 - the signature of a link
        return self.reply(body)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def pair(node: Node, centre: Centre) -> Callable[[Suite], Push]:
    """A node that the centre knows, both in one suite, over a link that ends in the centre."""

    def make(suite: Suite) -> Push:
        if suite is not MODERN_1:
            suites.publish_policy(centre, [suite.name])
        with node.database.write() as tx:
            identity.set_centre(tx, enrolment.enrol(centre, NODE, "大坪村警务室", "http://127.0.0.1:1"))
            parties = keys.read(tx)
        request = enrol.message(parties)
        enrol.confirmed(enrolment.bind(centre, NODE, request), request, parties)
        with node.database.write() as tx:
            identity.set_enrolled(tx, "2026-11-21T09:12:03+08:00")
        push = Push(node, Replies(lambda body: receiver.receive(centre, NODE, body)))
        assert push.drain().went_well
        return push

    return make


def at_centre(centre: Centre) -> list[Any]:
    with centre.store.read() as tx:
        return [tuple(map(tuple, tx.execute(table.select()).all())) for table in tables.metadata.sorted_tables]


TOLD = frozenset({"link_state"})  # that the carrying failed, which the console says


def at_node(node: Node) -> list[Any]:
    with node.database.read() as tx:
        rows = tx.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()
        names = sorted(row[0] for row in rows if row[0] not in TOLD)
        return [(name, [tuple(row) for row in tx.execute(f"SELECT * FROM {name}")]) for name in names]


def spoilt(data: bytes, step: int, at: int = 0) -> Iterator[bytes]:
    """Every `step`-th single flipped bit, then every `step`-th cut end, and a byte too many."""
    for place in range(at, len(data) * 8, step):
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        yield bytes(changed)
    for length in range(at, len(data), step):
        yield data[:length]
    yield data + b"\0"


def taken(call: Callable[[bytes], object], tries: Iterator[bytes]) -> tuple[int, int]:
    """(how many were tried, how many were taken)."""
    tried = accepted = 0
    for one in tries:
        tried += 1
        try:
            call(one)
        except YizhanError:
            continue
        accepted += 1
    return tried, accepted


def exchange(node: Node, centre: Centre) -> tuple[bytes, bytes, keys.Parties]:
    """A request with one event that the centre has not seen, the answer to it, and the keys of both."""
    file_one(node)
    with node.database.read() as tx:
        parties = keys.read(tx)
        request = batch.seal(batch.cut(tx, 1 << 14), parties)
    return request, receiver.receive(centre, NODE, request), parties


def attack_the_centre(node: Node, centre: Centre, step: int) -> int:
    """How many spoilt envelopes were tried; none was taken."""
    file_one(node)
    with node.database.read() as tx:
        request = batch.seal(batch.cut(tx, 1 << 14), keys.read(tx))
    before = at_centre(centre)
    tried, accepted = taken(lambda one: receiver.receive(centre, NODE, one), spoilt(request, step))
    assert tried > len(request) * 8 // step
    assert accepted == 0
    assert at_centre(centre) == before
    receiver.receive(centre, NODE, request)
    assert at_centre(centre) != before
    return tried


def attack_the_node(push: Push, node: Node, centre: Centre, step: int) -> int:
    """How many spoilt answers were tried; none was taken."""
    request, said, parties = exchange(node, centre)
    tried, accepted = taken(lambda one: answer.read(one, request, parties, Purpose.DOWN), spoilt(said, step))
    assert tried > len(said) * 8 // step
    assert accepted == 0
    before = at_node_after(push, node, b"junk")
    for one in [*spoilt(said, len(said) * 8 // 7)]:  # some of them all the way through the carrying
        assert at_node_after(push, node, one) == before
    return tried


def at_node_after(push: Push, node: Node, said: bytes) -> list[Any]:
    """What the node holds when this was all the answer it got. After the first it has also forgotten the codebooks, as
    it does when something can't be read, and noted which of its own materials are to go.
    """
    push._link.reply = lambda _request: said  # type: ignore[attr-defined]  # the test's own link
    assert not push.round().went_well
    return at_node(node)


@every_suite
def test_a_sample_of_flipped_bits_and_cut_ends_changes_nothing_at_the_centre(
    pair: Callable[[Suite], Push], node: Node, centre: Centre, suite: Suite
) -> None:
    pair(suite)
    attack_the_centre(node, centre, STEP[suite.name])


@every_suite
def test_a_sample_of_flipped_bits_and_cut_ends_changes_nothing_at_the_node(
    pair: Callable[[Suite], Push], node: Node, centre: Centre, suite: Suite
) -> None:
    attack_the_node(pair(suite), node, centre, STEP[suite.name])


@pytest.mark.slow
@every_suite
def test_no_flipped_bit_and_no_cut_end_changes_anything_at_the_centre(
    pair: Callable[[Suite], Push],
    node: Node,
    centre: Centre,
    suite: Suite,
    record_property: Callable[[str, object], None],
) -> None:
    pair(suite)
    record_property("tried", attack_the_centre(node, centre, STEP_SLOW.get(suite.name, 1)))


@pytest.mark.slow
@every_suite
def test_no_flipped_bit_and_no_cut_end_changes_anything_at_the_node(
    pair: Callable[[Suite], Push],
    node: Node,
    centre: Centre,
    suite: Suite,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("tried", attack_the_node(pair(suite), node, centre, STEP_SLOW.get(suite.name, 1)))


@every_suite
def test_a_spoilt_first_word_binds_nobody(node: Node, centre: Centre, suite: Suite) -> None:
    suites.publish_policy(centre, [suite.name])
    with node.database.write() as tx:
        identity.set_centre(tx, enrolment.enrol(centre, NODE, "大坪村警务室", "http://127.0.0.1:1"))
        request = enrol.message(keys.read(tx))
    before = at_centre(centre)
    _, accepted = taken(lambda one: enrolment.bind(centre, NODE, one), spoilt(request, 5 * STEP[suite.name]))
    assert accepted == 0
    assert at_centre(centre) == before


@every_suite
def test_an_envelope_again_is_answered_again_and_changes_nothing(
    pair: Callable[[Suite], Push], node: Node, centre: Centre, suite: Suite
) -> None:
    pair(suite)
    request, said, parties = exchange(node, centre)
    before = at_centre(centre)
    again = receiver.receive(centre, NODE, request)
    assert at_centre(centre) == before
    one, two = (answer.read(data, request, parties, Purpose.DOWN).ack for data in (said, again))
    assert one == two


@every_suite
def test_an_answer_again_is_not_taken_for_the_next(
    pair: Callable[[Suite], Push], node: Node, centre: Centre, suite: Suite
) -> None:
    push = pair(suite)
    _, said, _ = exchange(node, centre)
    before = at_node_after(push, node, b"junk")
    assert at_node_after(push, node, said) == before
    assert acked(node).seq == 0


def test_envelopes_out_of_order_leave_no_gap_and_no_event_twice(centre: Centre) -> None:
    room = enrolled(centre)
    centre = replace(centre, turns=Turns(wait_s=0.0))  # what should come first does not come while one waits
    for serial in (1, 2, 3):
        room.file_one(serial)
    parts = [room.batch(first, first) for first in (1, 2, 3)]
    heads = []
    for place in (2, 1, 0, 2, 1, 0, 2, 2):
        room.read(receiver.receive(centre, NODE, parts[place]), parts[place])
        with centre.store.read() as tx:
            heads.append(Head.parse(tx.execute(tables.node.select().filter_by(node_id=NODE)).one().up_head).seq)
    assert heads == [0, 0, 1, 1, 2, 2, 3, 3]
    with centre.store.read() as tx:
        assert len(tx.execute(tables.event.select().filter_by(side="node")).all()) == 3


def test_the_envelope_of_one_node_is_nothing_to_another(centre: Centre) -> None:
    one, other = enrolled(centre), enrolled(centre, "5224250018", "石门乡警务室")
    one.file_one()
    caught = one.batch()
    stolen = readdressed(caught, "5224250018", other)
    before = at_centre(centre)
    for place, data in (("5224250018", caught), ("5224250018", stolen), (NODE, stolen), (NODE, other.batch())):
        with pytest.raises(YizhanError):
            receiver.receive(centre, place, data)
    assert at_centre(centre) == before


def readdressed(caught: bytes, node: str, thief: Room) -> bytes:
    """Another's content in an envelope of one's own: header and signature are the thief's."""
    _, header, ciphertext, _ = envelope._parts(caught)
    own = envelope.encode_header(envelope._addressed(replace(envelope.decode_header(header), node=node), thief.seals))
    message = envelope.signed_bytes(own, envelope.digest_of(ciphertext))
    signature = MODERN_1.sign(thief.sign.private, message)
    return envelope.MAGIC + envelope._prefixed(own) + envelope._prefixed(ciphertext) + signature


def test_no_number_of_another_suite_is_taken(pair: Callable[[Suite], Push], node: Node, centre: Centre) -> None:
    """In the header of an envelope, and in one that was signed anew with keys of the suite that was left."""
    push = pair(MODERN_1)
    with node.database.read() as tx:
        left = keys.read(tx)
    suites.publish_policy(centre, ["modern-pq-1", "modern-1"])
    assert push.drain().went_well
    request, said, parties = exchange(node, centre)
    before, here = at_centre(centre), at_node(node)
    place = len(envelope.MAGIC) + 4 + 1
    others = [number for number in range(256) if number != parties.own.suite.number]
    for data, call in (
        (request, lambda one: receiver.receive(centre, NODE, one)),
        (said, lambda one: answer.read(one, request, parties, Purpose.DOWN)),
    ):
        tries = (data[:place] + bytes([number]) + data[place + 1 :] for number in others)
        assert taken(call, tries) == (255, 0)
    header = envelope.header_for(Purpose.UP, NODE, acked(node), (), bytes(16))
    older = envelope.seal(header, frames.pack(), left.seals)
    assert taken(lambda one: receiver.receive(centre, NODE, one), iter([older])) == (1, 0)
    assert (at_centre(centre), at_node(node)) == (before, here)


CHILD = """
import json, resource, sys
limit = {memory} << 20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
sys.setrecursionlimit(1000)
from sync import envelope
from sync.envelope import EnvelopeError, OpenKeys, Purpose
from sync.suites import SUITES
found = json.load(sys.stdin)
keys = OpenKeys(*(bytes.fromhex(found[name]) for name in ("private", "public", "signer")))
answers = {{}}
for name, data in found["envelopes"].items():
    try:
        opened = envelope.open_envelope(bytes.fromhex(data), keys, purpose=Purpose.UP, node="{node}")
        answers[name] = "taken: %d events" % len(opened.contents().events)
    except EnvelopeError as error:
        answers[name] = error.code
# not getrusage: its peak begins with that of the process that started this one
lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps({{"answers": answers, "peak_mib": int(lines["VmHWM"].split()[0]) >> 10}}))
"""


def bombs() -> dict[str, bytes]:
    """Contents (coding, frames) that are small when sealed and would be large when believed."""
    strong = zstandard.ZstdCompressor(level=19)
    hidden = zstandard.ZstdCompressor(level=19, write_content_size=False)
    lying = bytearray(strong.compress(bytes(300)))
    lying[5:6] = b"\xff"
    largest = frames_of(b"\x7f", (envelope.INNER_BYTES_MAX - 64) // 16)
    return {
        "beyond the limit": b"\x01" + strong.compress(bytes(envelope.INNER_BYTES_MAX + 1)),
        "beyond the ratio": b"\x01" + strong.compress(bytes(32 << 20)),
        "without its size": b"\x01" + hidden.compress(bytes(32 << 20)),
        "with a wrong size": b"\x01" + bytes(lying),
        "a bomb in a bomb": b"\x01" + strong.compress(strong.compress(bytes(60 << 20)) * 4000),
        "many empty frames": b"\x00" + b"\x02\x00" * (4 << 20),
        "many unknown frames": b"\x00" + largest[: 8 << 20],
        "a run that unpacks to much": b"\x00" + run_frame(run_of(zeros=15_000)) * 2_000,
        "a run of nothing": b"\x00" + run_frame(known().prefix + wire.number(0)) * 100_000,
        "a run that promises much": b"\x00"
        + run_frame(known().prefix + wire.number(10_000) + bytes(1 << 20) + b"\x01"),
    }


def frames_of(kind: bytes, count: int) -> bytes:
    return (kind + b"\x0e" + bytes(14)) * count


def known() -> Any:
    return library.PACKAGED.common(library.PACKAGED.names())


def run_of(zeros: int) -> bytes:
    """One event whose body repeats itself; it is coded in far fewer bytes than it unpacks to."""
    (event,) = corpus.chain([("application.withdrawn", {"reason": "", "x": [0] * zeros})], corpus.random.Random(3))
    return bytes(known().prefix + wire.number(1) + coding.pack([event], known()))


def run_frame(content: bytes) -> bytes:
    return bytes([frames.RUN]) + wire.blob(content, frames.FRAME_BYTES_MAX)


@pytest.mark.slow
def test_bombs_are_refused_within_bounded_memory(tmp_path: Path) -> None:
    """In a process of its own that may have no more than MEMORY_MIB."""
    sign, box = MODERN_1.sign_keys(), MODERN_1.box_keys()
    seals = SealKeys(sign.private, sign.public, box.public)
    header = envelope.header_for(Purpose.UP, NODE, Head.start("node", NODE), (), bytes(16))
    header_bytes = envelope.encode_header(envelope._addressed(header, seals))

    def sealed(content: bytes) -> str:
        ciphertext = MODERN_1.seal(box.public, content, envelope._info(header_bytes))
        signature = MODERN_1.sign(sign.private, envelope.signed_bytes(header_bytes, envelope.digest_of(ciphertext)))
        parts = envelope.MAGIC + envelope._prefixed(header_bytes) + envelope._prefixed(ciphertext)
        return (parts + signature).hex()

    made = bombs()
    given = {"private": box.private.hex(), "public": box.public.hex(), "signer": sign.public.hex()}
    given |= {"envelopes": {name: sealed(content) for name, content in made.items()}}
    done = subprocess.run(
        [sys.executable, "-c", CHILD.format(memory=MEMORY_MIB, node=NODE)],
        input=json.dumps(given).encode(),
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert set(found["answers"]) == set(made)
    assert set(found["answers"].values()) <= {"too_large", "bad_content"}, found
    assert found["peak_mib"] < PEAK_MIB
