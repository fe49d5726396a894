"""Passwords, sessions and lockout as pure functions over small values; node and centre store them in their own way.

Times are ticks (milliseconds that only grow), never a wall clock: no restart and no changed clock resets a lockout.
"""

import hashlib
import re
import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

from edge import common_passwords
from edge.errors import problem
from edge.heavy import ONE_AT_A_TIME

if TYPE_CHECKING:
    import argon2

PASSWORD_LENGTH_MIN = 8
PASSWORD_LENGTH_MAX = 200
LOGIN_ID_DIGITS: Final = 16
SESSIONS_MAX: Final = 10  # of one account at once; one more ends the oldest (ASVS 5.0, 7.1.2)
# what whoever changes his own password can put right on the same page
CHANGE_PROBLEMS: Final = frozenset(
    {
        "wrong_password",
        "account_locked",
        "password_same",
        "password_too_short",
        "password_too_long",
        "password_too_plain",
    }
)
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}\Z")
_PLAIN_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_KEYBOARD_ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class Cost(NamedTuple):
    """Argon2id parameters; the defaults take some 200 ms on one core."""

    memory_kib: int = 65536
    passes: int = 3
    lanes: int = 4

    def hasher(self) -> "argon2.PasswordHasher":
        import argon2

        return argon2.PasswordHasher(
            time_cost=self.passes, memory_cost=self.memory_kib, parallelism=self.lanes, type=argon2.Type.ID
        )


class Limits(NamedTuple):
    """Idle and absolute length of a session, tries before a lockout, its first and longest length, in milliseconds."""

    idle_ms: int = 600_000
    absolute_ms: int = 28_800_000
    tries_max: int = 5
    lockout_ms: int = 900_000
    longest_ms: int = 86_400_000


# whoever tries one name after another is stopped by where he sits; a whole room must not be kept out for a day
TERMINAL_LIMITS: Final = Limits(tries_max=15, lockout_ms=300_000, longest_ms=3_600_000)
FORGOTTEN_MS: Final = 86_400_000  # tries of a terminal, and of a name that nobody has, without one more of them


class Guard(NamedTuple):
    """Wrong passwords of one account: how many in a row, and until which tick it is locked."""

    wrong: int = 0
    locked_until: int = 0


class Session(NamedTuple):
    """What a store keeps of a session: the hash of its token, whose it is, and two ticks."""

    token_hash: str
    account: str
    started: int
    seen: int


def check_name(name: str) -> None:
    """Raises account_name_wrong unless `name` is a plain login name."""
    if not _NAME.match(name):
        raise problem("account_name_wrong")


def check_password(password: str, name: str = "") -> None:
    """Raises password_too_short, _too_long or _too_plain: what many choose, and what is made of the words of the place.

    Composition rules are not asked for (NIST SP 800-63B).
    """
    if len(password) < PASSWORD_LENGTH_MIN:
        raise problem("password_too_short", length=PASSWORD_LENGTH_MIN)
    if len(password) > PASSWORD_LENGTH_MAX:
        raise problem("password_too_long", length=PASSWORD_LENGTH_MAX)
    too_plain = _is_plain(password.lower(), name.lower()) or common_passwords.is_of_the_place(password, name)
    if too_plain or common_passwords.is_common(password):
        raise problem("password_too_plain")


def _is_plain(password: str, name: str) -> bool:
    few = len(set(password)) <= 2  # noqa: PLR2004  two different characters, whatever the length
    sequence = any(password in row or password in row[::-1] for row in _KEYBOARD_ROWS)
    return few or sequence or (bool(name) and password.replace(name, "") == "")


def new_password() -> str:
    """Sixteen letters and digits that nobody mixes up, in fours: 78 bit. Whoever gets it has to choose his own next."""
    return "-".join("".join(secrets.choice(_PLAIN_LETTERS) for _ in range(4)) for _ in range(4))


def hash_password(password: str, cost: Cost) -> str:
    """Argon2id of a password, one at a time in a process: each takes much memory."""
    with ONE_AT_A_TIME:
        return cost.hasher().hash(password)


def raw_key(text: str, salt: bytes, cost: Cost, length: int) -> bytes:
    """A secret key out of a passphrase, by argon2id."""
    from argon2 import low_level

    with ONE_AT_A_TIME:
        return low_level.hash_secret_raw(
            text.encode(), salt, cost.passes, cost.memory_kib, cost.lanes, length, low_level.Type.ID
        )


def verify_password(stored: str, password: str, cost: Cost) -> bool:
    """True for the right password; takes the same time for an empty `stored` (nobody of that name)."""
    import argon2

    hasher = cost.hasher()
    try:
        with ONE_AT_A_TIME:
            return hasher.verify(stored or _nobody(cost), password) and bool(stored)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


_NOBODY: dict[Cost, str] = {}


def _nobody(cost: Cost) -> str:
    if cost not in _NOBODY:
        _NOBODY[cost] = hash_password(secrets.token_hex(), cost)
    return _NOBODY[cost]


def needs_rehash(stored: str, cost: Cost) -> bool:
    """Whether a stored hash was made with another cost than today's."""
    return cost.hasher().check_needs_rehash(stored)


def attempt(guard: Guard, now: int, limits: Limits) -> Guard:
    """The guard to be stored *before* the password is looked at, as if it were wrong; account_locked while locked.

    Every further wrong password after a lockout doubles it, up to the longest (a day).
    """
    if now < guard.locked_until:
        raise problem("account_locked", minutes=minutes_left(guard, now))
    wrong = guard.wrong + 1
    if wrong < limits.tries_max:
        return guard._replace(wrong=wrong)
    length = min(limits.lockout_ms << min(wrong - limits.tries_max, 10), limits.longest_ms)
    return Guard(wrong, now + length)


def of_terminal(terminal: str) -> str:
    """Under which name the tries of one terminal are counted."""
    return f"terminal:{terminal}"


def of_nobody(name: str) -> str:
    """The same for a name that nobody has; people type their password there, so the name itself isn't kept."""
    return f"name:{token_hash(name)}"


def minutes_left(guard: Guard, now: int) -> int:
    """How long it stays locked, in minutes begun."""
    return -(-(guard.locked_until - now) // 60_000)


def new_token() -> str:
    """A session's token: 256 random bits, for the cookie only."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the store keeps of a token: whoever reads the store can't take over a session."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_alive(session: Session, now: int, limits: Limits) -> bool:
    """Whether a session is neither idle nor old beyond its limits; `now` in the same milliseconds."""
    idle, age = now - session.seen, now - session.started
    return 0 <= idle < limits.idle_ms and 0 <= age < limits.absolute_ms


class Login(NamedTuple):
    """One of somebody's own sessions, as he is shown it: how long ago it began and was used; `here`: the one that asks.

    `id` is the beginning of what the store keeps; nobody gets into a session with it.
    """

    id: str
    began_minutes: int
    used_minutes: int
    here: bool


def login_of(hashed: str, started: int, seen: int, now: int, token: str) -> Login:
    """What is shown of a session, by its row and the token of the session that asks."""
    began, used = (max(0, now - at) // 60_000 for at in (started, seen))
    return Login(hashed[:LOGIN_ID_DIGITS], began, used, hashed == token_hash(token))
