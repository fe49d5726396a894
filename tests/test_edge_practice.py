"""The practice room: apart from the real one to the last byte, marked everywhere, and with no way out."""

import json
import re
import secrets
from pathlib import Path

import pytest
from desk_app import PASSWORD, TOKEN, add_officer, closed, plain

from edge import applications, log, practice, practice_people
from edge.app import create_app
from edge.node import open_node
from edge.practice_room import PracticeRoom
from edge.staff.session import COOKIE
from tests.conftest import FixedClock, make_home
from tests.programs import holds

SECRET = b"p" * 32
INSIDE = "/practice/console"
LINK = re.compile(r'(?:href|action|src|data-keep)="([^"]*)"')


class Trainee:
    """A browser with the real room and the practice room beside it."""

    def __init__(self, node) -> None:
        app = create_app(node)
        node.hooks.practice = self.room = PracticeRoom(node, SECRET)
        app.wsgi_app = self.room.beside(app.wsgi_app)
        self.client, self.token = app.test_client(), ""
        self.get("/console/login")
        self.post("/console/login", {"account": "wei", "password": PASSWORD})

    def get(self, path: str):
        answer = closed(self.client.get(path))
        found = TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self.token = found[1] if found else self.token
        return answer

    def post(self, path: str, data: dict | None = None):
        return closed(self.client.post(path, data={"csrf_token": self.token, **(data or {})}))

    def enter(self) -> None:
        self.get("/console/practice")
        answer = self.post("/console/practice")
        assert (answer.status_code, answer.location) == (303, f"{INSIDE}/practice/exercises")
        assert self.get(answer.location).status_code == 200

    @property
    def node(self):
        return self.room._node


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    opened = open_node(make_home(tmp_path_factory.mktemp("practice") / "home"), FixedClock())
    add_officer(opened)
    yield opened
    opened.close()


@pytest.fixture
def trainee(real):
    made = Trainee(real)
    yield made
    made.room.close()


@pytest.fixture
def inside(trainee):
    trainee.enter()
    return trainee


def log_bytes(node) -> list[tuple]:
    """Every byte of both logs, in order."""
    with node.database.read() as tx:
        return [tuple(row) for row in tx.execute("SELECT * FROM event ORDER BY side, epoch, seq")]


def file_one(node, service="ceshi-dengji", actor="officer:wei") -> str:
    definition = node.newest(service)
    answers = json.loads(json.dumps(definition.samples["valid"][0]["answers"]))
    filed = applications.file(
        node, service, answers, token=secrets.token_urlsafe(), channel="console", actor=actor, identity="officer"
    )
    return filed.number


def test_nothing_is_opened_before_somebody_trains(real, trainee):
    assert not trainee.room.is_open
    assert "开始练习" in plain(trainee.get("/console/practice").text)
    assert not trainee.room.is_open


def test_what_is_done_in_practice_leaves_the_real_room_as_it_was_to_the_byte(real, inside):
    before, files = log_bytes(real), {path: path.read_bytes() for path in real.settings.home.glob("*.toml")}
    with_key = (real.settings.key_file.read_bytes(), inside.node.settings.key_file.read_bytes())
    number = file_one(inside.node)
    assert inside.get(f"{INSIDE}/applications/{number}").status_code == 200
    assert inside.post("/practice/console/practice/reset").status_code == 303
    assert log_bytes(real) == before
    assert {path: path.read_bytes() for path in real.settings.home.glob("*.toml")} == files
    assert with_key[0] != with_key[1]
    assert inside.node.settings.database != real.settings.database
    assert inside.get(f"/console/applications/{number}").status_code == 404


def test_every_number_of_the_practice_is_known_by_its_beginning(real, inside):
    number = file_one(inside.node)
    assert number.startswith("0000")
    assert practice.is_practice(number)
    assert not practice.is_practice(real.settings.node_id)
    assert inside.node.room.place == real.room.place


def pages(trainee) -> list[str]:
    """Every page of the practice that a crawl from its exercises reaches, one of each kind."""
    found, seen, waiting = [], set(), [f"{INSIDE}/practice/exercises", f"{INSIDE}/"]
    while waiting:
        path = waiting.pop()
        kind = re.sub(r"\d+|[0-9a-f]{16,}|/print/[^/]+|\?.*|(?<=service=)[^&]+", "*", path)
        if kind in seen:
            continue
        seen.add(kind)
        answer = trainee.get(path)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            found.append(path)
            waiting += [link for link in LINK.findall(answer.text) if link.startswith("/practice/console")]
    return found


def test_every_page_is_marked_and_no_link_leads_into_the_real_room(inside):
    number = file_one(inside.node)
    found = [*pages(inside), f"{INSIDE}/applications/{number}/receipt", f"{INSIDE}/applications/{number}/notice"]
    assert len(found) > 20
    for path in found:
        text = inside.get(path).text
        assert "practice-mark" in text, path
        for link in LINK.findall(text):
            own = link.startswith(("/practice/", "/static/", "#", "data:", "tel:")) or not link
            assert own, (path, link)


def test_a_print_is_marked_too(inside):
    for name in ("guide", "blank", "sample"):
        page = inside.get(f"/practice/print/ceshi-dengji/{name}").text
        assert "practice-mark" in page, name
        assert "/static/trial.css" in page


def test_the_code_of_a_practice_receipt_says_to_everybody_what_it_is(inside):
    number = file_one(inside.node)
    with inside.node.database.read() as tx:
        token = applications.get(tx, number).state.receipt.token
    stranger = inside.client.application.test_client()
    page = closed(stranger.get(f"/practice/s/{token}"))
    assert "这是练习用的凭证" in page.text
    assert "练习" in plain(closed(stranger.get(f"/PRACTICE/S/{token}")).text)
    inside.room.close()
    assert "这是练习用的凭证" in closed(stranger.get(f"/practice/s/{token}")).text
    assert closed(stranger.get(f"/s/{token}")).status_code == 404


def test_a_stranger_gets_no_further_than_the_login_of_the_real_room(inside):
    stranger = inside.client.application.test_client()
    for path in (
        f"{INSIDE}/",
        f"{INSIDE}/applications",
        f"{INSIDE}/login",
        "/practice/",
        "/practice/print/ceshi-dengji/guide",
    ):
        answer = closed(stranger.get(path))
        assert (answer.status_code, answer.location) == (303, "http://localhost/console/practice"), path
    assert "/login" in closed(stranger.get("/console/practice")).location


def test_the_cookie_of_the_practice_goes_nowhere_else(inside):
    cookie = inside.client.get_cookie(COOKIE, path="/practice")
    assert cookie is not None
    assert inside.client.get_cookie(COOKIE, path="/console").value != cookie.value


def test_leaving_the_real_room_ends_the_practice(real, inside):
    inside.get("/console/applications")
    assert inside.post("/console/logout").status_code == 303
    assert not inside.room.is_open
    assert inside.get(f"{INSIDE}/").location == "http://localhost/console/practice"


def test_leaving_the_practice_leads_back_and_stays_logged_in(inside):
    inside.get(f"{INSIDE}/practice/exercises")
    assert inside.post(f"{INSIDE}/logout").status_code == 303
    assert inside.get(f"{INSIDE}/").location == "http://localhost/console/practice"
    assert inside.get("/console/applications").status_code == 200


def exercise(trainee, name):
    from edge import exercises

    with trainee.node.database.read() as tx:
        found = exercises.progress(tx, "officer:wei")
    one = next(one for one in found if one.exercise.id == name)
    return [done for _, done in one.steps]


def test_the_steps_of_an_exercise_are_read_from_the_practice_log(inside):
    from edge import originals

    inside.room.reset()
    inside.enter()
    assert exercise(inside, "residence") == [False, False, False]
    number = register(inside.node, practice_people.people()[0])
    assert exercise(inside, "residence") == [True, False, False]
    applications.verify_identity(inside.node, number, "officer", actor="officer:wei", document="id-card")
    assert exercise(inside, "residence") == [True, True, False]
    with inside.node.database.read() as tx:
        materials = applications.get(tx, number).definition.service["materials"]
    codes = [one["code"] for one in materials if one["form"] == "original"]
    originals.record(inside.node, number, codes, actor="officer:wei", token=secrets.token_urlsafe())
    assert exercise(inside, "residence") == [True, True, True]
    page = plain(inside.get(f"{INSIDE}/practice/exercises").text)
    assert "做完了" in page
    assert "已做完 1 题，共 5 题" in page


def test_what_another_officer_or_another_person_did_counts_for_no_exercise(inside):
    inside.room.reset()
    inside.enter()
    register(inside.node, practice_people.people()[0], actor="officer:luo")
    register(inside.node, practice_people.people()[2])
    assert exercise(inside, "residence") == [False, False, False]
    assert exercise(inside, "handover") == [False] * 4


def register(node, person, actor="officer:wei") -> str:
    import random

    from edge.sample import pages as sample_pages

    answers = practice_people._answers(node, node.newest("juzhu-dengji"), person)
    answers, files = sample_pages.with_files(node, answers, random.Random(1))
    filed = applications.file(
        node, "juzhu-dengji", answers, token=secrets.token_urlsafe(), channel="console", actor=actor, materials=files
    )
    return filed.number


def test_an_idle_practice_is_shut(real, inside):
    inside.room.rest()
    assert inside.room.is_open
    real.clock.advance(minutes=31)
    inside.room.rest()
    assert not inside.room.is_open
    real.clock.advance(minutes=-31)


def test_a_practice_whose_making_was_cut_off_is_made_anew(real, trainee):
    folder = real.settings.home / practice.FOLDER
    practice.drop(real)
    folder.mkdir()
    (folder / practice.BEGUN).touch()
    (folder / "node.key").write_text("half")
    trainee.room.enter(officer_of(real))
    with trainee.node.database.read() as tx:
        assert [one.phase for one in applications.search(tx, "")] == ["closed"]
    assert not (folder / practice.BEGUN).exists()


def test_it_goes_on_after_it_was_shut(real, inside):
    number = file_one(inside.node)
    inside.room.close()
    inside.enter()
    assert inside.get(f"{INSIDE}/applications/{number}").status_code == 200


def officer_of(node):
    from edge import officers

    return officers.all_of(node)[0]


def test_nobody_gets_into_a_real_room_without_a_password(real):
    with pytest.raises(ValueError, match="only a practice room"):
        practice.admit(real, officer_of(real))


def test_the_real_room_s_lookups_stay_its_own(real, inside):
    from forms import lookup

    assert [name for _, name in lookup.options("officers")] == ["韦建国（辅警）"]
    with lookup.apart(inside.room._tables):
        assert {code for code, _ in lookup.options("officers")} == {"韦建国", practice_people.COLLEAGUE.name}
    inside.room.close()
    assert lookup.options("officers")


def test_its_people_have_right_numbers_that_nobody_has():
    from forms.formats import is_ric

    found = practice_people.people()
    assert len({one.number for one in found}) == len(found)
    for one in found:
        assert is_ric(one.number), one
        assert 980 <= int(one.number[14:17]) <= 999
        assert (int(one.number[16]) % 2 == 1) == (one.sex == "男")
    assert practice_people.people() == found


def test_the_papers_of_the_practice_can_be_handed_in(inside):
    answer = inside.get(f"{INSIDE}/practice/papers/zhusuo")
    assert answer.data[:2] == b"\xff\xd8"
    assert inside.get(f"{INSIDE}/practice/papers/none").status_code == 404


def test_the_real_room_has_no_exercises_and_no_reset(trainee):
    trainee.get("/console/")
    assert trainee.get("/console/practice/exercises").status_code == 404
    assert trainee.get("/console/practice/papers/zhusuo").status_code == 404
    assert trainee.post("/console/practice/reset").status_code == 404


def test_nothing_carries_what_was_practised(inside, tmp_path):
    from edge.errors import YizhanError
    from sync import ferry
    from sync.push import Push

    assert inside.node.hooks.send_now is None
    assert inside.node.hooks.ferry is None
    with pytest.raises(YizhanError, match="练习室"):
        Push(inside.node, None)
    with pytest.raises(YizhanError, match="练习室"):
        ferry.export(inside.node, tmp_path)
    with pytest.raises(YizhanError, match="练习室"):
        ferry.take_in(inside.node, tmp_path)
    assert list(Path(tmp_path).iterdir()) == []


def test_the_log_of_the_practice_holds(inside):
    from edge import verify

    file_one(inside.node)
    assert verify.verify(inside.node.database).whole
    with inside.node.database.read() as tx:
        assert log.head(tx).seq > 3


def test_what_the_environment_says_of_the_real_room_is_nothing_to_the_practice(tmp_path, monkeypatch):
    opened = open_node(make_home(tmp_path / "home"), FixedClock())
    monkeypatch.setenv("YIZHAN_DATABASE", str(opened.settings.database))
    monkeypatch.setenv("YIZHAN_KEY_FILE", str(opened.settings.key_file))
    made = practice.make(opened, opened.clock)
    assert made.settings.database == tmp_path / "home" / "practice" / "data" / "node.db"
    made.close()
    opened.close()


def test_a_receipt_of_the_practice_is_no_receipt(real, inside, capsys):
    own, practised = file_one(real), file_one(inside.node)
    with inside.node.database.read() as tx:
        token = applications.get(tx, practised).state.receipt.token
    with real.database.read() as tx:
        genuine = applications.get(tx, own).state.receipt.token
    inside.room.close()
    ok = holds("verify_receipt", told(capsys, 0, "verify-receipt", own, "--home", real.settings.home))
    assert (ok["number"], ok["genuine"]) == (own, True)
    for text in (genuine, f"HTTP://127.0.0.1:8600/S/{genuine}", f"https://sheng.example/s/{genuine}"):
        assert told(capsys, 0, "verify-receipt", text, "--home", real.settings.home)["number"] == own
    for text, code in (
        (practised, "receipt_practice"),
        (f"http://127.0.0.1:8600/practice/s/{token}", "receipt_practice"),
        (token, "receipt_unknown"),
        ("nonsense", "receipt_unknown"),
        (own[:-1] + str((int(own[-1]) + 1) % 10), "receipt_unknown"),
    ):
        assert told(capsys, 1, "verify-receipt", text, "--home", real.settings.home)["error"]["code"] == code, text
    inner = real.settings.home / practice.FOLDER
    assert told(capsys, 1, "verify-receipt", token, "--home", inner)["error"]["code"] == "receipt_practice"


def told(capsys, code, *words) -> dict:
    from edge.cli import main

    capsys.readouterr()
    assert main([*map(str, words), "--json"]) == code
    return json.loads(capsys.readouterr().out)
