"""Route x role: every address of the finished program against everybody who may stand before it; and own x foreign.

Behind the guard each view is a word, so that what is asked is the guard and nothing happens to the room.
"""

import secrets
import sys

import pytest
from conftest import FixedClock, make_home
from desk_app import Desk, add_officer, file_one

from edge import drafts, kept_forms, three, web
from edge.api import routes as api
from edge.app import create_app
from edge.node import Node, open_node
from edge.officers import POSTS
from edge.prints import pages
from edge.ranks import ASSISTANT, POLICE
from edge.routes import Registry, Route, Who, register
from edge.staff import screens as staff
from edge.status import routes as status
from kiosk import screens as kiosk

TABLES = {
    "staff": staff.ROUTES,
    "status": status.ROUTES,
    "api": api.ROUTES,
    "prints": pages.ROUTES,
    "kiosk": kiosk.ROUTES,
}
REACHED = "门后"
HIS = ("", "/keep", "/check", "/file", "/delete")  # what every draft has
WIRED = frozenset({"home", "static"})  # the way to the kiosk, and the files of the pages
EVERY_POST = tuple(POSTS)
THEIR_HOMES = ("/console/transfer", "/console/accounts", "/console/accounts/book")
# who stands there: name -> (rank, posts); nobody is also the citizen, who has been at the kiosk
ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "nobody": ("", ()),
    "assistant": (ASSISTANT, EVERY_POST),
    "police": (POLICE, EVERY_POST),
    **{f"police-{post}": (POLICE, (post,)) for post in POSTS},
    **{f"assistant-{post}": (ASSISTANT, (post,)) for post in POSTS},
    **{post: (POLICE, (post,)) for post in three.THREE},
}
KNOWN = {f"{part}.{route.endpoint}": route for part, table in TABLES.items() for route in table}


class Person:
    """A browser that has been at the kiosk, and logged in at the desk where its role has an account."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.get("/kiosk/")

    def ask(self, rule, path: str) -> int:
        """The status; 200 where the view was reached, 303 only to the login."""
        client = self.desk.client
        answer = client.get(path) if "GET" in rule.methods else client.post(path)
        status, where = 200 if answer.text == REACHED else answer.status_code, answer.location or ""
        answer.close()
        if status == 303 and where in THEIR_HOMES and path == "/console/":
            return 200  # his first page is another
        if status == 303 and not where.startswith("/console/login"):
            raise AssertionError((rule, where))
        return status


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    opened = open_node(make_home(tmp_path_factory.mktemp("matrix") / "home"), FixedClock())
    for role, (rank, posts) in ROLES.items():
        if rank:
            add_officer(opened, role, "韦建国", rank, posts)
    add_officer(opened, "other", "罗明", POLICE, EVERY_POST)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def people(node: Node):
    """One browser for each role, before the doors of one program."""
    app = create_app(node)
    found = {role: Person(Desk(app, role if rank else None)) for role, (rank, _) in ROLES.items()}
    app.before_request_funcs[None].remove(web.refuse_forged_forms)  # asked of every form by tests of its own
    for endpoint in KNOWN:
        app.view_functions[endpoint] = lambda **_parts: REACHED
    return found


@pytest.fixture(scope="module")
def guarded(people):
    """The whole program of a node, with a word behind each door."""
    return people["nobody"].desk.client.application


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in WIRED]


def address(rule) -> str:
    return rule.build({name: 1 if f"<int:{name}>" in rule.rule else "x" for name in rule.arguments})[1]


def expected(route: Route, rank: str, posts: tuple[str, ...]) -> int:
    """The status with which the guard answers: 200 reached, 303 to the login, 401 for programs, 403, 404."""
    if route.who is Who.PROGRAM:
        return 401
    if route.who is not Who.OFFICER:
        return 200
    if not rank:
        return 303
    mine = three.one_of(posts)
    if mine:
        own = mine in (route.posts or ()) or three.opens(f"staff.{route.endpoint}", mine)
        return 200 if own or route.endpoint == "today_show" else 403
    if route.posts and not set(route.posts) & set(posts):
        return 403
    return 403 if route.rank and route.rank != rank else 200


# --- route x role ---


def test_every_route_of_the_finished_program_has_a_rule(guarded):
    assert [rule.rule for rule in rules(guarded) if rule.endpoint not in KNOWN] == []
    assert len(rules(guarded)) == len(KNOWN)
    officers_own = [route for route in KNOWN.values() if route.who is Who.OFFICER]
    assert all(route.posts is not None and set(route.posts) <= {*POSTS, *three.THREE} for route in officers_own)
    assert {route.rank for route in officers_own} <= {"", POLICE}


def test_a_route_without_a_rule_ends_the_start():
    class Bare:
        name, import_name = "staff", "edge.staff.screens"

        def add_url_rule(self, *_given, **_options):
            raise AssertionError("registered without a rule")

    bare: Registry = Bare()
    with pytest.raises(ValueError, match="/neu: say which posts"):
        register(bare, [Route("/neu", lambda: "", Who.OFFICER)])


def test_the_matrix_of_routes_and_roles(node, guarded, people, capsys):
    """Applications of the console are looked up before posts are asked: an unknown number is 404 to every officer."""
    cells, wrong = 0, []
    for rule in rules(guarded):
        for role, (rank, posts) in ROLES.items():
            route = KNOWN[rule.endpoint]
            wanted = expected(route, rank, posts)
            if rank and wanted in (200, 403) and rule.rule.startswith("/console/applications/<number>"):
                wanted = 404
            got = people[role].ask(rule, address(rule))
            cells += 1
            if got != wanted:
                wrong.append((rule.rule, role, got, wanted))
    with capsys.disabled():
        sys.stdout.write(f"\n{len(rules(guarded))} routes x {len(ROLES)} roles = {cells} cells\n")
    assert wrong == []
    assert cells == len(KNOWN) * len(ROLES)


def test_an_application_that_is_there_asks_for_posts_and_rank_too(node, guarded, people):
    number, asked = file_one(node).number, 0
    for rule in rules(guarded):
        if not rule.rule.startswith("/console/applications/<number>"):
            continue
        parts = dict.fromkeys(rule.arguments, "x") | {"number": number}
        for role, (rank, posts) in ROLES.items():
            got = people[role].ask(rule, rule.build(parts)[1])
            assert got == expected(KNOWN[rule.endpoint], rank, posts), (rule, role)
            asked += 1
    assert asked >= 10 * len(ROLES)


def test_the_page_of_a_refusal_says_who_may_and_whom_to_ask(node):
    desk = Desk(create_app(node), "police-guide")
    page = desk.get("/console/receive")
    assert page.status_code == 403
    assert "“收件受理”岗位" in page.text
    assert "罗明（民警）" in page.text


def test_the_menu_offers_only_what_may_be_done(node):
    app = create_app(node)
    assert 'href="/console/receive"' not in Desk(app, "police-guide").text("/console/")
    assert 'href="/console/receive"' in Desk(app, "police-receive").text("/console/")


# --- own x foreign ---


def test_a_draft_is_its_owners_alone_at_every_address(node):
    app = create_app(node)
    owner, other = Desk(app, "police"), Desk(app, "other")
    own = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/console/drafts/")]
    for rule in own:
        draft = drafts.create(node, "ceshi-dengji", "officer:police")
        path = rule.build(dict.fromkeys(rule.arguments, "x") | {"draft": draft.id})[1]
        assert reach(other, rule, path).status_code == 404, rule
        if rule.rule.removeprefix("/console/drafts/<draft>") in HIS:
            assert reach(owner, rule, path).status_code != 404, rule
    assert len(own) >= len(HIS)


def reach(desk: Desk, rule, path: str):
    desk.get("/console/")
    return (
        desk.get(path, follow=False) if "GET" in rule.methods else desk.post(path, {"token": secrets.token_urlsafe()})
    )


def test_what_was_kept_of_a_form_is_shown_to_nobody_else(node):
    app = create_app(node)
    made = kept_forms.keep(node, "police", "/console/applications/x/withdraw", {"reason": ["改日再来"]}, files=0)
    other, owner = Desk(app, "other"), Desk(app, "police")
    assert "改日再来" not in other.get(f"/console/kept/{made}").text
    other.post(f"/console/kept/{made}")
    assert "改日再来" in owner.text(f"/console/kept/{made}")
