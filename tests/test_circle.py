"""The whole circle without a browser, by the commands that other programs use."""

import json
import signal

import pytest
from PIL import Image
from programs import NODE, ask, holds, make_circle, run, served

from forms.definition import PACKAGED

TOKEN = "paper-2026-0001"


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """A full valid answer of 居住登记 with the files that it names: (answers file, --material words)."""
    folder = tmp_path_factory.mktemp("sample")
    definition = json.loads((PACKAGED / "juzhu-dengji.json").read_text(encoding="utf-8"))
    given = definition["x-samples"]["valid"][0]
    (folder / "answers.json").write_text(json.dumps(given["answers"], ensure_ascii=False), encoding="utf-8")
    words = []
    for place, material in enumerate(given["materials"]):
        Image.new("RGB", (320, 240), (200, 40 * place, 90)).save(folder / f"{place}.jpg")
        words += ["--material", f"{material['slot']}={folder / f'{place}.jpg'}"]
    return folder / "answers.json", words


def apply(node, sample, token=TOKEN, code=0):
    answers, materials = sample
    name = "apply" if code == 0 else "error"
    return ask(name, "apply", "juzhu-dengji", answers, "--token", token, *materials, "--home", node, code=code)


@pytest.fixture
def notice(tmp_path):
    """A correction notice with two defects, as `centre decide --correct` reads it."""
    items = [
        {"target": "field", "ref": "/host/name", "label": "房东姓名", "defect": "与租房合同上的姓名不一致"},
        {
            "target": "material",
            "ref": "residence_proof",
            "label": "住所证明",
            "defect": "合同没有房东签名，请重新拍一张",
        },
    ]
    path = tmp_path / "notice.json"
    path.write_text(json.dumps({"items": items}, ensure_ascii=False), encoding="utf-8")
    return path


def test_an_application_goes_up_is_decided_and_comes_back_and_both_logs_are_the_same(tmp_path, sample, notice):
    centre, node = make_circle(tmp_path)
    first = apply(node, sample)
    number = first["number"]
    assert ask("status", "status", "--home", node)["unsent"] == 1
    assert ask("sync", "sync", "--home", node, code=1)["problem"]["code"] == "centre_unreachable"
    assert not ask("show", "show", number, "--home", node)["received_by_centre"]

    with served("centre", "serve", "--port", "0", "--home", centre) as (_, urls):
        there = {"YIZHAN_CENTRE_URL": urls["url"]}
        done = ask("sync", "sync", "--home", node, env=there)
        assert (done["unsent"], done["problem"]) == (0, None)
        assert ask("show", "show", number, "--home", node)["received_by_centre"]
        seen = ask("centre_show", "centre", "show", number, "--home", centre)
        assert seen["answers"]["applicant"]["name"] == "王秀梅"
        assert all(material["complete"] for material in seen["materials"])

        ask("centre_show", "centre", "decide", number, "--correct", notice, "--home", centre)
        ask("sync", "sync", "--home", node, env=there)
        asked = ask("show", "show", number, "--home", node)
        assert (asked["state"], len(asked["corrections"][0]["items"])) == ("correction", 2)

        ask("centre_show", "centre", "decide", number, "--accept", "--home", centre)
        ask("centre_show", "centre", "decide", number, "--result", "granted", "--home", centre)
        ask("sync", "sync", "--home", node, env=there)

    shown = ask("show", "show", number, "--home", node)
    assert (shown["state"], shown["result"], shown["state_title"]) == ("closed", "granted", "办结（准予）")
    assert ask("verify", "verify", "--home", node)["whole"]
    assert ask("centre_verify", "centre", "verify", "--home", centre)["whole"]
    ours, theirs = (
        run("log", "--json", "--home", node),
        run("centre", "log", "--node", NODE, "--json", "--home", centre),
    )
    assert ours[0] == theirs[0] == 0
    assert ours[1] == theirs[1]
    lines = [json.loads(line) for line in ours[1].splitlines()]
    assert [line["kind"] for line in lines] == [
        "application.filed",
        "correction.requested",
        "application.accepted",
        "application.decided",
    ]
    for line in lines:
        holds("log_line", line)
    status = ask("status", "status", "--home", node)
    assert (status["head"], status["acked"], status["unsent"], status["quarantine"]) == (1, 1, 0, 0)


def test_the_same_token_returns_the_first_application(tmp_path, sample):
    _, node = make_circle(tmp_path)
    first, again = apply(node, sample), apply(node, sample)
    assert (first.pop("created"), again.pop("created")) == (True, False)
    assert first == again
    assert ask("status", "status", "--home", node)["applications"] == 1


def test_wrong_answers_are_refused_with_every_place_and_nothing_is_kept(tmp_path, sample):
    _, node = make_circle(tmp_path)
    answers = json.loads(sample[0].read_text(encoding="utf-8"))
    answers["applicant"]["idNumber"] = "522425196603129841"
    answers["residence"]["start"] = "2026-02-31"
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(answers), encoding="utf-8")
    error = apply(node, (wrong, sample[1]), code=1)["error"]
    assert {fault["path"] for fault in error["faults"]} >= {"/applicant/idNumber", "/residence/start"}
    assert ask("status", "status", "--home", node)["applications"] == 0


def test_a_wrong_key_is_a_sentence_and_no_trace(tmp_path):
    _, node = make_circle(tmp_path)
    (node / "node.key").write_text("00" * 32 + "\n")
    code, out, err = run("status", "--home", node)
    assert (code, out) == (1, "")
    assert "密钥" in err
    assert "Traceback" not in err


def test_a_port_in_use_is_a_sentence(tmp_path):
    centre, node = make_circle(tmp_path)
    with served("centre", "serve", "--port", "0", "--home", centre) as (_, urls):
        port = urls["url"].rpartition(":")[2]
        for words in (("serve", "--home", node), ("centre", "serve", "--home", centre)):
            error = ask("error", *words, "--port", port, code=1)["error"]
            assert error["code"] == "port_in_use"
            assert port in error["sentence"]


def test_a_number_that_nobody_filed_is_not_found(tmp_path):
    centre, node = make_circle(tmp_path)
    assert ask("error", "show", "52242500171000017", "--home", node, code=1)["error"]["code"] == "not_found"
    words = ("centre", "decide", "52242500171000017", "--accept", "--home", centre)
    assert ask("error", *words, code=1)["error"]["code"] == "not_found"


def test_a_node_that_was_killed_while_serving_has_what_it_filed(tmp_path, sample):
    _, node = make_circle(tmp_path)
    with served("serve", "--port", "0", "--home", node, stop=signal.SIGKILL):
        number = apply(node, sample)["number"]
    assert ask("show", "show", number, "--home", node)["state"] == "received"
    assert ask("verify", "verify", "--home", node)["whole"]


def test_looking_at_a_node_that_serves_logs_nobody_out(tmp_path):
    _, node = make_circle(tmp_path)
    words = ("officers", "--add", "weijianguo", "--name", "韦建国", "--password-stdin", "--home", node)
    assert ask(None, *words, stdin=b"yi-er-san-si-wu\n")["officers"][0]["account"] == "weijianguo"
    from edge import officers
    from edge.node import open_node

    opened = open_node(node)
    try:
        session = officers.login(opened, "weijianguo", "yi-er-san-si-wu")
        ask("status", "status", "--home", node)
        assert officers.who(opened, session) is not None
    finally:
        opened.close()
