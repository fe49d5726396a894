"""三员, second proofs, tries and the book of accounts at the centre; the count of time that they go by."""

import re
import shutil
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from edge import one_time
from edge.accounts import SESSIONS_MAX, Cost
from edge.errors import YizhanError, problem
from sync.centre import account_acts, account_book, desks, factor, reviewers, tables
from sync.centre.app import create_app
from sync.centre.centre import open_centre
from sync.centre.clock import CHINA, SystemClock
from sync.centre.desks import Duty
from sync.centre.verification import verify

PASSWORD = "vier-dicke-huehner"
RFC_SECRET = b"12345678901234567890"
RFC_CODES = ["755224", "287082", "359152", "969429"]
CHEAP = Cost(1024, 1, 1)


def refused(call, *given, **more) -> str:
    with pytest.raises(YizhanError) as caught:
        call(*given, **more)
    return caught.value.code


@pytest.fixture(autouse=True)
def _cheap_codes(monkeypatch):
    """A sheet of twenty codes is twenty derivations, which are meant to cost something."""
    monkeypatch.setattr(one_time, "_COST", 1 << 4)


@pytest.fixture
def li(centre):
    return reviewers.add(centre, "li", "李审批", PASSWORD, "户政")


@pytest.fixture
def trio(centre):
    for post in ("system", "security", "audit"):
        reviewers.add(centre, post, f"{post}员", PASSWORD, post)


def book(centre, account=""):
    with centre.store.read() as tx:
        return account_book.newest(tx, account)


class Machine:
    """The two clocks of a machine, which a test sets; the monotonic one stands while nobody lets it run."""

    def __init__(self):
        self.wall = datetime(2026, 11, 21, 9, tzinfo=CHINA)
        self.ns = 5_000_000_000

    def run(self, **time):
        self.ns += int(timedelta(**time).total_seconds() * 1e9)

    def clock(self):
        return SystemClock(lambda: self.wall, lambda: self.ns)


class Page:
    """A browser without scripts, in this process."""

    def __init__(self, app, address="10.1.1.1"):
        self.client, self.address = app.test_client(), {"REMOTE_ADDR": address}

    def get(self, path):
        return self.client.get(path, environ_base=self.address)

    def post(self, path, data, *, seen="/review/password"):
        page = self.get(seen).text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        return self.client.post(path, data={**data, "csrf_token": token}, environ_base=self.address)

    def log_in(self, name, password=PASSWORD, code=""):
        return self.post("/review/login", {"name": name, "password": password, "code": code}, seen="/review/login")


@pytest.fixture
def app(centre):
    made = create_app(centre)
    made.config["TESTING"] = True
    return made


# --- the second proof


def test_with_a_counter_the_password_alone_opens_nothing_and_no_code_is_good_twice(centre, li, clock, monkeypatch):
    monkeypatch.setattr(one_time, "new_secret", lambda: RFC_SECRET)
    assert "otpauth://hotp/" in factor.begin_counter(centre, "li", "system")
    assert refused(reviewers.log_in, centre, "li", PASSWORD) == "wrong_password"
    assert reviewers.log_in(centre, "li", PASSWORD, code=RFC_CODES[1]).name == "li"
    for replayed in RFC_CODES[:2]:
        assert refused(reviewers.log_in, centre, "li", PASSWORD, code=replayed) == "wrong_password"
    clock.advance(days=-3650)
    assert reviewers.log_in(centre, "li", PASSWORD, code=RFC_CODES[2])
    assert refused(factor.begin_counter, centre, "nobody", "system") == "not_found"


def test_codes_on_paper_are_good_once_each_and_for_their_account_alone(centre, li):
    reviewers.add(centre, "luo", "罗明", PASSWORD)
    codes, others = factor.print_codes(centre, "li", "system"), factor.print_codes(centre, "luo", "system")
    assert refused(reviewers.log_in, centre, "li", PASSWORD, code=others[0]) == "wrong_password"
    assert reviewers.log_in(centre, "li", PASSWORD, code=codes[3].upper())
    assert refused(reviewers.log_in, centre, "li", PASSWORD, code=codes[3]) == "wrong_password"
    with centre.store.read() as tx:
        assert not any(code in str(tx.execute(select(tables.account_code)).all()) for code in codes)
    factor.remove(centre, "li", "centre:security")
    assert reviewers.log_in(centre, "li", PASSWORD)
    assert [row.what for row in book(centre, "li")] == [
        "entered",
        "no_factor",
        "refused",
        "entered",
        "refused",
        "codes",
        "opened",
    ]


def test_the_login_page_asks_for_the_code_and_takes_it(centre, app, li):
    codes, page = factor.print_codes(centre, "li", "system"), Page(app)
    assert 'id="code"' in page.get("/review/login").text
    assert page.log_in("li").status_code == 401
    assert page.log_in("li", code=codes[0]).status_code == 303


# --- tries, and the count that they go by


def test_names_and_terminals_are_locked_as_at_a_room(centre, li, clock):
    codes = {
        name: [refused(reviewers.log_in, centre, name, "guess-guess") for _ in range(6)] for name in ("li", "nobody")
    }
    assert codes["li"] == codes["nobody"] == ["wrong_password"] * 5 + ["account_locked"]
    tries = [refused(reviewers.log_in, centre, f"name{n}", "guess-guess", terminal="10.0.0.7") for n in range(16)]
    assert tries == ["wrong_password"] * 15 + ["terminal_locked"]
    reviewers.add(centre, "luo", "罗明", PASSWORD)
    assert refused(reviewers.log_in, centre, "luo", PASSWORD, terminal="10.0.0.7") == "terminal_locked"
    assert reviewers.log_in(centre, "luo", PASSWORD, terminal="10.0.0.8")
    clock.advance(minutes=5)
    assert reviewers.log_in(centre, "luo", PASSWORD, terminal="10.0.0.7")
    with centre.store.read() as tx:
        kept = str(tx.execute(select(tables.login_guard)).all()) + str(book(centre))
    assert "nobody" not in kept
    assert [row.what for row in book(centre, "li")][:2] == ["locked", "refused"]


@pytest.mark.parametrize("year", [1999, 2056])
def test_neither_a_restart_nor_a_changed_clock_opens_a_lock_or_ends_a_session(tmp_path, empty_centre, year):
    home, machine = shutil.copytree(empty_centre, tmp_path / "own"), Machine()
    first = open_centre(home, machine.clock(), CHEAP)
    li = reviewers.add(first, "li", "李", PASSWORD)
    reviewers.begin_session(first, li, "token")
    for _ in range(5):
        refused(reviewers.log_in, first, "li", "guess-guess")
    first.close()
    machine.wall, machine.ns = machine.wall.replace(year=year), 0
    again = open_centre(home, machine.clock(), CHEAP)
    try:
        assert refused(reviewers.log_in, again, "li", PASSWORD) == "account_locked"
        assert reviewers.of_session(again, "token") == li
        machine.run(minutes=14)
        assert refused(reviewers.log_in, again, "li", PASSWORD) == "account_locked"
        machine.run(minutes=2)
        assert reviewers.log_in(again, "li", PASSWORD) == li
        machine.run(hours=8)
        assert reviewers.of_session(again, "token") is None
    finally:
        again.close()


def test_one_login_beyond_ten_ends_the_oldest_of_this_account_alone(centre):
    li, other = reviewers.add(centre, "li", "李", PASSWORD), reviewers.add(centre, "zhao", "赵", PASSWORD)
    reviewers.begin_session(centre, other, "token-of-zhao")
    tokens = [f"token-{at}" for at in range(SESSIONS_MAX + 1)]
    for token in tokens:
        centre.clock.advance(seconds=1)
        reviewers.begin_session(centre, li, token)
    assert [reviewers.of_session(centre, token) for token in tokens] == [None, *[li] * SESSIONS_MAX]
    assert reviewers.of_session(centre, "token-of-zhao") == other


def test_two_programs_of_one_centre_go_by_the_same_count(tmp_path, empty_centre):
    """The second starts an hour after the first, whose word it has in the store; and a wall clock that is wrong."""
    home, machine, other = shutil.copytree(empty_centre, tmp_path / "own"), Machine(), Machine()
    first = open_centre(home, machine.clock(), CHEAP)
    li = reviewers.add(first, "li", "李", PASSWORD)
    machine.run(hours=1)
    reviewers.begin_session(first, li, "token")
    other.wall = other.wall.replace(year=1999)
    second = open_centre(home, other.clock(), CHEAP)
    try:
        for _ in range(5):
            other.run(minutes=10)
            machine.run(minutes=10)
            assert reviewers.of_session(second, "token") == li
            assert reviewers.of_session(first, "token") == li
        machine.run(minutes=31)
        assert reviewers.of_session(first, "token") is None
        other.run(minutes=31)
        assert reviewers.of_session(second, "token") is None
    finally:
        first.close()
        second.close()


# --- the book


def test_every_step_with_an_account_is_in_the_book_with_who_did_it(centre, li):
    account_acts.give_duties(centre, "li", [Duty("decide", area="522425", level="county")], actor="centre:security")
    account_acts.set_password(centre, "li", "noch-ein-huhn-8", actor="centre:security")
    account_acts.disable(centre, "li", actor="centre:security")
    account_acts.enable(centre, "li", actor="centre:security")
    account_acts.set_post(centre, "li", "治安", actor="centre:security")
    rows = [(row.what, row.actor, row.detail) for row in book(centre, "li")]
    assert rows == [
        ("posts", "centre:security", "治安"),
        ("reopened", "centre:security", ""),
        ("closed", "centre:security", ""),
        ("reset", "centre:security", ""),
        ("duties", "centre:security", "受理、审批 522425 县级"),
        ("opened", "system", "户政"),
    ]
    for act in (account_acts.disable, account_acts.enable):
        assert refused(act, centre, "nobody", actor="system") == "not_found"


@pytest.mark.parametrize(
    "change", ["UPDATE account_book SET account = 'luo' WHERE seq = 2", "DELETE FROM account_book WHERE seq = 2"]
)
def test_nothing_of_the_book_is_changed_and_whoever_takes_the_triggers_off_is_found(centre, li, change):
    for _ in range(3):
        reviewers.log_in(centre, "li", PASSWORD)
    with pytest.raises(DatabaseError, match="only added to"), centre.store.write() as tx:
        tx.execute(text(change))
    assert verify(centre)["whole"]
    with centre.store.write() as tx:
        tx.execute(text("DROP TRIGGER account_book_is_kept_update"))
        tx.execute(text("DROP TRIGGER account_book_is_kept_delete"))
        tx.execute(text(change))
    assert "账号记录" in verify(centre)["faults"][0]


def cut_tail(centre, count):
    with centre.store.write() as tx:
        for word in ("update", "delete"):
            tx.execute(text(f"DROP TRIGGER IF EXISTS account_book_is_kept_{word}"))
        tx.execute(text(f"DELETE FROM account_book WHERE seq > (SELECT max(seq) FROM account_book) - {count}"))


def test_a_cut_tail_of_the_book_is_seen_by_the_file_outside_of_the_store_and_by_nothing_else(centre, li, clock):
    for guess in (PASSWORD, "guess-guess", PASSWORD):
        with suppress(YizhanError):
            reviewers.log_in(centre, "li", guess)
    with suppress(YizhanError), centre.store.write() as tx:
        account_book.add(tx, centre.clock, "closed", "li", "nobody")
        raise problem("not_found")  # what was rolled back is in no witness
    assert verify(centre)["whole"]
    for count in (1, 2):
        cut_tail(centre, count)
        assert "见证文件对不上" in verify(centre)["faults"][0]
    clock.advance(minutes=1)
    reviewers.log_in(centre, "li", PASSWORD)
    assert "第 2 条起被删去或者换过" in verify(centre)["faults"][0]
    centre.settings.account_witness.unlink()
    assert verify(centre)["whole"]  # the control: nothing else saw it


# --- the three


def test_one_of_the_three_has_no_duties_and_lends_no_program_its_name(centre, trio, li):
    reviewers.add_key(centre, "li", "平台")
    for account in ("system", "security", "audit"):
        with centre.store.write() as tx:
            assert desks.of(tx, account) == ()
            assert refused(desks.give, tx, account, [Duty("read")]) == "posts_exclusive"
        assert refused(reviewers.add_key, centre, account, "平台") == "posts_exclusive"
    account_acts.set_post(centre, "li", "audit", actor="centre:security")
    with centre.store.read() as tx:
        assert desks.of(tx, "li") == ()
        assert tx.execute(select(tables.api_key)).all() == []


def test_each_of_the_three_reaches_his_own_pages_and_nobody_else_does(app, trio, li):
    pages = {
        "system": "/review/nodes",
        "security": "/review/accounts",
        "audit": "/review/accounts/book",
        "li": "/review/services",
    }
    for account, home in pages.items():
        page = Page(app)
        assert page.log_in(account).status_code == 303
        for owner, path in pages.items():
            wanted = 200 if owner == account or (owner, account) == ("system", "li") else 403
            assert page.get(path).status_code == wanted, (account, path)
        if account != "li":
            assert page.get("/review/").location == home
            assert page.get("/review/figures").status_code == 403
        assert page.get("/review/password").status_code == 200


def test_nobody_who_acts_can_take_anything_out_of_the_book(centre, app, trio, li):
    """Whatever each account posts to every address, the book only grows."""
    posts = [
        rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("review.") and "POST" in rule.methods
    ]
    for account in ("system", "security", "audit", "li"):
        page, before = Page(app), book(centre)
        page.log_in(account)
        for rule in posts:
            if rule.endpoint not in {"review.log_out", "review.log_in"}:
                path = rule.build(dict.fromkeys(rule.arguments, 1))[1]
                page.post(path, {"do": "close", "password": "guess-guess"})
        assert book(centre)[-len(before) :] == before
        assert verify(centre)["whole"]


def test_an_account_is_opened_with_a_password_that_is_good_for_one_login(centre, app, trio):
    desk = Page(app)
    desk.log_in("security")
    given = {"account": "luo", "name": "罗明", "rank": "民警", "post": "户政"}
    assert desk.post("/review/accounts", given).status_code == 303
    first = re.search(r"<li>([2-9a-z-]{19})</li>", desk.get("/review/accounts").text)[1]
    assert first not in desk.get("/review/accounts").text
    luo = Page(app)
    assert luo.log_in("luo", first).status_code == 303
    assert luo.get("/review/").location == "/review/password"
    own = {"old": first, "new": "山高 水远 灯火", "again": "山高 水远 灯火"}
    assert "两次输入不一致" in luo.post("/review/password", own | {"again": "x"}).text
    assert luo.post("/review/password", own | {"old": "wrong"}).status_code == 401
    assert luo.post("/review/password", own).location == "/review/login"
    assert luo.log_in("luo", first).status_code == 401
    assert luo.log_in("luo", "山高 水远 灯火").status_code == 303
    assert luo.get("/review/").status_code in {200, 303}
    assert book(centre, "luo")[-1].actor == "centre:security"


def test_the_page_of_accounts_changes_others_alone(centre, app, trio, li):
    desk = Page(app)
    desk.log_in("security")
    assert (
        desk.post(
            "/review/accounts/li", {"do": "duty", "role": "decide", "area": "522425", "level": "county"}
        ).status_code
        == 303
    )
    with centre.store.read() as tx:
        assert desks.of(tx, "li") == (Duty("decide", area="522425", level="county"),)
    for do, wanted in (("close", 303), ("open", 303), ("codes", 303), ("clear", 303), ("shred", 400)):
        assert desk.post("/review/accounts/li", {"do": do}).status_code == wanted, do
    assert desk.post("/review/accounts/security", {"do": "post", "post": "户政"}).status_code == 403
    assert desk.post("/review/accounts/audit", {"do": "duty", "role": "read"}).status_code == 409
    assert desk.post("/review/accounts/nobody", {"do": "close"}).status_code == 404
    assert desk.post("/review/accounts/li", {"do": "duty", "role": "king"}).status_code == 400


# --- one's own logins


def test_everybody_sees_his_own_logins_and_ends_the_others_with_his_password(centre, app, li, clock):
    here, there, third = Page(app), Page(app), Page(app)
    for one in (there, third, here):
        assert one.log_in("li").status_code == 303
        clock.advance(minutes=3)
    shown = here.get("/review/password").text
    assert "我现在的登录（3）" in shown
    assert "9 分钟前登录" in shown
    assert here.post("/review/password/logins", {"password": "guess-guess"}).status_code == 401
    assert there.get("/review/password").status_code == 200
    one = re.findall(r'name="which" value="([0-9a-f]{16})"', shown)[-1]
    assert here.post("/review/password/logins", {"password": PASSWORD, "which": one}).status_code == 303
    assert [page.get("/review/password").status_code for page in (there, third, here)] == [303, 200, 200]
    assert here.post("/review/password/logins", {"password": PASSWORD}).status_code == 303
    assert [page.get("/review/password").status_code for page in (third, here)] == [303, 200]
    assert book(centre, "li")[0].what == "ended"


def test_a_password_that_another_set_ends_what_was_open(centre, app, li):
    page = Page(app)
    page.log_in("li")
    account_acts.set_password(centre, "li", "noch-ein-huhn-8", actor="centre:security", initial=True)
    assert page.get("/review/password").status_code == 303
