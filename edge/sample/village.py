"""The village in the sample data: ratings, cards that run out, needs, somebody who is missing, the rooms next door."""

from __future__ import annotations

import random
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge import applications, expiring, heads, identity, made_up, missing_people, needs, ratings, sms_outbox
from edge.expiring import Call
from edge.filings import context
from edge.node import Node, create_home, open_node
from edge.sample import pages
from forms import persons
from forms.answers import check
from forms.definition import Definition
from forms.kinds_people import GOOD_MIN
from sync.centre import cases, comparing, enrolment, sms

if TYPE_CHECKING:
    from edge.sample.story import Story

DESK, REVIEWER = "officer:weijianguo", "centre:lishenpi"
GRADES = (5, 5, 4, 5, 3, 5, 2, 5)
WAYS = ("kiosk", "phone", "paper")
# in how many days the identity card of somebody who came runs out
CARDS = (-12, 6, 25, 47, 80, 88)
NEEDS = (
    ("safety", "岩脚寨", "进寨路口没有路灯，晚上看不见", "visit", "doing", "已报镇里，下周来量线路"),
    ("care", "大坪村三组", "石家老人一个人住，想有人常去看看", "console", "", ""),
    ("paperwork", "大坪村一组", "返乡那几天人多，希望周日也能办证", "kiosk", "done", "腊月里周日照常开放"),
)
NEIGHBOURS = (("5224250018", "龙场镇岩脚警务室", 9, 8), ("5224250019", "石桥镇中心警务室", 14, 12))
SERVICE = "juzhu-dengji"
CALL_ME = {"words": "上午去了两次窗口都没有人", "callback": "19900000236"}


def plan(story: Story) -> None:
    """Ratings of the last days; at the end what runs out, who was told, and what the centre says of the others."""
    story.plan(story.end - timedelta(hours=3), lambda: _rate(story))
    story.plan(story.end, lambda: _village(story))
    story.plan(story.end, lambda: _neighbours(story))


def _rate(story: Story) -> None:
    node = story.node
    with node.database.read() as tx:
        closed = [head.number for head in heads.search(tx, state="closed", limit=30)]
        open_ = [number for number in closed if ratings.may_be_given(tx, number)]
    for place, number in enumerate(open_[: len(GRADES)]):
        how = WAYS[place % len(WAYS)]
        ratings.give(
            node,
            number,
            str(GRADES[place]),
            how=how,
            actor=DESK if how == "paper" else "citizen",
            token=f"sample-rating-{place:04d}",
            **(CALL_ME if GRADES[place] < GOOD_MIN else {}),
        )


def _village(story: Story) -> None:
    _look_at_cards(story)
    _tell(story)
    _needs(story.node)
    today = story.clock.today()
    notice = {
        "text": "罗奶奶，78 岁，身高一米五，穿蓝布衣、黑头帕，记性不好，可能说不清住在哪里",
        "place": "龙场镇集市公厕旁",
        "seen": f"{today} 08:20",
        "phone": "0857-0000000",
        "until": (story.end + timedelta(days=7)).date().isoformat(),
    }
    missing_people.announce(story.node, notice, actor=DESK, token="sample-missing-01")


def _look_at_cards(story: Story) -> None:
    """What stood on the cards of people who came themselves."""
    with story.node.database.read() as tx:
        opened = [applications.get(tx, head.number) for head in heads.search(tx, state="open", limit=30)]
    own = [one for one in opened if one.state.identity != "unverified" and _came(one)]
    for days, one in zip(CARDS, own, strict=False):
        until = (story.end + timedelta(days=days)).date().isoformat()
        applications.verify_identity(
            story.node,
            one.number,
            "officer",
            actor=DESK,
            document="id-card",
            until=until,
            token=f"sample-card-{one.number}",
        )


def _came(one: applications.Application) -> bool:
    return bool(persons.told(one.definition, one.state.answers)) and not one.state.parts


def _tell(story: Story) -> None:
    """One was told, one was not reached, one is written to."""
    node = story.node
    with node.database.read() as tx:
        found = expiring.listed(tx, node.clock.today())
        writable = [one for one in found if sms_outbox.phone_of(tx, one.number)]
    for place, (one, result) in enumerate(zip(writable, ("told", "not_reached"), strict=False)):
        call = Call(one.what, one.until, "phone", result)
        expiring.told(node, one.number, call, actor=DESK, token=f"sample-told-{place:04d}")
    for one in writable[-1:]:
        said = {"what": one.title, "day": one.until}
        sms_outbox.queue(node, one.number, expiring.TEMPLATE, one.about, said, actor=DESK, token="sample-sms-0001")


def _needs(node: Node) -> None:
    for place, (kind, village, what, how, _, _) in enumerate(NEEDS):
        needs.record(node, kind, what, how=how, actor=DESK, token=f"sample-need-{place:04d}", village=village)
    with node.database.read() as tx:
        known = {one.what: one.id for one in needs.opened(tx)}
    for place, (_, _, what, _, state, text) in enumerate(NEEDS):
        if state:
            needs.answer(node, known[what], state, text, actor=DESK, token=f"sample-need-answer-{place}")


def _neighbours(story: Story) -> None:
    """Two rooms of the same county, so that there is somebody to compare with; then the centre's word comes down."""
    for node_id, name, filed, closed in NEIGHBOURS:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            home = Path(folder) / "node"
            create_home(home, node_id, name)
            node = open_node(home, story.clock)
            stack.callback(node.close)
            _work(story, node, enrolment.enrol(story.centre, node_id, name, "http://127.0.0.1:8601"), filed, closed)
    comparing.compare(story.centre, story.clock.today()[:7])
    story.carry()
    sms.give(story.centre)


def _work(story: Story, node: Node, file: dict[str, Any], filed: int, closed: int) -> None:
    with node.database.write() as tx:
        identity.set_centre(tx, file)
    rng = random.Random(node.settings.node_id)  # noqa: S311 - the same people every time
    numbers = [_file(node, node.newest(SERVICE), rng, place) for place in range(filed)]
    story.carry(node)
    for number in numbers[:closed]:
        cases.accept(story.centre, number, actor=REVIEWER)
        cases.decide(story.centre, number, actor=REVIEWER, result="granted")
    for place, number in enumerate(numbers[: closed - 1]):
        ratings.give(
            node,
            number,
            str(GRADES[place % len(GRADES)]),
            how="kiosk",
            actor="kiosk",
            token=f"sample-rating-{node.settings.node_id}-{place}",
        )
    story.carry(node)


def _file(node: Node, definition: Definition, rng: random.Random, place: int) -> str:
    sample = definition.samples["valid"][0]["answers"]
    varied = made_up.vary(definition.schema, sample, rng)
    answers = sample if check(definition, varied, context(node)).problems else varied
    answers, files = pages.with_files(node, answers, rng)
    return applications.file(
        node,
        definition.id,
        answers,
        token=f"sample-{place:04d}",
        materials=files,
        channel="kiosk" if place % 3 else "console",
        actor="kiosk",
        identity="unverified",
    ).number
