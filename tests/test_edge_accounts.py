"""Passwords, lockout and sessions as functions over values."""

from importlib import resources

import pytest

from edge import accounts, common_passwords
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
    [
        ("short", "password_too_short"),
        ("x" * 201, "password_too_long"),
        ("abababab", "password_too_plain"),
        ("12345678", "password_too_plain"),
        ("qwertyuiop", "password_too_plain"),
        ("87654321", "password_too_plain"),
        ("wangfangwangfang", "password_too_plain"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password, code):
    assert code_of(accounts.check_password, password, "wangfang") == code


def test_a_phrase_is_taken():
    accounts.check_password("山高 水远 灯火 驿站", "wangfang")


@pytest.mark.parametrize("password", ["password1", "1qaz2wsx", "Qwerty123", "A123456789", "qq123456", "iloveyou"])
def test_a_password_that_many_have_chosen_is_refused_whatever_its_case(password):
    with pytest.raises(YizhanError) as caught:
        accounts.check_password(password, "wangfang")
    assert caught.value.code == "password_too_plain"


def test_the_list_of_common_passwords_has_more_than_three_thousand_that_are_long_enough_to_be_taken():
    """OWASP ASVS 5.0, 6.2.4."""
    data = (resources.files("forms") / "data" / "passwords.bin").read_bytes()
    size = common_passwords.DIGEST_BYTES
    kept = [data[start : start + size] for start in range(0, len(data), size)]
    assert len(kept) > 3000
    assert kept == sorted(set(kept))
    for at in (0, 1, len(kept) // 2, len(kept) - 1):  # the search finds the first, the last and what is between
        assert common_passwords._is_kept(kept[at])
    assert not common_passwords._is_kept(bytes(size))
    assert not common_passwords._is_kept(b"\xff" * size)


@pytest.mark.parametrize(
    "password",
    ["yizhan2026", "Jingcha@110", "wangfang1988", "p@ssw0rd2026", "公安局2026888", "民警民警12345", "Wangfang.police"],
)
def test_a_password_of_the_words_of_this_place_and_digits_is_refused(password):
    """OWASP ASVS 5.0, 6.1.2 and 6.2.11."""
    with pytest.raises(YizhanError) as caught:
        accounts.check_password(password, "wangfang")
    assert caught.value.code == "password_too_plain"


@pytest.mark.parametrize(
    "password",
    ["山高 水远 灯火长明", "gongan-pferd-heft-klammer", "shifan-2026", "2026-kuhstall", "黄果树下的公安老李头"],
)
def test_a_password_with_more_than_such_words_is_taken(password):
    accounts.check_password(password, "wangfang")


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
