"""Every page of the console's URL map in a real browser: axe, tab order, focus, twice the size, without scripts."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from desk_world import ACCOUNT, OTHERWISE, is_page, make
from flask import url_for
from playwright.sync_api import expect
from werkzeug.routing import Rule

from edge import officers
from edge.serving import Server
from tests.browsing import CONSOLE, chromium, window
from tests.desk_app import PASSWORD, Desk, desk_app, sign_duties

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "build" / "assets" / "axe.min.js"
# what a window of 1366 pixels has left at 200 %
ZOOMED = {"width": 683, "height": 384}
# rule and place of what axe finds; nothing is fetched for it
RUN_AXE = """async () => (await axe.run(document, {resultTypes: ["violations"], preload: false})).violations
    .map(v => v.id + ": " + v.nodes.map(n => n.target).join(" | "))"""
# what sticks out of the window, though it can be scrolled to inside of its own box
SIDEWAYS = """() => document.documentElement.scrollWidth > innerWidth
    ? [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 3).map(e => "sticks out: " + e.tagName + "." + e.className) : []"""
# words that lie under an edge which nothing scrolls
CUT = """() => [...document.querySelectorAll("main *")].filter(e => {
    const style = getComputedStyle(e);
    const hides = ["hidden", "clip"].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1;
    return hides && e.clientWidth > 1 && !e.closest(".unseen") && style.textOverflow !== "ellipsis";
}).map(e => "cut off: " + e.tagName + "." + e.className)"""
# the order of Tab is that of the document, nothing turns it round, and what has the focus looks otherwise than without
FOCUS = """() => {
    const looks = e => [e, e.parentElement, e.closest("label"), e.nextElementSibling, ...(e.labels || [])].filter(Boolean).map(one => {
        const s = getComputedStyle(one);
        return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor, s.borderColor, s.stroke, s.position].join();
    }).join("/");
    const faults = [];
    document.activeElement.blur();
    const able = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
    for (const e of document.querySelectorAll(able)) {
        if (e.tabIndex > 0) faults.push("jumps the queue: " + e.outerHTML.slice(0, 90));
        if (e.tabIndex < 0 || e.disabled || !e.checkVisibility({checkVisibilityCSS: true})) continue;
        const before = looks(e);
        e.focus({preventScroll: true, focusVisible: true});
        if (document.activeElement !== e) faults.push("takes no focus: " + e.outerHTML.slice(0, 90));
        else if (looks(e) === before) faults.push("focus is not seen: " + e.outerHTML.slice(0, 90));
        e.blur();
    }
    for (const e of document.querySelectorAll("main, main *")) {
        const style = getComputedStyle(e);
        const turned = style.display.includes("flex") && style.flexDirection.endsWith("reverse");
        if ((turned || style.order !== "0") && (e.matches(able) || e.querySelector(able))) faults.push("turned round: " + e.className);
    }
    return faults;
}"""

# what the screen of the queue shows is of this moment (WCAG 2.2.1 leaves out what happens now), and nobody works at it
ALLOWED = {"/console/queue/screen": ['meta-refresh: meta[http-equiv="refresh"]']}
NOWHERE = "/console/applications/52242500179999999"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = make(tmp_path_factory.mktemp("pages") / "home")
    yield made
    made.node.close()


@pytest.fixture(scope="module")
def app(world):
    return desk_app(world.node)


def pages_of(app) -> list[Rule]:
    """Every address of the console that shows a page, but for the login."""
    shown = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("staff.") and "GET" in rule.methods]
    return sorted((rule for rule in shown if is_page(rule.endpoint)), key=lambda one: one.rule)


def fillings(world, rule) -> list[dict]:
    """What fills the parts of an address; [] where the sample data has nothing for one that needs it."""
    return world.places.get(rule.endpoint, [] if rule.arguments else [{}])


@pytest.fixture(scope="module")
def addresses(world, app):
    """The path of every page, in the order of the URL map; the login is not among them."""
    with app.test_request_context():
        return [
            url_for(rule.endpoint, **parts)
            for rule in pages_of(app)
            for parts in fillings(world, rule)
            if rule.endpoint != "staff.session_show"
        ]


@pytest.fixture(scope="module")
def page(app):
    """One window, logged in as an officer with every post; axe is in each page before the page's own scripts."""
    if not AXE.exists():
        pytest.skip("build/assets/axe.min.js is built by packaging/assets/build.py")
    server = Server(app, "127.0.0.1", 0)
    try:
        with chromium() as browser, window(browser, CONSOLE) as opened:
            opened.add_init_script(path=AXE)
            opened.goto(f"{server.url}/console/login")
            yield opened
    finally:
        server.stop()


def log_in(page, account=ACCOUNT, then="今天"):
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(then)


def faults_of(page) -> list[str]:
    """Everything wrong with the page that is shown."""
    page.keyboard.press("Tab")  # from now on the browser shows where the focus is
    found = page.evaluate(RUN_AXE) + page.evaluate(FOCUS) + page.evaluate(SIDEWAYS)
    page.set_viewport_size(ZOOMED)
    found += [f"at 200 %: {one}" for one in page.evaluate(SIDEWAYS) + page.evaluate(CUT)]
    page.set_viewport_size(CONSOLE["viewport"])
    return found


def test_no_page_of_the_console_has_a_fault_that_axe_finds_or_hides_its_focus_or_loses_something_at_200_percent(
    page, addresses
):
    base, faults = page.url.removesuffix("/console/login"), {"/console/login": faults_of(page)}
    log_in(page)
    for path in addresses:
        answer = page.goto(base + path)
        assert answer.status == 200, (path, answer.status)
        faults[path] = [one for one in faults_of(page) if one not in ALLOWED.get(path, ())]
    assert page.goto(base + NOWHERE).status == 404
    faults[NOWHERE] = faults_of(page)
    wrong = [f"{path}  {one}" for path, found in faults.items() for one in found]
    assert not wrong, "\n".join(wrong)


def test_the_page_of_the_second_proof_is_as_sound_as_the_others(page, world):
    """Only those see it whose post must have one and who have none yet."""
    officers.add(world.node, "anquan", "石安全", PASSWORD, posts=["security"])
    sign_duties(world.node, "anquan")
    world.node.settings = replace(world.node.settings, second_proof="security")
    page.context.clear_cookies()
    page.goto(page.url.split("/console/")[0] + "/console/login")
    log_in(page, "anquan", "第二因子")
    assert page.url.endswith("/console/proof")
    assert faults_of(page) == []


def test_an_address_is_a_page_that_is_visited_or_named_with_a_reason(world, app, addresses):
    """What is named is there, and what is visited is the page itself, not the way to another."""
    assert [rule.rule for rule in pages_of(app) if not fillings(world, rule)] == []
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert set(OTHERWISE) <= known
    assert all(OTHERWISE.values())
    desk = Desk(app, ACCOUNT)
    moved = [path for path in addresses if desk.get(path, follow=False).status_code != 200]
    assert moved == []


def test_what_a_page_offers_works_without_scripts(app, addresses):
    """Every form has an address of its own and a button, every link leads somewhere; what needs a script is hidden."""
    desk, wrong = Desk(app, ACCOUNT), []
    for path in addresses:
        wrong += [(path, one) for one in needing_scripts(desk.text(path))]
    assert wrong == []


class Needs(HTMLParser):
    """What does nothing without a script: a button that sends no form, a link to nowhere, a form that nothing sends."""

    VOID = frozenset(
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
    )

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[tuple[str, bool]] = []  # (tag, hidden by itself or by what it stands in)
        self.forms: list[bool] = []  # whether something sends it

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        hidden = "hidden" in given or bool(self.open and self.open[-1][1])
        if tag not in self.VOID:
            self.open.append((tag, hidden))
        if tag == "form":
            self.forms.append(False)
        sends = tag in ("button", "input") and given.get("type", "submit" if tag == "button" else "") in (
            "submit",
            "image",
        )
        lonely_field = tag == "input" and given.get("type", "text") in ("search", "text")  # Enter sends it
        if self.forms and (sends or lonely_field):
            self.forms[-1] = True
        if tag == "button" and not hidden and (not sends or not (self.forms or given.get("form"))):
            self.found.append(f"button {given}")
        if tag == "a" and not hidden and given.get("href", "#") in ("#", "", "javascript:"):
            self.found.append(f"link {given}")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass
        if tag == "form" and not self.forms.pop():
            self.found.append("a form that nothing sends")


def needing_scripts(html: str) -> list[str]:
    reader = Needs()
    reader.feed(html)
    return reader.found


def test_what_needs_a_script_is_seen_by_that_check():
    assert (
        needing_scripts('<form method="post"><button>收件</button></form><button type="button" hidden>拍照</button>')
        == []
    )
    assert (
        len(needing_scripts('<button type="button">拍照</button><a href="#">看</a><form><select></select></form>')) == 3
    )
