"""What the console says about the carrying, and what stands aside for a person to look at."""

import json
from typing import Any

import pytest

from edge import log, materials
from edge.node import Node
from forms.events import Head
from sync import quarantine
from sync.centre.centre import Centre
from sync.frames import Refusal
from sync.https import HttpsLink
from sync.push import Push
from tests.sync_pair import (
    NODE,
    PHOTO,
    CentreServer,
    assert_nothing_received,
    centre_says,
    down,
    early,
    file_one,
    foreign_event,
    number,
    received,
    state,
)


def test_nobody_there_says_no_link_and_then_recovers(
    node: Node, push: Push, server: CentreServer, caplog: pytest.LogCaptureFixture, clock: Any
) -> None:
    closed = CentreServer(server.centre)
    closed.close()
    link = HttpsLink(closed.url)
    away = Push(node, link)
    began = clock.now()
    for _ in range(3):
        assert away.round().problem
        clock.advance(minutes=1)
    assert (state(node).state, state(node).since) == ("no_link", began)
    assert len([r for r in caplog.records if r.name == "sync.status" and r.levelname == "WARNING"]) == 1
    link.close()
    caplog.set_level("INFO", "sync.status")
    assert push.drain().went_well
    assert (state(node).state, state(node).since) == ("ok", clock.now())
    assert "recovered" in caplog.text


def test_a_node_without_a_centre_stands_alone(node: Node, server: CentreServer) -> None:
    link = HttpsLink(server.url)
    report = Push(node, link).round()
    assert report.problem is not None
    assert report.problem.code == "centre_not_set"
    assert state(node).state == "off"
    assert server.bodies == []
    link.close()


def test_before_the_first_try_the_console_says_so(node: Node) -> None:
    assert state(node).sentence == "还没有与省级中心联系过"
    assert json.dumps(state(node).as_dict())


def test_a_refused_event_is_shown_and_blocks_nothing(enrolled: Push, node: Node) -> None:
    file_one(node)
    with node.database.write() as tx:
        bad = log.append(tx, "application.withdrawn", number(99), {"reason": "不办了"}, "kiosk")
    file_one(node, 2)
    assert enrolled.drain().went_well
    assert received(node, 2)
    with node.database.read() as tx:
        items = quarantine.open_items(tx)
    assert [(item.side, item.seq) for item in items] == [("node", bad.seq)]
    assert state(node).quarantine == 1


def test_an_officer_sets_an_item_aside_once(enrolled: Push, node: Node) -> None:
    with node.database.write() as tx:
        quarantine.refused(tx, [Refusal(1, 5, "bad_body", "内容不完整")] * 2, "2026-11-21T10:00:00+08:00")
        (item,) = quarantine.open_items(tx)
        assert quarantine.settle(tx, item, "2026-11-21T11:00:00+08:00")
        assert not quarantine.settle(tx, item, "2026-11-21T11:00:00+08:00")
        assert quarantine.open_items(tx) == []
        quarantine.refused(tx, [Refusal(1, 5, "bad_body", "内容不完整")], "2026-11-21T12:00:00+08:00")
        assert quarantine.count(tx) == 0


def test_an_event_of_a_newer_centre_is_kept_and_shown(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    start = Head.start("centre", NODE)
    newer = foreign_event(start.digest, kind="application.sung", body=b"{}")
    server.before.append(early(lambda request: centre_says(centre, node, request, events=(newer,))))
    report = enrolled.round()
    assert (report.problem, report.received) == (None, 1)
    assert down(node) == [newer]
    with node.database.read() as tx:
        assert [item.code for item in quarantine.open_items(tx)] == ["unknown_event"]


def test_a_centre_that_takes_nothing_is_a_problem_and_no_endless_loop(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    file_one(node)
    start = Head.start("node", NODE)
    fork = (Refusal(1, 1, "fork", "这一号与省级中心已接收的内容不同"),)
    server.before.append(early(lambda request: centre_says(centre, node, request, head=start, refused=fork)))
    server.bodies.clear()
    assert_nothing_received(node, enrolled.drain(), "centre_refused")
    assert len(server.bodies) == 1
    assert "内容不同" in state(node).sentence


def test_a_material_that_is_gone_here_is_shown_and_ends_the_rounds(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    file_one(node, photos=(PHOTO,))
    with node.database.write() as tx:
        tx.execute("DELETE FROM material")
    server.bodies.clear()
    assert enrolled.drain().went_well
    assert len(server.bodies) <= 2
    with node.database.read() as tx:
        assert [item.code for item in quarantine.open_items(tx)] == [quarantine.MATERIAL_GONE]


def test_a_material_that_was_gone_and_is_handed_in_once_more_goes_up_after_all(
    enrolled: Push, node: Node, centre: Centre
) -> None:
    file_one(node, photos=(PHOTO,))
    with node.database.write() as tx:
        tx.execute("DELETE FROM material")
    assert enrolled.drain().went_well
    with node.database.write() as tx:
        again = materials.put(tx, PHOTO, "image/png", "照片.png", "proof")
        materials.put(tx, PHOTO, "image/png", "照片.png", "proof")
    assert enrolled.drain().went_well
    assert centre.blobs.read(NODE, again.sha256) == PHOTO
    assert enrolled.round().went_well
    with node.database.read() as tx:
        assert quarantine.open_items(tx) == []
