"""The preview in a real browser: all views of one service, the map that leads to a question, and a file that is saved."""

import json
import shutil

import pytest
from playwright.sync_api import expect

from edge.preview import create_app
from edge.serving import Server
from forms.definition import PACKAGED
from tests.browsing import DESK, chromium, shot, window

pytestmark = pytest.mark.browser

NAME = "wufanzui-zhengming.json"
SEEN = {
    "kiosk": "谁来申请",
    "console": "谁来申请",
    "phone": "谁来申请",
    "blank": "犯罪记录查询申请表",
    "sample": "石桥镇中心幼儿园",
    "review": "石桥镇中心幼儿园",
    "help": "填写说明",
    "guide": "办事指南",
}


@pytest.fixture
def folder(tmp_path):
    shutil.copy(PACKAGED / NAME, tmp_path / NAME)
    return tmp_path


@pytest.fixture
def url(folder):
    server = Server(create_app(folder), "127.0.0.1", 0)
    yield server.url
    server.stop()


def test_whoever_writes_a_service_sees_every_view_the_decisions_and_each_fault_as_it_is_saved(url, folder):
    with chromium() as browser, window(browser, DESK) as page:
        page.goto(url)
        page.get_by_role("link", name="无犯罪记录证明").click()
        for view, words in SEEN.items():
            frame = page.locator(f".preview-frame-{view} iframe")
            frame.scroll_into_view_if_needed()
            expect(frame.content_frame.locator("body")).to_contain_text(words)
        shot(page, "preview-views", full=True)

        # the decisions, and the document that each gives
        deciding = page.locator(".preview-frame-review iframe").content_frame.locator("#deciding")
        granted = deciding.get_by_role("row").filter(has_text="已出具证明")
        expect(granted).to_contain_text("无犯罪记录证明")
        expect(granted).to_contain_text("派出所印章")

        # the map leads to a question with the answers that open it, and names it there
        opened = page.frame_locator("iframe[name=preview-map]")
        expect(opened.get_by_label("单位的名称")).to_have_count(0)
        page.locator(".preview-map").get_by_role("link", name="单位的名称").click()
        expect(opened.get_by_label("单位的名称")).to_be_in_viewport()
        expect(opened.locator(".field:has(:target)")).to_have_css("outline-style", "solid")
        shot(page, "preview-map")

        # a fault stands beside the last good look as soon as it is saved; mended, it goes
        good = (folder / NAME).read_text(encoding="utf-8")
        content = json.loads(good)
        del content["x-service"]["materials"][0]["copies"]
        (folder / NAME).write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
        faults = page.locator(".preview-faults")
        expect(faults).to_contain_text("/x-service/materials/0/copies")
        expect(faults).to_contain_text("下面是上一次没有问题时的样子")
        expect(page.locator(".preview-frame")).to_have_count(len(SEEN))
        shot(page, "preview-faults")
        (folder / NAME).write_text(good.replace("要查的人的姓名", "查谁的姓名"), encoding="utf-8")
        expect(page.locator(".preview-good")).to_be_visible()
        expect(page.locator(".preview-frame-kiosk iframe").content_frame.locator("body")).to_contain_text("查谁的姓名")

        # a sample with faults shows what is found, on the screens and in the review
        page.get_by_label("用哪些填写内容看").select_option(index=page.locator("#case option").count() - 1)
        page.get_by_role("button", name="看").click()
        for view in ("kiosk", "review"):
            body = page.locator(f".preview-frame-{view} iframe").content_frame.locator("body")
            expect(body).to_contain_text("查出")
