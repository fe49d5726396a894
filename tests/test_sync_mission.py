"""Rows of the mission that a room and the centre keep together, a sentence for each; over real HTTP."""

import json
import sys
from contextlib import contextmanager

import pytest
from desk_app import file_one
from sqlalchemy import event as engine_events

from edge import applications, housekeeping, room_tickets
from edge import log as node_log
from edge.cli import main
from edge.config import all_files
from edge.serving import Server
from forms import kinds
from forms.answers import Context, check
from forms.definition import packaged
from forms.state import Item
from sync.centre import cases, desks, reviewers, room_desk, tables
from sync.centre.app import create_app
from tests.centre_browser import Browser
from tests.sync_pair import NODE

ACTOR, PASSWORD = "centre:du", "vier-dicke-huehner"
CONTEXT = Context(filing_day="2026-11-21", language="zh-CN", place="522425")


# --- M7: 规则违例在 1 秒内全部列出，非逐条


@contextmanager
def statements(centre):
    """What the store is asked within the block."""
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    engine_events.listen(centre.store._engine, "before_cursor_execute", note)
    yield asked
    engine_events.remove(centre.store._engine, "before_cursor_execute", note)


def calls(act):
    """How many functions of the program an act enters: what it costs, on any machine the same."""
    count = [0]
    sys.setprofile(lambda _frame, what, _arg: count.__setitem__(0, count[0] + (what == "call")))
    try:
        act()
    finally:
        sys.setprofile(None)
    return count[0]


@pytest.mark.parametrize("name", sorted(packaged()))
def test_all_that_is_missing_in_an_empty_form_is_said_at_once_and_for_the_price_of_a_right_one(name):
    definition = packaged()[name]
    pages = definition.schema["properties"]
    empty = {page: {} for page, schema in pages.items() if schema.get("type") == "object"}
    wanted = {f"/{page}/{field}" for page, schema in pages.items() for field in schema.get("required", ())}
    assert wanted
    assert wanted <= {one.path for one in check(definition, empty, CONTEXT).problems}
    right = definition.samples["valid"][0]["answers"]
    check(definition, right, CONTEXT)  # the first time of a definition costs more
    assert calls(lambda: check(definition, empty, CONTEXT)) <= 2 * calls(lambda: check(definition, right, CONTEXT))


def test_a_notice_of_many_defects_costs_the_centre_no_more_statements_than_one_of_one(enrolled, node, centre):
    numbers = [file_one(node, name).number for name in ("王秀梅", "欧阳彩霞")]
    assert enrolled.drain().went_well
    counted = []
    for number, count in zip(numbers, (1, 20), strict=True):
        items = [Item("field", f"/place/{place}", f"第 {place} 处", "请改正") for place in range(count)]
        with statements(centre) as asked:
            cases.request_correction(centre, number, items=items, actor=ACTOR)
        counted.append(len(asked))
    assert counted[0] == counted[1]


# --- M22: 抓包无明文


def test_who_listens_on_the_line_reads_nothing_of_what_goes_up_and_comes_down(enrolled, node, centre, server):
    heard = []
    server.spoil.extend([lambda answer: heard.append(answer) or answer] * 4)
    made = file_one(node, "欧阳彩霞")
    assert enrolled.drain().went_well
    cases.refuse(centre, made.number, actor=ACTOR, reason="住址与租赁合同不一致")
    assert enrolled.drain().went_well
    with node.database.read() as tx:
        bodies = [one.body for one in (*node_log.up(tx), *node_log.of_room(tx, "centre", "[]"))]
        state = applications.get(tx, made.number).state
    assert any("欧阳彩霞".encode() in body for body in bodies)  # it is in what was carried
    assert state.reason == "住址与租赁合同不一致"  # and this came down
    line = b"".join([*server.bodies, *heard])
    assert len(heard) > 1
    for told in ("欧阳彩霞", "住址与租赁合同", "ceshi-dengji", "application.filed", made.token):
        assert told.encode() not in line, told


# --- M31: 每个不在本点办的事项给出去处、电话、所需材料


@pytest.mark.parametrize("lacking", ["where", "phones", "bring"])
def test_a_county_can_send_no_card_without_a_place_a_telephone_and_what_to_bring(tmp_path, lacking, capsys):
    card = json.loads((all_files.DEFAULTS / "cards/huzhao.json").read_text(encoding="utf-8"))
    content = tmp_path / "county"
    (content / "cards").mkdir(parents=True)
    draft = ["centre", "pack", "county", str(content), "--area", "522425", "--version", "1", "--json", "--out"]
    (content / "cards/huzhao.json").write_text(json.dumps(card, ensure_ascii=False), encoding="utf-8")
    assert main([*draft, str(tmp_path / "whole.json")]) == 0
    assert "cards/huzhao.json" in (tmp_path / "whole.json").read_text(encoding="utf-8")
    del card[lacking]
    (content / "cards/huzhao.json").write_text(json.dumps(card, ensure_ascii=False), encoding="utf-8")
    capsys.readouterr()
    assert main([*draft, str(tmp_path / "part.json")]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "pack_wrong"
    assert not (tmp_path / "part.json").exists()


# --- M61: 缺纸、断电、读卡器掉线自动生成工单


def test_paper_power_and_reader_open_tickets_by_themselves_and_the_centre_sees_them(enrolled, node, centre):
    housekeeping.printer_failed(node, "凭条打印机", "缺纸", paper=True)
    housekeeping.Keeper(node, lambda _: 5 << 30).begin()  # and no end
    housekeeping.Keeper(node, lambda _: 5 << 30).begin()
    room_tickets.open_by_program(node, "reader", "读卡器没有回答")
    for _ in range(2):  # again sends nothing twice
        assert enrolled.drain().went_well
    with centre.store.read() as tx:
        found = room_desk.tickets(tx, NODE)
    assert sorted(one.title for one in found) == ["停电", "纸用完了", "读卡器没有反应"]
    assert all(one.by_program and not one.closed_at for one in found)
    room_tickets.close_by_program(node, "reader", "又有回答了")
    assert enrolled.drain().went_well
    with centre.store.read() as tx:
        last = room_desk.tickets(tx, NODE)[-1]
    assert (last.title, last.closing, bool(last.closed_at)) == ("读卡器没有反应", "又有回答了", True)


def test_the_page_of_a_room_shows_its_tickets_to_who_runs_the_centre_and_to_nobody_else(enrolled, node, centre):
    room_tickets.open_by_program(node, "reader", "读卡器没有回答")
    assert enrolled.drain().went_well
    for name in ("li", "min"):
        reviewers.add(centre, name, name, PASSWORD)
    with centre.store.write() as tx:
        desks.give(tx, "min", (desks.Duty("opinion", desk="民族事务"),))
    running = Server(create_app(centre), "127.0.0.1", 0)
    try:
        pages = {}
        for name in ("li", "min"):
            one = Browser(running.url)
            one.log_in(name, PASSWORD)
            pages[name] = one.get(f"/review/nodes/{NODE}")
    finally:
        running.stop()
    assert "读卡器没有反应 读卡器没有回答" in pages["li"].words
    assert "没有解决" in pages["li"].words
    assert pages["min"].status == 403


# --- M73: 执法公开只链接，节点库无执法案件数据

ENFORCEMENT = ("案件", "处罚", "涉案", "笔录", "违法记录")


def test_no_event_can_carry_a_case_of_law_enforcement_to_a_room_or_from_one():
    kinds_of_all = {**kinds.KINDS, **kinds.ROOM_KINDS}
    fields = [
        f"{name} {one.title} {field.description}" for name, one in kinds_of_all.items() for field in one.fields.values()
    ]
    assert len(fields) > 200
    assert [one for one in fields if any(word in one for word in ENFORCEMENT)] == []
    for kind in ("penalty.decided", "case.opened"):
        with pytest.raises(ValueError, match="not known"):
            kinds.check_body(kind, {"case": "1"})


def test_neither_the_rooms_nor_the_centres_store_has_a_table_for_law_enforcement(node, centre):
    with node.database.read() as tx:
        of_room = {row[0] for row in tx.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    words = ("penalty", "offence", "offense", "suspect", "crime", "arrest", "seized")
    found = [name for name in (*of_room, *tables.metadata.tables) if any(word in name for word in words)]
    assert len(of_room) > 30
    assert found == []
