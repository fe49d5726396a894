"""Filing and what may follow: each act once, on disk before its answer, found again."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import FixedClock
from PIL import Image
from service_for_tests import ID_NUMBER, answers

from edge import applications, definitions, drafts, log, materials, projections, receipts, submissions, verify
from edge.errors import Refused, YizhanError
from edge.node import open_node
from forms import definition as files
from forms import events
from forms.events import Head
from forms.state import Material

TOKEN = "token-0001"


def file(node, token=TOKEN, raw=None, **more):
    return applications.file(node, "ceshi-dengji", raw or answers(), token=token, **{"channel": "kiosk", "actor": "kiosk", **more})


def get(node, number):
    with node.database.read() as tx:
        return applications.get(tx, number)


def events_of(node) -> list:
    with node.database.read() as tx:
        return log.up(tx)


def photo(node, slot="proof", colour="red") -> Material:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return materials.store(node, out.getvalue(), "房产证.png", "kiosk", slot)


def problem_of(call, *arguments, **more) -> YizhanError:
    with pytest.raises(YizhanError) as caught:
        call(*arguments, **more)
    return caught.value


def centre_says(node, kind: str, body: dict, number: str) -> list:
    """What the centre writes for this node, chained on what it wrote before."""
    with node.database.write() as tx:
        held, seen = log.head(tx, "centre"), log.head(tx)
        event = events.seal(
            seq=held.seq + 1, epoch=1, id=os.urandom(16).hex(), application=number, kind=kind, at="2026-11-21T15:00:00+08:00",
            centre_at="2026-11-21T15:00:00+08:00", ticks=held.seq + 1, actor="centre:li", seen=str(seen),
            body=events.canonical(body), salt=bytes(16), prev=held.digest,
        )
        return applications.apply_down(tx, [event])


def ack(node, head: Head | None = None) -> None:
    with node.database.write() as tx:
        log.set_acked(tx, head or log.head(tx), "2026-11-21T14:00:00+08:00", raw=b"signed")


# filing


def test_a_filing_is_one_event_one_row_and_a_receipt(node, clock, definition):
    filed = file(node)
    assert filed.created
    assert filed.state == "received"
    assert receipts.is_number(filed.number)
    assert receipts.is_token(filed.token)
    application = get(node, filed.number)
    assert [event.kind for event in events_of(node)] == ["application.filed"]
    assert events_of(node)[0].data == {
        "client": submissions.mark(TOKEN),
        "service": {"id": "ceshi-dengji", "version": "2026.11.1", "digest": definition.digest},
        "answers": answers(),
        "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"},
        "channel": "kiosk",
        "receipt": {"token": filed.token, "code": filed.code},
        "materials": [],
        "urgent": False,
        "identity": "unverified",
    }
    head = application.head
    assert (head.applicant, head.phase, head.phase_title, head.title) == ("王秀梅", "received", "已收件", "测试登记")
    assert (head.filed_at, head.channel, head.urgent, head.received_by_centre, head.unsent) == (clock.now(), "kiosk", False, False, True)
    assert application.state.answers == answers()
    with node.database.read() as tx:
        assert applications.counts(tx) == {"received": 1}


def test_a_repeated_token_returns_the_first_application(node):
    first = file(node)
    again = file(node, raw=answers("李四四"))
    assert (again.number, again.token, again.code, again.created) == (first.number, first.token, first.code, False)
    assert len(events_of(node)) == 1


def test_another_token_is_another_application(node):
    assert file(node).number != file(node, "token-0002").number


@pytest.mark.parametrize("token", ["", "short", "x" * 101, "has space here", "中文令牌中文令牌", "good-token\n"])
def test_a_token_of_another_form_is_refused(node, token):
    assert problem_of(file, node, token).code == "bad_token"
    assert events_of(node) == []


def test_wrong_answers_are_refused_with_their_places_and_leave_nothing(node):
    with pytest.raises(Refused) as caught:
        file(node, raw={"applicant": {"name": "王秀梅", "idNumber": "522425196603120028"}})
    assert [(one.path, one.keyword) for one in caught.value.problems] == [("/applicant/idNumber", "format")]
    assert events_of(node) == []
    assert file(node).number.endswith(receipts.number("5224250017", 1, 1)[-7:])


def test_a_service_that_is_not_here_is_a_sentence(node):
    error = problem_of(applications.file, node, "no-such", {}, token=TOKEN, channel="api", actor="api")
    assert (error.code, error.status) == ("service_unknown", 404)


def test_paper_entered_later_is_judged_by_its_own_day(node):
    number = file(node, on="2026-10-01", channel="import", actor="import").number
    assert get(node, number).state.context["filing_day"] == "2026-10-01"


def test_files_of_answers_and_materials_of_the_list_go_into_the_event(node):
    picture, proof = photo(node, "/photo"), photo(node, "proof", "blue")
    number = file(node, raw=answers(photo=f"sha256:{picture.sha256}"), materials=[picture, proof]).number
    assert set(get(node, number).state.materials) == {picture, proof}


def test_a_file_that_is_not_stored_here_must_be_taken_again(node):
    with pytest.raises(Refused) as caught:
        file(node, raw=answers(photo="sha256:" + "0" * 64))
    assert [one.path for one in caught.value.problems] == ["/photo"]
    assert "必须重新拍照" in caught.value.problems[0].message
    assert events_of(node) == []


def test_a_file_of_paper_that_is_entered_later_may_follow_and_is_not_counted_as_held(node):
    number = file(node, raw=answers(photo="sha256:" + "0" * 64), channel="import", actor="import").number
    state = get(node, number).state
    assert (state.answers["photo"], state.materials) == ("sha256:" + "0" * 64, ())


def test_a_material_that_is_not_stored_here_is_refused_too(node):
    with pytest.raises(Refused) as caught:
        file(node, materials=[Material("0" * 64, 5, "image/png", "a.png", "proof")])
    assert [one.path for one in caught.value.problems] == ["proof"]


def test_an_urgent_case_is_marked_and_starts_a_sync_and_another_does_not(node):
    calls = []
    node.hooks.send_now = lambda: calls.append(1)
    assert not get(node, file(node).number).head.urgent
    assert calls == []
    assert get(node, file(node, "token-0002", answers(lost=True)).number).head.urgent
    assert calls == [1]


# looking up


def test_the_applicant_is_the_first_name_of_the_form_and_all_names_are_found(node):
    number = file(node, raw=answers("王秀梅", agent={"name": "安平安"})).number
    with node.database.read() as tx:
        assert applications.get(tx, number).head.applicant == "王秀梅"
        assert [row.number for row in applications.search(tx, "安平")] == [number]


def test_a_definition_from_the_store_is_the_very_same(node, definition):
    drafts.create(node, "ceshi-dengji", "kiosk")
    with node.database.read() as tx:
        held = definitions.find(tx, definition.digest)
    assert json.dumps(held.raw) == json.dumps(definition.raw)
    assert files.load(held.raw).digest == definition.digest


def test_a_receipt_token_finds_the_application_and_a_strangers_finds_none(node):
    filed = file(node)
    with node.database.read() as tx:
        assert applications.by_token(tx, filed.token.lower()).number == filed.number
        assert problem_of(applications.by_token, tx, "A" * 26).status == 404
        assert problem_of(applications.get, tx, "5224250017100011").status == 404


@pytest.fixture
def three(node):
    people = ["欧阳娜娜", "王芳", "买买提·艾力"]
    return [file(node, f"token-{n:04}", answers(name, **({"lost": True} if n == 2 else {}))).number for n, name in enumerate(people)]


@pytest.mark.parametrize(
    ("text", "found"),
    [("", [2, 1, 0]), ("欧阳", [0]), ("王芳", [1]), ("芳", []), ("王", [1]), ("娜娜", [0]), ("买买提艾力", [2]), ("买买提·艾力", [2]), ("oynn", [0]), ("wf", [1]), ("WANGF", [1]), ("阳欧", []), ("李", []), ('"', []), ("*", []), ("OR", []), ("   ", [2, 1, 0]), (ID_NUMBER, [2, 1, 0]), ("110101199003070003", [])],
)
def test_applications_are_found_by_name_pinyin_and_identity_number(node, three, text, found):
    with node.database.read() as tx:
        assert [row.number for row in applications.search(tx, text)] == [three[n] for n in found]


def test_applications_are_found_by_number_and_by_its_last_digits(node, three):
    with node.database.read() as tx:
        grouped = " ".join(three[1][place : place + 4] for place in range(0, 17, 4))
        for text in (three[1], grouped, three[1][-6:], three[1][-4:], "王 " + three[1][-5:]):
            assert [row.number for row in applications.search(tx, text)] == [three[1]]
        assert len(applications.search(tx, "5224250017")) == 3
        assert len(applications.search(tx, three[0][:11])) == 3
        assert applications.search(tx, "0000") == applications.search(tx, "李 " + three[1][-5:]) == []


def test_the_identity_number_is_in_no_index_in_clear(node, three):
    with node.database.read() as tx:
        words = tx.execute("SELECT count(*) FROM head_words WHERE head_words MATCH ?", (f'"{ID_NUMBER}"',)).fetchone()[0]
        row = "".join(str(value) for value in tx.execute("SELECT * FROM head").fetchone())
    assert words == 0
    assert ID_NUMBER not in row


def test_pages_follow_each_other_by_offset_and_by_the_last_row(node, three):
    with node.database.read() as tx:
        first = applications.search(tx, limit=2)
        assert [row.number for row in applications.search(tx, limit=2, offset=2)] == [three[0]]
        assert [row.number for row in applications.search(tx, limit=2, before=first[-1].id)] == [three[0]]
        assert [row.number for row in applications.search(tx, "欧阳", before=first[-1].id)] == [three[0]]


def test_a_list_is_narrowed_by_state_and_by_what_is_unsent(node, three):
    applications.withdraw(node, three[1], actor="officer:wang")
    ack(node, Head.of(events_of(node)[0]))
    with node.database.read() as tx:
        assert [row.number for row in applications.search(tx, state="closed")] == [three[1]]
        assert [row.number for row in applications.search(tx, "王", state="received")] == []
        assert [row.number for row in applications.search(tx, unsent=True)] == [three[2], three[1]]
        assert applications.counts(tx) == {"received": 2, "closed": 1}


# received by the centre


def test_received_by_the_centre_is_what_a_signed_ack_covers_and_nothing_else(node):
    first, second = file(node).number, file(node, "token-0002").number
    assert not get(node, first).received_by_centre
    ack(node, Head.of(events_of(node)[0]))
    assert get(node, first).received_by_centre
    assert not get(node, second).received_by_centre
    ack(node)
    assert get(node, second).received_by_centre


def test_what_was_added_after_the_ack_is_unsent_again(node):
    number = file(node).number
    ack(node)
    assert not get(node, number).head.unsent
    applications.add_material(node, number, photo(node), actor="officer:wang")
    assert get(node, number).head.unsent
    assert get(node, number).received_by_centre


# what may follow


def test_a_material_is_added_and_a_lost_or_foreign_one_is_not(node):
    number = file(node).number
    proof = photo(node)
    assert applications.add_material(node, number, proof, actor="officer:wang").state.materials == (proof,)
    assert problem_of(applications.add_material, node, number, Material("0" * 64, 1, "image/png", "", "proof"), actor="x").code == "material_missing"
    assert problem_of(applications.add_material, node, "5224250017100011", proof, actor="x").code == "not_found"
    assert len(events_of(node)) == 2


def test_a_repeated_act_with_its_token_happens_once(node):
    number, proof = file(node).number, photo(node)
    for _ in range(2):
        applications.add_material(node, number, proof, actor="officer:wang", token="add-token-1")
    assert len(events_of(node)) == 2


NOTICE = {"items": [{"target": "field", "ref": "/applicant/name", "label": "姓名", "defect": "与证件不符"}], "due_day": "2026-12-01"}


def test_the_centres_correction_is_shown_and_answered(node):
    number = file(node).number
    centre_says(node, "correction.requested", NOTICE, number)
    assert get(node, number).head.phase == "correction"
    proof = photo(node)
    done = applications.answer_correction(node, number, answers("王秀美"), actor="officer:wang", materials=[proof])
    assert (done.state.phase, done.head.phase_title, done.head.applicant) == ("received", "已补正，等待受理", "王秀美")
    assert done.state.materials == (proof,)
    with node.database.read() as tx:
        assert [row.number for row in applications.search(tx, "王秀美")] == [number]
        assert applications.search(tx, "秀梅") == []


def test_a_wrong_correction_is_refused_and_the_notice_stays_open(node):
    number = file(node).number
    centre_says(node, "correction.requested", NOTICE, number)
    with pytest.raises(Refused):
        applications.answer_correction(node, number, {"applicant": {"name": "王秀美"}}, actor="officer:wang")
    assert get(node, number).head.phase == "correction"


def test_a_correction_that_nobody_asked_for_is_a_sentence(node):
    number = file(node).number
    error = problem_of(applications.answer_correction, node, number, answers(), actor="officer:wang")
    assert (error.code, error.sentence) == ("not_allowed_now", "办件当前是“已收件”，不能再补正")


def test_the_centres_decision_closes_and_nothing_follows(node):
    number = file(node).number
    centre_says(node, "application.accepted", {}, number)
    centre_says(node, "application.decided", {"result": "granted"}, number)
    assert get(node, number).head.phase_title == "办结（准予）"
    proof = photo(node)
    for call in (lambda: applications.withdraw(node, number, actor="x"), lambda: applications.add_material(node, number, proof, actor="x"), lambda: applications.verify_identity(node, number, "card", actor="x")):
        assert problem_of(call).code == "not_allowed_now"


def test_a_withdrawal_and_a_checked_identity_are_recorded(node):
    number = file(node).number
    assert applications.verify_identity(node, number, "officer", actor="officer:wang").state.identity == "officer"
    assert applications.withdraw(node, number, actor="officer:wang", reason="不办了").head.phase_title == "办结（撤回）"


def test_an_event_of_the_centre_about_an_unknown_application_changes_no_row(node):
    assert len(centre_says(node, "application.accepted", {}, "52242500171009995")) == 1
    with node.database.read() as tx:
        assert applications.search(tx) == []


# projections, definitions, chains


def everything(node) -> dict:
    tables = ("head", "head_person", "head_material")
    with node.database.read() as tx:
        found = {table: [tuple(row) for row in tx.execute(f"SELECT * FROM {table} ORDER BY 1, 2")] for table in tables}
        found["tally"] = applications.counts(tx)
        found["words"] = [[row.number for row in applications.search(tx, text)] for text in ("王", "wxm", "秀美", ID_NUMBER, "5224250")]
    return found


def test_a_rebuild_from_the_log_gives_the_very_same_rows(node):
    numbers = [file(node, f"token-{n:04}", answers(name)).number for n, name in enumerate(["王秀梅", "王芳", "李小明"])]
    centre_says(node, "correction.requested", NOTICE, numbers[0])
    applications.answer_correction(node, numbers[0], answers("王秀美"), actor="officer:wang", materials=[photo(node)])
    applications.withdraw(node, numbers[1], actor="officer:wang")
    before = everything(node)
    with node.database.write() as tx:
        assert projections.rebuild(tx).applications == 3
    assert everything(node) == before
    assert file(node, "token-9999").created


def test_a_row_that_was_changed_by_hand_is_found_and_mended(node):
    number = file(node).number
    assert verify.verify(node.database).whole
    with node.database.write() as tx:
        tx.execute("UPDATE head SET phase = 'closed'")
    assert any(number in fault for fault in verify.verify(node.database).faults)
    with node.database.write() as tx:
        projections.rebuild(tx)
    report = verify.verify(node.database)
    assert report.whole
    assert (report.events, report.centre_events, report.materials) == (1, 0, 0)


def test_an_event_that_was_changed_behind_our_back_is_named(node):
    file(node)
    file(node, "token-0002")
    with node.database.write() as tx:
        tx.execute("DROP TRIGGER event_is_never_changed")
        tx.execute("UPDATE event SET actor = 'officer:li' WHERE seq = 2")
    report = verify.verify(node.database)
    assert not report.whole
    assert "1:2" in report.faults[0]
    assert report.events == 1


def test_a_changed_file_is_named(node):
    proof = photo(node)
    with node.database.write() as tx:
        tx.execute("UPDATE material SET data = zeroblob(size)")
    assert proof.sha256 in verify.verify(node.database).faults[0]


def test_an_application_keeps_the_definition_it_was_filled_with(node, home, clock):
    number = file(node).number
    node.close()
    (home / "services" / "ceshi-dengji.json").unlink()
    again = open_node(home, clock)
    try:
        application = get(again, number)
        assert (application.head.title, application.definition.version) == ("测试登记", "2026.11.1")
        assert problem_of(file, again, "token-0002").code == "service_unknown"
    finally:
        again.close()


# crashes

KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = {path!r}
from conftest import FixedClock
from service_for_tests import answers
from edge import applications
from edge.node import open_node
node = open_node(Path({home!r}), FixedClock())
node.database.after_commit.insert({place}, lambda tx: os.kill(os.getpid(), signal.SIGKILL))
applications.file(node, "ceshi-dengji", answers(), token="token-0001", channel="kiosk", actor="kiosk")
"""


@pytest.mark.parametrize("place", [0, 1], ids=["before the witness", "after the witness"])
def test_a_node_killed_between_commit_and_answer_has_the_application_once(home, place):
    here = Path(__file__).parent
    program = KILLED.format(path=[str(here), str(here.parent)], home=str(home), place=place)
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -signal.SIGKILL
    node = open_node(home, FixedClock())
    try:
        again = file(node)
        assert not again.created
        assert len(events_of(node)) == 1
        assert get(node, again.number).state.answers == answers()
        assert verify.verify(node.database).whole
    finally:
        node.close()
