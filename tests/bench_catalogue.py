"""A room with a catalogue of 500 services: start, home page and idle memory beside a bare process, in one run.

The services are the packaged ones under other names, signed by a key that the room trusts. They are judged once, beside
the pages of the first start; the starts after it are counted. Last, every service is looked at on the kiosk.
"""

from __future__ import annotations

import copy
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bench_start
from bench_start import YIZHAN, bare, figure, free_port, memory, started
from signing import AT, PUBLISHER, trust_publisher

from edge import publishing
from edge.config import watching
from edge.node import open_node
from edge.publishing import on_disk
from forms.definition import EVERYTHING, load, packaged

SERVICES, ROUNDS, PAGES = 500, 3, 30
AREA = {"area": "522425", "name": "某县公安局"}


def fill(folder: Path, count: int = SERVICES) -> None:
    """So many county services, each a copy of a packaged one that stands alone."""
    alone = [one for one in packaged().values() if not one.service.get("parts") and not one.service.get("part_only")]
    folder.mkdir(exist_ok=True)
    for number in range(count):
        content: dict[str, Any] = copy.deepcopy(alone[number % len(alone)].raw)
        content["id"] = f"xian-{number:03d}"
        content["x-service"] |= {"code": f"XZ{number % 100:02d}", "publisher": AREA}
        content["schema"].pop("$id", None)
        path = folder / f"{content['id']}.json"
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        sheet = publishing.sheet_of(load(path, known=EVERYTHING))
        on_disk.write(path, publishing.sign(sheet, "county", PUBLISHER, name="测试签发人", at=AT))


def judge_all(home: Path) -> float:
    """What the first start leaves for later, done at once: seconds of computing."""
    begun = time.process_time()
    node = open_node(home)
    try:
        while watching.judge_waiting(node):
            pass
        if len(node.catalogue) < SERVICES or node.files.faults:
            raise RuntimeError(f"{len(node.catalogue)} services, faults: {node.files.faults}")
    finally:
        node.close()
    return time.process_time() - begun


def node(home: Path, port: int) -> Any:
    command = [str(YIZHAN), "serve", "--home", str(home)]
    return started(command, f"http://127.0.0.1:{port}/kiosk/", {"YIZHAN_LISTEN_PORT": str(port)})


def look_at_all(port: int) -> None:
    for number in range(SERVICES):
        url = f"http://127.0.0.1:{port}/kiosk/service/xian-{number:03d}"
        with urllib.request.urlopen(url, timeout=bench_start.START_S_MAX) as page:
            page.read()


def home_page_ms(port: int) -> float:
    taken = []
    for _ in range(PAGES):
        begun = time.perf_counter()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/kiosk/", timeout=bench_start.START_S_MAX) as page:
            page.read()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def figures() -> list[dict[str, Any]]:
    bench_start.compile_modules()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "node"
        command = [YIZHAN, "init", "--home", home, "--node", "5224250017", "--room", "大坪村警务室"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with node(home, port := free_port()):
            usual = home_page_ms(port)
        trust_publisher(home)
        fill(home / "services")
        with node(home, free_port()) as (_, fresh):
            pass
        judged = judge_all(home)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            with node(home, port := free_port()) as (_, seconds):
                ours.append(seconds)
            with bare(home) as (_, seconds):
                theirs.append(seconds)
        with node(home, port := free_port()) as (pid, _):
            page = home_page_ms(port)
            rss, _ = memory(pid)
            look_at_all(port)
            seen, _ = memory(pid)
    start, other = statistics.median(ours), statistics.median(theirs)
    return [
        figure(f"{SERVICES} new services: start to first page", fresh, "s"),
        figure(f"{SERVICES} new services: judged once, computing", judged, "s"),
        figure(f"{SERVICES} services: start to first page", start, "s", beside=f"bare {other:.2f} s"),
        figure(f"{SERVICES} services: start / bare start", start / other, limit=1.5),
        figure(f"{SERVICES} services: home page", page, "ms", beside=f"{usual:.1f} ms with the packaged ones"),
        figure(f"{SERVICES} services: idle memory, RSS", rss, "MB", limit=90),
        figure(f"{SERVICES} services: memory after a look at each, RSS", seen, "MB", limit=90),
    ]
