"""Sealed bytes per application, envelope included, for batches of several sizes.

    python tests/bench_bytes.py [--events FILE] [--json]

FILE holds a JSON object a line, each made the body of one event; without it, made-up applications are used. `raw` and `xz`
are the bytes of all bodies, as canonical JSON, in one piece; the rest are sums of all batches.
"""

import argparse
import hashlib
import json
import lzma
import random
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from edge import made_up
from forms.events import Event, Head, canonical, seal
from sync import envelope, frames
from sync.envelope import Purpose, SealKeys
from sync.suites import MODERN_1

NODE = "5224250017"
SIZES = (1, 5, 20, 100)
SERVICES = ("HJ01", "SF03", "ZM01")
PLACES = ("青冈社区", "岔河村", "白岩脚组", "新寨村", "木桥街", "营盘路")
REASONS = ("务工", "随迁子女入学", "投靠亲属", "租房居住", "购房落户前登记")
NOTES = ("房东同住，可代为证明。", "原件在本人处，复印件已核对。", "夜间上班，请工作日下午联系。", "")


def corpus(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Bodies of `application.filed` for made-up people; the same for the same seed."""
    rng = random.Random(seed)
    return [_filed(rng) for _ in range(count)]


def _filed(rng: random.Random) -> dict[str, Any]:
    service = rng.choice(SERVICES)
    return {
        "service": {"id": service, "version": "1.2.0", "digest": hashlib.sha256(service.encode()).hexdigest()},
        "answers": _answers(rng),
        "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"},
        "channel": rng.choice(["kiosk", "kiosk", "console"]),
        "identity": rng.choice(["unverified", "officer"]),
        "receipt": {"token": "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=26)), "code": f"{rng.randrange(10**6):06d}"},
        "urgent": False,
        "materials": [_material(rng, slot) for slot in ("/signature", "id-copy")[: rng.randint(1, 2)]],
    }


def _answers(rng: random.Random) -> dict[str, Any]:
    moved = date(2026, 1, 1) + timedelta(days=rng.randrange(300))
    return {
        "applicant": {
            "name": made_up.name(rng), "id_number": made_up.identity_number(rng), "phone": made_up.phone(rng),
            "nation": rng.choice(["01", "03", "05", "11"]), "id_type": "111",
        },
        "residence": {
            "division": f"5224250{rng.randrange(10, 40)}0{rng.randrange(10, 99)}", "address": f"{rng.choice(PLACES)}{rng.randrange(1, 200)}号",
            "since": str(moved), "kind": rng.choice(["rented", "own", "employer"]), "reason": rng.choice(REASONS),
        },
        "household": [{"name": made_up.name(rng), "relation": "child"} for _ in range(rng.randrange(3))],
        "note": rng.choice(NOTES),
        "signature": "sha256:" + rng.randbytes(32).hex(),
    }  # fmt: skip


def _material(rng: random.Random, slot: str) -> dict[str, Any]:
    return {
        "sha256": rng.randbytes(32).hex(), "size": rng.randrange(3_000, 400_000), "media_type": "image/jpeg",
        "name": f"IMG_2026{rng.randrange(10**8):08d}.jpg", "slot": slot,
    }  # fmt: skip


def log_of(bodies: list[dict[str, Any]], seed: int = 11) -> list[Event]:
    """A node's log with one event for each body."""
    rng = random.Random(seed)
    events: list[Event] = []
    for seq, body in enumerate(bodies, 1):
        events.append(
            seal(
                seq=seq, epoch=1, id=rng.randbytes(16).hex(), application=f"{NODE}1{seq:05d}{seq % 10}",
                kind="application.filed", at=f"2026-11-21T{8 + seq // 3600 % 10:02d}:{seq // 60 % 60:02d}:{seq % 60:02d}+08:00",
                centre_at="2026-11-20T17:03:11+08:00", ticks=86_400_000 + seq * 240_031, actor="kiosk",
                seen="1:4:" + "5c" * 32, body=canonical(body), salt=rng.randbytes(16),
                prev=events[-1].digest if events else Head.start("node", NODE).digest,
            )
        )  # fmt: skip
    return events


def sealed_bytes(events: list[Event], size: int) -> int:
    """The sum of all envelopes when `events` go in batches of `size`."""
    keys = SealKeys(*_pair(MODERN_1.sign_keys()), MODERN_1.box_keys().public)
    total, after = 0, Head.start("node", NODE)
    for start in range(0, len(events), size):
        some = tuple(events[start : start + size])
        header = envelope.header_for(Purpose.UP, NODE, after, some, bytes(16))
        total += len(envelope.seal(header, frames.pack(some), keys))
        after = Head.of(some[-1])
    return total


def _pair(pair: Any) -> tuple[bytes, bytes]:
    return pair.private, pair.public


def measure(bodies: list[dict[str, Any]]) -> dict[str, int]:
    raw = b"".join(canonical(body) for body in bodies)
    events = log_of(bodies)
    answer = {"events": len(bodies), "raw": len(raw), "xz": len(lzma.compress(raw, preset=9 | lzma.PRESET_EXTREME))}
    return answer | {f"batch_{size}": sealed_bytes(events, size) for size in SIZES}


def figures() -> list[dict[str, Any]]:
    """For `make proof`: sealed bytes as a multiple of what xz -9e makes of the same bodies in one piece."""
    found = measure(corpus(200))
    limits = {5: {"limit": 1.15}, 20: {"limit": 1.0}}
    return [
        {"name": f"sealed bytes / xz, batches of {size}", "value": round(found[f"batch_{size}"] / found["xz"], 3), "unit": "",
         "beside": f"{found[f'batch_{size}'] / found['events']:.0f} B an application", **limits.get(size, {})}
        for size in SIZES
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="sealed bytes per application")
    parser.add_argument("--events", type=Path, help="a JSON object a line, each made the body of one event")
    parser.add_argument("--count", type=int, default=200, help="how many made-up applications without --events")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    lines = args.events.read_text(encoding="utf-8").splitlines() if args.events else []
    found = measure([json.loads(line) for line in lines if line] if args.events else corpus(args.count))
    if args.json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    for name in ("raw", "xz", *(f"batch_{size}" for size in SIZES)):
        each = found[name] / found["events"]
        sys.stdout.write(f"{name:10} {each:8.0f} B an application   {found[name] / found['xz']:5.2f} x xz\n")


if __name__ == "__main__":
    main()
