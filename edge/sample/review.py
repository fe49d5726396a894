"""The reviewers' desk of the demonstration: an application that waits for a second opinion, one whose clock
stands still for a hearing, one that a reviewer has taken on; and the account of the department that is asked.
"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from edge import applications, confirmations, officers, ranks
from edge.sample import pages
from sync.centre import cases, claims, deciding, desks, guards
from sync.centre.desks import Duty

if TYPE_CHECKING:
    from edge.sample.story import Story
    from sync.centre.centre import Centre

REVIEWER: Final = "centre:lishenpi"
DEPARTMENT: Final = "centre:yangminzong"
DESK: Final = "officer:weijianguo"
NATION, EVENT = "minzu-biangeng", "daxing-huodong"


def give_duties(centre: Centre) -> None:
    """The department writes its opinions and decides nothing."""
    with centre.store.write() as tx:
        desks.give(tx, "yangminzong", [Duty("opinion", desk="民族事务")])


def plan(story: Story) -> None:
    """Two applications of the last week, each as far as it has come; and one on somebody's desk."""
    story.plan(_at(story, 6), partial(_file, story, NATION, _without_opinion, _asked))
    story.plan(_at(story, 5), partial(_file, story, EVENT, lambda _: True, _heard))
    story.plan(story.end, partial(_take_one, story))


def _at(story: Story, days: int) -> Any:
    return (story.end - timedelta(days=days)).replace(hour=10, minute=20)


def _without_opinion(answers: dict[str, Any]) -> bool:
    return bool(answers.get("opinion", {}).get("have") == "no")


def _file(story: Story, service: str, fits: Any, then: Any) -> None:
    """The first sample that fits, taken in at the desk, confirmed and carried to the centre."""
    definition = story.node.newest(service)
    samples = [one["answers"] for one in definition.samples["valid"] if fits(one["answers"])]
    answers, files = pages.with_files(story.node, json.loads(json.dumps(samples[0])), story.rng)
    number = applications.file(
        story.node,
        service,
        answers,
        token=f"sample-review-{service}",
        materials=files,
        channel="console",
        actor=DESK,
        identity="officer",
    ).number
    police = next((one for one in officers.all_of(story.node) if one.rank == ranks.POLICE), None)
    if police is not None:
        confirmations.confirm(story.node, number, police, face_to_face=True, token=f"sample-review-confirm-{service}")
    story.carry()
    story.plan(_at(story, 4).replace(hour=15), partial(then, story, number))


def _asked(story: Story, number: str) -> None:
    """The county's department has agreed; the city's has not said anything yet."""
    said = "申请人未满十八周岁，生父为该民族，材料属实，拟同意变更。"
    deciding.give_opinion(story.centre, number, actor=DEPARTMENT, step="county_opinion", outcome="agreed", text=said)
    story.carry()


def _heard(story: Story, number: str) -> None:
    """Accepted; then somebody whom it touches asks for a hearing."""
    cases.accept(story.centre, number, actor=REVIEWER)
    reason = "活动地点周边住户申请听证，依法组织听证。"
    deciding.begin_procedure(story.centre, number, actor=REVIEWER, procedure="hearing", reason=reason)
    story.carry()


def _take_one(story: Story) -> None:
    """What the reviewer was about to do stands on his desk."""
    with story.centre.store.write() as tx:
        for number in desks.open_numbers(tx, 1):
            claims.take(tx, number[:10], number, REVIEWER.partition(":")[2], story.clock.now())


def opinions(centre: Centre, number: str) -> None:
    """The department agrees to everything that a service asks it for, one step after the other."""
    for step in guards.asked_of(cases.get(centre, number)):
        deciding.give_opinion(centre, number, actor=DEPARTMENT, step=step.code, outcome="agreed", text="同意。")
