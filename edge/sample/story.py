"""Thirty made-up applications for the demonstration, brought about by the real path: filed, carried, decided.

Nothing is written past the program: the same functions that the screens call, the same envelopes over a link that hands
them across in one process, with a clock that walks through the last two weeks.
"""

from __future__ import annotations

import heapq
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from edge import applications, confirmations, filings, made_up, officers, ranks
from edge.clock import text as time_text
from edge.node import Node
from edge.sample import board, counter, pages, review, today
from forms.answers import check
from forms.definition import Definition
from forms.state import Item
from sync.centre import cases
from sync.centre.centre import Centre
from sync.centre.enrolment import bind
from sync.centre.receiver import receive
from sync.push import Push

REVIEWER = "centre:lishenpi"
DESK = "officer:weijianguo"
CHANNELS = (
    {"channel": "kiosk", "actor": "kiosk", "identity": "unverified"},
    {"channel": "console", "actor": DESK, "identity": "officer"},
)
DEFECTS = ("照片太暗，看不清文字，请重新拍一张", "缺少签名，请签名后重新拍一张")
SEED = 20261121
DAYS_BACK = 13
OPENS_H, CLOSES_H = 9, 17
SUNDAY = 7
PEOPLE_TRIES = 3

# how far each of the thirty has come, oldest first
FATES = (
    *("granted",) * 8,
    *("refused", "not_accepted", "withdrawn"),
    *("corrected", "corrected"),
    *("accepted",) * 4,
    *("correction",) * 3,
    *("received",) * 3,
    "told",
    *("unsent",) * 6,
)


class WalkingClock:
    """A clock that the sample data moves forward by itself; for node and centre at once."""

    def __init__(self, start: datetime) -> None:
        self._start = self._now = start
        self._centre = ""

    def forward(self, to: datetime) -> None:
        self._now = max(self._now, to)

    def now(self) -> str:
        return time_text(self._now)

    def today(self) -> str:
        return self.now()[:10]

    def ticks(self) -> int:
        return int((self._now - self._start).total_seconds() * 1000)

    def raise_floor(self, ticks: int) -> None:
        """Sample data begins with an empty log, so there is no earlier run to go on from."""

    def centre_time(self) -> str:
        return self._centre

    def set_centre_time(self, at: str) -> None:
        self._centre = max(self._centre, at)


class HandOver:
    """A link without a line: the centre is in the same process."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def post(self, place: str, body: bytes) -> bytes:
        node, _, enrolling = place.partition("/")
        return (bind if enrolling else receive)(self._centre, node, body)

    def close(self) -> None:
        """Nothing is open."""


Act = Callable[["Story", str], None]


@dataclass
class Story:
    """What the thirty are written with: what is still to happen, each at its moment, whoever it concerns."""

    node: Node
    centre: Centre
    clock: WalkingClock
    end: datetime
    rng: random.Random
    agenda: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    count: int = 0

    def plan(self, at: datetime, act: Callable[[], None]) -> None:
        self.count += 1
        heapq.heappush(self.agenda, (at, self.count, act))

    def play(self) -> None:
        while self.agenda:
            at, _, act = heapq.heappop(self.agenda)
            self.clock.forward(min(at, self.end))
            act()

    def carry(self, node: Node | None = None) -> None:
        report = Push(node or self.node, HandOver(self.centre)).drain()
        if report.problem is not None:
            raise report.problem


def tell(node: Node, centre: Centre, clock: WalkingClock, end: datetime) -> None:
    """File the thirty and bring each as far as FATES says. `end` is the present."""
    story = Story(node, centre, clock, end, random.Random(SEED))  # noqa: S311 - the same thirty every time
    days = _days(end)
    for place, fate in enumerate(FATES):
        day = days[place * len(days) // len(FATES)]
        at = day.replace(hour=OPENS_H + place % 3, minute=story.rng.randrange(60), second=story.rng.randrange(60))
        latest = end - timedelta(minutes=20 * (len(FATES) - place))
        story.plan(min(at, latest), partial(_begin, story, place, fate))
    today.plan(story)
    board.plan(story)
    story.play()


def _days(end: datetime) -> list[datetime]:
    """The days on which people came: every day but Sundays, up to today."""
    back = (end - timedelta(days=ago) for ago in range(DAYS_BACK, -1, -1))
    return [day for day in back if day.isoweekday() != SUNDAY]


def _published(node: Node) -> list[Definition]:
    """What may be filed with; a trial in the room's folder is none of it."""
    return [node.whole(one) for one in node.catalogue.values() if node.status_of(one) == "published"]


def _begin(story: Story, place: int, fate: str) -> None:
    services = sorted(filter(_plain, _published(story.node)), key=lambda one: one.id)
    number = _file(story, services, place)
    if place % 4:  # the others wait for the police officer, who isn't there every day
        _confirm(story, number)
    if fate == "unsent":
        return
    story.carry()
    _go_on(story, number, _STEPS.get(fate, ()))


def _confirm(story: Story, number: str) -> None:
    """The police officer of the room confirms what waits for him; a room without one has nobody to."""
    with story.node.database.read() as tx:
        pending = applications.get(tx, number).state.confirmation.pending
    police = [one for one in officers.all_of(story.node) if one.rank == ranks.POLICE]
    if pending and police:
        confirmations.confirm(story.node, number, police[0], face_to_face=True, token=f"sample-confirm-{number}")


def _plain(service: Definition) -> bool:
    """Neither a composed service, which nobody decides by itself, nor one that is only taken as part of it."""
    return not service.service.get("parts") and not service.service.get("part_only")


def _go_on(story: Story, number: str, steps: Sequence[tuple[int, Act]]) -> None:
    """The next step some working hours later; nothing that would lie in the future happens."""
    if not steps:
        return
    (hours, act), rest = steps[0], steps[1:]
    wait = timedelta(minutes=20) if _is_done_on_the_spot(story, number) else timedelta(hours=hours)
    at = _working(datetime.fromisoformat(story.clock.now()) + wait)
    if at < story.end:
        story.plan(at, partial(_do, story, number, act, rest))


def _is_done_on_the_spot(story: Story, number: str) -> bool:
    """Whether the law gives no day for it (当场): such an application is decided while the person waits."""
    with story.node.database.read() as tx:
        limit = applications.get(tx, number).definition.service["time_limit"]["statutory"]
    return not limit["value"]


def _do(story: Story, number: str, act: Act, rest: Sequence[tuple[int, Act]]) -> None:
    act(story, number)
    story.carry()
    _go_on(story, number, rest)


def _working(at: datetime) -> datetime:
    """The moment itself in opening hours, else the next opening."""
    if at.hour >= CLOSES_H:
        at = (at + timedelta(days=1)).replace(hour=OPENS_H)
    at = at.replace(hour=max(at.hour, OPENS_H))
    return at + timedelta(days=1) if at.isoweekday() == SUNDAY else at


def _file(story: Story, services: Sequence[Definition], place: int) -> str:
    """Somebody new files the service whose turn it is, or the next one whose rules fit him and the day."""
    for definition in (*services[place % len(services) :], *services):
        answers = _somebody(story, definition, place)
        if answers is not None:
            break
    else:
        raise RuntimeError("no service takes any of its samples")
    answers, files = pages.with_files(story.node, answers, story.rng)
    return applications.file(
        story.node, definition.id, answers, token=f"sample-{place:04d}", materials=files, **CHANNELS[place % 2]
    ).number


def _somebody(story: Story, definition: Definition, place: int) -> dict[str, Any] | None:
    """A sample's answers as made-up people would give them on this day, or as they stand; None if both are refused."""
    judged_by = filings.context(story.node)
    samples = definition.samples["valid"]
    sample = samples[place % len(samples)]["answers"]
    varied = (made_up.vary(definition.schema, sample, story.rng) for _ in range(PEOPLE_TRIES))
    fitting = (given for given in (*varied, sample) if not check(definition, given, judged_by).problems)
    found = next(fitting, None)
    return None if found is None else dict(json.loads(json.dumps(found)))


def _accept(story: Story, number: str) -> None:
    review.opinions(story.centre, number)
    cases.accept(story.centre, number, actor=REVIEWER)


def _grant(story: Story, number: str) -> None:
    cases.decide(story.centre, number, actor=REVIEWER, result="granted")


def _refuse(story: Story, number: str) -> None:
    cases.decide(story.centre, number, actor=REVIEWER, result="refused", reason="经核查，申请人不符合办理条件。")


def _do_not_accept(story: Story, number: str) -> None:
    reason = "该事项不属于本机关职权范围，请向居住地公安机关申请。"
    cases.refuse(story.centre, number, actor=REVIEWER, reason=reason)


def _withdraw(story: Story, number: str) -> None:
    applications.withdraw(story.node, number, actor=DESK, reason="申请人改日再来办理")


def _request(story: Story, number: str) -> None:
    items = [
        Item("material", one["code"], one["name"], defect)
        for one, defect in zip(_wanted(story, number), DEFECTS, strict=False)
    ]
    cases.request_correction(story.centre, number, actor=REVIEWER, items=items)


def _wanted(story: Story, number: str) -> list[dict[str, Any]]:
    definition = cases.get(story.centre, number).definition
    return list(definition.service["materials"]) if definition else []


def _correct(story: Story, number: str) -> None:
    with story.node.database.read() as tx:
        answers = applications.get(tx, number).state.answers
    page = pages.page(story.node, story.rng, _wanted(story, number)[0]["code"])
    applications.answer_correction(story.node, number, answers, actor=DESK, materials=[page], note="已重新拍照")


def _arrive(story: Story, number: str) -> None:
    counter.arrive(story.node, number, DESK)


def _call(story: Story, number: str) -> None:
    counter.call(story.node, number, DESK)


def _hand(story: Story, number: str) -> None:
    """Some have come for their document, some haven't."""
    by = counter.police(story.node)
    if by is not None and int(number[-3:-1]) % 2:
        counter.hand(story.node, number, by)


def _pay(story: Story, number: str) -> None:
    counter.pay(story.node, number, DESK, settled=int(number[-3:-1]) % 2 == 1)


def _tell(story: Story, number: str) -> None:
    by = counter.police(story.node)
    if by is not None:
        counter.tell(story.node, number, by)


# fate -> what happens, each so many hours after what came before
_STEPS: dict[str, Sequence[tuple[int, Act]]] = {
    "granted": ((2, _pay), (5, _accept), (26, _grant), (20, _arrive), (2, _call), (22, _hand)),
    "refused": ((5, _accept), (26, _refuse)),
    "not_accepted": ((6, _do_not_accept),),
    "withdrawn": ((3, _withdraw),),
    "corrected": ((5, _request), (20, _correct)),
    "accepted": ((2, _pay), (4, _accept)),
    "told": ((1, _tell),),
    "correction": ((3, _request),),
}
