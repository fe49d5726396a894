"""The first start as a technician sees it: the real program, from the code to the login, beside the citizens' screen."""

import json

import pytest
from playwright.sync_api import expect

from edge import set_up
from tests.browsing import CONSOLE, KIOSK, chromium, shot, window
from tests.first_start_steps import PASSWORD, PRINTER
from tests.programs import served

NODE = "5224250017"
TARGET_PX = 44  # what a finger hits


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def is_touch_size(page):
    boxes = [one.bounding_box() for one in page.locator("button:visible, .first-main a.button:visible").all()]
    assert boxes
    assert min(box["height"] for box in boxes) >= TARGET_PX


def test_from_the_code_to_the_login(browser, tmp_path):
    home = tmp_path / "room"
    with served("serve", "--first-start", "--home", home, "--port", 0) as (_, told):
        code = json.loads((home / set_up.FILE).read_text(encoding="utf-8"))["code"]
        with window(browser, KIOSK) as kiosk, window(browser, CONSOLE) as page:
            kiosk.goto(told["setup"].replace("/setup/", "/kiosk/"))
            heading(kiosk, "这里还没有开通")
            shot(kiosk, "first-closed")
            page.goto(told["setup"])
            heading(page, "这台电脑还没有设置")
            page.get_by_label("设置码").fill("1")
            page.get_by_role("button", name="开始设置").click()
            expect(page.get_by_role("alert")).to_contain_text("设置码不对")
            shot(page, "first-code")
            page.get_by_label("设置码").fill(f"{code[:4]} {code[4:]}")
            page.get_by_role("button", name="开始设置").click()
            heading(page, "这是哪个警务室")
            is_touch_size(page)
            page.get_by_text("都没有：先单独用").click()
            page.get_by_label("警务室编号").fill(NODE)
            page.get_by_label("警务室名称").fill("龙场镇大坪村警务室")
            shot(page, "first-room")
            page.get_by_role("button", name="就用这个").click()
            heading(page, "时间对不对")
            is_touch_size(page)
            shot(page, "first-time")
            page.get_by_role("button", name="对，差不到两分钟").click()
            heading(page, "试一试打印机和读卡器")
            (home / "devices.toml").write_text(PRINTER, encoding="utf-8")
            page.get_by_role("button", name="逐台试一遍").click()
            expect(page.get_by_text("看看纸上的字清不清楚")).to_be_visible()
            is_touch_size(page)
            shot(page, "first-devices")
            page.get_by_role("button", name="都好了，下一步").click()
            heading(page, "第一位民警")
            page.get_by_label("姓名", exact=True).fill("韦建国")
            page.get_by_label("账号").fill("weijianguo")
            page.get_by_label("密码", exact=True).fill(PASSWORD)
            page.get_by_label("再输一次密码").fill("lingwai-2026")
            page.get_by_role("button", name="建好，下一步").click()
            expect(page.get_by_role("alert")).to_contain_text("两次输入的密码不一样")
            expect(page.get_by_label("姓名", exact=True)).to_have_value("韦建国")
            shot(page, "first-officer")
            page.get_by_label("密码", exact=True).fill(PASSWORD)
            page.get_by_label("再输一次密码").fill(PASSWORD)
            page.get_by_role("button", name="建好，下一步").click()
            heading(page, "试打一张")
            is_touch_size(page)
            page.get_by_role("button", name="打一张").click()
            expect(page.get_by_text("测试凭条已经打印")).to_be_visible()
            shot(page, "first-end")
            page.get_by_role("button", name="开始使用").click()
            heading(page, "登录")
            page.get_by_label("账号").fill("weijianguo")
            page.get_by_label("密码", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            heading(page, "岗位职责")
            kiosk.reload()  # it does so by itself within ten seconds
            expect(kiosk.get_by_text("龙场镇大坪村警务室").first).to_be_visible()
    assert not (home / set_up.FILE).exists()
    assert len(list((home / "printed").glob("*.bin"))) == 2
