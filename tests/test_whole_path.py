"""One walk through everything: a citizen files with no network, the centre decides, the phone shows it.

The pictures of the walk are kept in build/screenshots/.
"""

import json
import re
import socket
import time

import pytest
import zxingcpp
from browsing import CONSOLE, DESK, KIOSK, PHONE, chromium, expect, give, leaves, named, shot, sign_duties, window
from PIL import Image, ImageDraw
from programs import NODE, ask, make_circle, run, served

from forms.definition import PACKAGED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "qing-shan-lv-shui"
OFFICER, REVIEWER = "weijianguo", "lishenpi"
WRONG_NUMBER, NUMBER_SENTENCE = "522425196603129841", "身份证号码有一位不对"
PATIENCE_S = 60
AT_CENTRE, UNSENT = "省级中心已接收", "尚未上传"


@pytest.fixture(scope="module")
def given():
    """The first full sample of 居住登记: what the citizen will say."""
    definition = json.loads((PACKAGED / "juzhu-dengji.json").read_text(encoding="utf-8"))
    return definition["x-samples"]["valid"][0]["answers"]


@pytest.fixture
def pictures(tmp_path):
    """A photographed contract, and a better one."""
    paths = {}
    for name, shade in (("contract", 120), ("page2", 150), ("signed", 60)):
        sheet = Image.new("RGB", (900, 1200), (250, 249, 244))
        draw = ImageDraw.Draw(sheet)
        for line in range(120, 1000, 50):
            draw.rectangle((80, line, 780, line + 14), fill=(shade, shade, shade + 20))
        draw.ellipse((560, 900, 760, 1100), outline=(200, 40, 40), width=8)
        paths[name] = tmp_path / f"{name}.jpg"
        sheet.save(paths[name])
    return paths


@pytest.fixture
def circle(tmp_path):
    """(centre home, node home, port that the centre will have)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    centre, node = make_circle(tmp_path, f"http://127.0.0.1:{port}")
    secret = f"{PASSWORD}\n".encode()
    people = ("officers", "--add", OFFICER, "--name", "韦建国", "--rank", "辅警", "--password-stdin", "--home", node)
    ask(None, *people, stdin=secret)
    reviewers = ("centre", "reviewers", "--add", REVIEWER, "--display-name", "李审批", "--post", "户政")
    ask(None, *reviewers, "--password-stdin", "--home", centre, stdin=secret)
    return centre, node, port


def test_a_citizen_files_without_a_network_the_centre_decides_and_the_phone_shows_it(circle, given, pictures):
    centre, node, port = circle
    soon = {"YIZHAN_SYNC_INTERVAL_S": "1", "YIZHAN_SYNC_RETRY_MAX_S": "1"}
    with chromium() as browser, served("serve", "--port", "0", "--home", node, env=soon) as (_, urls):
        with window(browser, KIOSK) as kiosk:
            number, link = file_at_the_kiosk(kiosk, urls["kiosk"], given, pictures)
        with window(browser, PHONE) as phone, window(browser, CONSOLE) as desk:
            phone.goto(link)
            phone_shows_no_person(phone, given)
            expect(phone.get_by_text(UNSENT).first).to_be_visible()
            shot(phone, "03-phone-unsent", full=True)
            officer_finds_it_unsent(desk, urls["console"], number, pictures)
            with served("centre", "serve", "--port", port, "--home", centre) as (_, there):
                until_it_says(desk, AT_CENTRE)
                until_it_says(phone, AT_CENTRE)
                shot(desk, "06-console-at-centre")
                with window(browser, DESK) as review:
                    reviewer_asks_for_two_corrections(review, there["centre"], number)
                    until_it_says(phone, "补正")
                    phone_lists_both(phone)
                    officer_corrects(desk, pictures)
                    reviewer_decides(review, number)
                until_it_says(phone, "办结（准予）")
                shot(phone, "12-phone-granted", full=True)
                phone_shows_no_person(phone, given)
                until_it_says(desk, "办结（准予）")
                shot(desk, "13-console-granted", full=True)
    both_logs_are_whole_and_equal(centre, node)


def file_at_the_kiosk(kiosk, address, given, pictures):
    """From the start screen to the receipt by touch; (number, the address in the QR code)."""
    kiosk.goto(address)
    shot(kiosk, "01-kiosk-home")
    kiosk.locator('a[href$="/service/juzhu-dengji"]').first.click()
    shot(kiosk, "01-kiosk-guide", full=True)
    kiosk.get_by_role("button", name="开始办理").first.click()
    fill_pages(kiosk, given, pictures)
    change_one_answer(kiosk)
    shot(kiosk, "02-kiosk-check", full=True)
    kiosk.locator("main form.kiosk-act button").click()
    expect(kiosk.get_by_role("heading", name="收件凭证")).to_be_visible()
    expect(kiosk.get_by_text(UNSENT).first).to_be_visible()
    picture = shot(kiosk, "02-kiosk-receipt", full=True)
    receipt_is_not_filed_twice(kiosk)
    with Image.open(picture) as seen:
        codes = zxingcpp.read_barcodes(seen)
    digits = re.sub(r"\D", "", kiosk.locator(".receipt-number").first.inner_text())
    assert len(digits) == 17
    assert len(codes) == 1
    return digits, codes[0].text


def fill_pages(kiosk, given, pictures):
    """Every page of the form, each answered where it asks; one wrong identity number on the way."""
    answers = dict(leaves(given))
    files = {"/files/residenceProof": pictures["contract"]}
    mistaken = False
    while not kiosk.locator("main form.kiosk-act").count() or kiosk.locator("form#page").count():
        heading = kiosk.locator("h1").first.inner_text()
        answer_page(kiosk, answers, files)
        if not mistaken and named(kiosk, "/applicant/idNumber").count():
            mistaken = True
            wrong_number_is_said_and_kept(kiosk, answers)
        kiosk.locator('.button-main[name="_act"]').click()
        assert not kiosk.locator(".faults").count(), (heading, kiosk.locator(".faults").all_inner_texts())


def answer_page(kiosk, answers, files):
    """Fills what is asked; an answer may open further questions, so it looks again until none is left."""
    done = set()
    while True:
        asked = [place for place in answers if place not in done and is_asked(kiosk, place)]
        if not asked:
            rows = [place for place in answers if re.match(r"/members/\d", place) and place not in done]
            if rows and kiosk.locator('button[name="_add"]').count():
                kiosk.locator('button[name="_add"]').click()
                continue
            return
        give(kiosk, asked[0], answers[asked[0]], files)
        done.add(asked[0])
        settle(kiosk)


def settle(page):
    """Leaves the field, and lets the autosave that this starts bring its further questions."""
    page.evaluate("document.activeElement.blur()")
    expect(page.locator(".htmx-request")).to_have_count(0)


def is_asked(page, place):
    exact = f'[name="{place}"], [name="{place}/y"], [name="{place}/strokes"]'
    return page.locator(exact).count() > 0


def wrong_number_is_said_and_kept(kiosk, answers):
    named(kiosk, "/applicant/idNumber").fill(WRONG_NUMBER)
    kiosk.locator('.button-main[name="_act"]').click()
    summary = kiosk.locator(".faults")
    expect(summary).to_contain_text(NUMBER_SENTENCE)
    assert kiosk.title().startswith("错误：")
    assert named(kiosk, "/applicant/idNumber").input_value().replace(" ", "") == WRONG_NUMBER
    assert named(kiosk, "/applicant/name").input_value() == answers["/applicant/name"]
    shot(kiosk, "01-kiosk-wrong-number", full=True)
    named(kiosk, "/applicant/idNumber").fill(answers["/applicant/idNumber"])


def change_one_answer(kiosk):
    """修改 leads to the page and, once it is answered, straight back to the check page."""
    row = kiosk.locator(".answers-row", has_text="门牌").first
    row.get_by_role("link").click()
    named(kiosk, "/residence/doorplate").fill("四组18号")
    kiosk.locator('.button-main[name="_act"]').click()
    expect(kiosk.locator(".answers-row", has_text="四组18号")).to_have_count(1)


def receipt_is_not_filed_twice(kiosk):
    """Back and once more: the same receipt."""
    first = kiosk.locator(".receipt-number").first.inner_text()
    kiosk.go_back()
    button = kiosk.locator("main form.kiosk-act button")
    if button.count():
        button.click()
    expect(kiosk.locator(".receipt-number").first).to_have_text(first)


def phone_shows_no_person(phone, given):
    content = phone.content()
    for secret in (given["applicant"]["name"], given["applicant"]["idNumber"], given["applicant"]["phone"]):
        assert secret not in content


def officer_finds_it_unsent(desk, address, number, pictures):
    desk.goto(address)
    desk.locator("#account").fill(OFFICER)
    desk.locator("#password").fill(PASSWORD)
    desk.get_by_role("button", name="登录").click()
    sign_duties(desk, "韦建国")
    shot(desk, "04-console-today")
    desk.goto(f"{address}applications?text={number}")
    desk.locator("main table a").first.click()
    expect(desk.get_by_text(UNSENT).first).to_be_visible()
    until_it_says(desk, "连不上省级中心")
    desk.locator("#slot").select_option("residence_proof")
    desk.locator("#file").set_input_files(pictures["page2"])
    desk.get_by_role("button", name="存入办件").click()
    shot(desk, "05-console-case", full=True)


def until_it_says(page, text):
    """The scheduler works by itself: look again until the page says so."""
    end = time.monotonic() + PATIENCE_S
    while not page.locator("main").get_by_text(text).count():
        assert time.monotonic() < end, f"never said {text}: {page.locator('main').inner_text()}"
        page.reload()


def reviewer_asks_for_two_corrections(review, address, number):
    review.goto(address)
    review.locator('input[name="name"], input[name="account"]').first.fill(REVIEWER)
    review.locator('input[type="password"]').fill(PASSWORD)
    review.get_by_role("button", name="登录").click()
    shot(review, "07-review-queue")
    review.locator(f'a[href*="{number}"]').first.click()
    review.locator('.case-acts a[data-key="c"]').click()
    for what, defect in (
        ("field:/host/name", "与租房合同上的姓名不一致"),
        ("material:residence_proof", "合同没有房东签名，请重新拍一张"),
    ):
        review.locator("#what").select_option(what)
        review.locator("#defect").fill(defect)
        review.locator('.defect-add button[value="add"]').click()
        expect(review.locator(".act-panel .defects")).to_contain_text(defect)
    shot(review, "08-review-correction")
    review.locator('.act-panel button[value="send"]').click()
    expect(review.get_by_text("已告知补正").first).to_be_visible()


def phone_lists_both(phone):
    expect(phone.locator(".defects li")).to_have_count(2)
    expect(phone.locator(".defects")).to_contain_text("与租房合同上的姓名不一致")
    expect(phone.locator(".defects")).to_contain_text("合同没有房东签名")
    shot(phone, "09-phone-correction", full=True)


def officer_corrects(desk, pictures):
    until_it_says(desk, "要补正 2 项")
    desk.locator('a[data-key="b"]').click()
    named(desk, "/host/name").fill("沈月芹")
    desk.locator('input[type=file][name="material/residence_proof"]').set_input_files(pictures["signed"])
    shot(desk, "10-console-correction", full=True)
    desk.get_by_role("button", name="补正完成").click()
    shot(desk, "10-console-corrected", full=True)
    expect(desk.get_by_text("沈月芹").first).to_be_visible()


def reviewer_decides(review, number):
    until_it_says(review, "沈月芹")
    review.locator('.case-acts button[data-key="a"]').click()
    expect(review.get_by_text("已受理").first).to_be_visible()
    review.locator('.case-acts a[data-key="d"]').click()
    review.locator('input[name="result"][value="granted"]').check(force=True)
    review.locator(".act-panel button.button-main").click()
    expect(review.get_by_text("办结（准予）").first).to_be_visible()
    shot(review, "11-review-decided")


def both_logs_are_whole_and_equal(centre, node):
    assert ask("verify", "verify", "--home", node)["whole"]
    assert ask("centre_verify", "centre", "verify", "--home", centre)["whole"]
    ours = run("log", "--json", "--home", node)[1]
    assert ours.count("\n") >= 6
    assert ours == run("centre", "log", "--node", NODE, "--json", "--home", centre)[1]
