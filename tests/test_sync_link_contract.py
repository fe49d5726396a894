"""What every link keeps, whatever carries it: HTTPS and the ferry under the same tests."""

import shutil

import pytest

from edge import log, verify
from edge.errors import YizhanError
from forms.events import Head
from sync import envelope, stick
from sync.centre import enrolment
from sync.centre import log as centre_log
from sync.centre.ferry import hand_out
from sync.centre.ferry import take_in as centre_in
from sync.envelope import ENVELOPE_BYTES_MAX, Purpose
from sync.ferry import FerryLink
from sync.https import HttpsLink
from sync.push import Push
from tests.centre_room import Room
from tests.centre_room import enrolled as make_room
from tests.sync_pair import NODE, PHOTO, CentreServer, Reply, file_one, give_enrolment, received


class ByNetwork:
    """The centre behind HTTP on loopback."""

    def __init__(self, centre, folder):
        del folder
        self.server = CentreServer(centre)
        self.link = HttpsLink(self.server.url, progress_s=20.0)  # a busy machine may stand still for a while

    def spoil(self, change):
        self.server.spoil.append(lambda answer: Reply(change(answer)))

    def nowhere(self):
        return HttpsLink("http://127.0.0.1:1", connect_s=0.5)

    def asked_back(self, word):
        return [self.link.post(f"{NODE}/recall", word)]

    def close(self):
        self.link.close()
        self.server.close()


class ByHand:
    """A stick that somebody carries to the centre and home as soon as something lies on it."""

    def __init__(self, centre, folder):
        self.centre, self.folder = centre, folder
        self.spoils = []
        folder.mkdir()
        self.link = FerryLink(folder, carried=self.carry)

    def carry(self):
        centre_in(self.centre, self.folder)
        for node in stick.nodes(self.folder):
            if self.spoils and stick.tray(self.folder, node, stick.DOWN).files():
                change = self.spoils.pop(0)
                for path in stick.tray(self.folder, node, stick.DOWN).files():
                    path.write_bytes(change(path.read_bytes()))

    def spoil(self, change):
        self.spoils.append(change)

    def nowhere(self):
        return FerryLink(self.folder / "gone")

    def asked_back(self, word):
        """All answers lie there at once: on a medium nobody can ask a second time."""
        stick.made(self.folder, NODE, stick.UP).put(stick.stem_of(envelope.digest_of(word)), word)
        self.carry()
        return [path.read_bytes() for path in stick.tray(self.folder, NODE, stick.DOWN).files()]

    def close(self):
        self.link.close()


@pytest.fixture(params=[ByNetwork, ByHand])
def way(request, centre, tmp_path):
    made = request.param(centre, tmp_path / "way")
    yield made
    made.close()


@pytest.fixture
def room(centre):
    return make_room(centre)


def heads(centre):
    with centre.store.read() as tx:
        return centre_log.head(tx, NODE, "node")


def test_an_envelope_arrives_and_its_own_answer_comes_back(way, room, centre):
    room.file_one()
    body = room.batch()
    answer = room.read(way.link.post(NODE, body), body)
    assert answer.ack.head == heads(centre) == Head.of(room.log[0])


def test_the_same_envelope_may_be_handed_over_any_number_of_times(way, room, centre):
    room.file_one()
    body = room.batch()
    for _ in range(3):
        assert room.read(way.link.post(NODE, body), body).ack.head.seq == 1
    assert heads(centre).seq == 1


def test_each_envelope_has_its_own_answer(way, room):
    for serial in (1, 2, 3):
        room.file_one(serial)
        body = room.batch(serial, serial)
        assert room.read(way.link.post(NODE, body), body).ack.head.seq == serial


def test_a_first_word_is_answered_at_its_own_place(way, centre):
    room = Room(enrolment.enrol(centre, NODE, "大坪村警务室", "http://127.0.0.1:1"))
    word = room.first_word()
    answer = way.link.post(f"{NODE}/enrol", word)
    opened = envelope.open_envelope(answer, room.opens, purpose=Purpose.ENROLLED, node=NODE)
    assert opened.contents().ack.of == envelope.digest_of(word)


def test_what_a_room_once_sent_can_be_asked_back_over_it(way, room):
    """A carrier that knows the place of batches alone works until the day on which a laptop is replaced."""
    room.file_one()
    body = room.batch()
    room.read(way.link.post(NODE, body), body)
    answers = [one for one in way.asked_back(room.asks_back()) if envelope.peek(one).purpose is Purpose.RECALLED]
    opened = [envelope.open_envelope(one, room.opens, purpose=Purpose.RECALLED, node=NODE) for one in answers]
    assert [event for one in opened for event in one.contents().events] == room.log


def test_a_link_that_leads_nowhere_says_so_and_may_be_tried_again(way):
    with pytest.raises(YizhanError) as caught:
        way.nowhere().post(NODE, b"envelope")
    assert not caught.value.permanent
    assert caught.value.sentence
    assert caught.value.hint


def test_what_the_centre_does_not_take_has_no_answer(way, room, centre):
    room.file_one()
    with pytest.raises(YizhanError):
        way.link.post(NODE, room.batch()[:-1])
    assert heads(centre).seq == 0


def test_an_answer_without_end_is_cut_off(way, room):
    room.file_one()
    way.spoil(lambda answer: answer + bytes(ENVELOPE_BYTES_MAX + 1))
    with pytest.raises(YizhanError) as caught:
        way.link.post(NODE, room.batch())
    assert caught.value.code in {"answer_untrusted", "ferry_unreadable"}


def test_a_closed_link_opens_again(way, room):
    room.file_one()
    body = room.batch()
    way.link.close()
    assert room.read(way.link.post(NODE, body), body).ack.head.seq == 1


def test_a_node_carries_everything_over_it(way, node, centre):
    give_enrolment(node, centre, "https://127.0.0.1:1")
    for serial in (1, 2):
        file_one(node, serial, photos=(PHOTO,))
    assert Push(node, way.link).drain().went_well
    assert received(node, 1)
    assert received(node, 2)
    with centre.store.read() as theirs, node.database.read() as ours:
        assert list(centre_log.walk(theirs, NODE, "node")) == log.up(ours)
        assert (log.unsent(ours), log.missing(ours)) == (0, [])
    assert verify.verify(node.database).whole


@pytest.mark.parametrize("change", [lambda answer: answer[:-9], lambda answer: answer[:-1] + bytes([answer[-1] ^ 1])])
def test_a_spoiled_answer_is_believed_by_nobody(way, node, centre, change):
    give_enrolment(node, centre, "https://127.0.0.1:1")
    assert Push(node, way.link).round().went_well
    file_one(node)
    way.spoil(change)
    report = Push(node, way.link).round()
    assert report.problem is not None
    assert not received(node)
    assert Push(node, way.link).drain().went_well
    assert received(node)


def test_a_stick_that_nobody_carried_has_no_answer(centre, tmp_path, room):
    stick_alone = tmp_path / "stick"
    stick_alone.mkdir()
    room.file_one()
    body = room.batch()
    link = FerryLink(stick_alone)
    with pytest.raises(YizhanError) as caught:
        link.post(NODE, body)
    assert caught.value.code == "ferry_waiting"
    centre_in(centre, stick_alone)
    other_way = tmp_path / "home"
    other_way.mkdir()
    hand_out(centre, other_way, [NODE])
    answer = FerryLink(stick_alone, back=other_way).post(NODE, body)
    assert room.read(answer, body).ack.head.seq == 1
    shutil.rmtree(stick_alone)
