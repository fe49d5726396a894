"""Complaints at the centre: sealed to the supervisors, who alone find, count, open and answer them."""

import json
import re
from datetime import date

import pytest
from kiosk_app import jpeg

from edge import drafts, facts, sealing
from edge.errors import YizhanError
from edge.serving import Server
from forms.figures import Period
from sync.centre import (
    cases,
    complaints,
    dashboard,
    desks,
    enrolment,
    figuring,
    guards,
    queue,
    reviewers,
    supervisor,
    supervisor_keys,
    tokens,
)
from sync.centre.app import create_app
from sync.centre.queue import Asked, Who
from sync.https import HttpsLink
from sync.push import Push
from tests.centre_browser import Browser
from tests.sealed_words import ANSWERS, SECRETS, SERVICE, filled
from tests.sync_pair import NODE, give_enrolment


@pytest.fixture
def complaint(node, centre, server):
    """A complaint that has reached the centre; its number."""
    reviewers.add(centre, "du", "杜督察", "vier-dicke-huehner", supervisor_keys.POST)
    reviewers.add(centre, "li", "李审批", "vier-dicke-huehner", "户政")
    give_enrolment(node, centre, server.url)
    number = drafts.file(node, filled(node, jpeg()), actor="kiosk").number
    link = HttpsLink(server.url)
    report = Push(node, link).drain()
    link.close()
    assert report.problem is None
    return number


def test_the_enrolment_file_carries_the_public_key_and_never_the_private_one(centre):
    file = enrolment.enrol(centre, NODE, "大坪村警务室", "http://127.0.0.1:1")
    private = supervisor_keys.private_key(centre.settings.supervisor_file)
    assert file["supervisor_box_key"] == sealing.public_of(private).hex()
    assert private.hex() not in json.dumps(file)
    assert (centre.settings.supervisor_file.stat().st_mode & 0o077) == 0


def test_making_the_supervisors_key_again_changes_nothing(centre):
    place = centre.settings.supervisor_file
    first = supervisor_keys.create(place)
    assert supervisor_keys.create(place) == first
    place.with_name(place.name + ".pub").unlink()  # as after a kill between the two files
    assert supervisor_keys.create(place) == first


def test_only_the_supervisor_opens_and_decides_at_the_centre(centre, complaint):
    assert supervisor.open_complaint(centre, complaint, "centre:du").answers == ANSWERS
    for actor in ("centre:li", "centre:cli", "centre:nobody"):
        with pytest.raises(YizhanError) as refused:
            supervisor.open_complaint(centre, complaint, actor)
        assert refused.value.code == "sealed_other"
        with pytest.raises(YizhanError):
            cases.accept(centre, complaint, actor=actor)
    assert cases.possible_acts(cases.get(centre, complaint), "centre:li") == set()
    done = cases.decide(centre, complaint, actor="centre:du", result="transferred", reason=f"{SECRETS[0]}属实")
    assert done.state.result == "transferred"
    assert done.state.reason == guards.SEALED_SENTENCE


def test_the_supervisor_has_the_key_file_or_opens_nothing(centre, complaint):
    centre.settings.supervisor_file.unlink()
    with pytest.raises(YizhanError) as refused:
        supervisor.open_complaint(centre, complaint, "centre:du")
    assert refused.value.code == "supervisor_key_missing"


def test_the_review_desk_shows_the_content_to_the_supervisor_and_to_nobody_else(centre, complaint):
    running = Server(create_app(centre), "127.0.0.1", 0)
    try:
        other = Browser(running.url)
        other.log_in("li", "vier-dicke-huehner")
        bar = other.get("/review/").text
        assert re.findall(r"bar-count[^>]*>(\d+)", bar) == ["0", "0", "0"]
        assert "举报投诉" not in bar
        page = other.get(f"/review/{complaint}")
        assert "内容已封存给监督部门" in page.text
        assert "已办完" not in page.text
        assert other.get(f"/review/{complaint}/sealed").status == 403
        assert other.get(f"/review/{complaint}/sealed/0").status == 403
        du = Browser(running.url)
        du.log_in("du", "vier-dicke-huehner")
        assert re.findall(r"bar-count[^>]*>(\d+)", du.get("/review/?show=closed").text)[0] == "1"
        assert SECRETS[0] in du.get(f"/review/{complaint}/sealed").text
        assert du.get(f"/review/{complaint}/sealed/0").status == 200
        assert du.get(f"/review/{complaint}/sealed/1").status == 404
    finally:
        running.stop()


def test_a_complaint_is_counted_and_found_by_supervisors_alone(centre, complaint):
    today = centre.clock.today()
    for account, supervises, found in (("li", False, []), ("du", True, [complaint])):
        asking = Who(account, (desks.ALL,), frozenset({account}), supervises=supervises)
        with centre.store.read() as tx:
            for asked in (
                Asked("todo"),
                Asked("free"),
                Asked("all"),
                Asked("all", complaint),
                Asked("todo", service=SERVICE),
            ):
                assert [one.line.number for one in queue.lines(tx, asked, asking, today)] == found, asked
            counted = queue.counts(tx, Asked(), asking, today)
            assert (counted["todo"], counted["free"], counted["mine"]) == (len(found), len(found), 0)
            assert queue.total(tx, Asked(), asking, today, counted) == len(found)
            assert list(queue.services(tx, supervises=supervises)) == [SERVICE][: len(found)]
    cases.decide(centre, complaint, actor="centre:du", result="transferred", reason="已转办")
    for supervises, found in ((False, []), (True, [complaint])):
        asking = Who("any", (desks.ALL,), supervises=supervises)
        with centre.store.read() as tx:
            assert [one.line.number for one in queue.lines(tx, Asked("closed"), asking, today)] == found


def test_a_complaint_is_no_part_of_the_figures_on_any_wall(node, centre, complaint):
    month = Period.of("month", date.fromisoformat(centre.clock.today()))
    with centre.store.read() as tx:
        whole = dashboard.board(tx, centre, "", month).whole
        assert (whole.received, whole.open, whole.late) == (0, 0, 0)
        assert complaints.counts(tx, centre, (desks.ALL,), frozenset({"du"})).open == 1
    assert figuring.of_area(centre, "", month)["received"] == 0
    assert figuring.differences(centre, "", month) == []
    assert facts.of_room(node, month).received == 0


def test_programs_of_a_reviewer_are_told_of_no_complaint(centre, complaint):
    for account, found in (("li", []), ("du", [complaint])):
        client = create_app(centre).test_client()
        _, key = tokens.make(centre, account, "list", ["applications"])
        answer = client.get("/api/v1/applications?show=all", headers={"Authorization": f"Bearer {key}"})
        assert [one["number"] for one in answer.get_json()["applications"]] == found
