"""A log that lost its end, a laptop that is gone, an old backup: what comes back, and what is said of the rest."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import FixedClock
from programs import holds

from edge import applications, cli, epochs, identity, log, materials, projections, verify
from edge import node as node_module
from edge.errors import YizhanError
from edge.node import Node, open_node
from edge.witness import Witness
from forms.events import Event, Head, to_json
from sync import envelope, keys, recovery, restoring
from sync.centre import cases, enrolment, ferry, outside
from sync.centre.centre import Centre
from sync.envelope import Purpose
from sync.https import HttpsLink
from sync.push import Push
from tests.desk_app import photo
from tests.sync_pair import NODE, CentreServer, Cut


def file(node: Node, token: str, name: str = "王秀梅", *, picture: bytes = b"") -> str:
    proof = [materials.store(node, picture, "房产证.jpg", "import", "residence-proof")] if picture else []
    filed = applications.file(
        node, "juzhu-dengji", sample(node, name), token=token, channel="import", actor="import", materials=proof
    )
    return filed.number


def sample(node: Node, name: str):
    given = node.newest("juzhu-dengji").samples["valid"][0]["answers"]
    given["applicant"]["name"] = name
    return given


@pytest.fixture
def lived(enrolled: Push, node: Node, centre: Centre) -> Node:
    """A room whose log the centre holds, with photos there and decisions here."""
    first = file(node, "token-0001", picture=photo())
    file(node, "token-0002", "罗建国", picture=photo((9, 9, 9), 800))
    assert enrolled.drain().went_well
    cases.accept(centre, first, actor="centre:li")
    cases.decide(centre, first, actor="centre:li", result="granted")
    file(node, "token-0003")
    assert enrolled.drain().went_well
    return node


def own(node: Node, side="node") -> list[Event]:
    with node.database.read() as tx:
        return list(log.all_of(tx, side))


def epoch(node: Node) -> int:
    with node.database.read() as tx:
        return node.epoch(tx)


def projected(node: Node) -> dict[str, list[tuple[object, ...]]]:
    """Every projection; the keyed hashes of another machine have another key."""
    with node.database.read() as tx:
        found = projections.dump(tx)
    for table in ("head_person", "dwelling", "expiry"):
        found[table] = sorted(tuple(value for value in row if not isinstance(value, bytes)) for row in found[table])
    return found


def at_centre(centre: Centre, side: str) -> list[bytes]:
    return list(outside.log_lines(centre, NODE, side))


def here(node: Node, side) -> list[bytes]:
    return [to_json(event, side) for event in own(node, side)]


def run(capsys, *words: str | Path) -> tuple[int, dict]:
    capsys.readouterr()
    code = cli.main([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


def code_of(call, *args, **more) -> str:
    with pytest.raises(YizhanError) as caught:
        call(*args, **more)
    return caught.value.code


def new_file(centre: Centre, server: CentreServer, folder: Path) -> Path:
    path = folder / "enrolment.json"
    path.write_text(json.dumps(enrolment.enrol(centre, NODE, "大坪村警务室", server.url)))
    return path


def replace(centre: Centre, server: CentreServer, folder: Path, capsys) -> tuple[int, dict]:
    """A new laptop, at `folder`/new, asks the centre for everything."""
    given = new_file(centre, server, folder)
    return run(capsys, "restore", "--from-centre", "--enrolment", given, "--home", folder / "new")


def again(home: Path) -> Node:
    return open_node(home, FixedClock())


# a replacement laptop


def test_a_replacement_laptop_gets_everything_that_ever_left(lived, centre, server, tmp_path, capsys):
    before, events, down = projected(lived), own(lived), own(lived, "centre")
    code, answer = replace(centre, server, tmp_path, capsys)
    assert (code, holds("restore", answer)["problem"]) == (0, "")
    assert (answer["events"], answer["applications"], answer["materials"], answer["epoch"]) == (3, 3, 2, 3)
    node = again(tmp_path / "new")
    try:
        assert own(node)[:3] == events
        assert [event.kind for event in own(node)[3:]] == ["epoch.opened"]
        assert own(node)[3].data == {"reason": "replaced", "after": str(Head.of(events[-1]))}
        assert own(node, "centre") == down
        assert verify.verify(node.database).whole
        after = projected(node)
        assert {name: after[name] for name in before if name != "publication"} == {
            name: before[name] for name in before if name != "publication"
        }
        assert at_centre(centre, "node") == here(node, "node")
        assert file(node, "token-0004")[10] == "3"
    finally:
        node.close()


def test_a_form_that_was_sent_before_is_not_filed_again_on_the_replacement_laptop(
    lived, centre, server, tmp_path, capsys
):
    """Its token stands in no log; the filing carries a mark of it."""
    first = file(lived, "token-0001")
    assert replace(centre, server, tmp_path, capsys)[0] == 0
    node = again(tmp_path / "new")
    try:
        count = len(own(node))
        assert file(node, "token-0001") == first
        assert len(own(node)) == count
        assert file(node, "token-0009") != first
        with node.database.write() as tx:
            projections.rebuild(tx)
        assert file(node, "token-0001") == first
        assert len(own(node)) == count + 1
    finally:
        node.close()


def test_no_token_stands_in_the_log(lived):
    assert not any(b"token-0" in event.body for event in own(lived))


def test_the_old_laptop_is_believed_no_more(lived, enrolled, server, tmp_path, capsys):
    centre = server.centre
    assert replace(centre, server, tmp_path, capsys)[0] == 0
    held = at_centre(centre, "node")
    file(lived, "token-0009")
    report = enrolled.drain()
    assert report.problem is not None
    assert report.problem.code == "centre_refused"
    assert at_centre(centre, "node") == held


def test_a_new_laptop_needs_a_file_and_the_file_needs_its_code(lived, centre, server, tmp_path, capsys):
    code, answer = run(capsys, "restore", "--from-centre", "--home", tmp_path / "new")
    assert (code, answer["error"]["code"]) == (1, "node_enrolment_wrong")
    path = new_file(centre, server, tmp_path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "code": "GUESSED"}))
    code, answer = run(capsys, "restore", "--from-centre", "--enrolment", path, "--home", tmp_path / "new")
    assert (code, answer["error"]["code"]) == (1, "centre_refused")
    assert code_of(again, tmp_path / "new") == "recovery_unfinished"


def test_a_recovery_that_is_cut_after_every_answer_ends_whole(lived, centre, server, tmp_path, monkeypatch):
    monkeypatch.setattr("sync.centre.recall.ANSWER_BYTES_MAX", 1500)
    file_here = json.loads(new_file(centre, server, tmp_path).read_text())
    home = tmp_path / "new"
    node_module.create_home(home, NODE, "大坪村警务室")
    node_module.mark_recovering(home)
    rounds, done = 0, False
    while not done:
        rounds += 1
        node = open_node(home, FixedClock(), recovering=True)
        link = Cut(HttpsLink(server.url), 1)
        try:
            with node.database.write() as tx:
                if identity.centre(tx) is None:
                    identity.set_centre(tx, file_here)
            with node.database.read() as tx:
                is_open = tx.execute("SELECT recovering FROM node").fetchone()[0] == ""
            if not is_open:
                link.left = 3
                restoring.recover(node, link, new=True)
            with node.database.read() as tx:
                parties = keys.read(tx)
            recovery.bring_materials(node, link, parties)
            done = True
        except YizhanError as error:
            if error.code != "centre_unreachable":
                raise
        finally:
            link.close()
            node.close()
        assert rounds < 60
    assert rounds > 4
    node = again(home)
    try:
        assert own(node)[:3] == own(lived)
        assert verify.verify(node.database).whole
        with node.database.read() as tx:
            assert not recovery._lacking(tx)
            assert not tx.execute("SELECT 1 FROM material_returning").fetchall()
    finally:
        node.close()


def test_a_crash_between_the_last_commit_and_the_witness_leaves_a_node_that_starts(
    lived, server, tmp_path, capsys, monkeypatch
):
    given, home = new_file(server.centre, server, tmp_path), tmp_path / "new"
    follow, calls = Witness.follow, iter(range(9))

    def crash(self, tx):
        if next(calls) == 1:
            raise KeyboardInterrupt
        follow(self, tx)

    with monkeypatch.context() as patched:
        patched.setattr(Witness, "follow", crash)
        cli.main(["restore", "--from-centre", "--enrolment", str(given), "--home", str(home)])
    node = again(home)
    try:
        assert own(node)[:3] == own(lived)
        assert epoch(node) == 3
    finally:
        node.close()
    assert run(capsys, "restore", "--from-centre", "--home", home)[0] == 0


# a log that lost its end


def lose_the_end(node: Node, *, from_copy: bytes) -> Path:
    """The file as it was: what SQLite makes of a WAL with a flipped bit."""
    path, home = node.settings.database, node.settings.home
    node.close()
    path.write_bytes(from_copy)
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    return home


def bytes_now(node: Node) -> bytes:
    with node.database._connection() as tx:
        tx.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return node.settings.database.read_bytes()


def test_what_the_centre_holds_comes_back_and_the_log_goes_on(lived, enrolled, capsys):
    copy = bytes_now(lived)
    file(lived, "token-0004")
    assert enrolled.drain().went_well
    events = own(lived)
    home = lose_the_end(lived, from_copy=copy)
    with pytest.raises(YizhanError) as caught:
        again(home)
    assert caught.value.code == "log_behind_witness"
    code, answer = run(capsys, "restore", "--from-centre", "--home", home)
    assert (code, answer["events"], answer["epoch"], answer["lost"]) == (0, 1, 0, "")
    node = again(home)
    try:
        assert own(node) == events
        assert epoch(node) == 1
        assert verify.verify(node.database).whole
    finally:
        node.close()


def test_what_nobody_holds_is_given_up_by_a_person_only(lived, capsys):
    copy = bytes_now(lived)
    number = file(lived, "token-0004")
    events = own(lived)
    home = lose_the_end(lived, from_copy=copy)
    code, answer = run(capsys, "restore", "--from-centre", "--home", home)
    assert (code, answer["error"]["code"]) == (1, "log_behind_witness")
    assert code_of(again, home) == "log_behind_witness"
    code, answer = run(capsys, "restore", "--accept-loss", "--home", home)
    assert (code, answer["epoch"], answer["lost"]) == (0, 2, "1:4-4")
    node = again(home)
    try:
        assert own(node)[-1].data["lost"] == {"epoch": 1, "first": 4, "last": 4}
        assert own(node)[:3] == events[:3]
        assert file(node, "token-0005") != number
    finally:
        node.close()
    code, answer = run(capsys, "restore", "--accept-loss", "--home", home)
    assert (code, answer["error"]["code"]) == (1, "log_whole")


def test_a_lost_witness_is_settled_by_a_person(lived, capsys):
    home, witness = lived.settings.home, lived.settings.witness
    lived.close()
    witness.unlink()
    assert code_of(again, home) == "witness_missing"
    code, answer = run(capsys, "restore", "--accept-loss", "--home", home)
    assert (code, answer["epoch"], answer["lost"]) == (0, 2, "")
    again(home).close()


# a copy


def test_a_copy_at_another_place_begins_an_epoch_and_the_file_where_it_was_does_not(lived, tmp_path):
    home = lived.settings.home
    lived.close()
    shutil.copytree(home, tmp_path / "clone")
    node = again(home)
    assert epoch(node) == 1
    node.close()
    for _ in range(2):  # the second start finds the copy at its place
        clone = again(tmp_path / "clone")
        assert epoch(clone) == 2
        assert own(clone)[-1].kind == epochs.OPENED
        assert own(clone)[-1].data["reason"] == "moved"
        clone.close()


def test_a_copy_of_a_home_without_events_is_simply_a_home(home, tmp_path):
    again(home).close()
    shutil.copytree(home, tmp_path / "clone")
    clone = again(tmp_path / "clone")
    assert (epoch(clone), own(clone)) == (1, [])
    clone.close()


# over a medium


def test_a_replacement_laptop_without_a_network_gets_it_all_on_a_stick(lived, centre, server, tmp_path, capsys):
    medium = tmp_path / "stick"
    medium.mkdir()
    words = ("restore", "--from-centre", "--medium", medium, "--home", tmp_path / "new")
    given = new_file(centre, server, tmp_path)
    for _ in range(2):  # asked twice before anybody carries it
        code, answer = run(capsys, *words, "--enrolment", given)
        assert (code, "U盘" in holds("restore", answer)["problem"]) == (1, True)
    assert code_of(again, tmp_path / "new") == "recovery_unfinished"
    for _ in range(2):  # imported twice
        assert ferry.take_in(centre, medium).notes == ()
    code, answer = run(capsys, *words)
    assert (code, answer["events"], answer["epoch"], answer["lacking_materials"]) == (0, 3, 3, [])
    node = again(tmp_path / "new")
    try:
        assert own(node)[:3] == own(lived)
        assert verify.verify(node.database).whole
    finally:
        node.close()


@pytest.mark.usefixtures("lived")
def test_a_stick_that_lacks_a_file_is_named(centre, server, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sync.centre.recall.ANSWER_BYTES_MAX", 1)
    medium = tmp_path / "stick"
    medium.mkdir()
    words = ("restore", "--from-centre", "--medium", medium, "--home", tmp_path / "new")
    run(capsys, *words, "--enrolment", new_file(centre, server, tmp_path))
    ferry.take_in(centre, medium)
    heads = {path: envelope.peek(path.read_bytes()) for path in medium.rglob("*.YZD")}
    last = next(path for path, head in heads.items() if (head.purpose, head.seq_from) == (Purpose.RECALLED, 3))
    last.unlink()
    code, answer = run(capsys, *words)
    assert (code, answer["error"]["code"]) == (1, "recovery_gap")
    ferry.take_in(centre, medium)
    assert run(capsys, *words)[0] == 0
