"""Made-up people for the demonstration: every name, number and address here is invented.

Identity numbers carry a right check digit (GB 11643) so that they pass the checks, and a sequence number that the code
of a real county never reaches in one day's births.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗韦欧龙石"
GIVEN = (
    *("秀梅", "建国", "彩霞", "长春", "子轩", "桂英", "志强", "小燕"),
    *("德福", "玉兰", "明辉", "翠花", "国栋", "阿妹", "永贵", "春生"),
)
WITH_SEPARATOR = ("买买提·艾力", "阿依古丽·吐尔逊", "古丽娜尔·玉素甫")
DIVISION = "522425"
SEQUENCE_FIRST = 980
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
IDENTITY_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")


def name(rng: random.Random) -> str:
    """A made-up person's name: one of a common family name, now and then one with a separator (阿依古丽·买买提)."""
    if rng.random() < 0.08:  # noqa: PLR2004 - about every twelfth person of the demonstration
        return rng.choice(WITH_SEPARATOR)
    return rng.choice(FAMILY) + rng.choice(GIVEN)


def identity_number(rng: random.Random, born: date | None = None) -> str:
    """An 18-digit number with a right check digit; `born` falls between 1938 and 2005 where it is not given."""
    day = born or date(1938, 1, 1) + timedelta(days=rng.randrange(67 * 365))
    seventeen = f"{DIVISION}{day:%Y%m%d}{rng.randrange(SEQUENCE_FIRST, 1000):03d}"
    return seventeen + CHECK[sum(int(d) * w for d, w in zip(seventeen, WEIGHTS, strict=True)) % 11]


def phone(rng: random.Random) -> str:
    """A mobile number in a range that is not given out (199 0000 xxxx)."""
    return f"1990000{rng.randrange(10_000):04d}"


def vary(schema: Mapping[str, Any], answers: Any, rng: random.Random) -> Any:
    """The same answers for somebody else: every name, identity number and telephone is made up anew, by its format."""
    makers = {"person-name": name, "cn-ric": identity_number, "cn-phone": phone}
    if isinstance(answers, dict):
        fields = schema.get("properties", {})
        return {key: vary(fields.get(key, {}), value, rng) for key, value in answers.items()}
    if isinstance(answers, list):
        return [vary(schema.get("items", {}), item, rng) for item in answers]
    if not isinstance(answers, str):
        return answers
    # an identity number is only one under a condition (居民身份证), so its schema need not name the format
    wanted = "cn-ric" if IDENTITY_NUMBER.fullmatch(answers) else schema.get("format", "")
    return makers[wanted](rng) if wanted in makers else answers
