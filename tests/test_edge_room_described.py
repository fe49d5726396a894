"""What the room tells the province of itself: once, when it changes, with the public keys of its sealed inboxes."""

from dataclasses import replace

from desk_app import application, centre_says, desk_app, file_one, plain
from test_edge_status import ROOM

from edge import log, projections, ratings, receipt_numbers, receipt_proof, room_described
from edge.inbox import sets
from edge.inbox.rounds import Rounds
from forms.kinds import check_body
from sync.suites import MODERN_1

AT = "2026-11-22T09:12:31+08:00"
GIVEN = {"grade": 2, "how": "phone"}


def told(node):
    with node.database.read() as tx:
        return [event.data for event in log.of_room(tx, "node", '["room.described"]')]


def test_it_is_told_once_and_again_when_something_changed(node):
    node.room = ROOM
    assert room_described.tell(node)
    assert not room_described.tell(node)
    [said] = told(node)
    check_body("room.described", said)
    assert (said["name"], said["hours"], said["telephone"], said["complaint"]) == (
        "大坪村警务室",
        ROOM.hours,
        "0857-0000000",
        "0857-0000001",
    )
    node.room = ROOM._replace(hours="每天 8:00–20:00")
    assert room_described.tell(node)
    assert told(node)[-1]["hours"] == "每天 8:00–20:00"


def test_the_keys_of_the_sealed_inbox_are_told_when_they_are_made_and_never_the_private_ones(node):
    Rounds(node).look()
    [said] = told(node)
    with node.database.read() as tx:
        row = tx.execute("SELECT id, sign FROM inbox_set").fetchone()
        known = sets.keys(tx, row["id"])
    assert said["sets"] == [{"set": known.id, "key": known.sign_public.hex()}]
    assert bytes(row["sign"]).hex() not in str(said)
    Rounds(node).look()
    assert len(told(node)) == 1


def test_a_receipt_of_another_room_is_to_be_looked_up_online(node):
    node.room = ROOM
    number = receipt_numbers.number("5224250099", 1, 1)
    code = receipt_proof.of_room("A" * 26, number, AT, MODERN_1, MODERN_1.sign_keys())
    client = desk_app(node).test_client()
    answer = client.get(f"/s/{code}")
    assert (answer.status_code, "联网后可查" in plain(answer.text)) == (404, True)
    assert "到省级页面查询" not in answer.text
    node.settings = replace(node.settings, status_url="https://zwfw.example.cn")
    answer = client.get(f"/S/{code}")
    assert f'href="HTTPS://ZWFW.EXAMPLE.CN/S/{code}"' in answer.text


def test_a_signed_code_of_ours_opens_the_rooms_own_page_too(node):
    node.room = ROOM
    filed = file_one(node)
    node.settings = replace(node.settings, status_url="https://zwfw.example.cn")
    code = node.receipt_code(filed.token, filed.number, AT)
    assert "已收件，尚未上传" in plain(desk_app(node).test_client().get(f"/s/{code}").text)


def test_a_rating_from_the_province_counts_here_once_and_comes_back_from_the_log(node):
    filed = file_one(node)
    for _ in range(2):
        centre_says(node, "rating.given", "", {"application": filed.number, **GIVEN})
    with node.database.write() as tx:
        assert not ratings.may_be_given(tx, filed.number)
        rows = [tuple(row) for row in tx.execute("SELECT application, grade FROM rating")]
        projections.rebuild(tx)
        assert (
            [tuple(row) for row in tx.execute("SELECT application, grade FROM rating")] == rows == [(filed.number, 2)]
        )


def test_a_rating_given_here_stands_before_one_that_comes_down_later(node):
    filed = file_one(node)
    ratings.give(node, filed.number, "5", how="kiosk", token="t" * 20, actor="citizen")
    centre_says(node, "rating.given", "", {"application": filed.number, **GIVEN})
    for _ in range(2):
        with node.database.write() as tx:
            assert tx.execute("SELECT grade FROM rating").fetchone()[0] == 5
            projections.rebuild(tx)
    assert application(node, filed.number).state.phase == "received"
