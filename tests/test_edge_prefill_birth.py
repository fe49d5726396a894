"""Prefill of a birth: the one who reports it, father, mother or guardian, gets his own, and nobody gets the others'."""

import json

import pytest
from prefill_world import OFFICER, begin, file, refusal, rows, sample, typed, wang

from edge import drafts, prefill, prefill_marks
from forms import page, pointer
from forms.answers import Context

BIRTH = "xinshenger-chusheng"
FATHER, MOTHER = "522425199506189853", "52242519970925984X"


def by_hand(definition, answers: dict, prefilled: dict) -> list[str]:
    """The required answers that take a keyboard: no choice that is touched, no file, nothing prefilled (M69)."""
    shown = page.leaves(page.controls(definition, answers, context=Context("2026-11-21")))
    return [
        leaf.path
        for leaf in shown
        if leaf.visible
        and not leaf.read_only
        and leaf.required
        and leaf.value is not None
        and leaf.kind in ("text", "number", "date")
        and prefilled.get(leaf.path) != leaf.value
    ]


@pytest.mark.parametrize(("role", "number"), [("father", FATHER), ("mother", MOTHER)])
def test_the_birth_of_the_second_child_takes_sixty_percent_fewer_answers_by_hand(node, role, number):
    first = {"/applicant/by": role}
    file(node, BIRTH, **first)
    definition = node.newest(BIRTH)
    draft = prefill.fill(node, begin(node, BIRTH, {"applicant": {"by": role}}), wang(node, number))
    second = sample(BIRTH)
    pointer.put(second, "/applicant/by", role)
    for place, value in {"name": "石小丰", "day": "2026-11-12", "certNumber": "X520000009"}.items():
        pointer.put(second, f"/child/{place}", value)
    prefilled = {place: pointer.get(draft.data, place) for place in prefill.sources(node, draft)}
    before, now = by_hand(definition, second, {}), by_hand(definition, second, prefilled)
    assert now == ["/child/day", "/child/place", "/child/certNumber", "/child/name"]
    assert len(now) <= 0.4 * len(before), (len(now), len(before))
    assert (typed(definition, second, {}), typed(definition, second, prefilled)) == (26, 16)


def test_of_a_birth_the_room_offers_the_father_what_was_told_of_the_mother_as_hers(node):
    file(node, BIRTH)
    found = prefill.offer(node, wang(node, MOTHER), node.newest(BIRTH), {"applicant": {"by": "mother"}})
    assert {place: one.value for place, one in found.items()} == {"/mother/idNumber": MOTHER}, "the father filed it"
    found = prefill.offer(node, wang(node, FATHER), node.newest(BIRTH), {"applicant": {"by": "father"}})
    assert found["/mother/name"].value == "韦小梅"
    assert found["/father/name"].value == "石大勇"
    assert found["/home/address"].day == "2026-11-21"


def test_before_it_is_said_who_reports_the_birth_nobody_is_confirmed_and_nothing_comes_up(node):
    file(node, BIRTH)
    assert prefill.offer(node, wang(node, FATHER), node.newest(BIRTH)) == {}
    draft = begin(node, BIRTH, {"child": {"name": "石小丰"}})
    assert refusal(prefill.fill, node, draft, wang(node, FATHER)).code == "person_role_open"
    assert drafts.get(node, draft.id, OFFICER).data == draft.data
    assert rows(node, "SELECT count(*) FROM confirmed") == [(0,)]


def test_a_birth_that_somebody_else_reports_after_all_loses_what_was_brought_up(node):
    file(node, BIRTH)
    draft = prefill.fill(node, begin(node, BIRTH, {"applicant": {"by": "father"}}), wang(node, FATHER))
    data = json.loads(json.dumps(draft.data))
    pointer.put(data, "/applicant/by", "mother")
    draft = drafts.save(node, draft, data)
    assert not draft.data.get("father")
    assert not draft.data.get("mother")
    assert prefill.sources(node, draft) == {}
    assert rows(node, "SELECT count(*) FROM confirmed WHERE ended_at = ''") == [(0,)]


def test_a_grandfather_who_reports_a_birth_is_confirmed_as_himself_and_gets_his_own(node):
    grandfather = "522425196811089855"
    file(node, BIRTH, index=3)
    draft = begin(node, BIRTH, {"applicant": {"by": "guardian"}})
    found = prefill.fill(node, draft, wang(node, grandfather)).data
    assert found["guardian"] == {"name": "石永福", "idNumber": grandfather}
    assert "father" not in found or found["father"] == {}


def test_who_was_confirmed_for_a_birth_is_so_only_as_long_as_he_reports_it(node):
    answers = sample(BIRTH)
    draft = begin(node, BIRTH, {"applicant": {"by": "father"}})
    draft = prefill.fill(node, draft, prefill.by_card(FATHER, "石大勇", OFFICER))
    with node.database.read() as tx:
        assert prefill_marks.method(tx, draft.id, node.newest(BIRTH), answers) == "card"
        answers["applicant"]["by"] = "mother"
        assert prefill_marks.method(tx, draft.id, node.newest(BIRTH), answers) == "unverified"
