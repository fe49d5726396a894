"""三员 and the book of accounts; the second proof at the login; tries by terminal and by names that nobody has."""

import logging
import re

import pytest
from conftest import FixedClock
from desk_app import PASSWORD, Desk, add_officer, desk_app, file_one, plain, sign_duties

from edge import account_book, account_witness, factor, log, officers, one_time, three
from edge.database import IntegrityError
from edge.errors import YizhanError
from edge.node import open_node
from edge.tables.account import KEPT_MS
from edge.verify import verify

RFC_SECRET = b"12345678901234567890"
RFC_CODES = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
DAY_MS = 86_400_000


def refused(call, *given, **more) -> str:
    with pytest.raises(YizhanError) as caught:
        call(*given, **more)
    return caught.value.code


@pytest.fixture
def wei(node):
    add_officer(node)


@pytest.fixture
def trio(node):
    """One account for each of the three, with the duties signed."""
    for post, title in three.THREE.items():
        officers.add(node, post, title, PASSWORD, posts=[post])
        sign_duties(node, post)


def book(node, account=""):
    with node.database.read() as tx:
        return account_book.newest(tx, account)


# --- the second proof


def test_the_counter_gives_the_codes_of_the_standard():
    """RFC 4226, appendix D."""
    assert [one_time.hotp(RFC_SECRET, at) for at in range(10)] == RFC_CODES


def test_a_code_may_be_some_ahead_and_never_behind():
    assert one_time.matched(RFC_SECRET, 0, RFC_CODES[9]) == 10
    assert one_time.matched(RFC_SECRET, 0, one_time.hotp(RFC_SECRET, one_time.WINDOW)) is None
    assert one_time.matched(RFC_SECRET, 5, RFC_CODES[4]) is None
    assert one_time.matched(RFC_SECRET, 0, "") is None


@pytest.fixture
def token(node, wei, monkeypatch):
    """An account whose counter has the standard's secret."""
    monkeypatch.setattr(one_time.secrets, "token_bytes", lambda _length: RFC_SECRET)
    address = factor.begin_counter(node, "wei", "system")
    monkeypatch.undo()
    assert address.endswith("?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=6&counter=0")


def test_with_a_counter_the_password_alone_opens_nothing_and_no_code_is_good_twice(node, token, clock):
    assert refused(officers.login, node, "wei", PASSWORD) == "wrong_password"
    assert officers.login(node, "wei", PASSWORD, code=f" {RFC_CODES[2][:3]} {RFC_CODES[2][3:]} ")
    for replayed in (RFC_CODES[2], RFC_CODES[1]):
        assert refused(officers.login, node, "wei", PASSWORD, code=replayed) == "wrong_password"
    clock.advance(days=-3650)
    assert officers.login(node, "wei", PASSWORD, code=RFC_CODES[3])


def test_a_used_code_stays_used_over_a_restart_years_away(node, token, home):
    officers.login(node, "wei", PASSWORD, code=RFC_CODES[0])
    node.close()
    again = open_node(home, FixedClock("2056-01-01T00:00:00+08:00", ticks=0))
    try:
        assert refused(officers.login, again, "wei", PASSWORD, code=RFC_CODES[0]) == "wrong_password"
        assert officers.login(again, "wei", PASSWORD, code=RFC_CODES[1])
    finally:
        again.close()


def test_wrong_codes_lock_the_account_like_wrong_passwords(node, token):
    for _ in range(5):
        assert refused(officers.login, node, "wei", PASSWORD, code="000000") == "wrong_password"
    assert refused(officers.login, node, "wei", PASSWORD, code=RFC_CODES[0]) == "account_locked"


def test_codes_on_paper_are_good_once_each_and_for_their_account_alone(node, wei):
    add_officer(node, "luo", "罗明")
    codes, others = factor.print_codes(node, "wei", "system"), factor.print_codes(node, "luo", "system")
    assert len({*codes, *others}) == 40
    assert refused(officers.login, node, "wei", PASSWORD, code=others[0]) == "wrong_password"
    assert officers.login(node, "wei", PASSWORD, code=codes[7].upper())
    assert refused(officers.login, node, "wei", PASSWORD, code=codes[7]) == "wrong_password"
    fresh = factor.print_codes(node, "wei", "system")
    assert refused(officers.login, node, "wei", PASSWORD, code=codes[8]) == "wrong_password"
    assert officers.login(node, "wei", PASSWORD, code=fresh[0])
    with node.database.read() as tx:
        kept = b"".join(row["digest"] for row in tx.execute("SELECT digest FROM officer_code"))
    assert not any(code.encode() in kept for code in fresh)


def test_a_lost_token_is_taken_off_and_that_is_written_down(node, token):
    factor.remove(node, "wei", "officer:security")
    assert officers.login(node, "wei", PASSWORD)
    assert [row.what for row in book(node, "wei")] == ["entered", "no_factor", "factor", "opened"]
    assert refused(factor.begin_counter, node, "nobody", "system") == "not_found"


# --- tries


def test_a_terminal_is_locked_after_fifteen_wrong_names_and_opens_again(node, wei, clock):
    tries = [refused(officers.login, node, f"name{n}", "guess-guess", terminal="127.0.0.1") for n in range(17)]
    assert tries == ["wrong_password"] * 15 + ["terminal_locked"] * 2
    assert refused(officers.login, node, "wei", PASSWORD, terminal="127.0.0.1") == "terminal_locked"
    assert officers.login(node, "wei", PASSWORD, terminal="10.0.0.9")
    clock.advance(minutes=5)
    assert officers.login(node, "wei", PASSWORD, terminal="127.0.0.1")
    assert refused(officers.login, node, "name", "guess-guess", terminal="127.0.0.1") == "wrong_password"


def test_a_terminal_stays_locked_over_a_restart_and_a_changed_clock(node, wei, home):
    for n in range(15):
        refused(officers.login, node, f"name{n}", "guess-guess", terminal="127.0.0.1")
    node.close()
    again = open_node(home, FixedClock("1999-01-01T00:00:00+08:00", ticks=0))
    try:
        assert refused(officers.login, again, "wei", PASSWORD, terminal="127.0.0.1") == "terminal_locked"
    finally:
        again.close()


def test_a_name_that_nobody_has_is_locked_like_one_that_is_there(node, wei):
    codes = {name: [refused(officers.login, node, name, "guess-guess") for _ in range(6)] for name in ("wei", "nobody")}
    assert codes["wei"] == codes["nobody"] == ["wrong_password"] * 5 + ["account_locked"]
    with node.database.read() as tx:
        kept = str([tuple(row) for row in tx.execute("SELECT * FROM login_guard")] + book(node))
    assert "nobody" not in kept


# --- the book of accounts


def test_every_change_of_an_account_is_in_the_book_with_who_did_it(node, wei):
    officers.set_posts(node, "wei", ["guide"], actor="officer:security")
    officers.set_password(node, "wei", "another-horse-8", actor="officer:security")
    officers.disable(node, "wei", actor="officer:security")
    officers.enable(node, "wei", actor="officer:security")
    refused(officers.login, node, "wei", PASSWORD, terminal="127.0.0.1")
    rows = [(row.what, row.account, row.actor, row.detail) for row in book(node)]
    assert rows[:5] == [
        ("refused", "wei", "", "127.0.0.1"),
        ("reopened", "wei", "officer:security", ""),
        ("closed", "wei", "officer:security", ""),
        ("reset", "wei", "officer:security", ""),
        ("posts", "wei", "officer:security", "guide"),
    ]


def test_an_entry_is_never_changed_and_not_deleted_within_half_a_year(node, wei, clock):
    with pytest.raises(IntegrityError, match="only added to"), node.database.write() as tx:
        tx.execute("UPDATE account_book SET what = 'left'")
    clock._ticks += KEPT_MS - 1
    officers.login(node, "wei", PASSWORD)
    with pytest.raises(IntegrityError, match="half a year"), node.database.write() as tx:
        tx.execute("DELETE FROM account_book")
    with node.database.write() as tx:
        assert account_book.cut(tx, "system") == 0
    assert [row.what for row in book(node)] == ["entered", "opened"]


def test_a_clock_set_years_ahead_gives_nobody_an_older_book(node, wei, clock):
    clock.moment = clock.moment.replace(year=2066)
    officers.login(node, "wei", PASSWORD)
    with node.database.write() as tx:
        assert account_book.cut(tx, "system") == 0


def test_what_is_older_than_half_a_year_may_go_and_that_is_an_entry(node, wei, clock):
    clock._ticks += KEPT_MS + DAY_MS
    officers.login(node, "wei", PASSWORD)
    with node.database.write() as tx:
        assert account_book.cut(tx, "officer:audit") == 1
        assert [(row.what, row.detail) for row in account_book.newest(tx)] == [("cut", "1"), ("entered", "")]
        assert list(account_book.faults(tx)) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE account_book SET account = 'luo' WHERE seq = 2",
        "DELETE FROM account_book WHERE seq = 2",
        "DELETE FROM account_book WHERE seq = 1",
    ],
)
def test_whoever_takes_the_triggers_off_is_found_by_the_chain(node, wei, change):
    for _ in range(3):
        officers.login(node, "wei", PASSWORD)
    assert verify(node.database).whole
    with node.database.write() as tx:
        tx.execute("DROP TRIGGER account_book_is_never_changed")
        tx.execute("DROP TRIGGER account_book_is_kept")
        tx.execute(change)
    assert "账号记录" in verify(node.database).faults[0]


# --- the three


@pytest.mark.parametrize(
    "posts", [("system", "security"), ("security", "audit"), ("audit", "receive"), ("system", "maintain")]
)
def test_none_of_the_three_has_another_post(node, trio, posts):
    assert refused(officers.add, node, "both", "双岗", PASSWORD, posts=posts) == "posts_exclusive"
    assert refused(officers.set_posts, node, "system", posts) == "posts_exclusive"


def test_the_three_see_no_application_and_the_desk_sees_no_accounts(node, trio, wei):
    number = file_one(node, "王秀梅").number
    app = desk_app(node)
    for post, home in (
        ("system", "/console/transfer"),
        ("security", "/console/accounts"),
        ("audit", "/console/accounts/book"),
    ):
        desk = Desk(app, post)
        assert desk.get("/console/", follow=False).location == home
        assert "王秀梅" not in desk.text(home)
        for path in (
            f"/console/applications/{number}",
            "/console/applications",
            "/console/receive",
            "/console/figures",
        ):
            assert desk.get(path, follow=False).status_code == 403, (post, path)
    for account, path in (
        ("wei", "accounts"),
        ("wei", "accounts/book"),
        ("security", "accounts/book"),
        ("audit", "accounts"),
        ("system", "accounts/book"),
    ):
        assert Desk(app, account).get(f"/console/{path}", follow=False).status_code == 403, (account, path)


def test_nobody_who_acts_can_take_anything_out_of_the_book(node, trio):
    """Whatever each of the three posts to every address, the book only grows."""
    app = desk_app(node)
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/console/") and "POST" in rule.methods]
    for post in three.THREE:
        desk, before = Desk(app, post), book(node)
        for rule in rules:
            if rule.endpoint != "staff.session_logout":
                desk.post(rule.build(dict.fromkeys(rule.arguments, 1))[1], {"do": "close"})
        assert book(node)[-len(before) :] == before


def test_an_account_is_opened_with_a_password_that_is_good_for_one_login(node, trio):
    app = desk_app(node)
    desk = Desk(app, "security")
    desk.get("/console/accounts")
    where = desk.done(
        "/console/accounts", {"account": "luo", "name": "罗明", "rank": "民警", "post": ["receive", "review"]}
    )
    first = re.search(r"<li>([2-9a-z-]{19})</li>", desk.text(where))[1]
    assert first not in desk.text("/console/accounts")
    sign_duties(node, "luo")
    luo = Desk(app, None)
    assert luo.login("luo", first).status_code == 303
    assert luo.get("/console/applications", follow=False).location == "/console/password"
    luo.get("/console/password")
    own = {"old": first, "new": "山高 水远 灯火", "again": "山高 水远 灯火"}
    assert "两次输入不一致" in luo.post("/console/password", own | {"again": "x"}).text
    assert "账号或密码不对" in luo.post("/console/password", own | {"old": "wrong"}).text
    assert luo.done("/console/password", own) == "/console/login?why=changed"
    luo.get("/console/login")
    assert luo.login("luo", first).status_code == 401
    luo.get("/console/login")
    assert luo.login("luo", "山高 水远 灯火").status_code == 303
    assert luo.get("/console/applications").status_code == 200


def test_the_page_of_accounts_changes_posts_and_second_proofs_of_others_alone(node, trio, wei):
    app = desk_app(node)
    desk = Desk(app, "security")
    page = desk.text("/console/accounts")
    assert "韦建国" in page
    desk.done("/console/accounts/wei", {"do": "posts", "post": ["guide"]})
    assert next(one.posts for one in officers.all_of(node) if one.account == "wei") == ("guide",)
    assert "otpauth://hotp/" in desk.text(desk.done("/console/accounts/wei", {"do": "counter"}))
    codes = re.findall(r"<li>([2-9a-z]{10})</li>", desk.text(desk.done("/console/accounts/wei", {"do": "codes"})))
    assert len(codes) == one_time.CODES
    login = Desk(app, None)
    assert login.login("wei", PASSWORD).status_code == 401
    assert login.login("wei", PASSWORD, code=codes[0]).status_code == 303
    for do in ("posts", "password", "close"):
        assert desk.post("/console/accounts/security", {"do": do, "post": "receive"}).status_code == 403
    assert desk.post("/console/accounts/wei", {"do": "posts", "post": ["audit", "guide"]}).status_code == 409
    assert desk.post("/console/accounts/nobody", {"do": "close"}).status_code == 404
    assert desk.post("/console/accounts/wei", {"do": "shred"}).status_code == 400
    audit = plain(Desk(app, "audit").text("/console/accounts/book"))
    assert "前后相接，没有改动" in audit
    assert "改岗位韦建国安全管理员guide" in audit


def test_the_login_hides_what_is_typed_lets_paste_and_gives_a_new_session_and_every_page_leads_out(node, trio, wei):
    desk = Desk(desk_app(node), None)
    page = desk.text("/console/login")
    assert 'name="password" type="password" autocomplete="current-password"' in page
    assert "onpaste" not in page
    before = {cookie.key: cookie.value for cookie in desk.client._cookies.values()}
    assert desk.login("wei").status_code == 303
    after = {cookie.key: cookie.value for cookie in desk.client._cookies.values()}
    assert after["yizhan_officer"]
    assert all(after.get(name) != value for name, value in before.items())
    for path in ("/console/", "/console/applications", "/console/stock", "/console/password", "/console/handbook"):
        assert 'action="/console/logout"' in desk.text(path)


def test_everybody_sees_his_own_logins_and_ends_the_others_with_his_password(node, trio, wei, clock):
    """OWASP ASVS 5.0, 7.5.2. The first tries show that the password is asked for, and that nobody else's goes."""
    app = desk_app(node)
    there, third, here, luo = (Desk(app, None) for _ in range(4))
    for one in (there, third, here):
        one.get("/console/login")
        assert one.login("wei").status_code == 303
        clock.advance(minutes=3)
    add_officer(node, "luo", "罗明")
    luo.get("/console/login")
    luo.login("luo")
    shown = here.text("/console/password")
    assert "我现在的登录（3）" in shown
    assert "9 分钟前登录" in shown
    assert here.post("/console/password/logins", {"password": "guess-guess"}).status_code == 401
    oldest = re.findall(r'name="which" value="([0-9a-f]{16})"', shown)[-1]
    here.get("/console/password")
    assert here.done("/console/password/logins", {"password": PASSWORD, "which": oldest}) == "/console/password"
    in_there = [one.get("/console/password", follow=False).status_code for one in (there, third, here, luo)]
    assert in_there == [303, 200, 200, 200]
    assert here.done("/console/password/logins", {"password": PASSWORD}) == "/console/password"
    assert [one.get("/console/password", follow=False).status_code for one in (third, here, luo)] == [303, 200, 200]
    assert book(node, "wei")[0].what == "ended"


# --- what holds the end of the book


def cut_tail(node, count):
    """What somebody with the key and no scruples does: the triggers go, the last entries go, nothing is left open."""
    with node.database.write() as tx:
        tx.execute("DROP TRIGGER IF EXISTS account_book_is_never_changed")
        tx.execute("DROP TRIGGER IF EXISTS account_book_is_kept")
        tx.execute("DELETE FROM account_book WHERE seq > (SELECT max(seq) FROM account_book) - ?", (count,))


def witnessed(node):
    return verify(node.database, account_witness.place(node.settings.witness)).faults


@pytest.fixture
def told(node, wei):
    """A room that has told the centre of its book, and let somebody in twice since."""
    officers.login(node, "wei", PASSWORD)
    with node.database.write() as tx:
        log.append(tx, "node.reported", "", report(account_witness.told(tx)), "system")
    for _ in range(2):
        officers.login(node, "wei", PASSWORD)
    return node


def report(accounts):
    return {
        "version": "1", "unsent": 0, "lacking": 0, "oldest": "", "skew_s": 0, "disk_mb": 1, "disk_free_mb": 1, "backup": "",
        "aside": 0, "pack": 0, "pack_fault": "", "accounts": accounts,
    }  # fmt: skip  # a table


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_cut_tail_of_the_book_is_seen_by_the_witness_file(told, count):
    assert witnessed(told) == []
    cut_tail(told, count)
    assert "见证文件对不上" in witnessed(told)[0]


def test_without_the_file_the_report_to_the_centre_holds_what_stood_then_and_nothing_after(told):
    account_witness.place(told.settings.witness).unlink()
    cut_tail(told, 2)
    assert witnessed(told) == []  # the control: no witness of these two is left
    cut_tail(told, 1)
    assert "报给省级中心的记录对不上" in witnessed(told)[0]


def test_entries_written_anew_in_the_place_of_others_are_seen(told, clock):
    cut_tail(told, 2)
    clock.advance(minutes=1)
    for _ in range(3):
        officers.login(told, "wei", PASSWORD)
    assert "第 3 条起被删去或者换过" in witnessed(told)[0]


def test_a_torn_line_of_the_witness_is_none_and_the_next_one_is_whole(told, home):
    place = account_witness.place(told.settings.witness)
    with place.open("ab") as file:
        file.write(b"1 9 ab")
    officers.login(told, "wei", PASSWORD)
    assert witnessed(told) == []
    cut_tail(told, 1)
    assert witnessed(told) != []


def test_a_witness_that_is_full_keeps_the_younger_half(told, monkeypatch):
    place = account_witness.place(told.settings.witness)
    before = account_witness.lines(place)
    monkeypatch.setattr("edge.book_witness.KEPT_BYTES_MAX", place.stat().st_size - 1)
    officers.login(told, "wei", PASSWORD)
    after = account_witness.lines(place)
    assert after[:-1] == before[len(before) // 2 :]
    cut_tail(told, 2)
    assert witnessed(told) != []


def test_the_page_of_the_book_says_that_its_end_is_gone(told, trio):
    desk = Desk(desk_app(told), "audit")
    assert "没有改动" in desk.text("/console/accounts/book")
    cut_tail(told, 1)
    assert "记录被人动过" in desk.text("/console/accounts/book")


def test_what_is_refused_to_an_account_is_in_the_programs_log_with_its_name_and_nothing_typed(node, wei, caplog):
    desk = Desk(desk_app(node), "wei")
    with caplog.at_level(logging.INFO, logger="edge.web"):
        assert desk.get("/console/accounts?looking=for-somebody").status_code == 403
        assert desk.get("/console/no-such-page?looking=for-somebody").status_code == 404
    lines = [record.getMessage() for record in caplog.records if record.name == "edge.web"]
    assert re.fullmatch(r"E-[0-9A-F]{6} 403 \w+ GET staff\.\w+ officer:wei ", lines[0])
    assert "officer:wei" not in lines[1]
    assert "for-somebody" not in caplog.text
