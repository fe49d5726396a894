"""What whoever writes a room's files is told: every fault at once, with its place."""

import json
import os
import subprocess
import sys
from pathlib import Path

from programs import ask, holds, run
from service_for_tests import SERVICE

ROOT = Path(__file__).parents[1]


def checked(home, code):
    return ask("config_check", "config", "check", "--home", home, code=code)["faults"]


def test_a_room_in_order_has_no_faults(home):
    assert checked(home, 0) == []


def test_faults_of_all_files_are_named_at_once(home):
    (home / "node.toml").write_text('node_id = "52"\nlisten_prot = 8600\n', encoding="utf-8")
    (home / "room.toml").write_text("name = 5\n", encoding="utf-8")
    broken = json.loads(json.dumps(SERVICE))
    broken["surprise"] = 1
    (home / "services" / "broken.json").write_text(json.dumps(broken, ensure_ascii=False), encoding="utf-8")
    faults = "\n".join(checked(home, 1))
    for word in ("node_id", "listen_prot", "room.toml", "broken.json", "surprise"):
        assert word in faults


def test_a_service_with_an_unknown_key_keeps_the_node_from_starting(home):
    broken = json.loads(json.dumps(SERVICE)) | {"surprise": 1, "id": "ceshi-er"}
    (home / "services" / "broken.json").write_text(json.dumps(broken, ensure_ascii=False), encoding="utf-8")
    code, out, err = run("serve", "--port", "0", "--home", home)
    assert (code, out) == (1, "")
    assert "broken.json" in err
    assert "/surprise" in err
    assert "Traceback" not in err


def test_without_rights_the_command_says_to_use_sudo_or_another_folder(home, tmp_path):
    shut = tmp_path / "shut"
    shut.mkdir(mode=0)
    without_power = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
    for words in (("status", "--home", shut), ("backup", shut / "here", "--home", home)):
        command = [*without_power, sys.executable, "-m", "edge", *words, "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        error = holds("error", json.loads(done.stdout))["error"]
        assert (done.returncode, error["code"]) == (1, "no_rights"), done.stderr
        assert f"没有权限读写 {shut}" in error["sentence"]
        assert "加上再运行一次" in error["hint"]


def test_the_doctor_of_a_machine_without_a_room_says_so(tmp_path):
    assert run("doctor", "--home", tmp_path)[1].startswith(f"{tmp_path} 里还没有警务室，只看了这台电脑。")
