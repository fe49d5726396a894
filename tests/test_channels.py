"""Channel-neutral: the same answers through kiosk, console, HTTP API and import are stored and judged alike."""

import json
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from conftest import FixedClock, make_home
from desk_app import Desk, add_officer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from kiosk_app import SECRET, Citizen, jpeg

from edge import applications, drafts, filings, heads, log, materials, web, web_node, wholes
from edge.api import key
from edge.api import routes as api
from edge.errors import Refused
from edge.node import Node, open_node
from edge.prints import pages
from edge.staff import screens as console
from edge.status import routes as status
from edge.web_filters import fid
from forms import events, page, pointer, sampling
from forms.definition import PACKAGED, Definition, load, service_files
from forms.formal import formal
from forms.page import Control
from forms.state import Material
from kiosk import screens as kiosk
from tests import programs

KIOSK_ONLY = {"jubao-tousu", "anquan-qiuzhu"}  # sealed, or never written down: no other channel takes them
SERVICES = {one.id: one for one in map(load, service_files(PACKAGED)) if one.id not in KIOSK_ONLY}
EVERY_DAY = (
    "juzhu-dengji",
    "jingwai-zhusu",
    "chuzu-fangwu",
    "shenfenzheng-buling",
    "daxing-huodong",
    "xinshenger-chusheng",
)
ROUNDS_MAX = 6
EXAMPLES = int(os.environ.get("YIZHAN_EXAMPLES", "3"))
Problems = list[tuple[str, str, str]]


@dataclass(frozen=True)
class Outcome:
    """What a channel made of answers: the bytes in the log, those of its parts behind them, or what is wrong."""

    bodies: tuple[bytes, ...] = ()
    problems: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Room:
    """A node with all of its screens in one program, and a photograph that its materials hold."""

    node: Node
    app: Any
    photo: Material
    secret: str

    def reference(self) -> str:
        return materials.REFERENCE + self.photo.sha256


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory):
    node = open_node(make_home(tmp_path_factory.mktemp("channels") / "home"), FixedClock())
    add_officer(node)
    app = web.make_app(
        "node", secret=SECRET, title="驿站", areas={"/console": "console", "/kiosk": "kiosk", "/s": "phone"}
    )
    web_node.put(app, node)
    for part in (console, kiosk, status, api, pages):
        part.install(app)
    yield Room(node, app, materials.store(node, jpeg(), "照片.jpg", "test", "/photo"), key.ensure(node.settings.home))
    node.close()


# --- the four channels


def by_program(room: Room, service: str, raw: dict[str, Any]) -> Outcome:
    body = {"service": service, "answers": raw, "token": secrets.token_urlsafe()}
    with room.app.test_client() as client:
        answer = client.post("/api/v1/applications", json=body, headers={"Authorization": f"Bearer {room.secret}"})
    if answer.status_code == 422:
        return Outcome(problems=tuple((one["path"], one["keyword"], one["message"]) for one in answer.json["problems"]))
    assert answer.status_code == 201, answer.text
    return Outcome(stored(room.node, answer.json["number"]))


def by_import(room: Room, service: str, raw: dict[str, Any]) -> Outcome:
    try:
        filed = applications.file(
            room.node, service, raw, token=secrets.token_urlsafe(), channel="import", actor="import"
        )
    except Refused as refused:
        return Outcome(problems=triples(refused.problems))
    return Outcome(stored(room.node, filed.number))


def by_kiosk(room: Room, service: str, raw: dict[str, Any]) -> Outcome:
    """Page after page through the real screens, again and again until nothing that was posted changes anything."""
    citizen = Citizen(room.app)
    citizen.get(f"/kiosk/service/{service}")
    citizen.press(f"/kiosk/service/{service}/start")
    address = citizen.path.rpartition("/")[0]
    held = held_draft(room, address.rpartition("/")[2])

    def post() -> None:
        for at in page.visible_pages(SERVICES[service], held_draft(room, held.id).data):
            assert citizen.post(f"{address}/{at}", form(room, held.id, raw, at)).status_code == 303

    settle(room, held.id, post)
    faults = said(citizen.get(f"{address}/check")) if refused_draft(room, held.id) else []
    problems = refused_draft(room, held.id)
    assert citizen.post(f"{address}/file").status_code == 303
    if problems:
        assert faults, "the kiosk refuses and doesn't say why"
        assert set(faults) <= seen(problems)
        return Outcome(problems=triples(problems))
    return Outcome(stored(room.node, filed_number(room, held.token)))


def by_console(room: Room, service: str, raw: dict[str, Any]) -> Outcome:
    desk = Desk(room.app)
    address = desk.done("/console/receive", {"service": service})
    held = held_draft(room, address.rpartition("/")[2])

    def post() -> None:
        data: dict[str, Any] = {"act": "save"}
        for at in page.visible_pages(SERVICES[service], held_draft(room, held.id).data):
            one = form(room, held.id, raw, at)
            data |= one if "_add" not in data else {k: v for k, v in one.items() if k != "_add"}
        desk.done(address, data)

    settle(room, held.id, post)
    problems = refused_draft(room, held.id)
    if not problems:
        assert "/receipt" in desk.done(f"{address}/file")
        return Outcome(stored(room.node, filed_number(room, held.token)))
    assert desk.done(f"{address}/file").endswith("check=1")
    official = refused_draft(room, held.id, formal)  # the same faults, in the words of the office
    assert [(one.path, one.keyword) for one in official] == [(one.path, one.keyword) for one in problems]
    assert said(desk.text(f"{address}?check=1")) == [(fid(one.path), one.message) for one in official]
    return Outcome(problems=triples(problems))


def held_draft(room: Room, draft: str) -> drafts.Draft:
    with room.node.database.read() as tx:
        owner = tx.execute("SELECT owner FROM draft WHERE id = ?", (draft,)).fetchone()["owner"]
    return drafts.get(room.node, draft, owner)


def settle(room: Room, draft: str, post: Any) -> None:
    """What the citizen answers may open further questions: post until the draft stands still."""
    held = held_draft(room, draft)
    drafts.attach(room.node, held, room.photo)
    for _ in range(ROUNDS_MAX):
        before = held_draft(room, draft).data
        post()
        if held_draft(room, draft).data == before:
            return
    raise AssertionError("the draft never stood still")


def refused_draft(room: Room, draft: str, words: Callable[[Definition], Definition] = lambda one: one) -> list[Any]:
    """What filing this draft would be refused for."""
    held = held_draft(room, draft)
    judged_by = filings.context(room.node)
    return list(wholes.check(room.node, words(SERVICES[held.service]), held.data, judged_by).problems)


def filed_number(room: Room, token: str) -> str:
    with room.node.database.read() as tx:
        filed = filings.of_token(tx, token)
    assert filed is not None
    return filed.number


def stored(node: Node, number: str) -> tuple[bytes, ...]:
    """The answers of an application as the log gives them, those with a term of their own too; and of its parts."""
    with node.database.read() as tx:
        filed = next(one for _, one in log.of_application(tx, number) if one.kind == "application.filed")
        numbers = [number, *(part["number"] for part in json.loads(filed.body).get("parts", ()))]
        return tuple(events.canonical(heads.state_of(tx, one).answers) for one in numbers)


def triples(problems: Any) -> tuple[tuple[str, str, str], ...]:
    return tuple((one.path, one.keyword, one.message) for one in problems)


def seen(problems: Any) -> set[tuple[str, str]]:
    return {(fid(one.path), one.message) for one in problems}


def said(html: str) -> list[tuple[str, str]]:
    """The summary of faults of a page: (place, sentence)."""
    box = re.search(r'<section class="faults".*?</section>', html, re.DOTALL)
    found = re.findall(r'<li><a href="#([^"]*)">(.*?)</a>', box[0], re.DOTALL) if box else []
    return [(unescape(place), unescape(sentence)) for place, sentence in found]


# --- answers as a browser posts them


def form(room: Room, draft: str, raw: dict[str, Any], at: int) -> dict[str, Any]:
    """The fields of one page as somebody with these answers fills them in; a button for a row that is missing."""
    definition, data = SERVICES[held_draft(room, draft).service], held_draft(room, draft).data
    found = page.controls(definition, data, at)
    fields: dict[str, Any] = {}
    for leaf in page.leaves(found):
        if not leaf.read_only and (value := pointer.get(raw, leaf.path, None)) is not None:
            fields |= typed(leaf, value)
    short = [one.path for one in lists(found) if len(one.items) < len(pointer.get(raw, one.path, None) or ())]
    return fields | ({"_add": short[0]} if short else {})


def lists(found: list[Control]) -> list[Control]:
    return [
        one for control in found for one in ([control] if control.kind == "list" else lists(list(control.children)))
    ]


def typed(leaf: Control, value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {leaf.path: [str(one) for one in value]}
    if isinstance(value, bool):
        return {leaf.path: "true" if value else "false"}
    partial = "precision" in leaf.attributes and all(part.isdecimal() for part in value.split("-"))
    if leaf.kind == "date" and (value.count("-") == len("ymd") - 1 or partial):  # else no three boxes can hold it
        return {f"{leaf.path}/{part}": box for part, box in zip("ymd", [*value.split("-"), "", ""], strict=False)}
    return {leaf.path: str(value)}


# --- made-up answers, right and wrong


def bases(definition: Definition) -> list[dict[str, Any]]:
    """The samples of the file, wrong ones too, and what the generator makes of the form."""
    kept = [one["answers"] for kind in ("valid", "invalid") for one in definition.samples.get(kind, ())]
    return [*kept, sampling.accepted(definition)]


def wide(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if one.isdigit() and one.isascii() else one for one in text)


def next_digit(text: str) -> str:
    """The last digit one further: a check digit that is wrong, a village that is another."""
    return text[:-1] + str((int(text[-1]) + 1) % 10) if text[-1:].isascii() and text[-1:].isdigit() else text + "9"


TEXTS = (
    wide,
    next_digit,
    lambda _: "",
    lambda _: "   ",
    lambda text: f"  {text}　",
    lambda text: text.lower(),
    lambda text: text[:2] + " " + text[2:],
    lambda _: "阿布都·𠮷",
    lambda _: "阿布都•𠮷",
    lambda _: "x" * 200,
)


def places(value: Any, place: str = "") -> list[str]:
    """The pointers of all values that hold no others."""
    if isinstance(value, dict) and value:
        return [one for name, inner in value.items() for one in places(inner, f"{place}/{pointer.encode(name)}")]
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return [one for at, inner in enumerate(value) for one in places(inner, f"{place}/{at}")]
    return [place] if place else []


@st.composite
def answers_of(draw: st.DrawFn, definition: Definition) -> dict[str, Any]:
    """A set of answers, what another set says beside it (much of that hidden now), and a few mistakes."""
    known = st.sampled_from(bases(definition))
    raw: dict[str, Any] = json.loads(json.dumps(draw(known)))
    if draw(st.booleans()):
        other = draw(known)
        for place in places(other):
            if not re.search(r"/\d+(/|$)", place) and pointer.get(raw, place, None) is None:
                put(raw, place, pointer.get(other, place))
    for _ in range(draw(st.integers(0, 3))):
        if found := places(raw):
            mistake(draw, raw, draw(st.sampled_from(found)))
    return raw


def put(raw: dict[str, Any], place: str, value: Any) -> None:
    above = pointer.get(raw, pointer.parent(place), {})
    if isinstance(above, dict):
        pointer.put(raw, place, json.loads(json.dumps(value)))


def mistake(draw: st.DrawFn, raw: dict[str, Any], place: str) -> None:
    value = pointer.get(raw, place)
    if draw(st.integers(0, 3)) == 0:
        if not re.search(r"/\d+$", place):
            pointer.remove(raw, place)
    elif isinstance(value, bool):
        pointer.put(raw, place, not value)
    elif isinstance(value, int | float):
        pointer.put(raw, place, draw(st.sampled_from((0, -1, 999, 1.5))))
    elif isinstance(value, str) and not value.startswith(materials.REFERENCE):
        pointer.put(raw, place, draw(st.sampled_from(TEXTS))(value))


def with_photo(room: Room, value: Any) -> Any:
    """Every file of the answers is the one that this room holds."""
    if isinstance(value, dict):
        return {name: with_photo(room, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_photo(room, inner) for inner in value]
    is_file = isinstance(value, str) and value.startswith(materials.REFERENCE)
    return room.reference() if is_file else value


def judged_alike(room: Room, service: str, raw: dict[str, Any]) -> Outcome:
    raw = with_photo(room, raw)
    program = by_program(room, service, raw)
    for channel in (by_import, by_kiosk, by_console):
        outcome = channel(room, service, raw)
        apart = {*outcome.problems, *outcome.bodies} ^ {*program.problems, *program.bodies}
        assert outcome == program, (channel.__name__, apart)
    return program


def check_many(room: Room, service: str, count: int) -> None:
    """So many made-up sets of answers; bench_channels.py takes many more."""

    # making a failing case smaller walks through the screens a thousand times
    @settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
    )
    @given(answers_of(SERVICES[service]))
    def many(raw: dict[str, Any]) -> None:
        judged_alike(room, service, raw)

    many()


@pytest.mark.parametrize("service", EVERY_DAY)
def test_four_channels_store_the_same_bytes_or_find_the_same_faults(room, service):
    check_many(room, service, EXAMPLES)


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_sample_of_every_service_goes_through_every_channel_alike(room, service):
    for kind in ("valid", "invalid"):
        sample = SERVICES[service].samples[kind][0]
        outcome = judged_alike(room, service, sample["answers"])
        assert bool(outcome.bodies) == (kind == "valid"), outcome


@pytest.mark.parametrize("service", ["juzhu-dengji", "jingwai-zhusu"])
def test_the_apply_command_stores_the_same_bytes_and_names_the_same_faults(room, tmp_path, service):
    home, file = make_home(tmp_path / "home"), tmp_path / "answers.json"
    open_node(home, FixedClock()).close()
    for number, kind in enumerate(("valid", "invalid")):
        raw = with_photo(room, SERVICES[service].samples[kind][0]["answers"])
        file.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
        words = ("apply", service, file, "--token", f"channel-{number}", "--on", "2026-11-21", "--home", home)
        program = by_program(room, service, raw)
        said = programs.ask("apply" if kind == "valid" else "error", *words, code=number)
        if kind == "valid":
            shown = programs.ask("show", "show", said["number"], "--home", home)
            assert events.canonical(shown["answers"]) == program.bodies[0]
        else:
            assert (
                tuple((one["path"], one["keyword"], one["message"]) for one in said["error"]["faults"])
                == program.problems
            )
