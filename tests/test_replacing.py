"""换了新电脑: at the first start of another machine the room comes back from its centre, over the link or a stick."""

import json

import pytest

from edge import log
from edge.errors import YizhanError
from sync import restoring
from sync.centre import enrolment, ferry
from tests.first_start_steps import AFTER_ROOM, chosen_file
from tests.sync_pair import NODE, file_one
from tests.test_first_start import OTHER, admitted, given_room, machine  # noqa: F401  a fixture

ROOM = "/setup/room"
REPLACES = {"replaces": "yes"}
pytestmark = pytest.mark.usefixtures("cheap")


@pytest.fixture
def lived(enrolled, node):
    """A room whose log the centre holds."""
    file_one(node)
    file_one(node, 2)
    assert enrolled.drain().went_well
    return events(node)


def events(node):
    with node.database.read() as tx:
        return [(event.seq, event.digest) for event in log.all_of(tx, "node")]


def issued(centre, url):
    return enrolment.enrol(centre, NODE, "大坪村警务室", url)


def test_the_room_comes_back_whole_and_the_steps_go_on(machine, lived, centre, server):  # noqa: F811  the fixture
    start = machine()
    person = admitted(start)
    assert "换了新电脑" in person.get(ROOM)
    answer = person.post(ROOM, {**chosen_file(issued(centre, server.url)), **REPLACES})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/setup/time")
    assert events(start.node)[: len(lived)] == lived
    assert (start.steps.state.room, start.steps.state.replacing) == (NODE, "")
    for path, fields in AFTER_ROOM:
        person.press(path, fields)
    start = machine()  # a restart is no other room
    assert events(start.node)[: len(lived)] == lived
    refused = admitted(start).post(ROOM, {"way": "alone", "node": OTHER, "name": "别的警务室"})
    assert refused.status_code == 409


def test_a_stranger_brings_nothing_back(machine, lived, centre, server):  # noqa: F811  the fixture
    from tests.kiosk_app import Citizen

    start = machine()
    stranger = Citizen(start.app)
    stranger.get("/setup/")
    answer = stranger.post(ROOM, {**chosen_file(issued(centre, server.url)), **REPLACES})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/setup/")
    assert not (start.home / "node.toml").exists()
    person = admitted(start)
    assert person.post(ROOM, {"way": "back"}).status_code == 409  # nothing was begun
    used = issued(centre, server.url) | {"code": "GUESSED"}
    assert person.post(ROOM, {**chosen_file(used), **REPLACES}).status_code >= 400
    assert start.node is None
    assert person.post(ROOM, {**chosen_file(issued(centre, server.url)), **REPLACES}).status_code == 303
    assert events(start.node)[: len(lived)] == lived


def test_what_was_cut_off_goes_on_after_a_restart(machine, lived, centre, server, monkeypatch):  # noqa: F811
    start = machine()
    person = admitted(start)
    with monkeypatch.context() as cut:
        cut.setattr(restoring, "settle", power_cut)
        with pytest.raises(KeyboardInterrupt):
            person.post(ROOM, {**chosen_file(issued(centre, server.url)), **REPLACES})
    start = machine()
    person = admitted(start)
    assert "正在取回原来的收件" in person.get(ROOM)
    for _ in range(2):
        assert person.post(ROOM, {"way": "back", "folder": ""}).status_code in (303, 409)
    assert events(start.node)[: len(lived)] == lived


def power_cut(*_, **__):
    raise KeyboardInterrupt


def test_without_a_network_a_stick_is_carried_there_and_back(machine, lived, centre, tmp_path):  # noqa: F811
    medium = tmp_path / "stick"
    medium.mkdir()
    start = machine(media=(str(medium),))
    person = admitted(start)
    away = issued(centre, "https://127.0.0.1:9/")
    assert person.post(ROOM, {**chosen_file(away), **REPLACES}).status_code >= 500
    assert "用U盘“stick”接着取回" in person.get(ROOM)
    for _ in range(2):
        answer = person.post(ROOM, {"way": "back", "folder": str(medium)})
        assert (answer.status_code, "带到省级中心导入" in answer.text) == (200, True)
    assert ferry.take_in(centre, medium).went_well
    assert person.post(ROOM, {"way": "back", "folder": str(medium)}).status_code == 303
    assert events(start.node)[: len(lived)] == lived


def test_who_chose_wrongly_chooses_again(machine, lived, centre):  # noqa: F811  the fixture
    start = machine()
    person = admitted(start)
    assert person.post(ROOM, {**chosen_file(issued(centre, "https://127.0.0.1:9/")), **REPLACES}).status_code >= 500
    given_room(start, OTHER, "别的警务室")
    assert (start.node.settings.node_id, start.steps.state.replacing) == (OTHER, "")
    assert events(start.node) == []


def test_a_room_that_works_here_is_not_replaced(machine, lived, centre, server):  # noqa: F811  the fixture
    start = machine()
    person = admitted(start)
    person.post(ROOM, {**chosen_file(issued(centre, server.url)), **REPLACES})
    answer = person.post(ROOM, {**chosen_file(issued(centre, server.url)), **REPLACES})
    assert answer.status_code == 409
    assert json.loads((start.home / "first-start.json").read_text(encoding="utf-8"))["room"] == NODE


def test_a_file_that_is_none_makes_nothing(machine):  # noqa: F811  the fixture
    start = machine()
    assert admitted(start).post(ROOM, {**chosen_file({"node": NODE, "name": "x"}), **REPLACES}).status_code >= 400
    assert not (start.home / "node.toml").exists()
    with pytest.raises(YizhanError):
        start.go_back_for()
