"""变更通知: one row for each change, told at least once under the same id, signed, without a person in it, and never to a
door of our own network.
"""

import base64
import hashlib
import hmac
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from sqlalchemy import select

from edge.errors import YizhanError
from sync.centre import cases, log, posting, reviewers, tables, telling, webhooks
from sync.centre.app import create_app
from sync.centre.posting import PostError
from sync.centre.receiver import receive
from sync.centre.rounds import Rounds
from tests.asking import told
from tests.centre_room import NODE, enrolled, number

PLACE = "https://hooks.example.gov.cn/yizhan"
PASSWORD = "vier-dicke-huehner"


class Receiver:
    """A program of somebody else: what it got, and the statuses that it answers with, one after the other."""

    def __init__(self, *statuses):
        self.got, self.statuses = [], list(statuses)

    def __call__(self, _url, body, headers, *, private):
        assert private is False
        status = self.statuses.pop(0) if self.statuses else 204
        if isinstance(status, BaseException):
            raise status
        self.got.append((headers["webhook-id"], body, headers))
        return status

    @property
    def ids(self):
        return [one[0] for one in self.got]


@pytest.fixture
def room(centre):
    return enrolled(centre)


def hook(centre, **more):
    return webhooks.add(centre, "省政务平台", PLACE, actor="centre:li", **more)


def sends(centre, room, first=1):
    body = room.batch(first=first)
    room.read(receive(centre, NODE, body), body)


def rows(centre):
    with centre.store.read() as tx:
        found = tx.execute(select(tables.outbox).order_by(tables.outbox.c.id)).all()
    return [(row.id, row.kind, row.result, row.state) for row in found]


def only(centre):
    with centre.store.read() as tx:
        (one,) = webhooks.hooks(tx)
    return one


def test_every_change_has_one_row_whichever_side_it_came_from_and_however_often_it_comes(centre, room):
    hook(centre)
    room.file_one(1)
    room.write("stock.voided", {"stock": "a", "number": "1", "reason": "x"}, application="")
    room.write("application.withdrawn", {}, 9)  # nobody filed it: refused, and no change
    for _ in range(3):
        sends(centre, room)
    cases.accept(centre, number(1), actor="centre:li")
    cases.decide(centre, number(1), actor="centre:li", result="granted")
    assert rows(centre) == [
        (f"{NODE}-centre-1-1", "application.accepted", "", "waiting"),
        (f"{NODE}-centre-1-2", "application.decided", "granted", "waiting"),
        (f"{NODE}-node-1-1", "application.filed", "", "waiting"),
    ]


def test_a_change_that_is_rolled_back_is_told_to_nobody(centre, room):
    hook(centre)
    room.file_one(1)
    sends(centre, room)
    with pytest.raises(YizhanError):
        cases.accept(centre, number(1), actor="centre:li", seen="9-9")
    assert [one[1] for one in rows(centre)] == ["application.filed"]


def test_what_is_refused_at_first_is_told_when_it_is_taken(centre, room, monkeypatch):
    from sync.centre import aside, room_said

    hook(centre)
    with monkeypatch.context() as patch:
        patch.setattr(room_said, "note", lambda *_: (_ for _ in ()).throw(ValueError))
        room.file_one(1)
        sends(centre, room)
    assert rows(centre) == []
    assert aside.retry(centre, NODE, 1, 1, by="centre:li").outcome == "taken"
    assert [one[1] for one in rows(centre)] == ["application.filed"]


def test_a_hook_is_told_of_its_place_and_from_its_beginning_on(centre, room):
    room.file_one(1)
    sends(centre, room)
    hook(centre, area="5101")
    id_, _ = hook(centre, area="522425")
    room.file_one(2)
    sends(centre, room)
    with centre.store.read() as tx:
        told = tx.execute(select(tables.outbox.c.hook, tables.outbox.c.number)).all()
    assert [tuple(one) for one in told] == [(id_, number(2))]


def test_a_receiver_can_tell_that_it_was_us_when_and_which_without_learning_of_a_person(centre, room, clock):
    """Standard Webhooks, checked as its text says: HMAC-SHA256 over id.timestamp.body."""
    _, secret = hook(centre)
    room.file_one(1)
    sends(centre, room)
    got = Receiver()
    assert telling.tell(centre, got) == telling.Told(delivered=1)
    ((id_, body, headers),) = got.got
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{id_}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == expected
    assert int(headers["webhook-timestamp"]) == int(clock.moment.timestamp())
    assert json.loads(body) == {
        "id": id_,
        "type": "application.filed",
        "title": "收件",
        "at": "2026-11-21T09:12:03+08:00",
        "application": number(1),
        "node": NODE,
        "result": "",
    }
    assert telling.tell(centre, got) == telling.Told()
    assert only(centre).delivered_at == clock.now()


def test_what_fails_is_told_again_later_with_the_same_id_and_the_same_bytes(centre, room, clock):
    hook(centre)
    room.file_one(1)
    sends(centre, room)
    got = Receiver(500, PostError("没有送到：TimeoutError"), 204)
    done = []
    for wait_s in (10, 40, 10, 90):
        done.append(telling.tell(centre, got))
        clock.advance(seconds=wait_s)
    assert [(one.delivered, one.failed) for one in done] == [(0, 1), (0, 0), (0, 1), (0, 0)]
    assert (only(centre).failures, only(centre).waiting, only(centre).last_fault) == (2, 1, "没有送到：TimeoutError")
    assert telling.tell(centre, got).delivered == 1
    assert len(got.ids) == 2
    assert got.got[0][:2] == got.got[1][:2]
    assert (only(centre).failures, only(centre).waiting, only(centre).last_fault) == (0, 0, "")


def test_one_that_is_refused_for_ever_holds_up_no_other_and_ends_as_a_dead_letter(centre, room, clock):
    id_, _ = hook(centre)
    for serial in (1, 2):
        room.file_one(serial)
    sends(centre, room)
    bad = f"{NODE}-node-1-1"

    class Picky(Receiver):
        def __call__(self, url, body, headers, *, private):
            super().__call__(url, body, headers, private=private)
            return 400 if headers["webhook-id"] == bad else 200

    got = Picky()
    for _ in range(3 * telling.ATTEMPTS_MAX):
        telling.tell(centre, got)
        clock.advance(hours=7)
    assert got.ids.count(bad) == telling.ATTEMPTS_MAX
    assert got.ids.count(f"{NODE}-node-1-2") == 1
    assert (only(centre).dead, only(centre).waiting) == (1, 0)
    assert webhooks.retry(centre, id_) == 1
    assert telling.tell(centre, good := Receiver()).delivered == 1
    assert good.ids == [bad]
    assert webhooks.retry(centre, id_) == 0


def test_rests_grow_to_six_hours_and_differ(centre):
    rests = [telling.rest_ms("x", times) for times in range(1, 30)]
    assert 20_000 < rests[0] < 40_000
    assert max(rests) <= 1.3 * telling.REST_MAX_MS
    assert len({telling.rest_ms(str(one), 5) for one in range(50)}) > 20


def test_a_receiver_that_is_gone_is_switched_off_and_keeps_what_waits(centre, room, clock):
    id_, _ = hook(centre)
    room.file_one(1)
    sends(centre, room)
    telling.tell(centre, Receiver(410))
    assert not only(centre).active
    clock.advance(days=1)
    assert telling.tell(centre, Receiver()) == telling.Told()
    webhooks.switch(centre, id_, on=True)
    assert telling.tell(centre, Receiver()).delivered == 1


def test_a_program_that_is_killed_while_it_tells_leaves_the_row_to_the_next(centre, room, clock):
    hook(centre)
    room.file_one(1)
    sends(centre, room)
    with pytest.raises(KeyboardInterrupt):
        telling.tell(centre, Receiver(KeyboardInterrupt()))
    got = Receiver()
    assert telling.tell(centre, got) == telling.Told()  # it may still be on its way
    clock.advance(milliseconds=telling.LEASE_MS)
    assert telling.tell(centre, got).delivered == 1


def test_two_programs_that_look_at_once_tell_it_once(centre, room):
    hook(centre)
    room.file_one(1)
    sends(centre, room)
    got = Receiver()

    class Nested(Receiver):
        def __call__(self, url, body, headers, *, private):
            telling.tell(centre, got)
            return super().__call__(url, body, headers, private=private)

    outer = Nested()
    assert telling.tell(centre, outer).delivered == 1
    assert (len(outer.got), got.got) == (1, [])


def test_what_was_told_is_forgotten_after_a_month_and_nothing_else(centre, room, clock):
    hook(centre)
    room.file_one(1)
    sends(centre, room)
    telling.tell(centre, Receiver())
    clock.advance(days=29)
    telling.tell(centre, Receiver())
    assert len(rows(centre)) == 1
    clock.advance(days=2)
    telling.tell(centre, Receiver())
    assert rows(centre) == []


# --- where a hook may lie


@pytest.mark.parametrize(
    ("address", "public", "closed"),
    [
        ("93.184.216.34", True, True),
        ("2606:4700::1111", True, True),
        ("10.1.2.3", False, True),
        ("192.168.1.1", False, True),
        ("172.16.0.1", False, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("100.64.0.1", False, True),
        ("169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("::ffff:10.0.0.1", False, True),
        ("::ffff:169.254.169.254", False, False),
        ("2002:0a00:0001::", False, True),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("64:ff9b::5db8:d822", True, True),
        ("255.255.255.255", False, False),
    ],
)
def test_an_address_of_our_own_network_is_refused_unless_it_is_allowed(address, public, closed):
    assert posting.is_allowed(ip_address(address), private=False) is public
    assert posting.is_allowed(ip_address(address), private=True) is closed


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "https://a:b@example.com/",
        "https://example.com:x/",
        "https://exa mple.com/",
        "https://例子.cn/",
        "file:///etc/passwd",
        "https://example.com:0/",
        "https://e.com/" + "a" * 500,
        "https://e.com/\r\nX: y",
    ],
)
def test_an_address_that_is_none_makes_no_hook(centre, url):
    with pytest.raises(YizhanError) as caught:
        webhooks.add(centre, "x", url, actor="centre:li")
    assert caught.value.code == "hook_wrong"
    with centre.store.read() as tx:
        assert webhooks.hooks(tx) == []


@contextmanager
def listening(status=200, location=""):
    """A real server on loopback; yields its address and what it got."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.headers["webhook-id"], self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            """Tests read what it got."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/in?a=1", got
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_name_that_means_our_own_network_is_not_asked_and_a_redirect_is_not_followed(monkeypatch):
    with listening(302, "http://127.0.0.1:1/secret") as (url, got):
        monkeypatch.setattr(posting, "check_url", lambda url, **_: posting.urlsplit(url))  # http is refused before
        with pytest.raises(PostError, match="内部网络"):
            posting.post(url, b"{}", {}, private=False)
        assert got == []
        assert posting.post(url, b"{}", {"webhook-id": "1"}, private=True) == 302
        assert len(got) == 1


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(monkeypatch):
    """A name that means a public address at first and our own network a moment later (DNS rebinding)."""
    asked = []

    def resolve(host, port, **_):
        asked.append(host)
        return [(2, 1, 6, "", ("93.184.216.34" if len(asked) == 1 else "127.0.0.1", port))]

    def connect(place, _timeout):
        raise ConnectionRefusedError(place[0])

    monkeypatch.setattr(posting.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(posting.socket, "create_connection", connect)
    with pytest.raises(PostError) as caught:
        posting.post("https://evil.example/", b"{}", {})
    assert (asked, str(caught.value.__cause__)) == (["evil.example"], "93.184.216.34")


def test_a_serving_centre_tells_over_http_and_the_commands_answer_as_their_schemas_say(centre, room, capsys):
    home = ["--home", centre.settings.home]
    with listening() as (url, got):
        made = told(
            capsys, "centre_webhook_add", "centre", "webhook", "add", url, "--name", "内网平台", "--private", *home
        )
        room.file_one(1)
        sends(centre, room)
        Rounds(centre).make()
    assert [one[0] for one in got] == [f"{NODE}-node-1-1"]
    listed = told(capsys, "centre_webhook_list", "centre", "webhook", "list", *home)
    assert [(one["id"], one["waiting"]) for one in listed["hooks"]] == [(made["id"], 0)]
    again = told(capsys, "centre_webhook_one", "centre", "webhook", "secret", made["id"], *home)
    assert again["secret"] == made["secret"]
    told(capsys, "centre_webhook_one", "centre", "webhook", "remove", made["id"], *home)
    assert (
        told(capsys, "error", "centre", "webhook", "off", made["id"], *home, code=1)["error"]["code"] == "hook_unknown"
    )


# --- the page


@pytest.fixture
def desk(centre, room):
    """A browser of who runs the centre."""
    reviewers.add(centre, "li", "李审批", PASSWORD)
    return signed_in(centre, "li")


def signed_in(centre, name):
    client = create_app(centre).test_client()
    client.post(
        "/review/login",
        data={"name": name, "password": PASSWORD, "csrf_token": token(client.get("/review/login").text)},
    )
    return client


def token(page):
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_the_page_shows_hooks_dead_letters_tokens_and_exports_to_who_runs_the_centre(centre, room, desk, clock):
    from sync.centre import desks, tokens

    hook(centre)
    tokens.make(centre, "li", "微信小程序", ["states"])
    room.file_one(1)
    sends(centre, room)
    with centre.store.write() as tx:
        tx.execute(tables.outbox.update().values(state="dead", last_fault="HTTP 500"))
    page = desk.get("/review/outside").text
    for words in ("省政务平台", "HTTP 500", "微信小程序", "查看办件状态，不含姓名和号码", "还没有导出过"):
        assert words in page
    with centre.store.read() as tx:
        id_ = webhooks.hooks(tx)[0].id
    answer = desk.post("/review/outside/retry", data={"hook": id_, "csrf_token": token(page)})
    assert (answer.status_code, only(centre).waiting) == (303, 1)
    assert desk.post("/review/outside/retry", data={"hook": id_}).status_code == 400
    reviewers.add(centre, "xian", "县局", PASSWORD)
    with centre.store.write() as tx:
        desks.give(tx, "xian", [desks.Duty("decide", area="522425")])
    assert signed_in(centre, "xian").get("/review/outside").status_code == 403
    assert create_app(centre).test_client().get("/review/outside").status_code == 303


def test_a_whole_log_that_is_made_anew_tells_nothing_twice(centre, room):
    hook(centre)
    room.file_one(1)
    sends(centre, room)
    telling.tell(centre, Receiver())
    with centre.store.write() as tx:
        events = list(log.walk(tx, NODE, "node"))
        from sync.centre import outbox

        outbox.note(tx, NODE, "node", events)
    assert telling.tell(centre, got := Receiver()) == telling.Told()
    assert got.got == []
