"""The counter in a real browser: a notice printed and signed, a card paid and handed over, wrong codes, a shift closed."""

import pytest
from counter_data import CARD, FEE, file, police, publish
from desk_app import PASSWORD, application, centre_acks, centre_says, desk_app, sign_duties
from playwright.sync_api import expect

from edge.serving import Server
from tests.browsing import CONSOLE, PHONE, chromium, shot, sign, window

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def home(home):
    publish(home)
    return home


@pytest.fixture
def url(node):
    police(node)
    sign_duties(node, "wei")
    server = Server(desk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


def log_in(page, url):
    page.goto(f"{url}/console/")
    page.get_by_label("账号").fill("wei")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("今天")


def test_every_defect_is_told_at_once_on_one_sheet_signed_on_glass(browser, url, node):
    number = file(node, FEE)
    with window(browser, CONSOLE) as page:
        log_in(page, url)
        page.goto(f"{url}/console/applications/{number}")
        expect(page.get_by_text("还缺 2 样")).to_be_visible()
        page.keyboard.press("g")
        expect(page.get_by_role("heading", level=1)).to_contain_text("一次性告知补正")
        page.get_by_text("照片不清楚").click()
        shot(page, "counter-defects", full=True)
        page.get_by_role("button", name="看告知书，打印").click()
        expect(page.get_by_role("heading", name="补正材料一次性告知书")).to_be_visible()
        expect(page.get_by_text("请带原件或复印件1份，也可以用租房合同")).to_be_visible()
        sign(page)
        shot(page, "counter-notice-unsigned", full=True)
        page.get_by_role("button", name="已签名，交给本人").click()
        expect(page.get_by_text("已告知，一次性告知书已签收")).to_be_visible()
        shot(page, "counter-case-told", full=True)
        page.get_by_role("link", name="看告知书").click()
        expect(page.get_by_alt_text("签名")).to_be_visible()
        page.emulate_media(media="print")
        page.pdf(
            path=str(shot(page, "counter-notice", full=True).with_suffix(".pdf")), format="A4", print_background=True
        )
    assert application(node, number).state.phase == "correction"
    token = application(node, number).state.receipt.token
    with window(browser, PHONE) as page:
        page.goto(f"{url}/s/{token}")
        expect(page.get_by_text("还差 3 样，补齐后继续办")).to_be_visible()
        expect(page.get_by_text("没有交。请带原件或复印件1份").first).to_be_visible()
        shot(page, "counter-phone", full=True)


def test_a_card_is_paid_for_called_for_and_handed_over(browser, url, node):
    number = file(node, FEE)
    centre_says(node, "application.decided", number, {"result": "granted"})
    centre_acks(node)
    case = f"{url}/console/applications/{number}"
    with window(browser, CONSOLE) as page:
        log_in(page, url)
        page.goto(f"{case}/payments")
        shot(page, "counter-bill-new", full=True)
        page.get_by_role("button", name="开缴款单").click()
        page.get_by_role("link", name="缴款单").click()
        expect(page.get_by_text("未缴", exact=True)).to_be_visible()
        expect(page.get_by_text("贰拾元整")).to_be_visible()
        shot(page, "counter-bill", full=True)
        page.keyboard.press("b")
        page.get_by_label("票据号").fill("00012345")
        page.get_by_role("button", name="已收 20.00 元").click()
        expect(page.get_by_text("已记下收款和票据号")).to_be_visible()
        page.goto(f"{case}/handover")
        page.get_by_label("放在哪里（柜格）").fill("A3")
        page.get_by_role("button", name="到件").click()
        expect(page.get_by_text("已登记到件")).to_be_visible()
        page.get_by_role("button", name="记下").click()
        expect(page.get_by_text("已记下通知的情况")).to_be_visible()
        page.goto(f"{url}/console/handover?stage=told")
        expect(page.get_by_text(CARD)).to_be_visible()
        shot(page, "counter-handover-list", full=True)
        page.goto(f"{case}/handover")
        for _ in range(5):
            page.get_by_label("取件码（查询码）").fill(
                "000000" if application(node, number).state.receipt.code != "000000" else "111111"
            )
            sign(page)
            page.get_by_role("button", name="已交给领取人").click()
            expect(page.get_by_text("取件码不对")).to_be_visible()
        expect(page.get_by_text("分钟以内不能再试")).to_be_visible()
        shot(page, "counter-code-locked", full=True)
        page.get_by_text("没带取件码：已核对身份证件原件").click()
        sign(page)
        page.get_by_role("button", name="已交给领取人").click()
        expect(page.get_by_text("已送达，签收凭据已存入")).to_be_visible()
        page.goto(f"{case}/handover")
        expect(page.get_by_alt_text("签收凭据")).to_be_visible()
        shot(page, "counter-served", full=True)
        page.goto(f"{url}/console/payments")
        page.get_by_label("实点现金（元）").fill("19")
        page.get_by_role("button", name="本班对账").click()
        expect(page.get_by_text("实点现金和应有的 20.00 元不一致")).to_be_visible()
        shot(page, "counter-shift", full=True)
        page.get_by_label("实点现金（元）").fill("20")
        page.get_by_role("button", name="本班对账").click()
        expect(page.get_by_text("本班已对账")).to_be_visible()
        shot(page, "counter-shift-settled", full=True)
    assert application(node, number).state.delivery.handed[0].proof == "signature"
