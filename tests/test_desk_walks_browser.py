"""Walks at the desk, each one person's matter from beginning to end in a real browser, with screenshots.

The others have files of their own: a card that is paid with the shift settled (test_counter_browser), a day's close
(test_edge_day_browser), a birth registered in a home (test_visit_browser), the whole path (test_whole_path).
"""

import json
import random
import secrets

import pytest
from playwright.sync_api import expect

from edge import applications, drafts, identity
from edge.node import open_node
from edge.sample import pages
from edge.sample.story import HandOver
from edge.serving import Server
from forms.definition import PACKAGED, load
from forms.ranks import POLICE
from sync.centre import enrolment, reviewers
from sync.centre.app import create_app
from sync.push import Push
from tests.browsing import CONSOLE, DESK, chromium, give, leaves, named, shot, sign, window
from tests.conftest import FixedClock, make_home
from tests.desk_app import PASSWORD, add_officer, application, centre_says, desk_app, photo
from tests.service_for_tests import ID_NUMBER

pytestmark = pytest.mark.browser

OLD_MAN = {"name": "韦德福", "idNumber": "522425194901019835"}
NEIGHBOUR = {"name": "罗建国", "phone": "19900000124"}
PROXY_ID = "52242519850615981X"
PLAIN = {**CONSOLE, "java_script_enabled": False}
PICTURE = {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": photo(side=300)}
RARE = "𠮷堃"


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A room without a network; two police officers with every post."""
    opened = open_node(make_home(tmp_path_factory.mktemp("walks") / "home"), FixedClock())
    add_officer(opened, "wei", "韦建国", "民警")
    add_officer(opened, "luo", "罗明", "民警")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def url(node):
    server = Server(desk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


def log_in(page, url, account="wei"):
    page.goto(f"{url}/console/login")
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("今天")


def answered(node, service, place=0, **changes):
    """A sample's answers with drawn pages for its files."""
    given = json.loads(json.dumps(load(PACKAGED / f"{service}.json").samples["valid"][place]["answers"]))
    for key, more in changes.items():
        given[key] = {**given.get(key, {}), **more}
    return pages.with_files(node, given, random.Random(1))


def begun(node, service, account, answers, files):
    """The address of a draft in which so much is filled in already."""
    draft = drafts.create(node, service, f"officer:{account}")
    for one in files:
        draft = drafts.attach(node, draft, one)
    return f"/console/drafts/{drafts.save(node, draft, answers).id}"


def file_it(page, *, compared=True):
    """From the form to the receipt; the number."""
    page.get_by_role("button", name="核对").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("核对")
    if compared:
        page.get_by_text("已当面核对本人和证件").click()
    for box in page.locator("input[name=seen]").all():
        box.check()
    page.get_by_role("button", name="收件，出凭证").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("收件凭证")
    return page.url.split("/")[-2]


def test_an_old_man_without_a_telephone_whose_fingerprints_cannot_be_read(browser, node, url):
    given, files = answered(node, "shenfenzheng-huanling", applicant=OLD_MAN)
    del given["applicant"]["hasPhone"], given["applicant"]["phone"], given["fingerprint"]
    with window(browser, CONSOLE) as page:
        log_in(page, url)
        page.goto(url + begun(node, "shenfenzheng-huanling", "wei", given, files))
        told = {
            "applicant": {"hasPhone": False},
            "contact": NEIGHBOUR,
            "fingerprint": {"able": False, "reason": "worn"},
        }
        for place, value in leaves(told):
            expect(named(page, place).first).to_be_attached()
            give(page, place, value, {})
        shot(page, "walk-old-man-form", full=True)
        number = file_it(page)
        expect(page.locator("article.receipt")).to_contain_text("查询码")
        shot(page, "walk-old-man-receipt", full=True)
        centre_says(node, "application.decided", number, {"result": "granted"})
        page.goto(f"{url}/console/applications/{number}/handover")
        page.get_by_label("放在哪里（柜格）").fill("B2")
        page.get_by_role("button", name="到件").click()
        expect(page.get_by_text("已登记到件")).to_be_visible()
        page.get_by_label("跟谁说的").fill("请邻居罗建国带话")
        page.get_by_role("button", name="记下").click()
        expect(page.get_by_text("请邻居罗建国带话")).to_be_visible()
        page.get_by_text("没带取件码：已核对身份证件原件").click()
        page.get_by_text("拍照，有见证人").click()
        page.locator("input[type=file][name=photo]").set_input_files(PICTURE)
        page.get_by_label("见证人姓名").fill("罗建国")
        shot(page, "walk-old-man-handover", full=True)
        page.get_by_role("button", name="已交给领取人").click()
        expect(page.get_by_text("已送达，签收凭据已存入")).to_be_visible()
    state = application(node, number).state
    assert (state.answers["applicant"]["hasPhone"], state.answers["fingerprint"]) == (
        False,
        {"able": False, "reason": "worn"},
    )
    assert (state.delivery.handed[0].proof, state.delivery.handed[0].witness) == ("photo", "罗建国")


def test_a_proxy_with_the_papers_of_both_takes_two_documents_home_without_a_script(browser, node, url):
    with window(browser, PLAIN) as page:
        log_in(page, url)
        page.goto(f"{url}/console/receive?text=csdj")
        page.get_by_role("button", name="测试登记").click()
        named(page, "/applicant/name").fill("李彩霞")
        named(page, "/applicant/idNumber").fill(ID_NUMBER)
        page.get_by_role("button", name="核对").last.click()
        page.get_by_text("别人代办的，登记代办人").click()
        for label, text in (("代办人姓名", "罗建国"), ("代办人证件号码", PROXY_ID)):
            page.get_by_label(label).fill(text)
        page.get_by_label("与申请人的关系").select_option("village")
        for paper in page.locator("input[name=proxy_paper]").all():
            paper.check()
        shot(page, "walk-proxy-check", full=True)
        page.get_by_role("button", name="收件，出凭证").click()
        expect(page.get_by_text("罗建国（村（社区）代办员）代李彩霞办理")).to_be_visible()
        number = page.url.split("/")[-2]
        centre_says(node, "application.decided", number, {"result": "granted"})
        page.goto(f"{url}/console/applications/{number}/handover")
        for name in ("登记回执", "居住证明"):
            page.get_by_label("文书、证件").fill(name)
            page.get_by_role("button", name="到件").click()
            expect(page.locator("#here").locator("..")).to_contain_text(name)
        expect(page.get_by_role("heading", name="在本室的文书（2）")).to_be_visible()
        page.locator("input[name=to][value=proxy]").check()
        page.get_by_text("代领人的内容").click()
        page.get_by_text("没带取件码：已核对身份证件原件").click()
        page.get_by_label("和本人的关系").fill("村代办员")
        page.get_by_text("拍照，有见证人").click()
        page.locator("input[type=file][name=photo]").set_input_files(PICTURE)
        page.get_by_label("见证人姓名").fill("石永福")
        shot(page, "walk-proxy-handover", full=True)
        page.get_by_role("button", name="已交给领取人").click()
        expect(page.get_by_text("已送达，签收凭据已存入")).to_be_visible()
        page.goto(f"{url}/console/applications/{number}/handover")
        expect(page.get_by_text("代领人：罗建国")).to_be_visible()
        shot(page, "walk-proxy-served", full=True)
    state = application(node, number).state
    assert set(state.proxy.papers) >= {"letter", "principal", "proxy"}
    assert sorted(state.delivery.handed[0].names) == ["居住证明", "登记回执"]
    assert state.delivery.here == ()


def test_a_review_against_the_officer_who_is_logged_in_is_seen_by_the_other_alone(browser, node, url):
    with window(browser, CONSOLE) as page:
        log_in(page, url)
        before = page.locator("main").inner_text()
        given, files = answered(node, "xingzheng-fuyi", decision={"handler": "韦建国"})
        number = applications.file(
            node,
            "xingzheng-fuyi",
            given,
            token=secrets.token_urlsafe(),
            channel="kiosk",
            actor="kiosk",
            materials=files,
        ).number
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text("今天")
        assert page.locator("main").inner_text() == before
        page.goto(f"{url}/console/applications?text={number}")
        expect(page.get_by_role("row")).to_have_count(0)
        shot(page, "walk-concern-nothing")
        assert page.goto(f"{url}/console/applications/{number}").status == 404
        page.goto(f"{url}/console/")
        page.get_by_role("button", name="退出").click()
        expect(page.get_by_text("已退出。")).to_be_visible()
        log_in(page, url, "luo")
        page.goto(f"{url}/console/applications?text={number}")
        expect(page.locator("tbody tr")).to_have_count(1)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_text("韦建国").first).to_be_visible()
        shot(page, "walk-concern-other", full=True)
    assert application(node, number).state.concerns == ("wei",)


def test_a_wrong_identity_number_is_said_at_once_and_a_rare_character_stays_itself(browser, node, url):
    with window(browser, CONSOLE) as page:
        log_in(page, url)
        page.goto(f"{url}/console/receive?text=csdj")
        page.get_by_role("button", name="测试登记").click()
        named(page, "/applicant/name").fill(RARE)
        named(page, "/applicant/idNumber").fill(ID_NUMBER[:-1] + "8")
        page.get_by_role("button", name="核对").last.click()
        expect(page.locator(".faults")).to_contain_text("身份证号码")
        expect(named(page, "/applicant/name")).to_have_value(RARE)
        shot(page, "walk-wrong-number")
        named(page, "/applicant/idNumber").fill(ID_NUMBER)
        number = file_it(page)
        page.get_by_role("link", name="看办件").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(RARE)
        shot(page, "walk-rare-case", full=True)
        page.keyboard.press("/")
        page.keyboard.insert_text(RARE)
        page.keyboard.press("Enter")
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody")).to_contain_text(RARE)
        shot(page, "walk-rare-found")
    assert application(node, number).state.answers["applicant"]["name"] == RARE


# --- with a centre


@pytest.fixture
def linked(home, clock, centre, node):
    """A room that carries to a real centre; an assistant at its desk. (node, url, carry, the review desk's url)"""
    opened = open_node(home, clock)
    add_officer(opened, "lan", "罗小兰", "辅警", ("receive", "deliver"))
    reviewers.add(centre, "zhoujing", "周静", PASSWORD, "户政", rank=POLICE)
    reviewers.add(centre, "lishenpi", "李审批", PASSWORD, "户政", rank=POLICE)
    with opened.database.write() as tx:
        identity.set_centre(tx, enrolment.enrol(centre, opened.settings.node_id, "石门乡警务室", "http://127.0.0.1:1"))
    servers = Server(desk_app(opened), "127.0.0.1", 0), Server(create_app(centre), "127.0.0.1", 0)

    def carry():
        report = Push(opened, HandOver(centre)).drain()
        assert report.went_well, report

    yield opened, servers[0].url, carry, servers[1].url
    for one in servers:
        one.stop()
    opened.close()


def reviewed(page, url, account, number):
    page.context.clear_cookies()
    page.goto(f"{url}/review/login")
    page.locator("input[name=name]").fill(account)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.locator(f'a[href*="{number}"]').first.click()


def press(page, key, seen):
    page.locator(f'.case-acts [data-key="{key}"]').click()
    expect(page.get_by_text(seen).first).to_be_visible()


def test_an_incomplete_residence_permit_from_the_assistant_to_the_hand_over(browser, linked):
    node, url, carry, there = linked
    given, files = answered(node, "juzhuzheng-shenling")
    with window(browser, CONSOLE) as desk, window(browser, DESK) as review:
        log_in(desk, url, "lan")
        desk.goto(url + begun(node, "juzhuzheng-shenling", "lan", given, files))
        number = file_it(desk)
        desk.goto(f"{url}/console/applications/{number}")
        expect(desk.get_by_text("待民警确认").first).to_be_visible()
        shot(desk, "walk-permit-waits", full=True)
        carry()
        reviewed(review, there, "zhoujing", number)
        shot(review, "walk-permit-confirm")
        press(review, "y", "民警已确认")
        reviewed(review, there, "lishenpi", number)
        review.locator('.case-acts a[data-key="c"]').click()
        review.locator("#what").select_option("material:job_proof")
        review.locator("#defect").fill("劳动合同没有单位盖章，请盖章后重新拍")
        review.locator('.defect-add button[value="add"]').click()
        expect(review.locator(".act-panel .defects")).to_contain_text("没有单位盖章")
        review.locator('.act-panel button[value="send"]').click()
        expect(review.get_by_text("已告知补正").first).to_be_visible()
        carry()
        desk.goto(f"{url}/console/applications/{number}/correction")
        shot(desk, "walk-permit-correction", full=True)
        desk.locator('input[type=file][name="material/job_proof"]').set_input_files(PICTURE)
        desk.get_by_role("button", name="补正完成").click()
        expect(desk.locator(".said")).to_contain_text("补正已存入办件")
        carry()
        reviewed(review, there, "zhoujing", number)
        press(review, "y", "民警已确认")
        reviewed(review, there, "lishenpi", number)
        press(review, "a", "已受理")
        review.locator('.case-acts a[data-key="d"]').click()
        review.locator('input[name="result"][value="granted"]').check(force=True)
        review.locator(".act-panel button.button-main").click()
        expect(review.get_by_text("办结（准予）").first).to_be_visible()
        shot(review, "walk-permit-decided")
        carry()
        desk.goto(f"{url}/console/applications/{number}/handover")
        desk.get_by_role("button", name="到件").click()
        expect(desk.get_by_text("已登记到件")).to_be_visible()
        desk.get_by_label("取件码（查询码）").fill(application(node, number).state.receipt.code)
        sign(desk)
        desk.get_by_role("button", name="已交给领取人").click()
        expect(desk.get_by_text("已送达，签收凭据已存入")).to_be_visible()
        shot(desk, "walk-permit-served", full=True)
        carry()
    state = application(node, number).state
    assert (state.result, state.delivery.handed[0].proof, len(state.corrections)) == ("granted", "signature", 1)
