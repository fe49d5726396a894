"""Made-up answers to a service: those of its samples, as somebody else would have given them.

What the schema lets vary is made up anew, by format and kind; nobody and nothing in it is real.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from forms.definition import Definition
from sync.coding.made_words import address, day, identity_number, name, phone, prose

LANGUAGES: Final = ("zh-CN",) * 12 + ("en", "bo", "ug")
FIRST_DAY: Final = date(2026, 9, 1)
_IDENTITY_NUMBER: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")
_CODE: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SHORT, _LONG, _PHONE = 4, 40, 11  # characters: of a word, of more than a sentence, of a telephone number
_SIGNED: Final = 0.4
_URGENT: Final = 0.03


def vary(schema: Mapping[str, Any], value: Any, rng: random.Random, key: str = "") -> Any:
    """The same answers from somebody else: what the schema lets vary is made up anew."""
    if isinstance(value, dict):
        fields = schema.get("properties", {})
        return {name: vary(fields.get(name, {}), child, rng, name) for name, child in value.items()}
    if isinstance(value, list):
        count = rng.randint(1, len(value) + 1) if value else 0
        return [vary(schema.get("items", {}), rng.choice(value), rng, key) for _ in range(count)]
    choices = schema.get("enum") or [one["const"] for one in schema.get("oneOf", ()) if "const" in one]
    if choices:
        return rng.choice([value, value, rng.choice(choices)])
    if isinstance(value, str):
        return _text(schema, value, rng, key)
    return value if isinstance(value, bool) else _number(value, rng)


def _number(value: Any, rng: random.Random) -> Any:
    return max(0, value + rng.randrange(-3, 12)) if isinstance(value, int) else value


def _text(schema: Mapping[str, Any], value: str, rng: random.Random, key: str) -> str:
    if _IDENTITY_NUMBER.fullmatch(value):
        return identity_number(rng)
    if value.startswith("sha256:"):
        return "sha256:" + rng.randbytes(32).hex()
    form = schema.get("format", "")
    makers = {"person-name": name, "cn-phone": phone, "date": day, "cn-ric": identity_number}
    if form in makers:
        return makers[form](rng)
    return _code(value, rng) if value.isascii() else _words(value, rng, key)


def _code(value: str, rng: random.Random) -> str:
    if value.isdigit() and len(value) == _PHONE:
        return phone(rng)
    return _like(value, rng) if any(letter.isdigit() for letter in value) else value


def _words(value: str, rng: random.Random, key: str) -> str:
    if len(value) <= _SHORT:
        return rng.choice([value, name(rng)])
    is_place = "号" in value or "ddress" in key or "lace" in key
    return address(rng) if is_place else prose(rng, 2 if len(value) > _LONG else 1)


def _like(value: str, rng: random.Random) -> str:
    """Digits changed in the last four places."""
    changed = [rng.choice("0123456789") if letter.isdigit() else letter for letter in value[-4:]]
    return value[:-4] + "".join(changed)


def filed(service: Definition, rng: random.Random) -> dict[str, Any]:
    """A body of `application.filed`."""
    answers = vary(service.schema, rng.choice(service.samples["valid"])["answers"], rng)
    return {
        "service": {"id": service.id, "version": service.version, "digest": service.digest},
        "answers": answers,
        "context": {
            "filing_day": day(rng, FIRST_DAY, 300),
            "language": rng.choice(LANGUAGES),
            "place": "522425",
        },
        "channel": rng.choice(("kiosk", "kiosk", "console", "api")),
        "identity": rng.choice(("unverified", "officer", "card")),
        "receipt": {"token": "".join(rng.choices(_CODE, k=26)), "code": f"{rng.randrange(10**6):06d}"},
        "urgent": rng.random() < _URGENT,
        "materials": [material(rng, sha256) for sha256 in _files(answers)],
    }


def _files(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [found for child in (value.values() if isinstance(value, dict) else value) for found in _files(child)]
    return [value] if isinstance(value, str) and value.startswith("sha256:") else []


def material(rng: random.Random, reference: str) -> dict[str, Any]:
    """What an event says of a material: a signature, a photo or a scan."""
    signed = rng.random() < _SIGNED
    title = "签名.png" if signed else rng.choice((_photo(rng), "照片.jpg", "扫描件.jpg"))
    return {
        "sha256": reference.removeprefix("sha256:"),
        "size": rng.randrange(3_000, 400_000),
        "name": title,
        "media_type": "image/png" if signed else "image/jpeg",
        "slot": "/declaration/signature" if signed else rng.choice(("/files/residenceProof", "/files/idCopy", "photo")),
    }


def _photo(rng: random.Random) -> str:
    """As a telephone names it."""
    month, of_month = rng.randrange(1, 13), rng.randrange(1, 29)
    return f"IMG_2026{month:02d}{of_month:02d}_{rng.randrange(10**6):06d}.jpg"
