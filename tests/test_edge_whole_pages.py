"""What people see of a composed service (一件事): at the kiosk, on the phone, at the desk."""

import pytest
from desk_app import Desk, add_officer, application, centre_says, desk_app, plain
from kiosk_app import Citizen, begin, jpeg, kiosk_app

from edge import applications, drafts, materials
from edge.status.progress import Subject, progress

SERVICE = "xinshenger-chusheng"
NOTICE = {"items": [{"target": "field", "ref": "/home/address", "label": "孩子住在哪里", "defect": "请写到村、组"}]}


@pytest.fixture
def receipt(node):
    """(the page of the receipt after filing at the kiosk, the number of the whole)."""
    citizen = Citizen(kiosk_app(node))
    address = begin(citizen, SERVICE)
    with node.database.read() as tx:
        row = tx.execute("SELECT id, owner FROM draft").fetchone()
    draft = drafts.get(node, row["id"], row["owner"])
    drafts.save(node, draft, filled(node, row["owner"]))
    citizen.get(f"{address}/check")
    text = plain(citizen.press(f"{address}/file"))
    with node.database.read() as tx:
        number = tx.execute("SELECT number FROM head ORDER BY id").fetchone()["number"]
    return text, number


def filled(node, owner):
    given = node.newest(SERVICE).samples["valid"][0]["answers"]
    photo = materials.store(node, jpeg(), "照片.jpg", owner, "/files/certificate")
    named = dict.fromkeys(given["files"], f"sha256:{photo.sha256}")
    return {
        **given,
        "files": named,
        "declaration": {**given["declaration"], "signature": f"sha256:{photo.sha256}"},
    }


def test_the_guide_says_what_is_done_together_and_what_comes_after(node):
    text = plain(Citizen(kiosk_app(node)).get(f"/kiosk/service/{SERVICE}"))
    assert "填一次表，办 5 件事" in text
    assert "预防接种证办理（居住地的接种单位）同时办，按您选的" in text
    assert "社会保障卡申领（县级人力资源社会保障部门）等“出生登记”办结后办，按您选的" in text


def test_what_is_only_a_part_is_not_offered_by_itself(node):
    text = Citizen(kiosk_app(node)).get("/kiosk/all")
    assert "给孩子办社保卡" not in text


def test_the_receipt_lists_every_part_with_its_number_and_who_handles_it(node, receipt):
    text, number = receipt
    assert "一共 4 项，各部门分别办理" in text
    for member in application(node, number).family.members:
        assert f"{member.part.title}（{member.part.by}）" in text


def phone(node, number):
    found = application(node, number)
    subject = Subject(
        state=found.state,
        schema=found.definition.schema,
        service=found.definition.service,
        room=node.room,
        received=True,
        received_at="2026-11-21T10:00:00+08:00",
        family=found.family,
        deadlines=found.clocks(node.calendar, node.clock.now()),
    )
    return progress(subject)


def test_the_phone_shows_the_parts_and_says_which_one_waits_for_the_citizen(node, receipt):
    _, number = receipt
    parts = dict(application(node, number).state.parts)
    centre_says(node, "application.decided", parts["household"], {"result": "granted", "confirms": True})
    centre_says(node, "correction.requested", parts["vaccine"], NOTICE)
    page = phone(node, number)
    assert page.badge.text == "有一项等您补正"
    assert "“预防接种证办理”要补正，请看那一项；其他各项照常办。" in page.sentences
    assert page.parts_title == "一起办的各项（4 项中 1 项已办结）"
    assert [one.level for one in page.parts] == ["done", "due", "now", "now"]
    assert phone(node, parts["vaccine"]).parts_title == "这是新生儿出生“一件事”中的一项"


def test_the_phone_says_of_a_whole_by_when_all_is_done_and_of_a_part_by_when_it_is_answered(node, receipt):
    _, number = receipt
    assert "最迟 2026年12月14日 全部办完。" in phone(node, number).sentences
    assert not any("受理" in one for one in phone(node, number).sentences)
    vaccine = dict(application(node, number).state.parts)["vaccine"]
    assert "最迟 2026年11月23日 答复是否受理。" in phone(node, vaccine).sentences


def test_the_phone_says_of_a_permit_that_counts_as_accepted_by_when_it_is_decided(node, clock):
    # 行政许可法 32: told nothing for five working days
    sample = node.newest("bianjing-tongxingzheng").samples["valid"][0]["answers"]
    filed = applications.file(
        node, "bianjing-tongxingzheng", sample, token="permit-1", channel="import", actor="import"
    )
    clock.advance(days=9)
    sentences = phone(node, filed.number).sentences
    assert any(one.endswith("办结。") for one in sentences)
    assert not any("是否受理" in one for one in sentences)


def test_the_phone_says_of_a_part_that_waits_what_it_waits_for(node, receipt):
    _, number = receipt
    parts = dict(application(node, number).state.parts)
    assert phone(node, parts["card"]).headline == "等“出生登记”办结后再办"
    centre_says(node, "application.decided", parts["household"], {"result": "granted", "confirms": True})
    assert phone(node, parts["card"]).headline == "省级中心正在看材料"


def test_the_desk_leads_from_the_whole_to_its_parts_and_back(node, receipt):
    _, number = receipt
    add_officer(node)
    desk = Desk(desk_app(node))
    parts = dict(application(node, number).state.parts)
    whole = desk.text(f"/console/applications/{number}")
    assert all(f"/console/applications/{part}" in whole for part in parts.values())
    assert "补交一份材料" not in whole
    assert f"/console/applications/{number}" in desk.text(f"/console/applications/{parts['card']}")
