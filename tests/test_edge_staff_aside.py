"""What stands aside: an officer looks, has it tried again, sets it aside with a reason; a stranger sees nothing."""

import pytest
from desk_app import Desk, add_officer, desk_app, file_one, plain

from edge.node import Node
from sync import outlook, quarantine

SHA = "ab" * 32
KEY = f"node.0.0.material_gone.{SHA}"
PAGE = f"/console/transfer/aside/{KEY}"


@pytest.fixture
def desk(node: Node) -> Desk:
    add_officer(node)
    return Desk(desk_app(node))


@pytest.fixture
def wired(desk: Desk, node) -> Desk:
    """A desk whose node has one material that is gone."""
    with node.database.write() as tx:
        quarantine.gone(tx, [SHA], "2026-11-21T10:00:00+08:00")
    node.hooks.quarantine = lambda: quarantine.items(node)
    node.hooks.aside = quarantine.Desk(node)
    node.hooks.send_now = lambda: None
    return desk


def test_the_page_of_the_carrying_leads_to_it(wired):
    assert PAGE in wired.text("/console/transfer")
    assert "请重新拍照补传" in plain(wired.text(PAGE))


def test_without_a_reason_nothing_is_set_aside(wired, node):
    answer = wired.post(f"{PAGE}/settle", {"reason": "  "})
    assert answer.status_code == 422
    assert "放到一边要写明原因" in answer.get_data(as_text=True)
    assert len(quarantine.items(node)) == 1


def test_it_is_set_aside_once_with_who_and_why(wired, node):
    assert wired.done(f"{PAGE}/settle", {"reason": "已重新拍照"}).startswith("/console/transfer?said=settled")
    assert quarantine.items(node) == []
    assert wired.post(f"{PAGE}/settle", {"reason": "再来"}).status_code == 404
    with node.database.read() as tx:
        row = tx.execute("SELECT settled_by, settled_reason FROM quarantine").fetchone()
    assert row["settled_reason"] == "已重新拍照"
    assert row["settled_by"].startswith("officer:")


def test_trying_again_says_what_comes_of_it(wired, node):
    assert "再试这份材料" in plain(wired.post(f"{PAGE}/retry", {}).get_data(as_text=True))
    assert quarantine.items(node) == []


@pytest.mark.parametrize("key", ["x", "node.a.0.material_gone.ab", "node.0.0.other.ab", "centre.1.2.unknown_event."])
def test_what_does_not_stand_aside_is_not_found(wired, key):
    assert wired.get(f"/console/transfer/aside/{key}").status_code == 404


def test_a_stranger_is_sent_to_the_login(wired, node):
    page = Desk(desk_app(node), None).text(PAGE)
    assert "登录" in page
    assert "重新拍照补传" not in page
    assert len(quarantine.items(node)) == 1


def test_the_queue_is_said_in_a_sentence(wired, node):
    node.hooks.outlook = lambda: outlook.look(node)
    file_one(node)
    page = plain(wired.text("/console/transfer"))
    assert "上传进度" in page
    assert "先传办件记录" in page
