"""The province's page for phones: what a code proves, what stands behind the last four, and what never stands there."""

import hashlib
import re
from dataclasses import replace

import pytest
from phone_pages import AT, TOKEN, Phone, code, described, exchange, file_one, last_four, number, room_of
from sqlalchemy import func, select

from edge import receipt_numbers, receipt_proof
from forms.definition import packaged
from sync.centre import cases, log, reviewers, rooms, tables
from sync.centre.centre import open_centre
from sync.centre.phone import proof
from sync.centre.phone.proof import CODE_TRIES_MAX, SOURCE_TRIES_MAX
from sync.suites import MODERN_1
from tests.browsing import leaves as every
from tests.centre_room import NODE
from tests.desk_app import plain
from tests.test_edge_status_english import HAN

REASON = "不属于本机关办理"
SHORTEST = 3  # a name of two characters may be a word of the page


@pytest.fixture
def room(centre):
    return room_of(centre)


@pytest.fixture
def filed(centre, room):
    """An application that has come in."""
    described(room)
    file_one(room)
    exchange(centre, room)
    return number()


@pytest.fixture
def phone(centre, room, filed):
    return Phone(centre, code(room))


def people_in(text):
    """What of the sample's answers stands in a page: names, numbers, addresses."""
    answers = packaged()["juzhu-dengji"].samples["valid"][0]["answers"]
    leaves = [value for _, value in every(answers) if isinstance(value, str) and len(value) >= SHORTEST]
    return [value for value in leaves if value in text]


# --- before anything was sent


def test_a_receipt_scanned_before_the_first_sync_is_received_and_not_unknown(centre, room):
    phone = Phone(centre, code(room))
    words = phone.get()
    assert phone.status == 200
    assert "已在大坪村警务室收件，尚未上传" in words
    assert "2026-11-21 09:12 收件" in words
    assert "没有查到" not in words
    assert "<form" not in phone.html


def test_one_of_a_sealed_inbox_is_proven_by_the_key_that_the_room_told(centre, room):
    keys = MODERN_1.sign_keys()
    text = receipt_proof.make(TOKEN, number(2), AT, "0123456789abcdef", keys.private)
    assert "核验信息还没有上传" in Phone(centre, text).get()
    described(room, sets=[{"set": "0123456789abcdef", "key": keys.public.hex()}])
    exchange(centre, room)
    words = Phone(centre, text).get()
    assert "已在大坪村警务室收件，尚未上传" in words
    assert "密封保存" in words
    others = receipt_proof.make(TOKEN, number(2), AT, "0123456789abcdef", MODERN_1.sign_keys().private)
    assert "没有通过核验" in Phone(centre, others).get()


@pytest.mark.parametrize("cut", [0, 10, 60, 150])
def test_a_code_that_was_read_in_part_is_told_as_that(centre, room, cut):
    phone = Phone(centre, code(room)[:cut] or "X")
    assert ("二维码没有扫全" in phone.get(), phone.status) == (True, 404)


def test_a_forged_code_is_told_as_that_and_one_of_no_room_too(centre, room):
    forged = code(room).replace(number(1), number(3))
    assert "没有通过核验" in Phone(centre, forged).get()
    strange = receipt_proof.of_room(TOKEN, receipt_numbers.number("9999999999", 1, 1), AT, MODERN_1, room.sign)
    assert "不是本省警务室的凭证" in Phone(centre, strange).get()


def test_with_the_code_of_another_application_nothing_is_shown(centre, room, filed):
    phone = Phone(centre, code(room, token="Z" * 26))
    assert ("没有通过核验" in phone.get(), phone.status) == (True, 404)
    phone.prove(last_four())
    assert "居住登记" not in phone.html


def test_a_receipt_that_came_in_is_known_after_the_room_has_new_keys(centre, room, filed):
    with centre.store.write() as tx:
        tx.execute(tables.node.update().values(sign_key=MODERN_1.sign_keys().public.hex()))
    assert "省级中心已接收" in Phone(centre, code(room)).get()


def test_the_address_works_in_capitals(centre, room, phone):
    answer = phone.client.get(f"/S/{code(room)}?large=1", follow_redirects=True)
    assert "省级中心已接收" in plain(answer.text)
    assert answer.request.path == phone.path
    assert 'class="large"' in answer.text


# --- the last four


def test_nothing_personal_stands_there_before_the_last_four_are_given(phone):
    phone.get()
    assert "居住登记" not in phone.html
    assert people_in(phone.html) == []
    assert number() not in phone.html.replace(phone.path, "")


def test_the_last_four_open_the_page_and_it_names_nobody(phone):
    words = phone.prove(last_four())
    assert phone.status == 200
    assert all(part in words for part in ("居住登记", "省级中心已接收", "省级中心正在看材料", "办件进度"))
    assert people_in(phone.html) == []
    assert "居住登记" in phone.get()


def test_a_small_x_at_the_end_counts(centre, room):
    file_one(
        room,
        1,
        answers={
            **packaged()["juzhu-dengji"].samples["valid"][0]["answers"],
            "applicant": {"name": "王秀梅", "idNumber": "52242519510312980X"},
        },
    )
    exchange(centre, room)
    assert "居住登记" in Phone(centre, code(room)).prove("980x")


def test_who_has_no_identity_number_gives_the_printed_code(centre, room):
    file_one(room, 1, "jingwai-zhusu", answers=packaged()["jingwai-zhusu"].samples["valid"][0]["answers"])
    exchange(centre, room)
    phone = Phone(centre, code(room))
    assert "没有对上" in phone.prove("0000")
    assert "境外人员" in phone.prove("204816") or "accommodation" in phone.html


def test_the_printed_code_is_no_way_round_the_last_four(phone):
    assert "没有对上" in phone.prove("204816")


def test_wrong_and_unknown_are_answered_alike(centre, room, phone):
    wrong = phone.prove("0000")
    status = phone.status
    unknown = Phone(centre, code(room, 9))
    phone_page = Phone(centre, code(room))
    phone_page.get()
    unknown.client, unknown.html = phone_page.client, phone_page.html
    assert unknown.post(last=last_four()) == wrong
    assert (unknown.status, status) == (403, 403)


def test_after_five_wrong_ones_even_the_right_one_waits_and_a_restart_forgives_nothing(centre, room, phone, clock):
    for _ in range(CODE_TRIES_MAX):
        phone.prove("0000")
    assert ("试的次数太多" in phone.prove(last_four()), phone.status) == (True, 429)
    again = open_centre(centre.settings.home, clock, centre.cost)
    assert "试的次数太多" in Phone(again, code(room)).prove(last_four())
    again.close()
    clock.advance(minutes=61)
    assert "居住登记" in phone.prove(last_four())


def test_one_address_that_tries_many_receipts_is_slowed_down_and_others_are_not(centre, room, filed):
    phone = Phone(centre, code(room), REMOTE_ADDR="127.0.0.9")
    with centre.store.write() as tx:
        source = "source:" + hashlib.sha256(b"127.0.0.9").hexdigest()
        for place in range(SOURCE_TRIES_MAX):
            proof._attempt(tx, centre, NODE, (f"code:{place}", source))
    assert "试的次数太多" in phone.prove(last_four())
    assert "居住登记" in Phone(centre, code(room), REMOTE_ADDR="127.0.0.8").prove(last_four())


def test_a_right_one_forgets_the_wrong_ones(phone):
    for _ in range(3):
        phone.prove("0000")
        phone.prove("1111")
        assert "居住登记" in phone.prove(last_four())


def test_another_browser_reads_nothing_and_who_has_finished_reads_no_more(centre, room, phone, clock):
    phone.prove(last_four())
    stranger = Phone(centre, code(room))
    assert "居住登记" not in stranger.get()
    assert "重新填身份证" in stranger.get("/supply")
    phone.get()
    assert "已关上" in phone.post("/leave")
    assert "居住登记" not in phone.get()
    phone.prove(last_four())
    clock.advance(minutes=31)
    assert "居住登记" not in phone.get()


def test_a_stranger_post_without_a_page_of_ours_is_refused(phone):
    answer = phone.client.post(phone.path, data={"last": last_four()})
    assert answer.status_code in {400, 403}


# --- only over TLS


@pytest.mark.parametrize(
    ("environ", "is_shown"),
    [
        ({"REMOTE_ADDR": "10.0.0.5"}, False),
        ({"REMOTE_ADDR": "10.0.0.5", "HTTP_X_FORWARDED_PROTO": "https"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "10.0.0.5"}, True),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "http", "HTTP_X_FORWARDED_FOR": "10.0.0.5"}, False),
        ({"REMOTE_ADDR": "10.0.0.5", "wsgi.url_scheme": "https"}, True),
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
    ],
)
def test_personal_parts_are_refused_over_plain_http(centre, room, filed, environ, is_shown):
    phone = Phone(centre, code(room), **environ)
    phone.get()
    assert ('name="last"' in phone.html) is is_shown
    assert "已在大坪村警务室收件" in phone.html
    if not is_shown:
        assert "个人信息只在 https:// 开头的网址上显示" in plain(phone.html)


def test_a_centre_with_a_public_address_believes_no_loopback(centre, room, filed):
    public = replace(centre, settings=replace(centre.settings, url="https://zx.example.cn"))
    phone = Phone(public, code(room))
    phone.get()
    assert 'name="last"' not in phone.html
    closed = replace(public, settings=replace(public.settings, phone_plain=1))
    phone = Phone(closed, code(room))
    phone.get()
    assert 'name="last"' in phone.html


# --- what the page says


def test_the_page_speaks_the_citizens_language_and_the_other_one_where_asked(centre, room, filed):
    phone = Phone(centre, code(room))
    assert "lang=en" in phone.get() + phone.html
    phone.get("?lang=en")
    assert not HAN.search(plain(phone.html).replace("大坪村警务室", "").replace("中文", ""))
    phone.prove(last_four())
    phone.get("?lang=en")
    assert 'lang="en"' in phone.html
    assert "Received by the provincial centre" in plain(phone.html)
    for more in ("/supply", "/rate", "/complain"):
        words = phone.get(f"{more}?lang=en")
        assert not HAN.search(words.replace("大坪村警务室", "").replace("中文", "")), words


def test_where_to_collect_and_whom_to_call_stand_there_after_the_decision(centre, room, phone):
    cases.accept(centre, number(), actor="centre:li")
    assert "正在审查" in phone.prove(last_four())
    cases.decide(centre, number(), actor="centre:li", result="granted")
    words = phone.get()
    assert all(part in words for part in ("办结（准予）", "办好了", "0857-0000000", "投诉", "评价"))


def test_a_refusal_says_its_reason(centre, room, phone):
    cases.refuse(centre, number(), actor="centre:li", reason=REASON)
    assert REASON in phone.prove(last_four())


def test_large_type_is_a_link_away(phone):
    phone.get()
    assert "?large=1" in phone.html
    phone.get("?large=1")
    assert 'class="large"' in phone.html


def test_the_page_asks_nobody_else_and_is_never_kept(phone):
    phone.prove(last_four())
    answer = phone.client.get(phone.path)
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "<script" not in answer.text
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', answer.text)


def weight(answer):
    """Bytes of an answer with its headers, not compressed."""
    return len(answer.get_data()) + sum(len(f"{key}: {value}\r\n") for key, value in answer.headers)


def test_every_request_of_the_first_view_together_is_below_thirty_kilobytes(phone, capsys):
    sizes = {}
    for name in ("ask", "status"):
        with phone.client.get(phone.path) as page:
            parts = set(re.findall(r'(?:src|href)="(/[^"]+\.(?:css|js|svg|png|woff2)[^"]*)"', page.text))
            sizes[name] = weight(page)
        for part in parts:
            with phone.client.get(part) as answer:
                sizes[name] += weight(answer)
        assert sizes[name] <= 30_000
        assert len(parts) == 1
        phone.prove(last_four())
    with capsys.disabled():
        told = f"first view of the province's page: {sizes['ask']} bytes to prove, {sizes['status']} bytes of progress"
        print("\n" + told)  # noqa: T201 - a figure of the project


# --- rating and complaint


def test_a_rating_goes_down_to_the_room_as_a_grade_without_a_word(centre, room, phone):
    phone.prove(last_four())
    form = phone.get("/rate") and phone.html
    for grade in ("2", "5"):  # the form sent again, as by the back button
        phone.html = form
        assert "谢谢您的评价" in phone.post("/rate", grade=grade, words="等了三天", callback="19900000123")
    exchange(centre, room)
    [event] = [one for one in room.down if one.kind == "rating.given"]
    assert event.data == {"application": number(), "grade": 2, "how": "phone"}
    with centre.store.read() as tx:
        assert tx.execute(select(tables.rating.c.words)).scalar_one() == "等了三天"


def test_what_was_rated_at_the_room_is_not_asked_again(centre, room, phone):
    room.write("rating.given", {"application": number(), "grade": 5, "how": "kiosk"}, application="")
    exchange(centre, room)
    phone.prove(last_four())
    assert "/rate" not in phone.html
    assert "谢谢" in phone.get("/rate")


def test_a_rating_without_a_grade_keeps_what_was_typed_and_a_stranger_gives_none(centre, room, phone):
    phone.prove(last_four())
    phone.get("/rate")
    assert "请在五个里选一个" in phone.post("/rate", words="等了三天")
    assert "等了三天" in phone.html
    stranger = Phone(centre, code(room))
    stranger.get()
    stranger.post("/rate", grade="1")
    assert stranger.status == 409
    with centre.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(tables.rating)).scalar_one() == 0


def test_a_complaint_is_sealed_and_the_room_never_hears_of_it(centre, room, phone):
    phone.get("/complain")
    words = phone.post("/complain", words="警务室收了我二十块没给票", callback="19900000123")
    assert "已经交给上级监督部门" in words
    with centre.store.read() as tx:
        row = tx.execute(select(tables.phone_complaint)).one()
        before = log.head(tx, NODE, "centre")
    assert "二十块" not in str(row)
    assert "19900000123" not in str(row)
    exchange(centre, room)
    with centre.store.read() as tx:
        assert log.head(tx, NODE, "centre") == before
        assert rooms.get(tx, NODE).name == "大坪村警务室"


def test_an_empty_complaint_and_one_of_a_forged_code_are_kept_nowhere(centre, room, phone):
    phone.get("/complain")
    assert "还没有写内容" in phone.post("/complain", words=" ")
    forged = Phone(centre, code(room, token="Z" * 26))
    forged.get("/complain")
    assert forged.status == 404
    with centre.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(tables.phone_complaint)).scalar_one() == 0


def test_only_the_supervisor_reads_a_complaint_at_the_review_desk(centre, room, phone):
    for name, post in (("li", "户政"), ("du", "supervisor")):
        reviewers.add(centre, name, name, "vier-dicke-huehner", post)
    phone.get("/complain")
    phone.post("/complain", words="收了我二十块没给票", callback="19900000123")
    for name, status in (("li", 403), ("du", 200)):
        desk = Phone(centre, "")
        desk.path = "/review"
        desk.get("/login")
        desk.post("/login", name=name, password="vier-dicke-huehner")
        words = desk.get("/told")
        assert (desk.status, "收了我二十块没给票" in words) == (status, status == 200)
