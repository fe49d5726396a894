"""The commands that keep a room alive, as a technician types them."""

from forms import health
from kiosk import parts
from tests.programs import ask, run


def test_the_doctor_prints_every_check_with_what_to_do(home):
    missing = [part for part in parts.parts() if not part.there]
    answer = ask("doctor", "doctor", "--home", home, code=1 if missing else 0)
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
