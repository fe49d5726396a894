"""The handbook can't go stale: every snippet of a chapter runs, in order, through the real command line."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from desk_app import Desk, add_officer, desk_app, plain
from programs import CHEAP, PATIENCE_S

from edge.staff.handbook import CHAPTERS
from forms import pointer

ROOT = Path(__file__).parents[1]
CHAPTER = ROOT / "edge" / "handbook" / "new-service.md"
SNIPPET = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVICE = "kongfang-xuncha.json"
YIZHAN = f'yizhan() {{ {sys.executable} -m edge "$@"; }}\n'


class Operator:
    """Someone who types a chapter, snippet by snippet, into a folder of his own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.said = ""
        self.ports = {"8600": free_port(), "8610": "0", "8720": "0"}
        self.env = {**os.environ, **CHEAP, "PYTHONPATH": str(ROOT), "YIZHAN_HOME": str(folder / "nowhere")}

    def type(self, language: str, mark: str, text: str) -> None:
        if language == "json":
            self._write(mark, json.loads(text))
        elif mark == "stays":
            self._start(text)
        elif mark != "chromium" or shutil.which("chromium"):
            self._run(text, fails=mark == "fails")

    def _write(self, file: str, value: dict) -> None:
        if file:
            (self.folder / file).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
            return
        path = self.folder / SERVICE
        content = json.loads(path.read_text(encoding="utf-8"))
        for place, new in value.items():
            pointer.put(content, place, new)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")

    def _filled(self, text: str) -> str:
        """What a reader puts in: what a command said before, a port that is free."""
        known = {"<公钥>": r"\b[0-9a-f]{64}\b", "<办件号>": r"\b\d{17}\b"}
        for name, pattern in known.items():
            if name in text:
                text = text.replace(name, re.findall(pattern, self.said)[-1])
        for port, own in self.ports.items():
            text = text.replace(port, own)
        return text

    def _run(self, text: str, *, fails: bool) -> None:
        for line in text.splitlines():  # each line may need what the one before it said
            done = subprocess.run(
                ["sh", "-c", YIZHAN + self._filled(line)],
                cwd=self.folder,
                env=self.env,
                capture_output=True,
                timeout=PATIENCE_S,
                check=False,
            )
            self.said += done.stdout.decode()
            assert done.returncode == int(fails), (line, done.stdout.decode(), done.stderr.decode())

    def _start(self, text: str) -> None:
        words = self._filled(text).split()
        process = subprocess.Popen(
            [sys.executable, "-m", "edge", *words[1:]], cwd=self.folder, env=self.env, stdout=subprocess.PIPE
        )
        self.stack.callback(process.communicate, timeout=PATIENCE_S)
        self.stack.callback(process.send_signal, signal.SIGTERM)
        assert process.stdout.readline(), text


def free_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def test_every_snippet_of_the_chapter_runs_and_ends_with_a_decision_of_the_centre(tmp_path):
    text = CHAPTER.read_text(encoding="utf-8")
    snippets = SNIPPET.findall(text)
    assert len(snippets) * 2 == text.count("```")
    with ExitStack() as stack:
        operator = Operator(tmp_path, stack)
        for language, mark, snippet in snippets:
            operator.type(language, mark, snippet)
        assert "没有发现问题" in operator.said
        assert "试用" in operator.said
        assert "办结（准予）  省级中心已接收" in operator.said.splitlines()[-1]
    service = (tmp_path / SERVICE).read_text(encoding="utf-8")
    assert "待补】" not in service
    assert not (tmp_path / "mima.txt").exists()


def test_the_commands_of_the_readme_run_as_they_stand_there(tmp_path):
    """From a centre that is not there yet to its word on an application."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text.split("## Without a browser\n", 1)[1].split("\n## ", 1)[0]
    (tmp_path / "forms").symlink_to(ROOT / "forms")
    with ExitStack() as stack:
        operator = Operator(tmp_path, stack)
        for language, mark, snippet in SNIPPET.findall(part):
            operator.type(language, mark, snippet.replace("/srv/", f"{tmp_path}/"))
    assert "居住登记  已收件  省级中心已接收" in operator.said
    assert operator.said.splitlines()[-1] == "日志链、材料和数据库完整。"


def test_a_chapter_is_read_at_the_console_and_by_nobody_else(node):
    add_officer(node)
    app = desk_app(node)
    desk = Desk(app)
    assert "/console/handbook/new-service" in desk.text("/console/receive")
    page = desk.text("/console/handbook/new-service")
    assert "<h1>十分钟新增一个事项</h1>" in page
    assert page.count("<pre>") * 2 == CHAPTER.read_text(encoding="utf-8").count("```")
    assert '<h2 id="new-service-1">第 1 步' in page
    assert desk.get("/console/handbook/none").status_code == 404
    stranger = Desk(app, account=None)
    assert "/login" in stranger.get("/console/handbook/new-service", follow=False).location


def test_the_manual_shows_its_pictures_its_links_and_nothing_that_the_officer_may_not_open(node):
    add_officer(node)
    add_officer(node, "liu", "刘帮办", posts=("guide",))
    app = desk_app(node)
    desk, guide = Desk(app), Desk(app, "liu")
    page = desk.text("/console/handbook/receive")
    assert '<img src="/console/handbook/pictures/desk-corners.webp"' not in page  # the address has no ending
    assert '<img src="/console/handbook/pictures/desk-corners"' in page
    assert '<a href="/console/receive">收件</a>' in page
    assert '<a href="/console/receive">' not in guide.text("/console/handbook/receive").partition("<article")[2]
    picture = desk.get("/console/handbook/pictures/desk-corners")
    assert (picture.mimetype, picture.data[:4]) == ("image/webp", b"RIFF")
    for name in ("none", "desk-corners.webp", "..%2Freceive"):
        assert desk.get(f"/console/handbook/pictures/{name}").status_code == 404, name
    stranger = Desk(app, account=None)
    assert "/login" in stranger.get("/console/handbook/pictures/desk-corners", follow=False).location


def test_a_tree_without_pictures_shows_the_words(node, monkeypatch):
    add_officer(node)
    monkeypatch.setattr("edge.manual.picture", lambda _name: None)
    page = Desk(desk_app(node)).text("/console/handbook/receive")
    assert "<figure>" not in page
    assert "（图：收件凭证。图随安装包提供）" in page


def test_every_page_leads_to_its_chapter(node):
    add_officer(node)
    desk = Desk(desk_app(node))
    for path, chapter in (
        ("", "first-day"),
        ("payments", "money"),
        ("transfer", "transfer"),
        ("day", "day-end"),
        ("practice", "practice"),
    ):
        page = desk.text(f"/console/{path}")
        assert f'href="/console/handbook/{chapter}" data-key="?"' in page, path


def test_one_search_finds_in_the_manual_the_guides_and_the_questions(node):
    add_officer(node)
    desk = Desk(desk_app(node))
    page = plain(desk.text("/console/handbook?text=取件码"))
    assert "出件 › 交给本人" in page
    page = plain(desk.text("/console/handbook?text=居住证"))
    assert "居住证申领" in page
    page = plain(desk.text("/console/handbook?text=房产证"))
    assert "县不动产登记中心" in page
    page = plain(desk.text("/console/handbook?text=<b>无此"))
    assert "手册里没有“&lt;b&gt;无此”" in page


def test_the_whole_manual_is_one_page_with_every_chapter(node):
    add_officer(node)
    page = Desk(desk_app(node)).text("/console/handbook/all")
    for chapter, title in CHAPTERS.items():
        assert (f'id="{chapter}"' in page) is (chapter != "new-service"), title
    assert page.count("<figure>") > 20


@pytest.mark.parametrize("chapter", sorted(CHAPTERS))
def test_the_menu_s_name_of_a_chapter_is_its_title(chapter):
    first = (ROOT / "edge" / "handbook" / f"{chapter}.md").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# {CHAPTERS[chapter]}"


def test_the_readme_leads_to_the_handbook():
    assert "edge/handbook/new-service.md" in (ROOT / "README.md").read_text(encoding="utf-8")
