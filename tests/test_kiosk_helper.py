"""The drawn helper: one sentence on each page of a form, gone at a touch for this visit, and never where nobody should look."""

import re

import pytest

from tests.kiosk_app import Citizen, begin, kiosk_app, kiosk_node

WORD = re.compile(r'<p class="helper-word"[^>]*>([^<]*)</p>')


@pytest.fixture
def citizen(home, clock):
    for node in kiosk_node(home, clock):
        visitor = Citizen(kiosk_app(node))
        visitor.address = begin(visitor)
        yield visitor


def test_it_says_one_sentence_a_page_and_where_there_is_a_hint_leads_to_it_without_repeating_it(citizen):
    assert WORD.findall(citizen.text) == ["您好，我叫小驿，给您带路。先填“您的姓名和证件”"]
    word = WORD.findall(citizen.get(f"{citizen.address}/1"))
    assert len(word) == 1
    label = re.fullmatch("不清楚怎么填，看“(.+)”下面的说明", word[0])
    assert label is not None
    assert f"{label[1]}</" in citizen.text
    assert f'-hint" data-say="{word[0]}"' not in citizen.text
    assert WORD.findall(citizen.get(f"{citizen.address}/0?faults=1")) == ["差一点就好了，红字写着怎么改"]
    assert len(WORD.findall(citizen.get(f"{citizen.address}/photos"))) <= 1


def test_a_touch_sends_it_away_for_this_visit_and_keeps_what_was_typed(citizen):
    page = f"{citizen.address}/0"
    citizen.press(page, {"/applicant/name": "王小文", "_act": "view:alone"})
    assert not WORD.search(citizen.text)
    assert 'value="王小文"' in citizen.text
    assert not WORD.search(citizen.get(f"{citizen.address}/1"))
    citizen.press(page, {"/applicant/name": "王小文", "_act": "view:helped"})
    assert WORD.search(citizen.text)
    citizen.press(page, {"_act": "view:alone"})
    citizen.press("/kiosk/leave")
    begin(citizen)
    assert WORD.search(citizen.text)


def test_it_is_our_own_drawing_and_is_not_on_a_private_page(citizen):
    drawing = citizen.text[citizen.text.index('class="helper-figure"') :].split("</svg>")[0]
    assert "href" not in drawing
    assert 'aria-hidden="true"' in drawing
    begin(citizen, "anquan-qiuzhu")
    assert not WORD.search(citizen.text)
    assert "helper-on" not in citizen.text
