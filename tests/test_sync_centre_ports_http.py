"""Ports over HTTP: the same lines as in the files, each taken once; what comes back counts only with its signature."""

import json
from pathlib import Path

import pytest
from port_server import KEY, other_side, signed
from programs import holds
from sqlalchemy import select

from edge import cli
from edge.errors import YizhanError
from sync.centre import log, posting, tables
from sync.centre.ports import addresses, over_http, registry
from sync.centre.posting import PostError
from sync.centre.receiver import receive
from tests.centre_room import NODE, enrolled, number, sample

RECORDS = Path(__file__).parent / "port_records"
BILL = f"{number(1)}-1"
DUE = {"bill": BILL, "amount": 2000, "what": "工本费", "basis": "发改价格〔2003〕2322号", "where": "online"}
PAID = {"bill": BILL, "amount": 2000, "charge": 0, "receipt": "PT20261121001", "at": "2026-11-21T10:00:00+08:00"}
((_, SMS),) = json.loads((RECORDS / "sms.json").read_text(encoding="utf-8"))["happens"]


@pytest.fixture
def room(centre):
    return enrolled(centre)


@pytest.fixture
def side(centre):
    """The other side of payments and of messages, and the file that names it."""
    with other_side() as (url, held):
        speak(centre, url)
        yield held


def speak(centre, url, ports=("payments", "sms"), **more):
    home = centre.settings.home
    (home / "ports.key").write_text(KEY + "\n")
    (home / "ports.key").chmod(0o600)
    table = {"url": url, "key_file": "ports.key", "private": True} | more
    lines = [f"[{name}]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in table.items()) for name in ports]
    (home / "ports.toml").write_text("".join(lines))


def happens(centre, room, *bills, kind="payment.due"):
    """An application with bills, carried to the centre."""
    room.write("application.filed", sample(), 1)
    for place, one in enumerate(bills, 1):
        room.write(kind, one | {"bill": f"{number(1)}-{place}"}, 1)
    body = room.batch()
    room.read(receive(centre, NODE, body), body)


def exchange(centre, port="payments"):
    return registry.exchange(centre, [port])[port]


def down(centre):
    with centre.store.read() as tx:
        return [event.kind for event in log.walk(tx, NODE, "centre")]


def left(centre, port="payments"):
    return sorted(path.name for path in (centre.settings.ports / port / "out").glob("*.jsonl"))


def test_a_bill_is_handed_over_once_and_the_money_that_came_in_goes_down_to_the_room(centre, room, side):
    happens(centre, room, DUE)
    side.answers = [[PAID]]
    done = exchange(centre)
    assert (done.given, done.sent, done.taken, done.fault) == (1, 1, 1, "")
    assert side.taken == {
        BILL: {"id": BILL, "application": number(1), "node": NODE, "cancel": False}
        | {name: DUE[name] for name in ("bill", "amount", "what", "basis")}
    }
    assert (down(centre), left(centre)) == (["payment.settled"], [])
    again = exchange(centre)
    assert (again.sent, again.taken, down(centre)) == (0, 0, ["payment.settled"])
    assert side.asked == [("POST", BILL), ("GET", ""), ("GET", "1"), ("GET", "1")]


def test_messages_speak_by_the_same_rules_and_an_answer_may_come_at_once(centre, room, side):
    room.write("application.filed", sample(), 1)
    asked = room.write("sms.queued", SMS, 1, application="")
    body = room.batch()
    room.read(receive(centre, NODE, body), body)
    side.with_post = [{"id": asked.id, "outcome": "sent", "at": "2026-11-21T10:00:00+08:00"}]
    done = exchange(centre, "sms")
    assert (done.sent, done.taken, list(side.taken)) == (1, 1, [asked.id])
    assert side.taken[asked.id]["to"] == "19900000123"
    assert not list(centre.settings.sms.glob("*.jsonl"))
    with centre.store.read() as tx:
        assert tx.execute(select(tables.reply.c.outcome)).scalars().all() == ["sent"]


@pytest.mark.parametrize("status", [504, 429, 500, 401, 302])
def test_what_may_have_been_taken_is_sent_again_later_under_the_same_key(centre, room, side, clock, status):
    happens(centre, room, DUE, DUE)
    side.statuses = [200, status]
    done = exchange(centre)
    assert (done.sent, done.fault) == (1, f"HTTP {status}")
    assert len(left(centre)) == 1
    exchange(centre)  # it rests: nobody is asked
    assert len(side.asked) == 2
    clock.advance(seconds=60)
    assert (exchange(centre).sent, left(centre)) == (1, [])
    assert [key for way, key in side.asked if way == "POST"] == [BILL, f"{number(1)}-2", f"{number(1)}-2"]
    assert sorted(side.taken) == [BILL, f"{number(1)}-2"]
    with centre.store.read() as tx:
        assert next(one for one in registry.standings(tx, centre) if one.name == "payments").fault == ""


def test_a_line_that_is_refused_is_put_aside_with_a_sentence_and_those_behind_it_go_on(centre, room, side):
    happens(centre, room, DUE, DUE)
    side.statuses = [422]
    done = exchange(centre)
    assert (done.sent, done.refused, done.fault, left(centre)) == (1, 1, "", [])
    place = centre.settings.ports / "payments"
    kept = {path.suffix: path.read_text() for path in (place / "quarantine").iterdir()}
    assert json.loads(kept[".jsonl"])["id"] == BILL
    assert "HTTP 422" in kept[".txt"]
    (place / "out" / "by-hand.jsonl").write_text(f'not json\n[]\n{{"bill": 1}}\n{kept[".jsonl"]}')
    (place / over_http.STATE).write_text('{"cursor": "", "of_a_later_version": 1}')
    done = exchange(centre)
    assert (done.sent, done.refused, sorted(side.taken)) == (1, 3, [BILL, f"{number(1)}-2"])
    assert "没有 id" in (place / "quarantine" / "by-hand-3.txt").read_text()


@pytest.mark.parametrize("how", ["unsigned", "signed for another request", "signed as a request", "no answer at all"])
def test_nobody_without_the_key_says_that_money_came_in(centre, room, side, clock, how):
    happens(centre, room, DUE)
    side.answers = [[PAID]]
    side.sign = {
        "unsigned": lambda *_: "",
        "signed for another request": lambda _, body: signed("1.1.answer.", body),
        "signed as a request": lambda start, body: signed(start.removesuffix("answer."), body),
        "no answer at all": signed,
    }[how]
    if how == "no answer at all":
        side.get = lambda _: (200, [PAID])
    done = exchange(centre)
    assert (done.taken, down(centre)) == (0, [])
    assert done.fault in ("对方答复的签名不对", "对方的答复读不懂")
    assert list(side.taken) == [BILL]  # what went out was taken, and is not sent again
    clock.advance(seconds=60)
    assert exchange(centre).sent == 0


@pytest.mark.parametrize("moment", ["before it is noted", "before the file goes", "before the cursor is kept"])
def test_a_round_that_is_killed_doubles_nothing(centre, room, side, monkeypatch, moment):
    happens(centre, room, DUE, DUE)
    side.answers = [[PAID]]
    times = {"before it is noted": 2, "before the file goes": 4, "before the cursor is kept": 4}[moment]
    kept, count = over_http.write_whole, iter(range(1, 100))

    def dies(path, data):
        if next(count) == times:
            raise KeyboardInterrupt
        kept(path, data)

    with monkeypatch.context() as patch:
        if moment == "before the file goes":
            patch.setattr(over_http.Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        else:
            patch.setattr(over_http, "write_whole", dies)
        with pytest.raises(KeyboardInterrupt):
            exchange(centre)
    exchange(centre)
    exchange(centre)
    assert (sorted(side.taken), left(centre)) == ([BILL, f"{number(1)}-2"], [])
    assert down(centre) == ["payment.settled"]
    sent = [key for way, key in side.asked if way == "POST"]
    assert len(sent) == (3 if moment == "before it is noted" else 2)  # again under its key, or not at all


def test_an_address_that_nobody_answers_at_leaves_the_file_where_it_is(centre, room, clock, capsys):
    with other_side() as (url, _):
        pass  # and is gone
    speak(centre, url)
    happens(centre, room, DUE)
    home = ["--home", str(centre.settings.home), "--json"]
    assert cli.main(["centre", "ports", "--exchange", *home]) == 1
    said = holds("centre_ports", json.loads(capsys.readouterr().out))
    assert said["exchanged"]["payments"]["fault"] == "没有送到：ConnectionRefusedError"
    assert next(one for one in said["ports"] if one["name"] == "payments")["address"] == url
    assert next(one for one in said["ports"] if one["name"] == "parcels")["address"] == ""
    assert len(left(centre)) == 1


def test_one_that_drips_or_talks_too_long_holds_nobody(centre, room, side):
    happens(centre, room, DUE)
    side.get = lambda _: (200, {"answers": [], "next": "x" * (posting.ANSWER_MAX + 10)})
    assert exchange(centre).fault == "对方的答复超过 64 KB"


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("[sms", "不是有效的 TOML"),
        ("[fax]\nurl = 'x'", "没有 [fax] 这个接口"),
        ("[sms]\nport = 1", "只能写 url"),
        ("[sms]\nurl = 'http://sms.example.cn/'\nkey_file = 'k'", "应以 https:// 开头"),
        ("[sms]\nurl = 'https://sms.example.cn/'", "缺少 key_file"),
        ("[sms]\nurl = 'https://sms.example.cn/'\nkey_file = 'none'", "读不出来"),
        ("[sms]\nurl = 'https://sms.example.cn/'\nkey_file = 'short'", "密钥太短"),
        ("[sms]\nurl = 'https://sms.example.cn/'\nkey_file = 'open'", "别人也能读"),
        ("[sms]\nurl = 'https://sms.example.cn/?a=1'\nkey_file = 'k'", "不带 ?"),
    ],
)
def test_a_file_of_addresses_that_is_wrong_is_refused_with_what_and_where(tmp_path, table, sentence):
    for name, key, mode in (("k", KEY, 0o600), ("short", "abc", 0o600), ("open", KEY, 0o644)):
        (tmp_path / name).write_text(key)
        (tmp_path / name).chmod(mode)
    (tmp_path / "ports.toml").write_text(table)
    with pytest.raises(YizhanError) as caught:
        addresses.load(tmp_path, {"sms", "payments"})
    assert caught.value.code == "settings_wrong"
    assert sentence in str(caught.value)


def test_an_address_in_our_own_network_is_not_asked_unless_the_file_says_so(centre, room):
    address = addresses.Address("https://127.0.0.1:1/", KEY.encode())
    with pytest.raises(PostError, match="内部网络"):
        posting.ask("GET", address.url, b"", {}, private=address.private)
