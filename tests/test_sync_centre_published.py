"""The page of publishing at the review desk: what is out, by whose word, and how far it has come."""

import pytest

from edge import publishing
from edge.serving import Server
from sync.centre import published, reviewers
from sync.centre import publishing as at_centre
from sync.centre.app import create_app
from sync.centre.receiver import receive
from tests.centre_browser import Browser
from tests.centre_room import enrolled
from tests.test_publishing import COUNTY, PASSWORD, county_service, reviewed


@pytest.fixture
def bureau(centre):
    at_centre.add_key(centre, "522425", "罗明", publishing.public_of(COUNTY))
    reviewers.add(centre, "lishen", "李审", PASSWORD)
    return centre


@pytest.fixture
def desk(bureau):
    server = Server(create_app(bureau), "127.0.0.1", 0)
    browser = Browser(server.url)
    browser.log_in("lishen", PASSWORD)
    yield browser
    server.stop()


def publish(bureau, folder, version, **more):
    path = reviewed(bureau, folder, county_service(version), f"{version}.json")
    at_centre.publish(bureau, path, **more)
    return path


def test_before_anything_was_published_the_page_says_so_and_names_the_counties(desk):
    text = desk.get("/review/services").text
    assert "还没有发布过县里的事项" in text
    assert "罗明" in text


def test_a_publication_names_signer_reviewer_and_how_many_rooms_have_it(desk, bureau, tmp_path):
    room = enrolled(bureau)
    publish(bureau, tmp_path, "2026.11.1")
    assert [(one.reached, one.rooms) for one in published.lines(bureau)] == [(0, 1)]
    room.file_one()
    receive(bureau, room.node, room.batch())
    found = published.lines(bureau)
    assert [(one.counties, one.reviewers, one.stands, one.reached) for one in found] == [
        (("罗明",), ("lishen",), True, 1)
    ]
    text = desk.get("/review/services").text
    assert all(word in text for word in ("2026.11.1", "罗明", "李审", "1 / 1", "已发布"))


def test_what_was_taken_back_says_so_and_what_took_its_place(desk, bureau, tmp_path):
    old = publish(bureau, tmp_path, "2026.11.1")
    publish(bureau, tmp_path, "2026.12.1")
    at_centre.publish(bureau, old, rollback=True)
    assert [(one.version, one.over, one.stands) for one in published.lines(bureau)] == [
        ("2026.11.1", "2026.12.1", True),
        ("2026.12.1", "", False),
        ("2026.11.1", "", True),
    ]
    text = desk.get("/review/services").text
    assert "已撤回" in text
    assert "替下 2026.12.1" in text


def test_a_stranger_sees_nothing_of_it(bureau):
    client = create_app(bureau).test_client()
    answer = client.get("/review/services")
    assert answer.status_code == 303
    assert "罗明" not in answer.text
