"""Posts that must have a second proof: who has none registers it before anything else is open, at room and centre."""

import base64
import json
import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from desk_app import PASSWORD, Desk, add_officer, desk_app, file_one, plain, sign_duties

from edge import account_book, factor, log, looks, officers, one_time, three
from edge.errors import YizhanError
from edge.offered_proof import needed
from edge.settings import load
from sync.centre import account_book as centre_book
from sync.centre import desks, reviewers
from sync.centre.app import create_app
from sync.centre.desks import Duty
from sync.centre.settings import CentreSettings, SettingsError
from sync.centre.settings import load as load_centre

CODE = re.compile(r"<li>([2-9a-z]{10})</li>")
OFFER = re.compile(r'name="offer" value="([^"]+)"')
SECRET = re.compile(r"secret=([A-Z2-7]+)&")


@pytest.fixture(autouse=True)
def _cheap_codes(monkeypatch):
    """A sheet of twenty codes is twenty derivations, which are meant to cost something."""
    monkeypatch.setattr(one_time, "_COST", 1 << 4)


@pytest.fixture
def strict(node):
    """A room as it is after `yizhan init`, with one of the three and somebody of the desk."""
    node.settings = replace(node.settings, second_proof="system security audit")
    officers.add(node, "security", "石安全", PASSWORD, posts=["security"])
    sign_duties(node, "security")
    add_officer(node)
    return node


def shown(page: str) -> tuple[str, list[str]]:
    return OFFER.search(page)[1], CODE.findall(page)


def test_the_three_of_a_room_and_who_decides_at_a_centre_must_have_one_unless_somebody_says_otherwise(home, tmp_path):
    (home / "node.toml").write_text('node_id = "5224250017"\n', encoding="utf-8")
    wanted = load(home, {})[0].second_proof
    assert set(wanted.split()) == {*three.THREE, factor.LOOK}
    assert set(CentreSettings(home).second_proof.split()) == {*three.THREE, "decide"}
    assert needed("all", ["receive"])
    assert not needed("", ["system"])
    assert not needed("system", ["receive"])
    (tmp_path / "centre.toml").write_text('second_proof = "decide everybody"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="second_proof"):
        load_centre(tmp_path, {})
    (home / "node.toml").write_text('node_id = "5224250017"\nsecond_proof = "chief"\n', encoding="utf-8")
    with pytest.raises(YizhanError):
        load(home, {})


def test_before_a_code_of_the_sheet_is_typed_nothing_is_open_and_the_next_login_asks_for_another(strict):
    desk = Desk(desk_app(strict), "security")
    for path in ("/console/accounts", "/console/handbook", "/console/duties"):
        assert desk.get(path, follow=False).location == "/console/proof"
    page = desk.text("/console/proof")
    assert desk.post("/console/accounts", {"account": "luo"}).location == "/console/proof"
    field, codes = shown(page)
    assert len(codes) == one_time.CODES
    wrong = desk.post("/console/proof", {"offer": field, "code": "2222222222"})
    assert (wrong.status_code, shown(wrong.text)) == (422, (field, codes))
    assert factor.lacking(strict, officers.all_of(strict)[0])
    assert desk.done("/console/proof", {"offer": field, "code": f" {codes[3].upper()} "}) == "/console/"
    assert desk.get("/console/accounts").status_code == 200
    again = Desk(desk_app(strict), None)
    assert [again.login("security", code=code).status_code for code in ("", codes[3], codes[4])] == [401, 401, 303]
    with strict.database.read() as tx:
        assert "codes" in [row.what for row in account_book.newest(tx, "security")]


def test_a_token_is_registered_by_the_number_that_it_shows(strict):
    desk = Desk(desk_app(strict), "security")
    page = desk.text("/console/proof?way=counter")
    held = base64.b32decode(SECRET.search(page.replace("&amp;", "&"))[1])
    desk.done("/console/proof", {"offer": OFFER.search(page)[1], "code": one_time.hotp(held, 0)})
    again = Desk(desk_app(strict), None)
    used, following = one_time.hotp(held, 0), one_time.hotp(held, 1)
    assert [again.login("security", code=code).status_code for code in (used, following)] == [401, 303]


def test_a_stranger_another_session_and_a_made_up_sheet_register_nothing(strict):
    app = desk_app(strict)
    first, second = Desk(app, "security"), Desk(app, "security")
    field, codes = shown(first.text("/console/proof"))
    second.get("/console/proof")
    for sent in (field, field[:-1], ""):
        assert second.post("/console/proof", {"offer": sent, "code": codes[0]}).status_code == 400
    stranger = Desk(app, None)
    assert stranger.post("/console/proof", {"offer": field, "code": codes[0]}).location.startswith("/console/login")
    assert factor.lacking(strict, officers.all_of(strict)[0])


def test_the_same_form_twice_registers_once_and_ends_what_was_open_elsewhere(strict):
    app = desk_app(strict)
    first, second = Desk(app, "security"), Desk(app, "security")
    sheets = [(one, *shown(one.text("/console/proof"))) for one in (first, second)]
    desk, field, codes = sheets[0]
    for _ in range(2):
        assert desk.done("/console/proof", {"offer": field, "code": codes[0]}) == "/console/"
    with strict.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM officer_code").fetchone()[0] == one_time.CODES - 1
    late, field, codes = sheets[1]
    assert late.post("/console/proof", {"offer": field, "code": codes[0]}).location.startswith("/console/login")


def test_to_look_at_the_history_of_a_person_anybody_needs_a_second_proof_and_nothing_else_waits_for_it(strict):
    number = file_one(strict).number
    strict.settings = replace(strict.settings, second_proof="look")
    desk = Desk(desk_app(strict), "wei")
    address = f"/console/applications/{number}/person"
    assert desk.get("/console/applications").status_code == 200
    for answer in (
        desk.get(address, follow=False),
        desk.post(address, {"token": "token-of-a-look-9", "present": "1"}),
    ):
        assert answer.location.startswith("/console/proof?next=")
    with strict.database.read() as tx:
        assert log.of_room(tx, "node", json.dumps([looks.LOOKED_UP])) == []
    page = desk.text(answer.location)
    assert "别的照常办，不登记也能办" in plain(page)
    assert "登记以前不能办别的" not in page
    field, codes = shown(page)
    back = desk.done(answer.location, {"offer": field, "code": codes[0]})
    assert back == address
    assert "为什么要看" in desk.text(back)
    assert desk.done(address, {"token": "token-of-a-look-9", "present": "1"}) == address
    again = Desk(desk_app(strict), None)
    assert [again.login("wei", code=code).status_code for code in ("", codes[0], codes[1])] == [401, 401, 303]


@pytest.mark.parametrize("wanted", ["https://example.org/", "//example.org", "/console/\\example.org", "/kiosk/"])
def test_the_page_of_the_second_proof_leads_nowhere_else(strict, wanted):
    desk = Desk(desk_app(strict), "wei")
    assert desk.get(f"/console/proof?next={quote(wanted)}", follow=False).location == "/console/"


def test_who_has_another_post_and_who_practises_is_asked_for_nothing(strict):
    desk = Desk(desk_app(strict), "wei")
    assert desk.get("/console/applications").status_code == 200
    assert desk.get("/console/proof", follow=False).location == "/console/"
    strict.settings = replace(strict.settings, second_proof="all")
    assert desk.get("/console/applications", follow=False).location == "/console/proof"
    strict.settings = replace(strict.settings, practice=True)
    assert not factor.lacking(strict, officers.all_of(strict)[0])


def test_a_proof_that_was_taken_off_is_registered_anew_and_the_page_of_accounts_says_who_lacks_one(strict):
    officers.add(strict, "audit", "沈审计", PASSWORD, posts=["audit"])
    codes = factor.print_codes(strict, "security", "system")
    desk = Desk(desk_app(strict), None)
    desk.login("security", code=codes[0])
    page = plain(desk.text("/console/accounts"))
    assert page.count("要登记第二因子") == 1
    factor.remove(strict, "security", "command")
    assert desk.get("/console/accounts", follow=False).location == "/console/proof"


# --- the centre


class Reviewing:
    """A browser at the review desk."""

    def __init__(self, app, name: str) -> None:
        self.client = app.test_client()
        self.token = self.text("/review/login").split('name="csrf_token" value="')[1].split('"')[0]
        self.log_in(name)

    def log_in(self, name: str, code: str = ""):
        answer = self.client.post(
            "/review/login", data={"csrf_token": self.token, "name": name, "password": PASSWORD, "code": code}
        )
        self.text("/review/proof")
        return answer

    def text(self, path: str) -> str:
        page = self.client.get(path).get_data(as_text=True)
        if 'name="csrf_token" value="' in page:
            self.token = page.split('name="csrf_token" value="')[1].split('"')[0]
        return page

    def post(self, data: dict[str, str]):
        return self.client.post("/review/proof", data={"csrf_token": self.token, **data})


def test_whoever_decides_at_the_centre_registers_first_and_who_gives_opinions_need_not(centre):
    strict = replace(centre, settings=replace(centre.settings, second_proof="system security audit decide"))
    for name, post in (("li", "户政"), ("yang", "民族事务"), ("security", "security")):
        reviewers.add(strict, name, name, PASSWORD, post)
    with strict.store.write() as tx:
        desks.give(tx, "yang", (Duty("opinion", desk="民族事务"),))
    app = create_app(strict)
    assert Reviewing(app, "yang").client.get("/review/").status_code == 200
    li, security = Reviewing(app, "li"), Reviewing(app, "security")
    for browser, path in ((li, "/review/"), (li, "/review/nodes"), (security, "/review/accounts")):
        assert browser.client.get(path).location == "/review/proof"
    field, codes = shown(li.text("/review/proof"))
    assert "办件列表" not in li.text("/review/proof")
    wrong = li.post({"offer": field, "code": "2222222222"})
    assert (wrong.status_code, shown(wrong.get_data(as_text=True))) == (422, (field, codes))
    assert security.post({"offer": field, "code": codes[0]}).status_code == 400
    for _ in range(2):
        assert li.post({"offer": field, "code": codes[0]}).location == "/review/"
    assert li.client.get("/review/nodes").status_code == 200
    assert security.client.get("/review/accounts").location == "/review/proof"
    again = Reviewing(app, "li")
    assert [again.log_in("li", code).status_code for code in (codes[0], codes[1])] == [401, 303]
    with strict.store.read() as tx:
        assert [row.what for row in centre_book.newest(tx, "li")].count("codes") == 1


def test_a_centre_that_asks_nobody_says_so_at_the_login(centre):
    assert "没有要求第二因子" in create_app(centre).test_client().get("/review/login").get_data(as_text=True)
    strict = replace(centre, settings=replace(centre.settings, second_proof="all"))
    assert "没有要求第二因子" not in create_app(strict).test_client().get("/review/login").get_data(as_text=True)
