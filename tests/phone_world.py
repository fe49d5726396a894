"""Every page that a telephone gets, of the room and of the province, for the bench that measures them.

`VIEWS` names each view that answers a GET (test_kiosk_pages holds it complete) with what is put behind the address of a
receipt's code. The pages themselves are tested beside their code; here they are only looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from edge import room_described
from edge.accounts import Cost
from edge.node import open_node
from edge.serving import Server
from sync.centre import cases, centre, definitions
from sync.centre.app import create_app
from sync.https import HttpsLink
from sync.push import Push
from tests.conftest import FixedClock, make_home
from tests.desk_app import desk_app, file_one
from tests.kiosk_world import Found, measured
from tests.service_for_tests import ID_NUMBER
from tests.sync_pair import give_enrolment
from tests.test_phone_province_browser import ITEMS, ROOM

# view of the room's or the province's program -> behind the address of the code
VIEWS: dict[str, tuple[str, ...]] = {
    "status.screens_show": ("",),
    "status.rating_show": ("/rate",),
    "phone.show": ("", "?lang=en"),
    "phone.supply": ("/supply",),
    "phone.rate": ("/rate",),
    "phone.complain": ("/complain",),
}
NO_VIEWS = {
    "status.screens_show_capital": "leads to the same page in small letters",
    "phone.capital": "leads to the same page in small letters",
    "phone.supply_picture": "a picture inside the page of what is missing",
}
SCREEN = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LOOKS = {"standard": "", "large": "large=1"}
NUMBERS: dict[str, dict[str, float]] = {
    "standard": {"body": 14, "target": 44, "line": 1.3, "contrast": 4.5},
    "large": {"body": 18, "target": 44, "line": 1.3, "contrast": 4.5},
}


@contextmanager
def phones(folder: Path) -> Iterator[dict[str, str]]:
    """Program -> address of one receipt's page there; the application waits for two things that are missing."""
    clock = FixedClock()
    node = open_node(make_home(folder / "node"), clock)
    node.room = ROOM
    centre.create_home(folder / "centre", name="省公安厅")
    province = centre.open_centre(folder / "centre", clock, Cost(1024, 1, 1))
    servers = [Server(create_app(province), "127.0.0.1", 0), Server(desk_app(node), "127.0.0.1", 0)]
    try:
        there, here = (one.url for one in servers)
        give_enrolment(node, province, there)
        node.settings = replace(node.settings, status_url=there, centre_url=there)
        with province.store.write() as tx:
            definitions.register(tx, node.newest("ceshi-dengji"), clock.now())
        room_described.tell(node)
        filed = file_one(node)
        link = HttpsLink(there)
        push = Push(node, link)
        assert push.drain().went_well
        cases.request_correction(province, filed.number, actor="centre:li", items=ITEMS)
        assert push.drain().went_well
        link.close()
        code = node.receipt_code(filed.token, filed.number, clock.now())
        yield {"status": f"{here}/s/{filed.token}", "phone": f"{there}/s/{code}"}
    finally:
        for server in servers:
            server.stop()
        province.close()
        node.close()


def look_at_phones(browser: Any, addresses: dict[str, str]) -> Iterator[Found]:
    """Every page in both sizes of type; the province's before and after the last four."""
    for kind, query in LOOKS.items():
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **SCREEN)
        page = context.new_page()
        page.goto(addresses["phone"] + (f"?{query}" if query else ""))
        yield measured(page, f"phone {kind} asked", NUMBERS[kind])
        page.locator('input[name="last"]').fill(ID_NUMBER[-4:])
        page.locator("main form button").first.click()
        page.wait_for_load_state()
        for view, places in VIEWS.items():
            for place in places:
                parts = [part for part in (place.partition("?")[2], query) if part]
                page.goto(
                    addresses[view.partition(".")[0]]
                    + place.partition("?")[0]
                    + ("?" + "&".join(parts) if parts else "")
                )
                yield measured(page, f"phone {kind} {view} {place}", NUMBERS[kind])
        context.close()
