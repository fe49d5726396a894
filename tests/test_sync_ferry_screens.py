"""U盘摆渡 on both consoles: choose a stick, watch, read what came of it; for those who are logged in."""

import threading
from pathlib import Path

import pytest
from desk_app import Desk, add_officer, desk_app, plain

from edge.errors import problem
from edge.ferry_job import Ferry
from edge.serving import Server
from sync import stick
from sync.centre import reviewers
from sync.centre.app import create_app
from sync.stick_job import Job, Result
from tests.centre_browser import Browser
from tests.centre_room import NODE
from tests.centre_room import enrolled as make_room
from tests.sync_pair import file_one, give_enrolment

PASSWORD = "vier-dicke-huehner"


@pytest.fixture
def medium(tmp_path):
    folder = tmp_path / "公安摆渡盘"
    folder.mkdir()
    return folder


@pytest.fixture
def ferry(node, centre, medium):
    give_enrolment(node, centre, "https://127.0.0.1:1")
    made = Ferry(node)
    made.patterns = [str(medium)]
    node.hooks.ferry = made
    yield made
    made.wait()


@pytest.fixture
def desk(node, ferry):
    add_officer(node)
    return Desk(desk_app(node))


def test_a_stick_is_chosen_and_the_page_says_what_came_of_it(desk, node, ferry, medium):
    file_one(node)
    page = plain(desk.text("/console/ferry"))
    assert "公安摆渡盘" in page
    assert "还没有写到U盘的记录1 条" in page
    assert desk.done("/console/ferry", {"folder": str(medium)}) == "/console/ferry"
    ferry.wait()
    page = plain(desk.text("/console/ferry"))
    assert "摆渡完成，可以安全拔出U盘了" in page
    assert "已写到U盘并核对：1 条记录" in page
    assert "还没有写到U盘的记录0 条" in page
    assert "等省级中心确认的记录1 条" in page
    assert "还没有过" in page
    assert stick.tray(medium, NODE, stick.UP).files()


def test_the_carrying_page_leads_to_the_ferry(desk):
    assert 'href="/console/ferry"' in desk.text("/console/transfer")


def test_only_an_officer_may_copy(node, ferry, medium):
    stranger = Desk(desk_app(node), account=None)
    assert "/console/login" in stranger.get("/console/ferry", follow=False).location
    stranger.post("/console/ferry", {"folder": str(medium)})
    assert list(medium.iterdir()) == []


def test_a_form_without_its_token_copies_nothing(desk, medium):
    desk.token = "0" * 64
    assert desk.post("/console/ferry", {"folder": str(medium)}).status_code == 400
    assert list(medium.iterdir()) == []


@pytest.mark.parametrize("folder", ["", "/", "/etc"])
def test_a_folder_that_is_not_offered_is_not_written_to(desk, folder):
    answer = desk.post("/console/ferry", {"folder": folder})
    assert answer.status_code == 404
    assert "请确认U盘已经插好" in plain(answer.text)


def test_without_a_stick_the_page_says_what_to_do(desk, ferry, medium):
    ferry.patterns = [str(medium / "*")]
    (medium / "a folder that nothing is mounted on").mkdir()
    assert "没有找到U盘" in plain(desk.text("/console/ferry"))


def test_a_copy_that_runs_is_shown_and_a_second_is_refused(desk, node, medium):
    go_on, begun = threading.Event(), threading.Event()

    def slowly(folder, progress):
        progress("正在写到U盘并核对", 3 << 20, 12 << 20)
        begun.set()
        go_on.wait(60)
        return Result(True, (f"写到了 {folder.name}。",))

    job = Job(slowly, [str(medium)])
    job.on_media = lambda: 0
    node.hooks.ferry = job
    desk.done("/console/ferry", {"folder": str(medium)})
    begun.wait(60)
    answer = desk.get("/console/ferry")
    assert answer.headers["Refresh"] == "1"
    page = plain(answer.text)
    assert "请不要拔出U盘" in page
    assert "3.0 MB，共约 12.0 MB" in page
    assert 'max="12582912"' in answer.text
    assert desk.post("/console/ferry", {"folder": str(medium)}).status_code == 409
    go_on.set()
    job.wait()
    answer = desk.get("/console/ferry")
    assert "Refresh" not in answer.headers
    assert "写到了 公安摆渡盘。" in plain(answer.text)


def test_a_copy_that_failed_says_why_and_what_to_do(desk, node, medium):
    def fails(folder, progress):
        del folder, progress
        raise problem("ferry_full", need="12.0 MB", free="1.0 MB")

    def breaks(folder, progress):
        raise ValueError(folder, progress)

    for work, words in ((fails, "U盘空间不够：还要 12.0 MB"), (breaks, "出现意外错误，编号 E-")):
        job = Job(work, [str(medium)])
        job.on_media = lambda: 0
        node.hooks.ferry = job
        desk.done("/console/ferry", {"folder": str(medium)})
        job.wait()
        page = plain(desk.text("/console/ferry"))
        assert "摆渡没有全部完成" in page
        assert words in page


def test_a_node_that_nobody_wired_has_no_ferry(node):
    add_officer(node)
    desk = Desk(desk_app(node))
    assert desk.get("/console/ferry").status_code == 404
    assert "/console/ferry" not in desk.text("/console/transfer")


@pytest.fixture
def review(centre, medium):
    """(the review desk's browser, its copy)."""
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    app = create_app(centre)
    job = app.extensions["yizhan.ferry"]
    job.patterns = [str(medium)]
    server = Server(app, "127.0.0.1", 0)
    yield Browser(server.url), job
    job.wait()
    server.stop()


def test_the_review_desk_takes_rooms_in_and_writes_its_word_back(review, centre, medium):
    browser, job = review
    room = make_room(centre)
    room.file_one()
    stick.made(medium, NODE, stick.UP).put("00000001", room.batch())
    assert "登录" in browser.get("/review/ferry").words
    browser.log_in("li", PASSWORD)
    assert "公安摆渡盘" in browser.get("/review/ferry").words
    browser.submit("/review/ferry", folder=str(medium))
    job.wait()
    words = browser.get("/review/ferry").words
    assert "摆渡完成，可以安全拔出U盘了" in words
    assert "大坪村警务室（5224250017）：读入 1 个文件，新接收 1 条记录。" in words
    assert stick.tray(medium, NODE, stick.DOWN).files()


def test_the_review_desk_names_what_it_could_not_take(review, centre, medium):
    browser, job = review
    make_room(centre)
    stick.made(medium, NODE, stick.UP).put("00000001", b"YIZHAN half a file")
    browser.log_in("li", PASSWORD)
    browser.get("/review/ferry")
    browser.submit("/review/ferry", folder=str(medium))
    job.wait()
    words = browser.get("/review/ferry").words
    assert "有需要处理的内容" in words
    assert "00000001.YZU：内容不完整或已损坏，没有采用。" in words


def test_a_folder_of_the_review_desk_is_one_that_is_offered(review, medium):
    browser, _ = review
    browser.log_in("li", PASSWORD)
    browser.get("/review/ferry")
    assert browser.submit("/review/ferry", folder="/").status == 404
    assert list(medium.iterdir()) == []


def test_what_is_named_outright_is_offered_and_behind_a_star_only_what_is_mounted(tmp_path):
    (tmp_path / "one").mkdir()
    assert stick.choices([str(tmp_path / "one"), str(tmp_path / "*"), str(tmp_path / "two")]) == [tmp_path / "one"]
    assert Path("/") in stick.choices(["/"])
