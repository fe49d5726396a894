"""Every page of the kiosk in a state that is worth looking at, and what is measured of one in a real browser.

`PAGES` names each view that answers a GET (test_kiosk_pages holds it complete against the table of routes) with the
addresses at which it is looked at. `{…}` stands for what the world has prepared, drafts and a receipt; `fresh:` is a visit that has done nothing yet.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from edge import identity, missing_people, officers, sealing
from edge.node import Node, open_node
from edge.serving import Server
from kiosk.view import COOKIE
from tests.browsing import PATIENCE_MS
from tests.conftest import FixedClock, make_home
from tests.desk_app import PASSWORD, add_officer
from tests.kiosk_app import Citizen, begin, check_page, kiosk_app
from tests.test_edge_versions import NEXT, without_agent, write

ROOM = """
name = "龙场镇大坪村警务室"
station = "龙场派出所"
hours = "周一至周六 8:30–17:30"
market_days = "逢一、六赶集"
address = "大坪村村委会旁"
languages = ["zh-CN", "en"]
[[phones]]
label = "警务室"
number = "0857-0000000"
[[phones]]
label = "监督投诉"
number = "0857-0000001"
"""
BOARD = (
    (
        "0" * 31 + "1",
        "有群众反映：办居住登记被收五十元，没有给收据。",
        "2026-11-16",
        "mended",
        "居住登记不收费。钱已退还，当事人已处理，收费公示牌已补挂。",
    ),
    ("0" * 31 + "2", "有群众反映：赶集那天下午没有人，白跑一趟。", "2026-11-12", "", ""),
    ("0" * 31 + "3", "有群众反映：自助机的纸用完了三天没有人换。", "2026-11-20", "", ""),
)
CARDS = ("huzhao", "budongchan", "canjiren-zheng", "chusheng-zhengming", "dibao", "falv-yuanzhu", "hunyin-dengji",
         "jiashizheng", "shebaoka", "taoxin", "xiaofang", "yanglao-baoxian", "yibao", "yingye-zhizhao")  # fmt: skip  # a table
LIVES = ("shengwa", "banjia", "zhengjian-diule", "jiehun", "laoren-qushi", "waichu-dagong")

# view -> addresses; the first of each is the sample of `make test`, the bench takes them all
PAGES: dict[str, tuple[str, ...]] = {
    "home_show": ("fresh:/kiosk/", "/kiosk/?notice=1"),
    "home_area": ("/kiosk/area/watch", "/kiosk/area/open", "/kiosk/area/ask", "/kiosk/area/all"),
    "home_about": ("/kiosk/service/juzhu-dengji", "/kiosk/service/anquan-qiuzhu", "/kiosk/service/jubao-tousu"),
    "room_pages_card": tuple(f"/kiosk/card/{one}" for one in CARDS),
    "room_pages_sheet": tuple(f"/kiosk/card/{one}/sheet" for one in CARDS[:3]),
    "room_pages_life": tuple(f"/kiosk/life/{one}" for one in LIVES),
    "room_pages_notice": ("/kiosk/notice/fangzhapian", "/kiosk/notice/fangnishui"),
    "open_pages_room": ("/kiosk/open/room",),
    "open_pages_fees": ("/kiosk/open/fees",),
    "open_pages_figures": ("/kiosk/open/figures", "/kiosk/open/figures?of=before", "/kiosk/open/figures?of=year"),
    "open_pages_duty": ("/kiosk/open/duty/1-gangwei", "/kiosk/open/duty/2-fuwu"),
    "board_show": ("/kiosk/board",),
    "board_sheet": ("/kiosk/board/sheet",),
    "apply_show": tuple(f"{{draft}}/{page}" for page in range(7)),
    "photos_show": ("{moving}/photos",),
    "newer_show": ("{moving}/newer",),
    "check_show": ("{draft}/check",),
    "receipt_show": ("{filed}/receipt",),
    "find_ask": ("/kiosk/find",),
    "find_show": ("/kiosk/found",),
    "rating_show": ("/kiosk/rate", "/kiosk/rate?said=thanks"),
    "need_show": ("/kiosk/need?kind=advice", "/kiosk/need?said=thanks"),
    "queue_show": ("/kiosk/queue", "fresh:/kiosk/queue"),
    "assist_show": ("/kiosk/help", "fresh:/kiosk/help"),
    "leave_idle": ("/kiosk/idle",),
    "paper_show": tuple(f"/kiosk/paper?said={said}&page=/kiosk/board/sheet" for said in ("done", "failed")),
}
# what answers a GET and is no page
NO_PAGES = {
    "pairing_show": "behind the second listener alone: test_pairing, test_kiosk_paired_browser",
    "find_part": "the page of find_show for a part of a whole: test_kiosk_screens",
    "photos_picture": "a picture inside the pages of the photographs",
    "leave_over": "ends the visit and leads to the start page",
}
LOOKS = {
    f"{look}-{tag}-{screen}": (f"{'elder.' if look == 'elder' else ''}{tag}", screen, look)
    for look in ("standard", "elder")
    for tag in ("zh-CN", "en")
    for screen in ("upright", "lying")
}
SCREENS = {
    "upright": {"viewport": {"width": 1080, "height": 1920}, "has_touch": True},
    "lying": {"viewport": {"width": 1366, "height": 768}, "has_touch": True},
}


FRESH = "fresh:"


@dataclass
class World:
    """A running kiosk; `cookies` are those of the visit that owns `places`."""

    url: str
    citizen: Citizen
    places: dict[str, str]

    def address(self, pattern: str) -> str:
        return self.url + pattern.removeprefix(FRESH).format(**self.places)

    def cookies(self, look: str, *, fresh: bool) -> list[dict[str, Any]]:
        jar = [] if fresh else self.citizen.client._cookies.values()  # the visit goes on in a browser
        held = [{"name": one.key, "value": one.value, "url": f"{self.url}{one.path}"} for one in jar]
        return [one for one in held if one["name"] != COOKIE] + [
            {"name": COOKIE, "value": look, "url": f"{self.url}/kiosk"}
        ]


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """A kiosk after some days of work, with a visit in the middle of everything."""
    clock = FixedClock()
    home = make_home(folder)
    (home / "room.toml").write_text(ROOM, encoding="utf-8")
    before = open_node(home, clock)
    visitor = Citizen(kiosk_app(before))
    moving = begin(visitor, "ceshi-dengji")
    visitor.post(f"{moving}/0/keep", {"/applicant/name": "王秀梅", "/agent/name": "罗建国"})
    before.close()
    write(home, NEXT, without_agent)
    node = open_node(home, clock)
    app = kiosk_app(node)
    server = Server(app, "127.0.0.1", 0)
    try:
        _furnish(node)
        citizen = Citizen(app)
        citizen.client._cookies.update(visitor.client._cookies)
        citizen.token = visitor.token
        yield World(server.url, citizen, {"moving": moving, **_visit(citizen)})
    finally:
        server.stop()
        node.close()


def _furnish(node: Node) -> None:
    with node.database.write() as tx:
        for one in BOARD:
            tx.execute("INSERT INTO board VALUES (?, ?, ?, '2026-11-17T09:00:00+08:00', ?, ?, '')", one)
        tx.execute("UPDATE board SET answered_at = '2026-11-18T09:00:00+08:00' WHERE state <> ''")
        file = {
            "node": node.settings.node_id,
            "name": "石门乡警务室",
            "centre_url": "http://127.0.0.1:1",
            "code": "A",
            "centre_sign_key": "11" * 32,
            "centre_box_key": "22" * 32,
            "supervisor_box_key": sealing.new_key()[1].hex(),
        }
        identity.set_centre(tx, file)
    add_officer(node)
    officers.set_staff(node, "wei", "052417")
    officers.login(node, "wei", PASSWORD)
    missing_people.announce(
        node,
        {
            "text": "罗奶奶，78 岁，身高一米五，穿蓝布衣，可能说不清住在哪里",
            "place": "龙场镇集市公厕旁",
            "seen": "2026-11-20 17:30",
            "phone": "0857-0000000",
            "until": "2026-11-25",
        },
        actor="officer:wei",
        token="missing-token-1",
    )


def _visit(citizen: Citizen) -> dict[str, str]:
    """A draft that is filled in, one that was filed and looked up, a number for the desk, a call for help."""
    filed = check_page(citizen)
    receipt = citizen.press(f"{filed}/file")
    number, code = (
        re.sub(r"\D", "", one) for one in re.findall(r'<dd class="receipt-number">([^<]*)</dd>', receipt)[:2]
    )
    citizen.get("/kiosk/find")
    citizen.press("/kiosk/find", {"number": number, "code": code})
    draft = check_page(citizen)
    for path in ("/kiosk/queue", "/kiosk/help"):
        citizen.get(path)
        citizen.press(path, {"back": "/kiosk/"})
    return {"filed": filed, "draft": draft}


# --- what is measured

AXE = Path(__file__).parents[1] / "build" / "assets" / "axe.min.js"
MEASURE = Path(__file__).with_name("kiosk_measure.js")
# 工信部《互联网适老化通用设计规范》的数，长辈版从严：字 24 px、触点 60 px、行距 1.5、对比度 7:1
NUMBERS = {
    "elder": {"body": 24, "target": 60, "line": 1.5, "contrast": 7},
    "standard": {"body": 16, "target": 44, "line": 1.3, "contrast": 4.5},
}
LANDMARKS = "请工作人员帮忙", "Ask for help"


@dataclass
class Found:
    """What was found on one page in one look; `texts`, `targets`: how many of each were measured."""

    place: str
    faults: list[str]
    texts: int
    targets: int


def look_at(browser: Any, made: World, look: str, addresses: Iterable[str]) -> Iterator[Found]:
    """Every page in one look: axe, the numbers, a way to help; a window that opens by itself is a fault."""
    wish, screen, kind = LOOKS[look]
    for fresh in (False, True):
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **SCREENS[screen])
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies(made.cookies(wish, fresh=fresh))
        page, opened = context.new_page(), []
        page.on("dialog", lambda dialog, seen=opened: (seen.append(dialog.message), dialog.dismiss()))
        page.on("popup", lambda other, seen=opened: seen.append(other.url))
        for address in addresses:
            if address.startswith(FRESH) == fresh:
                page.goto(made.address(address), wait_until="load")
                yield _helped(page, measured(page, f"{look} {address}", NUMBERS[kind], opened))
        context.close()


def measured(page: Any, place: str, numbers: dict[str, float], opened: list[str] | None = None) -> Found:
    """What axe and the numbers say of the page that is open. `opened`: the windows that it opened by itself."""
    page.evaluate(_source(AXE))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    faults = [f"axe {one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]
    seen = page.evaluate(f"({_source(MEASURE).rstrip().rstrip(';')})({json.dumps(numbers)})")
    faults += seen["faults"] + [f"a window over the page: {one}" for one in opened or ()]
    return Found(place, list(dict.fromkeys(faults)), seen["texts"], seen["targets"])


def _helped(page: Any, found: Found) -> Found:
    if not any(word in page.content() for word in LANDMARKS):
        found.faults.append("no way to call for help")
    return found


@cache
def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8")
