"""What can happen in a seed of the simulator: the steps of people and machines, and the fates of envelopes."""

import hashlib
import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from edge import applications, heads, materials, projections
from edge.errors import Refused, YizhanError, problem
from forms.lifecycle import Item
from forms.state import State
from sync.centre import cases, projection
from sync.coding import library
from tests.service_for_tests import answers
from tests.simulator_disasters import Disasters
from tests.simulator_images import Images
from tests.simulator_sticks import Sticks
from tests.simulator_world import (
    MATERIAL_BYTES_MAX,
    NODES,
    PLACES,
    Air,
    Killed,
    Laptop,
    answer_of,
)

NAMES = ("王秀梅", "李国强", "欧阳春", "尼玛次仁", "陈堃", "吴𠮷")
REVIEWERS = ("centre:li.na", "centre:zhao.min")
FATES = {
    "arrives": 46, "request lost": 7, "answer lost": 8, "request late": 7, "request doubled": 6, "request spoiled": 4,
    "answer spoiled": 5, "answer cut": 3, "old answer": 4, "answer of another": 2, "centre busy": 2, "meanwhile": 12,
}  # fmt: skip  # a table
STEPS = {
    "send": 40, "file": 22, "act at the room": 12, "review": 20, "again": 5, "late arrival": 7, "restart": 3,
    "restart centre": 2, "clock": 4, "rebuild": 2,
    "old copy": 6, "second machine": 2, "replacement": 2, "copy of the centre": 6,
    "stick out": 4, "stick at the centre": 4, "stick home": 3, "stick spoiled": 1, "old stick": 1,
}  # fmt: skip  # a table
LENGTHS = {4: 30, 8: 35, 12: 25, 24: 10}  # steps of a story, and of how many in a hundred
KILLS = 0.15


@dataclass
class Act:
    """An act of a reviewer that he was told is done, and which entries of the history held at that moment."""

    node_id: str
    number: str
    event: str
    effective: frozenset[str]


class Story(Sticks, Disasters):
    """The state of one seed. `done` counts what happened."""

    def __init__(self, images: Images, rng: random.Random, trace: list[str]) -> None:
        self.images, self.rng, self._lines = images, rng, trace
        self.centre, self.fuse = images.centre, images.fuse
        self.fuse.armed = ""
        images.lay_out("fresh" if rng.random() < 0.1 else "enrolled")
        library.PACKAGED = images.codebooks if rng.random() < 0.15 else images.no_codebooks
        self.laptops = [self._laptop(node_id) for node_id in NODES[: 1 + (rng.random() < 0.4)]]
        self.acts: list[Act] = []
        self.length = rng.choices(list(LENGTHS), LENGTHS.values())[0]
        self._begin_disasters()
        self.done: Counter[str] = Counter()
        self._late: list[tuple[str, bytes]] = []
        self._answers: list[tuple[str, bytes]] = []
        self._depth = self._count = 0
        self._calm = False
        self._stick = images.base / "stick"
        self._stick.mkdir()
        self.thorough = rng.random() < 0.125

    def _laptop(self, node_id: str) -> Laptop:
        laptop = Laptop(self.images.base / node_id, node_id, self.fuse)
        laptop.link = Air(self._carry, laptop)
        laptop.time.wrong = self._wrong()
        laptop.start()
        return laptop

    def close(self) -> None:
        self.fuse.armed = ""
        for laptop in self.laptops:
            laptop.die()
        self.images.centre_dies()
        library.PACKAGED = self.images.codebooks
        for name in ("copy", "stick", "old stick", "centre copy"):
            shutil.rmtree(self.images.base / name, ignore_errors=True)

    # --- one step

    def step(self) -> None:
        """Something happens, and perhaps a process dies of it."""
        self._pass(self.rng.choice((0.5, 3, 40, 4000)))
        if self.rng.random() < KILLS:
            self.fuse.armed = self.rng.choice(PLACES)
        self._do(self.rng.choices(list(STEPS), STEPS.values())[0])
        self.fuse.armed = ""

    def _do(self, name: str) -> None:
        laptop = self.rng.choice(self.laptops)
        step: Callable[[Laptop], str] = getattr(self, "_" + name.replace(" ", "_"))
        try:
            said = self._recover(laptop) if laptop.renewing else step(laptop)
        except YizhanError as error:
            said = error.code
        except Killed as killed:
            said = f"killed: {killed}"
            self._after_death(laptop, str(killed))
        self.done[name] += 1
        self._note(f"{laptop.home.name} {name}: {said}")

    def _after_death(self, laptop: Laptop, place: str) -> None:
        self.done["killed"] += 1
        if place.startswith("centre"):
            self.images.centre_dies()
        else:
            laptop.restart()

    def _note(self, line: str) -> None:
        self._lines.append(line)

    def _pass(self, seconds: float) -> None:
        for times in (self.images.centre_time.time, *(laptop.time for laptop in self.laptops)):
            times.passed += timedelta(seconds=seconds)

    def _token(self) -> str:
        self._count += 1
        return f"token-{self._count:06d}"

    # --- people at the room

    def _file(self, laptop: Laptop) -> str:
        token = self._token()
        laptop.ledger.unsure.add(token)
        return self._send_form(laptop, token)

    def _send_form(self, laptop: Laptop, token: str) -> str:
        """Fill in and send; the form of a token is always the same."""
        rng = random.Random(token)
        node = laptop.node
        given = [self._photo(laptop, rng)] if rng.random() < 0.4 else []
        filled = answers(rng.choice(NAMES), lost=True) if rng.random() < 0.2 else answers(rng.choice(NAMES))
        filed = applications.file(
            node, "ceshi-dengji", filled, token=token, channel="console", actor="officer:li.guoqing", materials=given
        )
        laptop.ledger.numbers[token] = filed.number
        laptop.ledger.unsure.discard(token)
        if laptop.ledger.perhaps.get(token) == filed.number:  # it is back
            del laptop.ledger.perhaps[token]
        return filed.number

    def _photo(self, laptop: Laptop, rng: random.Random) -> materials.Material:
        size = MATERIAL_BYTES_MAX + 1 if rng.random() < 0.15 else rng.choice((200, 3_000, 9_000, 25_000))
        data = b"%PDF-1.4" + hashlib.shake_128(rng.randbytes(8)).digest(size - 8)
        with laptop.node.database.write() as tx:  # no picture: each would be re-encoded by a process of its own
            held = materials.put(tx, data, "application/pdf", "证明.pdf", "proof")
        laptop.ledger.photos[held.sha256] = data
        return held

    def _again(self, laptop: Laptop) -> str:
        """The kiosk sends a form again that it has sent before, whatever became of it."""
        tokens = sorted({*laptop.ledger.numbers, *laptop.ledger.unsure, *laptop.ledger.perhaps})
        if not tokens:
            return "nothing yet"
        token = self.rng.choice(tokens)
        told = laptop.ledger.numbers.get(token)
        number = self._send_form(laptop, token)
        return "the same" if told in (number, None) else f"{told} became {number}"

    def _act_at_the_room(self, laptop: Laptop) -> str:
        """Something is done with an application that is not closed, as the console offers it."""
        with laptop.node.database.read() as tx:
            found = applications.search(tx, state="open", limit=50)
            state = heads.state_of(tx, self.rng.choice(found).number) if found else None
        if state is None:
            return "nothing open"
        if state.correction is not None and self.rng.random() < 0.7:
            filled = answers(self.rng.choice(NAMES), phone="0851-6222110")
            filled["applicant"]["phone"] = filled.pop("phone")
            applications.answer_correction(
                laptop.node, state.number, filled, actor="officer:li.guoqing", token=self._token()
            )
            return "answered"
        return self._simple_act(laptop, state)

    def _simple_act(self, laptop: Laptop, state: State) -> str:
        act = self.rng.choice(("verify", "verify", "add", "add", "withdraw"))
        token = self._token()
        if act == "verify":
            applications.verify_identity(laptop.node, state.number, "officer", actor="officer:li.guoqing", token=token)
        elif act == "withdraw":
            applications.withdraw(laptop.node, state.number, actor="officer:li.guoqing", token=token)
        else:
            photo = self._photo(laptop, self.rng)
            applications.add_material(laptop.node, state.number, photo, actor="officer:li.guoqing", token=token)
        return act

    # --- people at the centre

    def _review(self, laptop: Laptop) -> str:
        """A reviewer acts on an application of this room as he has seen it, or as it was a while ago."""
        with self.centre.store.read() as tx:
            numbers = self._at_centre(tx, laptop.node_id)
        if not numbers:
            return "nothing there"
        number, actor = self.rng.choice(numbers), self.rng.choice(REVIEWERS)
        case = cases.get(self.centre, number)
        possible = sorted(cases.possible_acts(case, actor)) or ["decide"]
        act = self.rng.choice(possible)
        self._acts_on_a_shaken_room(laptop.node_id)
        try:
            done = self._judge(number, act, actor, case.version)
        except Killed as killed:
            self.done["act without an answer"] += "after commit" in str(killed)
            raise
        event = done.state.history
        effective = frozenset(entry.id for entry in event if entry.effective)
        last = [entry.id for entry in event if entry.side == "centre"][-1]
        self.acts.append(Act(laptop.node_id, number, last, effective))
        return act

    def _at_centre(self, tx: object, node_id: str) -> list[str]:
        found = tx.exec_driver_sql("SELECT number FROM application WHERE node_id = ? ORDER BY number", (node_id,))
        return [row[0] for row in found]

    def _judge(self, number: str, act: str, actor: str, seen: str) -> cases.Case:
        who = {"actor": actor, "seen": seen}
        if act == "accept":
            return cases.accept(self.centre, number, **who)
        if act == "refuse":
            return cases.refuse(self.centre, number, reason="材料不属实", **who)
        if act == "correct":
            item = Item("field", "/applicant/phone", "联系电话", "请补填联系电话")
            return cases.request_correction(self.centre, number, items=[item], reason="仍缺联系电话", **who)
        return cases.decide(self.centre, number, result=self.rng.choice(("granted", "refused")), reason="依法", **who)

    # --- machines

    def _send(self, laptop: Laptop) -> str:
        report = laptop.push.round()
        return f"{report.sent} up {report.received} down {report.problem.code if report.problem else report.note}"

    def _restart(self, laptop: Laptop) -> str:
        if self.rng.random() < 0.5:
            laptop.node.close()
            laptop.start()
        else:
            laptop.restart()
        return "up"

    def _restart_centre(self, _laptop: Laptop) -> str:
        self.images.centre_dies()
        return "up"

    def _wrong(self) -> timedelta:
        hours = self.rng.choice((0, 0, 0, 1, -1, 24 * 3650, -24 * 3650, -24 * 90))
        return timedelta(hours=hours)

    def _clock(self, laptop: Laptop) -> str:
        laptop.time.wrong = self._wrong()
        return str(laptop.time.wrong)

    def _rebuild(self, laptop: Laptop) -> str:
        with laptop.node.database.write() as tx:
            count = projections.rebuild(tx).applications
        with self.centre.store.write() as tx:
            projection.rebuild(tx, self.centre, laptop.node_id)
        return str(count)

    # --- the air

    def _late_arrival(self, _laptop: Laptop) -> str:
        """An envelope that was given up by its sender comes all the same."""
        if not self._late:
            return "none"
        place, body = self._late.pop(self.rng.randrange(len(self._late)))
        try:
            answer_of(self.centre, place, body)
        except YizhanError as error:
            return str(error.code)
        finally:
            self._look_for_a_fork([body])
        return "taken"

    def _carry(self, laptop: Laptop, place: str, body: bytes) -> bytes:
        """One envelope's way to the centre and its answer's way back."""
        self.fuse.reach("node sends")
        self._pass(self.rng.choice((0.2, 1, 5)))
        fate = "arrives" if self._calm else self.rng.choices(list(FATES), FATES.values())[0]
        self.done[fate] += 1
        self._note(f"  {fate}")
        answer = self._fates[fate](self, laptop, place, body)
        self.fuse.reach("node hears")
        return answer

    def _arrives(self, _laptop: Laptop, place: str, body: bytes) -> bytes:
        try:
            answer = answer_of(self.centre, place, body)
        except Killed as killed:
            if not str(killed).startswith("centre"):
                raise
            self.done["killed"] += 1
            self._note(f"  killed: {killed}")
            self.images.centre_dies()
            raise problem("centre_unreachable") from killed
        self._answers.append((place, answer))
        return answer

    def _request_lost(self, _laptop: Laptop, _place: str, _body: bytes) -> bytes:
        raise problem("centre_unreachable")

    def _answer_lost(self, laptop: Laptop, place: str, body: bytes) -> bytes:
        self._arrives(laptop, place, body)
        raise problem("centre_unreachable")

    def _request_late(self, _laptop: Laptop, place: str, body: bytes) -> bytes:
        self._late.append((place, body))
        raise problem("centre_unreachable")

    def _request_doubled(self, laptop: Laptop, place: str, body: bytes) -> bytes:
        first, second = self._arrives(laptop, place, body), self._arrives(laptop, place, body)
        self._late.append((place, body))
        return self.rng.choice((first, second))

    def _request_spoiled(self, laptop: Laptop, place: str, body: bytes) -> bytes:
        return self._arrives(laptop, place, self._spoiled(body))

    def _answer_spoiled(self, laptop: Laptop, place: str, body: bytes) -> bytes:
        return self._spoiled(self._arrives(laptop, place, body))

    def _spoiled(self, body: bytes) -> bytes:
        """A flipped bit in what is sealed or in a signature; the lengths of both hang on the seal's own chance."""
        at = self.rng.choice((40, len(body) - 100, len(body) - 20))
        return body[:at] + bytes([body[at] ^ 1 << self.rng.randrange(8)]) + body[at + 1 :]

    def _answer_cut(self, laptop: Laptop, place: str, body: bytes) -> bytes:
        answer = self._arrives(laptop, place, body)
        return answer[: self.rng.choice((0, 30, len(answer) - 1))]

    def _old_answer(self, laptop: Laptop, place: str, body: bytes) -> bytes:
        """A box on the way gives back what it kept."""
        mine = [answer for key, answer in self._answers if key == place]
        if self.rng.random() < 0.5:
            self._arrives(laptop, place, body)
        if not mine:
            raise problem("centre_unreachable")
        return self.rng.choice(mine)

    def _answer_of_another(self, _laptop: Laptop, place: str, _body: bytes) -> bytes:
        others = [answer for key, answer in self._answers if key != place]
        if not others:
            raise problem("centre_unreachable")
        return self.rng.choice(others)

    def _centre_busy(self, _laptop: Laptop, _place: str, _body: bytes) -> bytes:
        raise problem("centre_fault", detail=503)

    def _meanwhile(self, laptop: Laptop, place: str, body: bytes) -> bytes:
        """People and other processes go on while an envelope is in the air, before it arrives or behind it."""
        before = self.rng.random() < 0.5
        if before:
            self._interlude(laptop)
        answer = self._arrives(laptop, place, body)
        if not before:
            self._interlude(laptop)
        return answer

    def _interlude(self, laptop: Laptop) -> None:
        if self._depth:
            return
        self._depth += 1
        try:
            steps = (self._file, self._act_at_the_room, self._review, self._send, self._late_arrival)
            step = self.rng.choice((self._review, self._late_arrival) if laptop.renewing else steps)
            self._note(f"  meanwhile {step.__name__}: {self._said(step, laptop)}")
        finally:
            self._depth -= 1

    def _said(self, step: Callable[[Laptop], str], laptop: Laptop) -> str:
        try:
            return step(laptop)
        except YizhanError as error:
            return str(error.code)
        except Refused as error:
            return str(error)

    # --- the quiet end

    def settle(self) -> None:
        """Everything runs, nothing is lost any more, and what was late comes now."""
        self._calm = True
        while self._late:
            self._note(f"late: {self._late_arrival(self.laptops[0])}")
        for laptop in self.laptops:
            if laptop.renewing:
                self._note(f"{laptop.home.name} {self._recover(laptop)}")

    def quiet(self) -> None:
        """All rooms carry over their links."""
        for laptop in self.laptops:
            self._drain(laptop)

    def _drain(self, laptop: Laptop) -> None:
        """Once has to be enough, unless something went wrong; where a disk went back there is more to be told."""
        for _ in range(3):
            report = laptop.push.drain(40)
            self._note(f"{laptop.home.name} drains: {report.problem}")
            if report.problem is None and not (self.went_back or laptop.put_back):
                break


Story._fates = {fate: getattr(Story, "_" + fate.replace(" ", "_")) for fate in FATES}
