"""Reading aloud: what may be heard, that nothing typed ever is, and what a room without a voice shows."""

import io
import json
import re
import wave

import pytest

from edge import web
from kiosk import aloud
from tests.kiosk_app import FIELDS, Citizen, begin, kiosk_app, kiosk_node

needs_voice = pytest.mark.skipif(not aloud.shutil.which(aloud.PROGRAM), reason="needs Debian's package espeak-ng")
SAID = re.compile(r'data-say="([^"]*)" data-mark="([0-9a-f]{32})"')
BUTTON = re.compile(r"<button[^>]* data-aloud [^>]*>")


@pytest.fixture
def citizen(home, clock):
    for node in kiosk_node(home, clock):
        visitor = Citizen(kiosk_app(node))
        begin(visitor)
        yield visitor


def ask(citizen, text, mark, language="zh-CN", token=None):
    headers = {"X-CSRF-Token": citizen.token if token is None else token}
    question = json.dumps({"text": text, "mark": mark, "language": language})
    return citizen.client.post("/kiosk/aloud", data=question, headers=headers)


@needs_voice
def test_question_and_hint_are_heard_as_a_sound_of_known_length(citizen):
    said = SAID.findall(citizen.get(citizen.path))
    assert [text for text, _ in said][1] == "您的姓名和证件"
    assert "您的姓名" in dict(said)
    with wave.open(io.BytesIO(ask(citizen, "您的姓名", dict(said)["您的姓名"]).data)) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(1.2, abs=1)
        assert sound.getnframes() > 1000


def test_only_what_the_node_marked_for_this_language_is_spoken_and_only_to_its_own_page(citizen):
    text, mark = SAID.findall(citizen.get(citizen.path))[0]
    assert ask(citizen, text + "。", mark).status_code == 404
    assert ask(citizen, text, mark, "en").status_code == 404
    assert ask(citizen, text, "").status_code == 404
    assert ask(citizen, "王秀梅", mark).status_code == 404
    assert ask(citizen, text, mark, token="0" * 64).status_code == 400
    assert citizen.client.post("/kiosk/aloud", data="[", headers={"X-CSRF-Token": citizen.token}).status_code == 404


def test_nothing_that_was_typed_is_marked_on_any_page(citizen):
    page = citizen.path
    typed = {name: value for name, value in FIELDS.items() if f'name="{name}"' in citizen.get(page)}
    typed["/applicant/name"] = "甄不念"
    citizen.press(page, {**typed, "_act": "view:elder"})
    assert 'value="甄不念"' in citizen.text
    for path in (page, page.rpartition("/")[0] + "/check", page + "?faults=1"):
        words = " ".join(text for text, _ in SAID.findall(citizen.get(path)))
        assert words
        assert "甄不念" not in words
        assert typed["/applicant/id"] not in words if "/applicant/id" in typed else True


def test_without_espeak_the_page_offers_only_the_voices_of_the_browser(citizen, monkeypatch, tmp_path):
    text, mark = SAID.findall(citizen.get(citizen.path))[0]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert 'data-at=""' in BUTTON.search(citizen.get(citizen.path))[0]
    assert "hidden" in BUTTON.search(citizen.text)[0]
    assert ask(citizen, text, mark).status_code == 404


def test_a_language_without_a_voice_and_a_private_page_have_no_button(citizen):
    citizen.get("/kiosk/")
    citizen.client.set_cookie("yizhan_view", "en", path="/kiosk")
    assert 'data-tag="en"' in BUTTON.search(citizen.get("/kiosk/"))[0]
    assert aloud.voice("ug") == ""
    begin(citizen, "anquan-qiuzhu")
    assert not BUTTON.search(citizen.text)
    assert not SAID.search(citizen.text)


def test_on_or_off_is_remembered_for_the_visit_and_gone_after_it(citizen):
    citizen.press("/kiosk/view", {"wish": "aloud", "back": "/kiosk/"})
    assert 'aria-pressed="true"' in BUTTON.search(citizen.text)[0]
    citizen.press("/kiosk/leave")
    assert 'aria-pressed="false"' in BUTTON.search(citizen.get("/kiosk/"))[0]


def test_the_strict_policy_of_the_pages_stands():
    assert "media-src" not in web.HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in web.HEADERS["Content-Security-Policy"]
