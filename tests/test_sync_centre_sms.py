"""短信: what a room asked for without a network is given on once by the centre, whatever is killed on the way."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from edge import sms_outbox
from edge.accounts import Cost
from sync.centre import sms, tables
from sync.centre.centre import Centre, open_centre
from sync.centre.rounds import Rounds
from tests.expiring_data import YOUNG, lapsed_renewal
from tests.programs import ask

ROOT = Path(__file__).parent.parent
WEI = "officer:wei"
ABOUT = "id_card:2027-02-20"
# a program that gives messages on and is killed at the moment that its argument names
GIVER = """
import os, signal, sys
from pathlib import Path
from sync.centre import sms
from sync.centre.centre import open_centre

def die(*args, **more):
    os.kill(os.getpid(), signal.SIGKILL)

home, moment = Path(sys.argv[1]), sys.argv[2]
centre = open_centre(home)
if moment == "numbered":
    sms._line = die
elif moment == "written":
    written = sms.write_whole
    sms.write_whole = lambda *given: (written(*given), die())
elif moment == "noted":
    sms._name_it = die
elif moment == "named":
    named = sms._name_it
    sms._name_it = lambda part: (named(part), die())
sms.give(centre)
"""


def queue(node, number: str, token: str = "sms-token-00001", about: str = ABOUT) -> None:
    said = {"what": "居民身份证", "day": "2027-02-20"}
    sms_outbox.queue(node, number, "expiring", about, said, actor=WEI, token=token)


@pytest.fixture
def asked(enrolled, node) -> str:
    """A room that asked for one message, which the centre holds; the number of the application."""
    number = lapsed_renewal(node)
    queue(node, number)
    assert enrolled.drain().went_well
    return number


def lines(centre: Centre) -> list[dict]:
    """What whoever sends would find."""
    found = sorted(centre.settings.sms.glob("*.jsonl"))
    return [json.loads(line) for path in found for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_message_from_a_room_without_a_network_is_given_on_once_after_the_sync(asked, enrolled, node, centre):
    done = sms.give(centre)
    assert (done.messages, done.faulty, len(done.files)) == (1, 0, 1)
    (line,) = lines(centre)
    assert (line["to"], line["template"], line["node"]) == ("19900000155", "expiring", node.settings.node_id)
    assert "2027年2月20日" in line["text"]
    assert "石永福" not in json.dumps(line, ensure_ascii=False)
    assert enrolled.drain().went_well
    assert sms.give(centre) == sms.Given()
    assert len(lines(centre)) == 1
    (path,) = centre.settings.sms.glob("*.jsonl")
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_thing_asked_for_again_after_a_restored_backup_is_one_message(asked, enrolled, node, centre):
    with node.database.write() as tx:
        tx.execute("DELETE FROM sms")  # as a room that has lost its last records
    queue(node, asked, token="sms-token-00002")
    assert enrolled.drain().went_well
    sms.give(centre)
    assert len(lines(centre)) == 1


def test_a_file_that_was_taken_away_is_not_written_again(asked, enrolled, node, centre):
    sms.give(centre)
    for path in centre.settings.sms.glob("*.jsonl"):
        path.unlink()
    queue(node, asked, token="sms-token-00003", about="id_card:2027-02-21")
    assert enrolled.drain().went_well
    assert sms.give(centre).messages == 1
    assert len(lines(centre)) == 1


@pytest.mark.parametrize("moment", ["numbered", "written", "noted", "named"])
def test_a_giver_that_is_killed_loses_and_doubles_nothing(asked, centre, moment):
    home = centre.settings.home
    centre.close()
    done = subprocess.run([sys.executable, "-c", GIVER, str(home), moment], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    again = open_centre(home, cost=Cost(1024, 1, 1))
    before = len(lines(again))
    assert before == int(moment == "named")
    sms.give(again)
    sms.give(again)
    assert len(lines(again)) == 1
    assert not list(again.settings.sms.glob(f"*{sms.PART}"))
    with again.store.read() as tx:
        assert sms.waiting(tx) == 0
    again.close()


def test_a_message_to_nobody_is_noted_and_holds_up_no_other(asked, enrolled, node, centre):
    other = lapsed_renewal(node, number=YOUNG)
    queue(node, other, token="sms-token-00004")
    with node.database.write() as tx:  # a message whose application has no telephone any more, as a stranger would ask
        from edge import log

        log.append(
            tx,
            "sms.queued",
            "",
            {"application": "52242500170000000", "template": "expiring", "about": "x", "parameters": {}},
            WEI,
        )
        log.append(
            tx, "sms.queued", "", {"application": other, "template": "unknown", "about": "x", "parameters": {}}, WEI
        )
    assert enrolled.drain().went_well
    done = sms.give(centre)
    assert (done.messages, done.faulty) == (2, 2)
    with centre.store.read() as tx:
        faults = set(tx.execute(select(tables.sms.c.fault)).scalars())
    assert faults == {"", sms.NO_NUMBER, sms.NO_TEMPLATE}


def test_the_command_answers_as_its_schema_says_and_a_serving_centre_does_it_by_itself(asked, enrolled, node, centre):
    answer = ask("centre_sms", "centre", "sms", "--home", centre.settings.home)
    assert (answer["messages"], len(answer["files"])) == (1, 1)
    queue(node, asked, token="sms-token-00005", about="id_card:2027-02-22")
    assert enrolled.drain().went_well
    Rounds(centre).make()
    assert len(lines(centre)) == 2
