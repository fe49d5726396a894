"""Route x role at the centre's review desk: every address against everybody who may stand before it.

Behind the guard each view is a word, so that what is asked is the guard, and nothing happens.
"""

import sys

import pytest
from conftest import FixedClock

from edge import three, web
from edge.accounts import Cost
from edge.errors import YizhanError
from sync.centre import centre as centres
from sync.centre import data_classes, desks, reviewers
from sync.centre.app import create_app
from sync.centre.desks import Duty
from sync.centre.receiver import receive
from sync.centre.review import keeping
from sync.centre.review.screens import OF_PLACES, OF_SUPERVISORS, OF_THE_CENTRE
from tests.centre_room import enrolled, number, sample

PASSWORD = "vier-dicke-huehner"
REACHED = "门后"
PLAIN, ABOUT_LUO = number(1), number(2)
OPEN = frozenset({"review.login", "review.log_in"})
OWN = keeping.OWN | keeping.PROOF
KEEPING = keeping.OF_EACH[three.SECURITY] | keeping.OF_EACH[three.AUDIT]
COUNTY = (Duty("decide", area="522425", level="county"),)
# name -> (post, duties, what of the two applications he sees, whether rooms and publications are his business)
ROLES: dict[str, tuple[str, tuple[Duty, ...], set[str], bool]] = {
    "stranger": ("", (), set(), False),
    "everything": ("户政", (), {PLAIN, ABOUT_LUO}, True),
    "supervisor": ("supervisor", (), {PLAIN, ABOUT_LUO}, True),
    "county": ("户政", COUNTY, {PLAIN, ABOUT_LUO}, False),
    "elsewhere": ("户政", (Duty("decide", area="5223"),), set(), False),
    "service": ("户政", (Duty("decide", service="juzhu-dengji"),), {PLAIN}, True),
    "reader": ("分析", (Duty("read", area="52"),), {PLAIN, ABOUT_LUO}, False),
    "department": ("民族事务", (Duty("opinion", desk="民族事务"),), set(), False),
    "luoming": ("户政", (), {PLAIN}, True),
    **{post: (post, (), set(), False) for post in three.THREE},
}


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    home = tmp_path_factory.mktemp("matrix") / "centre"
    centres.create_home(home)
    opened = centres.open_centre(home, FixedClock(), Cost(1024, 1, 1))
    room = enrolled(opened)
    room.file_one(1)
    room.write("application.filed", sample("xingzheng-fuyi") | {"concerns": ["luoming"]}, 2)
    receive(opened, room.node, room.batch())
    for role, (post, duties, _, _) in ROLES.items():
        if post:
            reviewers.add(opened, role, role, PASSWORD, post)
            with opened.store.write() as tx:
                desks.give(tx, role, duties)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(centre):
    made = create_app(centre)
    made.config["TESTING"] = True
    return made


@pytest.fixture(scope="module")
def people(app, centre):
    """A client for each role, logged in by the program's own functions."""
    found = {}
    for role, (post, *_) in ROLES.items():
        client = found[role] = app.test_client()
        if post:
            page = client.get("/review/login").text
            token = page.split('name="csrf_token" value="')[1].split('"')[0]
            answer = client.post("/review/login", data={"csrf_token": token, "name": role, "password": PASSWORD})
            assert answer.status_code == 303
    app.before_request_funcs[None].remove(web.refuse_forged_forms)  # asked of every form by tests of its own
    for endpoint in {rule.endpoint for rule in rules(app)} - OPEN:
        app.view_functions[endpoint] = lambda **_parts: REACHED
    return found


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("review.")]


def expected(rule, role, application):
    post, _, sees, runs = ROLES[role]
    if not post and rule.endpoint not in OPEN:
        return {303} if "GET" in rule.methods else {401}
    if rule.endpoint in OPEN | OWN | KEEPING or post in three.THREE:
        return expected_of_keepers(rule.endpoint, post)
    if "number" in rule.arguments:
        return {200} if application in sees else {404}
    if rule.endpoint in OF_SUPERVISORS:
        return {200} if post == "supervisor" else {403}
    if rule.endpoint in OF_PLACES:
        return {403} if role in {"department", "service"} else {200}
    return {200} if runs or rule.endpoint not in OF_THE_CENTRE else {403}


def expected_of_keepers(endpoint, post):
    """What is everybody's own, and what is of the three alone, who have nothing else."""
    if endpoint in OPEN:
        return {200, 303, 401, 423}
    if endpoint == "review.home":
        return {303}
    return {200} if endpoint in OWN | keeping.OF_EACH.get(post, frozenset()) else {403}


def test_the_matrix_of_routes_and_roles(app, people, capsys):
    cells, wrong = 0, []
    for rule in rules(app):
        for role, client in people.items():
            for application in (PLAIN, ABOUT_LUO) if "number" in rule.arguments else ("",):
                parts = {name: 1 if f"<int:{name}>" in rule.rule else "x" for name in rule.arguments}
                path = rule.build(parts | ({"number": application} if application else {}))[1]
                answer = client.get(path) if "GET" in rule.methods else client.post(path)
                cells += 1
                if answer.status_code not in expected(rule, role, application):
                    wrong.append((rule.rule, role, application, answer.status_code))
                if rule.endpoint in OPEN:
                    continue
                if not ROLES[role][0] and "GET" in rule.methods:
                    assert (answer.location or "").startswith("/review/login"), rule.rule
    with capsys.disabled():
        sys.stdout.write(f"\n{len(rules(app))} routes x {len(ROLES)} roles: {cells} cells\n")
    assert wrong == []


def test_every_page_of_rooms_and_publications_is_for_who_runs_the_centre(app):
    named = {rule.endpoint for rule in rules(app)}
    assert named >= OF_THE_CENTRE | OF_SUPERVISORS | OF_PLACES
    without = {rule.endpoint for rule in rules(app) if "number" not in rule.arguments} - OF_THE_CENTRE - OPEN
    assert without == {"review.home", "review.classes", *OWN, *KEEPING, *OF_SUPERVISORS, *OF_PLACES}


PAGES = {  # what a page shows: the class of data that it is
    "review.call_backs": "ratings",
    "review.told": "complaints",
    "review.supervision": "anomalies",
    "review.samples": "anomalies",
    "review.figures": "figures",
    "review.reports": "figures",
    "review.board": "complaints",
}


@pytest.mark.parametrize("role", [role for role in ROLES if role not in three.THREE])
def test_a_page_is_reached_by_nobody_who_may_not_see_its_class_of_data(app, role):
    post, duties, *_ = ROLES[role]
    audience = data_classes.audience_of(duties or (desks.ALL,), supervises=post == "supervisor", known=bool(post))
    for rule in rules(app):
        what = PAGES.get(rule.endpoint)
        if what is None or "GET" not in rule.methods:
            continue
        reached = expected(rule, role, "") == {200}
        if may_see(audience, what):
            assert reached or role in {"department", "service"}, (rule.endpoint, role)
        else:
            assert not reached, (rule.endpoint, role)


def may_see(audience, what):
    try:
        data_classes.must_see(audience, what)
    except YizhanError:
        return False
    return True
