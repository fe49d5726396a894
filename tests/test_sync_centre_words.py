import pytest

from sync.centre import lists, words
from sync.centre.receiver import receive
from tests.centre_room import NODE, enrolled, number, sample


@pytest.mark.parametrize(
    ("name", "found_by"),
    [
        ("王秀梅", {"王秀梅", "秀梅"}),
        ("张三", {"张三"}),
        ("欧阳建国", {"欧阳建国", "阳建国", "建国"}),
        ("Maria  Gómez", {"mariagómez", "gómez"}),
        ("Smith", {"smith"}),
        ("", set()),
    ],
)
def test_a_name_is_found_by_its_beginning_and_by_that_of_its_parts(name, found_by):
    assert words.of_name(name) == found_by


def test_a_search_finds_names_and_numbers_and_nothing_that_only_looks_alike(centre):
    room = enrolled(centre)
    for serial, name in ((1, "王秀梅"), (2, "李秀梅"), (3, "Maria Gómez")):
        body = sample()
        applicant = body["answers"]["applicant"] | {"name": name}
        room.write("application.filed", body | {"answers": body["answers"] | {"applicant": applicant}}, serial)
    receive(centre, NODE, room.batch())

    def found(text):
        with centre.store.read() as tx:
            return {int(line.number[11:16]) for line in lists.applications(tx, "all", "2026-11-21", text=text)}

    assert (found("秀梅"), found("王"), found(" 王 秀 "), found("gómez"), found("MARIA g")) == (
        {1, 2},
        {1},
        {1},
        {3},
        {3},
    )
    assert (found(number(2)), found(NODE), found(number(3)[-4:]), found("00010")) == ({2}, {1, 2, 3}, {3}, {1})
    assert found("%") == found("_") == found("秀_") == found("<") == set()


def test_what_many_have_is_found_the_same_as_what_few_have_and_the_latest_first(centre, monkeypatch):
    room = enrolled(centre)
    for serial, name in ((1, "王秀梅"), (2, "李秀梅"), (3, "Wang Li"), (4, "王玉兰")):
        body = sample()
        answers = body["answers"] | {"applicant": body["answers"]["applicant"] | {"name": name}}
        room.write("application.filed", body | {"answers": answers}, serial, at=f"2026-11-{10 + serial}T09:00:00+08:00")
    receive(centre, NODE, room.batch())

    def found(text, tx):
        return [int(line.number[11:16]) for line in lists.applications(tx, "all", "2026-11-21", text=text)]

    asked = ("王", "秀", "秀梅", "wang", number(2)[-3:], number(2), NODE, "0", "玉兰", "", "李四")
    with centre.store.read() as tx:
        few = [found(text, tx) for text in asked]
        monkeypatch.setattr(words, "COMMON_MIN", 1)
        assert [text for text in asked if not words.is_common(tx, text)] == [NODE, "", "李四"]
        assert [found(text, tx) for text in asked] == few
    assert few[:3] == [[4, 1], [2, 1], [2, 1]]


@pytest.mark.parametrize("text", ["", "王", "gomez", NODE, number(2)])
@pytest.mark.parametrize("common", [True, False])
def test_no_search_on_a_file_reads_every_application_or_sorts_them_all(centre, text, common):
    with centre.store.read() as tx:
        asked = (
            lists.statement("all", text, common=common).limit(50).compile(tx, compile_kwargs={"literal_binds": True})
        )
        plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")]
    assert "SCAN application" not in plan, plan
    if common or not text:
        assert plan[0] == "SCAN application USING INDEX application_by_time", plan


def test_a_name_that_was_corrected_is_no_longer_found_by_the_old_one(centre):
    room = enrolled(centre)
    answers = sample()["answers"]
    room.file_one(1)
    receive(centre, NODE, room.batch())
    place = {"node_id": NODE, "number": number(1)}
    with centre.store.write() as tx:
        words.project(tx, place, "陈玉兰", "2026-11-21T09:00:00+08:00")
        old, new = (lists.applications(tx, "all", "2026-11-21", text=text) for text in ("王秀梅", "玉兰"))
    assert (len(old), len(new)) == (0, 1)
    assert answers["applicant"]["name"] == "王秀梅"


def test_rooms_are_listed_a_page_at_a_time_and_none_is_left_out(centre, monkeypatch):
    for place in range(5):
        enrolled(centre, f"52242500{place:02}")
    clone = enrolled(centre, NODE)
    clone.file_one(1)
    receive(centre, NODE, clone.batch())
    clone.log.clear()
    clone.file_one(2)
    receive(centre, NODE, clone.batch())
    monkeypatch.setattr(lists, "ROOMS_SHOWN", 4)
    with centre.store.read() as tx:
        pages = [[line.node_id for line in lists.room_lines(tx, after)] for after in (0, 4, 8)]
    assert [len(page) for page in pages] == [4, 2, 0]
    assert pages[0][0] == NODE, "the room that is in doubt stands first"
    assert len({*pages[0], *pages[1]}) == 6
