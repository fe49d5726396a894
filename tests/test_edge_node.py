"""A node's folder: made once, opened only when everything fits, each refusal a sentence."""

import json
import stat

import pytest
from conftest import FixedClock, make_home
from service_for_tests import answers, service

from edge import applications, identity, log
from edge.clock import SystemClock
from edge.errors import YizhanError
from edge.node import create_home, open_node


def refused(home, clock=None) -> YizhanError:
    with pytest.raises(YizhanError) as caught:
        open_node(home, clock or FixedClock())
    return caught.value


def file(node, token="token-0001"):
    return applications.file(node, "ceshi-dengji", answers(), token=token, channel="kiosk", actor="kiosk")


def test_a_new_home_can_be_opened_and_its_key_is_for_its_owner_alone(home, clock):
    assert stat.S_IMODE((home / "node.key").stat().st_mode) == 0o600
    node = open_node(home, clock)
    try:
        assert (node.settings.node_id, node.room.name) == ("5224250017", "石门乡警务室")
        assert "ceshi-dengji" in node.catalogue
        assert node.calendar.years
    finally:
        node.close()
        node.close()


def test_a_home_is_never_made_over_another(home):
    before = (home / "node.key").read_text()
    with pytest.raises(YizhanError) as caught:
        create_home(home, "5224250018", "另一个警务室")
    assert caught.value.code == "home_exists"
    assert (home / "node.key").read_text() == before


def test_a_home_with_wrong_settings_is_not_made_and_can_be_tried_again(tmp_path):
    with pytest.raises(YizhanError) as caught:
        create_home(tmp_path / "h", "12", "石门乡警务室")
    assert caught.value.code == "settings_wrong"
    create_home(tmp_path / "h", "5224250017", '石门乡"警务室"\\')
    node = open_node(tmp_path / "h", FixedClock())
    assert node.room.name == '石门乡"警务室"\\'
    node.close()


def test_a_home_that_lost_its_node_toml_keeps_its_applications(home, clock):
    node = open_node(home, clock)
    file(node)
    node.close()
    kept = (home / "node.toml").read_text()
    (home / "node.toml").unlink()
    with pytest.raises(YizhanError) as caught:
        create_home(home, "5224250017", "石门乡警务室")
    assert caught.value.code == "home_exists"
    (home / "node.toml").write_text(kept)
    node = open_node(home, clock)
    assert not file(node).created
    node.close()


def test_what_is_missing_is_named(home):
    for name, code in (
        ("data/node.db", "database_missing"),
        ("node.key", "key_missing"),
        ("node.toml", "home_missing"),
    ):
        kept = (home / name).read_bytes()
        (home / name).unlink()
        assert refused(home).code == code
        (home / name).write_bytes(kept)


def test_another_nodes_key_is_a_sentence(home):
    (home / "node.key").write_text("ab" * 32)
    error = refused(home)
    assert error.code == "wrong_database_key"
    assert str(home / "node.key") in error.hint


def test_another_nodes_database_is_a_sentence(home):
    text = (home / "node.toml").read_text().replace("5224250017", "5224250018")
    (home / "node.toml").write_text(text)
    error = refused(home)
    assert error.code == "wrong_node"
    assert "5224250017" in error.sentence


def test_a_faulty_service_stops_the_start_with_file_and_place(home):
    broken = service()
    del broken["x-service"]["name"]
    (home / "services" / "ceshi-dengji.json").write_text(json.dumps(broken))
    error = refused(home)
    assert error.code == "definition_faulty"
    assert "ceshi-dengji.json" in error.sentence
    assert "/x-service/name" in error.sentence


def test_a_node_without_its_last_commits_does_not_start(home, clock):
    node = open_node(home, clock)
    file(node)
    node.close()
    old = {path: path.read_bytes() for path in (home / "data").glob("node.db*")}
    node = open_node(home, clock)
    file(node, "token-0002")
    node.close()
    for path in (home / "data").glob("node.db*"):
        path.unlink()
    for path, data in old.items():
        path.write_bytes(data)
    error = refused(home)
    assert error.code == "log_behind_witness"
    assert "备份" in error.hint


def test_a_broken_chain_does_not_start(home, clock):
    node = open_node(home, clock)
    file(node)
    file(node, "token-0002")
    with node.database.write() as tx:
        tx.execute("DROP TRIGGER event_is_never_changed")
        tx.execute("UPDATE event SET at = '2020-01-01T00:00:00+08:00' WHERE seq = 1")
    node.close()
    assert refused(home).code == "log_broken"


def test_a_node_that_could_not_start_leaves_nothing_open(home):
    (home / "services" / "ceshi-dengji.json").write_text("{")
    assert refused(home).code == "definition_faulty"
    (home / "services" / "ceshi-dengji.json").unlink()
    open_node(home, FixedClock()).close()


def test_ticks_go_on_after_a_restart_whatever_the_machine_counts(home):
    clock = FixedClock(ticks=9_000_000)
    node = open_node(home, clock)
    file(node)
    clock.advance(minutes=1)
    node.close()
    fresh = FixedClock(ticks=5)
    open_node(home, fresh).close()
    assert fresh.ticks() >= clock.ticks()
    real = SystemClock()
    open_node(home, real).close()
    assert real.ticks() >= clock.ticks()


def test_the_centres_time_is_known_after_a_restart(home, clock):
    node = open_node(home, clock)
    with node.database.write() as tx:
        log.set_acked(tx, log.head(tx), "2031-05-05T00:00:00+08:00")
    node.close()
    real = SystemClock()
    node = open_node(home, real)
    file(node)
    with node.database.read() as tx:
        event = log.up(tx)[0]
    node.close()
    assert event.centre_at == "2031-05-05T00:00:00+08:00"
    assert event.at >= event.centre_at


def test_the_nodes_keys_stay_the_same_and_are_not_shown(home, clock):
    node = open_node(home, clock)
    keys = node.identity
    node.close()
    node = open_node(home, clock)
    assert node.identity == keys
    assert keys.sign.private.hex() not in repr(node)
    assert repr(keys.sign.private) not in repr(keys)
    assert len({keys.sign.private, keys.sign.public, keys.box.private, keys.box.public}) == 4
    node.close()


def test_two_homes_have_nothing_in_common(tmp_path):
    nodes = [open_node(make_home(tmp_path / name), FixedClock()) for name in "ab"]
    assert nodes[0].identity != nodes[1].identity
    assert (tmp_path / "a/node.key").read_text() != (tmp_path / "b/node.key").read_text()
    for node in nodes:
        node.close()


ENROLMENT = {
    "node": "5224250017",
    "name": "省公安厅",
    "centre_url": "https://zx.example.cn",
    "centre_sign_key": "01" * 32,
    "centre_box_key": "02" * 32,
    "code": "ABC",
}


def test_an_enrolment_file_is_taken_and_remembered(node):
    with node.database.write() as tx:
        assert identity.centre(tx) is None
        identity.set_centre(tx, ENROLMENT)
    with node.database.read() as tx:
        assert identity.centre(tx) == identity.Centre(
            "https://zx.example.cn", "省公安厅", b"\1" * 32, b"\2" * 32, "ABC"
        )
    with node.database.write() as tx:
        identity.set_enrolled(tx, "2026-11-21T10:00:00+08:00")
        assert identity.centre(tx).enrolled_at == "2026-11-21T10:00:00+08:00"


@pytest.mark.parametrize(
    "change",
    [
        {"node": "5224250018"},
        {"centre_sign_key": "01"},
        {"centre_box_key": "zz"},
        {"code": None, "centre_url": None, "centre_sign_key": None},
    ],
)
def test_an_enrolment_file_for_another_or_a_torn_one_is_refused(node, change):
    with pytest.raises(YizhanError) as caught, node.database.write() as tx:
        identity.set_centre(tx, {**ENROLMENT, **change})
    assert caught.value.code == "node_enrolment_wrong"
    with node.database.read() as tx:
        assert identity.centre(tx) is None
