"""The ways of the README, walked: an application and a correction pass the functions that it names, in this order."""

import sys
import threading
from contextlib import contextmanager

import pytest

from edge import applications, identity
from edge.sample.story import HandOver
from sync.centre import enrolment, reviewers
from sync.push import Push
from tests.centre_browser import logged_in, serving
from tests.desk_app import PASSWORD, desk_app
from tests.kiosk_app import Citizen, check_page, filed, kiosk_app, kiosk_node
from tests.test_docs import docs


@pytest.fixture
def room(home, clock, centre):
    """A room with its kiosk that carries to a real centre, a link away without a line."""
    for opened in kiosk_node(home, clock):
        with opened.database.write() as tx:
            given = enrolment.enrol(centre, opened.settings.node_id, opened.room.name, "http://127.0.0.1:1")
            identity.set_centre(tx, given)
        yield opened


@contextmanager
def passed(way):
    """The functions of a way that were called, in every thread, in the order of their calls."""
    codes = {docs.ways.function(name).__code__: name for name, _ in docs.ways.WAYS[way]}
    seen = []

    def note(frame, event, _arg):
        if event == "call" and frame.f_code in codes:
            seen.append(codes[frame.f_code])

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def in_order(seen, way):
    """Whether the calls hold the functions of the way one behind the other, whatever else lies between."""
    calls = iter(seen)
    return all(name in calls for name, _ in docs.ways.WAYS[way])


def carry(room, centre):
    report = Push(room, HandOver(centre)).drain()
    assert report.went_well, report


def send_notice(centre, number):
    """A reviewer sends the notice of what is wrong, at his desk."""
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    with serving(centre) as address:
        browser = logged_in(address, "li", PASSWORD)
        browser.get(f"/review/{number}/correct")
        browser.submit("/correct", do="send", what="field:/applicant/name", defect="与证件不一致")


def test_an_application_and_a_correction_go_the_ways_that_the_readme_names(room, centre):
    citizen = Citizen(kiosk_app(room))
    with passed("up") as up:
        citizen.press(f"{check_page(citizen)}/file")
        carry(room, centre)
    assert in_order(up, "up"), up
    (number,) = filed(room)

    with passed("down") as down:
        send_notice(centre, number)
        carry(room, centre)
        with room.database.read() as tx:
            state = applications.get(tx, number).state
        page = desk_app(room).test_client().get(f"/s/{state.receipt.token}").text
        applications.answer_correction(room, number, state.answers, actor="officer:wei", note="已改")
    assert "与证件不一致" in page
    assert in_order(down, "down"), down


def test_a_way_that_was_left_is_noticed():
    names = [name for name, _ in docs.ways.WAYS["up"]]
    assert in_order(names, "up")
    assert not in_order([*names[5:], *names[:5]], "up")
    assert not in_order(names[:-1], "up")
