"""到期提醒 at the desk: who is listed, who was told, what the loudspeaker says, which messages the centre is asked for."""

import re

import pytest
from conftest import FixedClock
from desk_app import Desk, add_officer, centre_acks, centre_says, desk_app, file_one, kinds, plain

from edge import applications, expiring, log, projections, sms_outbox
from edge.errors import YizhanError
from edge.expiring import Call
from edge.node import Node, open_node
from forms import expiry
from forms.formats import check_digit
from tests.expiring_data import OLD_MAN, YOUNG, decided, entered, lapsed_renewal, permit, renewal, stay

LIST = "/console/expiring"
TOKEN = re.compile(r'name="token" value="([^"]+)"')
TOLD = Call("id_card", "2027-02-20", "phone", "told")


@pytest.fixture
def desk(node: Node) -> Desk:
    add_officer(node)
    return Desk(desk_app(node))


def listed(node: Node) -> list[expiring.Expiring]:
    with node.database.read() as tx:
        return expiring.listed(tx, node.clock.today())


def names(node: Node) -> set[tuple[str, str]]:
    return {(one.what, one.until) for one in listed(node)}


def told(node: Node, number: str, call: Call = TOLD, token: str = "told-token-00001") -> None:
    expiring.told(node, number, call, actor="officer:wei", token=token)


def events(node: Node, kind: str) -> list[dict]:
    with node.database.read() as tx:
        return [event.data for event in log.of_room(tx, "node", f'["{kind}"]')]


def refused(call, *args, **more) -> str:
    with pytest.raises(YizhanError) as error:
        call(*args, **more)
    return error.value.code


# --- who is listed


def test_a_card_until_the_20th_of_february_is_listed_from_the_20th_of_november(home):
    node = open_node(home, FixedClock("2026-11-19T09:00:00+08:00"))
    lapsed_renewal(node)
    lapsed_renewal(node, expiry_day="", number=YOUNG)  # 长期
    assert names(node) == set()
    node.clock.advance(days=1)
    assert names(node) == {("id_card", "2027-02-20")}
    node.clock.advance(days=92)
    assert [one.until < node.clock.today() for one in listed(node)] == [False]
    node.clock.advance(days=1)
    assert [one.until < node.clock.today() for one in listed(node)] == [True]
    node.clock.advance(days=366)
    assert names(node) == set()
    node.close()


def test_the_newest_word_about_a_person_counts_and_nobody_is_reminded_of_what_he_applied_for(node):
    lapsed_renewal(node)
    assert names(node) == {("id_card", "2027-02-20")}
    again = entered(node, expiry.RENEWAL, renewal())
    assert names(node) == set()
    decided(node, again, at="2026-11-21T11:00:00+08:00")
    assert names(node) == set()  # 58 years old: without end


def test_a_card_that_an_officer_holds_in_his_hand_is_listed(node):
    number = entered(node, expiry.REGISTRATION, stay())
    applications.verify_identity(node, number, "officer", actor="officer:wei", document="id-card", until="2027年1月5日")
    assert names(node) == {("id_card", "2027-01-05")}
    applications.verify_identity(node, number, "officer", actor="officer:wei", document="id-card", until="长期")
    assert names(node) == set()
    wrong = refused(
        applications.verify_identity, node, number, "officer", actor="officer:wei", document="id-card", until="明年"
    )
    assert wrong == "card_until"


def test_the_officer_types_the_end_of_validity_where_he_verifies_the_person(node, desk):
    number = entered(node, expiry.REGISTRATION, stay())
    case = f"/console/applications/{number}"
    page = desk.text(case)
    assert 'name="until"' in page
    desk.done(f"{case}/identity", {"token": "verify-token-001", "document": "id-card", "until": "20270105"})
    assert names(node) == {("id_card", "2027-01-05")}
    answer = desk.post(f"{case}/identity", {"token": "verify-token-002", "document": "id-card", "until": "bald"})
    assert answer.status_code == 422
    assert kinds(node, number) == ["application.filed", "identity.verified"]


def test_endorsements_and_stays_are_listed_a_month_before(node):
    returned = entered(node, expiry.PERMIT_YEARLY, permit())
    decided(node, returned, "returned")
    lives = entered(node, expiry.REGISTRATION, stay(start="2026-03-02", number=OLD_MAN))
    decided(node, lives)
    assert names(node) == {("permit", "2026-12-10"), ("stay", "2026-12-02")}


def test_everything_is_there_again_after_a_rebuild(node):
    number = lapsed_renewal(node)
    told(node, number)
    sms_outbox.queue(
        node,
        number,
        "expiring",
        "id_card:2027-02-20",
        {"what": "居民身份证"},
        actor="officer:wei",
        token="sms-token-00001",
    )
    entered(node, expiry.REGISTRATION, stay())
    with node.database.read() as tx:
        before = projections.dump(tx)
    with node.database.write() as tx:
        projections.rebuild(tx)
        after = projections.dump(tx)
    tables = ("expiry", "dwelling", "expiry_call", "sms")
    assert all(before[table] for table in tables)
    assert [after[table] for table in tables] == [before[table] for table in tables]


def test_an_officer_whom_an_application_is_about_does_not_see_it_here(node, desk):
    number = lapsed_renewal(node)
    with node.database.write() as tx:
        tx.execute("INSERT INTO head_concern SELECT 'wei', id FROM head WHERE number = ?", (number,))
    assert "石永福" not in desk.text(LIST)
    body = {"token": "told-token-00002", "until": "2027-02-20", "how": "phone", "result": "told"}
    assert desk.post(f"{LIST}/{number}/id_card", body).status_code == 404
    assert events(node, "expiry.called") == []


# --- who was told


def test_a_call_is_one_event_that_names_nobody_and_takes_him_off_the_list(node):
    number = lapsed_renewal(node)
    told(node, number)
    told(node, number)
    body = {"application": number, "what": "id_card", "until": "2027-02-20", "how": "phone", "result": "told"}
    assert events(node, "expiry.called") == [body]
    assert expiring.pending(listed(node)) == []
    assert kinds(node, number) == ["application.filed"]


def test_who_was_not_reached_stays_and_who_wants_none_of_it_goes(node):
    number = lapsed_renewal(node)
    told(node, number, Call("id_card", "2027-02-20", "phone", "not_reached"))
    assert [one.tries for one in expiring.pending(listed(node))] == [1]
    told(node, number, Call("id_card", "2027-02-20", "visit", "stop", "说要搬走"), token="told-token-00003")
    assert expiring.pending(listed(node)) == []


def test_what_is_not_on_the_list_or_was_chosen_wrongly_is_refused(node):
    number = lapsed_renewal(node)
    assert refused(told, node, "52242500171999990") == "not_found"
    assert refused(told, node, number, Call("permit", "2027-02-20", "phone", "told")) == "not_found"
    assert refused(told, node, number, Call("nothing", "2027-02-20", "phone", "told")) == "not_found"
    assert refused(told, node, number, Call("id_card", "2027-02-20", "pigeon", "told")) == "expiry_wrong"
    assert refused(told, node, number, Call("id_card", "2027-02-20", "phone", "told", "x" * 201)) == "expiry_wrong"
    assert refused(told, node, number, Call("id_card", "2027-02-21", "phone", "told")) == "expiry_other"
    assert events(node, "expiry.called") == []


def test_a_call_that_could_not_be_written_leaves_nothing(node, monkeypatch):
    number = lapsed_renewal(node)

    def fails(*_given):
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(expiring, "take", fails)
        with pytest.raises(OSError, match="no space"):
            told(node, number)
    assert events(node, "expiry.called") == []
    told(node, number)
    assert len(events(node, "expiry.called")) == 1


# --- the pages


def test_the_list_shows_name_day_place_and_telephone_and_is_narrowed_by_village(node, desk):
    lapsed_renewal(node)
    entered(node, expiry.REGISTRATION, stay())
    page = plain(desk.text(LIST))
    assert all(
        text in page for text in ("石永福", "2027年2月20日", "大坪村 一组", "19900000155", "本人填报，以证面为准")
    )
    assert "石永福" in desk.text(f"{LIST}?village=大坪村&kind=id_card")
    assert "石永福" not in desk.text(f"{LIST}?village=别处")
    assert "石永福" not in desk.text(f"{LIST}?kind=permit")
    assert "到期提醒" in plain(desk.text("/console/"))


def test_an_outcome_is_noted_from_the_list(node, desk):
    number = lapsed_renewal(node)
    token = TOKEN.search(desk.text(LIST))[1]
    given = {"token": token, "until": "2027-02-20", "how": "phone", "result": "told"}
    assert "done=told" in desk.done(f"{LIST}/{number}/id_card", given)
    assert "石永福" not in desk.text(LIST)
    assert "石永福" in desk.text(f"{LIST}?show=settled")
    answer = desk.post(f"{LIST}/{number}/id_card", {**given, "token": "told-token-00009", "until": "2027-03-01"})
    assert answer.status_code == 409
    assert "到期日已经变了" in plain(answer.text)


def test_the_loudspeaker_names_nobody_and_says_no_small_count(node, desk):
    for place in range(6):
        decided(node, entered(node, expiry.REGISTRATION, stay(number=_person(place), start="2026-03-02")))
    lapsed_renewal(node)
    page = plain(desk.text(f"{LIST}/broadcast"))
    assert "三组6 位" in page
    assert "大坪村一组有几位" in page
    assert "请带居民户口簿、要换的居民身份证" in page
    assert not {"石永福", "沈月琴", "19900000155", OLD_MAN} & set(re.split(r"[\s，。：]", page))
    assert "石永福" not in page


def _person(place: int) -> str:
    body = f"5224251990010{place + 1}985"
    return body + check_digit(body)


def test_a_stranger_sees_and_notes_nothing(node):
    number = lapsed_renewal(node)
    stranger = Desk(desk_app(node), account=None)
    for path in (LIST, f"{LIST}/broadcast"):
        assert "/login" in stranger.get(path, follow=False).location
    for path in (f"{LIST}/messages", f"{LIST}/{number}/id_card"):
        assert "/login" in stranger.post(path, {"result": "told"}).location
    assert events(node, "expiry.called") == []


# --- messages


def test_a_message_is_asked_for_once_and_carries_neither_number_nor_name(node, desk):
    number = lapsed_renewal(node)
    token = TOKEN.search(desk.text(LIST))[1]
    desk.done(f"{LIST}/messages", {"token": token, "who": f"{number}:id_card"})
    desk.done(f"{LIST}/messages", {"token": token, "who": f"{number}:id_card"})
    (asked,) = events(node, "sms.queued")
    assert (asked["application"], asked["template"], asked["about"]) == (number, "expiring", "id_card:2027-02-20")
    assert asked["parameters"] == {"room": "石门乡警务室", "what": "居民身份证", "day": "2027-02-20"}
    again = desk.post(f"{LIST}/messages", {"token": "message-token-02", "who": f"{number}:id_card"})
    assert again.status_code == 409
    assert "待上传" in plain(desk.text(LIST))
    centre_acks(node)
    assert "中心已接收" in plain(desk.text(LIST))


def test_nobody_without_a_mobile_telephone_of_his_own_is_written_to(node, desk):
    number = entered(node, expiry.PERMIT_YEARLY, permit())
    decided(node, number, "returned")
    assert "没有留" in plain(desk.text(LIST))
    answer = desk.post(f"{LIST}/messages", {"token": "message-token-01", "who": f"{number}:permit"})
    assert answer.status_code == 409
    assert "没有可以发短信的号码" in plain(answer.text)
    assert desk.post(f"{LIST}/messages", {"token": "message-token-02"}).status_code == 422
    assert desk.post(f"{LIST}/messages", {"token": "message-token-03", "who": "0:id_card"}).status_code == 404
    assert events(node, "sms.queued") == []


def test_a_service_for_tests_has_no_part_in_it(node):
    file_one(node)
    centre_says(node, "application.decided", file_one(node, "石永福").number, {"result": "granted"})
    assert listed(node) == []
