"""Passwords that are no secret: those that people choose most, and those made of the words of this very place.

The first are forms/data/passwords.bin (packaging/assets/passwords.py says what it is), searched where it lies. The
second stand here: WORDS is the list of words that OWASP ASVS 5.0 (6.1.2, 6.2.11) asks for.
"""

import hashlib
import os
import re
from importlib import resources
from typing import Final

DIGEST_BYTES: Final = 6
# the product, the police, the posts, and what people here put for a password; in pinyin, English and characters
WORDS: Final = (
    "yizhan", "jingwushi", "paichusuo", "gonganju", "gongan", "jingcha", "minjing", "fujing", "huzheng", "shenpi",
    "zhongxin", "admin", "administrator", "root", "system", "security", "audit", "police", "password", "passwd", "mima",
    "welcome", "guest", "user", "login", "denglu", "woaini", "zhongguo", "china", "guizhou",
    "驿站", "警务室", "派出所", "公安局", "公安", "警察", "民警", "辅警", "户政", "审批", "中心", "密码", "管理员",
    "中国",
)  # fmt: skip  # a table
REST_MIN: Final = 5  # letters and characters that are left when the words, digits and signs are gone
_NO_LETTER: Final = re.compile(r"[\W\d_]+")
_LEET: Final = str.maketrans("013457@$!", "oleastasi")


def is_common(password: str) -> bool:
    """Whether it is one of those that people choose most, whatever the case of its letters."""
    return _is_kept(hashlib.sha256(password.lower().encode()).digest()[:DIGEST_BYTES])


def _is_kept(wanted: bytes) -> bool:
    with (resources.files("forms") / "data" / "passwords.bin").open("rb") as file:
        low, high = 0, file.seek(0, os.SEEK_END) // DIGEST_BYTES
        while low < high:
            middle = (low + high) // 2
            file.seek(middle * DIGEST_BYTES)
            found = file.read(DIGEST_BYTES)
            if found == wanted:
                return True
            low, high = (middle + 1, high) if found < wanted else (low, middle)
    return False


def is_of_the_place(password: str, name: str = "") -> bool:
    """Whether nothing else is left but digits and signs when the account's name and the words of the place are gone."""
    text = password.lower()
    return any(_rest(one, name.lower()) < REST_MIN and _has_word(one, name.lower()) for one in (text, _plain(text)))


def _plain(text: str) -> str:
    """P@ssw0rd as it is meant."""
    return text.translate(_LEET)


def _has_word(text: str, name: str) -> bool:
    return any(word in text for word in _words(name))


def _rest(text: str, name: str) -> int:
    for word in _words(name):
        text = text.replace(word, " ")
    return len(_NO_LETTER.sub("", text))


def _words(name: str) -> list[str]:
    return sorted((*WORDS, *([name] if name else [])), key=len, reverse=True)
