import dataclasses
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import events
from forms.events import ChainError, Event, Head

NODE = "5224250017"


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def make(seq=1, epoch=1, prev=None, body=b'{"reason":""}', salt=b"s" * 16, **changes) -> Event:
    fields = {
        "seq": seq, "epoch": epoch, "id": f"{epoch:016x}{seq:016x}", "application": "52242500171004215",
        "kind": "application.withdrawn", "at": "2026-11-21T09:12:03+08:00", "centre_at": "", "ticks": 7,
        "actor": "kiosk", "seen": "", "body": body, "salt": salt,
        "prev": events.genesis("node", NODE) if prev is None else prev,
    }  # fmt: skip  # a table
    return events.seal(**{**fields, **changes})


def chain(*positions: tuple[int, int]) -> list[Event]:
    made: list[Event] = []
    for epoch, seq in positions:
        made.append(make(seq, epoch, made[-1].digest if made else None))
    return made


def test_the_first_link_differs_for_each_side_and_each_node():
    firsts = {events.genesis(side, node) for side in ("node", "centre") for node in (NODE, "5224250018")}
    assert len(firsts) == 4
    assert events.genesis("node", NODE) == sha256(b"yizhan-log-1\0node\0" + NODE.encode())


def test_the_digest_is_the_documented_one():
    event = make()
    header = {name: getattr(event, name) for name in events.HEADER_FIELDS}
    header_hash = sha256(json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    body_hash = sha256(event.salt + event.body)
    assert event.digest == sha256(b"yizhan-event-1\0" + event.prev + header_hash + body_hash)
    assert event.digest.hex() == "83541ecccb7c9a8602b2752fe79da42e497b1c1e52f2d7dbaaf93df69144f750"


def test_bottomless_nesting_is_an_error_that_can_be_caught():
    nested: list = []
    for _ in range(5_000):
        nested = [nested]
    with pytest.raises(ValueError, match="deep"):
        events.canonical(nested)
    with pytest.raises(ValueError, match="deep"):
        _ = make(body=b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}").data


def test_canonical_json_sorts_keys_and_keeps_chinese():
    assert events.canonical({"b": 1, "a": "驿站", "c": [True, None]}) == '{"a":"驿站","b":1,"c":[true,null]}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", 2**53])
def test_canonical_json_refuses_what_json_has_no_place_for(value):
    with pytest.raises(ValueError, match=r"domain|representable|UTF-8"):
        events.canonical({"x": value})


def test_the_same_body_with_another_salt_has_another_digest():
    assert make(salt=b"a" * 16).digest != make(salt=b"b" * 16).digest


def test_a_salt_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="salt"):
        make(salt=b"short")


def test_data_is_the_parsed_body_and_must_be_an_object():
    assert make().data == {"reason": ""}
    with pytest.raises(ValueError, match="object"):
        _ = make(body=b"[]").data


def test_a_body_that_was_read_makes_no_other_event():
    read, unread = make(), make()
    assert read.data is read.data
    assert (read, hash(read), repr(read)) == (unread, hash(unread), repr(unread))
    assert dataclasses.replace(read, body=b'{"reason":"x"}').data == {"reason": "x"}


def test_a_whole_chain_passes_over_epochs():
    whole = chain((1, 1), (1, 2), (3, 1), (3, 2))
    events.verify_chain(whole, events.genesis("node", NODE))
    events.verify_chain(whole, Head.start("node", NODE))
    events.verify_chain(whole[2:], Head.of(whole[1]))
    events.verify_chain([], Head.start("node", NODE))


@pytest.mark.parametrize("field", ["id", "application", "kind", "at", "centre_at", "actor", "seen"])
def test_a_changed_header_field_is_found(field):
    whole = chain((1, 1), (1, 2), (1, 3))
    whole[1] = dataclasses.replace(whole[1], **{field: "changed"})
    with pytest.raises(ChainError) as caught:
        events.verify_chain(whole, events.genesis("node", NODE))
    assert (caught.value.epoch, caught.value.seq) == (1, 2)


@pytest.mark.parametrize("change", [{"body": b"{}"}, {"salt": b"x" * 16}, {"digest": b"x" * 32}, {"ticks": 8}])
def test_changed_bytes_are_found(change):
    whole = chain((1, 1), (1, 2))
    whole[0] = dataclasses.replace(whole[0], **change)
    with pytest.raises(ChainError) as caught:
        events.verify_chain(whole, events.genesis("node", NODE))
    assert caught.value.seq == 1


def test_a_missing_event_is_found():
    whole = chain((1, 1), (1, 2), (1, 3))
    with pytest.raises(ChainError, match="1:3"):
        events.verify_chain([whole[0], whole[2]], events.genesis("node", NODE))


@pytest.mark.parametrize(
    "positions", [[(1, 2)], [(1, 1), (1, 3)], [(1, 1), (2, 2)], [(2, 1), (1, 1)], [(1, 1), (1, 1)]]
)
def test_numbers_with_a_gap_or_backwards_are_found(positions):
    with pytest.raises(ChainError, match="follow"):
        events.verify_chain(chain(*positions), Head.start("node", NODE))


def test_a_chain_of_another_node_is_found():
    with pytest.raises(ChainError, match="continue"):
        events.verify_chain(chain((1, 1)), events.genesis("node", "5224250018"))


def test_a_head_reads_back_from_its_text():
    head = Head.of(make(42))
    assert str(head) == f"1:42:{make(42).digest.hex()}"
    assert Head.parse(str(head)) == head


@pytest.mark.parametrize("text", ["", "1:2", "1:2:3:4", "a:1:00", "1:1:zz", "01:1:00", "1:+1:00", "1:1:AA"])
def test_a_text_that_is_no_head_is_refused(text):
    with pytest.raises(ValueError, match=r"head|unpack|literal|non-hex"):
        Head.parse(text)


def test_a_line_of_the_log_is_canonical_and_names_its_side():
    event = make(body='{"reason":"不办了"}'.encode())
    line = events.to_json(event, "node")
    assert b"\n" not in line
    assert line == events.canonical(json.loads(line))
    assert json.loads(line)["body"] == {"reason": "不办了"}
    assert json.loads(line)["side"] == "node"
    assert json.loads(line)["digest"] == event.digest.hex()
    assert events.to_json(event, "centre") != line


@given(
    st.integers(0, 2**53 - 1), st.text(st.characters(exclude_categories=["Cs"])), st.binary(min_size=16, max_size=16)
)
def test_no_two_headers_share_a_digest_by_moving_bytes(ticks, actor, salt):
    event = make(ticks=ticks, actor=actor, salt=salt)
    assert event.digest != make(ticks=ticks, actor=actor + "x", salt=salt).digest
    assert event.digest == events.digest(event.prev, event.header, salt, event.body)


def test_a_body_with_half_a_character_is_no_body():
    sound = make(body='{"reason":"\\ud83d\\ude00 \\u0000 한"}'.encode())
    assert sound.data == {"reason": "\N{GRINNING FACE} \0 한"}
    for half in (b'{"reason":"\\ud83d"}', b'{"reason":"\xed\xa0\xbd"}'):
        with pytest.raises(ValueError, match="surrogates"):
            _ = make(body=half).data


@pytest.mark.parametrize(("epoch", "seq"), [(0, 0), (2**53 - 1, 0), (0, 2**53 - 1)])
def test_a_head_may_have_every_number_that_an_event_can_have(epoch, seq):
    assert Head.parse(f"{epoch}:{seq}:ab").position == (epoch, seq)


@pytest.mark.parametrize(("epoch", "seq"), [(-1, 1), (1, -1), (2**53, 1), (1, 2**53)])
def test_a_head_has_no_number_that_no_event_can_have(epoch, seq):
    with pytest.raises(ValueError, match="not the head of a log"):
        Head.parse(f"{epoch}:{seq}:ab")


def test_a_body_counts_as_erased_by_its_mark_and_its_length_alone():
    left = events.erased(b"s" * 16, b'{"reason":""}')
    assert left == events.ERASED + sha256(b"s" * 16 + b'{"reason":""}')
    assert events.erased(b"", left) == left
    assert [events.is_erased(one) for one in (left, left[:-1], left + b"x", b" " * len(left), b"{}")] == [
        True,
        *[False] * 4,
    ]
    whole = make()
    gone = dataclasses.replace(whole, body=events.erased(whole.salt, whole.body), salt=b"")
    events.verify_chain([gone], whole.prev)
    assert json.loads(events.to_json(gone, "node"))["body"] == {"erased": left[len(events.ERASED) :].hex()}


def test_a_fault_of_the_chain_names_its_place_and_its_reason():
    fault = ChainError(2, 3, "was changed")
    assert (str(fault), fault.epoch, fault.seq, fault.reason) == ("event 2:3: was changed", 2, 3, "was changed")


def test_only_the_first_event_of_a_later_epoch_may_continue_an_earlier_one():
    first, second, third = chain((1, 1), (1, 2), (1, 3))
    branch = make(1, 2, second.digest)
    known = {first.digest, second.digest, third.digest, bytes(32)}.__contains__
    events.verify_chain([first, second, third, branch], first.prev, known)
    with pytest.raises(ChainError, match="does not continue"):
        events.verify_chain([make(1, 1, second.digest)], first.prev, known)
    with pytest.raises(ChainError, match="does not continue"):
        events.verify_chain([branch, make(2, 2, second.digest)], branch.prev, known)
    with pytest.raises(ChainError, match="does not continue"):
        events.verify_chain([third, make(1, 2, sha256(b"unknown"))], third.prev, known)
