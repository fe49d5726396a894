"""窗口视频 in the console: entered by file or by digest, once, by who may; the video itself comes nowhere."""

import hashlib
import io
import json

import pytest
from desk_app import Desk, add_officer, desk_app, plain
from flask import Flask

from edge import log, room_events
from edge.node import Node
from forms.kinds_desk import VIDEO, Video

PAGE = "/console/videos"
FILM = b"a film of the counter" * 2_000
SHA256 = hashlib.sha256(FILM).hexdigest()
GIVEN = {
    "camera": "一号窗口",
    "first": "2026-11-20T08:30",
    "last": "2026-11-20T12:00",
    "place": "值班室录像机 2 号盘",
    "days": "90",
    "sha256": SHA256.upper(),
    "bytes": str(len(FILM)),
}
BY_FILE = {"sha256": "", "bytes": ""}


@pytest.fixture
def app(node: Node) -> Flask:
    add_officer(node)
    return desk_app(node)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def entered(node: Node) -> list[Video]:
    with node.database.read() as tx:
        return [Video(**event.data) for event in log.of_room(tx, "node", json.dumps([VIDEO]))]


def test_a_digest_that_was_worked_out_elsewhere_makes_the_same_line_as_the_file_itself(desk, node):
    assert "还没有登记过" in desk.text(PAGE)
    desk.done(PAGE, GIVEN)
    (made,) = entered(node)
    assert (made.sha256, made.bytes, made.first, made.keep_until) == (
        SHA256,
        len(FILM),
        "2026-11-20T08:30:00+08:00",
        "2027-02-18",
    )
    again = desk.post(PAGE, {**GIVEN, **BY_FILE, "file": (io.BytesIO(FILM), "20261120.mp4")})
    assert (again.status_code, again.location) == (303, f"{PAGE}?done=again")
    assert entered(node) == [made]
    shown = plain(desk.text(PAGE))
    assert all(
        word in shown for word in ("一号窗口", "值班室录像机 2 号盘", SHA256[:16], "2027年2月18日", "韦建国登记")
    )


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"sha256": "12ab"}, "摘要是 64 位"), ({"bytes": "0"}, "字节数是大于 0"), (BY_FILE, "摘要是 64 位"),
    ({"camera": " "}, "摄像头、存放处要写明"), ({"last": "2026-11-20T08:00"}, "先后不能颠倒"), ({"first": ""}, "起止时间都要选"),
    ({"days": "x"}, "保存 1 至 3650 天"),
])  # fmt: skip  # a table
def test_what_is_no_video_of_a_span_is_refused_with_a_sentence_and_what_was_typed_stays(desk, node, wrong, sentence):
    answer = desk.post(PAGE, GIVEN | wrong)
    assert answer.status_code == 400
    assert sentence in plain(answer.text)
    assert "值班室录像机 2 号盘" in answer.text
    assert entered(node) == []


def test_an_empty_file_is_refused(desk, node):
    answer = desk.post(PAGE, {**GIVEN, **BY_FILE, "file": (io.BytesIO(b""), "空.mp4")})
    assert (answer.status_code, "空.mp4 是空的" in plain(answer.text), entered(node)) == (400, True, [])


def test_a_stranger_and_who_only_guides_enter_nothing(app, node):
    add_officer(node, "luo", "罗明", posts=["guide"])
    assert "/login" in Desk(app, None).post(PAGE, GIVEN).location
    guide = Desk(app, "luo")
    assert "登记一段" not in guide.text(PAGE)
    assert guide.post(PAGE, GIVEN).status_code == 403
    assert entered(node) == []


def test_a_kill_before_the_end_leaves_nothing_and_the_next_try_one(desk, node, monkeypatch):
    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(room_events.submissions, "remember", die)
        with pytest.raises(KeyboardInterrupt):
            desk.post(PAGE, GIVEN)
    assert entered(node) == []
    desk.done(PAGE, GIVEN)
    assert len(entered(node)) == 1
