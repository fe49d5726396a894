"""Run the measurements, print them as a table, keep them in build/proof.json: `make proof [ONLY=name]`.

A measurement is a file bench_<name>.py beside this one with a function `figures()`. It gives figures, at the end or one by
one as they are found, and each is printed at once: `name`, `value`, `unit`, and where a number was promised `limit` (the
value must not be above it); `beside` says what it was measured against. Figures of other runs stay in the file until they
are measured again.
Exit code 1: a promised number was not held.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPORT = HERE.parent / "build" / "proof.json"

Figure = dict[str, Any]


def names() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def machine() -> dict[str, Any]:
    """Figures mean little without the machine they were taken on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }


def measure(name: str) -> Iterator[Figure]:
    """Its figures, each printed when it is there: a measurement may take an hour."""
    sys.path[:0] = [path for path in (str(HERE), str(HERE.parent)) if path not in sys.path]
    found: Iterable[Figure] = importlib.import_module(f"bench_{name}").figures()
    for figure in found:
        print(line(figure), flush=True)
        yield figure


def is_held(figure: Figure) -> bool:
    return "limit" not in figure or figure["value"] <= figure["limit"]


def line(figure: Figure) -> str:
    limit = f"<= {figure['limit']:g}" if "limit" in figure else ""
    verdict = "" if "limit" not in figure else ("held" if is_held(figure) else "NOT HELD")
    amount = f"{figure['value']:g} {figure['unit']}".strip()
    return f"  {figure['name']:<44} {amount:>14}  {limit:<8} {verdict:<8}  {figure.get('beside', '')}".rstrip()


def keep(name: str, figures: list[Figure]) -> None:
    """Merge the figures of one measurement into the report, in one step."""
    report = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.is_file() else {}
    at = datetime.now(tz=UTC).isoformat(timespec="seconds")
    report[name] = {"at": at, "machine": machine(), "figures": figures}
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    temporary = REPORT.with_suffix(".new")
    temporary.write_text(json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    temporary.replace(REPORT)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the promised figures.")
    parser.add_argument("--only", choices=names(), type=lambda text: text.replace("-", "_"), help="one measurement")
    options = parser.parse_args()
    held = True
    for name in [options.only] if options.only else names():
        print(f"{name}:", flush=True)
        figures = list(measure(name))
        keep(name, figures)
        held = held and all(is_held(figure) for figure in figures)
    print(f"kept in {REPORT.relative_to(HERE.parent)}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
