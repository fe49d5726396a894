"""好差评: once for each application, by whoever has the receipt, and nobody at the desk learns whose it was."""

import re

import pytest
from conftest import FixedClock
from desk_app import Desk, add_officer, application, centre_says, desk_app, file_one, kinds, plain

from edge import log, ratings
from edge.errors import YizhanError
from edge.node import Node, open_node
from forms.kinds_people import WORDS_MAX
from tests.kiosk_app import Citizen, kiosk_app

TOKEN = re.compile(r'name="token" value="([^"]+)"')


@pytest.fixture
def desk(node: Node) -> Desk:
    add_officer(node)
    return Desk(desk_app(node))


def code(node: Node, number: str) -> str:
    return ratings.code_of(application(node, number).state.receipt.token)


def rate(node: Node, number: str, grade: str = "5", token: str = "rating-token-0001", **said: str) -> None:
    ratings.give(node, number, grade, how="kiosk", actor="kiosk", token=token, **said)


def given(node: Node) -> list[dict]:
    with node.database.read() as tx:
        return [event.data for event in log.of_room(tx, "node", '["rating.given"]')]


def test_a_rating_is_an_event_of_the_room_and_leaves_the_application_as_it_was(node):
    number = file_one(node).number
    before = application(node, number)
    rate(node, number, words="办得快")
    assert given(node) == [{"application": number, "grade": 5, "how": "kiosk", "words": "办得快"}]
    assert kinds(node, number) == ["application.filed"]
    assert application(node, number).state == before.state


def test_the_same_form_sent_twice_is_one_rating(node):
    number = file_one(node).number
    rate(node, number)
    rate(node, number)
    assert len(given(node)) == 1


def test_a_second_rating_of_the_same_application_is_refused(node):
    number = file_one(node).number
    rate(node, number)
    with pytest.raises(YizhanError) as refused:
        rate(node, number, "1", token="rating-token-0002")
    assert refused.value.code == "rating_given"
    assert [one["grade"] for one in given(node)] == [5]


@pytest.mark.parametrize(("grade", "said", "why"), [
    ("0", {}, "rating_grade"), ("6", {}, "rating_grade"), ("", {}, "rating_grade"), ("x", {}, "rating_grade"),
    ("3", {"words": "字" * (WORDS_MAX + 1)}, "rating_words"), ("3", {"callback": "1" * 41}, "rating_words"),
])  # fmt: skip  # a table
def test_what_is_no_rating_is_refused_and_nothing_is_written(node, grade, said, why):
    number = file_one(node).number
    with pytest.raises(YizhanError) as refused:
        rate(node, number, grade, **said)
    assert refused.value.code == why
    assert given(node) == []


def test_a_code_is_found_after_a_restart_and_a_wrong_one_is_not(node):
    number = file_one(node).number
    with node.database.read() as tx:
        assert ratings.of_code(tx, code(node, number)) == number
        for wrong in ("", "000000000000", code(node, number)[:-1]):
            with pytest.raises(YizhanError) as refused:
                ratings.of_code(tx, wrong)
            assert refused.value.code == "rating_code_unknown"
    home = node.settings.home
    node.close()
    again = open_node(home, FixedClock())
    try:
        with again.database.read() as tx:
            assert ratings.of_code(tx, code(again, number)) == number
    finally:
        again.close()


def test_a_paper_slip_is_entered_at_the_desk_and_says_nothing_of_whose_it_is(desk, node):
    number = file_one(node, "王秀梅").number
    page = desk.text("/console/ratings")
    form = {
        "code": code(node, number),
        "grade": "2",
        "words": "等得久",
        "day": "2026-11-20",
        "token": TOKEN.search(page)[1],
    }
    assert desk.done("/console/ratings", form).endswith("said=rated")
    assert given(node)[0] | {"grade": 2, "how": "paper", "day": "2026-11-20"} == given(node)[0]
    seen = desk.text("/console/ratings") + desk.text(f"/console/applications/{number}") + desk.text("/console/figures")
    assert "等得久" not in seen
    assert "评价" not in plain(desk.text(f"/console/applications/{number}")).split("经过")[1]
    assert "满 5 次后显示" in seen


def test_what_a_supervisor_asks_to_be_mended_is_in_sight_for_a_week(desk, node):
    number = file_one(node).number
    assert "差评回访" not in plain(desk.text("/console/"))
    said = {"application": number, "result": "mended", "answer": "赶集日上午保证有人"}
    centre_says(node, "rating.called", "", said, at=node.clock.now())
    page = desk.text("/console/")
    assert "差评回访" in plain(page)
    assert 'href="/console/ratings"' in page
    assert "赶集日上午保证有人" in desk.text("/console/ratings")
    assert number not in desk.text("/console/ratings")
    node.clock.advance(days=8)
    assert "差评回访" not in plain(Desk(desk_app(node)).text("/console/"))


def test_the_page_for_slips_of_paper_is_reached_from_the_menu(desk):
    assert 'href="/console/ratings"' in desk.text("/console/expiring")
    page = desk.text("/console/ratings")
    assert 'aria-current="page">书面评价' in page
    assert "便民" in plain(page.split('aria-current="page"')[1].partition("</a>")[0])


def test_a_wrong_slip_keeps_what_was_typed(desk, node):
    page = desk.text("/console/ratings")
    form = {"code": "123456789012", "grade": "4", "words": "很好", "token": TOKEN.search(page)[1]}
    answer = desk.post("/console/ratings", form)
    assert answer.status_code == 404
    assert all(words in answer.text for words in ("没有这个评价码", "123456789012", "很好"))
    number = file_one(node).number
    late = desk.post("/console/ratings", {**form, "code": code(node, number), "day": "2031-01-01"})
    assert late.status_code == 422
    assert given(node) == []


def test_the_telephone_rates_behind_the_address_of_the_receipt(node):
    number = file_one(node).number
    phone = Desk(desk_app(node), account=None)
    address = f"/s/{application(node, number).state.receipt.token}"
    assert f'href="{address}/rate"' in phone.text(address)
    page = phone.text(f"{address}/rate")
    assert phone.post(f"{address}/rate", {"token": TOKEN.search(page)[1]}).status_code == 422
    assert phone.done(f"{address}/rate", {"token": TOKEN.search(page)[1], "grade": "4"}).endswith("said=thanks")
    assert "/rate" not in phone.text(address)
    assert [one["how"] for one in given(node)] == ["phone"]


def test_a_stranger_s_address_rates_nothing(node):
    file_one(node)
    phone = Desk(desk_app(node), account=None)
    assert phone.get(f"/s/{'A' * 26}/rate").status_code == 404
    assert given(node) == []


def test_the_kiosk_rates_with_the_code_on_the_receipt(node):
    citizen, number = Citizen(kiosk_app(node)), file_one(node).number
    page = citizen.get(f"/kiosk/rate?code={code(node, number)}")
    form = {"code": code(node, number), "token": TOKEN.search(page)[1]}
    citizen.post("/kiosk/rate", form)
    assert "请在五个里选一个" in citizen.get("/kiosk/rate")
    citizen.post("/kiosk/rate", {**form, "grade": "5"})
    assert "谢谢您的评价" in citizen.get("/kiosk/rate?said=thanks")
    assert [one["grade"] for one in given(node)] == [5]


def test_who_guesses_codes_at_the_kiosk_has_to_wait(node):
    citizen, number = Citizen(kiosk_app(node)), file_one(node).number
    for guess in range(5):
        page = citizen.get("/kiosk/rate")
        citizen.post("/kiosk/rate", {"code": f"{guess:012}", "grade": "1", "token": TOKEN.search(page)[1]})
    answer = citizen.post("/kiosk/rate", {"code": code(node, number), "grade": "1", "token": TOKEN.search(page)[1]})
    assert answer.status_code == 429
    assert given(node) == []


def test_the_receipt_of_the_desk_carries_the_code_and_a_slip_to_cut_off(node, desk):
    number = file_one(node).number
    page = plain(desk.text(f"/console/applications/{number}/receipt"))
    found = code(node, number)
    assert " ".join(found[place : place + 4] for place in range(0, 12, 4)) in page
    assert all(grade in page for grade in ("□ 非常满意", "□ 非常不满意"))
