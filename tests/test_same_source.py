"""M17: guide, screens, paper and checks come from one text; who changes it in the file has changed it everywhere."""

import json

import pytest
from desk_app import Desk, add_officer, desk_app, plain
from kiosk_app import SERVICE, Citizen, begin, kiosk_app
from service_for_tests import ID_NUMBER, service

from edge.node import Node, open_node
from edge.prints import sheets
from forms import answers, pointer
from forms.answers import Context
from forms.definition import PACKAGED
from tests.signing import publish_file

DAY = Context("2026-11-21", place="522425")
PHOTO = "/schema/properties/photo/title"
MONTHS = "/schema/properties/residence/properties/months"


def of_photo() -> dict:
    """The service for tests; its photograph is a required answer and a material of the guide."""
    value = service()
    value["schema"]["required"] = ["applicant", "photo"]
    value["x-service"]["materials"][0] |= {"field": "/photo", "required": True}
    value["x-samples"]["valid"][0]["answers"]["photo"] = "sha256:" + "a" * 64
    return value


def packaged() -> dict:
    return json.loads((PACKAGED / f"{SERVICE}.json").read_text(encoding="utf-8"))


class Look:
    """Every place where a citizen, an officer or paper shows one version of a service."""

    def __init__(self, node: Node, service_id: str) -> None:
        self.node, self.id = node, service_id
        self.citizen, self.desk = Citizen(kiosk_app(node)), Desk(desk_app(node))

    def sheet(self, name: str) -> str:
        return plain(self.desk.text(f"/print/{self.id}/{name}"))

    def about(self) -> str:
        return plain(self.citizen.get(f"/kiosk/service/{self.id}"))

    def kiosk(self, page: int) -> str:
        return plain(self.citizen.get(f"{begin(self.citizen, self.id)}/{page}"))

    def console(self) -> str:
        return plain(self.desk.text(self.desk.done("/console/receive", {"service": self.id})))

    def choices(self) -> str:
        return plain(self.desk.text("/console/receive"))

    def check(self, raw: dict) -> list[str]:
        return [one.message for one in answers.check(self.node.newest(self.id), raw, DAY).problems]


@pytest.fixture
def look(home, clock):
    """A function: the node with this service, one value of it changed."""
    opened = []

    def made(value: dict, place: str = "", new: object = None) -> Look:
        if place:
            assert pointer.get(value, place) != new
            pointer.put(value, place, new)
        value["version"] = f"2026.11.{20 + len(opened)}"
        publish_file(home / "services" / f"{value['id']}.json", value)
        if opened:
            opened[-1].close()
        opened.append(open_node(home, clock))
        if len(opened) == 1:
            add_officer(opened[0])
        return Look(opened[-1], value["id"])

    yield made
    opened[-1].close()


def test_one_name_in_the_file_is_that_name_in_the_guide_on_every_screen_on_paper_and_in_the_check(look):
    old, new = "住所证明照片", "租房合同照片"
    without = {"applicant": {"name": "王秀梅", "idNumber": ID_NUMBER}}
    for seen, gone, changed in ((old, new, ("", None)), (new, old, (PHOTO, new))):
        found = look(of_photo(), *changed)
        shown = [found.sheet(name) for name in sheets.SHEETS]
        shown += [found.kiosk(1), found.console(), " ".join(found.check(without))]
        assert [text for text in shown if seen not in text or gone in text] == []


def test_a_fee_is_the_same_at_the_kiosk_at_the_desk_and_on_the_printed_guide(look):
    before = look(packaged())
    assert "不收费" in before.about()
    after = look(packaged(), "/x-service/fee/amount", 37)
    assert "37元" in after.about().replace(" ", "")
    assert "37元" in after.sheet("guide").replace(" ", "")
    assert "37元" in after.choices().replace(" ", "")


def test_the_copies_of_a_material_stand_on_guide_blank_sheet_instructions_and_sample(look):
    at = next(i for i, one in enumerate(packaged()["x-service"]["materials"]) if one["source"] == "applicant")
    found = look(packaged(), f"/x-service/materials/{at}/copies", 7)
    assert [name for name in sheets.SHEETS if "7份" not in found.sheet(name)] == []


def test_a_question_is_asked_in_the_same_words_by_kiosk_and_instructions(look):
    found = look(packaged(), "/i18n/zh-CN/residence.months.label", "住多少个月才走")
    page = next(one.index for one in found.node.newest(SERVICE).pages if "months" in json.dumps(one.element))
    assert "住多少个月才走" in found.kiosk(page)
    assert "住多少个月才走" in found.sheet("help")
    assert "住多少个月才走" not in found.console()


def test_an_official_name_is_the_same_at_the_console_and_on_paper(look):
    found = look(packaged(), f"{MONTHS}/title", "打算居住的月数")
    assert "打算居住的月数" in found.console()
    assert "打算居住的月数" in found.sheet("blank")


def test_a_maximum_is_said_on_paper_and_held_by_the_check(look):
    raw = packaged()["x-samples"]["valid"][0]["answers"]
    raw["residence"]["months"] = 700
    before = look(packaged())
    assert before.check(raw) == [packaged()["i18n"]["zh-CN"]["residence.months.error.maximum"]]
    assert "不大于600" in before.sheet("help")
    after = look(packaged(), f"{MONTHS}/maximum", 900)
    assert after.check(raw) == []
    assert "不大于900" in after.sheet("help")


def test_a_sentence_of_the_check_is_the_one_of_the_file(look):
    raw = packaged()["x-samples"]["valid"][0]["answers"]
    del raw["residence"]["months"]
    found = look(packaged(), "/i18n/zh-CN/residence.months.error.required", "还差一个数：住几个月")
    assert found.check(raw) == ["还差一个数：住几个月"]
    page = next(one.index for one in found.node.newest(SERVICE).pages if "months" in json.dumps(one.element))
    address = begin(found.citizen, SERVICE)
    assert "还差一个数：住几个月" in plain(found.citizen.get(f"{address}/{page}?faults=1"))
