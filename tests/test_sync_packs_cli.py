"""The commands of packs, from the keys of their holders to the roll-out."""

import json
import shutil

from edge import publishing
from edge.cli import main
from edge.publishing import on_disk
from tests.test_sync_packs import CALENDAR, folder


def test_the_commands_go_from_the_keys_to_the_roll_out(tmp_path, capsys, empty_centre):
    home = shutil.copytree(empty_centre, tmp_path / "home")

    def run(*words):
        code = main([*words, "--json", "--home", str(home)])
        return code, json.loads(capsys.readouterr().out)

    names = ("r1", "r2", "c1", "c2")
    keys = {}
    for name in names:
        path = tmp_path / f"{name}.key"
        on_disk.create_key(path, "52", name)
        keys[name] = publishing.public_of(on_disk.read_key(path).private)
    root, content = tmp_path / "root.json", tmp_path / "content.json"
    files = folder(tmp_path, "files", **{"calendar/2027.json": CALENDAR})
    draft = (
        "centre",
        "pack",
        "root",
        "--root",
        keys["r1"],
        keys["r2"],
        "--content",
        keys["c1"],
        keys["c2"],
        "--out",
        str(root),
    )
    assert run(*draft)[0] == 0
    for name in ("r1", "r2"):
        assert run("centre", "pack", "sign", str(root), "--key", str(tmp_path / f"{name}.key"))[0] == 0
    assert run("centre", "pack", "publish", str(root))[1]["version"] == 1
    assert run("centre", "pack", "draft", str(files), "--out", str(content))[0] == 0
    assert run("centre", "pack", "publish", str(content))[1]["error"]["code"] == "pack_wrong"
    for name in ("c1", "c2"):
        code, said = run("centre", "pack", "sign", str(content), "--key", str(tmp_path / f"{name}.key"))
    assert said["signatures"] == 2
    assert run("centre", "pack", "publish", str(content), "--note", "2027 年节假日")[1]["number"] == 1
    assert run("centre", "pack", "spread", "1", "--share", "100")[1]["state"] == "rolling"
    assert main(["centre", "pack", "publish", str(content), "--home", str(home)]) == 0
    assert "以前已经发布，没有变化" in capsys.readouterr().out  # and not that it still has to be sent out
    assert run("centre", "pack", "list")[1]["packs"][0]["note"] == "2027 年节假日"
    (files / "calendar/2027.json").write_text("{}", encoding="utf-8")
    code, said = run("centre", "pack", "draft", str(files), "--out", str(content))
    assert (code, said["error"]["code"]) == (1, "pack_wrong")
