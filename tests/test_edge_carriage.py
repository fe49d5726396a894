"""The carrying of a node that has just started: after the first pages, or at once when something is to be sent."""

import threading

import pytest

from edge import identity, room_tickets
from edge.carriage import Carriage
from edge.errors import YizhanError
from edge.node import Node
from edge.staff import link
from sync.suites import MODERN_1

LONG_S = 3600.0


def threads(name: str = "clock-watchdog") -> list[threading.Thread]:
    """Those of a carrying that has begun."""
    return [one for one in threading.enumerate() if one.name == name]


def test_nothing_is_carried_before_the_pages_have_had_their_time(node: Node):
    carriage = Carriage(node, wait_s=LONG_S)
    carriage.start()
    assert threads() == []
    carriage.stop()
    assert threads() == threads("carriage") == []


def test_what_is_to_be_sent_begins_the_carrying(node: Node):
    carriage = Carriage(node, wait_s=LONG_S)
    carriage.start()
    carriage.send_now()
    push = carriage.push()
    assert carriage.push() is push
    assert len(threads()) == 1
    carriage.send_now()
    carriage.stop()
    assert threads() == []


def test_it_begins_by_itself(node: Node):
    carriage = Carriage(node, wait_s=0.0)
    carriage.start()
    assert carriage.push() is not None
    carriage.stop()


def test_who_asks_for_the_carrying_of_a_node_that_stops_is_told(node: Node):
    carriage = Carriage(node, wait_s=LONG_S)
    carriage.start()
    carriage.stop()
    with pytest.raises(RuntimeError, match="could not begin"):
        carriage.push()


def test_what_could_not_begin_is_said_on_the_screens_and_as_a_ticket_until_it_begins(node: Node, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("edge.carrying.Carrying", lambda _: 1 / 0)
        for _ in range(2):  # a second start opens no second ticket
            carriage = Carriage(node, wait_s=0.0)
            node.hooks.send_now = carriage.send_now
            carriage.start()
            with pytest.raises(RuntimeError, match="could not begin"):
                carriage.push()
    assert (link.network(node).title, node.hooks.send_now, node.hooks.outlook) == ("传送没有开始", None, None)
    with node.database.read() as tx:
        assert [one.note[:6] for one in room_tickets.opened(tx)] == ["传送没有开始"]
    again = Carriage(node, wait_s=0.0)
    again.start()
    assert again.push() is not None
    again.stop()
    with node.database.read() as tx:
        assert room_tickets.opened(tx) == []


def test_a_wrong_address_of_the_centre_stops_the_start(node: Node):
    keys = {name: maker().public.hex() for name, maker in (("sign", MODERN_1.sign_keys), ("box", MODERN_1.box_keys))}
    file = {
        "node": node.settings.node_id,
        "name": "石门乡警务室",
        "centre_url": "http://centre.example",
        "code": "1" * 32,
    }
    with node.database.write() as tx:
        identity.set_centre(tx, {**file, "centre_sign_key": keys["sign"], "centre_box_key": keys["box"]})
    with pytest.raises(YizhanError) as caught:
        Carriage(node)
    assert caught.value.code == "insecure_link"
