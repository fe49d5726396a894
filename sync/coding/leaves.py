"""What stands in a body: shapes of objects and lists, tokens of scalars, and what follows from another leaf."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from forms.events import canonical
from sync.coding.patterns import skeleton
from sync.coding.ranges import RangeError

SCALAR: Final = "."
HOLDS: Final = "\x1e"  # behind the name of a key whose value is an object or a list
NEXT: Final = "\x1f"
ITEMS_MAX: Final = 20_000
DIGITS_MAX: Final = 5
NUMBER_MAX: Final = 2**53
_FRACTION_MIN, _FRACTION_MAX = 1e-4, 1e15  # between them neither Python nor ECMAScript writes an exponent
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_WORDS: Final = {"jtrue": True, "jfalse": False, "jnull": None}
_TOKENS: Final = {True: "jtrue", False: "jfalse", None: "jnull"}
CODES_MAX: Final = 64
REFERS: Final = "sha256:"
_FILE: Final = re.compile(r"s(?:sha256:)?([0-9a-f]{64})")
BARE_LENGTH: Final = 65
_FILE_LENGTHS: Final = (BARE_LENGTH, BARE_LENGTH + len(REFERS))
IDENTITY: Final = "i"  # the kind of a text that is an identity number: 17 digits, the last follows
_IDENTITY_LENGTH: Final = 18


def token_of(value: Any) -> str:
    """Type and text: "s" and the text itself, or "j" and the canonical JSON of a number or word."""
    if isinstance(value, str):
        return "s" + value
    if value is None or isinstance(value, bool):
        return _TOKENS[value]
    return "j" + (str(value) if isinstance(value, int) else canonical(value).decode())


def value_of(token: str) -> Any:
    """Raises ValueError for a token that is no scalar."""
    if token[:1] == "s":
        return token[1:]
    if token in _WORDS:
        return _WORDS[token]
    value = json.loads(token[1:])
    if isinstance(value, dict | list | str):
        raise RangeError("not a scalar")
    return value


def is_plain(value: Any) -> bool:
    """Whether any JSON writer writes the scalar as RFC 8785 does: no large number, no exponent, no whole fraction."""
    if isinstance(value, int):
        return -NUMBER_MAX < value < NUMBER_MAX
    return not isinstance(value, float) or (_FRACTION_MIN <= abs(value) < _FRACTION_MAX and not value.is_integer())


def identity_number(digits: str) -> str:
    """The 18 characters of an identity number from its first 17 (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def is_identity(text: str) -> bool:
    """Whether the last of 18 characters follows from the others (GB 11643), so that it need not be sent."""
    digits = text[:17]
    return len(text) == _IDENTITY_LENGTH and digits.isascii() and digits.isdecimal() and identity_number(digits) == text


def kind_of(token: str) -> str:
    """Type and skeleton, such as "sxxxx-xx-xx"; only the type for a long or mixed text."""
    text = token[1:]
    if token[0] == "s" and is_identity(text):
        return IDENTITY + "x" * 17
    bones = skeleton(text)
    return token[0] + bones if bones is not None else token[0]


def stem(kind: str, text: str) -> str:
    """What of a text is written: without what follows from the rest of it."""
    return text[:17] if kind[0] == IDENTITY else text


def _birth(token: str) -> str:
    return f"s{token[7:11]}-{token[11:13]}-{token[13:15]}"


def _sex(token: str) -> str:
    return "s" + "21"[token[17:18] in "13579" and token[17:18] != ""]


RULES: Final[dict[str, Callable[[str], str]]] = {"same": lambda token: token, "birth": _birth, "sex": _sex}


def code_of(token: str) -> str:
    """The SHA-256 that a text is, or refers to; "" for all others."""
    found = _FILE.fullmatch(token) if len(token) in _FILE_LENGTHS else None
    return found[1] if found else ""


class Seen:
    """What is known of a body so far: the leaves that others may follow from, and the files that it named."""

    __slots__ = ("codes", "tokens")

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}
        self.codes: list[str] = []

    def add(self, token: str) -> None:
        code = code_of(token)
        if code and code not in self.codes and len(self.codes) < CODES_MAX:
            self.codes.append(code)


def holds(value: Any) -> bool:
    """Whether a JSON value has others in it."""
    return isinstance(value, dict | list)


def shape_of(value: Any) -> str:
    """An object with these keys, a list of so many scalars, a list of so many of anything; else a scalar."""
    if isinstance(value, dict):
        return "{" + NEXT.join(key + HOLDS if holds(child) else key for key, child in value.items())
    if isinstance(value, list):
        return f"{'(' if any(map(holds, value)) else '['}{len(value)}"
    return SCALAR


def names_of(shape: str) -> list[tuple[str, bool]]:
    """The keys of an object's shape, each with whether it holds more. Raises RangeError."""
    names = [(name.removesuffix(HOLDS), name.endswith(HOLDS)) for name in shape[1:].split(NEXT)] if shape[1:] else []
    if len({name for name, _ in names}) != len(names) or not all(is_name(name) for name, _ in names):
        raise RangeError("not the shape of an object")
    return names


def is_name(key: str) -> bool:
    """Whether a shape can list this key."""
    return key != "" and NEXT not in key and HOLDS not in key


def length_of(shape: str) -> int:
    """How many items a list's shape has. Raises RangeError."""
    digits = shape[1:]
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= DIGITS_MAX and str(int(digits)) == digits):
        raise RangeError("not the shape of a list")
    if int(digits) > ITEMS_MAX:
        raise RangeError("a list beyond its bounds")
    return int(digits)


def check_shape(shape: str) -> None:
    """Raises RangeError for what no value has."""
    if shape == SCALAR:
        return
    if shape[:1] == "{":
        names_of(shape)
    elif shape[:1] in ("[", "("):
        length_of(shape)
    else:
        raise RangeError("not a shape")


def children(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """(path, value) of what a JSON value holds; all items of a list have one path."""
    if isinstance(value, dict):
        yield from ((f"{path}/{key}", child) for key, child in value.items())
    elif isinstance(value, list):
        yield from ((f"{path}/*", child) for child in value)
