"""A room with something on every page of its console, for tests that visit all of them.

`PLACES` says what fills the parts of an address, by endpoint; `OTHERWISE` which addresses are no pages, and why.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conftest import FixedClock, make_home
from counter_data import AT_ONCE, CARD, FEE, drawn, publish
from counter_data import file as file_paid
from desk_app import add_officer, application, centre_gives_away, centre_says, file_one, photo
from service_for_tests import ID_NUMBER, service

from edge import (
    appointments,
    calls,
    day_close,
    defects,
    drafts,
    expiring,
    ferry_job,
    handover,
    kept_forms,
    looks,
    materials,
    missing_people,
    needs,
    officers,
    pads,
    payments,
    queue_tickets,
    ratings,
    reminders,
    room_tickets,
    shifts,
    sms_outbox,
    stock,
    videos,
    visits,
)
from edge.appointments import Wish
from edge.day_close import Left
from edge.handover import Handing
from edge.node import Node, open_node
from edge.staff import handbook
from sync import outlook, quarantine
from tests.expiring_data import YOUNG, lapsed_renewal
from tests.signing import publish_file

ROOM = 'name = "石门乡警务室"\nstation = "龙场派出所"\nhours = "周一至周六 8:30–12:00 14:00–17:30"\nmarket_days = "逢一、六赶集"\n'
NOW = "2026-11-23T10:12:03+08:00"
ACCOUNT, ACTOR = "wei", "officer:wei"
LONG = "买买提江·艾力·吐尔逊阿依古丽·努尔买买提"  # as long as names are
STOCK = "出租房屋登记回执"
PIECE = "ab" * 32
ITEMS = [
    {"target": "material", "ref": "proof", "label": "住所证明", "defect": "租房合同没有房东签名"},
    {"target": "field", "ref": "/applicant/name", "label": "姓名", "defect": "与证件不一致"},
]
WRIT = {
    "number": "纳雍县公安局〔2026〕00001号",
    "organ": "纳雍县公安局",
    "title": "补正材料一次性告知书",
    "day": "2026-11-23",
    "code": f"YZW1.52242500171000017.REQUESTED.20261123.1.0123456789ABCDEF.{'A' * 103}",
}
OTHERWISE = {
    "staff.accounts_book": "for the 审计管理员 alone, who does nothing else",
    "staff.accounts_show": "for the 安全管理员 alone, who does nothing else",
    "staff.figures_table": "a CSV file",
    "staff.handbook_picture": "a picture",
    "staff.handover_find": "leads on to a list or an application",
    "staff.intake_picture": "a picture",
    "staff.materials_file": "a file",
    "staff.materials_picture": "a picture",
    "staff.proof_show": "for posts that need a second proof and have none: seen apart",
    "staff.proofs_show": "a picture",
    "staff.scanning_picture": "a picture",
}
PRACTICE = "staff.practice_"  # but for the way in, these answer in the practice room alone


def is_page(endpoint: str) -> bool:
    """Whether it is a page of this room that a person looks at."""
    return endpoint not in OTHERWISE and (not endpoint.startswith(PRACTICE) or endpoint == "staff.practice_show")


def token() -> str:
    return secrets.token_urlsafe(18)


@dataclass
class World:
    """An open node, and for each page with parts in its address what they are: endpoint -> parts (or query)."""

    node: Node
    places: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, *endpoints: str, **parts: Any) -> None:
        for endpoint in endpoints:
            self.places.setdefault(f"staff.{endpoint}", []).append(parts)


def make(folder: Path) -> World:
    """The room on a Monday morning; whoever gets it closes the node."""
    home = make_home(folder)
    (home / "room.toml").write_text(ROOM, encoding="utf-8")
    publish(home)
    clock = FixedClock(NOW)
    before = open_node(home, clock)
    add_officer(before, ACCOUNT, "韦建国", "民警")
    old = drafts.create(before, "ceshi-dengji", ACTOR)
    drafts.save(before, old, {"applicant": {"name": "王秀梅"}, "agent": {"name": "罗建国"}})
    before.close()
    newer = service(version="2026.12.1")
    del newer["schema"]["properties"]["agent"]
    newer["uischema"]["elements"][0]["elements"].pop(3)
    newer["x-service"]["materials"][0]["field"] = "/photo"
    waits = copy.deepcopy(newer) | {"id": "ceshi-queren"}
    waits["x-service"] |= {"officer_confirms": ["核对身份证件的原件", "核对住所证明"]}
    for one in (newer, waits):
        publish_file(home / "services" / f"{one['id']}-2.json", one)
    world = World(open_node(home, clock))
    world.add("newer_show", draft=old.id)
    for fill in FILLING:
        fill(world)
    return world


def _wire(world: World) -> None:
    """What the running program hands to the screens."""
    hooks = world.node.hooks
    with world.node.database.write() as tx:
        quarantine.gone(tx, [PIECE], NOW)
    hooks.quarantine = lambda: quarantine.items(world.node)
    hooks.aside = quarantine.Desk(world.node)
    hooks.outlook = lambda: outlook.look(world.node)
    hooks.send_now = lambda: None
    hooks.ferry = ferry_job.Ferry(world.node)
    world.add("aside_show", key=f"node.0.0.material_gone.{PIECE}")
    for chapter in handbook.CHAPTERS:
        world.add("handbook_show", chapter=chapter)


def _files(world: World) -> None:
    """Applications in every state: just filed, urgent, waiting for a word, to be corrected, refused."""
    node = world.node
    file_one(node, "罗建国", lost=True)
    file_one(node, LONG)
    from edge import applications

    given = {"applicant": {"name": "李彩霞", "idNumber": ID_NUMBER}}
    waits = applications.file(node, "ceshi-queren", given, token=token(), channel="kiosk", actor="kiosk").number
    wrong = file_one(node, "陈子轩").number
    picture = materials.store(node, photo(side=400), "证明.jpg", ACTOR, "proof")
    applications.add_material(node, wrong, picture, actor=ACTOR)
    notice = {"items": ITEMS, "due_day": "2026-12-04", "writ": WRIT}
    world.add("writs_show", number=wrong, event=centre_says(node, "correction.requested", wrong, notice))
    centre_says(
        node, "reminder.sent", "", {"application": wrong, "text": "请说明补正通知群众没有", "due_day": "2026-11-25"}
    )
    with node.database.read() as tx:
        world.add("reminding_show", identity=reminders.waiting(tx)[0].id)
    for number in (waits, wrong):
        world.add("cases_show", "receipts_show", number=number)
    own = file_one(node, applicant={"name": "石永福", "idNumber": "522425196811089871"}).number
    looks.look(node, own, present=False, reason="派出所来函核实住址", actor=ACTOR, token=token())
    looks.reprint(node, own, "id-card", actor=ACTOR, token=token())
    world.add("history_show", "receipts_show", number=own)
    world.add("correction_show", number=wrong)
    world.add("materials_show", number=wrong, sha256=picture.sha256)
    world.add("find_show")
    world.add("find_show", text="王", state="open")
    world.add("find_show", text="没有这个人")


def _drafts(world: World) -> None:
    node = world.node
    for answers in ({}, {"applicant": {"name": "王秀梅", "idNumber": ID_NUMBER}}):
        draft = drafts.save(node, drafts.create(node, "ceshi-dengji", ACTOR), answers)
        world.add("intake_show", draft=draft.id)
    world.add("intake_check", draft=draft.id)
    page = materials.store(node, photo(side=400), "页.jpg", ACTOR, "/photo")
    drafts.put_in_place(node, draft, page)
    world.add("scanning_show", draft=draft.id, slot="proof")
    world.add("scanning_corners", draft=draft.id, slot="proof", sha256=page.sha256)
    world.add("intake_show", draft=drafts.create(node, "juzhu-dengji", ACTOR).id, check="1")
    world.add("receive_choose")
    world.add("receive_choose", text="没有这个事项")
    kiosk = drafts.create(node, "ceshi-dengji", "kiosk:1")
    calls.call(node.database, "kiosk:1", kiosk.id)
    with node.database.read() as tx:
        world.add("helping_ask", call=calls.waiting(tx)[0].id)
    fields = {"reason": ["申请人改日再来"], "token": ["x"]}
    world.add("kept_show", kept=kept_forms.keep(node, ACCOUNT, "/console/applications/x/withdraw", fields, files=0))


def _counter(world: World) -> None:
    """A notice ticked and not signed, a document that waits, one that was handed over, money of two shifts."""
    node, by = world.node, officers.all_of(world.node)[0]
    told, waits, served = (file_paid(node, FEE, name) for name in ("王秀梅", "李彩霞", "石永福"))
    defects.tick(node, told, defects.missing(application(node, told)), by=by)
    world.add("cases_show", "defects_show", "defects_sheet", "handover_one", "history_show", number=told)
    for number in (waits, served):
        centre_says(node, "application.decided", number, {"result": "granted"})
        handover.arrive(node, number, CARD, "centre", place="A3", actor=ACTOR, token=token())
        bill = payments.draw(node, number, 2000, "", "here", actor=ACTOR, token=token()).state.bills[0].number
        world.add("payments_one", "handover_one", "cases_show", number=number)
        world.add("payments_slip", number=number, bill=bill)
    payments.receive(node, served, bill, "cash", "00012345", actor=ACTOR, token=token())
    with node.database.read() as tx:
        shift = shifts.current(tx)
    shifts.settle(node, shift, 1, 2000, "", actor=ACTOR, token=token())
    world.add("payments_shift", number=shift)
    code = application(node, served).state.receipt.code
    here = [one.id for one in application(node, served).state.delivery.here]
    signed = Handing(here, "room", "signature", code=code, material=drawn(node, handover.SIGNATURE))
    handover.hand(node, served, signed, actor=ACTOR, name="韦建国", token=token())
    world.add("delivery_sheets_receipt", "delivery_sheets_waybill", number=waits)
    done = application(node, served).state.delivery.handed[0].id
    world.add("delivery_sheets_handed", number=served, event=done)
    ratings.give(node, served, "5", how="paper", token=token(), actor=ACTOR)
    stock.receive(node, STOCK, "CZ000101", "CZ000105", actor=ACTOR, token=token())
    world.add("cases_show", number=file_paid(node, AT_ONCE))
    world.add("handover_show")
    world.add("handover_show", stage="told")
    for kind in ("day", "month", "quarter"):
        world.add("figures_show", kind=kind)


def _village(world: World) -> None:
    """A card that runs out, one whose owner was called, needs, somebody who is missing; sheets of what is handed over."""
    node = world.node
    lapsed_renewal(node)
    called = lapsed_renewal(node, number=YOUNG, expiry_day="2026-11-02")
    call = expiring.Call("id_card", "2026-11-02", "phone", "not_reached")
    expiring.told(node, called, call, actor=ACTOR, token=token())
    about = {"what": "居民身份证", "day": "2026-11-02"}
    sms_outbox.queue(node, called, "expiring", "id_card:2026-11-02", about, actor=ACTOR, token=token())
    for what in ("进寨路口没有路灯", LONG):
        needs.record(node, "safety", what, how="visit", actor=ACTOR, token=token(), village="岩脚寨", who="石永福")
    with node.database.read() as tx:
        need = needs.opened(tx)[0].id
    needs.answer(node, need, "done", "灯装好了", actor=ACTOR, token=token())
    notice = {"text": "男孩，8 岁", "place": "小学门口", "seen": NOW[:10], "phone": "0857-0000000", "until": NOW[:10]}
    missing_people.announce(node, notice, actor=ACTOR, token=token())
    with node.database.read() as tx:
        world.add("missing_sheet", identity=missing_people.shown(tx)[0].id)
    world.add("expiring_show")
    world.add("expiring_show", show="settled")


def _day(world: World) -> None:
    """The queue, appointments of which one is to be told, a home visit, a ticket, a round, a closed day, a pad."""
    node, today = world.node, world.node.clock.today()
    for _ in range(2):
        ticket = queue_tickets.take(node.database, "desk", "", token=token())
    queue_tickets.call_next(node.database, ACCOUNT, token())
    world.add("queue_slip", ticket=ticket.id)
    for start, name in (("11:00", "韦长春"), ("11:30", LONG)):
        wish = Wish("room", today, start, "居住登记", name, "19900000201")
        appointments.make(node, wish, actor=ACTOR, token=token())
    visit = Wish("home", today, "", "老人换身份证", "罗奶奶", "", "岩脚寨，水井边第二家", "采集设备")
    appointments.make(node, visit, actor=ACTOR, token=token())
    centre_gives_away(node, today, "11:00")
    with node.database.read() as tx:
        for one in appointments.of_day(tx, today):
            world.add("booking_one", "booking_slip", identity=one.id)
    room_tickets.open_by_hand(node, "paper", "凭条纸", actor=ACTOR, token=token())
    room_tickets.make_round(node, (), "都好", actor=ACTOR, token=token())
    film = {"camera": "一号窗口", "first": f"{today}T08:30:00+08:00", "last": NOW, "place": "值班室录像机 2 号盘"}
    videos.enter(node, videos.Digest(PIECE, 734_003_200), actor=ACTOR, **film)
    left = [Left("尚未上传的", "", "县里线路检修，明天上午上传")]
    day_close.close(node, "2026-11-21", left, 3, actor=ACTOR, token=token())
    world.add("closing_closed", day="2026-11-21")
    stick = node.settings.home.parent / "stick"
    away = visits.prepare(node, stick, ACCOUNT, until="2026-11-25", purpose="上坪组，两户", actor=ACTOR)
    world.add("visiting_one", visit=away.set_id)
    world.add("paper_pad", pad=pads.print_pad(node, 4, actor=ACTOR, token=token()))


FILLING: tuple[Callable[[World], None], ...] = (_wire, _files, _drafts, _counter, _village, _day)
