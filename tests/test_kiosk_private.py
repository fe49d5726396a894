"""A service that leaves no trace: one touch and the start page is there, nothing typed stays anywhere."""

import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import KIOSK, chromium, window
from desk_app import Desk, add_officer, desk_app
from kiosk_app import Citizen, fields, jpeg, kiosk_node
from playwright.sync_api import expect

from edge import applications, drafts, heads, log, materials, web, web_node
from edge.errors import YizhanError
from edge.guide import citizen_title
from edge.node import Node
from edge.serving import Server
from forms.definition import PACKAGED, load
from kiosk import screens

SERVICE = "anquan-qiuzhu"
TEMPLATES = Path(screens.__file__).parent / "templates" / "kiosk"
DEFINITION = load(PACKAGED / f"{SERVICE}.json")
SAMPLE = DEFINITION.samples["valid"][0]["answers"]


@pytest.fixture
def node(home, clock):
    yield from kiosk_node(home, clock)


def start(citizen: Citizen) -> str:
    citizen.get(f"/kiosk/service/{SERVICE}")
    return citizen.press(f"/kiosk/service/{SERVICE}/start")


def walk(citizen: Citizen) -> None:
    given = fields(SAMPLE)
    for _ in range(9):
        if citizen.path.endswith("/check"):
            return
        here = citizen.path.partition("?")[0]
        shown = {name: value for name, value in given.items() if f'name="{name}"' in citizen.text}
        citizen.press(here, shown | {"_act": "next"})
    raise AssertionError(citizen.path)


def title(page: str) -> str:
    return re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]


def test_every_page_has_the_way_out_and_a_title_that_tells_nothing(citizen):
    pages = [citizen.get(f"/kiosk/service/{SERVICE}"), start(citizen)]
    walk(citizen)
    pages += [citizen.text, citizen.press(citizen.path.replace("/check", "/file"))]
    assert len(pages) == 4
    for page in pages:
        assert "立即退出" in page
        assert 'action="/kiosk/leave"' in page
        assert "暴力" not in title(page)
        assert "求助" not in title(page)
        assert "家庭暴力求助登记" not in page


def test_other_services_have_no_such_button(citizen):
    assert "立即退出" not in citizen.get("/kiosk/service/juzhu-dengji")


def test_one_touch_leads_to_the_start_page_and_drops_the_draft(node, citizen):
    start(citizen)
    walk(citizen)
    draft = citizen.path
    answer = citizen.post("/kiosk/leave")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/")
    assert "cache" in answer.headers["Clear-Site-Data"]
    home = citizen.get("/kiosk/")
    assert "继续" not in home
    assert SAMPLE["person"]["name"] not in home
    citizen.get(draft)
    assert citizen.status == 404
    with node.database.read() as tx:
        assert log.up(tx) == []


def test_no_page_may_be_kept_by_the_browser(citizen):
    start(citizen)
    with citizen.client.get(citizen.path) as answer:
        assert answer.headers["Cache-Control"] == "no-store"


def test_leaving_by_the_start_page_offers_nothing_to_go_on_with(citizen):
    start(citizen)
    walk(citizen)
    assert "继续" not in citizen.get("/kiosk/")
    start(citizen)
    assert SAMPLE["person"]["name"] not in citizen.text


def test_while_it_is_typed_nothing_is_in_the_database(node, citizen):
    start(citizen)
    walk(citizen)
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM draft").fetchone()[0] == 0


def test_another_visit_does_not_find_the_draft(node, citizen):
    start(citizen)
    stranger = Citizen(citizen.client.application)
    stranger.get(citizen.path)
    assert stranger.status == 404


def test_a_draft_that_nobody_touches_for_an_hour_is_forgotten(node, clock):
    draft = drafts.create(node, SERVICE, "kiosk:one")
    clock.advance(minutes=61)
    drafts.create(node, SERVICE, "kiosk:two")
    with pytest.raises(YizhanError):
        drafts.get(node, draft.id, "kiosk:one")


def test_the_receipt_names_no_service_and_prints_only_when_asked(node, citizen):
    start(citizen)
    walk(citizen)
    receipt = citizen.press(citizen.path.replace("/check", "/file"))
    assert "保密登记" in receipt
    assert "家庭暴力" not in receipt
    assert SAMPLE["person"]["name"] not in receipt
    assert "需要纸的，再点打印" in receipt
    assert "data-print hidden" in receipt


def test_filing_again_leads_to_the_same_receipt(node, citizen):
    start(citizen)
    walk(citizen)
    file = citizen.path.replace("/check", "/file")
    citizen.press(file)
    citizen.press(file)
    with node.database.read() as tx:
        assert len(log.up(tx)) == 1


def filed(node: Node, photo: bytes = b"") -> str:
    draft = drafts.save(node, drafts.create(node, SERVICE, "kiosk:one"), SAMPLE)
    if photo:
        draft = drafts.attach(node, draft, materials.store(node, photo, "伤.jpg", draft.owner, "proof"))
    return drafts.file(node, draft, actor="kiosk").number


def test_it_is_filed_with_its_photographs_and_starts_a_sync_at_once(node):
    asked = []
    node.hooks.send_now = lambda: asked.append("now")
    number = filed(node, jpeg())
    with node.database.read() as tx:
        found = applications.get(tx, number)
        assert found.state.answers == SAMPLE
        assert found.state.urgent
        assert [one.slot for one in found.state.materials] == ["proof"]
        assert materials.find(tx, found.state.materials[0].sha256) is not None
    assert asked == ["now"]


def test_lists_and_search_at_the_desk_show_a_number_until_it_is_opened(node):
    number = filed(node)
    with node.database.read() as tx:
        assert heads.find(tx, number).applicant == ""
        assert heads.find(tx, number).title == "保密登记"
        assert heads.search(tx, SAMPLE["person"]["name"]) == []
        assert heads.search(tx, SAMPLE["person"]["phone"]) == []
    add_officer(node)
    desk = Desk(desk_app(node))
    for page in ("/console/", f"/console/applications?text={number}", "/console/transfer"):
        shown = desk.text(page)
        assert SAMPLE["person"]["name"] not in shown
        assert "家庭暴力" not in shown
    assert SAMPLE["person"]["name"] in desk.text(f"/console/applications/{number}")


# --- in a browser


@contextmanager
def served(node: Node):
    app = web.make_app("node", secret=b"k" * 32, title=node.room.name, areas={"/kiosk": "kiosk"})
    web_node.put(app, node)
    from edge.prints import pages as printed

    for part in (screens, printed):
        part.install(app)
    server = Server(app, "127.0.0.1", 0)
    try:
        yield server.url
    finally:
        server.stop()


def test_the_quick_exit_works_without_scripts_and_the_way_back_leads_nowhere(node):
    with served(node) as url, chromium() as browser, window(browser, {**KIOSK, "java_script_enabled": False}) as page:
        page.goto(f"{url}/kiosk/area/all")
        page.locator('a[href*="/service/~"]', has_text=citizen_title(DEFINITION)).click()
        guide = page.url
        assert SERVICE not in guide
        page.locator(".bar-exit").click()
        page.wait_for_url(f"{url}/kiosk/")
        assert "立即退出" not in page.content()
        page.go_back()
        page.wait_for_url(guide)
        assert "立即退出" not in page.content()
        expect(page.locator("h1")).to_contain_text("没有")


def veiled(citizen: Citizen) -> set[str]:
    """The addresses on this page of services that leave no trace."""
    return set(re.findall(r"/kiosk/service/~[0-9a-f]+", citizen.text))


def test_an_address_of_one_visit_says_nothing_and_opens_nothing_in_another(node, citizen):
    citizen.get("/kiosk/area/all")
    addresses = veiled(citizen)
    address = next(one for one in addresses if "立即退出" in citizen.get(one))
    assert SERVICE not in address
    stranger = Citizen(citizen.client.application)
    stranger.get("/kiosk/")
    stranger.get(address)
    assert stranger.status == 404
    stranger.get("/kiosk/area/all")
    assert not veiled(stranger) & addresses


def test_a_script_is_told_where_it_goes_on_and_nobody_else(citizen):
    citizen.get(f"/kiosk/service/{SERVICE}")
    plain = citizen.post(f"/kiosk/service/{SERVICE}/start")
    asked = citizen.post(f"/kiosk/service/{SERVICE}/start", headers={"X-Goes-On-At": "1"})
    assert (plain.status_code, asked.status_code) == (303, 204)
    assert asked.headers["X-Goes-On-At"] == plain.headers["Location"]
    assert "Location" not in asked.headers


ASKING = re.compile(r'type="(text|search|file|radio|checkbox)"|<textarea|<select|fields\(')


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda one: one.stem)
def test_no_form_of_the_kiosk_is_one_that_a_browser_keeps_the_state_of(template):
    """Chromium writes what stands in a form into its session files, unless the form itself says no."""
    forms = re.findall(r"(<form\b[^>]*>)(.*?)</form>", template.read_text(encoding="utf-8"), re.DOTALL)
    assert all('autocomplete="off"' in tag for tag, body in forms if ASKING.search(body))
