"""Tokens of other programs: what each may do, who gave it, and how it ends; and the interface asked at random."""

import jsonschema_rs
import pytest
from sqlalchemy import select

from edge.commands.outside import SCOPES
from edge.errors import YizhanError
from sync.centre import desks, reviewers, tables, tokens
from sync.centre.app import create_app
from sync.centre.desks import Duty
from tests.asking import Asked, ask_at_random, told
from tests.centre_room import MATERIAL, NODE, PHOTO, SHA, enrolled, number, pieces

PASSWORD = "vier-dicke-huehner"
NUMBER = number(1)
PLACES = {
    "states": f"/api/v1/applications/{NUMBER}/state",
    "applications": f"/api/v1/applications/{NUMBER}",
    "materials": f"/api/v1/applications/{NUMBER}/materials/{SHA}",
    "figures": "/api/v1/figures",
}


@pytest.fixture
def client(centre):
    """A centre with one application whose photo is here, and an account `li`."""
    from sync.centre.receiver import receive

    room = enrolled(centre)
    room.file_one(1, materials=[MATERIAL])
    for body in (room.batch(chunks=pieces()), room.batch(chunks=pieces())):
        room.read(receive(centre, NODE, body), body)
    reviewers.add(centre, "li", "李审批", PASSWORD)
    return create_app(centre).test_client()


def given(centre, *scopes, days=0):
    return tokens.make(centre, "li", "省政务平台", list(scopes), days=days)


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("scope", PLACES)
def test_a_token_does_what_its_scope_says_and_nothing_else(client, centre, scope):
    _, key = given(centre, scope)
    for other, place in PLACES.items():
        answer = client.get(place, headers=bearer(key))
        assert answer.status_code == (200 if other == scope else 403), place
        if other != scope:
            fault = answer.json["error"]
            assert (fault["code"], tokens.SCOPES[other] in fault["sentence"]) == ("scope_missing", True)
    act = client.post(f"/api/v1/applications/{NUMBER}/decisions", json={"act": "accept"}, headers=bearer(key))
    assert act.status_code == 403


def test_the_state_says_no_name_and_no_number_of_a_person(client, centre):
    _, key = given(centre, "states", "materials")
    said = client.get(PLACES["states"], headers=bearer(key))
    assert set(said.json) == set(tables_of("State"))
    with centre.store.read() as tx:
        applicant = tx.execute(select(tables.application.c.applicant)).scalar_one()
    assert applicant
    assert applicant not in said.text
    assert client.get(PLACES["materials"], headers=bearer(key)).data == PHOTO


def tables_of(component):
    from sync.centre.api.schemas import COMPONENTS

    return COMPONENTS[component]["properties"]


def test_a_revoked_token_and_one_past_its_day_are_strangers(client, centre, clock):
    id_, key = given(centre, "states")
    _, short = given(centre, "states", days=3)
    assert [client.get(PLACES["states"], headers=bearer(one)).status_code for one in (key, short)] == [200, 200]
    tokens.revoke(centre, id_, by="centre:chen")
    assert tokens.revoke(centre, id_, by="centre:wang").revoked_at == tokens.revoke(centre, id_, by="x").revoked_at
    assert client.get(PLACES["states"], headers=bearer(key)).headers["WWW-Authenticate"].startswith("Bearer")
    clock.advance(days=3)
    assert client.get(PLACES["states"], headers=bearer(short)).status_code == 200
    clock.advance(days=1)
    assert [client.get(PLACES["states"], headers=bearer(one)).status_code for one in (key, short)] == [401, 401]
    assert {one.id: one.state for one in tokens.lines(centre)}.pop(id_) == "revoked"
    assert sorted(one.state for one in tokens.lines(centre)) == ["expired", "revoked"]


def test_what_is_kept_of_a_token_is_no_token(client, centre, clock):
    id_, key = given(centre, "figures")
    client.get(PLACES["figures"], headers=bearer(key))
    with centre.store.read() as tx:
        kept = str(tx.execute(select(tables.api_key)).all()) + str(tx.execute(select(tables.api_token)).all())
    assert key not in kept
    (line,) = tokens.lines(centre)
    assert (line.id, line.last_used_at, key in str(line)) == (id_, clock.now(), False)
    clock.advance(seconds=30)
    client.get(PLACES["figures"], headers=bearer(key))
    assert tokens.lines(centre)[0].last_used_at < clock.now()
    clock.advance(minutes=2)
    client.get(PLACES["figures"], headers=bearer(key))
    assert tokens.lines(centre)[0].last_used_at == clock.now()


def test_a_key_of_an_earlier_version_may_do_all_until_it_is_revoked(client, centre):
    key = reviewers.add_key(centre, "li", "老平台")
    assert client.get(PLACES["applications"], headers=bearer(key)).status_code == 200
    (line,) = tokens.lines(centre)
    assert line.scopes == tuple(tokens.SCOPES)
    tokens.revoke(centre, line.id, by="centre:li")
    assert client.get(PLACES["applications"], headers=bearer(key)).status_code == 401


def test_a_token_sees_no_more_than_its_account(client, centre):
    _, key = given(centre, *tokens.SCOPES)
    with centre.store.write() as tx:
        desks.give(tx, "li", [Duty("decide", area="5101")])
    for scope, place in PLACES.items():
        assert client.get(place, headers=bearer(key)).status_code == (403 if scope == "figures" else 404), scope
    assert client.get("/api/v1/figures?area=5101", headers=bearer(key)).status_code == 200
    assert client.get("/api/v1/applications?show=all", headers=bearer(key)).json["applications"] == []


@pytest.mark.parametrize(
    ("scopes", "days", "name", "code"),
    [
        (["all"], 0, "x", "token_wrong"),
        ([], 0, "x", "token_wrong"),
        (["states"], -1, "x", "token_wrong"),
        (["states"], 0, " ", "token_wrong"),
    ],
)
@pytest.mark.usefixtures("client")
def test_a_token_that_would_be_wrong_is_not_made(centre, scopes, days, name, code):
    with pytest.raises(YizhanError) as caught:
        tokens.make(centre, "li", name, scopes, days=days)
    assert caught.value.code == code
    with pytest.raises(YizhanError) as caught:
        tokens.make(centre, "nobody", "x", ["states"])
    assert (caught.value.code, tokens.lines(centre)) == ("not_found", [])


def test_opinions_pauses_and_forwarding_work_as_at_the_desk(client, centre):
    _, key = given(centre, "decisions", "applications")
    act = f"/api/v1/applications/{NUMBER}/decisions"
    forward = client.post(act, json={"act": "forward", "level": "city", "reason": "应由市局办"}, headers=bearer(key))
    assert (forward.status_code, forward.json["history"][-1]["kind"]) == (201, "application.forwarded")
    again = client.post(act, json={"act": "forward", "level": "city", "reason": "再转"}, headers=bearer(key))
    assert again.json["error"]["code"] == "forward_unknown"
    opinion = {"act": "opinion", "step": "religion", "outcome": "agreed"}
    assert client.post(act, json=opinion, headers=bearer(key)).json["error"]["code"] == "opinion_other"
    pause = {"act": "pause", "procedure": "hearing", "reason": "要听证"}
    assert client.post(act, json=pause, headers=bearer(key)).json["error"]["code"] == "procedure_unknown"
    resume = client.post(act, json={"act": "resume"}, headers=bearer(key))
    assert (resume.status_code, resume.json["error"]["code"]) == (409, "not_allowed_now")


def test_the_commands_answer_as_their_schemas_say(client, centre, capsys):
    assert tuple(tokens.SCOPES) == SCOPES
    home = ["--home", centre.settings.home]
    made = told(
        capsys, "centre_token_add", "centre", "token", "add", "li", "--name", "微信", "--scope", "states", *home
    )
    assert client.get(PLACES["states"], headers=bearer(made["token"])).status_code == 200
    listed = told(capsys, "centre_token_list", "centre", "token", "list", *home)
    assert (made["token"] in str(listed), [one["id"] for one in listed["tokens"]]) == (False, [made["id"]])
    revoked = told(capsys, "centre_token_revoke", "centre", "token", "revoke", made["id"], *home)
    assert revoked["state"] == "revoked"
    assert (
        told(capsys, "error", "centre", "token", "revoke", "0" * 12, *home, code=1)["error"]["code"] == "token_unknown"
    )


# --- asked at random (the rest: `make proof ONLY=api`)


@pytest.mark.usefixtures("client")
def test_whatever_the_description_allows_or_forbids_is_answered_as_it_says(centre):
    asked = ask_at_random(centre, "li", [NUMBER], examples=4)
    assert asked.failures == []
    assert asked.cases >= 30
    assert {200, 400, 404} <= asked.statuses.keys()


@pytest.mark.usefixtures("client")
def test_an_answer_that_breaks_the_description_would_be_seen(centre, monkeypatch):
    from sync.centre.api import routes

    monkeypatch.setattr(routes, "_state", lambda case: {"number": case.number, "applicant": "王秀梅"})
    asked: Asked = ask_at_random(centre, "li", [NUMBER], examples=5, only="show_state")
    assert asked.failures


def test_every_component_is_a_schema_that_is_used():
    from sync.centre.api.schemas import COMPONENTS

    for name, schema in COMPONENTS.items():
        jsonschema_rs.validator_for(schema | {"components": {"schemas": COMPONENTS}})
        assert name
