"""The kiosk in a real browser of its real size: touch, keypad, signature, what scripts add, and what is left behind."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from edge.serving import Server
from tests.browsing import KIOSK, chromium, leaves, named, shot, sign, window
from tests.kiosk_app import SAMPLE, SERVICE, filed, jpeg, kiosk_app, kiosk_node

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "build" / "assets" / "axe.min.js"
LANDSCAPE = {"viewport": {"width": 1920, "height": 1080}, "has_touch": True}
APPLYING = re.compile(r"^[^?]*/apply/")  # the page that asks whether anybody is there names it, too, behind its "?"
PLAIN = {**KIOSK, "java_script_enabled": False}
# what a thumb can touch: links and buttons that stand alone, fields, and the card around a radio button
SMALL_TARGETS = """least => [...document.querySelectorAll(
  'main a, main button, footer a, footer button, header button, .radio, input:not([type=hidden], [type=radio], [type=checkbox], [type=file])')]
  .filter(e => !e.matches('.unseen, .skip, .bar-name a') && !e.closest('.faults, details > :not(summary)'))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, r]) => r.width && (r.height < least - 0.5 || r.width < least - 0.5))
  .map(([e, r]) => `${e.className || e.name} ${Math.round(r.width)}x${Math.round(r.height)}`)"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def node(home, clock):
    yield from kiosk_node(home, clock)


@pytest.fixture
def url(node):
    server = Server(kiosk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


def press(page, word):
    page.get_by_role("button", name=word).last.click()
    page.wait_for_load_state()


def begin(page, url):
    page.goto(f"{url}/kiosk/service/{SERVICE}")
    press(page, "开始办理")


def type_on_keypad(page, pointer, text):
    named(page, pointer).tap()
    for key in text:
        page.locator(".keypad-key").get_by_text(key, exact=True).tap()
    named(page, pointer).blur()
    settle(page)


def choose_date(page, pointer, day):
    """Year, month and day, a touch each."""
    box = page.locator(".field").filter(has=named(page, f"{pointer}/y"))
    if box.locator(".days").is_hidden():
        named(page, f"{pointer}/y").tap()
    year, month, number = day.split("-")
    box.locator(".days-key").get_by_text(f"{year}年", exact=True).tap()
    box.locator(".days-key").get_by_text(f"{int(month)}月", exact=True).tap()
    box.locator(".days-key").get_by_text(str(int(number)), exact=True).tap()
    expect(box.locator(".days")).to_be_hidden()
    settle(page)


def shot_of_page(page):
    shot(page, "kiosk-page-" + re.split("[?#]", page.url.rpartition("/")[2])[0])


def answer_pages(page, look=shot_of_page):
    """Fill page after page with the sample until the check page; `look` sees each page before it is left."""
    values = dict(leaves(SAMPLE))
    while "/check" not in page.url:
        if page.locator('button[name="_add"]').count() and not page.locator('[name^="/members/0/"]').count():
            page.locator('button[name="_add"]').click()
            page.wait_for_load_state()
        done = set()
        while fresh := [pointer for pointer in values if pointer not in done and _is_shown(page, pointer)]:
            give(page, fresh[0], values[fresh[0]])
            done.add(fresh[0])
        look(page)
        here = page.url
        press(page, "下一步")
        assert page.url != here, page.locator("main").inner_text()


def _is_shown(page, pointer):
    return page.locator(f'[name="{pointer}"], [name="{pointer}/y"], [name="{pointer}/strokes"]').count() > 0


def give(page, pointer, value):
    """Answer one field by touch where the kiosk has a key for it."""
    field = page.locator(f'input[name="{pointer}"]')
    if page.locator(f'[name="{pointer}/strokes"]').count():
        sign(page)
    elif page.locator(f'input[type=file][name="{pointer}"]').count():
        photo = {"name": "租房合同.jpg", "mimeType": "image/jpeg", "buffer": jpeg(size=(1200, 900))}
        page.locator(f'input[type=file][name="{pointer}"]').set_input_files(photo)
    elif named(page, f"{pointer}/y").count():
        choose_date(page, pointer, str(value))
    elif named(page, f"{pointer}/find").count():
        named(page, f"{pointer}/find").fill(str(value))  # as a door plate is scanned: its digits, then Enter
        named(page, f"{pointer}/find").press("Enter")
        expect(field).to_have_value(str(value))
        page.wait_for_load_state()
    elif field.first.get_attribute("type") in ("radio", "checkbox"):
        carried = str(value).lower() if isinstance(value, bool) else value
        page.locator(f'input[name="{pointer}"][value="{carried}"]').tap()
        settle(page)
        assert page.locator(f'input[name="{pointer}"][value="{carried}"]').is_checked()
    elif field.get_attribute("data-keypad") not in (None, "doorplate"):
        type_on_keypad(page, pointer, str(value))
    else:
        field.fill(str(value))
        field.blur()
        settle(page)


def settle(page):
    """Until the autosave of the last answer has come back and further questions stand where they belong."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def faults_of(page):
    """What axe finds, as short lines; and more than one main heading, or none."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    lines = [f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]]
    headings = page.locator("h1").count()
    return lines + ([f"{headings} main headings"] if headings != 1 else [])


def test_a_service_from_the_start_page_to_the_receipt_by_touch(browser, url, node):
    with window(browser, KIOSK) as page:
        page.goto(f"{url}/kiosk/")
        shot(page, "kiosk-home")
        page.get_by_role("link", name="到外地住下了").tap()
        page.wait_for_url("**/kiosk/service/**")
        shot(page, "kiosk-guide")
        press(page, "开始办理")
        answer_pages(page)
        shot(page, "kiosk-check", full=True)
        page.get_by_role("button", name="提交").dblclick()
        page.wait_for_url("**/receipt")
        shot(page, "kiosk-receipt")
        assert len(filed(node)) == 1
        page.go_back()
        page.wait_for_url("**/receipt")
        assert len(filed(node)) == 1


def test_a_wrong_identity_number_is_shown_where_it_is_and_the_summary_has_the_focus(browser, url):
    with window(browser, KIOSK) as page:
        begin(page, url)
        named(page, "/applicant/name").fill("王秀梅")
        page.locator('input[name="/applicant/idType"][value="idCard"]').tap()
        type_on_keypad(page, "/applicant/idNumber", "522425196603129841")
        assert named(page, "/applicant/idNumber").input_value() == "522425 1966 0312 9841"
        press(page, "下一步")
        assert page.title().startswith("错误：")
        assert page.evaluate("document.activeElement.className") == "faults"
        shot(page, "kiosk-error")
        page.get_by_role("link", name="身份证号码有一位不对").tap()
        expect(named(page, "/applicant/idNumber")).to_be_focused()
        assert named(page, "/applicant/name").input_value() == "王秀梅"


def test_an_answer_that_is_still_being_kept_when_the_page_goes_leaves_no_error_in_the_console(browser, url):
    with window(browser, KIOSK) as page:
        said = []
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        begin(page, url)
        page.route("**/keep*", lambda _: None)  # a slow machine: no answer is kept before the next one
        for text in ("王", "王秀梅"):
            with page.expect_request("**/keep*"):
                named(page, "/applicant/name").fill(text)
                named(page, "/applicant/name").blur()
        expect(page.locator(".htmx-request")).to_have_count(1)  # the newer answer alone
        press(page, "下一步")
        assert named(page, "/applicant/name").input_value() == "王秀梅"
        assert said == []


def test_every_step_also_works_without_scripts(browser, url, node):
    with window(browser, PLAIN) as page:
        begin(page, url)
        named(page, "/applicant/name").fill("王秀梅")
        page.locator('input[name="/applicant/hasPhone"][value="true"]').check()
        press(page, "下一步")
        assert named(page, "/applicant/name").input_value() == "王秀梅"
        assert named(page, "/applicant/phone").is_visible()
        assert not page.title().startswith("错误：")
        page.goto(page.url.rpartition("/")[0] + "/6")
        assert page.locator("noscript input[type=file]").bounding_box()["height"] > 40


def test_no_page_has_a_fault_that_axe_knows_and_no_target_is_too_small(browser, url):
    faults = []

    def look(page):
        for wish, least in (("elder", 60), ("standard", 44)):
            button = page.locator(f'button[value="{wish}"], button[value="view:{wish}"]')
            if button.count():
                button.click()
                page.wait_for_load_state()
            place = f"{wish} {page.url.removeprefix(url)}: "
            faults.extend(place + line for line in faults_of(page))
            faults.extend(place + "too small: " + line for line in page.evaluate(SMALL_TARGETS, least))
            if wish == "elder":
                size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
                height = page.evaluate("parseFloat(getComputedStyle(document.body).lineHeight)")
                assert size >= 24
                assert height >= 1.5 * size - 0.01

    with window(browser, KIOSK) as page:
        for path in ("", "find", "help", "area/all", "area/open", "area/ask", "area/watch", f"service/{SERVICE}"):
            page.goto(f"{url}/kiosk/{path}")
            look(page)
        begin(page, url)
        answer_pages(page, look_and_return(look))
        look(page)
        press(page, "提交")
        look(page)
        shot(page, "kiosk-receipt-standard", full=True)
    assert not faults, "\n".join(dict.fromkeys(faults))


def look_and_return(look):
    """Changing the look saves the page and shows it anew, so that what was typed is still there afterwards."""

    def seen(page):
        typed = page.locator("input[type=text]").evaluate_all("all => all.map(e => [e.name, e.value])")
        look(page)
        assert page.locator("input[type=text]").evaluate_all("all => all.map(e => [e.name, e.value])") == typed

    return seen


def test_nothing_typed_is_left_in_the_browser_after_leaving(browser, url):
    with window(browser, KIOSK) as page:
        begin(page, url)
        address = page.url
        named(page, "/applicant/name").fill("买买提·艾力")
        press(page, "下一步")
        page.goto(f"{url}/kiosk/idle")
        press(page, "不办了，退出")
        assert page.url == f"{url}/kiosk/"
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert not re.search("买买提", page.content())
        for _ in range(4):
            page.go_back()
            page.wait_for_load_state()
            assert "买买提" not in page.content()
        page.goto(address)
        assert "没有找到" in page.content()


def test_the_kiosk_asks_and_then_wipes_when_nobody_touches_it(browser, url, node):
    with window(browser, KIOSK) as page:
        page.clock.install()
        begin(page, url)
        assert page.locator("body").get_attribute("data-idle") == str(node.room.kiosk_idle_s)
        page.clock.fast_forward(node.room.kiosk_idle_s * 1000 + 1000)
        page.wait_for_url("**/kiosk/idle?**")
        shot(page, "kiosk-idle")
        page.get_by_role("link", name="继续办理").tap()
        page.wait_for_url(APPLYING)


def test_the_elders_view_and_a_screen_that_lies_on_its_side(browser, url):
    for name, kind in (("elder", KIOSK), ("landscape", LANDSCAPE)):
        with window(browser, kind) as page:
            page.goto(f"{url}/kiosk/")
            press(page, "长辈版")
            shot(page, f"kiosk-home-{name}")
            begin(page, url)
            shot(page, f"kiosk-page-{name}")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
