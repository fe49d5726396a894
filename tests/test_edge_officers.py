"""Officers: accounts, login, lockout over restarts, sessions by ticks."""

import pytest
from conftest import FixedClock

from edge import accounts, officers
from edge.errors import YizhanError
from edge.node import open_node
from edge.officers import Officer

PASSWORD = "山高水远灯火驿站"


@pytest.fixture
def wang(node) -> Officer:
    return officers.add(node, "wang", "王建国", PASSWORD, posts=("receive", "review"))


def problem_of(call, *arguments, **more) -> YizhanError:
    with pytest.raises(YizhanError) as caught:
        call(*arguments, **more)
    return caught.value


def test_an_officer_logs_in_and_is_known_by_the_session(node, wang):
    token = officers.login(node, "wang", PASSWORD)
    assert officers.who(node, token) == wang == Officer("wang", "王建国", ("receive", "review"), "民警")
    assert wang.actor == "officer:wang"


def test_neither_password_nor_session_token_is_in_the_store(node, wang):
    token = officers.login(node, "wang", PASSWORD)
    with node.database.read() as tx:
        stored = str(
            [tuple(row) for row in tx.execute("SELECT * FROM officer")]
            + [tuple(row) for row in tx.execute("SELECT * FROM session")]
        )
    assert PASSWORD not in stored
    assert token not in stored


@pytest.mark.parametrize("token", ["", "x", "0" * 43])
def test_a_foreign_session_is_nobody(node, wang, token):
    officers.login(node, "wang", PASSWORD)
    assert officers.who(node, token) is None


def test_a_wrong_password_and_an_unknown_name_sound_the_same(node, wang):
    wrong = problem_of(officers.login, node, "wang", "不对不对不对不对")
    nobody = problem_of(officers.login, node, "nobody", PASSWORD)
    assert (wrong.code, wrong.sentence) == (nobody.code, nobody.sentence) == ("wrong_password", "账号或密码不对")


def test_a_session_ends_after_ten_idle_minutes(node, wang, clock):
    token = officers.login(node, "wang", PASSWORD)
    for _ in range(5):
        clock.advance(minutes=9)
        assert officers.who(node, token) == wang
    clock.advance(minutes=10)
    assert officers.who(node, token) is None


def test_a_session_ends_after_eight_hours_of_work(node, wang, clock):
    token = officers.login(node, "wang", PASSWORD)
    for _ in range(53):
        clock.advance(minutes=9)
        assert officers.who(node, token) == wang
    clock.advance(minutes=9)
    assert officers.who(node, token) is None


def test_a_wall_clock_set_back_or_forward_changes_no_session(node, wang, clock):
    token = officers.login(node, "wang", PASSWORD)
    clock.advance(days=-365)
    assert officers.who(node, token) == wang


def test_a_session_ends_at_logout_and_when_the_room_starts_to_serve(node, wang):
    token, other = officers.login(node, "wang", PASSWORD), officers.login(node, "wang", PASSWORD)
    officers.logout(node, token)
    assert officers.who(node, token) is None
    assert officers.who(node, other) == wang
    with node.database.write() as tx:
        officers.end_all_sessions(tx)
    assert officers.who(node, other) is None


def test_one_login_beyond_ten_ends_the_oldest_of_this_account_alone(node, wang, clock):
    officers.add(node, "luo", "罗小兰", PASSWORD, posts=["receive"])
    other = officers.login(node, "luo", PASSWORD)
    tokens = []
    for _ in range(accounts.SESSIONS_MAX + 1):
        clock.advance(seconds=1)
        tokens.append(officers.login(node, "wang", PASSWORD))
    there = [officers.who(node, token) is not None for token in tokens]
    assert there == [False, *[True] * accounts.SESSIONS_MAX]
    assert officers.who(node, other).account == "luo"


def test_looking_at_the_node_by_a_command_logs_nobody_out(node, wang, home):
    token = officers.login(node, "wang", PASSWORD)
    open_node(home, FixedClock(ticks=0)).close()
    assert officers.who(node, token) == wang


def guess_wrong(node, times: int) -> list[str]:
    return [problem_of(officers.login, node, "wang", f"wrong password {n}").code for n in range(times)]


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(node, wang, clock):
    assert guess_wrong(node, 6) == ["wrong_password"] * 5 + ["account_locked"]
    assert problem_of(officers.login, node, "wang", PASSWORD).sentence == "密码连续输错次数过多，账号已锁定"
    clock.advance(minutes=15)
    assert officers.login(node, "wang", PASSWORD)
    assert guess_wrong(node, 4) == ["wrong_password"] * 4


def test_a_lockout_outlasts_a_restart_and_a_changed_clock(node, wang, home):
    guess_wrong(node, 5)
    node.close()
    again = open_node(home, FixedClock("2036-01-01T00:00:00+08:00", ticks=0))
    try:
        assert problem_of(officers.login, again, "wang", PASSWORD).code == "account_locked"
    finally:
        again.close()


def test_a_try_is_counted_before_the_password_is_looked_at(node, wang, home, clock, monkeypatch):
    def pull_the_plug(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(officers.accounts, "verify_password", pull_the_plug)
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            officers.login(node, "wang", "guess")
    monkeypatch.undo()
    assert problem_of(officers.login, node, "wang", PASSWORD).code == "account_locked"


def test_a_new_password_ends_sessions_and_lockout(node, wang):
    token = officers.login(node, "wang", PASSWORD)
    guess_wrong(node, 5)
    officers.set_password(node, "wang", "另一个长长的密码")
    assert officers.who(node, token) is None
    assert problem_of(officers.login, node, "wang", PASSWORD).code == "wrong_password"
    assert officers.login(node, "wang", "另一个长长的密码")


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(node, wang):
    token = officers.login(node, "wang", PASSWORD)
    officers.disable(node, "wang")
    assert officers.who(node, token) is None
    assert problem_of(officers.login, node, "wang", PASSWORD).code == "account_disabled"
    assert problem_of(officers.login, node, "wang", "wrong wrong").code == "wrong_password"
    assert [officer.active for officer in officers.all_of(node)] == [False]
    officers.enable(node, "wang")
    assert officers.login(node, "wang", PASSWORD)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"account": "wang"}, "account_exists"),
        ({"account": "王"}, "account_name_wrong"),
        ({"password": "short"}, "password_too_short"),
        ({"posts": ("boss",)}, "post_unknown"),
    ],
)
def test_an_account_that_can_not_be_is_refused(node, wang, change, code):
    wanted = {"account": "li", "name": "李明", "password": PASSWORD, **change}
    assert problem_of(officers.add, node, **wanted).code == code
    assert [officer.account for officer in officers.all_of(node)] == ["wang"]


@pytest.mark.parametrize(
    "call", [officers.disable, officers.enable, lambda node, account: officers.set_password(node, account, PASSWORD)]
)
def test_nobody_of_that_name_is_not_found(node, call):
    assert problem_of(call, node, "nobody").code == "not_found"


def test_a_password_of_weaker_parameters_is_made_anew_at_login(node, wang):
    with node.database.write() as tx:
        weak = officers.accounts.hash_password(PASSWORD, officers.accounts.Cost(64, 1, 1))
        tx.execute("UPDATE officer SET password = ?", (weak,))
    assert officers.login(node, "wang", PASSWORD)
    with node.database.read() as tx:
        assert "m=8192" in tx.execute("SELECT password FROM officer").fetchone()[0]
