"""What the centre could not act on waits for a person: it is judged anew or set aside, and every act has its name."""

import json
from dataclasses import replace

import pytest
from programs import holds
from sqlalchemy import insert, update

from edge import cli
from edge.errors import YizhanError
from forms import kinds
from sync import quarantine
from sync.centre import aside, lists, log, reviewers, room_said, rooms, tables, verification
from sync.centre.receiver import receive
from sync.centre.rounds import Rounds
from tests import sync_pair
from tests.centre_browser import Browser, logged_in, serving
from tests.centre_room import MATERIAL, NODE, enrolled, number
from tests.lifecycle_data import BODIES, filed

BIG = 1 << 40
PASSWORD = "vier-dicke-huehner"
LI = "centre:li"
LATER = "identity.verified"  # a kind that the program of these tests knows after its upgrade only
NEWER = kinds.KINDS[LATER]


@pytest.fixture
def room(centre):
    """Its log: one filed, one with a material that is too large and what the citizen did about it, one filed."""
    made = enrolled(centre)
    made.file_one(1)
    made.write("application.filed", filed(materials=[MATERIAL | {"size": BIG}]), 2)
    made.write("application.withdrawn", {}, 2)
    made.file_one(3)
    assert [one.code for one in exchange(centre, made).ack.refused] == ["material_too_large", "not_filed"]
    return made


def exchange(centre, room):
    body = room.batch()
    return room.read(receive(centre, room.node, body), body)


def larger(centre):
    """The same centre after its limit was raised."""
    return replace(centre, settings=replace(centre.settings, material_bytes_max=2 * BIG))


def waiting(centre):
    with centre.store.read() as tx:
        return [(item.epoch, item.seq, item.code) for item in aside.refused(tx, NODE)]


def acts(centre):
    with centre.store.read() as tx:
        return sorted((row.seq, row.outcome, row.by, row.reason) for row in aside.acts(tx, NODE))


def told(centre):
    with centre.store.read() as tx:
        return [(event.kind, event.data, event.actor) for event in log.walk(tx, NODE, "centre")]


def phase(centre, serial):
    with centre.store.read() as tx:
        found = [line.phase for line in lists.applications(tx, "all", "2026-11-21") if line.number == number(serial)]
    return found[0] if found else ""


def refused_with(code, act, *args, **more):
    with pytest.raises(YizhanError) as caught:
        act(*args, **more)
    assert caught.value.code == code


def test_what_still_cannot_be_acted_on_stays_with_its_reason(centre, room):
    done = aside.retry(centre, NODE, 1, 2, by=LI)
    assert (done.outcome, done.reason) == ("refused", "材料超过省级中心允许的大小。")
    assert waiting(centre) == [(1, 2, "material_too_large"), (1, 3, "not_filed")]
    assert acts(centre) == [(2, "refused", LI, "")]
    assert (told(centre), phase(centre, 2)) == ([], "")


def test_what_can_be_acted_on_now_is_taken_with_those_behind_it_and_the_room_is_told(centre, room):
    done = aside.retry(larger(centre), NODE, 1, 2, by=LI)
    assert (done.outcome, done.others) == ("taken", 1)
    assert (waiting(centre), phase(centre, 2)) == ([], "closed")
    assert [(kind, data["seq"], by) for kind, data, by in told(centre)] == [
        ("refusal.lifted", 2, LI),
        ("refusal.lifted", 3, LI),
    ]
    assert acts(centre) == [(2, "taken", LI, ""), (3, "taken", LI, "")]
    assert exchange(centre, room).ack.refused == ()
    assert verification.verify(centre)["whole"]


def test_the_same_retry_again_changes_nothing(centre, room):
    aside.retry(larger(centre), NODE, 1, 2, by=LI)
    before = (told(centre), acts(centre))
    refused_with("aside_unknown", aside.retry, larger(centre), NODE, 1, 2, by=LI)
    refused_with("aside_unknown", aside.retry, centre, NODE, 1, 1, by=LI)
    assert (told(centre), acts(centre)) == before


def test_a_crash_within_a_retry_leaves_everything_as_it_was(centre, room, monkeypatch):
    def dies(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(aside, "_tell", dies)
    with pytest.raises(KeyboardInterrupt):
        aside.retry(larger(centre), NODE, 1, 2, by=LI)
    assert waiting(centre) == [(1, 2, "material_too_large"), (1, 3, "not_filed")]
    assert (told(centre), acts(centre), phase(centre, 2)) == ([], [], "")


class Unfinished:
    """A program that cannot act on the filings of one serial yet, and after its upgrade can."""

    def __init__(self, serial):
        self.serial, self.upgraded, self.note = serial, False, room_said.note

    def __call__(self, tx, node_id, event, now):
        if not self.upgraded and event.application == number(self.serial) and event.kind == "application.filed":
            raise KeyError("a field that only the next version writes")
        self.note(tx, node_id, event, now)


@pytest.fixture
def unfinished(centre, monkeypatch):
    """A room whose second application and what follows it, and a kind of tomorrow, were refused by the program."""
    program = Unfinished(2)
    monkeypatch.setattr(room_said, "note", program)
    made = enrolled(centre)
    for serial in (1, 2, 3):
        made.file_one(serial)
    made.write("application.withdrawn", {}, 2)
    made.write(LATER, BODIES[LATER], 3)
    monkeypatch.delitem(kinds.KINDS, LATER)
    said = exchange(centre, made).ack.refused
    assert [(one.seq, one.code) for one in said] == [(2, "not_processed"), (4, "not_filed"), (5, "unknown_kind")]
    return program, made


def test_after_an_upgrade_the_serving_centre_takes_by_itself_what_the_program_could_not_act_on(centre, unfinished):
    program, room = unfinished
    before = (waiting(centre), told(centre), acts(centre))
    Rounds(centre).make()  # of the program that can't
    assert (waiting(centre), told(centre), acts(centre)) == before
    program.upgraded = True
    rounds = Rounds(centre)
    rounds.make()
    assert waiting(centre) == [(1, 5, "unknown_kind")]
    assert (phase(centre, 2), phase(centre, 3)) == ("closed", "received")
    assert [(kind, data["seq"]) for kind, data, _ in told(centre)] == [("refusal.lifted", 2), ("refusal.lifted", 4)]
    assert acts(centre) == [(2, "taken", aside.BY_ITSELF, ""), (4, "taken", aside.BY_ITSELF, "")]
    assert [one.code for one in exchange(centre, room).ack.refused] == ["unknown_kind"]
    rounds.make()
    assert aside.retry_every(centre) == 0
    assert len(acts(centre)) == 2
    assert verification.verify(centre)["whole"]


def test_a_kind_that_the_upgrade_brought_is_taken_and_what_a_person_set_aside_stays_aside(
    centre, unfinished, monkeypatch
):
    program, _ = unfinished
    program.upgraded = True
    aside.set_aside(centre, NODE, 1, 2, by=LI, reason="重复录入")
    monkeypatch.setitem(kinds.KINDS, LATER, NEWER)
    assert aside.retry_every(centre) == 1
    assert waiting(centre) == [(1, 4, "not_filed")]
    assert phase(centre, 2) == ""


@pytest.mark.parametrize("state", ["in doubt", "the material is too large"])
def test_by_itself_nothing_is_judged_anew_in_doubt_or_for_a_limit(centre, room, state):
    if state == "in doubt":
        with centre.store.write() as tx:
            tx.execute(update(tables.node).values(fork_at=centre.clock.now()))
            tx.execute(update(tables.event).where(tables.event.c.seq == 2).values(refused="not_processed"))
    assert aside.retry_every(larger(centre)) == 0
    assert (told(centre), acts(centre), phase(centre, 2)) == ([], [], "")


def test_what_is_set_aside_is_not_listed_and_changes_nothing(centre, room):
    aside.set_aside(centre, NODE, 1, 3, by=LI, reason="  撤回的 是没收到的件 ")
    assert waiting(centre) == [(1, 2, "material_too_large")]
    assert acts(centre) == [(3, "set_aside", LI, "撤回的 是没收到的件")]
    with centre.store.read() as tx:
        (line,) = lists.room_lines(tx)
    assert line.refused == 1
    refused_with("aside_unknown", aside.retry, larger(centre), NODE, 1, 3, by=LI)
    assert aside.retry(larger(centre), NODE, 1, 2, by=LI).others == 0
    assert phase(centre, 2) == "received"


@pytest.mark.parametrize("reason", ["", "   ", "长" * 201])
def test_setting_aside_needs_a_reason(centre, room, reason):
    refused_with("aside_reason", aside.set_aside, centre, NODE, 1, 2, by=LI, reason=reason)
    assert len(waiting(centre)) == 2


def test_new_keys_that_were_refused_are_never_bound_afterwards(centre, room):
    words = {"generation": 2, "suite": "modern-1", "at": "2026-11-21T09:13:00+08:00", "sign_key": "ab" * 32}
    words |= {"box_key": "cd" * 32, "by": "ef" * 32, "old": "12" * 64, "new": "34" * 64}
    room.write("keys.announced", words, application="")
    assert exchange(centre, room).ack.refused[-1].code == "bad_keys"
    refused_with("aside_final", aside.retry, centre, NODE, 1, 5, by=LI)
    assert aside.set_aside(centre, NODE, 1, 5, by=LI, reason="已请警务室再更换一次").outcome == "set_aside"
    with centre.store.read() as tx:
        assert rooms.get(tx, NODE).sign_key == room.sign.public


def test_while_two_machines_write_under_one_name_nothing_is_judged_anew(centre, room):
    with centre.store.write() as tx:
        tx.execute(tables.node.update().values(fork_at="2026-11-21T09:13:00+08:00"))
    refused_with("node_in_doubt", aside.retry, larger(centre), NODE, 1, 2, by=LI)


@pytest.mark.parametrize(("code", "outcome"), [("fork", "node_in_doubt"), ("fork_settled", ""), ("own_fork", "")])
def test_events_of_another_history_can_be_set_aside_once_it_is_settled(centre, room, code, outcome):
    place = {"node_id": NODE, "epoch": 1, "seq": 2, "digest": "ab" * 32}
    with centre.store.write() as tx:
        tx.execute(
            insert(tables.quarantine).values(place | {"code": code, "reason": "两台机器", "at": "x", "line": b""})
        )
    given = {"by": LI, "reason": "已核对", "digest": "ab" * 32}
    if outcome:
        refused_with(outcome, aside.set_aside, centre, NODE, 1, 2, **given)
        return
    aside.set_aside(centre, NODE, 1, 2, **given)
    refused_with("aside_unknown", aside.set_aside, centre, NODE, 1, 2, **given)
    with centre.store.read() as tx:
        assert aside.put_aside(tx, NODE) == []
    # the event of the log at that place waits still: it is another one
    assert waiting(centre)[0] == (1, 2, "material_too_large")


def test_a_room_takes_off_its_list_what_the_centre_took_after_all(enrolled, node, centre):
    sync_pair.file_one(node, photos=(sync_pair.PHOTO,))
    small = replace(centre, settings=replace(centre.settings, material_bytes_max=1000))
    link = sync_pair.Cut(enrolled._link, 99)
    link.post = lambda place, body: receive(small, place, body)  # type: ignore[method-assign]  # a smaller centre
    enrolled._link = link
    enrolled.drain()
    assert [item.code for item in quarantine.items(node)] == ["material_too_large"]
    assert aside.retry(centre, NODE, 1, 1, by=LI).outcome == "taken"
    link.post = lambda place, body: receive(centre, place, body)  # type: ignore[method-assign]  # the larger one
    assert enrolled.drain().went_well
    assert quarantine.items(node) == []
    with node.database.read() as tx:
        row = tx.execute("SELECT settled_by, settled_reason FROM quarantine").fetchone()
    assert tuple(row) == (LI, "省级中心已重新处理并采用")
    assert sync_pair.state(node).unsent_materials == 0


# the page and the command


@pytest.fixture
def desk(centre, room):
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    with serving(larger(centre)) as address:
        yield logged_in(address, "li", PASSWORD)


def test_the_page_of_a_room_judges_anew_and_sets_aside(desk, centre):
    page = desk.get(f"/review/nodes/{NODE}")
    assert "未采用的记录（2）" in page.words
    assert "材料超过省级中心允许的大小" in page.words
    desk.submit("set-aside", seq="3", reason="群众已另行撤回")
    assert "已搁置" in desk.page.words
    desk.submit("retry", seq="2")
    assert desk.sent[0] == ("POST", 303)
    assert "已重新处理并采用" in desk.page.words
    assert "未采用的记录（0）" in desk.page.words
    assert "群众已另行撤回" in desk.page.words
    assert acts(centre) == [(2, "taken", LI, ""), (3, "set_aside", LI, "群众已另行撤回")]


def test_a_stranger_judges_nothing_anew_and_sets_nothing_aside(desk, centre):
    stranger = Browser(desk.base)
    for act in ("retry", "set-aside"):
        page = stranger.post(f"/review/nodes/{NODE}/{act}", {"epoch": "1", "seq": "2", "reason": "x"})
        assert page.status in {400, 401, 403}
    assert (acts(centre), len(waiting(centre))) == ([], 2)


def test_a_place_that_is_no_number_is_told_in_a_sentence(desk, centre):
    desk.get(f"/review/nodes/{NODE}")
    desk.submit("retry", seq="二")
    assert desk.page.status == 400
    assert acts(centre) == []


def test_the_command_lists_judges_anew_and_sets_aside(centre, room, capsys):
    home = str(centre.settings.home)

    def ask(*words):
        capsys.readouterr()
        assert cli.main(["centre", "aside", NODE, *words, "--home", home, "--json"]) == 0
        return holds("centre_aside", json.loads(capsys.readouterr().out))

    assert [item["seq"] for item in ask()["waiting"]] == [2, 3]
    assert ask("--retry", "1:2", "--as", LI)["said"].startswith("已重新处理，仍不能采用")
    answer = ask("--set-aside", "1:2", "--reason", "材料已另行送达", "--as", LI)
    assert [item["seq"] for item in answer["waiting"]] == [3]
    assert answer["acts"][0]["by"] == LI
    assert cli.main(["centre", "aside", NODE, "--retry", "zwei", "--home", home, "--json"]) != 0
