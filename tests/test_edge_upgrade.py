"""An upgrade comes through or goes back by itself, wherever it is cut off; nothing that was filed is lost either way."""

import hashlib
import json
import os
import signal
from types import SimpleNamespace

import pytest
from desk_app import Desk, add_officer, desk_app, file_one

from edge import backup, durable, file_locks, log, migrations, upgrade, upgrade_book, upgrade_package, verify
from edge.database import Database
from edge.errors import YizhanError
from edge.node import open_node

OLD, NEW = "0.1.0", "0.2.0"


@pytest.fixture
def filed(home, clock, monkeypatch):
    """A room with an application in it; the old program runs."""
    monkeypatch.setattr(upgrade_book, "program_version", lambda: OLD)
    node = open_node(home, clock)
    file_one(node)
    node.close()
    return home


def look(home, clock):
    """(epoch, head, applications, steps) by whatever program may open it."""
    node = open_node(home, clock)
    try:
        assert verify.verify(node.database).whole
        with node.database.read() as tx:
            count = tx.execute("SELECT count(*) FROM head").fetchone()[0]
            steps = [row[0] for row in tx.execute("SELECT name FROM _sqlite_migrations")]
            return node.epoch(tx), log.head(tx), count, "m999_new" in steps
    finally:
        node.close()


def new_program(monkeypatch, step=lambda tools: tools.execute("CREATE TABLE new (id INTEGER PRIMARY KEY) STRICT")):
    """What is installed from here on: one more migration."""

    def m999_new(tools):
        step(tools)

    monkeypatch.setattr(upgrade_book, "program_version", lambda: NEW)
    monkeypatch.setattr(migrations.steps, "functions", [*migrations.steps.functions, m999_new])


def old_program(monkeypatch):
    monkeypatch.setattr(upgrade_book, "program_version", lambda: OLD)
    kept = [one for one in migrations.steps.functions if one.__name__ != "m999_new"]
    monkeypatch.setattr(migrations.steps, "functions", kept)


def left_over(home):
    return [path.name for path in home.iterdir() if path.name.startswith("upgrade-")]


def broken_migration(_):
    raise ValueError("planted")


def unexpected_migration(_):
    raise KeyError("planted")


def losing_migration(tools):
    tools.execute("DELETE FROM head")


def test_it_comes_through_with_a_backup_made_before(filed, clock, monkeypatch):
    before = look(filed, clock)
    book = upgrade.prepare(filed, clock=clock)
    new_program(monkeypatch)
    done = upgrade.finish(filed, clock)
    assert (done.state, done.from_version, done.to_version) == ("done", OLD, NEW)
    assert look(filed, clock) == (*before[:3], True)
    assert left_over(filed) == []
    assert upgrade.finish(filed, clock) == done
    restored = backup.restore(type(filed)(book.backup), filed / "elsewhere", clock, key_file=filed / "node.key")
    assert restored.events == before[1].seq


@pytest.mark.parametrize("step", [broken_migration, unexpected_migration, losing_migration])
def test_what_goes_wrong_in_it_is_found_on_the_copy_and_the_room_stays_as_it_was(filed, clock, monkeypatch, step):
    before = look(filed, clock)
    upgrade.prepare(filed, clock=clock)
    new_program(monkeypatch, step)
    done = upgrade.finish(filed, clock)
    assert done.state == "back"
    assert done.reason
    with pytest.raises(YizhanError) as caught:
        open_node(filed, clock)
    assert caught.value.code == "upgrade_went_back"
    old_program(monkeypatch)
    assert look(filed, clock) == before
    assert left_over(filed) == []


def only_the_room_fails(monkeypatch, home):
    """A check that fails for the room alone: its copy was fine."""
    real = verify.verify

    def planted(database, *given, **more):
        report = real(database, *given, **more)
        if database.path.parent != home:
            report.faults.append("本机日志第 1:1 号不对：planted")
        return report

    monkeypatch.setattr(verify, "verify", planted)


def test_what_fails_after_the_migration_brings_the_data_back(filed, clock, monkeypatch):
    before = look(filed, clock)
    upgrade.prepare(filed, clock=clock)
    with monkeypatch.context() as planted:
        new_program(planted)
        only_the_room_fails(planted, filed)
        done = upgrade.finish(filed, clock)
    assert done.state == "back"
    assert "planted" in done.reason
    old_program(monkeypatch)
    assert look(filed, clock) == before


def killed_at(count, home, clock):
    """finish in a process of its own that kills itself at its n-th durable step; whether it came that far."""
    child = os.fork()
    if child == 0:
        steps = iter(range(1, 1000))

        def counted(real):
            def step(*given, **more):
                if next(steps) == count:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*given, **more)

            return step

        upgrade_book.write = counted(upgrade_book.write)
        Database.copy_to = counted(Database.copy_to)
        migrations.migrate = counted(migrations.migrate)
        verify.verify = counted(verify.verify)
        upgrade._remove = counted(upgrade._remove)
        durable.sync_file = counted(durable.sync_file)
        durable.sync_folder = counted(durable.sync_folder)
        try:
            upgrade.finish(home, clock)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("fails", [False, True])
def test_it_goes_on_after_a_kill_at_any_step(filed, clock, monkeypatch, fails):
    """Every third step from another beginning: cut off again and again, one run after the other."""
    before = look(filed, clock)
    upgrade.prepare(filed, clock=clock)
    cuts = 0
    with monkeypatch.context() as planted:
        new_program(planted)
        if fails:
            only_the_room_fails(planted, filed)
        for count in (3, 6, 9, 12, 15, 18, 2, 4, 1):
            cuts += killed_at(count, filed, clock)
        done = upgrade.finish(filed, clock)
        if not fails:
            assert look(filed, clock) == (*before[:3], True)
    assert cuts >= 4
    assert done.state == ("back" if fails else "done")
    if fails:
        old_program(monkeypatch)
        assert look(filed, clock) == before
    assert left_over(filed) == []


def test_a_room_that_is_open_is_not_upgraded_unless_told(filed, clock):
    (filed / "room.toml").write_text('name = "石门乡警务室"\nhours = "周一至周六 8:30–17:30"\n', encoding="utf-8")
    with pytest.raises(YizhanError) as caught:  # a Saturday, 9:12
        upgrade.prepare(filed, clock=clock)
    assert caught.value.code == "upgrade_open_hours"
    assert upgrade_book.read(filed) is None
    assert upgrade.prepare(filed, clock=clock, now=True).state == "prepared"
    clock.advance(hours=10)
    assert upgrade.prepare(filed, clock=clock).state == "prepared"
    assert len(list((filed / "backups").glob("*before-upgrade*"))) == 1


def test_a_room_that_is_not_well_is_not_upgraded(filed, clock, monkeypatch):
    monkeypatch.setattr("edge.doctor.outside.health.DISK_LOW_MB", 1 << 40)
    with pytest.raises(YizhanError) as caught:
        upgrade.prepare(filed, clock=clock)
    assert caught.value.code == "upgrade_unfit"
    assert not list(filed.glob("backups/*"))


def test_an_older_program_is_refused_with_a_sentence(filed, clock, monkeypatch):
    new_program(monkeypatch)
    before = look(filed, clock)
    upgrade.prepare(filed, clock=clock)
    old_program(monkeypatch)
    done = upgrade.finish(filed, clock)
    assert done.state == "back"
    assert "旧" in done.reason
    with pytest.raises(YizhanError) as caught:
        open_node(filed, clock)
    assert caught.value.code == "upgrade_went_back"
    new_program(monkeypatch)
    assert look(filed, clock) == before


def test_nothing_is_changed_under_a_program_that_serves(filed, clock, monkeypatch):
    before = look(filed, clock)
    upgrade.prepare(filed, clock=clock)
    new_program(monkeypatch)
    with file_locks.serving(filed), pytest.raises(YizhanError) as caught:
        upgrade.finish(filed, clock)
    assert caught.value.code == "upgrade_still_served"
    assert upgrade_book.read(filed).state == "prepared"
    assert upgrade.finish(filed, clock).state == "done"
    assert look(filed, clock) == (*before[:3], True)


def test_the_new_program_opens_nothing_before_it_was_rehearsed(filed, clock, monkeypatch):
    upgrade.prepare(filed, clock=clock)
    new_program(monkeypatch)
    with pytest.raises(YizhanError) as caught:
        open_node(filed, clock)
    assert caught.value.code == "upgrade_unfinished"
    upgrade.go_on(filed)
    assert look(filed, clock)[3]


def test_an_upgrade_that_was_prepared_and_not_made_is_none(filed, clock):
    upgrade.prepare(filed, clock=clock)
    upgrade.go_on(filed)
    upgrade_book.settle(filed)
    assert upgrade_book.read(filed) is None


def test_a_room_that_a_person_unlocks_waits_for_him(filed, clock, monkeypatch):
    upgrade.prepare(filed, clock=clock)
    new_program(monkeypatch)
    (filed / "node.key").rename(filed / "in-the-safe.key")
    assert upgrade.finish(filed, clock).state == "prepared"
    upgrade.go_on(filed)
    (filed / "in-the-safe.key").rename(filed / "node.key")
    assert upgrade.finish(filed, clock).state == "done"


@pytest.mark.parametrize("text", ["", "{", '{"state": "prepared"}', "[]"])
def test_a_note_that_can_not_be_read_is_begun_anew(home, text):
    (home / upgrade_book.FILE).write_text(text)
    assert upgrade_book.read(home) is None


# --- a package on a stick


@pytest.fixture
def stick(node, tmp_path):
    """A package on a stick that the pack in force names."""
    given = tmp_path / "stick" / "yizhan_0.2.0_amd64.deb"
    given.parent.mkdir()
    given.write_bytes(b"a package" * 1000)
    said = {"version": NEW, "packages": {given.name: hashlib.sha256(given.read_bytes()).hexdigest()}}
    put_program(node, json.dumps(said))
    return given


def put_program(node, text):
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    with node.database.write() as tx:
        tx.execute("INSERT INTO pack_text VALUES (?, ?)", (sha256, text))
        tx.execute("INSERT OR REPLACE INTO pack_file VALUES ('program.json', ?)", (sha256,))


def test_a_package_that_the_pack_names_is_taken_from_the_stick(node, stick):
    taken = upgrade_package.take(node, stick)
    assert taken.file.read_bytes() == stick.read_bytes()
    assert (taken.version, taken.file.parent.parent) == (NEW, node.settings.home)
    assert upgrade_package.take(node, stick) == taken


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "不一样"),
        ('{"version": "0.2.0", "packages": {}}', "没有写它"),
        ("[]", "读不懂"),
        ('{"version": "0.0.1", "packages": {"yizhan_0.2.0_amd64.deb": "0"}}', "旧"),
    ],
)
def test_any_other_package_is_refused_and_leaves_nothing(node, stick, text, words):
    if text:
        put_program(node, text)
    else:
        stick.write_bytes(stick.read_bytes() + b"x")
    with pytest.raises(YizhanError) as caught:
        upgrade_package.take(node, stick)
    assert caught.value.code == "upgrade_package_refused"
    assert words in caught.value.sentence
    folder = node.settings.home / upgrade_package.FOLDER
    assert not folder.exists() or not list(folder.iterdir())


def test_the_console_checks_a_package_on_a_stick_and_says_who_installs_it(node, stick, tmp_path):
    add_officer(node)
    desk = Desk(desk_app(node))
    assert "请插上带安装包的U盘" in desk.text("/console/checks")
    node.hooks.ferry = SimpleNamespace(choices=lambda: [str(stick.parent), str(tmp_path / "other")])
    (tmp_path / "other").mkdir()
    assert str(stick) in desk.text("/console/checks")
    refused = desk.post("/console/checks/program", {"file": str(tmp_path / stick.name)})
    assert (refused.status_code, "没有采用" in refused.text) == (404, False)
    (tmp_path / "other" / stick.name).write_bytes(b"changed")
    refused = desk.post("/console/checks/program", {"file": str(tmp_path / "other" / stick.name)})
    assert (refused.status_code, "没有拷全，或者被改过" in refused.text) == (422, True)
    for _ in range(2):
        assert desk.post("/console/checks/program", {"file": str(stick)}).status_code == 303
    page = desk.text("/console/checks")
    assert f"dpkg -i {node.settings.home / upgrade_package.FOLDER / stick.name}" in page
    node.hooks.ferry = None


def test_without_a_pack_no_package_is_taken(node, tmp_path):
    given = tmp_path / "yizhan_0.2.0_amd64.deb"
    given.write_bytes(b"x")
    with pytest.raises(YizhanError) as caught:
        upgrade_package.take(node, given)
    assert caught.value.code == "upgrade_package_refused"
