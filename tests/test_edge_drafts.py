"""Drafts: saved as typed, one person's alone, filed once."""

import io
import threading

import pytest
from PIL import Image
from service_for_tests import answers, service

from edge import applications, drafts, log, materials
from edge.drafts import AlreadyFiled
from edge.errors import Refused, YizhanError
from forms import definition as files
from forms.definition import Catalogue

OWNER = "kiosk:1"


def begin(node, data=None, owner=OWNER):
    draft = drafts.create(node, "ceshi-dengji", owner)
    return draft if data is None else drafts.save(node, draft, data)


def photo(node, slot="proof", colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return materials.store(node, out.getvalue(), "房产证.png", OWNER, slot)


def count(node, table: str) -> int:
    with node.database.read() as tx:
        return tx.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def problem_of(call, *arguments, **more) -> YizhanError:
    with pytest.raises(YizhanError) as caught:
        call(*arguments, **more)
    return caught.value


def test_a_draft_keeps_what_was_typed_right_or_wrong(node, clock):
    draft = begin(node)
    assert (draft.service, draft.version, draft.data, draft.page, draft.language) == (
        "ceshi-dengji",
        "2026.11.1",
        {},
        0,
        "zh-CN",
    )
    wrong = {"applicant": {"name": "王", "idNumber": "522425"}, "hidden": {"a": [1, None, "😀𠮷"]}}
    clock.advance(minutes=1)
    drafts.save(node, draft, wrong, page=1)
    again = drafts.get(node, draft.id, OWNER)
    assert (again.data, again.page, again.token, again.changed_at) == (wrong, 1, draft.token, clock.now())


def test_a_strangers_draft_is_not_there(node):
    draft = begin(node, answers())
    for call in (drafts.get, drafts.delete):
        assert problem_of(call, node, draft.id, "kiosk:2").status == 404
    stranger = draft._replace(owner="kiosk:2")
    for call in (
        lambda: drafts.save(node, stranger, {}),
        lambda: drafts.file(node, stranger),
        lambda: drafts.attach(node, stranger, photo(node)),
        lambda: drafts.detach(node, stranger, "proof", "0" * 64),
    ):
        assert problem_of(call).code == "not_found"
    assert drafts.get(node, draft.id, OWNER).data == answers()
    assert drafts.of_owner(node, "kiosk:2") == []


def test_a_draft_that_was_never_there_is_not_found(node):
    assert problem_of(drafts.get, node, "nothing", OWNER).status == 404


def test_ones_own_drafts_are_listed_the_last_changed_first(node, clock):
    first, second = begin(node), begin(node)
    clock.advance(minutes=1)
    drafts.save(node, first, {"a": 1})
    assert [draft.id for draft in drafts.of_owner(node, OWNER)] == [first.id, second.id]


def test_a_draft_beyond_all_measure_is_refused_and_the_last_one_stays(node):
    draft = begin(node, answers())
    assert problem_of(drafts.save, node, draft, {"x": "字" * 300_000}).code == "too_large"
    assert drafts.get(node, draft.id, OWNER).data == answers()


def test_a_draft_keeps_the_version_it_was_begun_with(node):
    draft = begin(node, answers())
    newer = files.load(service(version="2026.12.1"))
    node.catalogue = Catalogue([*node.catalogue.values(), newer])
    assert node.newest("ceshi-dengji").version == "2026.12.1"
    number = drafts.file(node, draft).number
    with node.database.read() as tx:
        assert applications.get(tx, number).head.version == "2026.11.1"


def test_filing_a_draft_makes_an_application_with_its_materials_and_removes_the_draft(node):
    draft = drafts.attach(node, begin(node, answers()), photo(node))
    assert draft.has(draft.materials[0].sha256)
    assert not draft.has("0" * 64)
    filed = drafts.file(node, draft, channel="console", actor="officer:wang", identity="officer")
    assert filed.created
    assert (count(node, "draft"), count(node, "draft_material"), count(node, "material")) == (0, 0, 1)
    with node.database.read() as tx:
        application = applications.get(tx, filed.number)
        event = log.up(tx)[0]
    assert application.state.materials == draft.materials
    assert (application.state.channel, application.state.identity, event.actor) == (
        "console",
        "officer",
        "officer:wang",
    )


def test_a_second_click_and_the_back_button_lead_to_the_same_receipt(node):
    draft = begin(node, answers())
    first = drafts.file(node, draft)
    again = drafts.file(node, draft)
    assert (again.number, again.token, again.created) == (first.number, first.token, False)
    for call in (lambda: drafts.get(node, draft.id, OWNER), lambda: drafts.save(node, draft, {})):
        with pytest.raises(AlreadyFiled) as caught:
            call()
        assert caught.value.filed.number == first.number
    assert problem_of(drafts.get, node, draft.id, "kiosk:2").code == "not_found"
    assert count(node, "event") == 1


def test_a_double_click_at_the_same_moment_files_once(node):
    draft = begin(node, answers())
    barrier, found = threading.Barrier(4), []

    def click():
        barrier.wait()
        found.append(drafts.file(node, draft))

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({filed.number for filed in found}) == 1
    assert sorted(filed.created for filed in found) == [False, False, False, True]
    assert (count(node, "event"), count(node, "head"), count(node, "draft")) == (1, 1, 0)


def test_a_draft_with_mistakes_is_refused_and_stays_as_it_is(node):
    draft = begin(node, {"applicant": {"name": "王秀梅"}})
    with pytest.raises(Refused) as caught:
        drafts.file(node, draft)
    assert [one.path for one in caught.value.problems] == ["/applicant/idNumber"]
    assert drafts.get(node, draft.id, OWNER).data == {"applicant": {"name": "王秀梅"}}
    assert count(node, "event") == 0


def test_a_photo_of_a_deleted_draft_is_erased_unless_somebody_else_uses_it(node):
    shared, own = photo(node), photo(node, colour="blue")
    filed = drafts.attach(node, begin(node, answers()), shared)
    drafts.file(node, filed)
    draft = drafts.attach(node, drafts.attach(node, begin(node), shared), own)
    drafts.delete(node, draft.id, OWNER)
    with node.database.read() as tx:
        assert materials.find(tx, shared.sha256) is not None
        assert materials.find(tx, own.sha256) is None
    assert problem_of(drafts.get, node, draft.id, OWNER).status == 404


def test_a_material_is_taken_off_a_draft_and_erased(node):
    proof = photo(node)
    draft = drafts.attach(node, drafts.attach(node, begin(node), proof), proof)
    assert len(draft.materials) == 1
    assert drafts.detach(node, draft, "proof", proof.sha256).materials == ()
    assert count(node, "material") == 0
    assert drafts.detach(node, draft, "proof", proof.sha256).materials == ()
