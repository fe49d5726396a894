"""The people of a simulated year: who comes, who is at the room, who reviews, and when there is a link.

Chance comes from one seed. Both years, the one that heeds 今天 and the one that doesn't, have the same people who forget,
fall ill and come when they like; only what the officer looks at differs.
"""

from __future__ import annotations

import heapq
import json
import random
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from edge import applications, confirmations, due, heads, identity, officers
from edge.accounts import Cost
from edge.applications import Application
from edge.clock import CHINA
from edge.errors import YizhanError
from edge.node import Node, create_home, open_node
from edge.officers import Officer
from edge.sample import pages, review
from edge.sample.story import HandOver, WalkingClock
from forms.ranks import ASSISTANT, POLICE
from forms.state import Item, Material
from sync.centre import cases, enrolment, reviewers
from sync.centre import centre as centres
from sync.centre.centre import Centre
from sync.push import Push

DAYS, AWAY = 365, 0.30
NODE, ROOM = "5224250017", "石门乡警务室"
FIRST = datetime(2026, 1, 1, 8, 0, tzinfo=CHINA)
DESK, REVIEWER, BOSS = "officer:luo", "centre:lishenpi", "centre:zhoujing"
PASSWORD = "qing-shan-lv-shui"
# what people come for, and how many of a hundred
SERVICES = {
    "juzhu-dengji": 30, "juzhuzheng-qianzhu": 12, "huji-zhengming": 8, "dache-beian": 4, "wufanzui-zhengming": 8,
    "hukou-qianyi": 8, "yibao-canbao": 8, "juzhuzheng-shenling": 8, "shebaoka-shenling": 5, "xingming-biangeng": 3,
    "bianjing-tongxingzheng": 3, "daxing-huodong": 1, "shenfenzheng-huanling": 2,
}  # fmt: skip  # a table
HOURS = (9, 12, 15, 17)  # when the node tries to send
LOOKS = (9, 15)  # when the officer reads 今天
MARKET = 5  # every so many days a police officer is at the room
SUNDAY = 7
LONG = 10  # working days; with fewer the reviewer asks for everything at the first look
# chances, of one day each where nothing else is said
FORGETS, CORRECTS = 0.02, 0.12  # of a case: the reviewer lays it aside; he asks for a correction
COMES_WHEN_CALLED, COMES_WHEN_PRESSED, COMES_BY_HIMSELF = 0.4, 0.9, 0.06
POLICE_ON_THE_PHONE, POLICE_SEES_IT, ILL = 0.8, 0.5, 0.03


@dataclass
class Home:
    """A node and its centre, with the clock of both."""

    node: Node
    centre: Centre
    clock: WalkingClock
    police: Officer


def open_room(folder: Path, stack: ExitStack) -> Home:
    """A room with an assistant and a police officer, enrolled; what `stack` holds is closed with it."""
    clock = WalkingClock(FIRST)
    centres.create_home(folder / "centre", name="省公安厅")
    centre = centres.open_centre(folder / "centre", clock, Cost(1024, 1, 1))
    stack.callback(centre.close)
    create_home(folder / "node", NODE, ROOM, password_memory_kib=8192, password_passes=1)
    node = open_node(folder / "node", clock)
    stack.callback(node.close)
    with node.database.write() as tx:
        identity.set_centre(tx, enrolment.enrol(centre, NODE, ROOM, "http://127.0.0.1:1"))
    officers.add(node, "luo", "罗小兰", PASSWORD, rank="辅警", posts=("receive", "deliver"))
    police = officers.add(node, "wei", "韦建国", PASSWORD, rank="民警", posts=("receive", "review"), staff="522425001")
    reviewers.add(centre, "lishenpi", "李审批", PASSWORD, "户政", rank=ASSISTANT)
    reviewers.add(centre, "zhoujing", "周静", PASSWORD, "户政", rank=POLICE)
    review.give_duties(centre)
    return Home(node, centre, clock, police)


@dataclass
class Year:
    """`done` counts what people did; `away` is the share of the time without a link."""

    room: Home
    rng: random.Random
    heeds: bool
    services: dict[str, int] = field(default_factory=lambda: SERVICES)
    forgets: float = FORGETS
    done: Counter[str] = field(default_factory=Counter)
    away: float = 0.0
    # (when, turn, number): what the reviewer takes up; what was corrected at the room and has not come there yet
    plans: list[tuple[str, int, str]] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)
    known: int = 0
    count: int = 0

    def pass_by(self, size: int, days: int) -> None:
        self.links = links(self.rng, days)
        self.away = 1 - sum(self.links) / len(self.links)
        self.samples = {one: Sample(self.room.node, one) for one in self.services}
        open_days = [day for day in range(days) if (FIRST + timedelta(days=day)).isoweekday() != SUNDAY]
        coming = Counter(self.rng.choices(open_days, k=size))
        for day in range(days):
            self._day(day, coming[day])

    def _day(self, day: int, coming: int) -> None:
        at = FIRST + timedelta(days=day)
        self.present = at.isoweekday() != SUNDAY and self.rng.random() >= ILL
        self.works = self.room.node.calendar.is_workday(at.date())  # at the centre
        self.police_here = self.present and day % MARKET == 0
        for hour in HOURS:
            self.room.clock.forward(at.replace(hour=hour))
            self._carry(day * 24 + hour)
            if hour == HOURS[0]:
                self._morning()
            if self.heeds and self.present and hour in LOOKS:
                self._heed(day * 24 + hour)
            for _ in range(coming // len(HOURS) + (hour == HOURS[-1]) * (coming % len(HOURS))):
                self._file()
            self._police()
            self._review()

    # --- the link

    def _is_up(self, hour: int) -> bool:
        return self.links[hour]

    def _carry(self, hour: int) -> None:
        if self._is_up(hour):
            self._hand_over("rounds of carrying")

    def _hand_over(self, what: str) -> None:
        report = Push(self.room.node, HandOver(self.room.centre)).drain()
        if report.problem is not None:
            raise report.problem
        self.done[what] += 1
        self._learn()

    # --- people at the room

    def _file(self) -> None:
        """Somebody comes; where nobody is there he uses the kiosk."""
        service = self.rng.choices(list(self.services), list(self.services.values()))[0]
        sample = self.samples[service]
        how = (
            {"channel": "console", "actor": DESK, "identity": "officer"}
            if self.present
            else {"channel": "kiosk", "actor": "kiosk"}
        )
        self.count += 1
        applications.file(
            self.room.node,
            service,
            sample.answers,
            token=f"year-{self.count:06}",
            materials=sample.files,
            on=sample.day,
            **how,
        )
        self.done["filed"] += 1

    def _morning(self) -> None:
        """People who were told that something is missing come when they like."""
        for one in self._list("correction", limit=500):
            if self.present and self.rng.random() < COMES_BY_HIMSELF:
                self._correct(one)

    def _police(self) -> None:
        """A police officer who is at the room anyway sees some of what waits for him."""
        if not self.police_here:
            return
        for one in self._list("unconfirmed", limit=500):
            if self.heeds or self.rng.random() < POLICE_SEES_IT / len(HOURS):
                self._confirm(one)

    def _heed(self, hour: int) -> None:
        """今天, as its page reads it: what presses first, then who is to be called, then what waits for the police."""
        pressing = self._pressing()
        if pressing and hour % 24 == LOOKS[0] and not self._is_up(hour):
            self._hand_over("sticks carried")
            pressing = self._pressing()
        for number in pressing:
            self._press(number)
        for one in self._list("correction"):
            if self.rng.random() < COMES_WHEN_CALLED:
                self._correct(one)
        for one in self._list("unconfirmed"):
            if self.rng.random() < POLICE_ON_THE_PHONE:
                self._ask_police(one.number)

    def _pressing(self) -> list[str]:
        while due.refresh(self.room.node):
            pass
        with self.room.node.database.read() as tx:
            return due.pressing(tx, self.room.clock.now(), 200)

    def _list(self, state: str, limit: int = 50) -> list[Application]:
        with self.room.node.database.read() as tx:
            return [applications.get(tx, one.number) for one in heads.search(tx, state=state, limit=limit)]

    def _press(self, number: str) -> None:
        """One that is late or nearly so: whoever has to move next is moved."""
        with self.room.node.database.read() as tx:
            one = applications.get(tx, number)
        if one.state.confirmation.pending:
            self._ask_police(number)
        elif one.state.correction is not None:
            if self.rng.random() < COMES_WHEN_PRESSED:
                self._correct(one)
        elif number in self.forgotten:
            self.forgotten.discard(number)
            self._plan(number, 0)
            self.done["reviewers rung up"] += 1

    def _correct(self, one: Application) -> None:
        if one.state.phase == "closed" or one.state.correction is None:
            return
        slot = one.state.correction.items[0].ref
        page = self.samples[one.state.service.id].page(slot)
        applications.answer_correction(self.room.node, one.number, one.state.answers, actor=DESK, materials=[page])
        self.answered.append(one.number)
        self.done["corrected"] += 1

    def _confirm(self, one: Application) -> None:
        """The police officer who is at the room."""
        token = f"confirm-{one.number}-{len(one.state.history)}"
        confirmations.confirm(self.room.node, one.number, self.room.police, face_to_face=False, token=token)
        self.done["confirmed at the room"] += 1

    def _ask_police(self, number: str) -> None:
        """One at the station looks at it over the link, as soon as the centre has it."""
        try:
            pending = cases.get(self.room.centre, number).state.confirmation.pending
        except YizhanError:
            return  # not there yet
        if pending:
            cases.confirm(self.room.centre, number, actor=BOSS)
            self.done["confirmed over the link"] += 1

    # --- people at the centre

    def _learn(self) -> None:
        """What is new at the centre is laid on somebody's table, and so is what was answered."""
        with self.room.centre.store.read() as tx:
            rows = tx.exec_driver_sql(
                "SELECT number FROM application ORDER BY rowid LIMIT -1 OFFSET ?", (self.known,)
            ).fetchall()
        self.known += len(rows)
        for number in (*(row[0] for row in rows), *self.answered):
            self._plan(number, self.rng.choice((0, 0, 0, 1)))
        self.answered.clear()

    def _plan(self, number: str, working_days: int) -> None:
        """The reviewer takes it up again so many working days from now."""
        at = datetime.fromisoformat(self.room.clock.now())
        day = self.room.node.calendar.add(at.date(), working_days) if working_days else at.date()
        heapq.heappush(self.plans, (f"{day}T{at.hour:02}", len(self.plans) + self.done["looked at"], number))

    def _review(self) -> None:
        if not self.works:
            return
        now = self.room.clock.now()
        while self.plans and self.plans[0][0] <= now:
            number = heapq.heappop(self.plans)[2]
            self.done["looked at"] += 1
            self._judge(number)

    def _judge(self, number: str) -> None:
        """One look at one application: 受理, a correction, the decision, or nothing yet."""
        case = cases.get(self.room.centre, number)
        if case.state.phase == "closed" or case.state.correction is not None:
            return
        if case.state.confirmation.pending:
            self._plan(number, 1)
        elif case.state.accepted_at is None:
            self._begin(case)
        elif self._is_corrected(case):
            self.done["asked to correct"] += 1
        else:
            self._decide(number)

    def _begin(self, case: cases.Case) -> None:
        """受理; what is to be finished on the spot is decided at once, the rest has its days."""
        number, days = case.number, self._days_of(case)
        if case.state.corrections or self.rng.random() >= CORRECTS / 2:
            review.opinions(self.room.centre, number)
            cases.accept(self.room.centre, number, actor=REVIEWER)
            if not days:
                self._decide(number)
            elif self.rng.random() < self.forgets:
                self.forgotten.add(number)
            else:
                self._plan(number, self.rng.randint(1, max(1, days // 2)))
        else:
            self._ask(case)

    def _is_corrected(self, case: cases.Case) -> bool:
        """Later looks find something too, where there is time for it."""
        if case.state.corrections or self._days_of(case) < LONG or self.rng.random() >= CORRECTS / 2:
            return False
        self._ask(case)
        return True

    def _ask(self, case: cases.Case) -> None:
        assert case.definition is not None
        first = case.definition.service["materials"][0]
        items = [Item("material", first["code"], first["name"], "照片太暗，看不清文字，请重新拍一张")]
        cases.request_correction(self.room.centre, case.number, actor=REVIEWER, items=items)

    def _decide(self, number: str) -> None:
        cases.decide(self.room.centre, number, actor=REVIEWER, result="granted")
        self.done["decided"] += 1

    def _days_of(self, case: cases.Case) -> int:
        """Working days that the law gives, roughly."""
        assert case.definition is not None
        limit = case.definition.service["time_limit"]["statutory"]
        return int(limit["value"] * (5 / 7 if limit["unit"] == "day" else 1))


class Sample:
    """What everybody says who wants one service: its first sample, with one drawn page for every file."""

    def __init__(self, node: Node, service: str) -> None:
        self.node, self.id = node, service
        sample = node.newest(service).samples["valid"][0]
        self.day = sample["context"]["filing_day"]
        given: dict[str, Any] = json.loads(json.dumps(sample["answers"]))
        self.answers, self.files = pages.with_files(node, given, random.Random(1))

    def page(self, slot: str) -> Material:
        return pages.page(self.node, random.Random(2), slot)


def links(rng: random.Random, days: int) -> list[bool]:
    """Hour by hour whether there is a link: outages of an hour to five days, AWAY of all hours."""
    up = [True] * (days * 24)
    while sum(up) > (1 - AWAY) * len(up):
        start, length = rng.randrange(len(up)), rng.choice((1, 2, 4, 8, 16, 48, 120))
        up[start : start + length] = [False] * len(up[start : start + length])
    return up
