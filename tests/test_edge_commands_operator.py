"""What whoever writes a room's files is told: every fault at once, with its place."""

import json

from programs import ask, run
from service_for_tests import SERVICE


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
