"""The form language in numbers: a very large definition, the everyday check, and files that mean harm.

Every hostile file is read by a process of its own, which tells its processor time and its peak memory; a listener on
loopback counts the requests that its references cause.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from forms_support import definition_file
from test_forms_definition import HOSTILE, with_field

from forms import answers, page
from forms.answers import Context
from forms.definition import DefinitionError, load, packaged

FIELDS, RULES, PER_PAGE = 1_000, 200, 25
ROUNDS, CHECKS = 5, 300
MEGABYTE = 1_000_000
DAY = Context(filing_day="2026-11-21", place="522425")

Figure = dict[str, Any]


def large(fields: int = FIELDS, rules: int = RULES) -> dict[str, Any]:
    """A definition with so many fields on pages of 25, the first `rules` of them shown by the answer before."""
    content = definition_file()
    names = [f"q{number}" for number in range(fields)]
    content["schema"]["properties"] = {
        name: {"type": "string", "title": f"第{place}题", "maxLength": 50, "x-purpose": "测量"}
        for place, name in enumerate(names, 1)
    }
    content["schema"].pop("required", None)
    content["schema"].pop("x-jsf-logic", None)
    controls = [{"type": "Control", "scope": f"#/properties/{name}"} for name in names]
    for number in range(1, rules + 1):
        condition = {"scope": f"#/properties/{names[number - 1]}", "schema": {"const": "是"}}
        controls[number]["rule"] = {"effect": "SHOW", "condition": condition}
    parts = [controls[start : start + PER_PAGE] for start in range(0, fields, PER_PAGE)]
    content["uischema"]["elements"] = [
        {"type": "Category", "label": f"第{place}页", "elements": part} for place, part in enumerate(parts, 1)
    ]
    content["x-service"]["materials"] = []
    content["x-service"]["privacy"].pop("sensitive", None)
    content["x-samples"] = {"valid": [{"title": "都填", "answers": dict.fromkeys(names, "是")}], "invalid": []}
    content["i18n"] = {"zh-CN": {}}
    return content


def milliseconds(work: Callable[[], Any], rounds: int) -> float:
    """The median of processor time, which what else the machine does hardly changes."""
    taken = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        taken.append((time.process_time() - begun) * 1000)
    return statistics.median(taken)


def large_figures() -> list[Figure]:
    content = large()
    definition = load(content)
    data = content["x-samples"]["valid"][0]["answers"]
    return [
        figure(f"{FIELDS} fields, {RULES} rules: load and lint", milliseconds(lambda: load(content), ROUNDS), 1000),
        figure("the same: one page", milliseconds(lambda: page.controls(definition, data, 3), ROUNDS), 50),
        figure("the same: check", milliseconds(lambda: answers.check(definition, data, DAY), ROUNDS), 50),
    ]


def everyday() -> list[Figure]:
    definition = packaged()["juzhu-dengji"]
    given = definition.samples["valid"][0]["answers"]
    return [figure("居住登记: check", milliseconds(lambda: answers.check(definition, given, DAY), CHECKS), 1)]


def hostile_figures() -> list[Figure]:
    """The worst of the set in time and in memory, and how many requests left."""
    with listening() as (port, asked):
        children = [run_child(name, port) for name in (*HOSTILE, *REFERENCES)]
    slowest = max(children, key=lambda one: float(one["seconds"]))
    largest = max(children, key=lambda one: float(one["peak"]))
    return [
        figure(
            "hostile set: slowest",
            float(slowest["seconds"]) * 1000,
            1000,
            beside=f"{len(children)} files; {slowest['name']}",
        ),
        figure("hostile set: most memory", float(largest["peak"]) / MEGABYTE, 200, "MB", beside=str(largest["name"])),
        figure("hostile set: requests that left", len(asked), 0, ""),
    ]


REFERENCES: dict[str, Callable[[int], dict[str, Any]]] = {
    "http reference": lambda port: with_field(**{"$ref": f"http://127.0.0.1:{port}/x"}),
    "file reference": lambda _: with_field(**{"$ref": Path(__file__).resolve().as_uri()}),
}


def run_child(name: str, port: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, "--hostile", name, str(port)], check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def child(name: str, port: int) -> None:
    """Only reading the file counts, not making it. Memory is what reading adds to the peak that stood before."""
    content = HOSTILE[name]() if name in HOSTILE else REFERENCES[name](port)
    before, begun = peak(), time.process_time()
    try:
        load(content)
        refused = False
    except DefinitionError:
        refused = True
    taken = time.process_time() - begun
    sys.stdout.write(json.dumps({"name": name, "seconds": taken, "peak": peak() - before, "refused": refused}))


def peak() -> int:
    """The highest resident size of this process so far, in bytes (Linux)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args: Any) -> None:
            """A refusal is no news here."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def figure(name: str, value: float, limit: float, unit: str = "ms", **more: Any) -> Figure:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit, **more}


def figures() -> list[Figure]:
    return large_figures() + everyday() + hostile_figures()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--hostile"]:
        child(sys.argv[2], int(sys.argv[3]))
    else:
        sys.stdout.write(json.dumps(figures(), ensure_ascii=False, indent=1) + "\n")
