"""The checks of a machine: each is fine in a fresh room, and each has a case in which it is not."""

import dataclasses
import shutil
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from desk_app import Desk, add_officer, desk_app, plain

from edge import log, machine_report, room_tickets, upgrade_book
from edge.config import watching
from edge.doctor import checks
from edge.errors import YizhanError, problem
from edge.housekeeping import RUNNING_FILE, Keeper
from edge.node import open_node
from forms import health
from tests.sync_pair import give_enrolment

GB = 1 << 30


def roomy(_):
    return 100 * GB, 60 * GB


def states(node, **more):
    return {one.name: one.state for one in checks.look(node, **{"usage": roomy} | more)}


def one(node, name, **more):
    return next(found for found in checks.look(node, **{"usage": roomy} | more) if found.name == name)


@pytest.mark.parametrize("thorough", [False, True])
def test_a_room_that_was_just_made_is_fine_in_everything(node, thorough):
    found = checks.look(node, usage=roomy, thorough=thorough)
    assert [line.name for line in found] == list(health.CHECKS)
    assert [line.line for line in found if line.state != "fine"] == []
    assert all(line.sentence for line in found)


def slow_clock(node, clock):
    with node.database.write() as tx:
        tx.execute("INSERT OR REPLACE INTO machine_note VALUES ('skew_s', '-301')")


def clock_before_the_centre(node, clock):
    clock.set_centre_time("2027-01-01T00:00:00+08:00")
    clock.advance(days=-40)


def flipped_page(node, clock):
    with node.database.write() as tx:
        row = ("a" * 64, "image/jpeg", 1, "a.jpg", "", node.clock.now(), b"x")
        tx.execute("INSERT INTO material VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def broken_chain(node, clock):
    with node.database.write() as tx:
        log.append(tx, "ticket.opened", "", {"what": "paper", "note": ""}, "system")
        tx.execute("DROP TRIGGER event_is_never_changed")
        tx.execute("UPDATE event SET digest = zeroblob(32) WHERE side = 'node'")


def log_without_its_end(node, clock):
    with node.database.write() as tx:
        log.append(tx, "ticket.opened", "", {"what": "other", "note": ""}, "system")
    node.database.after_commit.clear()
    with node.database.write() as tx:
        tx.execute("DROP TRIGGER event_is_never_deleted")
        tx.execute("DELETE FROM event WHERE side = 'node'")


def no_witness(node, clock):
    node.settings.witness.unlink()


def no_backup(node, clock):
    machine_report.backed_up(node)
    clock.advance(days=3, seconds=1)


def no_paper(node, clock):
    room_tickets.open_by_program(node, "paper", "没有纸了")


def refused_pack(node, clock):
    with node.database.write() as tx:
        tx.execute("INSERT INTO pack_state (id, fault) VALUES (1, '清单：签名不够')")


def other_program(node, clock):
    Keeper(node).begin()
    mark = node.settings.database.parent / RUNNING_FILE
    mark.write_text(mark.read_text().splitlines()[0] + "\n0.0.9\n")


def half_upgrade(node, clock):
    upgrade_book.write(node.settings.home, upgrade_book.Book("prepared", node.clock.now(), "0.1.0"))


def went_back(node, clock):
    book = upgrade_book.Book("back", node.clock.now(), "0.1.0", "0.2.0", "", "数据库升级没有成功")
    upgrade_book.write(node.settings.home, book)


def faulty_room_file(node, clock):
    (node.settings.home / "room.toml").write_text("name = 3\n")
    watching.take_over(node)


CASES = (
    ("clock", slow_clock, "慢 5 分钟"),
    ("clock", clock_before_the_centre, "早于省级中心"),
    ("database", flipped_page, "摘要不符"),
    ("chain", broken_chain, "不对"),
    ("witness", log_without_its_end, "没有这一号"),
    ("witness", no_witness, "不见了"),
    ("backup", no_backup, "最近一次"),
    ("devices", no_paper, "纸用完了"),
    ("pack", refused_pack, "签名不够"),
    ("version", other_program, "0.0.9"),
    ("version", half_upgrade, "做了一半"),
    ("version", went_back, "已退回"),
    ("files", faulty_room_file, "room.toml"),
)


@pytest.mark.parametrize(("name", "plant", "words"), CASES, ids=[one[1].__name__ for one in CASES])
def test_what_is_wrong_is_said_with_what_to_do(node, clock, name, plant, words):
    plant(node, clock)
    found = one(node, name, thorough=True)
    assert (found.state, words in found.sentence) == ("faulty", True), found
    assert found.hint.endswith("。")


def test_every_check_has_a_case_in_which_it_is_not_fine():
    elsewhere = {"disk", "link", "certificate"}  # below
    assert {name for name, *_ in CASES} | elsewhere == set(health.CHECKS)


@pytest.mark.parametrize(
    ("free_mb", "state"), [(1023, "faulty"), (1024, "faulty"), (10_239, "faulty"), (10_240, "fine")]
)
def test_a_disk_is_tight_where_the_fleet_page_says_so(node, free_mb, state):
    assert one(node, "disk", usage=lambda _: (100 * GB, free_mb << 20)).state == state


def test_a_link_is_missed_after_a_week_and_by_stick_after_five(node, centre, clock):
    give_enrolment(node, centre, "https://127.0.0.1:1")
    with node.database.write() as tx:
        tx.execute("UPDATE node SET created_at = ?", (clock.now(),))
    clock.advance(days=7)
    assert one(node, "link").state == "fine"
    clock.advance(seconds=1)
    assert one(node, "link").state == "faulty"
    with node.database.write() as tx:
        tx.execute("INSERT INTO ferry_parcel VALUES (1, x'%s', 0, 1, 0, '[]', 0, '', '')" % ("00" * 32))
    assert one(node, "link").state == "fine"
    clock.advance(days=28)
    assert one(node, "link").state == "faulty"


def authority(until):
    """A certificate that ends at that moment, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "centre")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, until - timedelta(days=400), until)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_a_certificate_is_told_of_a_month_before_its_end(node, clock):
    node.settings = dataclasses.replace(node.settings, centre_ca="centre.pem")
    assert "没有文件" in one(node, "certificate").sentence
    file = node.settings.home / "centre.pem"
    file.write_bytes(authority(clock.moment + timedelta(days=30, minutes=1)))
    assert one(node, "certificate").state == "fine"
    clock.advance(minutes=2)
    assert one(node, "certificate").state == "faulty"
    file.write_text("not one")
    assert "不是证书" in one(node, "certificate").sentence


def test_a_room_that_does_not_open_is_looked_at_from_outside(home, clock):
    shutil.move(home / "node.key", home / "elsewhere.key")
    with pytest.raises(YizhanError) as caught:
        open_node(home, clock)
    found = {line.name: line for line in checks.look_closed(home, caught.value)}
    assert list(found) == list(health.CHECKS)
    assert (found["database"].state, found["database"].sentence) == ("faulty", caught.value.sentence)
    assert {found[name].state for name in ("chain", "witness", "link")} == {"unknown"}
    assert {found[name].state for name in ("files", "devices", "version")} == {"fine"}


def test_a_log_behind_its_witness_is_the_witness_line_of_a_closed_room(home):
    found = {
        line.name: line for line in checks.look_closed(home, problem("log_behind_witness", witness=9, head=1, lost=2))
    }
    assert found["witness"].state == "faulty"
    assert found["database"].state == "unknown"


def test_the_console_shows_the_same_list_with_what_to_do(node):
    add_officer(node)
    desk = Desk(desk_app(node))
    assert all(title in desk.text("/console/checks") for title in health.CHECKS.values())
    no_witness(node, None)
    page = plain(desk.text("/console/checks"))
    assert page.index("见证文件") < page.index("时钟")
    assert "文件不见了" in page
    assert "/console/checks" in desk.text("/console/tickets")


def test_nobody_sees_it_without_logging_in(node):
    answer = desk_app(node).test_client().get("/console/checks")
    assert answer.status_code == 303
    assert "时钟" not in answer.text
