"""A node's kiosk as a small Flask program, for the tests of the kiosk."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from edge import log, web, web_node
from edge.clock import Clock
from edge.node import Node, open_node
from edge.prints import pages
from forms.definition import PACKAGED
from kiosk import screens

SECRET = b"k" * 32
TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')

SERVICE = "juzhu-dengji"
SAMPLE = json.loads((PACKAGED / f"{SERVICE}.json").read_text(encoding="utf-8"))["x-samples"]["valid"][0]["answers"]
STROKES = json.dumps([[[100, 100], [300, 200], [500, 120]], [[200, 300], [600, 320]]])
ROOM = """
name = "大坪村警务室"
station = "龙场派出所"
hours = "周一至周六 8:30–17:30"
languages = ["zh-CN", "en"]
[[phones]]
label = "警务室"
number = "0857-0000000"
[[phones]]
label = "监督投诉"
number = "0857-0000001"
"""


def kiosk_node(home: Path, clock: Clock) -> Iterator[Node]:
    """A node whose room.toml says what the kiosk shows."""
    (home / "room.toml").write_text(ROOM, encoding="utf-8")
    opened = open_node(home, clock)
    yield opened
    opened.close()


def kiosk_app(node: Node) -> Flask:
    app = web.make_app("node", secret=SECRET, title=node.room.name, areas={"/kiosk": "kiosk"})
    web_node.put(app, node)
    for part in (screens, pages):
        part.install(app)
    return app


class Citizen:
    """Someone at the screen: follows what a page offers, with a form token and a session like a browser's."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.token = ""
        self.text = ""
        self.path = ""

    def get(self, path: str) -> str:
        """Open a page, following redirects; its text."""
        with self.client.get(path, follow_redirects=True) as answer:
            self.path, self.status = answer.request.full_path.rstrip("?"), answer.status_code
            self.text = answer.text
        found = TOKEN.search(self.text)
        self.token = found[1] if found else self.token
        return self.text

    def post(self, path: str, data: dict | None = None, **options):
        """Post a form with its token; the bare answer, not followed."""
        fields = {"csrf_token": self.token, **(data or {})}
        answer = self.client.post(path, data=fields, **options)
        answer.close()
        return answer

    def press(self, path: str, data: dict | None = None) -> str:
        """Post a form and follow its 303; the text of the page that comes."""
        answer = self.post(path, data)
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["Location"])


def jpeg(colour=(120, 90, 60), size=(300, 200)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def fields(answers, place=""):
    """The answers as the fields of forms: pointers; dates in three boxes."""
    if isinstance(answers, dict):
        return {
            name: value for key, inner in answers.items() for name, value in fields(inner, f"{place}/{key}").items()
        }
    if isinstance(answers, list):
        return {
            name: value for at, inner in enumerate(answers) for name, value in fields(inner, f"{place}/{at}").items()
        }
    if isinstance(answers, bool):
        return {place: "true" if answers else "false"}
    if isinstance(answers, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", answers):
        return dict(zip((f"{place}/y", f"{place}/m", f"{place}/d"), answers.split("-"), strict=True))
    return {} if str(answers).startswith("sha256:") else {place: str(answers)}


FIELDS = fields(SAMPLE)
UPLOADS = {"/declaration/signature/strokes": STROKES}
PROOF = "/files/residenceProof"


def begin(citizen: Citizen, service: str = SERVICE) -> str:
    """Start the service; the address of the draft."""
    citizen.get(f"/kiosk/service/{service}")
    citizen.press(f"/kiosk/service/{service}/start")
    return citizen.path.rpartition("/")[0]


def asked(citizen: Citizen) -> dict[str, str]:
    """What the sample says to the questions of the page that stands open; its photographs aside."""
    return {name: value for name, value in {**FIELDS, **UPLOADS}.items() if f'name="{name}"' in citizen.text}


def answer(citizen: Citizen, more: dict | None = None) -> str:
    """Answer the page that stands open with the sample and `more`, and go on; the text of the page that comes."""
    here = citizen.path.partition("?")[0]
    if "/members" in citizen.text and "/members/0" not in citizen.text:
        citizen.press(here, {"_add": "/members"})
        return answer(citizen, more)
    return citizen.press(here, {**asked(citizen), "_act": "next", **(more or {})})


def walk(citizen: Citizen, address: str) -> None:
    """Answer page after page with the sample until the check page."""
    for _ in range(20):
        if citizen.path.endswith("/check"):
            return
        assert re.match(r"/kiosk/apply/[^/]+/(\d+|photos)", citizen.path), citizen.path
        taken = {PROOF: (io.BytesIO(jpeg()), "租房合同.jpg")} if f'name="{PROOF}"' in citizen.text else None
        answer(citizen, taken)
    raise AssertionError(f"the walk did not end: {citizen.path}\n{citizen.text}")


def filed(node) -> list[str]:
    with node.database.read() as tx:
        return [event.application for event in log.all_of(tx, "node") if event.kind == "application.filed"]


def check_page(citizen: Citizen) -> str:
    address = begin(citizen)
    walk(citizen, address)
    return address
