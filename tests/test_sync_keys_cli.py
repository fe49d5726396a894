"""Keys and policies from the command line: what is said is true, again is harmless, a fault is a sentence."""

import json
from contextlib import contextmanager

from tests.programs import NODE, ask, make_circle, run, served


@contextmanager
def circle(folder):
    """(centre home, node home) with the centre serving."""
    centre = folder / "centre"
    assert run("centre", "init", "--home", centre)[0] == 0
    with served("centre", "serve", "--port", "0", "--home", centre) as (_, line):
        file, node = folder / "enrolment.json", folder / "node"
        enrolled = run(
            "centre", "enrol", NODE, "--name", "大坪村警务室", "--url", line["url"], "--home", centre, "--out", file
        )
        assert enrolled[0] == 0, enrolled
        ask("init", "init", "--home", node, "--enrolment", file)
        ask("sync", "sync", "--home", node)
        yield centre, node


def states(home):
    return [
        (one["generation"], one["suite"], one["state"]) for one in ask("keys", "keys", "show", "--home", home)["keys"]
    ]


def test_keys_of_both_sides_are_changed_while_the_centre_serves(tmp_path):
    with circle(tmp_path) as (centre, node):
        assert states(node) == [(1, "modern-1", "current")]
        assert ask("keys", "keys", "rotate", "--home", node)["fresh"]
        assert not ask("keys", "keys", "rotate", "--home", node)["fresh"]
        assert states(node) == [(1, "modern-1", "current"), (2, "modern-1", "next")]
        ask("sync", "sync", "--home", node)
        assert states(node) == [(2, "modern-1", "current")]
        assert len(ask("centre_keys", "centre", "keys", "rotate", "--home", centre)["keys"]) == 2
        assert ask("error", "centre", "keys", "retire", "1", "--home", centre, code=1)["error"]["code"] == "keys_in_use"
        ask("sync", "sync", "--home", node)
        left = ask("centre_keys", "centre", "keys", "retire", "1", "--home", centre)["keys"]
        assert [(one["generation"], one["rooms"]) for one in left] == [(2, 1)]
        ask("sync", "sync", "--home", node)
        known = ask("keys", "keys", "show", "--home", node)["centre"]
        assert [(one["generation"], one["retired"]) for one in known] == [(1, True), (2, False)]


def test_a_policy_of_the_command_line_reaches_the_node(tmp_path):
    with circle(tmp_path) as (centre, node):
        words = ("centre", "policy", "--suite", "gm-1", "--suite", "modern-1", "--minimum", "gm-1")
        words = (*words, "--from", "2099-01-01T00:00:00+08:00", "--home", centre)
        assert ask("centre_policy", "centre", "policy", "--home", centre)["version"] == 0
        first = ask("centre_policy", *words)
        assert (first["version"], first["suites"], first["fresh"]) == (1, ["gm-1", "modern-1"], True)
        assert not ask("centre_policy", *words)["fresh"]
        ask("sync", "sync", "--home", node)
        assert states(node) == [(2, "gm-1", "current")]
        assert ask("keys", "keys", "show", "--home", node)["policy"]["version"] == 1
        ask("sync", "sync", "--home", node)


def test_faults_are_sentences(tmp_path):
    centre, node = make_circle(tmp_path)
    for code, words in (
        ("policy_wrong", ("centre", "policy", "--suite", "modern-0", "--home", centre)),
        ("policy_wrong", ("centre", "keys", "rotate", "--suite", "modern-0", "--home", centre)),
        ("not_found", ("centre", "keys", "retire", "1", "--home", centre)),
    ):
        assert ask("error", *words, code=1)["error"]["code"] == code
    alone = tmp_path / "alone"
    assert run("init", "--home", alone, "--node", NODE, "--room", "大坪村警务室")[0] == 0
    assert ask("error", "keys", "rotate", "--home", alone, code=1)["error"]["code"] == "centre_not_set"
    assert json.loads(run("keys", "show", "--home", alone, "--json")[1])["centre"] == []
    assert ask("keys", "keys", "show", "--home", node)["keys"][0]["state"] == "current"
