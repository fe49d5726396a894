"""窗口视频：只记索引不传: a room enters that a video exists, the supervisors see it, and no byte of it is carried."""

import hashlib
import json

import pytest
from programs import holds

from edge import log, room_events, videos
from edge.cli import main
from edge.errors import YizhanError
from edge.serving import Server
from sync.centre import desks, reviewers
from sync.centre import videos as at_centre
from sync.centre.app import create_app
from tests.centre_browser import Browser
from tests.sync_pair import NODE

PASSWORD, ACTOR = "vier-dicke-huehner", "officer:wei"
SPAN = {"first": "2026-11-20T08:30:00+08:00", "last": "2026-11-20T12:00:00+08:00"}
WORDS = {"camera": "一号窗口", "place": "值班室录像机 2 号盘", "actor": ACTOR, **SPAN}
FILM = b"a film of the counter" * 5_000


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "20261120.mp4"
    path.write_bytes(FILM)
    return path


def entered(node):
    with node.database.read() as tx:
        return log.of_room(tx, "node", json.dumps(["video.indexed"]))


def seen(centre, areas=("",), today="2026-11-21", **more):
    with centre.store.read() as tx:
        return at_centre.of_areas(tx, areas, today, **more)


def test_the_index_comes_to_the_centre_and_no_byte_of_the_video(enrolled, node, centre, server, film):
    made = videos.index(node, film, **WORDS)
    assert (made.sha256, made.bytes) == (hashlib.sha256(FILM).hexdigest(), len(FILM))
    assert made.keep_until == "2027-02-18"
    assert enrolled.drain().went_well
    (one,) = seen(centre)
    assert (one.node_id, one.camera, one.place, one.sha256, one.by) == (
        NODE,
        "一号窗口",
        made.place,
        made.sha256,
        ACTOR,
    )
    assert (one.first, one.last, one.kept) == (SPAN["first"], SPAN["last"], True)
    assert not seen(centre, today="2027-02-19")[0].kept
    assert sum(map(len, server.bodies)) < len(FILM) / 4
    with node.database.read() as tx:
        assert videos.every(tx) == [made]


def test_the_same_video_again_changes_nothing_and_another_span_is_another_line(enrolled, node, centre, film):
    for _ in range(2):
        videos.index(node, film, **WORDS)
        assert enrolled.drain().went_well
    assert (len(entered(node)), len(seen(centre))) == (1, 1)
    videos.index(node, film, **WORDS | {"last": "2026-11-20T17:00:00+08:00"})
    assert enrolled.drain().went_well
    assert len(seen(centre)) == 2


def test_a_kill_before_the_end_leaves_nothing_and_the_next_try_one(node, film, monkeypatch):
    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(room_events.submissions, "remember", die)
        with pytest.raises(KeyboardInterrupt):
            videos.index(node, film, **WORDS)
    assert entered(node) == []
    videos.index(node, film, **WORDS)
    assert len(entered(node)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": "2026-11-20T12:00:00+08:00", "last": "2026-11-20T08:30:00+08:00"},
        {"first": "yesterday"},
        {"camera": " "},
        {"place": ""},
        {"days": 0},
        {"days": 3651},
        {"last": "2026-11-20T12:00:00"},
    ],
)
def test_what_is_no_video_of_a_span_is_refused_with_a_sentence(node, film, wrong):
    with pytest.raises(YizhanError) as refused:
        videos.index(node, film, **WORDS | wrong)
    assert (refused.value.code, "先后不能颠倒" in refused.value.sentence) == ("bad_request", True)
    for file, data in ((film.with_name("none.mp4"), None), (film.with_name("empty.mp4"), b"")):
        if data is not None:
            file.write_bytes(data)
        with pytest.raises(YizhanError):
            videos.index(node, file, **WORDS)
    assert entered(node) == []


def test_only_supervisors_see_the_list_each_in_his_own_places(enrolled, node, centre, film):
    videos.index(node, film, **WORDS)
    assert enrolled.drain().went_well
    for name, post in (("du", "supervisor"), ("wang", "supervisor"), ("li", "户政")):
        reviewers.add(centre, name, name, PASSWORD, post)
    with centre.store.write() as tx:
        desks.give(tx, "wang", (desks.Duty("read", area="5203"),))
    running, pages = Server(create_app(centre), "127.0.0.1", 0), {}
    try:
        for name in ("du", "wang", "li"):
            one = Browser(running.url)
            one.log_in(name, PASSWORD)
            pages[name] = one.get("/review/videos")
            pages[f"{name} elsewhere"] = one.get(f"/review/videos?node={NODE}")
    finally:
        running.stop()
    for path in ("du", "du elsewhere"):
        assert all(word in pages[path].words for word in ("一号窗口", "值班室录像机 2 号盘", "保存到", "大坪村警务室"))
    for path in ("wang", "wang elsewhere"):
        assert "还没有登记过窗口视频" in pages[path].words
    assert (pages["li"].status, pages["li elsewhere"].status) == (403, 403)


def test_the_commands_answer_as_their_schemas_say(enrolled, node, centre, film, capsys):
    home = ["--json", "--home", str(node.settings.home)]
    span = [
        "--first",
        SPAN["first"],
        "--last",
        SPAN["last"],
        "--camera",
        "一号窗口",
        "--place",
        "2 号盘",
        "--as",
        ACTOR,
    ]

    def told(name, *words):
        capsys.readouterr()
        assert main([*words]) == 0
        return holds(name, json.loads(capsys.readouterr().out))

    node.close()
    made = told("video_add", "video", "add", str(film), *span, *home)
    assert told("video_list", "video", "list", *home)["videos"] == [made]
    assert told("centre_videos", "centre", "videos", "--json", "--home", str(centre.settings.home))["videos"] == []
