"""Everything besides the logs can be dropped and filled again from them, and is then what it was."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import FixedClock
from programs import ask

from edge import applications, definitions, materials, projections, stock, verify
from edge.node import open_node
from edge.publishing import in_force, public_of
from edge.recent import Recent
from sync.centre import publishing, reviewers
from tests.desk_app import centre_says, photo
from tests.signing import sign_file
from tests.test_edge_stock import PAPER, WEI, granted, issue, received, token
from tests.test_edge_whole import file as file_whole
from tests.test_publishing import ID, county_service

PASSWORD = "石门乡 清晨 算盘 拖拉机"
COUNTY_KEY = bytes(range(2, 34))


@pytest.fixture
def lived(node):
    """A node in which everything has happened that fills a projection."""
    received(node)
    issue(node, granted(node))
    stock.void(node, PAPER, "CZ000102", "丢失", actor=WEI, token=token())
    whole = file_whole(node)
    with node.database.read() as tx:
        parts = [number for _, number in applications.get(tx, whole.number).state.parts]
    centre_says(node, "application.accepted", parts[0], {})
    centre_says(node, "application.decided", parts[0], {"result": "granted"})
    kept = materials.store(node, photo(), "房产证.jpg", "kiosk", "proof")
    withdrawn = file_whole(node, token="token-0002")
    applications.add_material(node, parts[1], kept, actor=WEI)
    applications.withdraw(node, withdrawn.number, actor=WEI, token="token-0003")
    return node


def dumped(node):
    with node.database.read() as tx:
        return projections.dump(tx)


def rebuilt(node):
    with node.database.write() as tx:
        return projections.rebuild(tx, node.settings)


def test_every_table_is_a_projection_or_says_why_it_is_none(node):
    with node.database.read() as tx:
        found = {row[0] for row in tx.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    known = {one.table for one in projections.PROJECTIONS} | set(projections.KEPT)
    shadows = {name for name in found if name.startswith(("head_words_", "guide_words_", "sqlite_", "_sqlite"))}
    assert found - shadows == known
    assert not {one.table for one in projections.PROJECTIONS} & set(projections.KEPT)
    assert all(projections.KEPT.values())


def test_what_was_dropped_and_filled_again_is_what_it_was(lived):
    before = dumped(lived)
    done = rebuilt(lived)
    assert dumped(lived) == before
    assert (done.slips, done.unlisted) == (5, ())
    assert all(
        before[table]
        for table in ("head", "head_person", "head_material", "head_words", "tally", "stock_slip", "serial")
    )


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE head SET applicant = '别人', phase = 'closed'",
        "DELETE FROM head WHERE id % 2",
        "DELETE FROM head_person",
        "DELETE FROM head_material",
        "UPDATE tally SET count = count + 3",
        "INSERT INTO head_words (head_words) VALUES ('delete-all')",
        "UPDATE stock_slip SET state = 'unused'",
        "UPDATE serial SET last = 1",
    ],
)
def test_what_was_spoilt_is_mended(lived, spoil):
    before = dumped(lived)
    with lived.database.write() as tx:
        tx.execute(spoil)
    rebuilt(lived)
    assert dumped(lived) == before
    assert verify.verify(lived.database).faults == []


def test_what_the_centre_published_comes_back_from_its_log(enrolled, node, centre, tmp_path):
    path = tmp_path / "xin.json"
    path.write_text(json.dumps(county_service(), ensure_ascii=False), encoding="utf-8")
    publish(centre, path)
    assert enrolled.drain().went_well
    before = dumped(node)
    assert ID in [row[1] for row in before["publication"]]
    with node.database.write() as tx:
        tx.execute("UPDATE publication SET sheet = '{}', at = '2030' WHERE id = ?", (ID,))
    rebuilt(node)
    assert dumped(node) == before
    in_force.refresh(node)
    assert node.newest(ID).id == ID


def publish(centre, path: Path) -> None:
    publishing.add_key(centre, "522425", "罗明", public_of(COUNTY_KEY))
    reviewers.add(centre, "shen", "沈静", PASSWORD, "法制审核")
    sign_file(path, "county", COUNTY_KEY, name="罗明")
    publishing.review(centre, path, "shen", PASSWORD)
    publishing.publish(centre, path)


def test_an_older_programs_tables_are_filled_anew_at_the_start(lived):
    before, home = dumped(lived), lived.settings.home
    with lived.database.write() as tx:
        tx.execute("UPDATE node SET projected = 0")
        tx.execute("DELETE FROM head_person")
    lived.close()
    again = open_node(home, FixedClock())
    try:
        assert dumped(again) == before
    finally:
        again.close()


def test_an_application_whose_definition_is_gone_holds_up_nothing(lived, monkeypatch):
    with lived.database.write() as tx:
        tx.execute("PRAGMA defer_foreign_keys = ON")
        row = tx.execute("SELECT number, definition FROM head ORDER BY id LIMIT 1").fetchone()
        tx.execute("UPDATE definition SET digest = ? WHERE digest = ?", ("0" * 64, row["definition"]))
        tx.execute("UPDATE publication SET digest = ? WHERE digest = ?", ("0" * 64, row["definition"]))
        tx.execute("UPDATE service_head SET digest = ? WHERE digest = ?", ("0" * 64, row["definition"]))
    monkeypatch.setattr(definitions, "_recent", Recent(1))
    monkeypatch.setattr(definitions, "_named", Recent(1))
    done = rebuilt(lived)
    assert done.unlisted == (row["number"],)
    assert done.applications > 1


KILLED = """
import os, signal
from pathlib import Path
from edge import projections
from edge.node import open_node
node = open_node(Path({home!r}))
with node.database.write() as tx:
    projections.rebuild(tx, node.settings)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_in_the_middle_leaves_what_was(lived):
    before, home = dumped(lived), lived.settings.home
    lived.close()
    program = textwrap.dedent(KILLED).format(home=str(home))
    killed = subprocess.run(
        [sys.executable, "-c", program], check=False, cwd=Path(__file__).parent.parent, env=os.environ
    )
    assert killed.returncode == -signal.SIGKILL
    again = open_node(home, FixedClock())
    try:
        assert dumped(again) == before
    finally:
        again.close()


def test_the_command_says_what_it_filled(home):
    answer = ask("rebuild", "rebuild", "--home", home)
    assert (answer["applications"], answer["slips"]) == (0, 0)
    assert set(answer["tables"]) == {one.table for one in projections.PROJECTIONS}
