"""Keys of the database from the command line, on both sides: what is printed opens, and what is asked for is written down."""

import time
import urllib.request

import pytest

from edge import unlocking
from edge.inbox import rounds
from edge.node import open_node
from tests.programs import NODE, ask, run, served

PASSPHRASE = "YIZHAN_PASSPHRASE_FILE"


@pytest.fixture(scope="module")
def circle(tmp_path_factory):
    """(centre home, its address, node home, the passphrase's file) of a room that keeps no key file."""
    folder = tmp_path_factory.mktemp("slots")
    centre, node, file, words = folder / "centre", folder / "node", folder / "enrolment.json", folder / "words"
    assert run("centre", "init", "--home", centre)[0] == 0
    for name in ("li", "du"):
        given = ("--add", name, "--display-name", "某某", "--post", "county", "--password-stdin")
        code, _, err = run("centre", "reviewers", *given, "--home", centre, stdin=b"guihua-2026-xiang\n")
        assert code == 0, err
    with served("centre", "serve", "--port", "0", "--home", centre) as (_, line):
        told = ("--name", "大坪村警务室", "--url", line["url"], "--home", centre, "--out", file)
        assert run("centre", "enrol", NODE, *told)[0] == 0
        made = ask("init", "init", "--home", node, "--enrolment", file, "--passphrase", "--words")
        words.write_text(made["passphrase"])
        yield centre, node, words


def kinds(node):
    return [one["kind"] for one in ask("keys_list", "keys", "list", "--home", node)["slots"]]


def test_a_room_of_a_passphrase_keeps_no_key_and_the_centre_has_a_slot(circle):
    _, node, words = circle
    assert not (node / "node.key").exists()
    assert kinds(node) == ["centre", "passphrase"]
    assert ask("error", "status", "--home", node, code=1)["error"]["code"] == "key_missing"
    ask("status", "status", "--home", node, env={PASSPHRASE: words})
    ask("sync", "sync", "--home", node, env={PASSPHRASE: words})


def test_slots_are_added_removed_and_the_key_is_changed(circle, tmp_path):
    _, node, words = circle
    env = {PASSPHRASE: words}
    file = ask("keys_add", "keys", "add", "file", "--out", tmp_path / "safe.key", "--home", node, env=env)
    assert file["file"] == str(tmp_path / "safe.key")
    weak = run("keys", "add", "passphrase", "--stdin", "--json", "--home", node, env=env, stdin=b"123456\n")
    assert (weak[0], "passphrase_weak" in weak[1]) == (1, True)
    assert len(ask("keys_list", "keys", "rotate", "--database", "--home", node, env=env)["slots"]) == 3
    ask("status", "status", "--home", node, env=env)
    ask("keys_add", "keys", "remove", file["slot"]["id"], "--home", node, env=env)
    assert kinds(node) == ["centre", "passphrase"]
    assert (
        ask("error", "keys", "remove", "00000000", "--home", node, env=env, code=1)["error"]["code"] == "slot_unknown"
    )


def test_the_centre_brings_a_key_back_when_two_people_vouch_for_the_code(circle, tmp_path):
    centre, node, _ = circle
    asked = ask("keys_request", "keys", "request", tmp_path / "ask.json", "--home", node)
    words = ("centre", "return-key", tmp_path / "ask.json", "--out", tmp_path / "answer.json", "--home", centre)
    both = ("--as", "centre:li", "--witness", "centre:du", "--reason", "口令信封遗失")
    wrong = ask("error", *words, *both, "--code", "0000 0000 0000", code=1)
    assert wrong["error"]["code"] == "recovery_code_wrong"
    alone = ("--as", "centre:li", "--witness", "centre:li", "--reason", "口令信封遗失")
    assert ask("error", *words, *alone, "--code", asked["code"], code=1)["error"]["code"] == "key_return_persons"
    assert ask("centre_returns", "centre", "returns", "--home", centre)["returns"] == []
    ask("centre_return_key", *words, *both, "--code", asked["code"])
    fresh = ask("keys_add", "keys", "recover", tmp_path / "answer.json", "--home", node)
    (tmp_path / "fresh").write_text(fresh["passphrase"])
    ask("status", "status", "--home", node, env={PASSPHRASE: tmp_path / "fresh"})
    given = ask("centre_returns", "centre", "returns", "--home", centre)["returns"]
    assert [(one["node_id"], one["way"], one["actor"], one["witness"], one["times"]) for one in given] == [
        (NODE, "file", "centre:li", "centre:du", 1)
    ]


def test_a_backup_is_all_that_is_left_and_the_centre_brings_its_key_back(circle, tmp_path):
    centre, node, words = circle
    made = ask("backup", "backup", tmp_path, "--home", node, env={PASSPHRASE: words})
    new, answer = tmp_path / "new", tmp_path / "answer.json"
    asked = ask("keys_request", "keys", "request", tmp_path / "ask.json", "--backup", made["file"], "--home", new)
    both = ("--as", "centre:li", "--witness", "centre:du", "--reason", "电脑被水淹，口令信封也在里面")
    given = ("centre", "return-key", tmp_path / "ask.json", "--code", asked["code"], "--out", answer, "--home", centre)
    ask("centre_return_key", *given, *both)
    answer.with_name("other.json").write_text('{"answer": 1}')
    wrong = ask("error", "restore", made["file"], "--answer", answer.with_name("other.json"), "--home", new, code=1)
    assert wrong["error"]["code"] == "recovery_wrong"
    done = ask("restore", "restore", made["file"], "--answer", answer, "--home", new)
    assert (done["node"], done["epoch"]) == (NODE, 2)
    (tmp_path / "fresh").write_text(done["passphrase"])
    ask("status", "status", "--home", new, env={PASSPHRASE: tmp_path / "fresh"})
    again = ask("error", "restore", made["file"], "--answer", answer, "--home", tmp_path / "other", code=1)
    assert again["error"]["code"] == "recovery_wrong"  # its key went with the first use
    ways = [one["reason"] for one in ask("centre_returns", "centre", "returns", "--home", centre)["returns"]]
    assert "电脑被水淹，口令信封也在里面" in ways


def test_a_room_that_may_is_unlocked_by_the_centre_and_one_that_may_not_waits(circle):
    centre, node, words = circle
    opened = open_node(node, unlocked=unlocking.typed(node, words.read_text()))
    rounds.Rounds(opened).look()  # what is filed while it is locked needs a place, which a run makes
    opened.close()
    with (node / "node.toml").open("a", encoding="utf-8") as file:
        file.write('unlock = "centre"\n')
    with served("serve", "--home", node, "--port", "0") as (_, urls):
        assert "本机还没有解锁" in page(urls)
    ask("centre_unlock", "centre", "unlock", NODE, "--until", "2099-12-31", "--home", centre)
    with served("serve", "--home", node, "--port", "0") as (_, urls):
        until(lambda: "本机还没有解锁" not in page(urls))
    ask("centre_unlock", "centre", "unlock", NODE, "--forbid", "--home", centre)
    with served("serve", "--home", node, "--port", "0") as (_, urls):
        assert "本机还没有解锁" in page(urls)
        (node / "node.toml").write_text((node / "node.toml").read_text() + f"listen_port = {port(urls)}\n")
        assert run("unlock", "--home", node, stdin=b"4827 1936 0042 7781\n")[0] == 1
        assert ask("unlock", "unlock", "--home", node, stdin=words.read_bytes())["unlocked"]
        assert "本机还没有解锁" not in page(urls)
    ways = [one["way"] for one in ask("centre_returns", "centre", "returns", "--home", centre)["returns"]]
    assert sorted(ways) == ["file", "file", "line"]


def page(urls):
    return urllib.request.urlopen(urls["console"]).read().decode()


def port(urls):
    return urls["console"].split(":")[2].split("/")[0]


def until(true, patience_s=60):
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end
