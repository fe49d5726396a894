"""Every route of the room, asked for through the second listener: by a machine that nobody paired, and by a paired kiosk.

The same walks as tests/test_pages.py makes at the first listener: headers, form tokens, and who reaches what.
"""

import pytest
from conftest import FixedClock, make_home
from test_pages import REACHED, UNSAFE, address

from edge import tls_door
from edge.app import create_app
from edge.clock import SystemClock
from edge.node import open_node
from edge.paired_door import COOKIE, OPEN, PAGES, PAIR, PairedDoor
from edge.pairing import Pairings

OUTSIDE = {"REMOTE_ADDR": f"{tls_door.CAME}192.0.2.9"}
BASE = "https://192.0.2.1:8643"
CROOKED = (
    "//console/", "/kiosk/../console/", "/kiosk/%2e%2e/console/login", "/kiosk/..%2fconsole/login", "/KIOSK/", "/Console/login",
    "/print/../api/v1/applications", "/static/../console/", "/kiosk//console/", "/kiosk\\..\\console", "/kiosk/\0console",
)  # fmt: skip  # a table


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    opened = open_node(make_home(tmp_path_factory.mktemp("paired") / "home"), FixedClock())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(node):
    made = create_app(node)
    made.wsgi_app = PairedDoor(made.wsgi_app, node)
    return made


@pytest.fixture(scope="module")
def token(node):
    now = SystemClock().now()
    pairings = Pairings(node.settings.home)
    return pairings.redeem(pairings.offer("大厅", now), "visit", now)


class Outside:
    """A browser on another machine, as the second listener hands its requests on."""

    def __init__(self, app, token=""):
        self.client = app.test_client()
        if token:
            self.client.set_cookie(COOKIE, token, domain="192.0.2.1", secure=True)

    def ask(self, path, method="GET", **more):
        answer = self.client.open(path, method=method, environ_overrides=OUTSIDE, base_url=BASE, **more)
        answer.get_data()
        answer.close()
        return answer


@pytest.fixture(params=["stranger", "kiosk"])
def who(request, app, token):
    return request.param, Outside(app, token if request.param == "kiosk" else "")


def asked(app):
    """Every address by every method that it knows and one that it doesn't."""
    for rule in app.url_map.iter_rules():
        for method in sorted({"GET", "POST", "TRACE"} | (rule.methods - {"OPTIONS"})):
            yield method, address(rule) if rule.endpoint != "static" else "/static/base.css"


def may_reach(name, path):
    return path.startswith(OPEN) or path == PAIR or (name == "kiosk" and path.startswith(PAGES))


@pytest.fixture
def words(app):
    """Behind each door a word, so that it is the door that is asked and nothing happens."""
    views = dict(app.view_functions)
    for endpoint in views.keys() - {"static"}:
        app.view_functions[endpoint] = lambda **_parts: REACHED
    yield
    app.view_functions.update(views)


def test_every_answer_through_the_second_listener_carries_the_strict_headers(app, who):
    seen, wrong = 0, []
    for method, path in asked(app):
        answer, seen = who[1].ask(path, method), seen + 1
        csp = answer.headers.get("Content-Security-Policy", "")
        held = (
            "default-src 'none'" in csp
            and "frame-ancestors 'none'" in csp
            and not UNSAFE.search(csp.replace("data: blob:", ""))
            and answer.headers.get("X-Content-Type-Options") == "nosniff"
            and answer.status_code < 500
            and answer.headers.get("Referrer-Policy") == "no-referrer"
            and (method != "TRACE" or answer.status_code in {303, 400, 403, 404, 405})
            and ("charset=utf-8" in answer.content_type if (answer.mimetype or "").startswith("text/") else True)
        )
        cookies = answer.headers.getlist("Set-Cookie")
        if not held or not all(one.startswith("__Host-") and "; Secure" in one for one in cookies):
            wrong.append((method, path, answer.status_code, cookies))
    assert wrong == []
    assert seen > 400


def test_nothing_but_the_pages_of_the_kiosk_is_reached_and_by_a_stranger_the_pairing_alone(app, who, words):
    name, browser = who
    wrong, reached = [], 0
    for method, path in asked(app):
        if path.startswith(OPEN):
            continue
        answer = browser.ask(path, method)
        reached += REACHED in answer.text
        if REACHED in answer.text and not may_reach(name, path):
            wrong.append((method, path))
        elif not may_reach(name, path):
            wanted = {303, 403} if name == "stranger" or path in {"/", "/kiosk"} else {404}
            assert answer.status_code in wanted, (method, path, answer.status_code)
    assert wrong == []
    assert reached > (20 if name == "kiosk" else 0)


@pytest.mark.parametrize("path", CROOKED)
def test_no_crooked_address_leads_to_the_desk(who, words, path):
    assert REACHED not in who[1].ask(path).text


def test_every_change_without_a_form_token_is_refused_before_anything_is_done(app, token, words):
    tried, browser = 0, Outside(app, token)
    browser.ask("/kiosk/")
    for method, path in asked(app):
        if method not in {"GET", "HEAD", "TRACE"} and path.startswith(PAGES):
            for sent in ({}, {"csrf_token": "0" * 64}):
                answer = browser.ask(path, method, data=sent)
                if answer.status_code != 405:
                    tried += 1
                    assert (answer.status_code, REACHED in answer.text) == (400, False), (method, path)
    assert tried > 20


def test_an_ended_pairing_closes_every_page_at_once(node, app, words):
    now = SystemClock().now()
    pairings = Pairings(node.settings.home)
    known = pairings.redeem(pairings.offer("走廊", now), "visit", now)
    browser = Outside(app, known)
    assert browser.ask("/kiosk/find").status_code == 200
    pairings.end(pairings.known(known).id)
    answer = browser.ask("/kiosk/find")
    assert (answer.status_code, answer.headers["Location"]) == (303, PAIR)
