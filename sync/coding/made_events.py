"""Made-up logs of a node and of the centre: every kind that carries many bytes, about these services.

For the codebooks of dense coding and for measuring. The same seed gives the same events; nobody in them is real.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from stdnum.iso7064 import mod_11_10

from forms.definition import Definition
from forms.events import Event, Head, Side, canonical, derived_id, seal
from sync.coding.made_answers import FIRST_DAY, filed, material
from sync.coding.made_words import DEFECTS, REASONS, day, prose, sentence

NODE: Final = "5224250017"
WRITS: Final = {
    "application.accepted": "受理通知书",
    "application.refused": "不予受理通知书",
    "correction.requested": "补正材料一次性告知书",
    "application.decided": "办结通知书",
}
NODE_LATER: Final = (
    "material.added",
    "correction.answered",
    "application.withdrawn",
    "identity.verified",
    "stock.received",
    "stock.issued",
    "stock.voided",
    "stock.counted",
)
CENTRE_KINDS: Final = (
    "application.accepted",
    "application.refused",
    "correction.requested",
    "application.decided",
    "application.accepted",
    "application.decided",
)
LABELS: Final = (
    ("material", "idCard", "身份证"),
    ("material", "photo", "照片"),
    ("field", "/residence/doorplate", "门牌号"),
    ("field", "/applicant/phone", "手机号码"),
)
ORGANS: Final = ("纳雍县公安局", "织金县公安局龙场派出所", "毕节市公安局", "省公安厅")
ACTORS: Final = ("kiosk", "kiosk", "officer:weijianguo", "officer:wang.min")
BLANK: Final = "居住证"
RESULTS: Final = ("granted", "granted", "granted", "refused", "returned")
_FILINGS, _DOCUMENTS, _SEEN, _NEWEST = 0.7, 0.3, 0.1, 0.5  # how often


def _items(rng: random.Random) -> list[dict[str, str]]:
    chosen = rng.sample(LABELS, rng.randint(1, 2))
    return [
        {"target": kind, "ref": ref, "label": label, "defect": sentence(rng, DEFECTS)} for kind, ref, label in chosen
    ]


def _writ(rng: random.Random, kind: str) -> dict[str, str]:
    """The writ of an act of the centre; what its code says in the end is a signature, which nobody can foretell."""
    serial, written = rng.randrange(1, 99_999), day(rng, FIRST_DAY, 300)
    organ = rng.choice(ORGANS)
    signature = base64.b32encode(rng.randbytes(64)).decode().rstrip("=")
    act, key = kind.rpartition(".")[2].upper(), rng.randbytes(8).hex().upper()
    return {
        "number": f"{organ}〔{written[:4]}〕{serial:05d}号",
        "organ": organ,
        "title": WRITS.get(kind, ""),
        "day": written,
        "code": f"YZW1.{_number_of(rng.randrange(10**5))}.{act}.{written.replace('-', '')}.{serial}.{key}.{signature}",
    }


def _later(kind: str, rng: random.Random, known: Sequence[Definition]) -> dict[str, Any]:
    """The body of an event that follows the filing. All kinds are made each time: so many random numbers are used up
    whatever the kind, and the logs of a seed stay the same when one of them is given another field.
    """
    one = filed(rng.choice(known), rng)
    added = material(rng, rng.randbytes(32).hex())
    return {**_said_by_room(rng, one, added), **_acts(rng, kind, added), **_stock(rng)}[kind]


def _said_by_room(rng: random.Random, one: dict[str, Any], added: dict[str, Any]) -> dict[str, dict[str, Any]]:
    again = {"request": rng.randbytes(16).hex(), **{name: one[name] for name in ("answers", "context", "materials")}}
    return {
        "material.added": {"material": added},
        "correction.answered": again | {"note": prose(rng)},
        "application.withdrawn": {"reason": prose(rng)},
        "identity.verified": {"method": rng.choice(("officer", "card"))},
    }


def _acts(rng: random.Random, kind: str, added: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        "application.accepted": {"note": rng.choice(("", prose(rng))), "writ": _writ(rng, kind)},
        "application.refused": {"reason": sentence(rng, REASONS), "writ": _writ(rng, kind)},
        "correction.requested": {"items": _items(rng), "due_day": day(rng, FIRST_DAY, 300), "writ": _writ(rng, kind)},
        "application.decided": {
            "writ": _writ(rng, kind),
            "result": rng.choice(RESULTS),
            "reason": sentence(rng, REASONS),
            **({"document": added} if rng.random() < _DOCUMENTS else {}),
        },
    }


def _stock(rng: random.Random) -> dict[str, dict[str, Any]]:
    """Of the book of numbered blanks."""
    return {
        "stock.received": {"stock": BLANK, "first": _blank(rng), "last": _blank(rng)},
        "stock.issued": {"stock": BLANK, "number": _blank(rng), "application": _number_of(rng.randrange(10**5))},
        "stock.voided": {"stock": BLANK, "number": _blank(rng), "reason": "打印时卡纸"},
        "stock.counted": {"stock": BLANK, "unused": rng.randrange(200), "expected": rng.randrange(200)},
    }


def _blank(rng: random.Random) -> str:
    return f"{rng.randrange(10**8):08d}"


def log(services: Sequence[Definition], count: int, seed: int) -> list[Event]:
    """A node's log: mostly filings, some of everything else that a node writes."""
    rng = random.Random(seed)  # noqa: S311 - the same seed, the same events
    written = []
    for place in range(count):
        kind = "application.filed" if rng.random() < _FILINGS else rng.choice(NODE_LATER)
        one = services[place % len(services)]
        written.append((kind, filed(one, rng) if kind == "application.filed" else _later(kind, rng, services)))
    return chain(written, rng, "node")


def centre_log(services: Sequence[Definition], count: int, seed: int) -> list[Event]:
    """The centre's side."""
    rng = random.Random(seed)  # noqa: S311 - as above
    kinds = [rng.choice(CENTRE_KINDS) for _ in range(count)]
    return chain([(kind, _later(kind, rng, services)) for kind in kinds], rng, "centre")


def chain(written: Sequence[tuple[str, Mapping[str, Any]]], rng: random.Random, side: Side = "node") -> list[Event]:
    """Events of these kinds and bodies, a few minutes apart, with ids as a log derives them."""
    at = datetime.fromisoformat("2026-09-01T08:30:00+08:00")
    prev, ticks, serial, seen = Head.start(side, NODE).digest, 86_400_000, 0, ""
    events: list[Event] = []
    for seq, (kind, body) in enumerate(written, 1):
        step_s = rng.randrange(60, 900)
        at, ticks = at + timedelta(seconds=step_s), ticks + step_s * 1000 + rng.randrange(-400, 400)
        serial += kind == "application.filed"
        if rng.random() < _SEEN:
            seen = str(Head(1, seq, rng.randbytes(32)))
        salt = rng.randbytes(16)
        events.append(
            seal(
                seq=seq,
                epoch=1,
                id=derived_id(prev, salt),
                application=_about(rng, kind, side, serial),
                kind=kind,
                at=at.isoformat(),
                centre_at=_heard(at),
                ticks=ticks,
                actor=_actor(rng, side),
                seen=seen,
                body=canonical(json.loads(json.dumps(body))),
                salt=salt,
                prev=prev,
            )
        )
        prev = events[-1].digest
    return events


def _about(rng: random.Random, kind: str, side: Side, serial: int) -> str:
    """The application of an event: the last one filed, or one before."""
    if kind.startswith("stock"):
        return ""
    newest = kind == "application.filed" or (side == "centre" and rng.random() < _NEWEST)
    return _number_of(serial if newest else rng.randrange(1, serial + 2))


def _heard(at: datetime) -> str:
    """The last time of the centre that was known then."""
    return (at - timedelta(seconds=at.minute % 20 * 60)).replace(second=11).isoformat()


def _actor(rng: random.Random, side: Side) -> str:
    return rng.choice(ACTORS) if side == "node" else "centre:lishenpi"


def _number_of(serial: int) -> str:
    stem = f"{NODE}1{serial:05d}"
    return stem + str(mod_11_10.calc_check_digit(stem))
