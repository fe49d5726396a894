"""A room without a network, by the commands alone: file, carry by hand, decide, carry back, and may this machine go?"""

import json
import shutil
import subprocess
import sys

import pytest
from PIL import Image
from programs import NODE, ask, make_circle, run

from forms.definition import PACKAGED


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """A full valid answer of 居住登记: the words of `apply` behind the service."""
    folder = tmp_path_factory.mktemp("sample")
    given = json.loads((PACKAGED / "juzhu-dengji.json").read_text(encoding="utf-8"))["x-samples"]["valid"][0]
    (folder / "answers.json").write_text(json.dumps(given["answers"], ensure_ascii=False), encoding="utf-8")
    words = [folder / "answers.json"]
    for place, material in enumerate(given["materials"]):
        Image.effect_noise((640, 480), 60 + place).save(folder / f"{place}.jpg")
        words += ["--material", f"{material['slot']}={folder / f'{place}.jpg'}"]
    return words


@pytest.fixture
def circle(tmp_path):
    centre, node = make_circle(tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()
    return centre, node, stick


def apply(node, sample, token="paper-2026-0001"):
    answers, *materials = sample
    return ask("apply", "apply", "juzhu-dengji", answers, "--token", token, *materials, "--home", node)["number"]


def may_clear(node):
    return ask("status", "status", "--home", node)["clearing"]


def test_a_whole_round_by_hand(circle, sample):
    centre, node, stick = circle
    number = apply(node, sample)
    assert not may_clear(node)["safe"]
    done = ask("ferry_export", "ferry", "export", stick, "--home", node)
    assert (done["events"], done["materials"], done["left"]["events"], done["waiting"]) == (1, 2, 0, 1)
    said = ask("status", "status", "--home", node)
    assert (said["unsent"], said["on_media"], said["clearing"]["safe"]) == (1, 1, False)
    assert not ask("show", "show", number, "--home", node)["received_by_centre"]

    taken = ask("centre_ferry", "centre", "ferry", "import", stick, "--home", centre)
    assert [(one["node"], one["events"], one["missing"]) for one in taken["nodes"]] == [(NODE, 1, 0)]
    ask("centre_show", "centre", "decide", number, "--accept", "--home", centre)
    ask("centre_show", "centre", "decide", number, "--result", "granted", "--home", centre)
    ask("centre_ferry", "centre", "ferry", "export", stick, "--home", centre)
    assert not ask("show", "show", number, "--home", node)["received_by_centre"]

    back = ask("ferry_import", "ferry", "import", stick, "--home", node)
    assert (back["acked"], back["unsent"], back["unsent_materials"]) == (True, 0, 0)
    shown = ask("show", "show", number, "--home", node)
    assert (shown["received_by_centre"], shown["state"], shown["result"]) == (True, "closed", "granted")
    assert may_clear(node)["safe"]
    ours, theirs = (
        run("log", "--json", "--home", node),
        run("centre", "log", "--node", NODE, "--json", "--home", centre),
    )
    assert ours[0] == theirs[0] == 0
    assert ours[1] == theirs[1]
    assert ask("verify", "verify", "--home", node)["whole"]
    assert ask("centre_verify", "centre", "verify", "--home", centre)["whole"]
    assert list(stick.rglob("*.YZU")) == []


def test_people_get_sentences(circle, sample):
    centre, node, stick = circle
    apply(node, sample)
    code, out, _ = run("ferry", "export", stick, "--home", node)
    assert (code, "已写到U盘并核对：1 条记录、2 份材料" in out) == (0, True)
    code, out, _ = run("status", "--home", node)
    assert (code, "不能清除：还有1 条记录、2 份材料，省级中心没有确认接收" in out) == (0, True)
    code, out, _ = run("centre", "ferry", "import", stick, "--home", centre)
    assert (code, "大坪村警务室（5224250017）：读入 3 个文件，新接收 1 条记录。" in out) == (0, True)
    code, out, _ = run("centre", "ferry", "export", stick, "--home", centre)
    assert (code, "请带回警务室导入" in out) == (0, True)
    code, out, _ = run("ferry", "import", stick, "--home", node)
    assert (code, "本机的记录和材料，省级中心已全部接收" in out) == (0, True)


def test_a_damaged_stick_ends_in_an_exit_code_and_a_sentence(circle, sample):
    centre, node, stick = circle
    apply(node, sample)
    ask("ferry_export", "ferry", "export", stick, "--home", node)
    for path in stick.rglob("*.YZU"):
        path.write_bytes(path.read_bytes()[:-1])
    answer = ask("centre_ferry", "centre", "ferry", "import", stick, "--home", centre, code=1)
    assert all("已损坏" in note["sentence"] for note in answer["notes"])
    assert ask("error", "ferry", "export", stick / "gone", "--home", node, code=1)["error"]["code"] == "ferry_missing"
    assert ask("error", "ferry", "import", stick / "gone", "--home", node, code=1)["error"]["code"] == "ferry_missing"
    shutil.rmtree(stick / "YIZHAN")
    answer = ask("error", "centre", "ferry", "export", stick, "--home", centre, code=1)
    assert answer["error"]["code"] == "ferry_no_room"


def test_a_budget_is_given_as_people_write_it(circle, sample):
    _, node, stick = circle
    apply(node, sample)
    done = ask("ferry_export", "ferry", "export", stick, "--max-bytes", "20k", "--home", node)
    assert done["bytes"] <= 20 << 10
    assert done["left"]["materials"] > 0
    assert run("ferry", "export", stick, "--max-bytes", "viel", "--home", node)[0] == 2


def test_two_exports_at_once_leave_a_stick_that_is_whole(circle, sample):
    centre, node, stick = circle
    apply(node, sample)
    command = [sys.executable, "-m", "edge", "ferry", "export", str(stick), "--home", str(node)]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert 0 in [one.wait(60) for one in both]
    assert ask("centre_ferry", "centre", "ferry", "import", stick, "--home", centre)["nodes"][0]["events"] == 1
