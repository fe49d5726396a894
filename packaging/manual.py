"""Put the pictures of the manual into the package: `python packaging/manual.py [--tests]`.

The browser tests take them (build/screenshots); here they become small WebP files in edge/handbook/pictures, which are
committed, so that a wheel that is built without a browser has the same manual. `--tests`: only print which test files
take them, which `make manual` runs first.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from edge import manual

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "build" / "screenshots"
PICTURES = ROOT / "edge" / "handbook" / "pictures"
WIDTH_MAX = 1100
BYTES_MAX = 60_000
QUALITIES = (80, 70, 60, 50, 40, 30)


def wanted() -> list[str]:
    """The names of all pictures of the manual, each once."""
    return sorted({name for one in manual.CHAPTERS for name in manual.pictures(one)})


def taken() -> dict[str, Path]:
    """Name of a picture -> the test file whose walk takes it; names that are made up while a test runs don't count."""
    return {name: path for path in sorted((ROOT / "tests").glob("test_*.py")) for name in _shots(path)}


def _shots(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)) if "shot(" in text else ():
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "shot"
        if named and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            yield str(node.args[1].value)


def small(picture: Path) -> bytes:
    """WebP of its upper part, as large as the manual needs it. ValueError where it can't be made small enough."""
    with Image.open(picture) as opened:
        image = opened.convert("RGB").crop((0, 0, opened.width, min(opened.height, opened.width)))
    image.thumbnail((WIDTH_MAX, WIDTH_MAX))
    for quality in QUALITIES:
        out = io.BytesIO()
        image.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= BYTES_MAX:
            return out.getvalue()
    raise ValueError(f"{picture.name} stays larger than {BYTES_MAX} bytes")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tests", action="store_true", help="print the test files that take the pictures")
    options = parser.parse_args()
    names, tests = wanted(), taken()
    if options.tests:
        print(" ".join(sorted({str(tests[name].relative_to(ROOT)) for name in names})))
        return 0
    missing = [name for name in names if not (SHOTS / f"{name}.png").is_file()]
    if missing:
        print(f"not in build/screenshots: {', '.join(missing)}; run make manual", file=sys.stderr)
        return 1
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.iterdir():
        if old.stem not in names:
            old.unlink()
    sizes = [(PICTURES / f"{name}{manual.ENDING}").write_bytes(small(SHOTS / f"{name}.png")) for name in names]
    print(f"{len(sizes)} pictures, {sum(sizes) / 1000:.0f} kB, the largest {max(sizes) / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
