"""The fleet: what machines say of themselves, which alarm each of them sets off, and which it doesn't."""

from datetime import datetime, timedelta
from importlib.metadata import version

import pytest
from sqlalchemy import update

from edge import machine_report, room_tickets
from edge.housekeeping import Keeper
from sync.centre import aside, fleet, packs, spreading, tables
from sync.centre.alarms import ALARMS
from sync.centre.enrolment import enrol
from sync.centre.fleet import Asked
from sync.centre.receiver import receive
from sync.centre.store import upsert
from sync.https import HttpsLink
from sync.push import Push
from tests.centre_room import enrolled
from tests.ferry_pair import carry
from tests.sync_pair import NODE, CentreServer, give_enrolment
from tests.test_sync_packs import CALENDAR, folder, published, signed_root

NOW = "2026-11-21T09:12:03+08:00"
FINE = {
    "said_at": NOW, "version": version("yizhan"), "unsent": 0, "lacking": 0, "oldest": "", "skew_s": 2,
    "disk_mb": 100_000, "disk_free_mb": 60_000, "backup": "2026-11-20T20:00:00+08:00", "aside": 0, "pack": 0,
    "pack_fault": "",
}  # fmt: skip  # a table


def ago(**span):
    return (datetime.fromisoformat(NOW) - timedelta(**span)).isoformat(timespec="seconds")


def put(centre, node_id=NODE, report=None, ferried="", **node):
    """A room as the rows say it; it was in touch a minute ago and is fine."""
    enrol(centre, node_id, f"{node_id[-2:]} 号警务室", "")
    values = {"bound_at": ago(days=90), "last_contact_at": ago(minutes=1), "code_hash": ""} | node
    with centre.store.write() as tx:
        tx.execute(update(tables.node).filter_by(node_id=node_id).values(values))
        if report is not None:
            said = dict(report)
            wrong = [{"node_id": node_id, "name": name} for name in said.pop("checks", ())]
            upsert(tx, tables.node_report, [{"node_id": node_id, **FINE, **said}])
            upsert(tx, tables.node_check, wrong)
        if ferried:
            upsert(tx, tables.ferried, [{"node_id": node_id, "digest": b"x", "at": ferried}])


def fired(centre, node_id=NODE):
    with centre.store.read() as tx:
        return {one.code for one in fleet.one(centre, tx, node_id).alarms}


def test_a_room_that_is_fine_sets_off_nothing(centre):
    put(centre, report={})
    assert fired(centre) == set()


CASES = {  # a case that fires, and the one just beside it that doesn't
    "fork": ({"fork_at": NOW}, {"fork_at": ""}),
    "full": ({"report": {"disk_free_mb": 1023}}, {"report": {"disk_free_mb": 1024, "disk_mb": 8_000}}),
    "silent": ({"last_contact_at": ago(days=7, seconds=1)}, {"last_contact_at": ago(days=7)}),
    "no_stick": (
        {"last_contact_at": ago(days=35, seconds=1), "ferried": ago(days=35, seconds=1)},
        {"last_contact_at": ago(days=35), "ferried": ago(days=35)},
    ),
    "behind": ({"report": {"said_at": ago(days=3, seconds=1)}}, {"report": {"said_at": ago(days=3)}}),
    "backlog": ({"report": {"oldest": ago(days=7, seconds=1)}}, {"report": {"oldest": ago(days=7)}}),
    "aside": ({"report": {"aside": 1}}, {"report": {"aside": 0}}),
    "skew": ({"report": {"skew_s": -301}}, {"report": {"skew_s": -300}}),
    "disk": ({"report": {"disk_free_mb": 9_999}}, {"report": {"disk_free_mb": 10_000}}),
    "backup": ({"report": {"backup": ""}}, {"report": {"backup": ago(days=35)}}),
    "check": ({"report": {"checks": ["witness"]}}, {"report": {"checks": ["disk"]}}),  # which has an alarm of its own
    "pack": ({"report": {"pack_fault": "清单：已经过期"}}, {"report": {"pack_fault": ""}}),
    "version": ({"report": {"version": "0.0.9"}}, {"report": {}}),
    "mute": ({"report": None}, {"report": None, "bound_at": ago(days=3)}),
    "unused": (
        {
            "report": None,
            "bound_at": "",
            "last_contact_at": "",
            "code_hash": "x",
            "enrolled_at": ago(days=14, seconds=1),
        },
        {"report": None, "bound_at": "", "last_contact_at": "", "code_hash": "x", "enrolled_at": ago(days=14)},
    ),
}


def test_every_alarm_has_a_case_and_says_what_to_do():
    assert set(CASES) == set(ALARMS)
    assert all(len(one.act) > 10 and one.title not in one.act for one in ALARMS.values())


@pytest.mark.parametrize("code", CASES)
def test_an_alarm_fires_for_its_case_and_not_for_the_one_beside_it(centre, code):
    fires, quiet = CASES[code]
    put(centre, **{"report": {}, **fires})
    assert fired(centre) == {code}
    put(centre, "5224250018", **{"report": {}, **quiet})
    assert fired(centre, "5224250018") == set()


def test_a_room_of_sticks_is_not_late_after_a_week(centre):
    put(centre, report={}, last_contact_at=ago(days=20), ferried=ago(days=20))
    assert fired(centre) == set()
    (machine,) = fleet.page(centre, Asked(way="stick")).machines
    assert (machine.stick, machine.stick_at) == (True, ago(days=20))


def test_what_was_refused_rings_until_somebody_has_set_it_aside(centre):
    room = enrolled(centre, NODE)
    room.write("application.praised", {})
    receive(centre, NODE, room.batch())
    assert "aside" in fired(centre)
    aside.set_aside(centre, NODE, 1, 1, by="centre:lishen", reason="旧版程序写的")
    assert "aside" not in fired(centre)


def test_a_room_without_the_pack_of_all_rooms_rings(centre, tmp_path):
    put(centre, report={"pack": 0})
    packs.install_root(centre, signed_root(centre))
    made = published(centre, folder(tmp_path, "one", **{"calendar/2027.json": CALENDAR}))
    spreading.spread(centre, made.number, by="x", share=50)
    assert fired(centre) == set()
    spreading.spread(centre, made.number, by="x", share=100)
    assert fired(centre) == {"pack"}
    spreading.pause(centre, made.number, by="x")
    assert fired(centre) == set()


# the list


@pytest.fixture
def some(centre):
    put(centre, "5224250001", report={})
    put(centre, "5224250002", report={"disk_free_mb": 10})
    put(centre, "5224250003", report={"version": "0.0.9", "backup": ""})
    put(centre, "5224260004", report={"oldest": ago(days=1), "lacking": 3})
    put(centre, "5223010005", report=None, ferried=ago(days=9), last_contact_at=ago(days=9))
    return centre


def listed(centre, **asked):
    return [one.node_id[-1] for one in fleet.page(centre, Asked(**asked)).machines]


def test_the_rooms_that_want_looking_at_come_first(some):
    assert listed(some) == ["2", "3", "5", "1", "4"]
    found = fleet.page(some, Asked())
    assert (found.count, found.total, found.today) == (5, 5, 4)
    assert {code for code, count in found.alarms.items() if count} == {"full", "version", "backup", "mute"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"order": "name"}, "51234"),
        ({"area": "522425", "order": "name"}, "123"),
        ({"area": "5223"}, "5"),
        ({"alarm": "full"}, "2"),
        ({"text": "04"}, "4"),
        ({"text": "52242500"}, "231"),
        ({"text": "%"}, ""),
        ({"way": "stick"}, "5"),
        ({"way": "line", "order": "contact"}, "1234"),
        ({"order": "disk"}, "21345"),
        ({"order": "oldest"}, "45123"),
        ({"order": "nonsense"}, "23514"),
        ({"area": "522425", "alarm": "backup"}, "3"),
    ],
)
def test_the_list_narrows_and_orders(some, asked, found):
    assert "".join(listed(some, **asked)) == found


def test_the_list_goes_page_by_page_and_leaves_nobody_out(some, monkeypatch):
    monkeypatch.setattr(fleet, "SHOWN", 2)
    pages = [fleet.page(some, Asked(after=after)) for after in (0, 2, 4)]
    assert [len(one.machines) for one in pages] == [2, 2, 1]
    assert [one.more for one in pages] == [2, 4, 0]
    assert len({one.node_id for page in pages for one in page.machines}) == 5


# the report


def low(_):
    return 100 << 30, 500 << 20


def fine(_):
    return 100 << 30, 60 << 30


def reports(node):
    with node.database.read() as tx:
        rows = tx.execute("SELECT body FROM event WHERE kind = 'node.reported' ORDER BY epoch, seq").fetchall()
    return len(rows)


def test_a_machine_reports_once_a_day_and_at_once_when_something_changes(node, centre, clock):
    assert not machine_report.tell(node, fine)  # it has nobody to tell
    give_enrolment(node, centre, "https://127.0.0.1:1")
    assert machine_report.tell(node, fine)
    assert not machine_report.tell(node, fine)
    assert machine_report.tell(node, low)
    assert not machine_report.tell(node, low)
    machine_report.backed_up(node)
    assert machine_report.tell(node, low)
    clock.advance(days=1)
    Keeper(node).look()
    assert reports(node) == 4


@pytest.mark.parametrize("way", ["network", "stick"])
def test_a_report_comes_to_the_centre_by_either_way_and_the_page_shows_which(node, centre, tmp_path, way):
    machine_report.backed_up(node)
    if way == "network":
        server = CentreServer(centre)
        give_enrolment(node, centre, server.url)
        link = HttpsLink(server.url)
        Push(node, link).drain()
        machine_report.tell(node, fine)
        report = Push(node, link).drain()
        link.close()
        server.close()
        assert report.went_well
        assert report.sent_bytes < 700
    else:
        give_enrolment(node, centre, "https://127.0.0.1:1")
        machine_report.tell(node, fine)
        (tmp_path / "stick").mkdir()
        carry(node, centre, tmp_path / "stick")
    (machine,) = fleet.page(centre, Asked()).machines
    assert machine.stick == (way == "stick")
    assert machine.said["disk_free_mb"] == 60 << 10
    assert machine.said["backup"] == node.clock.now()
    assert machine.disk_percent == 60


def test_what_a_machine_found_wrong_itself_comes_with_its_report_and_goes_with_the_next(node, centre, clock):
    server = CentreServer(centre)
    give_enrolment(node, centre, server.url)
    link = HttpsLink(server.url)
    room_tickets.open_by_program(node, "paper", "没有纸了")
    machine_report.tell(node, fine)
    Push(node, link).drain()
    with centre.store.read() as tx:
        assert fleet.one(centre, tx, NODE).checks == ("设备",)
    assert "check" in fired(centre)
    room_tickets.close_by_program(node, "paper", "换了一卷")
    clock.advance(days=1)
    machine_report.tell(node, fine)
    Push(node, link).drain()
    assert "check" not in fired(centre)
    link.close()
    server.close()


def test_a_clock_that_is_wrong_is_measured_when_the_centre_answers(node, centre):
    server = CentreServer(centre)
    give_enrolment(node, centre, server.url)
    link = HttpsLink(server.url)
    with node.database.write() as tx:
        machine_report.heard(tx, ago(minutes=-10))
    machine_report.tell(node, fine)
    Push(node, link).drain()
    assert fleet.page(centre, Asked()).machines[0].said["skew_s"] == -600
    with node.database.read() as tx:
        assert machine_report.note_of(tx, "skew_s") == "0"  # it was right by the answer just now
    link.close()
    server.close()


def test_a_report_of_a_stranger_and_one_that_is_none_change_nothing(centre):
    room = enrolled(centre, NODE)
    room.write("node.reported", {"version": "1"}, application="")
    receive(centre, NODE, room.batch())
    (machine,) = fleet.page(centre, Asked()).machines
    assert machine.said is None
