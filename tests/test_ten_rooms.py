"""One prepared stick, ten machines, no network: each room with the fewest touches, and everything a stick may go through."""

import shutil
import threading

import pytest

from edge import identity, prepared_stick
from sync.centre import enrolment, ferry, rooms
from sync.centre.centre import create_home, open_centre
from tests import first_start_steps as steps
from tests.sync_pair import NODE, file_one
from tests.test_first_start import admitted
from tests.test_replacing import ROOM, events, lived  # noqa: F401  a fixture

NOWHERE = "https://127.0.0.1:9/"  # no link: the stick is all there is
NUMBERS = [f"522425{at:04d}" for at in range(1, 11)]
pytestmark = pytest.mark.usefixtures("cheap")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def boot(tmp_path, stick):
    """A function that starts the machine of a name with the stick in it; what it started is ended."""
    with steps.booted(tmp_path) as start:
        yield lambda name="one": start(name=name, media=(str(stick),))


def prepared(centre, stick, *numbers, url=NOWHERE):
    files = [enrolment.enrol(centre, one, f"{one}警务室", url) for one in numbers]
    prepared_stick.write(stick, files)


def choose(person, stick, number, **more):
    return person.post(ROOM, {"way": "stick", "chosen": f"{stick}|{number}", **more})


def rest_of_the_steps(person, stick):
    for path, fields in steps.AFTER_ROOM:
        person.press(path, fields)
    return person.client.post("/setup/end", data={"csrf_token": person.token, "folder": str(stick)}).text


def finished(start):
    """The last touch, and the room's own program that takes over."""
    threading.Thread(target=lambda: start.wait(threading.Event()) and start.hand_over()).start()
    start.finish()


def codes(stick):
    return sorted(path.stem for path in (stick / "YIZHAN" / "SETUP").glob("*.JSN"))


def bound(centre):
    return [one for one in NUMBERS if enrolment.has_machine(centre, one)]


def pulled(stick):
    stick.rename(stick.with_name("in somebody's pocket"))


def plugged_in(stick):
    stick.with_name("in somebody's pocket").rename(stick)


def test_ten_machines_become_ten_rooms_of_one_stick_and_the_centre_knows_them_by_its_way_home(boot, centre, stick):
    prepared(centre, stick, *NUMBERS)
    for number in NUMBERS:
        start = boot(number)
        person = admitted(start)
        assert person.get(ROOM).index(number) < person.text.index("下一个")
        assert choose(person, stick, number).status_code == 303
        assert "写到 U 盘了" in rest_of_the_steps(person, stick)
        finished(start)
        assert number not in codes(stick)
    assert codes(stick) == []
    assert "准备好的警务室" not in admitted(boot("eleventh")).get(ROOM)
    assert bound(centre) == []
    assert ferry.take_in(centre, stick).went_well
    assert bound(centre) == NUMBERS


def test_a_stick_pulled_before_the_touch_is_asked_for_and_nothing_is_made(boot, centre, stick):
    prepared(centre, stick, *NUMBERS[:2])
    start = boot()
    person = admitted(start)
    pulled(stick)
    answer = choose(person, stick, NUMBERS[0])
    assert answer.status_code >= 400
    assert str(stick) in answer.text
    assert start.node is None
    plugged_in(stick)
    assert [one.claim for one in prepared_stick.rooms(stick)] == ["", ""]
    assert choose(person, stick, NUMBERS[0]).status_code == 303


def test_a_stick_pulled_after_the_touch_is_not_missed_and_the_next_machine_takes_the_code_away(boot, centre, stick):
    prepared(centre, stick, *NUMBERS[:2])
    start = boot()
    choose(admitted(start), stick, NUMBERS[0])
    pulled(stick)
    person = admitted(boot())  # and the power went too
    for path, fields in steps.AFTER_ROOM:
        person.press(path, fields)
    finished(boot())
    plugged_in(stick)
    assert codes(stick) == NUMBERS[:2]
    page = admitted(boot("two")).get(ROOM)
    assert (NUMBERS[0] in page, NUMBERS[1] in page) == (False, True)
    assert codes(stick) == [NUMBERS[1]]


def test_the_room_of_another_machine_is_refused_with_a_sentence(boot, centre, stick):
    prepared(centre, stick, *NUMBERS[:2])
    choose(admitted(boot("one")), stick, NUMBERS[0])
    answer = choose(admitted(boot("two")), stick, NUMBERS[0])
    assert answer.status_code in (404, 409)
    assert "请" in answer.text
    assert boot("two").node is None


def test_of_a_copied_stick_the_second_machine_gets_no_room_at_the_centre(boot, centre, server, stick, tmp_path):
    prepared(centre, stick, NUMBERS[0], url=server.url)
    shutil.copytree(stick, tmp_path / "copy")
    first, second = boot("one"), boot("two")
    one, two = admitted(first), admitted(second)
    assert choose(one, stick, NUMBERS[0]).status_code == 303
    shutil.rmtree(stick)
    shutil.copytree(tmp_path / "copy", stick)
    assert choose(two, stick, NUMBERS[0]).status_code == 303
    for person in (one, two):
        for path, fields in steps.AFTER_ROOM:
            person.press(path, fields)
    synced = [
        person.client.post("/setup/end", data={"csrf_token": person.token, "act": "sync"}) for person in (one, two)
    ]
    assert "已经和省级中心联系上" in synced[0].text
    assert synced[1].status_code >= 400
    assert "这个节点已由另一台机器登记。请联系省级中心" in synced[1].text
    with centre.store.read() as tx, first.node.database.read() as mine:
        assert rooms.get(tx, NUMBERS[0]).sign_key == identity.load(mine).sign.public


def test_a_stick_of_another_centre_is_refused_there_and_makes_no_room_of_ours(boot, centre, stick, tmp_path, clock):
    create_home(tmp_path / "elsewhere")
    other = open_centre(tmp_path / "elsewhere", clock)
    try:
        prepared(other, stick, NUMBERS[0])
        start = boot()
        person = admitted(start)
        choose(person, stick, NUMBERS[0])
        rest_of_the_steps(person, stick)
        report = ferry.take_in(centre, stick)
        assert report.lines == ()
        assert "不是发给本中心的，没有采用" in [note.sentence for note in report.notes]
        assert bound(centre) == []
        assert ferry.take_in(other, stick).went_well
        assert bound(other) == [NUMBERS[0]]
    finally:
        other.close()


@pytest.mark.usefixtures("lived")
def test_a_new_computer_brings_its_room_back_with_the_stick_alone(boot, centre, stick, node, lived):  # noqa: F811
    prepared(centre, stick, NODE)
    start = boot()
    person = admitted(start)
    assert choose(person, stick, NODE, replaces="yes").status_code >= 500  # no link
    assert "带到省级中心导入" in person.post(ROOM, {"way": "back", "folder": str(stick)}).text
    pulled(stick)
    answer = person.post(ROOM, {"way": "back", "folder": str(stick)})
    assert answer.status_code >= 400
    plugged_in(stick)
    assert ferry.take_in(centre, stick).went_well
    start = boot()  # the power went while the stick was away
    person = admitted(start)
    assert person.post(ROOM, {"way": "back", "folder": str(stick)}).status_code == 303
    assert events(start.node)[: len(lived)] == lived
    for path, fields in steps.AFTER_ROOM:
        person.press(path, fields)
    finished(start)
    assert codes(stick) == []
    assert file_one(start.node, 3)


def test_a_room_that_was_to_be_brought_back_and_was_not_is_free_for_its_own_machine(boot, centre, stick, lived):  # noqa: F811
    prepared(centre, stick, NODE, *NUMBERS[:1])
    start = boot()
    person = admitted(start)
    assert choose(person, stick, NODE, replaces="yes").status_code >= 500
    assert choose(person, stick, NUMBERS[0]).status_code == 303
    assert {one.node: one.claim != "" for one in prepared_stick.rooms(stick)} == {NODE: False, NUMBERS[0]: True}
    rest_of_the_steps(person, stick)
    finished(start)
    assert codes(stick) == [NODE]
