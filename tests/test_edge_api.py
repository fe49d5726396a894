"""The node's API for other programs: its contract, who may, repeats and refusals."""

import base64
import json
import stat

import jsonschema_rs
import pytest
from desk_app import application, centre_acks, centre_says, desk_app, kinds, photo
from flask import Flask
from flask.testing import FlaskClient
from service_for_tests import ID_NUMBER, answers

from edge.api import key
from edge.api import routes as api
from edge.api.endpoints import contract
from edge.node import Node
from edge.routes import Who

TOKEN = "a-token-of-a-program"


@pytest.fixture
def app(node: Node) -> Flask:
    return desk_app(node)


class Program:
    """Another program with the key of the node."""

    def __init__(self, app: Flask, secret: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = {"Authorization": f"Bearer {secret}"}

    def file(self, **changes):
        body = {"service": "ceshi-dengji", "answers": answers(), "token": TOKEN, **changes}
        return self.client.post("/api/v1/applications", json=body, headers=self.headers)

    def read(self, number: str, query: str = ""):
        return self.client.get(f"/api/v1/applications/{number}{query}", headers=self.headers)


@pytest.fixture
def program(app: Flask, node: Node) -> Program:
    return Program(app, key.ensure(node.settings.home))


def fits(value, name: str) -> bool:
    """Whether an answer is what the contract says under components.schemas."""
    return jsonschema_rs.is_valid(contract()["components"]["schemas"][name], value)


def count(node: Node) -> int:
    with node.database.read() as tx:
        return int(tx.execute("SELECT count(*) FROM head").fetchone()[0])


def picture(slot: str = "proof", data: bytes = b"") -> dict[str, str]:
    return {"slot": slot, "name": "证明.jpg", "data": base64.b64encode(data or photo()).decode()}


def test_the_document_describes_the_routes_and_no_others(app):
    described = {(path, method.upper()) for path, of_path in contract()["paths"].items() for method in of_path}
    routes = {
        (rule.rule.replace("<", "{").replace(">", "}"), method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("api.")
    }
    assert described == routes


def test_the_document_says_of_each_route_who_may(app):
    for route in api.ROUTES:
        path = route.rule.replace("<", "{").replace(">", "}")
        wanted = [] if route.who is Who.ANYONE else [{"key": []}]
        assert all(contract()["paths"][path][method.lower()]["security"] == wanted for method in route.methods)


def test_every_schema_of_the_document_is_one_and_every_reference_leads_somewhere():
    text = json.dumps(contract())
    for schema in contract()["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)
    for part in text.split('"$ref": "#/components/')[1:]:
        kind, name = part.split('"')[0].split("/")
        assert name in contract()["components"][kind]


def test_the_document_is_served_to_anyone(app):
    assert app.test_client().get("/api/openapi.json").get_json() == contract()


def test_health_says_that_the_node_answers_and_nothing_about_anybody(app):
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"ok": True, "node": "5224250017"})
    assert fits(answer.get_json(), "Health")


def test_filing_answers_201_with_number_token_and_state(program, node):
    answer = program.file()
    body = answer.get_json()
    assert answer.status_code == 201
    assert fits(body, "Filed")
    state = application(node, body["number"]).state
    assert (body["token"], body["state"]) == (state.receipt.token, "received")
    assert (state.channel, state.history[0].actor) == ("api", "api")
    assert answer.headers["Location"] == f"/api/v1/applications/{body['number']}"


def test_the_same_token_returns_the_first_application(program, node):
    first = program.file().get_json()
    again = program.file(answers=answers("别的人"))
    assert (again.status_code, again.get_json()) == (200, first)
    assert count(node) == 1


def test_materials_come_along_as_base64(program, node):
    number = program.file(materials=[picture()]).get_json()["number"]
    material = application(node, number).state.materials[0]
    assert (material.slot, material.name, material.media_type) == ("proof", "证明.jpg", "image/jpeg")


def test_the_day_of_paper_that_is_entered_later_is_kept(program, node):
    number = program.file(on="2026-11-19").get_json()["number"]
    assert application(node, number).state.context["filing_day"] == "2026-11-19"


def test_wrong_answers_are_422_with_every_problem_and_nothing_is_filed(program, node):
    answer = program.file(answers={"applicant": {"idNumber": ID_NUMBER[:-1] + "0"}})
    assert answer.status_code == 422
    assert fits(answer.get_json(), "Problems")
    assert {"/applicant/name", "/applicant/idNumber"} == {one["path"] for one in answer.get_json()["problems"]}
    assert count(node) == 0


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        "{}",
        '{"service": 1}',
        "[" * 100_000,
        '{"service":"x","answers":{},"token":"short"}',
    ],
)
def test_a_body_that_is_no_submission_is_400(program, node, body):
    answer = program.client.post("/api/v1/applications", data=body, headers=program.headers)
    assert answer.status_code == 400
    assert fits(answer.get_json(), "Fault")
    assert count(node) == 0


def test_an_unknown_key_in_the_body_is_400(program):
    assert program.file(colour="red").status_code == 400


def test_an_unknown_service_is_404(program):
    answer = program.file(service="no-such")
    assert answer.status_code == 404
    assert fits(answer.get_json(), "Fault")


def test_a_material_that_is_no_base64_or_no_picture_is_refused_and_nothing_is_filed(program, node):
    assert program.file(materials=[{**picture(), "data": "***"}]).status_code == 400
    assert program.file(materials=[picture(data=b"text")]).status_code == 415
    assert count(node) == 0


def test_a_body_that_is_too_large_is_413(program, node):
    claims = {"CONTENT_LENGTH": str(60 * 1024 * 1024)}
    answer = program.client.post("/api/v1/applications", data=b"{}", headers=program.headers, environ_overrides=claims)
    assert answer.status_code == 413
    assert count(node) == 0


def test_reading_tells_the_state_and_nothing_that_was_answered(program, node):
    number = program.file(materials=[picture()]).get_json()["number"]
    answer = program.read(number)
    assert answer.status_code == 200
    assert fits(answer.get_json(), "Application")
    assert answer.get_json()["received_by_centre"] is False
    assert "王秀梅" not in answer.get_data(as_text=True)
    assert ID_NUMBER not in answer.get_data(as_text=True)


def test_reading_follows_the_centre(program, node):
    number = program.file().get_json()["number"]
    items = [{"target": "material", "ref": "proof", "label": "住所证明", "defect": "看不清"}]
    centre_acks(node)
    centre_says(node, "correction.requested", number, {"items": items, "due_day": "2026-12-04"})
    body = program.read(number).get_json()
    assert fits(body, "Application")
    assert (body["state"], body["received_by_centre"]) == ("correction", True)
    assert body["correction"] == {"due_day": "2026-12-04", "items": items}
    centre_says(node, "application.decided", number, {"result": "granted"})
    closed = program.read(number).get_json()
    assert (closed["state"], closed["result"], closed["state_title"]) == ("closed", "granted", "办结（准予）")
    assert fits(closed, "Application")


def test_reading_with_a_wrong_code_is_the_same_as_an_unknown_number(program):
    filed = program.file().get_json()
    wrong = f"{(int(filed['code']) + 1) % 1_000_000:06d}"
    assert program.read(filed["number"], f"?code={filed['code']}").status_code == 200
    refused, unknown = program.read(filed["number"], f"?code={wrong}"), program.read("52242500171999999")
    assert refused.status_code == unknown.status_code == 404
    assert refused.get_json()["error"]["sentence"] == unknown.get_json()["error"]["sentence"]
    assert program.read(filed["number"], "?code=王").status_code == 404


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic d2VpOng=", "Bearer 王"])
def test_a_stranger_gets_401_whatever_he_brings_and_nothing_is_filed(app, node, header):
    headers = {} if header is None else {"Authorization": header.encode().decode("latin-1")}
    body = {"service": "ceshi-dengji", "answers": answers(), "token": TOKEN}
    answer = app.test_client().post("/api/v1/applications", json=body, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert fits(answer.get_json(), "Fault")
    assert count(node) == 0


def test_the_key_is_made_once_for_its_owner_alone(home):
    first = key.ensure(home)
    assert len(first) >= 40
    assert key.ensure(home) == first
    assert stat.S_IMODE((home / key.FILE).stat().st_mode) == 0o600


def test_an_empty_key_file_opens_nothing(home):
    (home / key.FILE).write_text("\n")
    assert not key.is_right(home, "")


def test_a_repeat_after_a_crash_behind_the_commit_finds_the_application(program, node):
    number = program.file().get_json()["number"]
    for _ in range(3):
        assert program.file().get_json()["number"] == number
    assert kinds(node, number) == ["application.filed"]
