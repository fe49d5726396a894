"""What leaves a room: everything in the open for its owner, and nothing of a person for anybody else."""

import hashlib
import json
import logging
import zipfile

import pytest
from desk_app import add_officer, desk_app, file_one, photo

from edge import leaving, log_lines, materials, metrics, support
from edge.commands.desk import as_json
from edge.errors import YizhanError, problem
from tests.service_for_tests import answers

NAME = "王秀梅"
ANSWERS = answers(NAME)


def markers(answers):
    """Everything of a person that was typed: every text of some length."""
    if isinstance(answers, dict):
        return [one for value in answers.values() for one in markers(value)]
    if isinstance(answers, list):
        return [one for value in answers for one in markers(value)]
    return [answers] if isinstance(answers, str) and len(answers) > 2 else []


@pytest.fixture
def number(node):
    add_officer(node)
    return file_one(node).number


def test_everything_is_exported_and_the_index_names_it_all(node, number, tmp_path):
    materials.store(node, photo(), "a.jpg", "desk")
    index = leaving.export(node, tmp_path / "out", as_json)
    said = json.loads((tmp_path / "out" / "applications" / f"{number}.json").read_text())
    assert said["number"] == number
    assert all(one in json.dumps(said, ensure_ascii=False) for one in markers(ANSWERS))
    lines = (tmp_path / "out" / "log" / "node.jsonl").read_bytes().splitlines()
    assert json.loads(lines[-1])["digest"] == index["head"].rpartition(":")[2]
    digest = said["service"]["digest"]
    assert json.loads((tmp_path / "out" / "definitions" / f"{digest}.json").read_text())["id"] == "ceshi-dengji"
    for path in (tmp_path / "out" / "materials").iterdir():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.stem
    found = leaving.check(tmp_path / "out")
    assert (found["faults"], found["files"]) == ([], len(index["files"]))
    assert not any("node.toml" in name or "key" in name for name in index["files"])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.unlink(), "缺少"),
        (lambda path: path.write_bytes(path.read_bytes() + b" "), "不一样"),
        (lambda path: path.with_name("more.json").write_bytes(b"{}"), "不在目录里"),
    ],
)
def test_an_export_that_was_changed_says_where(node, number, tmp_path, spoil, words):
    leaving.export(node, tmp_path / "out", as_json)
    spoil(tmp_path / "out" / "applications" / f"{number}.json")
    (fault,) = leaving.check(tmp_path / "out")["faults"]
    assert words in fault


def test_an_export_goes_into_an_empty_folder_only_and_another_folder_is_none(node, tmp_path):
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(YizhanError) as caught:
        leaving.export(node, tmp_path, as_json)
    assert caught.value.code == "file_in_the_way"
    with pytest.raises(YizhanError) as caught:
        leaving.check(tmp_path)
    assert caught.value.code == "export_unreadable"


def test_an_index_that_names_files_elsewhere_is_not_followed(tmp_path):
    index = {"head": "1:1:00", "files": {"../../etc/hostname": {"sha256": "0" * 64, "bytes": 1}}}
    (tmp_path / leaving.INDEX).write_text(json.dumps(index))
    assert leaving.check(tmp_path)["faults"] == ["../../etc/hostname 不是这个文件夹里的文件"]


# --- nothing of a person


def raise_with(words):
    """An error as libraries make them: its message quotes what was typed."""
    try:
        int(words)
    except ValueError as error:
        raise problem("bad_request", detail=words) from error


def test_a_bundle_for_help_and_the_logs_hold_nothing_of_a_person(node, number, tmp_path):
    handler = log_lines.keep(node.settings.home)
    try:
        client = desk_app(node).test_client()
        client.get(f"/console/applications/{number}?text={NAME}")
        client.post("/api/v1/applications", json={"answers": ANSWERS})
        try:
            raise_with(NAME)
        except YizhanError:
            logging.getLogger("edge").exception("planted")
    finally:
        log_lines.end(handler)
    support.write(node, tmp_path / "help.zip")
    with zipfile.ZipFile(tmp_path / "help.zip") as bundle:
        parts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert "bad_request at test_edge_leaving.py" in parts["logs/node.jsonl"]
    assert "ValueError at" in parts["logs/node.jsonl"]
    assert all(json.loads(line)["at"] for line in parts["logs/node.jsonl"].splitlines())
    secrets = [node.settings.key_file.read_text().strip(), node.database.key.hex(), node.room.name, number]
    for text in (*parts.values(), metrics.text(node)):
        assert [one for one in (*markers(ANSWERS), *secrets, "罗明") if one in text] == []


def test_a_marker_that_is_there_would_be_found():
    assert NAME in markers(ANSWERS)
    assert len(markers(ANSWERS)) > 1


def test_a_bundle_overwrites_nothing(node, tmp_path):
    (tmp_path / "help.zip").write_bytes(b"x")
    with pytest.raises(YizhanError) as caught:
        support.write(node, tmp_path / "help.zip")
    assert caught.value.code == "file_in_the_way"


# --- the page of numbers


def test_the_numbers_are_for_this_machine_alone(node, number):
    client = desk_app(node).test_client()
    text = client.get("/metrics").text
    assert 'yizhan_check{check="chain"} 1' in text
    assert 'yizhan_applications{phase="' in text
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.168.1.20"}).status_code == 404
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "kiosk 192.168.1.20"}).status_code == 404


def test_every_line_of_the_numbers_is_in_the_format(node, number):
    samples = [line for line in metrics.text(node).splitlines() if not line.startswith("#")]
    for line in samples:
        name, _, value = line.rpartition(" ")
        assert name.partition("{")[0].replace("_", "").isalnum()
        assert float(value) >= 0 or "skew" in name
    assert len(samples) > 20
