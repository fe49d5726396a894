"""Smaller forms of photos for the link: what is made, what goes first, and that the original is never replaced."""

import hashlib
import io
import json
import random
import subprocess
import sys

import pytest
from PIL import Image, ImageDraw

from edge import log, materials, outgoing, renditions
from edge.line_watch import is_better
from edge.node import Node
from edge.renditions import Form
from sync import budget, frames, outlook, quarantine
from sync.budget import Budget, in_hours
from sync.centre import cases
from sync.centre import materials as centre_materials
from sync.centre.centre import Centre
from sync.centre.receiver import receive
from sync.frames import Chunk, Rendition
from sync.push import Push
from tests.centre_room import MATERIAL, Room, enrolled
from tests.centre_room import NODE as ROOM_NODE
from tests.sync_pair import NODE, PHOTO, CentreServer, file_one, number, state


def photo(seed: int = 1, size: tuple[int, int] = (2200, 1600)) -> bytes:
    """A page of lines with noise, as a camera gives it: some hundred kB."""
    rng = random.Random(seed)
    image = Image.frombytes("L", (size[0] // 4, size[1] // 4), rng.randbytes(size[0] // 4 * (size[1] // 4)))
    image = Image.blend(image.resize(size).convert("RGB"), Image.new("RGB", size, "white"), 0.8)
    pen = ImageDraw.Draw(image)
    for line in range(40):
        pen.line([(80, 60 + 38 * line), (rng.randrange(800, 2100), 60 + 38 * line)], fill="black", width=4)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


@pytest.fixture(scope="module")
def picture() -> bytes:
    return photo()


def test_a_photo_becomes_a_page_and_a_preview_that_are_far_smaller(picture: bytes) -> None:
    page, preview = sorted(renditions.encode(picture), key=lambda form: -len(form.data))
    assert (page.form, preview.form) == ("page", "preview")
    assert len(page.data) < 0.5 * len(picture)
    assert page.media_type in ("image/avif", "image/webp")
    with Image.open(io.BytesIO(page.data)) as image:
        assert max(image.size) <= 1754
        assert min(image.size) <= 1240
    with Image.open(io.BytesIO(preview.data)) as image:
        assert max(image.size) <= 600


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff" + bytes(100_000), PHOTO])
def test_what_is_no_picture_goes_up_as_it_is(data: bytes) -> None:
    assert renditions.encode(data) == []


def test_too_little_memory_or_time_leaves_the_original(picture: bytes) -> None:
    assert renditions.encode(picture, memory_bytes=64 << 20) == []
    assert renditions.encode(picture, time_s=0.01) == []


def test_a_bomb_ends_in_the_child_and_not_here() -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert renditions.encode(out.getvalue()) == []


def test_the_child_says_nothing_but_its_answer(picture: bytes) -> None:
    command = [sys.executable, "-m", "edge.reencode", str(768 << 20)]
    done = subprocess.run(command, input=picture, capture_output=True, check=True)
    head, _, rest = done.stdout.partition(b"\n")
    assert sum(one["size"] for one in json.loads(head)) == len(rest)
    assert done.stderr == b""


def decide_all(node: Node) -> None:
    with node.database.write() as tx:
        log.note_materials(tx)
    with node.database.read() as tx:
        unseen = outgoing.unseen(tx)
    for sha256 in unseen:
        renditions.decide(node.database, sha256)


def ranks(node: Node) -> list[tuple[int, bool]]:
    with node.database.read() as tx:
        head = log.head(tx)
        return [(item.rank, item.sha256 == item.original) for item in outgoing.ready(tx, head.position, 2)]


def test_previews_go_before_pages_and_originals_last(node: Node, picture: bytes) -> None:
    file_one(node, 1, photos=(picture,))
    file_one(node, 2, photos=(photo(2),))
    decide_all(node)
    assert ranks(node) == [(0, False), (0, False), (1, False), (1, False), (2, True), (2, True)]


def test_deciding_twice_changes_nothing(node: Node, picture: bytes) -> None:
    file_one(node, photos=(picture,))
    decide_all(node)
    before = ranks(node)
    assert renditions.decide(node.database, hashlib.sha256(picture).hexdigest())
    assert ranks(node) == before


def test_a_material_that_is_not_here_is_gone_and_in_nobodys_way(node: Node) -> None:
    file_one(node)
    with node.database.write() as tx:
        outgoing.learn(tx, (1, 1), [{"sha256": "ab" * 32, "from": 0}], is_all=False)
    assert not renditions.decide(node.database, "ab" * 32)
    with node.database.read() as tx:
        assert outgoing.unseen(tx) == []
    with node.database.write() as tx:
        assert outgoing.try_again(tx, "ab" * 32)
        assert not outgoing.try_again(tx, "cd" * 32)


def test_an_older_word_can_only_make_us_send_again(node: Node) -> None:
    file_one(node, photos=(PHOTO,))
    sha256 = hashlib.sha256(PHOTO).hexdigest()
    decide_all(node)
    with node.database.write() as tx:
        outgoing.held(tx, sha256, 9_000, is_latest=True)
        outgoing.held(tx, sha256, 4_000, is_latest=False)
        assert outgoing.missing(tx, (1, 1)) == [{"sha256": sha256, "from": 9_000}]
        outgoing.held(tx, sha256, len(PHOTO), is_latest=True)
        assert outgoing.missing(tx, (1, 1)) == []
        outgoing.learn(tx, (1, 1), [{"sha256": sha256, "from": 100}], is_all=False)
        assert outgoing.missing(tx, (1, 1)) == [{"sha256": sha256, "from": 100}]
        outgoing.learn(tx, (1, 1), [], is_all=True)
        assert outgoing.missing(tx, (1, 1)) == []


# --- over the link, to the centre


def carry(push: Push) -> None:
    report = push.drain()
    assert report.went_well


def test_the_centre_shows_the_page_until_the_original_is_there(
    enrolled: Push, node: Node, centre: Centre, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_one(node, photos=(picture,))
    sha256 = hashlib.sha256(picture).hexdigest()
    pages_only = Budget(0, 0, "22:00", "06:00", originals_now=False)
    monkeypatch.setattr(budget, "today", lambda _tx, _given: pages_only)
    carry(enrolled)
    case = cases.get(centre, number(1))
    best = case.best(sha256)
    assert best is not None
    assert best.sha256 == case.forms[sha256]["page"].sha256 != sha256
    assert not case.materials[sha256].complete_at
    assert state(node).unsent_materials == 1
    monkeypatch.undo()
    carry(enrolled)
    assert cases.get(centre, number(1)).best(sha256) == cases.get(centre, number(1)).materials[sha256]
    assert centre.blobs.read(NODE, sha256) == picture
    assert state(node).unsent_materials == 0


def test_a_crash_after_encoding_sends_the_same_forms(
    enrolled: Push, node: Node, centre: Centre, picture: bytes
) -> None:
    file_one(node, photos=(picture,))
    decide_all(node)
    with node.database.read() as tx:
        before = [row[0] for row in tx.execute("SELECT sha256 FROM rendition ORDER BY form")]
    carry(Push(node, enrolled._link))
    forms = cases.get(centre, number(1)).forms[hashlib.sha256(picture).hexdigest()]
    assert [forms[name].sha256 for name in sorted(forms)] == before


def test_a_form_of_what_nobody_announced_is_not_kept(centre: Centre) -> None:
    enrolled(centre)
    with centre.store.write() as tx:
        centre_materials.take_renditions(tx, ROOM_NODE, [Rendition("ab" * 32, "page", "cd" * 32, 10, "image/avif")])
        assert centre_materials.renditions_of(tx, ROOM_NODE, ["ab" * 32]) == {}
        kept = centre_materials.take_chunks(tx, centre.blobs, ROOM_NODE, [Chunk("cd" * 32, 0, 10, bytes(10))], "")
        assert kept == ()


def test_the_first_form_stays_and_a_huge_one_is_left(centre: Centre) -> None:
    room: Room = enrolled(centre)
    room.file_one(materials=[MATERIAL])
    receive(centre, room.node, room.batch())
    original = MATERIAL["sha256"]
    forms = [
        Rendition(original, "page", "ab" * 32, 10, "image/avif"),
        Rendition(original, "page", "cd" * 32, 10, "image/avif"),
        Rendition(original, "preview", "ef" * 32, 1 << 30, "image/webp"),
    ]
    with centre.store.write() as tx:
        for _ in range(2):
            centre_materials.take_renditions(tx, ROOM_NODE, forms)
        found = centre_materials.renditions_of(tx, ROOM_NODE, [original])
        assert {form: held.sha256 for form, held in found[original].items()} == {"page": "ab" * 32}
        assert centre_materials.lacking(tx, ROOM_NODE) == 1


# --- budget, hours, outlook


@pytest.mark.parametrize(
    ("now", "start", "end", "runs"),
    [
        ("23:00", "22:00", "06:00", True),
        ("05:59", "22:00", "06:00", True),
        ("06:00", "22:00", "06:00", False),
        ("12:00", "12:00", "13:00", True),
        ("13:00", "12:00", "13:00", False),
        ("09:00", "", "", True),
        ("09:00", "22:00", "", True),
    ],
)
def test_hours_may_run_over_midnight(now: str, start: str, end: str, *, runs: bool) -> None:
    assert in_hours(now, start, end) is runs


def test_what_was_carried_counts_for_the_day_over_restarts(
    enrolled: Push, node: Node, clock, server: CentreServer
) -> None:
    with node.database.read() as tx:
        first = budget.today(tx, node.settings).bytes_used
    Push(node, enrolled._link).round()
    with node.database.read() as tx:
        assert budget.today(tx, node.settings).bytes_used > first > 0
    clock.advance(days=1)
    with node.database.read() as tx:
        assert budget.today(tx, node.settings).bytes_used == 0


def test_a_budget_that_is_used_up_holds_materials_and_never_records(
    enrolled: Push, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "today", lambda _tx, _given: Budget(1, 5, "", "", originals_now=True))
    file_one(node, photos=(PHOTO,))
    carry(enrolled)
    assert (state(node).unsent_events, state(node).unsent_materials) == (0, 1)
    seen = outlook.look(node, enrolled)
    assert seen.bytes_left == 0
    assert [line.when for line in seen.lines if line.count] == ["今天的流量用完了，明天再传"]
    monkeypatch.undo()
    carry(enrolled)
    assert state(node).unsent_materials == 0


def test_the_outlook_counts_what_waits_in_the_order_of_sending(enrolled: Push, node: Node, picture: bytes) -> None:
    file_one(node, photos=(picture,))
    decide_all(node)
    seen = outlook.look(node, enrolled)
    assert [line.count for line in seen.lines] == [1, 1, 1, 1]
    assert seen.next_title == "办件记录"
    carry(enrolled)
    assert outlook.look(node, enrolled).bytes_left == 0


# --- what stands aside


def test_a_material_that_the_centre_does_not_take_stands_aside_and_can_be_tried_again(
    enrolled: Push, node: Node, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_one(node, photos=(PHOTO,))
    file_one(node, 2)
    monkeypatch.setattr(centre_materials, "take_chunks", lambda *_: ())
    carry(enrolled)
    (item,) = quarantine.items(node)
    assert (item.code, item.item) == ("material_refused", hashlib.sha256(PHOTO).hexdigest())
    assert state(node).unsent_events == 0
    monkeypatch.undo()
    desk = quarantine.Desk(node)
    found = desk.find(item.side, item.epoch, item.seq, item.code, item.item)
    assert found is not None
    assert "再试" in desk.retry(found[0])
    carry(enrolled)
    assert state(node).unsent_materials == 0
    assert quarantine.items(node) == []


def test_an_item_is_set_aside_with_a_reason_once(node: Node) -> None:
    with node.database.write() as tx:
        quarantine.gone(tx, ["ab" * 32], "2026-11-21T10:00:00+08:00")
    desk = quarantine.Desk(node)
    (item,) = quarantine.items(node)
    assert desk.settle(item, "officer:wei", "已重新拍照补传")
    assert not desk.settle(item, "officer:wei", "再来一次")
    with node.database.read() as tx:
        row = tx.execute("SELECT settled_by, settled_reason FROM quarantine").fetchone()
    assert tuple(row) == ("officer:wei", "已重新拍照补传")


@pytest.mark.parametrize(("kind", "better"), [(16, True), (20, True), (24, True), (17, False), (25, False), (3, False)])
def test_only_what_may_help_makes_the_carrying_go_on(kind: int, *, better: bool) -> None:
    other = (20).to_bytes(4, "little") + (25).to_bytes(2, "little") + bytes(14)
    message = (16).to_bytes(4, "little") + kind.to_bytes(2, "little") + bytes(10)
    assert is_better(other + message) is better


def test_a_form_is_named_after_its_content() -> None:
    assert Form("page", "image/avif", b"x").sha256 == hashlib.sha256(b"x").hexdigest()
    assert set(frames.FORMS.values()) == set(renditions.RANKS)
    assert materials.REFERENCE == "sha256:"
