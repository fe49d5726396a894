"""The page behind the QR code in English, for who filed in English: the same facts, no Chinese sentence of ours."""

import copy
import re
import secrets

import pytest
from desk_app import application, centre_acks, centre_says, desk_app, photo, plain
from test_edge_status import ROOM

from edge import applications, materials
from edge.status import english
from forms import pointer
from forms.definition import packaged
from tests.browsing import leaves

SERVICE = "jingwai-zhusu"
HAN = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
ITEMS = [{"target": "field", "ref": "/guest/docNumber", "label": "Number", "defect": "One digit is missing"}]


@pytest.fixture
def phone(node):
    node.room = ROOM
    client = desk_app(node).test_client()

    def page(number):
        with client.get(f"/s/{application(node, number).state.receipt.token}") as answer:
            assert answer.status_code == 200
            return answer.text

    return page


def filed(node, language="en"):
    """(number, answers) of the first sample with photographs of its own."""
    answers = copy.deepcopy(packaged()[SERVICE].samples["valid"][0]["answers"])
    kept = []
    for at, (place, value) in enumerate(leaves(answers)):
        if str(value).startswith("sha256:"):
            kept.append(materials.store(node, photo((20 * at, 90, 60)), "a.jpg", "kiosk", place))
            pointer.put(answers, place, f"sha256:{kept[-1].sha256}")
    done = applications.file(
        node,
        SERVICE,
        answers,
        token=secrets.token_urlsafe(),
        channel="kiosk",
        actor="kiosk",
        materials=kept,
        language=language,
    )
    return done.number, answers


def leaks(text):
    """Lines with Chinese that is neither the room's name and hours nor the language's own name."""
    for known in (ROOM.name, ROOM.hours):
        text = text.replace(known, "")
    return [line for line in text.splitlines() if HAN.search(line)]


def in_english(page):
    assert '<html lang="en"' in page
    words = plain(page)
    assert leaks(words) == []
    return words


def test_before_and_after_the_upload(phone, node):
    number, _ = filed(node)
    words = in_english(phone(number))
    assert "Received, not yet sent" in words
    assert "Registration of temporary accommodation" in words
    assert "Received by the provincial centre" not in words
    centre_acks(node)
    assert "Received by the provincial centre" in in_english(phone(number))


def test_a_correction_and_its_answer(phone, node):
    number, answers = filed(node)
    centre_acks(node)
    centre_says(node, "correction.requested", number, {"items": ITEMS, "due_day": "2026-12-01"})
    words = in_english(phone(number))
    assert "Things still missing: 1" in words
    assert "by 1 December 2026" in words
    applications.answer_correction(node, number, answers, actor="officer:wei")
    assert "Completed, not yet sent" in in_english(phone(number))
    centre_acks(node)
    assert "Completed, waiting to be accepted" in in_english(phone(number))


def test_accepted(phone, node):
    number, _ = filed(node)
    centre_acks(node)
    centre_says(node, "application.accepted", number, {"confirms": True}, "2026-11-23T10:00:00+08:00")
    assert "Under examination" in in_english(phone(number))


@pytest.mark.parametrize("result", ["granted", "refused", "returned", "void", "deleted", "transferred", "lapsed"])
def test_decided(phone, node, result):
    number, _ = filed(node)
    centre_acks(node)
    centre_says(node, "application.decided", number, {"result": result, "reason": "No ground"})
    in_english(phone(number))


def test_not_accepted_and_withdrawn(phone, node):
    (refused, _), (withdrawn, _) = filed(node), filed(node)
    centre_acks(node)
    centre_says(node, "application.refused", refused, {"reason": "Another authority"})
    applications.withdraw(node, withdrawn, actor="officer:wei")
    assert "Reason: Another authority" in in_english(phone(refused))
    assert "The application was withdrawn" in in_english(phone(withdrawn))


def test_who_filed_in_chinese_reads_chinese(phone, node):
    number, _ = filed(node, "zh-CN")
    page = phone(number)
    assert '<html lang="zh-CN"' in page
    assert "已收件，尚未上传" in plain(page)


def test_what_is_not_ours_stays_with_its_days_in_english():
    assert english.sentence("租房合同 11月21日 09:12") == "租房合同 21 November 09:12"
