"""The made-up people of the practice room, their papers, and what they have brought before the practice begins."""

import copy
import json
import random
import secrets
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from edge import applications, confirmations, filings, log, made_up, officers
from edge.officers import Officer
from edge.ranks import POLICE
from edge.sample import pages
from forms import events, persons, pointer
from forms.answers import check
from forms.definition import Definition

if TYPE_CHECKING:
    from edge.node import Node

SEED: Final = 62
CENTRE: Final = "centre:practice"
SUBMISSION: Final = "practice-{}"
COLLEAGUE: Final = Officer("lianxi-minjing", "罗明（练习）", ("review", "deliver"), POLICE)
TO_HAND: Final = "shenfenzheng-huanling"  # its card waits to be handed over
_BORN: Final = (
    ("王秀梅", "女", date(1966, 3, 12), "大坪村三组17号"),
    ("石永福", "男", date(1968, 11, 8), "大坪村一组4号"),
    ("古丽娜尔·玉素甫", "女", date(1991, 7, 2), "老水井旁第二家"),
    ("罗老满", "男", date(1941, 5, 20), "大枫树下"),
    ("杨小燕", "女", date(1999, 12, 1), "大坪村五组（小学对面）"),
    ("𠮷国栋", "男", date(1985, 9, 30), "大坪村二组9号"),
)
PAPERS: Final = {"zhusuo": "住所证明", "hukou": "居民户口簿", "weituo": "委托书"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody made up, as his practice card says it; `number` has a right check digit."""

    name: str
    sex: str
    number: str
    phone: str
    address: str


def people() -> list[Person]:
    """Always the same ones. The last digit but one says the sex, as on a real card."""
    rng = random.Random(SEED)  # noqa: S311 - the same people every time
    return [Person(name, sex, _number(rng, born, sex), made_up.phone(rng), home) for name, sex, born, home in _BORN]


def _number(rng: random.Random, born: date, sex: str) -> str:
    while True:
        number = made_up.identity_number(rng, born)
        if (int(number[16]) % 2 == 1) == (sex == "男"):
            return number


def settle(node: "Node") -> None:
    """What the practice begins with: a colleague, and a card that was applied for and granted."""
    officers.add(
        node, COLLEAGUE.account, COLLEAGUE.name, secrets.token_urlsafe(), posts=COLLEAGUE.posts, rank=COLLEAGUE.rank
    )  # whom nobody can log in as
    given = _answers(node, node.newest(TO_HAND), people()[1])
    answers, files = pages.with_files(node, given, random.Random(SEED))  # noqa: S311 - drawn pages
    filed = applications.file(
        node,
        TO_HAND,
        answers,
        token=SUBMISSION.format("to-hand"),
        channel="console",
        actor=COLLEAGUE.actor,
        materials=files,
        identity="officer",
    )
    with node.database.read() as tx:
        state = applications.get(tx, filed.number).state
    if state.confirmation.pending:
        confirmations.confirm(node, filed.number, COLLEAGUE, face_to_face=True, token=SUBMISSION.format("confirmed"))
    if state.phase == "received":
        for kind, body in (("application.accepted", {}), ("application.decided", {"result": "granted"})):
            _centre_says(node, filed.number, kind, body)


def _answers(node: "Node", definition: Definition, person: Person) -> dict[str, Any]:
    """The first sample that this person may give today. Raises RuntimeError where the service takes none."""
    judged_by, places = filings.context(node), persons.places(definition)
    said = {"name": person.name, "idNumber": person.number, "phone": person.phone}
    for sample in definition.samples["valid"]:
        answers = copy.deepcopy(sample["answers"])
        for word in said.keys() & places.keys():
            pointer.put(answers, places[word], said[word])
        if not check(definition, answers, judged_by).problems:
            found: dict[str, Any] = json.loads(json.dumps(answers))
            return found
    raise RuntimeError(f"no sample of {definition.id} fits")


def _centre_says(node: "Node", number: str, kind: str, body: dict[str, Any]) -> None:
    """A made-up centre decides: written as it would come down, signed by nobody."""
    with node.database.write() as tx:
        before, seen = log.head(tx, "centre"), log.head(tx)
        event = events.seal(
            seq=before.seq + 1,
            epoch=1,
            id=f"{before.seq + 1:032x}",
            application=number,
            kind=kind,
            at=node.clock.now(),
            centre_at="",
            ticks=0,
            actor=CENTRE,
            seen=str(seen),
            body=events.canonical(body),
            salt=bytes(events.SALT_BYTES),
            prev=before.digest,
        )
        applications.apply_down(tx, [event])


def paper(name: str) -> bytes:
    """A drawn page to hand in, as JPEG; it says that it is practice. KeyError for one that is none."""
    return pages.sheet(random.Random(PAPERS[name]), "LIANXI")  # noqa: S311 - drawn lines
