"""The envelope: only the whole, from the right sender, for the right receiver, is opened."""

import random
from dataclasses import replace

import pytest
import zstandard

from forms.events import Event, Head, genesis
from forms.events import seal as seal_event
from sync import envelope
from sync.envelope import EnvelopeError, Header, OpenKeys, Purpose, SealKeys, header_for, open_envelope, peek, seal
from sync.frames import Ack, pack
from sync.header import encode_header
from sync.suites import MODERN_1, SUITES, Modern1, SuiteError

NODE = "5224250017"
START = Head.start("node", NODE)
NODE_SIGN = MODERN_1.sign_keys(bytes(range(32)))
CENTRE_BOX = MODERN_1.box_keys(bytes(range(32, 64)))
SEAL = SealKeys(NODE_SIGN.private, NODE_SIGN.public, CENTRE_BOX.public)
OPEN = OpenKeys(CENTRE_BOX.private, CENTRE_BOX.public, NODE_SIGN.public)


def events(count: int, prev: bytes = START.digest, seq: int = 1) -> tuple[Event, ...]:
    made: list[Event] = []
    for place in range(count):
        made.append(
            seal_event(
                seq=seq + place,
                epoch=1,
                id=f"{place:032x}",
                application="52242500171000018",
                kind="application.withdrawn",
                at="2026-11-21T09:12:03+08:00",
                centre_at="",
                ticks=place,
                actor="kiosk",
                seen="",
                body=b'{"reason":"x"}',
                salt=bytes(16),
                prev=made[-1].digest if made else prev,
            )
        )
    return tuple(made)


def header(count: int = 0, **changes: object) -> Header:
    made = header_for(Purpose.UP, NODE, START, events(count), bytes(16))
    return replace(made, **changes)  # type: ignore[arg-type]  # a test's shorthand


def opened(data: bytes, keys: OpenKeys = OPEN, node: str = NODE) -> envelope.Opened:
    return open_envelope(data, keys, purpose=Purpose.UP, node=node)


def refused(data: bytes, keys: OpenKeys = OPEN, node: str = NODE) -> str:
    with pytest.raises(EnvelopeError) as caught:
        opened(data, keys, node)
    return caught.value.code


def test_a_header_says_behind_which_place_its_events_stand():
    found = header(2)
    assert found.after == (found.epoch, found.seq_from - 1) == START.position


@pytest.mark.parametrize(
    "wrong",
    [{"node": "5" * 300}, {"epoch": -1}, {"seq_from": -1}, {"seq_to": 1 << 80}, {"prev": bytes(31)}, {"head": b""},
     {"sender_key_id": bytes(99)}, {"recipient_key_id": b"x"}, {"batch_id": b""}, {"sender_key": bytes(1 << 20)}],
)  # fmt: skip
def test_a_header_with_a_value_that_does_not_fit_is_never_written(wrong):
    with pytest.raises(EnvelopeError) as caught:
        encode_header(header(**wrong))
    assert caught.value.code == "damaged"


def test_a_batch_comes_out_as_it_went_in() -> None:
    ack = Ack(NODE, Head.start("centre", NODE), "2026-11-21T09:12:03+08:00")
    got = opened(seal(header(3), pack(events(3), ack=ack), SEAL))
    contents = got.contents()
    assert contents.events == events(3)
    assert contents.ack == ack
    assert (got.header.seq_from, got.header.seq_to, got.header.head) == (1, 3, events(3)[-1].digest)


def test_an_envelope_without_events_says_where_the_log_stands() -> None:
    got = opened(seal(header(), b"", SEAL))
    assert (got.header.seq_from, got.header.seq_to, got.header.head) == (1, 0, START.digest)
    assert got.contents().events == ()


def test_every_flipped_bit_is_refused() -> None:
    data = bytearray(seal(header(1), pack(events(1)), SEAL))
    for place in range(len(data) * 8):
        data[place // 8] ^= 1 << place % 8
        with pytest.raises(EnvelopeError):
            opened(bytes(data))
        data[place // 8] ^= 1 << place % 8
    assert opened(bytes(data)).contents().events == events(1)


def test_every_truncation_and_a_byte_too_many_are_refused() -> None:
    data = seal(header(1), pack(events(1)), SEAL)
    for length in range(len(data)):
        with pytest.raises(EnvelopeError):
            opened(data[:length])
    assert refused(data + b"\0") == "damaged"


def test_another_receiver_cannot_open() -> None:
    other = MODERN_1.box_keys()
    data = seal(header(), b"", SEAL)
    assert refused(data, replace(OPEN, box_private=other.private, box_public=other.public)) == "not_for_us"
    assert refused(data, replace(OPEN, box_private=other.private)) == "not_for_us"


def test_a_batch_of_one_node_is_not_taken_for_another() -> None:
    assert refused(seal(header(), b"", SEAL), node="5224250018") == "not_for_us"
    other = MODERN_1.sign_keys()
    assert refused(seal(header(), b"", SEAL), replace(OPEN, sign_public=other.public)) == "bad_signature"


def test_a_request_is_not_taken_for_an_answer() -> None:
    assert refused(seal(header(purpose=Purpose.DOWN), b"", SEAL)) == "not_for_us"


def test_a_swapped_signature_is_refused() -> None:
    one, two = seal(header(1), pack(events(1)), SEAL), seal(header(2), pack(events(2)), SEAL)
    assert refused(one[:-64] + two[-64:]) == "bad_signature"


def test_a_signature_by_another_key_under_our_key_id_is_refused() -> None:
    thief = MODERN_1.sign_keys()
    forged = replace(SEAL, sign_private=thief.private)
    assert refused(seal(header(), b"", forged)) == "bad_signature"


def test_a_swapped_header_is_refused() -> None:
    """Even by somebody who can make the outer signature: the ciphertext hangs on the header."""
    data = seal(header(1), pack(events(1)), SEAL)
    changed = envelope.encode_header(replace(peek(data), batch_id=b"another batch id"))
    assert refused(signed(changed, envelope._parts(data)[2])) == "not_for_us"


def test_another_nodes_words_cannot_be_passed_on_under_an_own_signature() -> None:
    """The thief is known to the centre, and signs what he caught: the seal hangs on the header with the sender's key."""
    thief = MODERN_1.sign_keys()
    caught = seal(header(1), pack(events(1)), SEAL)
    own = envelope.encode_header(envelope._addressed(peek(caught), replace(SEAL, sign_public=thief.public)))
    stolen = signed(own, envelope._parts(caught)[2], thief.private)
    assert refused(stolen, replace(OPEN, sign_public=thief.public)) == "not_for_us"


def test_an_unknown_suite_is_refused() -> None:
    data = bytearray(seal(header(), b"", SEAL))
    data[len(envelope.MAGIC) + 4 + 1] = 99
    assert refused(bytes(data)) == "unknown_suite"


def test_a_suite_that_was_not_agreed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A known suite is not enough: the keys say which one is taken, so nobody can talk the receiver down."""

    class Older(Modern1):
        number = 250
        name = "older"

    monkeypatch.setitem(SUITES, 250, Older())
    assert refused(seal(header(), b"", replace(SEAL, suite=Older()))) == "unknown_suite"


def sealed_content(header_bytes: bytes, content: bytes) -> bytes:
    ciphertext = MODERN_1.seal(CENTRE_BOX.public, content, envelope._info(header_bytes))
    return signed(header_bytes, ciphertext)


def signed(header_bytes: bytes, ciphertext: bytes, private: bytes = NODE_SIGN.private) -> bytes:
    message = envelope.signed_bytes(header_bytes, envelope.digest_of(ciphertext))
    parts = envelope.MAGIC + envelope._prefixed(header_bytes) + envelope._prefixed(ciphertext)
    return parts + MODERN_1.sign(private, message)


def packed(content: bytes) -> bytes:
    """An envelope by the right node with any coded content: what a node gone wrong could send."""
    header_bytes = envelope.encode_header(envelope._addressed(header(), SEAL))
    return sealed_content(header_bytes, content)


def test_a_decompression_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(65 << 20))
    assert refused(packed(b"\x01" + bomb)) == "too_large"
    small = zstandard.ZstdCompressor(level=19).compress(bytes(1 << 20))
    assert refused(packed(b"\x01" + small)) == "too_large"


def test_a_bomb_that_lies_about_its_size_or_hides_it_is_refused() -> None:
    hidden = zstandard.ZstdCompressor(level=3, write_content_size=False).compress(bytes(100_000))
    assert refused(packed(b"\x01" + hidden)) == "too_large"
    good = zstandard.ZstdCompressor(level=3).compress(bytes(range(250)))
    assert opened(packed(b"\x01" + good)).inner == bytes(range(250))
    lying = bytearray(good)
    lying[5] ^= 0xFF
    assert refused(packed(b"\x01" + bytes(lying))) in {"bad_content", "too_large"}


@pytest.mark.parametrize("content", [b"", b"\x09abc", b"\x01", b"\x01abc", b"\x01" + zstandard.compress(b"abc") + b"x"])
def test_content_in_no_known_coding_is_refused(content: bytes) -> None:
    assert refused(packed(content)) in {"bad_content", "too_large"}


def test_what_compresses_beyond_belief_is_stored_and_still_arrives() -> None:
    inner = bytes(1 << 20)
    assert opened(seal(header(), inner, SEAL)).inner == inner


@pytest.mark.parametrize(
    "changes", [{"seq_to": 1}, {"seq_from": 2, "seq_to": 3}, {"epoch": 2}, {"head": bytes(32)}, {"prev": bytes(32)}]
)
def test_events_that_are_not_those_of_the_header_are_refused(changes: dict[str, object]) -> None:
    got = opened(seal(header(2, **changes), pack(events(2)), SEAL))
    with pytest.raises(EnvelopeError, match="bad_content"):
        got.contents()


def test_too_much_for_one_envelope_is_not_sealed() -> None:
    with pytest.raises(EnvelopeError, match="too_large"):
        seal(header(), bytes(envelope.INNER_BYTES_MAX + 1), SEAL)


def test_what_no_compressing_makes_small_enough_is_not_sealed() -> None:
    with pytest.raises(EnvelopeError, match="too_large"):
        seal(header(), random.Random(1).randbytes(envelope.CIPHERTEXT_BYTES_MAX + 1), SEAL)


def test_what_is_too_large_is_not_looked_into() -> None:
    assert refused(bytes(envelope.ENVELOPE_BYTES_MAX)) == "damaged"
    assert refused(bytes(envelope.ENVELOPE_BYTES_MAX + 1)) == "too_large"


def test_content_that_is_no_row_of_frames_is_refused() -> None:
    whole = opened(seal(header(), b"", SEAL))
    with pytest.raises(EnvelopeError, match="bad_content"):
        replace(whole, inner=b"\xff" * 40).contents()


def test_the_first_word_brings_its_own_key() -> None:
    data = seal(header(purpose=Purpose.ENROL, sender_key=NODE_SIGN.public), b"", SEAL)
    keys = replace(OPEN, sign_public=peek(data).sender_key)
    assert open_envelope(data, keys, purpose=Purpose.ENROL, node=NODE).header.sender_key == NODE_SIGN.public


def test_private_keys_are_not_shown() -> None:
    for holder in (NODE_SIGN, SEAL, OPEN):
        assert repr(NODE_SIGN.private) not in repr(holder)
        assert repr(CENTRE_BOX.private) not in repr(holder)


def test_keys_of_the_wrong_form_are_refused() -> None:
    for call in (MODERN_1.sign_keys, MODERN_1.box_keys):
        with pytest.raises(SuiteError):
            call(b"short")
    with pytest.raises(SuiteError):
        MODERN_1.seal(b"short", b"", b"")
    with pytest.raises(SuiteError):
        MODERN_1.verify(b"short", bytes(64), b"")


def test_genesis_differs_by_side_and_node() -> None:
    assert len({genesis("node", NODE), genesis("centre", NODE), genesis("node", "5224250018")}) == 3


def reason(data: bytes, keys: OpenKeys = OPEN) -> str:
    with pytest.raises(EnvelopeError) as caught:
        opened(data, keys)
    return str(caught.value)


def test_what_is_not_for_us_is_refused_before_anything_is_tried_on_it() -> None:
    data = seal(header(), b"", SEAL)
    box, sign = MODERN_1.box_keys(), MODERN_1.sign_keys()
    assert (
        reason(data, replace(OPEN, box_private=box.private, box_public=box.public))
        == "not_for_us: sealed to another key"
    )
    assert reason(data, replace(OPEN, sign_public=sign.public)) == "bad_signature: signed with another key"


def test_a_piece_may_be_empty_or_as_long_as_is_allowed_and_not_a_byte_more() -> None:
    assert envelope._cut(b"\0\0\0\0", 0) == (b"", b"")
    assert envelope._cut(b"\0\0\0\2ab", 2) == (b"ab", b"")
    assert envelope._cut(b"\0\0\0\2abc", 2) == (b"ab", b"c")
    for data, code in ((b"\0\0\0", "damaged"), (b"\0\0\0\2a", "damaged"), (b"\0\0\0\3abc", "too_large")):
        with pytest.raises(EnvelopeError) as caught:
            envelope._cut(data, 2)
        assert caught.value.code == code


def test_an_envelope_may_be_as_long_as_is_allowed_and_not_a_byte_more(monkeypatch: pytest.MonkeyPatch) -> None:
    data = seal(header(), b"x" * 100, SEAL)
    length, inner = len(envelope._parts(data)[2]), b"x" * 100
    monkeypatch.setattr(envelope, "CIPHERTEXT_BYTES_MAX", length)
    assert opened(seal(header(), inner, SEAL)).inner == inner
    monkeypatch.setattr(envelope, "CIPHERTEXT_BYTES_MAX", length - 1)
    with pytest.raises(EnvelopeError, match="sealed bytes"):
        seal(header(), inner, SEAL)


def test_a_batch_may_be_as_long_as_is_allowed_and_not_a_byte_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "INNER_BYTES_MAX", 100)
    assert opened(seal(header(), b"x" * 100, SEAL)).inner == b"x" * 100
    with pytest.raises(EnvelopeError, match="101 bytes in one batch"):
        seal(header(), b"x" * 101, SEAL)


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=envelope.ZSTD_LEVEL).compress(data)


def test_what_gets_smaller_is_compressed_and_what_does_not_is_stored() -> None:
    text = b"".join(b"%d," % number for number in range(200))
    assert envelope._compress(text) == b"\1" + zstd(text)
    same = next(
        data for n in range(500) if len(zstd(data := random.Random(n).randbytes(14) + bytes(n // 8))) == len(data)
    )
    assert envelope._compress(same) == b"\0" + same


def test_a_receiver_believes_what_is_two_hundred_times_as_long_and_nothing_longer() -> None:
    exact = next(n for n in range(1000, 20_000) if len(zstd(bytes(n))) * envelope.RATIO_MAX == n)
    assert envelope._decompress(b"\1" + zstd(bytes(exact))) == bytes(exact)
    assert envelope._compress(bytes(exact)) == b"\0" + bytes(exact)
    beyond = next(n for n in range(exact, 20_000) if len(zstd(bytes(n))) * envelope.RATIO_MAX < n)
    with pytest.raises(EnvelopeError, match="unpacks to"):
        envelope._decompress(b"\1" + zstd(bytes(beyond)))


def test_an_unknown_coding_is_not_tried() -> None:
    with pytest.raises(EnvelopeError, match="unknown coding"):
        envelope._decompress(b"\2" + zstd(b"x" * 100))


def test_a_header_of_another_version_or_with_a_byte_too_many_is_refused() -> None:
    data = envelope.encode_header(header(1))
    assert envelope.decode_header(data) == header(1)
    for changed in (b"\2" + data[1:], data + b"\0"):
        with pytest.raises(EnvelopeError) as caught:
            envelope.decode_header(changed)
        assert caught.value.code == "damaged"


def test_a_signature_is_believed_of_a_whole_envelope_and_of_the_key_that_made_it_alone() -> None:
    sealed = seal(header(1), pack(events(1)), SEAL)
    assert envelope.is_signed_by(sealed, NODE_SIGN.public)
    assert not envelope.is_signed_by(sealed, MODERN_1.sign_keys(bytes(32)).public)
    assert not envelope.is_signed_by(sealed[:-1], NODE_SIGN.public)
    for place in (-1, len(sealed) // 2):
        spoilt = bytearray(sealed)
        spoilt[place] ^= 1
        assert not envelope.is_signed_by(bytes(spoilt), NODE_SIGN.public)
