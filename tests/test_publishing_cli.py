"""The whole way of a county's service through the real commands: new, fill, sign, review, publish, sync, file."""

import json
from pathlib import Path

import pytest
from programs import ask, make_circle, run, served

PASSWORD = b"xiang-cun-lu-deng-7\n"


def finish(file: Path, **changes) -> dict:
    """What an operator does with a commented start: write every open text, confirm the choices, name the area."""
    value = json.loads(file.read_text(encoding="utf-8").replace("【待补】", ""))
    value["x-service"] |= {"code": "NY01", "publisher": {"area": "522425", "name": "纳雍县公安局"}}
    value |= changes
    file.write_text(json.dumps(value, ensure_ascii=False, indent=2), encoding="utf-8")
    return value


@pytest.fixture
def county(tmp_path):
    """A county's key, and a fresh service file with everything still open."""
    key, file = tmp_path / "county.key", tmp_path / "cunmin-yijian.json"
    made = ask("forms_keygen", "forms", "keygen", "--area", "522425", "--name", "罗明", "--out", key)
    ask("forms_new", "forms", "new", "cunmin-yijian", "--out", file)
    return key, file, made


def signed(key, file):
    return ask("forms_sign", "forms", "sign", file, "--key", key)


def status(file):
    return ask("forms_status", "forms", "status", file, "--home", file.parent / "nowhere")["files"][0]


def test_from_an_empty_file_to_an_application_at_a_node(tmp_path, county):
    key, file, made = county
    centre, node = make_circle(tmp_path)
    assert status(file)["status"] == "trial"
    finish(file)
    assert signed(key, file)["status"] == "signed"
    ask("centre_county_key", "centre", "county-key", "add", "522425", "罗明", made["key"], "--home", centre)
    ask(None, "centre", "reviewers", "--add", "lishen", "--password-stdin", "--home", centre, stdin=PASSWORD)
    review = ("centre", "review", file, "--by", "lishen", "--password-stdin", "--home", centre)
    assert ask("centre_review", *review, stdin=PASSWORD)["status"] == "reviewed"
    assert not ask("centre_review", *review, stdin=PASSWORD)["fresh"]
    with served("centre", "serve", "--home", centre, "--port", "0") as (_, ready):
        room = {"YIZHAN_CENTRE_URL": ready["url"]}
        answers = tmp_path / "answers.json"
        answers.write_text(json.dumps(json.loads(file.read_text())["x-samples"]["valid"][0]["answers"]))
        apply = ("apply", "cunmin-yijian", answers, "--token", "token-0001", "--home", node)
        ask("sync", "sync", "--home", node, env=room)
        assert ask("error", *apply, code=1)["error"]["code"] == "service_not_named"
        published = ask("centre_publish", "centre", "publish", file, "--home", centre)
        assert (published["status"], published["fresh"]) == ("published", True)
        assert not ask("centre_publish", "centre", "publish", file, "--home", centre)["fresh"]
        ask("sync", "sync", "--home", node, env=room)
        number = ask("apply", *apply)["number"]
        ask("sync", "sync", "--home", node, env=room)
    assert ask("forms_status", "forms", "status", file, "--home", node)["files"][0]["here"] == "published"
    assert ask("centre_show", "centre", "show", number, "--home", centre)["service"]["id"] == "cunmin-yijian"
    assert ask("verify", "verify", "--home", node)["whole"]
    assert ask("centre_verify", "centre", "verify", "--home", centre)["whole"]


def test_an_unfinished_file_is_not_signed_and_every_open_item_is_named(county):
    key, file, _ = county
    error = ask("error", "forms", "sign", file, "--key", key, code=1)["error"]
    assert {"/x-service/code", "/x-service/who/0"} <= {one["pointer"] for one in error["faults"]}
    assert all(one["line"] > 0 for one in error["faults"])
    assert not file.with_suffix(".sig.json").exists()


def test_a_faulty_file_is_not_signed(county):
    key, file, _ = county
    value = finish(file)
    del value["x-service"]["fee"]
    file.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    assert "fee" in run("forms", "sign", file, "--key", key)[2]
    assert not file.with_suffix(".sig.json").exists()


def test_a_service_of_another_county_is_not_signed(county):
    key, file, _ = county
    value = finish(file)
    value["x-service"]["publisher"]["area"] = "522426"
    file.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    assert ask("error", "forms", "sign", file, "--key", key, code=1)["error"]["code"] == "service_outside_area"


def test_a_second_signature_changes_nothing_and_an_altered_file_says_so(county):
    key, file, _ = county
    finish(file)
    assert signed(key, file)["fresh"]
    first = file.with_suffix(".sig.json").read_bytes()
    assert not signed(key, file)["fresh"]
    assert file.with_suffix(".sig.json").read_bytes() == first
    value = json.loads(file.read_text())
    value["x-service"]["name"] = "改过的名称"
    file.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    found = ask("forms_status", "forms", "status", file, "--home", file.parent / "nowhere", code=1)["files"][0]
    assert found["status"] == "trial"
    assert "改动过" in found["problem"]


def test_a_key_is_never_written_over_and_is_its_owners_alone(county):
    key, _, _ = county
    held = key.read_bytes()
    assert key.stat().st_mode & 0o077 == 0
    words = ("forms", "keygen", "--area", "522425", "--name", "罗明", "--out", key)
    assert ask("error", *words, code=1)["error"]["code"] == "file_in_the_way"
    assert key.read_bytes() == held
    wrong = ("forms", "keygen", "--area", "五二", "--name", "罗明", "--out", key.with_suffix(".2"))
    assert ask("error", *wrong, code=1)["error"]["code"] == "area_wrong"


def test_county_keys_are_listed_and_end(tmp_path, county):
    _, _, made = county
    centre = tmp_path / "centre"
    assert run("centre", "init", "--home", centre)[0] == 0
    add = ("centre", "county-key", "add", "522425", "罗明", made["key"], "--home", centre)
    ask("centre_county_key", *add)
    ask("centre_county_key", *add)
    ask("centre_county_key", "centre", "county-key", "disable", made["key"], "--home", centre)
    listed = ask("centre_county_key", "centre", "county-key", "list", "--home", centre)["keys"]
    assert [(one["area"], one["name"], one["active"]) for one in listed] == [("522425", "罗明", False)]
