"""The centre's own purge: nothing of a person is left in rows, pages, log and files; chains stand; a stop is mended."""

import copy
import errno
from argparse import Namespace

import pytest
from sqlalchemy import select, update

from edge import residues
from edge.cli import main
from edge.commands.centre import opened
from edge.errors import YizhanError
from forms import events
from forms.events import Head
from sync import frames
from sync.centre import cases, erasing, log, projection, tables, verification
from sync.centre.receiver import receive
from tests.asking import told
from tests.centre_room import MATERIAL, NODE, SHA, enrolled, number, pieces, sample

NAME, PHONE, OTHER = "韦小满婆", "19900000987", "石永福贵"
DAYS = 400


def named(name, phone="", **changes):
    body = copy.deepcopy(sample(**changes))
    body["answers"]["applicant"] |= {"name": name} | ({"phone": phone} if phone else {})
    return body


@pytest.fixture
def room(centre):
    """Two applications with the same photo, the first granted and rated with words and a telephone number."""
    room = enrolled(centre)
    room.write("application.filed", named(NAME, PHONE, materials=[MATERIAL]), 1)
    room.write("application.filed", named(OTHER, materials=[MATERIAL]), 2)
    rated = {"application": number(1), "grade": 2, "how": "kiosk", "words": f"{NAME}等太久", "callback": PHONE}
    room.write("rating.given", rated, application="")
    for sent in (room.batch(), room.batch(chunks=pieces())):
        room.read(receive(centre, NODE, sent), sent)
    cases.accept(centre, number(1), actor="centre:chen")
    cases.decide(centre, number(1), actor="centre:chen", result="granted")
    return room


def purge(centre, *numbers):
    return erasing.erase(centre, numbers or [number(1)], why="request", note="本人书面要求", actor="centre:chen")


def left(centre):
    """Rows of files that nothing names."""
    with centre.store.read() as tx:
        return len(erasing.unnamed(tx, NODE))


def rows_that_say(centre, *marks):
    """(table, column) of every row anywhere in the store that says one of these."""
    found = set()
    with centre.store.read() as tx:
        for table in tables.metadata.sorted_tables:
            for row in tx.execute(select(table)).mappings():
                for column, value in row.items():
                    text = (
                        bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
                    )
                    if any(mark in text for mark in marks):
                        found.add((table.name, column))
    return found


def test_every_table_that_knows_an_application_says_what_becomes_of_it():
    knowing = {
        table.name
        for table in tables.metadata.sorted_tables
        if "node_id" in table.c and ("number" in table.c or "application" in table.c)
    }
    assert knowing == {*erasing.GONE, *erasing.BLANKED, *erasing.KEPT}


def test_nothing_that_somebody_said_of_himself_stays_in_any_table_and_both_chains_stand(centre, room):
    assert {("event", "body"), ("application", "applicant"), ("word", "word"), ("rating", "callback")} <= rows_that_say(
        centre, NAME, PHONE
    )
    done = purge(centre)
    assert (done.applications, done.files) == ((number(1),), 0)
    assert rows_that_say(centre, NAME, PHONE) == set()
    assert ("application", "applicant") in rows_that_say(centre, OTHER)
    for side in ("node", "centre"):
        with centre.store.read() as tx:
            events.verify_chain(log.walk(tx, NODE, side), Head.start(side, NODE))
    assert verification.verify(centre)["whole"]
    with pytest.raises(YizhanError) as caught:
        cases.get(centre, number(1))
    assert caught.value.code == "not_found"


def test_nothing_is_legible_in_the_pages_of_the_store_and_its_log_with_the_key_in_hand(centre, room):
    path = centre.settings.home / "centre.db"
    key = bytes.fromhex(centre.settings.key_file.read_text(encoding="ascii").strip())

    def legible(mark):
        return sum(page.count(mark.encode()) for page in residues.pages_of(path, key))

    assert legible(NAME) > 0
    assert legible(PHONE) > 0
    purge(centre)
    assert (legible(NAME), legible(PHONE)) == (0, 0)
    assert legible(OTHER) > 0


def test_a_file_goes_with_the_last_application_that_names_it_and_after_a_stop_too(centre, room):
    purge(centre)
    assert centre.blobs.whole(NODE, SHA)
    cases.accept(centre, number(2), actor="centre:chen")
    cases.decide(centre, number(2), actor="centre:chen", result="granted")
    real, stopped = centre.blobs.forget, []

    def stop(node_id, sha256):
        stopped.append(sha256)
        raise OSError(5, "killed here")

    object.__setattr__(centre.blobs, "forget", stop)
    with pytest.raises(OSError, match="killed here"):
        purge(centre, number(2))
    object.__setattr__(centre.blobs, "forget", real)
    assert (stopped, centre.blobs.whole(NODE, SHA)) == ([SHA], True)
    centre.blobs.forget(NODE, SHA)  # as where the file went, and the power before its row
    assert verification.verify(centre)["whole"]
    assert left(centre) == 1
    with pytest.raises(YizhanError, match="没有找到"):
        purge(centre, number(2))
    assert left(centre) == 0
    assert erasing.daily(centre).files == 0


@pytest.mark.parametrize(("which", "code"), [(2, "erase_open"), (9, "not_found")])
def test_what_is_open_or_unknown_is_not_erased(centre, room, which, code):
    with pytest.raises(YizhanError) as caught:
        purge(centre, number(which))
    assert caught.value.code == code
    assert rows_that_say(centre, NAME)


def test_a_second_purge_of_the_same_finds_nothing(centre, room):
    purge(centre)
    with pytest.raises(YizhanError) as caught:
        purge(centre)
    assert caught.value.code == "not_found"


def test_rows_made_anew_from_the_logs_bring_nobody_back(centre, room):
    purge(centre)
    with centre.store.write() as tx:
        projection.rebuild(tx, centre, NODE)
    assert rows_that_say(centre, NAME, PHONE) == set()
    assert ("application", "applicant") in rows_that_say(centre, OTHER)


def test_the_room_hears_that_the_centre_erased_and_a_replaced_laptop_takes_the_erased_log(centre, room):
    purge(centre)
    with centre.store.read() as tx:
        last = list(log.walk(tx, NODE, "centre"))[-1]
        held = list(log.walk(tx, NODE, "node"))
    assert (last.kind, last.data["applications"], last.data["files"]) == ("record.purged", [number(1)], 1)
    back = frames.unpack(frames.pack(held), held[0].prev).events
    assert list(back) == held
    events.verify_chain(back, Head.start("node", NODE))
    assert [events.is_erased(one.body) for one in back] == [True, False, True]


def test_what_is_due_goes_by_its_term_and_never_before_six_months(centre, room):
    with centre.store.write() as tx:
        tx.execute(update(tables.fact).filter_by(number=number(1)).values(closed_at="2024-01-02T10:00:00+08:00"))
    assert erasing.due(centre) == []
    object.__setattr__(centre.settings, "erase_after_days", 179)
    with pytest.raises(YizhanError) as caught:
        erasing.due(centre)
    assert caught.value.code == "erase_too_early"
    object.__setattr__(centre.settings, "erase_after_days", DAYS)
    assert erasing.due(centre) == [number(1)]
    assert erasing.daily(centre).applications == (number(1),)
    assert erasing.daily(centre).applications == ()


def test_the_command_lists_what_is_due_and_erases_what_is_named_with_a_reason(centre, room, capsys):
    home = ("--home", str(centre.settings.home))
    assert told(capsys, "centre_purge", "centre", "purge", *home) == {
        "applications": [],
        "early": [],
        "fields": 0,
        "records": 0,
        "erased": False,
        "events": 0,
        "files": 0,
        "log_emptied": True,
    }
    assert main(["centre", "purge", "--number", number(1), *home]) == 1
    assert rows_that_say(centre, NAME)
    capsys.readouterr()
    done = told(capsys, "centre_purge", "centre", "purge", "--number", number(1), "--reason", "本人要求", *home)
    assert (done["applications"], done["erased"], done["files"]) == ([number(1)], True, 0)
    assert rows_that_say(centre, NAME, PHONE) == set()


def broken_off(centre, number):
    """A command during which the disk fails in this way; with 0, the store does."""
    with opened(Namespace(home=centre.settings.home)) as here, here.store.read() as tx:
        if number:
            raise OSError(number, "unlink")
        tx.exec_driver_sql("SELECT * FROM nowhere")


FAULTS = [(errno.EIO, "磁盘读写出错"), (errno.ENOSPC, "磁盘满了"), (0, "no such table")]


@pytest.mark.parametrize(("number", "said"), FAULTS)
def test_a_command_says_what_to_do_where_the_disk_or_the_store_fails_meanwhile(centre, number, said):
    with pytest.raises(YizhanError) as caught:
        broken_off(centre, number)
    assert caught.value.code == "centre_store_fault"
    assert said in caught.value.sentence


def test_what_is_no_fault_of_the_disk_is_told_as_it_is(centre):
    with pytest.raises(FileNotFoundError):
        broken_off(centre, errno.ENOENT)
