"""A composed service (一件事) at the node: filed once, all or nothing; its parts go their own way."""

import copy
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import FixedClock, make_home
from desk_app import application, centre_acks, centre_says, kinds
from desk_app import photo as photo_file

from edge import applications, drafts, heads, log, materials, projections, verify, wholes
from edge.errors import Refused, YizhanError
from edge.node import open_node
from forms.definition import build
from forms.events import Head

SERVICE = "xinshenger-chusheng"
HERE = Path(__file__).parent
PARTS = ["household", "vaccine", "insurance", "card"]
GRANTED = {"result": "granted"}
NOTICE = {"items": [{"target": "field", "ref": "/home/address", "label": "孩子住在哪里", "defect": "请写到村、组"}]}


def answers(node, sample=0):
    return copy.deepcopy(node.newest(SERVICE).samples["valid"][sample]["answers"])


def file(node, token="token-0001", given=None, **more):
    return applications.file(
        node, SERVICE, given or answers(node), token=token, channel="import", actor="import", **more
    )


def part_numbers(node, filed):
    return dict(application(node, filed.number).state.parts)


def all_filed(node):
    with node.database.read() as tx:
        return [event for event in log.up(tx) if event.kind == "application.filed"]


def refused_with(code, do, *args, **more):
    with pytest.raises(YizhanError) as caught:
        do(*args, **more)
    assert caught.value.code == code


def test_one_filing_makes_the_whole_and_its_parts_with_numbers_and_receipts_of_their_own(node):
    filed = file(node)
    whole = application(node, filed.number)
    assert [code for code, _ in whole.state.parts] == PARTS
    numbers = [filed.number, *(number for _, number in whole.state.parts)]
    assert [event.application for event in all_filed(node)] == numbers
    assert len({application(node, number).state.receipt.token for number in numbers}) == 5
    for _, number in whole.state.parts:
        assert application(node, number).state.whole == filed.number
    assert application(node, numbers[1]).definition.id == "chusheng-dengji"


def test_a_part_holds_its_own_answers_and_a_file_is_stored_once(node):
    photo = materials.store(node, photo_file(), "出生证.jpg", "import", "/files/certificate")
    given = answers(node)
    given["files"]["certificate"] = f"sha256:{photo.sha256}"
    numbers = part_numbers(node, file(node, given=given, materials=[photo]))
    vaccine = application(node, numbers["vaccine"]).state
    assert vaccine.answers["applicant"] == {
        "name": "石大勇",
        "idNumber": "522425199506189853",
        "hasPhone": True,
        "phone": "19900000159",
    }
    assert [one.sha256 for one in vaccine.materials] == [photo.sha256]
    assert application(node, numbers["card"]).state.materials == ()
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM material").fetchone()[0] == 1


def test_a_file_in_a_material_of_the_whole_goes_to_the_parts_that_name_it(node):
    def named(raw):
        raw["x-service"]["parts"][1]["materials"] = {"identity": "birth_certificate"}

    photo = materials.store(node, photo_file(), "出生证.jpg", "import", "birth_certificate")
    add(node, other(node, named))
    numbers = part_numbers(node, file(node, materials=[photo]))
    assert [(one.sha256, one.slot) for one in application(node, numbers["vaccine"]).state.materials] == [
        (photo.sha256, "identity")
    ]
    assert application(node, numbers["card"]).state.materials == ()


def add(node, service):
    """A service that was published here."""
    node.catalogue.add(service)
    node.standing = replace(node.standing, published=node.standing.published | {service.digest})


def other(node, change):
    """The composed service as a later version with its file changed."""
    raw = copy.deepcopy(node.newest(SERVICE).raw)
    raw["version"] = "2026.11.9"
    change(raw)
    return build(raw, "f" * 64)


def test_the_same_token_again_returns_the_first_and_files_nothing(node):
    first, again = file(node), file(node)
    assert (again.number, again.token, first.created, again.created) == (first.number, first.token, True, False)
    assert len(all_filed(node)) == 5


def test_what_a_part_does_not_take_is_shown_at_the_field_of_the_whole_and_nothing_is_filed(node):
    def loose(raw):
        raw["schema"]["properties"]["allowance"]["properties"]["account"].pop("pattern")

    add(node, other(node, loose))
    given = answers(node, 2)
    given["allowance"]["account"] = "我的卡"
    with pytest.raises(Refused) as caught:
        file(node, given=given)
    assert [one.path for one in caught.value.problems] == ["/allowance/account"]
    assert all_filed(node) == []


def test_a_whole_that_asks_for_no_part_is_refused(node):
    def never(raw):
        for part in raw["x-service"]["parts"]:
            part["when"] = False

    add(node, other(node, never))
    with pytest.raises(Refused) as caught:
        file(node)
    assert [one.message for one in caught.value.problems] == [wholes.NO_PART]


def test_a_stranger_files_nothing_with_somebody_elses_draft(node):
    draft = drafts.save(node, drafts.create(node, SERVICE, "kiosk:a"), answers(node))
    stranger = draft._replace(owner="kiosk:b")
    refused_with("not_found", drafts.file, node, stranger)
    assert all_filed(node) == []


def test_a_part_that_is_to_be_corrected_stops_neither_the_others_nor_the_whole(node):
    given = answers(node)
    for group, name in (("files", "certificate"), ("declaration", "signature")):
        photo = materials.store(node, photo_file(), "照片.jpg", "import", f"/{group}/{name}")
        given[group][name] = f"sha256:{photo.sha256}"
    filed = file(node, given=given)
    numbers = part_numbers(node, filed)
    centre_says(node, "correction.requested", numbers["vaccine"], NOTICE)
    centre_says(node, "application.decided", numbers["household"], GRANTED)
    whole = application(node, filed.number)
    assert (whole.head.phase, whole.head.phase_title) == ("accepted", "4 项中 1 项已办结")
    assert application(node, numbers["vaccine"]).state.phase == "correction"
    assert application(node, numbers["card"]).clocks(node.calendar, node.clock.now()) != []
    answered = application(node, numbers["vaccine"]).state.answers
    answered["home"]["address"] = "石桥镇大坪村4组"
    applications.answer_correction(node, numbers["vaccine"], answered, actor="officer:wei")
    assert application(node, numbers["insurance"]).state.answers["home"]["address"] == "石桥镇大坪村3组"


def test_the_whole_is_closed_with_its_last_part_and_its_row_is_what_the_log_says(node):
    filed = file(node)
    for number in part_numbers(node, filed).values():
        assert application(node, filed.number).head.phase != "closed"
        centre_says(node, "application.decided", number, GRANTED)
    assert application(node, filed.number).head.phase_title == "办结（准予）"
    with node.database.write() as tx:
        assert heads.differing(tx) == []
        before = [tuple(row) for row in tx.execute("SELECT * FROM head ORDER BY id")]
        projections.rebuild(tx)
        assert [tuple(row) for row in tx.execute("SELECT * FROM head ORDER BY id")] == before


def test_withdrawing_the_whole_withdraws_its_open_parts_and_leaves_what_is_decided(node):
    filed = file(node)
    numbers = part_numbers(node, filed)
    centre_says(node, "application.decided", numbers["vaccine"], GRANTED)
    applications.withdraw(node, filed.number, actor="officer:wei", reason="不办了", token="withdraw-1")
    applications.withdraw(node, filed.number, actor="officer:wei", reason="不办了", token="withdraw-1")
    results = {code: application(node, number).state.result for code, number in numbers.items()}
    assert results == {"household": "withdrawn", "vaccine": "granted", "insurance": "withdrawn", "card": "withdrawn"}
    assert application(node, filed.number).state.result == "mixed"
    assert kinds(node, numbers["card"]).count("application.withdrawn") == 1
    refused_with("not_allowed_now", applications.withdraw, node, filed.number, actor="officer:wei")


def test_a_person_is_looked_at_once_for_all_parts(node):
    filed = file(node)
    applications.verify_identity(node, filed.number, "officer", actor="officer:wei")
    assert {application(node, number).state.identity for number in part_numbers(node, filed).values()} == {"officer"}


def test_a_material_is_added_to_a_part_and_not_to_the_whole(node):
    filed = file(node)
    photo = materials.store(node, photo_file(), "补.jpg", "officer:wei", "identity")
    refused_with("whole_by_parts", applications.add_material, node, filed.number, photo, actor="officer:wei")
    number = part_numbers(node, filed)["card"]
    assert (
        applications.add_material(node, number, photo, actor="officer:wei").state.materials[-1].sha256 == photo.sha256
    )


def test_the_whole_is_received_when_the_centre_holds_its_last_part(node):
    filed = file(node)
    with node.database.read() as tx:
        events = log.up(tx)
    centre_acks(node, upto=Head.of(events[-2]))
    assert not application(node, filed.number).received_by_centre
    centre_acks(node)
    assert application(node, filed.number).received_by_centre


# --- killed while it files

PROGRAM = """
import json, os, sys
from pathlib import Path
sys.path[:0] = {path!r}
from conftest import FixedClock
from edge import applications
from edge.node import open_node
home = Path(sys.argv[1])
node = open_node(home, FixedClock())
given = node.newest("{service}").samples["valid"][0]["answers"]
filed = applications.file(node, "{service}", given, token="token-0001", channel="import", actor="import")
(home / "said").write_text(filed.number)
os._exit(0)
"""


def traced(home, *options):
    files = ["data/node.db", "data/node.db-wal", "data/witness"]
    watched = [part for name in files for part in ("-P", str(home / name))]
    program = PROGRAM.format(path=[str(HERE), str(HERE.parent)], service=SERVICE)
    command = ["strace", "-f", "-qq", *watched, *options, sys.executable, "-c", program, str(home)]
    return subprocess.run(command, check=False, capture_output=True).returncode


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace injects the faults")
def test_a_filing_that_is_killed_is_there_with_all_of_its_parts_or_not_at_all(tmp_path):
    used = make_home(tmp_path / "used")
    open_node(used, FixedClock()).close()
    seen = set()
    for call, count in [
        ("pwrite64", 1),
        ("pwrite64", 5),
        ("pwrite64", 20),
        ("fdatasync", 1),
        ("fdatasync", 2),
        ("write", 1),
    ]:
        home = tmp_path / f"{call}-{count}"
        shutil.copytree(used, home)
        fault = ("-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={count}")
        killed = traced(home, *fault) != 0
        assert not (killed and (home / "said").exists())
        seen.add(after(home))
    assert seen <= {0, 5}
    assert 0 in seen


def after(home):
    """How many were filed; sending the same again makes it five either way."""
    node = open_node(home, FixedClock())
    try:
        kept = len(all_filed(node))
        file(node)
        assert len(all_filed(node)) == 5
        assert verify.verify(node.database).faults == []
    finally:
        node.close()
    return kept
