"""Service files are read and judged once; a room knows hundreds of services by their heads."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import FixedClock, make_home
from service_for_tests import answers, service

from edge import applications, definitions, heads
from edge.config import watching
from edge.errors import YizhanError
from edge.node import Node, open_node
from edge.publishing import service_files
from edge.recent import Recent
from forms import definition as files
from forms import head
from forms.definition import localized, packaged
from tests.signing import publish_file
from tests.test_forms_parameters import service as service_with_parameters

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def settled(monkeypatch):
    """Files count as unchanged however young they are."""
    monkeypatch.setattr(service_files, "FRESH_NS", 0)


@pytest.fixture
def forgetful(monkeypatch):
    """Nothing that an earlier test read is in memory."""
    monkeypatch.setattr(definitions, "_recent", Recent(definitions.HELD_MAX))
    monkeypatch.setattr(definitions, "_named", Recent(definitions.NAMED_MAX))


@pytest.fixture
def reading(monkeypatch):
    """The names of the files that are read, and of those that are judged."""
    read, judged = [], []
    look, load = files.digest_of, files.load

    def note_look(path):
        read.append(path.name)
        return look(path)

    def note_load(path, **more):
        judged.append(path.name)
        return load(path, **more)

    monkeypatch.setattr(files, "digest_of", note_look)
    monkeypatch.setattr(files, "load", note_load)
    return read, judged


def started(home: Path) -> Node:
    return open_node(home, FixedClock())


def restarted(node: Node) -> Node:
    node.close()
    return started(node.settings.home)


def county(folder: Path, number: int, **changes) -> Path:
    path = folder / f"xian-{number:03d}.json"
    publish_file(path, service(id=path.stem, **changes))
    return path


def rewritten(path: Path, old: str, new: str) -> None:
    """In place, with the same length and the same time of writing."""
    before = path.stat()
    text = path.read_text(encoding="utf-8")
    assert (len(old.encode()), text.count(old) > 0) == (len(new.encode()), True)
    path.write_text(text.replace(old, new), encoding="utf-8")
    while path.stat().st_ctime_ns == before.st_ctime_ns:
        os.utime(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (before.st_size, before.st_mtime_ns, before.st_ino)


# --- what is read and judged


def test_a_start_reads_no_file_that_nobody_touched(home, settled, reading):
    started(home).close()
    for names in reading:
        names.clear()
    node = started(home)
    assert reading == ([], [])
    assert node.newest("ceshi-dengji").title == "测试登记"
    assert len(node.catalogue) == len(packaged()) + 1
    node.close()


def test_a_changed_file_is_read_and_judged_alone(home, settled, reading):
    county(home / "services", 1)
    started(home).close()
    publish_file(home / "services" / "ceshi-dengji.json", service(version="2026.11.2"))
    for names in reading:
        names.clear()
    node = started(home)
    assert reading == (["ceshi-dengji.json"], ["ceshi-dengji.json"])
    assert node.newest("ceshi-dengji").version == "2026.11.2"
    node.close()


def test_a_file_that_was_rewritten_with_the_same_length_and_time_is_seen(home, settled):
    started(home).close()
    rewritten(home / "services" / "ceshi-dengji.json", "测试登记", "测试查验")
    node = started(home)
    trials = [one.title for one in node.catalogue.all() if one.id == "ceshi-dengji"]
    assert trials == ["测试查验"]
    assert node.status_of(node.head("ceshi-dengji")) != "published"  # its signature is of the content before
    node.close()


def test_a_file_that_may_still_be_changing_is_read_again(home, reading):
    started(home).close()
    for names in reading:
        names.clear()
    started(home).close()
    assert "ceshi-dengji.json" in reading[0]  # written a moment ago: the clock of the disk may not have moved since
    assert "ceshi-dengji.json" not in reading[1]  # but judged it was


def test_a_file_with_the_content_of_before_is_not_judged_again(home, settled, reading):
    started(home).close()
    path = home / "services" / "ceshi-dengji.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    for names in reading:
        names.clear()
    node = started(home)
    assert reading == (["ceshi-dengji.json"], [])
    assert node.status_of(node.head("ceshi-dengji")) == "published"
    node.close()


def test_a_file_that_is_gone_is_no_service_and_comes_back(home, settled):
    node = started(home)
    path = home / "services" / "ceshi-dengji.json"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    node = restarted(node)
    assert "ceshi-dengji" not in node.catalogue
    path.write_text(text, encoding="utf-8")
    node = restarted(node)
    assert node.status_of(node.head("ceshi-dengji")) == "published"
    node.close()


def test_a_signature_that_changes_or_goes_is_seen(home, settled):
    node = started(home)
    sheet = home / "services" / "ceshi-dengji.sig.json"
    text = sheet.read_text(encoding="utf-8")
    county(home / "services", 1)
    (home / "services" / "xian-001.sig.json").unlink()
    node = restarted(node)
    assert node.status_of(node.head("xian-001")) == "trial"
    publish_file(home / "services" / "xian-001.json")
    sheet.write_text(text.replace('"county"', '"centre"'), encoding="utf-8")
    node = restarted(node)
    assert node.status_of(node.head("xian-001")) == "published"
    node.close()


def test_two_files_of_one_version_are_a_fault_also_when_one_was_read_before(home, settled):
    started(home).close()
    (home / "services" / "zweite.json").write_text(json.dumps(service(), ensure_ascii=False), encoding="utf-8")
    with pytest.raises(YizhanError) as caught:
        started(home)
    assert "zweite.json" in caught.value.sentence
    assert "有两个文件" in caught.value.sentence


def test_a_file_that_cannot_be_looked_at_is_a_fault(home):
    (home / "services" / "fort.json").symlink_to(home / "nowhere.json")
    with pytest.raises(YizhanError) as caught:
        started(home)
    assert "fort.json" in caught.value.sentence


KILLED = """
    import os, signal
    from pathlib import Path
    from edge import definitions
    from edge.node import open_node

    keep = definitions.keep
    def die(tx, definition):
        keep(tx, definition)
        if definition.id == "xian-003":
            os.kill(os.getpid(), signal.SIGKILL)
    definitions.keep = die
    open_node(Path({home!r}))
"""


def test_a_kill_in_the_middle_of_taking_over_loses_nothing(home):
    for number in range(5):
        county(home / "services", number)
    program = textwrap.dedent(KILLED).format(home=str(home))
    killed = subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    node = started(home)
    assert {f"xian-{number:03d}" for number in range(5)} <= set(node.catalogue)
    assert all(node.status_of(node.head(f"xian-{number:03d}")) == "published" for number in range(5))
    node.close()


# --- many at once


@pytest.fixture
def crowded(tmp_path, monkeypatch):
    """A home with seven new services, of which a start judges three."""
    monkeypatch.setattr(service_files.read, "__defaults__", (3,))
    home = make_home(tmp_path / "crowded")
    (home / "services" / "ceshi-dengji.json").unlink()
    (home / "services" / "ceshi-dengji.sig.json").unlink()
    for number in range(7):
        county(home / "services", number)
    return home


def xian(node: Node) -> list[str]:
    return sorted(one for one in node.catalogue if one.startswith("xian-"))


def test_of_many_new_files_a_start_judges_a_few_and_nobody_files_with_the_others(crowded):
    node = started(crowded)
    assert (xian(node), node.standing.folder.waiting) == (["xian-000", "xian-001", "xian-002"], 4)
    with pytest.raises(YizhanError) as caught:
        applications.file(node, "xian-005", answers(), token="token-0001", channel="kiosk", actor="kiosk")
    assert caught.value.code == "service_unknown"
    node.close()


def test_the_others_are_judged_beside_the_pages(crowded):
    node = started(crowded)
    assert watching.judge_waiting(node)
    assert (len(xian(node)), node.standing.folder.waiting) == (6, 1)
    assert not watching.judge_waiting(node)
    assert (len(xian(node)), node.standing.folder.waiting) == (7, 0)
    assert not watching.judge_waiting(node)
    applications.file(node, "xian-005", answers(), token="token-0001", channel="kiosk", actor="kiosk")
    node.close()


def test_what_was_judged_before_a_power_cut_is_not_judged_again(crowded, reading):
    started(crowded).close()
    for names in reading:
        names.clear()
    node = started(crowded)
    assert reading[1] == ["xian-003.json", "xian-004.json", "xian-005.json"]
    assert len(xian(node)) == 6
    node.close()


def test_a_faulty_one_among_them_is_told_once_and_the_rest_goes_on_when_it_is_mended(crowded):
    path = crowded / "services" / "xian-004.json"
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace('"testing"', "1").replace('"name": "测试登记"', '"name": 7'), encoding="utf-8")
    node = started(crowded)
    assert not watching.judge_waiting(node)
    assert [fault.file for fault in node.files.faults] == ["services/xian-004.json"]
    assert not watching.judge_waiting(node)
    assert xian(node) == ["xian-000", "xian-001", "xian-002"]
    path.write_text(right, encoding="utf-8")
    node.clock.advance(seconds=2)
    assert node.refresh()
    while watching.judge_waiting(node):
        assert node.files.faults == ()
    assert (len(xian(node)), node.files.faults) == (7, ())
    node.close()


# --- heads


def said(one: head.Head) -> tuple:
    """What lists ask of a service."""
    keys = ("code", "category", "icon", "keywords", "citizen_name", "part_only", "private", "sealed",
            "plan_effective_date", "plan_cancel_date", "publisher", "parameters")  # fmt: skip  # a table
    return (
        one.id,
        one.version,
        one.digest,
        one.title,
        sorted(one.i18n),
        [one.text(f"x-service.{key}", "", tag) for key in ("name", "citizen_name") for tag in ("zh-CN", "en", "bo")],
        [one.service.get(key) for key in keys],
        "urgent" in one.service,
        [one.service.get("fee", {}).get(key) for key in ("amount", "local")],
        one.service.get("time_limit", {}).get("promised"),
        [material["source"] for material in one.service["materials"]],
        [result["document"] for result in one.service["results"] if result["seal"] == "stock"],
        [(one.begun(day), one.over(day)) for day in ("2020-01-01", "2026-11-21", "2099-01-01")],
    )


@pytest.mark.parametrize("identity", sorted(packaged()))
def test_the_head_of_a_packaged_service_says_what_its_file_says(identity):
    whole = packaged()[identity]
    small = json.loads(json.dumps(head.small(whole.raw), ensure_ascii=False))
    assert said(head.of_small(small, whole.digest, {})) == said(whole)
    assert len(json.dumps(small)) < len(json.dumps(whole.raw)) / 5


def test_a_head_in_the_words_of_a_place_says_what_the_file_says_there():
    whole = files.load(service_with_parameters())
    for values in ({}, {"fee": 3}):
        assert said(head.of_small(head.small(whole.raw), whole.digest, values)) == said(localized(whole, values))


def test_many_heads_read_in_one_go_are_those_that_are_read_one_by_one(home, settled, monkeypatch):
    node = started(home)
    with node.database.read() as tx:
        some = sorted(definitions.known(tx))[::2]
        before = definitions.smalls(tx, some)
        monkeypatch.setattr(definitions, "SCANNED_FROM", 1)
        assert definitions.smalls(tx, some) == before
        assert list(definitions.smalls(tx, some)) == some
        assert definitions.smalls(tx, []) == {}
    node.close()


@pytest.mark.parametrize("change", ["UPDATE service_head SET format = 0, small = '{}'", "DELETE FROM service_head"])
def test_heads_of_an_older_program_are_taken_anew(home, settled, change):
    node = started(home)
    before = sorted(map(repr, map(said, node.catalogue.all())))
    with node.database.write() as tx:
        tx.execute(change)
    node = restarted(node)
    assert sorted(map(repr, map(said, node.catalogue.all()))) == before
    with node.database.read() as tx:
        assert not definitions.lacks_heads(tx)
    node.close()


def test_a_definition_that_an_application_was_filled_with_opens_for_ever(home, settled, forgetful):
    node = started(home)
    number = applications.file(
        node, "ceshi-dengji", answers(), token="token-0001", channel="kiosk", actor="kiosk"
    ).number
    digest = node.head("ceshi-dengji").digest
    for path in (home / "services").iterdir():
        path.unlink()
    node = restarted(node)
    definitions._recent.put("another", node.newest("juzhu-dengji"))
    assert "ceshi-dengji" not in node.catalogue
    assert node.definition(digest).title == "测试登记"
    with node.database.read() as tx:
        assert applications.get(tx, number).definition.digest == digest
        assert heads.find(tx, number).title == "测试登记"
    node.close()


def test_a_room_that_showed_all_its_services_holds_a_few_of_them_whole(tmp_path, settled, forgetful, monkeypatch):
    monkeypatch.setattr(service_files.read, "__defaults__", (1000,))
    home = make_home(tmp_path / "many")
    for number in range(definitions.HELD_MAX + 10):
        county(home / "services", number)
    node = started(home)
    assert len(definitions._recent) < definitions.HELD_MAX
    for one in node.catalogue.all():
        assert node.whole(one).digest == one.digest
    assert len(definitions._recent) == len(node._shown) == definitions.HELD_MAX
    node.close()


def test_a_definition_that_is_gone_is_a_sentence(node):
    with pytest.raises(YizhanError) as caught:
        node.definition("0" * 64)
    assert caught.value.code == "definition_missing"


def test_the_last_that_were_asked_for_stay():
    recent: Recent[str, int] = Recent(2)
    recent.put("one", 1)
    recent.put("two", 2)
    assert recent.get("one") == 1
    recent.put("three", 3)
    assert (recent.get("one"), recent.get("two"), recent.get("three"), len(recent)) == (1, None, 3, 2)
