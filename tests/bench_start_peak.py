"""The peak of a node's memory: a login and a photograph of 12 megapixels at the same moment, over and over.

Both come over HTTP to a node that has just been started; the peak is what the system noted of the process (VmHWM).
"""

from __future__ import annotations

import io
import random
import re
import sys
import threading
from pathlib import Path

import requests
from PIL import ExifTags, Image

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from desk_app import PASSWORD, add_officer

from edge.node import open_node

ROUNDS = 5
WIDTH, HEIGHT = 4000, 3000
UPRIGHT, TURNED = 1, 6  # what a telephone says of how it was held; the node takes all of that out
SERVICE = "xingming-biangeng"
WAIT_S = 120
_TOKEN = re.compile(r'name="(_csrf[a-z_]*|csrf[a-z_]*)" value="([^"]+)"')
_FILE = re.compile(r'<input[^>]*type="file"[^>]*name="([^"]+)"|<input[^>]*name="([^"]+)"[^>]*type="file"')


def photograph(orientation: int, seed: int = 1) -> bytes:
    """A JPEG of 12 megapixels as a telephone takes it: fine grain, some 5 MB."""
    rng = random.Random(seed)
    grain = Image.frombytes("RGB", (WIDTH // 4, HEIGHT // 4), rng.randbytes(WIDTH * HEIGHT // 16 * 3))
    out = io.BytesIO()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    grain.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR).save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def prepare(home: Path) -> None:
    """An officer's account, with what hashing a password costs in earnest."""
    node = open_node(home)
    try:
        add_officer(node)
    finally:
        node.close()


def peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1_000_000


class Citizen:
    """A visit at the kiosk with a draft that waits for photographs."""

    def __init__(self, base: str) -> None:
        self.session = requests.Session()
        about = self.session.get(f"{base}/kiosk/service/{SERVICE}", timeout=WAIT_S).text
        begun = self.session.post(f"{base}/kiosk/service/{SERVICE}/start", data=_fields(about), timeout=WAIT_S)
        self.photos = f"{begun.url.rpartition('/')[0]}/photos"

    def send(self, photo: bytes) -> None:
        page = self.session.get(self.photos, timeout=WAIT_S).text
        names = [one or other for one, other in _FILE.findall(page)]
        files = {names[0]: ("照片.jpg", photo, "image/jpeg")}
        data = {**_fields(page), "_add": "1"}
        answer = self.session.post(self.photos, data=data, files=files, timeout=WAIT_S)
        if answer.status_code != requests.codes.ok or "/picture/" not in answer.text:
            raise RuntimeError(f"the photograph was not taken: {answer.status_code}")


def log_in(base: str) -> None:
    session = requests.Session()
    page = session.get(f"{base}/console/login", timeout=WAIT_S).text
    data = {**_fields(page), "account": "wei", "password": PASSWORD}
    answer = session.post(f"{base}/console/login", data=data, timeout=WAIT_S)
    if answer.status_code != requests.codes.ok or answer.url.endswith("/login"):
        raise RuntimeError(f"nobody was let in: {answer.status_code}")


def _fields(page: str) -> dict[str, str]:
    return dict(_TOKEN.findall(page))


def peaks(home: Path) -> tuple[float, float]:
    """The peaks in MB of two nodes: with photographs that lie right, and with such that have to be turned."""
    import bench_start  # which imports this module

    prepare(home)
    found = []
    for orientation in (UPRIGHT, TURNED):
        port = bench_start.free_port()
        base = f"http://127.0.0.1:{port}"
        command = [str(bench_start.YIZHAN), "serve", "--home", str(home)]
        with bench_start.started(command, f"{base}/kiosk/", {"YIZHAN_LISTEN_PORT": str(port)}) as (pid, _):
            bench_start.memory(pid)  # what a start does beside its pages is over
            found.append(at_once(base, pid, orientation))
    return found[0], found[1]


def at_once(base: str, pid: int, orientation: int) -> float:
    """The peak in MB after so many rounds of both at the same moment."""
    citizen, photos = Citizen(base), [photograph(orientation, seed) for seed in range(ROUNDS)]
    failed: list[BaseException] = []
    for photo in photos:
        together = threading.Barrier(2)

        def run(act, *given, together=together):
            together.wait()
            try:
                act(*given)
            except BaseException as error:  # noqa: BLE001 - told below, in the thread that measures
                failed.append(error)

        threads = [threading.Thread(target=run, args=one) for one in ((log_in, base), (citizen.send, photo))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]
    return peak_mb(pid)
