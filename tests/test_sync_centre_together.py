"""Small batches of several rooms go into one transaction; what is odd about one of them is no matter of the others."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

from forms.events import Head
from sync.centre import cases, log, materials, opening, projection, receiver, suites, tables, verification
from sync.centre.centre import Centre
from sync.centre.groups import Groups
from sync.centre.opening import open_batch
from sync.centre.receiver import receive
from sync.centre.store import add
from sync.centre.together import SHORT_EVENTS_MAX
from tests.centre_room import MATERIAL, SHA, enrolled, number

NODES = [f"52242500{place}" for place in range(11, 19)]
DERIVED = (
    tables.application,
    tables.material,
    tables.material_use,
    tables.word,
    tables.queue,
    tables.tally,
    tables.fact,
)


@pytest.fixture
def rooms(centre):
    return [enrolled(centre, node) for node in NODES]


def brought(centre, room, **which):
    body = room.batch(**which)
    return body, open_batch(centre, room.node, body)


def together(centre: Centre, rooms, **which):
    """The answers to one batch of each room, None for each where they were not taken together."""
    pairs = [brought(centre, room, **which) for room in rooms]
    given = receiver._take_together(centre, [one for _, one in pairs])
    return [
        room.read(receiver._seal(room.node, one.used, answer), body) if answer else None
        for room, (body, one), answer in zip(rooms, pairs, given, strict=True)
    ]


def rows(centre, of=DERIVED):
    with centre.store.read() as tx:
        return {table.name: sorted(map(tuple, tx.execute(select(table)))) for table in of}


def count(centre, table):
    with centre.store.read() as tx:
        return tx.execute(select(func.count()).select_from(table)).scalar_one()


def statements(centre, act):
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(centre.store._engine, "before_cursor_execute", note)
    act()
    event.remove(centre.store._engine, "before_cursor_execute", note)
    return len(seen)


def test_each_room_has_its_own_answer_and_the_rows_are_those_of_batches_taken_alone(centre, rooms):
    for room in rooms:
        room.file_one(materials=[MATERIAL])
    for room, said in zip(rooms, together(centre, rooms), strict=True):
        assert (said.ack.head, said.ack.refused) == (Head.of(room.log[-1]), ())
        assert [one.sha256 for one in said.ack.missing] == [SHA]
        assert said.ack.lacking == 1
    first = cases.accept(centre, number(1, NODES[0]), actor="centre:li")
    for room in rooms:
        room.write("identity.verified", {"method": "officer"})
        room.file_one(2)
    answers = together(centre, rooms, first=2)
    assert [event.kind for said in answers for event in said.events] == ["application.accepted"]
    assert verification.verify(centre)["whole"]
    before = rows(centre)
    with centre.store.write() as tx:
        for node in NODES:
            projection.rebuild(tx, centre, node)
    assert rows(centre) == before
    assert cases.get(centre, number(1, NODES[0])).version != first.version


def test_what_comes_a_second_time_is_taken_alone_and_stored_once(centre, rooms):
    for room in rooms:
        room.file_one()
    bodies = [room.batch() for room in rooms]
    together(centre, rooms)
    assert together(centre, rooms) == [None] * len(rooms)
    for room, body in zip(rooms, bodies, strict=True):
        assert room.read(receive(centre, room.node, body), body).ack.head == Head.of(room.log[0])
    assert count(centre, tables.event) == len(rooms)


def test_the_ack_is_the_same_whether_a_batch_is_taken_with_others_or_by_itself(centre, rooms):
    for room in rooms:
        room.file_one(materials=[MATERIAL])
    pairs = [brought(centre, room) for room in rooms]
    first = receiver._take_together(centre, [one for _, one in pairs])
    alone = [receiver._take(centre, [one])[one.node_id] for _, one in pairs]
    assert [replace(said, ack=replace(said.ack, at="")) for said in first] == [
        replace(said, ack=replace(said.ack, at="")) for said in alone
    ]
    assert count(centre, tables.event) == len(rooms)


def test_one_that_comes_again_leaves_the_others_together(centre, rooms):
    for room in rooms:
        room.file_one()
    again = rooms[2].batch()
    receive(centre, rooms[2].node, again)
    said = together(centre, rooms)
    assert [one is None for one in said] == [room is rooms[2] for room in rooms]
    assert count(centre, tables.event) == len(rooms)
    assert rooms[2].read(receive(centre, rooms[2].node, again), again).ack.head == Head.of(rooms[2].log[0])


def test_of_rooms_that_come_together_each_hears_what_of_its_own_is_on_its_way_however_much(centre, rooms):
    few, many, none = (room.node for room in rooms[:3])
    with centre.store.write() as tx:
        for node, count in ((few, 3), (many, materials.MISSING_NAMED_MAX + 4)):
            rows = [{"node_id": node, "sha256": f"{place:064x}", "size": 9 - place % 5} for place in range(count)]
            add(tx, tables.material, [{**row, "held": row["size"] % 2} for row in rows])
        found = materials.on_their_way(tx, [few, many, none])
        assert found == {node: (materials.missing(tx, node), materials.lacking(tx, node)) for node in (few, many, none)}
    assert [(len(named), count) for named, count in found.values()] == [(3, 3), (16, 20), (0, 0)]


def test_the_keys_of_rooms_that_come_together_are_read_at_once_and_a_room_that_is_none_gets_none(centre, rooms):
    nodes = [*(room.node for room in rooms), "5224250099"]
    doors = []
    assert statements(centre, lambda: doors.extend(opening._read(centre, nodes))) == 1
    assert [door and door.room.node_id for door in doors] == [*nodes[:-1], None]


def test_a_bad_one_takes_no_other_with_it(centre, rooms):
    for room in rooms:
        room.file_one()
    rooms[3].write("application.unheard-of", {"a": 1})
    assert together(centre, rooms) == [None] * len(rooms)
    assert count(centre, tables.event) == 0
    bodies = {room.node: room.batch() for room in rooms}
    said = [room.read(receive(centre, room.node, bodies[room.node]), bodies[room.node]).ack for room in rooms]
    assert [ack.head for ack in said] == [Head.of(room.log[-1]) for room in rooms]
    assert [[one.code for one in ack.refused] for ack in said] == [[], [], [], ["unknown_kind"], [], [], [], []]
    assert verification.verify(centre)["whole"]


def test_one_at_which_the_centre_stumbles_takes_no_other_with_it(centre, rooms, monkeypatch):
    plain = projection.version

    def stumble(events):
        if events[0][1].application.startswith(NODES[5]):
            raise KeyError("unforeseen")
        return plain(events)

    for room in rooms:
        room.file_one()
    monkeypatch.setattr(projection, "version", stumble)
    assert together(centre, rooms) == [None] * len(rooms)
    bodies = {room.node: room.batch() for room in rooms}
    said = [room.read(receive(centre, room.node, bodies[room.node]), bodies[room.node]).ack for room in rooms]
    assert [bool(ack.refused) for ack in said] == [node == NODES[5] for node in NODES]
    assert count(centre, tables.application) == len(rooms) - 1


def test_a_policy_goes_down_to_rooms_that_are_taken_together_once(centre, rooms):
    suites.publish_policy(centre, ["modern-1"])
    for room in rooms:
        room.file_one()
    assert [[event.kind for event in said.events] for said in together(centre, rooms)] == [[suites.POLICY]] * len(rooms)
    for room in rooms:
        room.file_one(2)
    assert [said.events for said in together(centre, rooms, first=2)] == [()] * len(rooms)


def test_eight_cost_hardly_more_statements_than_one(centre, rooms):
    for room in rooms:
        room.file_one()
    together(centre, rooms)  # what is only asked the first time
    for room in rooms:
        room.file_one(2)
    alone = statements(centre, lambda: together(centre, rooms[:1], first=2))
    # to open an envelope takes statements of its own
    opening = statements(centre, lambda: brought(centre, rooms[1], first=2))
    eight = statements(centre, lambda: together(centre, rooms[1:], first=2))
    assert eight - 7 * opening <= alone - opening + 2


def test_a_longer_batch_waits_for_no_group_and_costs_no_more_statements_the_longer_it_is(centre, rooms):
    room, begun, go_on = rooms[0], threading.Event(), threading.Event()

    def hold(items):
        begun.set()
        go_on.wait(60)
        return [None for _ in items]

    def bring(first, last):
        for serial in range(first, last + 1):
            room.file_one(serial)
        body = room.batch(first=first)
        cost = statements(centre, lambda: room.read(receive(centre, room.node, body), body))
        with centre.store.read() as tx:
            assert log.head(tx, room.node, "node") == Head.of(room.log[-1])
        return cost

    group = threading.Thread(target=centre.groups.take, args=("elsewhere", None, hold))
    group.start()
    assert begun.wait(60)
    long = SHORT_EVENTS_MAX + 1
    bring(1, long)  # what is only asked the first time
    assert bring(long + 1, 2 * long) == bring(2 * long + 1, 5 * long)
    assert group.is_alive()
    go_on.set()
    group.join(30)


def test_whoever_comes_while_others_are_taken_is_taken_with_those_who_wait_and_no_room_twice():
    groups, begun, go_on = Groups(together_max=3), threading.Event(), threading.Event()
    taken, given = [], {}

    def take(items):
        taken.append(items)
        if items == ["first"]:
            begun.set()
            go_on.wait(60)
        return [f"{item} done" for item in items]

    def bring(node, item):
        given[item] = groups.take(node, item, take)

    threads = [threading.Thread(target=bring, args=("a", "first"))]
    threads[0].start()
    assert begun.wait(60)
    for node, item in (("b", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("e", "5")):
        threads.append(threading.Thread(target=bring, args=(node, item)))
        threads[-1].start()
        while len(groups._waiting) < len(threads) - 1:
            begun.wait(0)
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert taken == [["first"], ["1", "3", "4"], ["2", "5"]]
    assert given == {item: f"{item} done" for item in ("first", "1", "2", "3", "4", "5")}


def test_a_group_that_raises_leaves_the_others_to_themselves_and_the_next_group_goes_on():
    groups = Groups()

    def fail(_items):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        groups.take("a", "one", fail)
    assert groups.take("a", "two", lambda items: items) == "two"
