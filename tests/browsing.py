"""A real browser as people use it: which window they have, how they fill a form, what they would see."""

import shutil
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Error, expect, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
KIOSK = {"viewport": {"width": 1080, "height": 1920}, "has_touch": True}
CONSOLE = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1440, "height": 860}}
# what stays in sight while a page scrolls would lie across the picture of a whole one
AT_REST = (
    "place => document.querySelectorAll('.kiosk-foot, .kiosk-stay').forEach(one => { one.style.position = place; })"
)
SHOTS = Path(__file__).parents[1] / "build" / "screenshots"

# how long to wait for something to be seen; nothing here is a measurement
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def chromium(*more):
    """Debian's Chromium, headless; `more`: flags."""
    path = shutil.which("chromium")
    assert path, "the browser tests need Chromium: apt-get install chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *more])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def window(browser, kind):
    """A fresh profile with a window of this kind; fails the test if the page asks for anything outside."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **kind)
    context.set_default_timeout(PATIENCE_MS)
    outside = []
    context.on("request", lambda request: outside.append(request.url) if _is_outside(request.url) else None)
    page = context.new_page()
    try:
        yield page
    finally:
        context.close()
    assert not outside, outside


def _is_outside(url):
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))


def shot(page, name, *, full=False):
    """Keeps what the window shows; returns the file."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = SHOTS / f"{name}.png"
    page.wait_for_load_state("load")  # with its pictures
    if full:
        page.evaluate(AT_REST, "static")
    _take(page, path, full=full)
    if full:
        page.evaluate(AT_REST, "")
    return path


def _take(page, path, *, full):
    """A page that just gives way to the next one has no picture; the next one has."""
    try:
        page.screenshot(path=path, full_page=full)
    except Error as error:
        if "Unable to capture screenshot" not in error.message:
            raise
        page.wait_for_load_state("load")
        page.screenshot(path=path, full_page=full)


def sign_duties(page, name):
    """The first login of an account: every text is ticked, and signed with one's own name."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("岗位职责")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("写上自己的姓名").fill(name)
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("岗位职责")


def named(page, name):
    return page.locator(f'[name="{name}"]')


def give(page, pointer, value, files):
    """Answers one field of a form, whatever kind of control it is; `files` maps pointers to image files."""
    if pointer in files:
        page.locator(f'input[type=file][name="{pointer}"]').set_input_files(files[pointer])
    elif page.locator(f'[name="{pointer}/strokes"]').count():
        sign(page)
    elif named(page, f"{pointer}/y").count():
        for part, text in zip("ymd", str(value).split("-"), strict=True):
            named(page, f"{pointer}/{part}").fill(text)
    elif page.locator(f'input[type=radio][name="{pointer}"], input[type=checkbox][name="{pointer}"]').count():
        text = str(value).lower() if isinstance(value, bool) else value
        page.locator(f'input[name="{pointer}"][value="{text}"]').check(force=True)
    elif page.locator(f'select[name="{pointer}/0"]').count():
        named(page, f"{pointer}/find").fill(str(value))  # as a door plate is scanned: its digits, then Enter
        named(page, f"{pointer}/find").press("Enter")
        expect(named(page, pointer)).to_have_value(str(value))
    elif page.locator(f'select[name="{pointer}"]').count():
        named(page, pointer).select_option(str(value))
    else:
        named(page, pointer).fill(str(value))


def sign(page):
    """Writes something on the glass."""
    canvas = page.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for stroke in (((0.2, 0.3), (0.4, 0.6), (0.5, 0.4)), ((0.55, 0.2), (0.6, 0.7), (0.75, 0.5))):
        points = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in stroke]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=6)
        page.mouse.up()


def leaves(answers, place=""):
    """(JSON Pointer, value) of every answer, in the order of the form."""
    if isinstance(answers, dict):
        return [one for key, value in answers.items() for one in leaves(value, f"{place}/{key}")]
    if isinstance(answers, list):
        return [one for at, value in enumerate(answers) for one in leaves(value, f"{place}/{at}")]
    return [(place, answers)]
