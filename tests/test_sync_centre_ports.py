"""Other systems of the province: what is asked of each, once; what its answers become; and a file that can't be read.

tests/port_records holds for each port what goes out and what comes back, as it was agreed: the contract.
"""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from forms import definition as files
from forms.kinds import ROOM_KINDS
from sync.centre import log, projection, reconciling, tables
from sync.centre.ports import drop, parcels, registry
from sync.centre.receiver import receive
from sync.centre.rounds import Rounds
from tests.asking import told
from tests.centre_room import NODE, enrolled, number, packaged, sample

RECORDS = Path(__file__).parent / "port_records"
BILL = f"{number(1)}-1"
PARCEL = {"carrier": "EMS", "number": "1023456789012"}
DUE = {"bill": BILL, "amount": 2000, "what": "工本费", "basis": "发改价格〔2003〕2322号", "where": "online"}
PAID = {"bill": BILL, "amount": 2000, "charge": 0, "receipt": "PT20261121001", "at": "2026-11-21T10:00:00+08:00"}
PORTS = {port.name: port for port in registry.PORTS}


@pytest.fixture
def room(centre):
    return enrolled(centre)


def sends(centre, room, first=1):
    body = room.batch(first=first)
    room.read(receive(centre, NODE, body), body)


def filed(centre, room, *more):
    """An application, and what else happens to it."""
    room.file_one(1)
    for kind, body in more:
        room.write(kind, body, 1)
    sends(centre, room)


def folder(centre, port):
    return centre.settings.ports / port


def out(centre, port):
    place = centre.settings.sms if port == "sms" else folder(centre, port) / "out"
    found = sorted(place.glob("*.jsonl"))
    return [json.loads(line) for path in found for line in path.read_text(encoding="utf-8").splitlines()]


def answers(centre, port, *lines, name="a.jsonl"):
    """Put a file of answers there, as the other program does."""
    place = folder(centre, port) / "in"
    place.mkdir(parents=True, exist_ok=True)
    said = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    (place / f"{name}.part").write_bytes(said)
    (place / f"{name}.part").rename(place / name)


def exchange(centre, port):
    return registry.exchange(centre, [port])[port]


def down(centre):
    with centre.store.read() as tx:
        return [(event.kind, event.data) for event in log.walk(tx, NODE, "centre")]


def state(centre):
    with centre.store.read() as tx:
        return projection.state_of(tx, NODE, number(1))


def standing(centre, port):
    with centre.store.read() as tx:
        return next(one for one in registry.standings(tx, centre) if one.name == port)


# --- the contract of each port


def shared_definition(centre):
    """居住登记 as a province may change it: the proof of residence comes from another department."""
    from sync.centre import definitions

    raw = json.loads(json.dumps(packaged("juzhu-dengji").raw))
    next(one for one in raw["x-service"]["materials"] if one["code"] == "residence_proof")["source"] = "shared"
    made = files.load(raw, known=files.EVERYTHING)
    with centre.store.write() as tx:
        definitions.register(tx, made, centre.clock.now())
    return made


@pytest.mark.parametrize("port", sorted(PORTS))
def test_what_goes_out_and_comes_back_is_as_it_was_agreed(centre, room, port):
    record = json.loads((RECORDS / f"{port}.json").read_text(encoding="utf-8"))
    body = sample()
    if port == "shared":
        made = shared_definition(centre)
        body["service"] = {"id": made.id, "version": made.version, "digest": made.digest}
        body["materials"] = []
    room.write("application.filed", body, 1)
    for kind, said in record["happens"]:
        room.write(kind, said, 1, **({"application": ""} if kind in ROOM_KINDS else {}))
    sends(centre, room)
    exchange(centre, port)
    assert out(centre, port) == record["out"]
    for line in record["out"]:
        assert line.keys() <= PORTS[port].gives.keys()
    answers(centre, port, *record["in"])
    assert exchange(centre, port).taken == len(record["in"])
    assert [list(one) for one in down(centre)] == record["events"]
    assert standing(centre, port).unanswered == record["unanswered"]


@pytest.mark.parametrize("field", ["income", "家庭成员"])
def test_a_field_off_the_list_of_a_port_comes_into_no_log_and_to_no_room(centre, room, field):
    """M21: 白名单外字段不落节点库."""
    filed(centre, room, ("payment.due", DUE))
    exchange(centre, "payments")
    answers(centre, "payments", {**PAID, field: "五十万元"})
    assert exchange(centre, "payments").taken == 0
    assert down(centre) == []
    answers(centre, "payments", PAID, name="b.jsonl")
    assert exchange(centre, "payments").taken == 1
    assert "五十万元" not in str(down(centre))


def test_a_record_is_there_for_each_port():
    assert {path.stem for path in RECORDS.glob("*.json")} == {*PORTS}


# --- once, whatever happens


def test_the_same_thing_is_asked_once_however_often_the_batch_comes(centre, room):
    filed(centre, room, ("payment.due", DUE))
    for _ in range(2):
        sends(centre, room)
        exchange(centre, "payments")
    assert [line["id"] for line in out(centre, "payments")] == [BILL]
    for path in (folder(centre, "payments") / "out").glob("*.jsonl"):
        path.unlink()
    assert exchange(centre, "payments").files == ()
    assert out(centre, "payments") == []


def test_the_same_answer_in_another_file_and_the_same_file_once_more_change_nothing(centre, room):
    filed(centre, room, ("payment.due", DUE))
    exchange(centre, "payments")
    answers(centre, "payments", PAID)
    assert exchange(centre, "payments").taken == 1
    answers(centre, "payments", PAID, name="again.jsonl")
    assert exchange(centre, "payments").taken == 0
    answers(centre, "payments", {**dict(reversed(PAID.items()))}, PAID, name="other.jsonl")
    assert exchange(centre, "payments").taken == 0
    assert [kind for kind, _ in down(centre)] == ["payment.settled"]
    bill = state(centre).bills[0]
    assert (bill.state, bill.by, bill.receipt) == ("paid", "online", "PT20261121001")
    assert len(list((folder(centre, "payments") / "done").iterdir())) == 3


@pytest.mark.parametrize("moment", ["numbered", "written", "noted", "named"])
def test_a_round_that_is_killed_loses_and_doubles_no_question(centre, room, monkeypatch, moment):
    filed(centre, room, ("payment.due", DUE))

    def die(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if moment == "numbered":
            patch.setattr(PORTS["payments"], "line", die, raising=False)
        elif moment == "written":
            written = drop.write_whole
            patch.setattr(drop, "write_whole", lambda *given: (written(*given), die()))
        elif moment == "noted":
            patch.setattr(drop, "_name_it", die)
        else:
            named = drop._name_it
            patch.setattr(drop, "_name_it", lambda part: (named(part), die()))
        with pytest.raises(KeyboardInterrupt):
            exchange(centre, "payments")
    for _ in range(2):
        exchange(centre, "payments")
    assert [line["id"] for line in out(centre, "payments")] == [BILL]
    assert not list((folder(centre, "payments") / "out").glob("*.part"))


@pytest.mark.parametrize("moment", ["_hand_down", "_put_away"])
def test_a_round_that_is_killed_takes_a_file_of_answers_once(centre, room, monkeypatch, moment):
    filed(centre, room, ("payment.due", DUE))
    exchange(centre, "payments")
    answers(centre, "payments", PAID)
    with monkeypatch.context() as patch:
        patch.setattr(drop, moment, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            exchange(centre, "payments")
    assert len(down(centre)) == (moment == "_put_away")
    exchange(centre, "payments")
    assert [kind for kind, _ in down(centre)] == ["payment.settled"]
    assert [path.name for path in (folder(centre, "payments") / "done").iterdir()] == ["a.jsonl"]


# --- files that can't be read


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([b"{not json\n"], "第 1 行：不是 JSON"),
        ([PAID, b"\xff\xfe\n"], "第 2 行：不是 JSON"),
        ([PAID | {"extra": 1}], "extra"),
        ([PAID | {"amount": -5}], "amount"),
        ([PAID | {"amount": 20.5}], "amount"),
        ([PAID | {"charge": 1}], "charge"),
        ([PAID | {"bill": f"{number(9)}-1"}], "没有这个办件"),
        ([PAID | {"bill": f"{number(1)}-2"}], "没有开过这张网上缴款单"),
        ([b"[" * 10_000 + b"\n"], "不是 JSON"),
        ([b"[1]\n"], "must be an object"),
        ([b'"x"\n'], "must be an object"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing_and_lies_apart_with_a_sentence(centre, room, lines, words):
    filed(centre, room, ("payment.due", DUE))
    exchange(centre, "payments")
    answers(centre, "payments", *lines)
    done = exchange(centre, "payments")
    assert (done.taken, done.aside) == (0, ("a.jsonl",))
    place = folder(centre, "payments") / "quarantine"
    assert sorted(path.name for path in place.iterdir()) == ["a.jsonl", "a.txt"]
    assert words in (place / "a.txt").read_text(encoding="utf-8")
    assert (down(centre), standing(centre, "payments").aside) == ([], 1)
    answers(centre, "payments", PAID, name="good.jsonl")
    assert exchange(centre, "payments").taken == 1


def test_a_file_under_way_a_link_and_other_files_are_left_alone(centre, room, tmp_path):
    filed(centre, room, ("payment.due", DUE))
    exchange(centre, "payments")
    place = folder(centre, "payments") / "in"
    (place / "a.jsonl.part").write_text("{")
    (place / "readme.txt").write_text("x")
    (tmp_path / "secret").write_text("{}")
    (place / "link.jsonl").symlink_to(tmp_path / "secret")
    assert exchange(centre, "payments") == drop.Round()
    assert (tmp_path / "secret").read_text() == "{}"


# --- money


def test_a_day_is_balanced_when_the_statement_says_what_arrived(centre, room, capsys):
    filed(centre, room, ("payment.due", DUE))
    exchange(centre, "payments")
    answers(centre, "payments", PAID)
    exchange(centre, "payments")
    before = reconciling.reconcile(centre, "2026-11-21")
    assert (before["balanced"], before["difference"], len(before["differs"])) == (False, -2000, 1)
    answers(centre, "statements", PAID)
    exchange(centre, "statements")
    found = reconciling.reconcile(centre, "2026-11-21")
    assert (found["balanced"], found["difference"], found["charges"], found["bills"]) == (True, 0, 0, 1)
    assert reconciling.reconcile(centre, "2026-11-22")["bills"] == 0
    home = ["--home", centre.settings.home]
    assert told(capsys, "centre_reconcile", "centre", "reconcile", "--day", "2026-11-21", *home)["balanced"]


def test_money_that_arrives_at_a_bill_that_was_paid_in_cash_is_named_as_a_difference(centre, room):
    cash = {"bill": BILL, "amount": 2000, "by": "cash", "receipt": "00012345", "shift": 1, "charge": 0}
    filed(centre, room, ("payment.due", DUE), ("payment.received", cash))
    exchange(centre, "payments")
    assert [(line["id"], line["cancel"]) for line in out(centre, "payments")] == [
        (BILL, False),
        (f"{BILL}-cancel", True),
    ]
    for port in ("payments", "statements"):
        answers(centre, port, PAID)
        exchange(centre, port)
    assert (state(centre).bills[0].by, state(centre).history[-1].effective) == ("cash", False)
    found = reconciling.reconcile(centre, "2026-11-21")
    assert (found["balanced"], found["difference"]) == (False, 2000)
    assert [one["receipt"] for one in found["not_settled"]] == ["PT20261121001"]


def test_a_bill_that_is_paid_at_the_counter_is_asked_of_nobody(centre, room):
    cash = {"bill": BILL, "amount": 2000, "by": "cash", "receipt": "00012345", "shift": 1, "charge": 0}
    filed(centre, room, ("payment.due", DUE | {"where": "here"}), ("payment.received", cash))
    exchange(centre, "payments")
    assert (out(centre, "payments"), standing(centre, "payments").waiting) == ([], 0)


# --- parcels, identities


def test_a_parcel_is_found_from_its_number_and_the_application_says_where_it_is(centre, room, capsys):
    posted = {"documents": [{"name": "居住证"}], "parcel": PARCEL, "free": True}
    filed(centre, room, ("document.posted", posted))
    exchange(centre, "parcels")
    said = {"application": number(1), **PARCEL, "at": "2026-11-22T09:00:00+08:00"}
    answers(
        centre, "parcels", {**said, "status": "moving"}, {**said, "status": "signed", "at": "2026-11-24T09:00:00+08:00"}
    )
    exchange(centre, "parcels")
    home = ["--home", centre.settings.home]
    (found,) = told(capsys, "centre_parcel", "centre", "parcel", PARCEL["number"], *home)["applications"]
    assert (found["application"], found["way"], found["status"]) == (number(1), "out", "signed")
    assert [(one.about, one.outcome) for one in state(centre).outside] == [
        (PARCEL["number"], "moving"),
        (PARCEL["number"], "signed"),
    ]
    assert state(centre).history[-1].title == "寄递：已签收"
    assert told(capsys, "error", "centre", "parcel", "102345678901", *home, code=1)["error"]["code"] == "not_found"


def test_a_parcel_that_the_province_posts_to_a_room_is_told_to_it(centre, room):
    filed(centre, room)
    answers(
        centre, "parcels", {"application": number(1), **PARCEL, "status": "sent", "at": "2026-11-22T09:00:00+08:00"}
    )
    exchange(centre, "parcels")
    with centre.store.read() as tx:
        (found,) = parcels.applications_of(tx, PARCEL["number"])
    assert (found["way"], found["status"], len(down(centre))) == ("in", "sent", 1)


def test_an_identity_that_differs_is_marked_and_no_person_stands_in_the_store_of_questions(centre, room):
    filed(centre, room)
    exchange(centre, "identity")
    (line,) = out(centre, "identity")
    assert line["id_number"]
    with centre.store.read() as tx:
        kept = str(tx.execute(select(tables.enquiry)).all())
    assert line["name"] not in kept
    assert line["id_number"] not in kept
    (path,) = (folder(centre, "identity") / "out").glob("*.jsonl")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    answers(
        centre,
        "identity",
        {"id": number(1), "outcome": "differs", "differs": ["name"], "at": "2026-11-22T09:00:00+08:00"},
    )
    exchange(centre, "identity")
    assert (state(centre).history[-1].title, state(centre).history[-1].detail) == (
        "身份事后核对：不一致",
        "不一致：姓名",
    )


def test_an_answer_whose_question_nobody_asked_lies_apart(centre, room):
    filed(centre, room)
    exchange(centre, "identity")
    answers(centre, "identity", {"id": number(7), "outcome": "same", "at": "2026-11-22T09:00:00+08:00"})
    assert exchange(centre, "identity").aside == ("a.jsonl",)


def test_a_serving_centre_exchanges_by_itself_and_the_command_says_how_it_stands(centre, room, capsys):
    filed(centre, room, ("payment.due", DUE))
    Rounds(centre).make()
    assert [line["id"] for line in out(centre, "payments")] == [BILL]
    answers(centre, "payments", PAID)
    answers(centre, "identity", b"junk\n")
    home = ["--home", centre.settings.home]
    found = told(capsys, "centre_ports", "centre", "ports", "--exchange", *home, code=1)
    assert (found["exchanged"]["payments"]["taken"], found["exchanged"]["identity"]["aside"]) == (1, ["a.jsonl"])
    listed = told(capsys, "centre_ports", "centre", "ports", *home)
    assert {one["name"]: one["aside"] for one in listed["ports"]} == {**dict.fromkeys(PORTS, 0), "identity": 1}


def test_whoever_decides_sees_on_the_page_that_an_identity_differs(centre, room):
    from sync.centre import reviewers
    from sync.centre.app import create_app

    filed(centre, room)
    exchange(centre, "identity")
    answers(centre, "identity", {"id": number(1), "outcome": "differs", "differs": ["name"], "at": PAID["at"]})
    exchange(centre, "identity")
    reviewers.add(centre, "li", "李审批", "vier-dicke-huehner")
    client = create_app(centre).test_client()
    token = client.get("/review/login").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.post("/review/login", data={"name": "li", "password": "vier-dicke-huehner", "csrf_token": token})
    page = client.get(f"/review/{number(1)}").text
    assert "身份事后核对：不一致" in page
    assert "不一致：姓名" in page
