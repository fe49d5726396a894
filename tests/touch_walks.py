"""Eight services by touch alone, in both looks, both languages and both positions of the screen: the room they are
walked in, the samples they are answered from, and the table of touches.
"""

import copy
import itertools
import json
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from edge import identity, sealing
from edge.node import open_node
from edge.sample import devices
from edge.serving import Server
from forms import divisions, pointer
from forms.definition import packaged
from tests import touching
from tests.browsing import leaves, window
from tests.conftest import FixedClock
from tests.kiosk_app import ROOM, kiosk_app

PLACE, VILLAGE = "520524104", "520524104215"
UPRIGHT = {"viewport": {"width": 1080, "height": 1920}, "has_touch": True}
LYING = {"viewport": {"width": 1920, "height": 1080}, "has_touch": True}
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
# service -> which of its samples the visitor tells
SAMPLES = {
    "juzhu-dengji": 0,
    "jingwai-zhusu": 0,
    "anquan-qiuzhu": 0,
    "shenfenzheng-buling": 0,
    "wufanzui-zhengming": 0,
    "chuzu-fangwu": 0,
    "yuyue-shangmen": 1,
    "jubao-tousu": 1,
}
OLD_MAN = 4  # of juzhu-dengji: moves into a home of his own
# what a guest from abroad would write instead
IN_LATIN = {"昆明长水机场": "Kunming Airport", "沈月琴": "Shen Yueqin"}
LIMITS = {True: 40, False: 120}  # touches of the old man: with a reader, without


@dataclass(frozen=True)
class Walk:
    """One visit: `sample` of the service; `card`: the visitor lays an identity card on the reader."""

    service: str
    sample: int
    elder: bool
    language: str
    upright: bool
    card: bool = False

    @property
    def name(self):
        look, place = "elder" if self.elder else "plain", "upright" if self.upright else "lying"
        return "-".join([self.service, look, self.language[:2], place, *(["card"] if self.card else [])])

    @property
    def definition(self):
        return packaged()[self.service]

    @property
    def answers(self):
        found = copy.deepcopy(self.definition.samples["valid"][self.sample]["answers"])
        if self.language == "en" and self.service == "jingwai-zhusu":
            for place, value in leaves(found):
                pointer.put(found, place, IN_LATIN.get(value, value))
        return found

    @property
    def title(self):
        said = self.definition.service["citizen_name"]
        return self.definition.text("x-service.citizen_name", said, self.language)


def every():
    """Each service in both looks and both languages, two of them upright and two lying; and the old man."""
    looks = itertools.product(enumerate(SAMPLES.items()), (False, True), ("zh-CN", "en"))
    return [
        *(
            Walk(*one, elder, language, (at + elder + (language == "en")) % 2 == 0)
            for (at, one), elder, language in looks
        ),
        *old_man(),
    ]


def old_man():
    alone = Walk("juzhu-dengji", OLD_MAN, elder=True, language="zh-CN", upright=True)
    return [replace(alone, card=True), alone]


def few():
    """Four services, so that every look, language and position comes; and the old man."""
    kinds = [
        (elder, language, upright)
        for elder in (True, False)
        for language in ("zh-CN", "en")
        for upright in (True, False)
    ]
    turned = [kinds[at * 3 % 8] for at in range(8)]
    walks = [Walk(*one, *kind) for one, kind in zip(SAMPLES.items(), turned, strict=True)]
    return [*walks[1:5], *old_man()]  # the old man walks the first service


@contextmanager
def room(home):
    """A room with printer, reader and the supervisor's key; (address, folder)."""
    (home / "room.toml").write_text(ROOM.replace("[[phones]]", f'place = "{PLACE}"\n[[phones]]', 1), encoding="utf-8")
    devices.put(home)
    with closing(open_node(home, FixedClock())) as node:
        supervised(node)
        server = Server(kiosk_app(node), "127.0.0.1", 0)
        try:
            yield server.url, home
        finally:
            server.stop()


def supervised(node):
    """As an enrolment leaves it: without the supervisor's key the room takes no complaint."""
    file = {
        "node": node.settings.node_id,
        "name": node.room.name,
        "centre_url": "http://127.0.0.1:1",
        "code": "A",
        "centre_sign_key": "11" * 32,
        "centre_box_key": "22" * 32,
        "supervisor_box_key": sealing.new_key()[1].hex(),
    }
    with node.database.write() as tx:
        identity.set_centre(tx, file)


def go(browser, place, walk, *, shots=True, full=False):
    """From the start screen to the printed receipt; the visitor, with his touches. `full`: pictures of whole pages."""
    url, home = place
    person = walk.answers.get("applicant", {})
    card = {**devices.READS[1], "number": person.get("idNumber", ""), "name": person.get("name", "")}
    (home / devices.FOLDER / "cards.json").write_text(json.dumps({"reads": [card]}), encoding="utf-8")
    with window(browser, UPRIGHT if walk.upright else LYING) as page:
        visitor = touching.Visitor(page, walk.answers, shots=walk.name if shots else "", full=full, card=walk.card)
        visitor.begin(url, walk.title, elder=walk.elder, language=walk.language)
        visitor.walk()
        visitor.print_receipt()
    assert not visitor.odd, visitor.odd
    if walk.language == "en":
        assert not chinese(walk, visitor), chinese(walk, visitor)
    return visitor


def chinese(walk, visitor):
    """Lines of the questions in Chinese on an English visit; names, places and what was answered are their own."""
    known = {str(value) for _, value in leaves(walk.answers)} | {
        "大坪村警务室",
        "龙场派出所",
        "中文",
        "组",
        "号",
        "栋",
        "单元",
        "室",
        "3",
    }
    known |= {name for code in ["", *divisions.way(PLACE)] for _, name in divisions.children(code)}
    known |= {divisions.path_name(one) for one in known if one.isdigit() and len(one) == len(VILLAGE)}
    found = []
    for name, text in visitor.pages:
        lines = [line for line in text.splitlines() if touching.HAN.search(line)]
        found += [f"{name}: {line}" for line in lines if not _is_known(line, known) and name != "home"]
    return found


def _is_known(line, known):
    for one in sorted(known, key=len, reverse=True):
        line = line.replace(one, "")
    return not touching.HAN.search(line)
