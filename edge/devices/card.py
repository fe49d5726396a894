"""What a reader reads off an identity card, whoever made the reader: one value with checked fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from edge.errors import problem
from forms import dates, formats
from forms.kinds_receiving import LONG

# what a mapping may name; photo: base64 of a picture
FIELDS: Final = ("number", "name", "sex", "nation", "birth", "address", "issuer", "valid_from", "valid_until", "photo")
TEXT_MAX = 200
PHOTO_BYTES_MAX = 512 * 1024
_SEXES: Final = {"1": "1", "男": "1", "M": "1", "2": "2", "女": "2", "F": "2"}
_FOREVER: Final = frozenset({"长期", LONG, "99991231", "00000000"})
_DAY_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Card:
    """`sex` as in GB/T 2261.1; days as YYYY-MM-DD; `valid_until` a day, "long", or "" where the reader does not say."""

    number: str
    name: str = ""
    sex: str = ""
    nation: str = ""
    birth: str = ""
    address: str = ""
    issuer: str = ""
    valid_from: str = ""
    valid_until: str = ""
    photo: bytes = field(default=b"", repr=False)

    def over(self, day: str) -> bool:
        """Whether the card had expired on a day."""
        return self.valid_until not in ("", LONG) and self.valid_until < day


def made(said: Mapping[str, str], photo: bytes = b"") -> Card:
    """A card of what a reader said, by the names of FIELDS. Raises card_unreadable without a right number.

    Sex and birth are those of the number: two readers write them in two ways, and the number is checked by its digit.
    """
    plain = {name: str(said.get(name) or "").strip()[:TEXT_MAX] for name in FIELDS}
    number = formats.canonical("cn-ric", plain["number"])
    if not formats.is_ric(number):
        raise problem("card_unreadable")
    return Card(
        number=number,
        name=plain["name"],
        sex=_SEXES.get(plain["sex"].upper(), "") or formats.sex(number),
        nation=plain["nation"],
        birth=formats.birth_date(number),
        address=plain["address"],
        issuer=plain["issuer"],
        valid_from=day(plain["valid_from"]),
        valid_until=until(plain["valid_until"]),
        photo=photo if len(photo) <= PHOTO_BYTES_MAX else b"",
    )


def day(text: str) -> str:
    """20260221, 2026.02.21, 2026年2月21日 and 2026-02-21 as 2026-02-21; "" for anything else."""
    digits = text
    for mark in "年月./":
        digits = digits.replace(mark, "-")
    parts = digits.removesuffix("日").strip("-").split("-")
    if len(parts) == 1 and len(text) == _DAY_DIGITS:
        parts = [text[:4], text[4:6], text[6:]]
    found = "-".join(part.zfill(2) for part in parts)
    return found if dates.is_date(found) else ""


def until(text: str) -> str:
    """The end of validity: a day, "long" for 长期, "" where nothing is said."""
    return LONG if text in _FOREVER else day(text)
