"""The API over real HTTP, and its description held to its routes."""

import json
import urllib.error
import urllib.request
from typing import Any

import jsonschema_rs
import pytest

from sync.centre import log, reviewers
from sync.centre.api.openapi import document
from sync.centre.app import ENVELOPE, create_app
from tests.centre_browser import serving
from tests.centre_room import NODE, Room, enrolled, number
from tests.programs import run

NUMBER = number(1)


@pytest.fixture
def url(centre):
    with serving(centre) as address:
        yield address


@pytest.fixture
def room(centre, url):
    """A room that has filed one application over HTTP."""
    made = enrolled(centre)
    made.file_one()
    assert post_envelope(url, f"/sync/v1/{NODE}", made.batch())[0] == 200
    return made


@pytest.fixture
def key(centre):
    reviewers.add(centre, "li", "李审批", "vier-dicke-huehner")
    return reviewers.add_key(centre, "li", "省政务平台")


def send(url: str, method: str, path: str, body: bytes | None, **headers: str) -> tuple[int, str, bytes]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url + path, body, headers=names, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.headers["Content-Type"], answer.read()


def post_envelope(url: str, path: str, body: bytes) -> tuple[int, str, bytes]:
    return send(url, "POST", path, body, Content_Type=ENVELOPE)


def call(url: str, key: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    status, _, said = send(url, method, path, data, Authorization=f"Bearer {key}", Content_Type="application/json")
    return status, json.loads(said)


def own_events(centre):
    with centre.store.read() as tx:
        return [(event.kind, event.actor) for event in log.walk(tx, NODE, "centre")]


@pytest.fixture
def described(centre):
    """The schema of an answer, with what it refers to."""

    def schema(method: str, path: str, status: str) -> dict[str, Any]:
        made = document(create_app(centre))
        answer = made["paths"][path][method]["responses"][status]
        return answer["content"]["application/json"]["schema"] | {"components": made["components"]}

    return schema


def test_the_description_names_exactly_the_routes(centre):
    app = create_app(centre)
    routes = {
        (method.lower(), rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    named = {(method, path) for path, methods in document(app)["paths"].items() for method in methods}
    assert routes == named
    assert len(named) >= 6


def test_a_route_that_says_nothing_of_itself_is_no_part_of_any_document(centre):
    app = create_app(centre)
    app.add_url_rule("/api/v1/secret", "secret", lambda: "")
    with pytest.raises(LookupError, match="/api/v1/secret"):
        document(app)


def test_the_description_is_served_to_anybody_and_printed_by_a_command(url, centre):
    status, kind, said = send(url, "GET", "/api/openapi.json", None)
    assert (status, kind) == (200, "application/json")
    code, printed, _ = run("centre", "openapi", "--home", centre.settings.home)
    assert code == 0
    assert json.loads(printed) == json.loads(said) == json.loads(json.dumps(document(create_app(centre))))


def test_without_a_key_nothing_is_told_and_nothing_done(url, room, centre):
    for method, path in (
        ("GET", "/applications"),
        ("GET", f"/applications/{NUMBER}"),
        ("POST", f"/applications/{NUMBER}/decisions"),
    ):
        for given in ("", "x" * 43):
            status, said = call(url, given, method, f"/api/v1{path}", {"act": "accept"} if method == "POST" else None)
            assert (status, said["error"]["code"]) == (401, "not_signed_in")
    assert own_events(centre) == []


def test_applications_are_listed_and_shown_as_described(url, room, key, described):
    status, listed = call(url, key, "GET", "/api/v1/applications")
    assert status == 200
    assert [line["number"] for line in listed["applications"]] == [NUMBER]
    jsonschema_rs.validate(described("get", "/api/v1/applications", "200"), listed)
    status, shown = call(url, key, "GET", f"/api/v1/applications/{NUMBER}")
    assert (status, shown["state"]) == (200, "received")
    jsonschema_rs.validate(described("get", "/api/v1/applications/{number}", "200"), shown)


def test_a_long_list_comes_in_pages(url, room, key, centre):
    for serial in range(2, 60):
        room.file_one(serial)
    post_envelope(url, f"/sync/v1/{NODE}", room.batch())
    _, first = call(url, key, "GET", "/api/v1/applications?show=all")
    _, second = call(url, key, "GET", f"/api/v1/applications?show=all&after={first['next']}")
    numbers = [line["number"] for page in (first, second) for line in page["applications"]]
    assert (len(set(numbers)), second["next"]) == (59, None)


def test_an_act_is_done_in_the_name_of_the_keys_account(url, room, key, centre, described):
    status, said = call(url, key, "POST", f"/api/v1/applications/{NUMBER}/decisions", {"act": "accept"})
    assert (status, said["state"]) == (201, "accepted")
    decided = {"act": "decide", "result": "granted", "version": said["version"]}
    status, said = call(url, key, "POST", f"/api/v1/applications/{NUMBER}/decisions", decided)
    assert (status, said["result"]) == (201, "granted")
    assert own_events(centre) == [("application.accepted", "centre:li"), ("application.decided", "centre:li")]
    jsonschema_rs.validate(described("post", "/api/v1/applications/{number}/decisions", "201"), said)


def test_a_repeated_act_is_told_that_something_happened(url, room, key, centre):
    act = {"act": "accept", "version": "1-0"}
    assert call(url, key, "POST", f"/api/v1/applications/{NUMBER}/decisions", act)[0] == 201
    status, said = call(url, key, "POST", f"/api/v1/applications/{NUMBER}/decisions", act)
    assert (status, said["error"]["code"]) == (409, "application_changed")
    assert len(own_events(centre)) == 1


@pytest.mark.parametrize(
    ("act", "code"),
    [
        ({}, "act_unknown"),
        ({"act": "praise"}, "act_unknown"),
        ({"act": "accept", "extra": 1}, "bad_request"),
        ({"act": 7}, "bad_request"),
        ([], "bad_request"),
        ({"act": "correct"}, "correction_empty"),
        ({"act": "correct", "items": [{"ref": 1}]}, "correction_wrong"),
        ({"act": "decide", "result": "maybe"}, "result_unknown"),
        ({"act": "refuse"}, "reason_missing"),
        ({"act": "refuse", "reason": "\ud800"}, "bad_request"),
        ({"act": "refuse", "reason": "长" * 5000}, "bad_request"),
    ],
)
@pytest.mark.usefixtures("room")
def test_a_wrong_act_is_refused_with_a_sentence(url, key, centre, act, code):
    status, said = call(url, key, "POST", f"/api/v1/applications/{NUMBER}/decisions", act)
    assert said["error"]["code"] == code
    assert 400 <= status < 500
    assert own_events(centre) == []


@pytest.mark.parametrize("query", ["show=x", "after=-1", "after=x", "after=" + "9" * 40])
def test_a_wrong_question_is_refused(url, room, key, query):
    assert call(url, key, "GET", f"/api/v1/applications?{query}")[0] == 400


def test_an_unknown_number_is_404(url, room, key):
    assert call(url, key, "GET", "/api/v1/applications/99999999999999999")[0] == 404
    assert call(url, key, "POST", "/api/v1/applications/99999999999999999/decisions", {"act": "accept"})[0] == 404


def test_a_disabled_account_ends_its_keys(url, room, key, centre):
    from sync.centre import tables

    with centre.store.write() as tx:
        tx.execute(tables.account.update().values(active=False))
    assert call(url, key, "GET", "/api/v1/applications")[0] == 401


def test_the_door_of_the_nodes_answers_with_envelopes_or_sentences(url, centre):
    from sync.centre import enrolment

    room = Room(enrolment.enrol(centre, NODE, "大坪村警务室", url))
    assert post_envelope(url, f"/sync/v1/{NODE}/enrol", room.first_word())[:2] == (200, ENVELOPE)
    room.file_one()
    status, kind, said = post_envelope(url, f"/sync/v1/{NODE}", room.batch())
    assert (status, kind) == (200, ENVELOPE)
    for path, body, expected in (
        (f"/sync/v1/{NODE}", b"junk", 400),
        (f"/sync/v1/{NODE}", b"", 400),
        ("/sync/v1/5224250099", room.batch(), 404),
        ("/sync/v1/x", room.batch(), 404),
        (f"/sync/v1/{NODE}/enrol", b"junk", 400),
        (f"/sync/v1/{NODE}", bytes(17 << 20), 413),
    ):
        status, kind, said = post_envelope(url, path, body)
        assert status == expected, path
        assert json.loads(said)["error"]["sentence"]


def test_it_says_that_it_is_well(url):
    status, _, said = send(url, "GET", "/healthz", None)
    assert (status, json.loads(said)["state"]) == (200, "ok")
