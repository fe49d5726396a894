"""The commands that keep a room alive, as a technician types them."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from edge import cli, manual
from forms import health
from kiosk import parts
from tests.programs import ask, run


def test_the_doctor_prints_every_check_with_what_to_do(home):
    answer = ask("doctor", "doctor", "--home", home, code=int(any(part.is_fault for part in parts.parts())))
    assert [line["name"] for line in answer["checks"]] == list(health.CHECKS)
    assert {line["name"]: line["state"] for line in answer["checks"]}["chain"] == "fine"
    (home / "room.toml").write_text("name = 3\n")
    answer = ask("doctor", "doctor", "--quick", "--home", home, code=1)
    assert (answer["thorough"], answer["checks"][-1]["state"]) == (False, "faulty")


def test_an_upgrade_is_prepared_and_finished_by_the_commands_that_a_package_runs(home):
    book = ask("upgrade", "upgrade", "prepare", "--now", "--home", home)
    assert (book["state"], book["to_version"]) == ("prepared", "")
    assert ask("upgrade", "upgrade", "finish", "--home", home)["state"] == "done"
    code, out, err = run("upgrade", "package", home / "room.toml", "--home", home)
    assert (code, out) == (1, "")
    assert "没有写它" in err


def test_a_room_is_exported_and_the_export_is_checked_without_it(home, tmp_path):
    done = ask("export", "export", tmp_path / "out", "--home", home)
    assert done["files"] >= 4
    assert ask("verify_export", "verify-export", tmp_path / "out", "--home", tmp_path / "no-room")["whole"]
    (tmp_path / "out" / "README.txt").unlink()
    assert ask("verify_export", "verify-export", tmp_path / "out", code=1)["faults"] == ["缺少 README.txt"]
    parts = ask("support_bundle", "support-bundle", tmp_path / "help.zip", "--home", home)["parts"]
    assert {"checks.json", "versions.json", "settings.json", "metrics.txt"} <= set(parts)


# --- the scripts of the package

SETTLE = Path(__file__).parents[1] / "packaging" / "debian" / "settle"


def settled(folder, command):
    """(exit code, which program is in its place) after the script, whose `yizhan upgrade finish` ends like `command`."""
    done = subprocess.run(
        ["sh", SETTLE],
        env={**os.environ, "YIZHAN_PROGRAM": str(folder / "yizhan"), "YIZHAN_COMMAND": command},
        capture_output=True,
        check=False,
    )
    return done.returncode, (folder / "yizhan" / "version").read_text()


@pytest.fixture
def programs(tmp_path):
    """A new program in its place, and the old one beside it as the script before the installation left it."""
    for name, version in (("yizhan", "new"), ("yizhan.before", "old")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "version").write_text(version)
    return tmp_path


def test_the_new_program_stays_where_its_upgrade_comes_through_and_the_old_one_returns_where_not(programs):
    assert settled(programs, "/bin/false") == (3, "old")
    assert settled(programs, "/bin/false") == (0, "old")  # nothing is under way any more
    assert (programs / "yizhan.refused" / "version").read_text() == "new"


def test_an_upgrade_that_comes_through_leaves_no_old_program(programs):
    assert settled(programs, "/bin/true") == (0, "new")
    assert not (programs / "yizhan.before").exists()


def test_a_power_cut_between_the_two_moves_still_ends_with_the_old_program(programs):
    (programs / "yizhan").rename(programs / "yizhan.refused")
    assert settled(programs, "/bin/true") == (3, "old")


@pytest.mark.parametrize("name", ["preinst", "postinst", "settle"])
def test_the_scripts_of_an_upgrade_are_sound_shell(name):
    assert subprocess.run(["sh", "-n", SETTLE.with_name(name)], check=False).returncode == 0


# --- the commands of the handbook

COMMAND = re.compile(r"`yizhan ([^`]+)`")
CHAPTERS = ("trouble", "stick", "replace", "upgrade", "leaving")
# what needs a centre too, each beside the test that runs it
ELSEWHERE = {
    "restore --from-centre --enrolment 登记文件": "test_edge_restore.py",
    "ferry export 文件夹": "test_sync_ferry_cli.py",
    "ferry import 文件夹": "test_sync_ferry_cli.py",
    "upgrade package 文件": "test_edge_upgrade.py",
    "video add": "test_sync_videos.py",
}


def commands_of_the_handbook():
    return {words for name in CHAPTERS for words in COMMAND.findall(manual.text(name))}


def test_every_command_of_the_chapters_for_a_technician_runs_as_it_stands_there(home, tmp_path):
    ran = set()

    def types(words, *, home=home, fine=(0,), **meant):
        """A command with what its words mean here."""
        ran.add(words)
        typed = [str(meant.get(word, word)) for word in words.split()]
        assert cli.main([*typed, "--home", str(home)]) in fine, words

    stick = tmp_path / "stick"
    stick.mkdir()
    types("doctor", fine=(int(any(part.is_fault for part in parts.parts())),))
    types("config check")
    types("devices test")
    types("status")
    types("support-bundle 文件", 文件=stick / "help.zip")
    types("backup 文件夹", 文件夹=stick)
    (copy,) = stick.glob("*.backup")
    types("verify --backup 文件", 文件=copy)
    types("restore 备份文件 --key-file 密钥文件", home=tmp_path / "new", 备份文件=copy, 密钥文件=home / "node.key")
    types("export 文件夹", 文件夹=tmp_path / "out")
    types("verify-export 文件夹", 文件夹=tmp_path / "out")
    assert commands_of_the_handbook() == ran | ELSEWHERE.keys()


def test_what_another_test_runs_is_run_by_it():
    for words, test in ELSEWHERE.items():
        text = Path(__file__).with_name(test).read_text(encoding="utf-8")
        typed = [word for word in words.split() if word.isascii()]
        assert all(f'"{word}"' in text for word in typed) or "upgrade_package.take" in text, words
