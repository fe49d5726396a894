"""What a private service leaves in memory: whose it is, how much of it there may be, and that it ends."""

import pytest
from conftest import FixedClock

from edge.drafts import Draft
from edge.errors import YizhanError
from edge.unwritten import BYTES_MAX, DRAFTS_MAX, IDLE_MS_MAX, Unwritten, is_kept, keeps
from forms.definition import packaged

PRIVATE = {"anquan-qiuzhu", "jubao-tousu"}  # 安全求助; 举报投诉, sealed to the supervisor
OWNER, STRANGER = "kiosk:one", "kiosk:other"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def memory() -> Unwritten:
    return Unwritten()


def fresh(owner: str = OWNER, identity: str = "d1") -> Draft:
    return Draft(identity, owner, "anquan-qiuzhu", "2026.11.1", "0" * 64, "zh-CN", 0, {}, "t" * 32, "")


def refused(call, *args) -> str:
    with pytest.raises(YizhanError) as caught:
        call(*args)
    return caught.value.code


def photo(memory: Unwritten, draft: Draft, data: bytes = b"photo", slot: str = "proof"):
    """The draft with a photograph in a slot, and the photograph."""
    material = memory.put(data, "image/jpeg", "a.jpg", slot, draft.owner)
    return memory.attach(draft, material), material


def test_what_is_private_or_sealed_is_kept_in_memory_and_nothing_else():
    assert {name for name, one in packaged().items() if keeps(one)} == PRIVATE


def test_a_draft_is_found_by_its_owner_and_by_nobody_else(memory, clock):
    draft = memory.begin(fresh(), clock)
    assert is_kept(draft)
    assert memory.of_owner(OWNER) == memory.get(draft.id, OWNER) == draft
    assert memory.of_owner(STRANGER) is None
    assert memory.get(draft.id, STRANGER) is None
    assert memory.get("another", OWNER) is None


def test_a_stranger_changes_nothing_and_sees_no_file(memory, clock):
    draft, material = photo(memory, memory.begin(fresh(), clock))
    theirs = draft._replace(owner=STRANGER)
    assert refused(memory.save, theirs, {"a": 1}, 0, clock) == "not_found"
    assert refused(memory.attach, theirs, material) == "not_found"
    assert refused(memory.detach, theirs, material.slot, material.sha256) == "not_found"
    assert refused(memory.file, theirs, material.sha256) == "not_found"
    assert refused(memory.put, b"x", "image/jpeg", "a.jpg", "proof", STRANGER) == "not_found"
    memory.forget(STRANGER)
    assert memory.get(draft.id, OWNER) == draft
    assert memory.file(draft, material.sha256) == b"photo"


def test_what_was_typed_is_kept_as_it_was_whatever_happens_to_the_answers_outside(memory, clock):
    draft, answers = memory.begin(fresh(), clock), {"who": {"name": "王秀梅"}}
    saved = memory.save(draft, answers, 2, clock)
    answers["who"]["name"] = "罗建国"
    assert (memory.get(draft.id, OWNER).data, saved.page) == ({"who": {"name": "王秀梅"}}, 2)
    assert memory.save(draft, {}, None, clock).page == 2


def test_whoever_begins_again_has_one_draft_and_the_first_is_gone(memory, clock):
    draft, material = photo(memory, memory.begin(fresh(), clock))
    second = memory.begin(fresh(identity="d2"), clock)
    assert memory.of_owner(OWNER) == second
    assert memory.get(draft.id, OWNER) is None
    assert refused(memory.file, second, material.sha256) == "material_missing"


def test_twenty_may_be_begun_at_once_and_the_next_is_told_to_wait(memory, clock):
    for at in range(DRAFTS_MAX):
        memory.begin(fresh(f"kiosk:{at}", f"d{at}"), clock)
    assert refused(memory.begin, fresh(), clock) == "too_many_requests"
    memory.begin(fresh("kiosk:0", "again"), clock)  # in place of his own
    memory.forget("kiosk:1")
    assert memory.begin(fresh(), clock).id == "d1"


def test_after_an_hour_without_a_touch_a_draft_makes_room(memory, clock):
    left, used = memory.begin(fresh(), clock), memory.begin(fresh(STRANGER, "d2"), clock)
    clock.advance(seconds=IDLE_MS_MAX // 1000)
    memory.save(used, {"a": 1}, 0, clock)
    memory.begin(fresh("kiosk:third", "d3"), clock)
    assert memory.get(left.id, OWNER) is not None
    clock.advance(seconds=1)
    memory.begin(fresh("kiosk:third", "d3"), clock)
    assert memory.get(left.id, OWNER) is None
    assert memory.get(used.id, STRANGER) is not None


def test_the_files_of_one_draft_fill_no_more_than_their_share_and_nobody_elses(memory, clock):
    draft, other = memory.begin(fresh(), clock), memory.begin(fresh(STRANGER, "d2"), clock)
    photo(memory, draft, bytes(BYTES_MAX - 1))
    assert refused(photo, memory, draft, b"ab") == "too_large"
    photo(memory, draft, b"a")  # to the last byte
    photo(memory, other, b"ab")


def test_a_file_goes_when_its_last_slot_is_emptied(memory, clock):
    draft, material = photo(memory, memory.begin(fresh(), clock), slot="front")
    draft, same = photo(memory, draft, slot="back")
    assert same.sha256 == material.sha256
    draft = memory.detach(draft, "front", material.sha256)
    assert [one.slot for one in draft.materials] == ["back"]
    assert memory.file(draft, material.sha256) == b"photo"
    draft = memory.detach(draft, "back", material.sha256)
    assert (draft.materials, refused(memory.file, draft, material.sha256)) == ((), "material_missing")


def test_the_same_photograph_in_the_same_slot_is_there_once(memory, clock):
    draft, _ = photo(memory, memory.begin(fresh(), clock))
    draft, material = photo(memory, draft)
    assert draft.materials == (material,)


def test_at_the_end_of_a_visit_nothing_stays(memory, clock):
    draft, material = photo(memory, memory.begin(fresh(), clock))
    memory.forget(OWNER)
    assert (memory.of_owner(OWNER), memory.get(draft.id, OWNER)) == (None, None)
    assert refused(memory.file, draft, material.sha256) == "not_found"
    assert refused(memory.save, draft, {}, 0, clock) == "not_found"
    memory.forget(OWNER)
