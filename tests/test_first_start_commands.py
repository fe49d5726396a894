"""Commands beside the pages of the first start: the code, a stick for many rooms, and rooms that they make meanwhile."""

import json
import subprocess
import threading
from contextlib import closing
from types import SimpleNamespace

import pytest

from edge import backup, cli, set_up
from edge.errors import YizhanError
from edge.node import create_home, open_node
from tests.test_first_start import NODE, OTHER, ask, given_room, machine

__all__ = ["ask", "machine"]
pytestmark = pytest.mark.usefixtures("cheap")


def test_the_command_tells_code_and_address_and_makes_them_once(ask, tmp_path):
    home = tmp_path / "room"
    told = ask("setup", "setup", "--home", home)
    assert ask("setup", "setup", "--home", home) == told
    assert json.loads((home / set_up.FILE).read_text())["code"] == told["code"]


def test_the_centre_prepares_a_stick_with_packages_and_how_to_install_them(ask, tmp_path, capsys):
    centre, stick = tmp_path / "centre", tmp_path / "stick"
    stick.mkdir()
    (tmp_path / "yizhan_1_amd64.deb").write_bytes(b"a package")
    (tmp_path / "rooms.txt").write_text(f"# 县里的\n{NODE} 大坪村警务室\n\n{OTHER}  小坪村警务室\n", encoding="utf-8")
    assert cli.main(["centre", "init", "--home", str(centre)]) == 0
    capsys.readouterr()
    words = ("centre", "prepare-stick", stick, "--rooms", tmp_path / "rooms.txt", "--home", centre)
    made = ask("centre_prepare_stick", *words, "--package", tmp_path / "yizhan_1_amd64.deb")
    assert [one["name"] for one in made["rooms"]] == ["大坪村警务室", "小坪村警务室"]
    assert made["packages"] == ["yizhan_1_amd64.deb"]
    assert "yizhan_1_amd64.deb" in (stick / "SHA256SUMS").read_text()
    assert (stick / "INSTALL.SH").read_text().startswith("#!/bin/sh")
    assert ask("init", "init", "--home", tmp_path / "one", "--stick", stick, "--node", OTHER)["node"] == OTHER


@pytest.mark.parametrize("lines", ["", "522425001 短了", f"{NODE}", f"{NODE} 甲\n{NODE} 乙"])
def test_a_list_of_rooms_that_is_wrong_names_its_line_and_writes_nothing(tmp_path, lines):
    from argparse import Namespace

    from edge.commands.first_start import prepare_stick

    (tmp_path / "rooms.txt").write_text(lines, encoding="utf-8")
    given = Namespace(rooms=tmp_path / "rooms.txt", dir=tmp_path, home=tmp_path / "centre", package=[], url="")
    with pytest.raises(YizhanError, match="警务室表"):
        prepare_stick(given)
    assert not (tmp_path / "YIZHAN").exists()


def test_a_node_that_was_made_by_a_command_is_no_first_start(ask, tmp_path):
    ask("setup", "setup", "--home", tmp_path / "room")  # as the package does
    ask("init", "init", "--home", tmp_path / "room", "--node", NODE, "--room", "大坪村警务室")
    assert not set_up.is_due(tmp_path / "room")
    assert not (tmp_path / "room" / set_up.FILE).exists()
    open_node(tmp_path / "room").close()


@pytest.fixture
def copy(home, tmp_path):
    """A backup of another machine's room."""
    node = open_node(home)
    backup.make(node, tmp_path / "copy")
    node.close()
    return tmp_path / "copy"


def test_a_room_from_a_backup_ends_a_first_start_that_was_begun(machine, ask, home, copy):
    """The half-made room lies aside, and no page sets up the one that came in its place."""
    start = machine()
    given_room(start)
    words = ("restore", copy, "--home", start.home, "--key-file", home / "node.key")
    assert cli.main([*map(str, words)]) == 1  # a room is begun here
    assert set_up.is_due(start.home)
    ask("restore", *words, "--replace")
    assert start.wait(threading.Event()) is None
    assert not (start.home / set_up.FILE).exists()
    with closing(open_node(start.home)) as restored:
        assert restored.settings.node_id == NODE


def test_a_room_that_a_command_made_meanwhile_ends_the_first_start(machine, tmp_path):
    start = machine()
    create_home(tmp_path / "room", NODE, "大坪村警务室")
    assert start.wait(threading.Event()) is None
    assert not set_up.is_due(tmp_path / "room")


def test_a_room_that_the_pages_made_does_not_end_them_before_the_last_step(machine, monkeypatch):
    monkeypatch.setattr("edge.first_start.LOOK_EVERY_S", 0)
    start, looks = machine(), iter((False, False, True))
    given_room(start)
    assert start.wait(SimpleNamespace(is_set=lambda: next(looks))) is None
    assert list(looks) == []  # until it was told to end


def prepared(folder, capsys, *packages):
    """The folder of a stick that the centre prepared with these packages."""
    stick = folder / "stick"
    stick.mkdir()
    (folder / "rooms.txt").write_text(f"{NODE} 大坪村警务室\n", encoding="utf-8")
    for name in packages:
        (folder / name).write_bytes(b"a package")
    given = [word for name in packages for word in ("--package", str(folder / name))]
    words = ("prepare-stick", stick, "--rooms", folder / "rooms.txt", "--home", folder / "centre")
    assert cli.main(["centre", "init", "--home", str(folder / "centre")]) == 0
    assert cli.main(["centre", *map(str, words), *given]) == 0
    capsys.readouterr()
    return stick


def on_a_machine(folder, stick, *, dpkg_ends, brings_program=True):
    """(exit code, output, what dpkg was called with) of the stick's script, on a machine whose dpkg ends like this."""
    programs, called = folder / "bin", folder / "called"
    programs.mkdir()
    program = programs / "yizhan"
    brings = f"printf '#!/bin/sh\\necho code\\n' > {program}; chmod +x {program}" if brings_program else "true"
    (programs / "dpkg").write_text(f'#!/bin/sh\necho "$@" >> {called}\n{brings}\nexit {dpkg_ends}\n')
    (programs / "dpkg").chmod(0o755)
    done = subprocess.run(
        ["sh", stick / "INSTALL.SH"],
        env={"PATH": f"{programs}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr, called.read_text() if called.exists() else ""


def test_the_stick_installs_all_packages_at_once_and_tells_the_code(tmp_path, capsys):
    stick = prepared(tmp_path, capsys, "yizhan-kiosk_1_all.deb", "yizhan_1_amd64.deb")
    code, said, called = on_a_machine(tmp_path, stick, dpkg_ends=0)
    assert (code, called) == (0, "--install ./yizhan-kiosk_1_all.deb ./yizhan_1_amd64.deb\n")
    assert said.endswith("code\n")


def test_a_screen_that_lacks_its_browser_does_not_keep_the_room_from_being_set_up(tmp_path, capsys):
    """The screen's package stands first in the alphabet: what it lacked once ended everything."""
    stick = prepared(tmp_path, capsys, "yizhan-kiosk_1_all.deb", "yizhan_1_amd64.deb")
    code, said, _ = on_a_machine(tmp_path, stick, dpkg_ends=1)
    assert code == 1
    assert "code\n" in said
    assert "没有装完" in said


def test_a_room_that_is_not_installed_is_said_and_a_spoilt_package_is_never_tried(tmp_path, capsys):
    stick = prepared(tmp_path, capsys, "yizhan_1_amd64.deb")
    code, said, _ = on_a_machine(tmp_path, stick, dpkg_ends=1, brings_program=False)
    assert (code, "驿站没有装上" in said) == (1, True)
    (stick / "yizhan_1_amd64.deb").write_bytes(b"another")
    (tmp_path / "again").mkdir()
    code, _, called = on_a_machine(tmp_path / "again", stick, dpkg_ends=0)
    assert (code != 0, called) == (True, "")
