"""Passwords, lockout and sessions as functions over values."""

import pytest

from edge import accounts
from edge.accounts import Cost, Guard, Limits, Session
from edge.errors import YizhanError

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)


def code_of(call, *arguments) -> str:
    with pytest.raises(YizhanError) as caught:
        call(*arguments)
    return caught.value.code


def test_a_password_is_kept_as_argon2id_and_verified():
    stored = accounts.hash_password("驿站连着山里山外", CHEAP)
    assert stored.startswith("$argon2id$")
    assert accounts.verify_password(stored, "驿站连着山里山外", CHEAP)
    assert not accounts.verify_password(stored, "驿站连着山里山内", CHEAP)


@pytest.mark.parametrize("stored", ["", "not a hash"])
def test_nobody_and_a_damaged_hash_are_a_wrong_password(stored):
    assert not accounts.verify_password(stored, "whatever", CHEAP)


def test_a_hash_of_other_parameters_asks_to_be_made_anew():
    stored = accounts.hash_password("correct horse", CHEAP)
    assert accounts.needs_rehash(stored, Cost(memory_kib=128, passes=1, lanes=1))
    assert not accounts.needs_rehash(stored, CHEAP)


@pytest.mark.parametrize(
    ("password", "code"),
    [("short", "password_too_short"), ("x" * 201, "password_too_long"), ("abababab", "password_too_plain"), ("12345678", "password_too_plain"), ("qwertyuiop", "password_too_plain"), ("87654321", "password_too_plain"), ("wangfangwangfang", "password_too_plain")],
)
def test_a_weak_password_is_refused_with_its_reason(password, code):
    assert code_of(accounts.check_password, password, "wangfang") == code


def test_a_phrase_is_taken():
    accounts.check_password("山高 水远 灯火 驿站", "wangfang")


@pytest.mark.parametrize("name", ["", "王芳", "Wang", "a", "1abc", "a b", "x" * 33])
def test_a_login_name_is_plain(name):
    assert code_of(accounts.check_name, name) == "account_name_wrong"


def test_the_fifth_wrong_password_locks_and_every_further_one_doubles():
    guard, now, limits = Guard(), 1000, Limits()
    for _ in range(4):
        guard = accounts.attempt(guard, now, limits)
    assert guard == Guard(4, 0)
    guard = accounts.attempt(guard, now, limits)
    assert guard == Guard(5, now + 900_000)
    assert code_of(accounts.attempt, guard, now + 899_999, limits) == "account_locked"
    later = now + 900_000
    assert accounts.attempt(guard, later, limits) == Guard(6, later + 1_800_000)


def test_a_lockout_is_never_longer_than_a_day():
    assert accounts.attempt(Guard(500, 0), 0, Limits()).locked_until == 86_400_000


def test_a_session_ends_when_idle_too_old_or_from_the_future():
    limits = Limits()
    session = Session("", "wang", started=1000, seen=2000)
    assert accounts.is_alive(session, 2000 + 599_999, limits)
    assert not accounts.is_alive(session, 2000 + 600_000, limits)
    assert not accounts.is_alive(Session("", "wang", 0, 28_800_000), 28_800_000, limits)
    assert not accounts.is_alive(session, 1999, limits)


def test_tokens_differ_and_only_their_hash_is_kept():
    one, two = accounts.new_token(), accounts.new_token()
    assert one != two
    assert len(one) >= 43
    assert one not in accounts.token_hash(one)
