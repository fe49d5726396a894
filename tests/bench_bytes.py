"""Sealed bytes per application, envelope included, for batches of several sizes.

    python tests/bench_bytes.py [--events FILE] [--train FILE] [--count N] [--json]

FILE holds a JSON object a line, each made the body of one event; without --events, made-up applications are used. --train
teaches a codebook from such bodies first; without it, the one that ships is used. `raw` and `xz` are the bytes of all
bodies, as canonical JSON, in one piece; the rest are sums of all envelopes, each with the ack that a batch carries.
"""

import argparse
import json
import lzma
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from forms.events import Event, Head, canonical
from sync import envelope, frames
from sync.coding import library
from sync.coding.codebook import Codebook
from sync.coding.training import records_of, train
from sync.envelope import Purpose, SealKeys
from sync.frames import Ack
from sync.suites import MODERN_1
from tests import corpus

NODE = corpus.NODE
SIZES = (1, 5, 20, 100)
SEED = 7
KIND = "application.filed"


def log_of(bodies: Sequence[dict[str, Any]], seed: int = 11) -> list[Event]:
    """A node's log with one event for each body, some minutes apart."""
    return corpus.chain([(KIND, body) for body in bodies], random.Random(seed))


def learned(bodies: Sequence[dict[str, Any]]) -> Codebook:
    return train(records_of(log_of(bodies, seed=12)))


def packaged() -> Codebook | None:
    return library.PACKAGED.common(library.PACKAGED.names())


def sealed_bytes(events: list[Event], size: int, codebook: Codebook | None) -> int:
    """The sum of all envelopes when `events` go in batches of `size`."""
    sign, box = MODERN_1.sign_keys(), MODERN_1.box_keys()
    keys = SealKeys(sign.private, sign.public, box.public)
    names = (codebook.prefix,) if codebook else ()
    held = Head(1, 40, bytes(range(32)))
    total, after = 0, Head.start("node", NODE)
    for start in range(0, len(events), size):
        some = tuple(events[start : start + size])
        header = envelope.header_for(Purpose.UP, NODE, after, some, random.Random(start).randbytes(16))
        inner = frames.pack(some, ack=Ack(NODE, held, some[-1].at, codebooks=names), codebook=codebook)
        total += len(envelope.seal(header, inner, keys))
        after = Head.of(some[-1])
    return total


def measure(bodies: Sequence[dict[str, Any]], codebook: Codebook | None) -> dict[str, int]:
    raw = b"".join(canonical(body) for body in bodies)
    events = log_of(bodies)
    answer = {"events": len(bodies), "raw": len(raw), "xz": len(lzma.compress(raw, preset=9 | lzma.PRESET_EXTREME))}
    return answer | {f"batch_{size}": sealed_bytes(events, size, codebook) for size in SIZES}


def figures() -> list[dict[str, Any]]:
    """For `make proof`: sealed bytes as a multiple of what xz -9e makes of the same bodies in one piece."""
    found = measure(corpus.bodies(1_000, SEED), packaged())
    limits = {5: {"limit": 1.15}, 20: {"limit": 1.0}}
    return [
        {
            "name": f"sealed bytes / xz, batches of {size}",
            "value": round(found[f"batch_{size}"] / found["xz"], 3),
            "unit": "",
            "beside": f"{found[f'batch_{size}'] / found['events']:.0f} B an application",
            **limits.get(size, {}),
        }
        for size in SIZES
    ]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    parser = argparse.ArgumentParser(description="sealed bytes per application")
    parser.add_argument("--events", type=Path, help="a JSON object a line, each made the body of one event")
    parser.add_argument(
        "--train", type=Path, help="such a file of another seed, from which a codebook is learned first"
    )
    parser.add_argument("--count", type=int, default=1_000, help="how many made-up applications without --events")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    bodies = _lines(args.events) if args.events else corpus.bodies(args.count, SEED)
    found = measure(bodies, learned(_lines(args.train)) if args.train else packaged())
    if args.json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    for name in ("raw", "xz", *(f"batch_{size}" for size in SIZES)):
        each = found[name] / found["events"]
        sys.stdout.write(f"{name:10} {each:8.0f} B an application   {found[name] / found['xz']:5.2f} x xz\n")


if __name__ == "__main__":
    main()
