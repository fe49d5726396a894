"""网上补正: answered on the phone at the province, at the room, or at both at the same time."""

import pytest
from lifecycle_data import BODIES, PHOTO, answered, situation

from forms import outcomes
from forms.lifecycle import reduce
from forms.supplied import joined

OTHER = {**PHOTO, "sha256": "b" * 64, "name": "合同.jpg"}


def both(online: dict, room: dict):
    """The state after the phone and the room answered the same notice, of which neither knew the other."""
    pair = situation("correction")
    request = reduce(pair.all).correction.request
    pair.act("centre", "correction.supplied", answered(request, **online))
    pair.act("node", "correction.answered", answered(request, **room))
    pair.sync()
    return pair, request, reduce(pair.all)


def test_what_is_supplied_on_the_phone_answers_the_notice_and_names_no_person():
    pair = situation("correction")
    pair.act("centre", "correction.supplied", answered(reduce(pair.all).correction.request))
    state = reduce(pair.all)
    assert (state.phase, state.corrections[0].status) == ("received", "answered")
    assert [one.sha256 for one in state.materials] == [PHOTO["sha256"]]
    assert (state.history[-1].title, state.history[-1].detail) == ("已在网上补正", "")


def test_materials_of_both_are_kept_and_each_side_keeps_the_field_that_it_changed():
    was = BODIES["application.filed"]["answers"]["applicant"]
    _, _, state = both(
        {"answers": {"applicant": {**was, "phone": "19900000123"}}, "materials": [PHOTO]},
        {"answers": {"applicant": {**was, "name": "王秀美"}}, "materials": [OTHER]},
    )
    assert [one.sha256 for one in state.materials] == [PHOTO["sha256"], OTHER["sha256"]]
    assert state.answers == {"applicant": {**was, "phone": "19900000123", "name": "王秀美"}}
    assert [entry.effective for entry in state.history[-2:]] == [True, True]


def test_the_room_answers_only_once_beside_the_phone():
    pair, request, _ = both({}, {})
    pair.act("node", "correction.answered", answered(request))
    assert reduce(pair.all).history[-1].detail == outcomes.ANSWERED_BEFORE


def test_the_phone_answers_nothing_that_the_centre_saw_answered():
    pair = situation("correction")
    request = reduce(pair.all).correction.request
    pair.act("node", "correction.answered", answered(request))
    pair.sync()
    pair.act("centre", "correction.supplied", answered(request))
    assert reduce(pair.all).history[-1].detail == outcomes.ANSWERED_BEFORE


@pytest.mark.parametrize(
    ("before", "online", "room", "both_"),
    [
        ({"a": 1}, {"a": 2}, {"a": 1}, {"a": 2}),
        ({"a": 1}, {"a": 1}, {"a": 3}, {"a": 3}),
        ({"a": 1}, {"a": 2}, {"a": 3}, {"a": 3}),
        ({}, {"b": 1}, {}, {"b": 1}),
        ({"a": 1}, {"a": 1}, {}, {}),
        ({"a": 1}, {}, {"a": 1}, {}),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, {"a": {"b": 1, "c": 3}}, {"a": {"b": 2, "c": 3}}),
        ({}, {"a": {"b": 2}}, {"a": {"c": 3}}, {"a": {"b": 2, "c": 3}}),
    ],
)
def test_of_two_answers_the_room_holds_where_it_changed_something(before, online, room, both_):
    assert joined(before, online, room) == both_
