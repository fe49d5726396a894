"""A required photograph and no camera: the staff take it at the desk, and the citizen goes on where he was."""

import io
import re

import pytest

from edge import calls, handing
from tests.desk_app import Desk, add_officer, desk_app, plain
from tests.kiosk_app import FIELDS, PROOF, answer, begin, filed, jpeg, kiosk_node

FAULT = "在窗口拍好再接着办，填过的都在"
OFFICER = "officer:wei"


@pytest.fixture
def node(home, clock):
    yield from kiosk_node(home, clock)


def kept(citizen):
    """What the page carries along of a photograph that was taken for it."""
    found = re.search(f'type="hidden" name="{PROOF}" value="([^"]+)"', citizen.text)
    return {PROOF: found[1]} if found else {}


def to_the_photo(citizen):
    begin(citizen)
    for _ in range(20):
        if f'name="{PROOF}"' in citizen.text:
            return
        answer(citizen)
    raise AssertionError(citizen.path)


def test_without_a_photograph_the_page_says_who_takes_it_and_keeps_the_rest(citizen):
    to_the_photo(citizen)
    assert FAULT not in citizen.text
    page = citizen.path.partition("?")[0]
    answer(citizen)
    assert FAULT in citizen.text
    assert citizen.path.startswith(page)


def test_the_staff_take_it_hand_the_draft_back_and_the_citizen_files_it(node, citizen):
    to_the_photo(citizen)
    answer(citizen)
    page = citizen.path
    citizen.press(citizen.path.partition("?")[0], {"_act": "help"})
    citizen.press("/kiosk/help", {"back": page.partition("?")[0]})
    with node.database.read() as tx:
        code = calls.waiting(tx)[0].code
    assert code in citizen.text
    add_officer(node)
    desk = Desk(desk_app(node))
    held = handing.take(node, code, OFFICER)
    address = f"/console/drafts/{held.id}"
    proof = {PROOF: (io.BytesIO(jpeg()), "合同.jpg")}
    shown = desk.text(address)
    given = {**{name: value for name, value in FIELDS.items() if f'name="{name}"' in shown}, **proof}
    assert desk.post(address, given).status_code == 303
    desk.post(f"{address}/back")
    citizen.get(page)
    assert FAULT not in citizen.text
    for _ in range(20):
        if citizen.path.endswith("/check"):
            break
        answer(citizen, kept(citizen))
    assert citizen.path.endswith("/check"), citizen.path + plain(citizen.text)
    citizen.press(citizen.path.replace("/check", "/file"))
    assert len(filed(node)) == 1
