"""A node of before keeps its keys and its centre when sets of keys come in."""

from pathlib import Path

import pytest
from conftest import KEY, FixedClock

from edge import identity, migrations
from edge.database import Database
from edge.errors import YizhanError
from sync.suites import MODERN_1

STEP = "m014_sets_of_keys"


@pytest.fixture
def before(tmp_path: Path, clock: FixedClock):
    """A database as the step found it, with the keys of a node and of its centre."""
    opened = Database(tmp_path / "before.db", KEY, clock)
    sign, box = MODERN_1.sign_keys(), MODERN_1.box_keys()
    with opened.write() as tx:
        tools = opened.tools(tx)
        migrations.steps.apply(tools, stop_before=STEP)
        for kind, pair in (("sign", sign), ("box", box)):
            tx.execute("INSERT INTO identity_key VALUES (?, ?, ?)", (kind, pair.private, clock.now()))
        tx.execute(
            "INSERT INTO centre (id, url, name, sign_key, box_key, code, enrolled_at) VALUES (1, 'u', 'n', ?, ?, 'c', 'e')",
            (bytes(range(32)), bytes(range(32, 64))),
        )
    yield opened, identity.Identity(sign, box)
    opened.close()


def test_keys_and_centre_come_through(before) -> None:
    opened, own = before
    assert STEP in migrations.migrate(opened)
    with opened.read() as tx:
        assert identity.load(tx) == own
        assert identity.centre(tx) == identity.Centre("u", "n", bytes(range(32)), bytes(range(32, 64)), "c", "e")
        assert [one.generation for one in identity.centre_sets(tx)] == [1]
    assert migrations.migrate(opened) == []


def test_a_step_that_fails_leaves_everything_as_it_was(before) -> None:
    opened, own = before
    with opened.write() as tx:
        tx.execute("CREATE TABLE suite_policy (odd INTEGER)")
    with pytest.raises(YizhanError) as caught:
        migrations.migrate(opened)
    assert caught.value.code == "migration_failed"
    with opened.write() as tx:
        held = {row["kind"]: bytes(row["private"]) for row in tx.execute("SELECT kind, private FROM identity_key")}
        assert held == {"sign": own.sign.private, "box": own.box.private}
        tx.execute("DROP TABLE suite_policy")
    assert STEP in migrations.migrate(opened)
    with opened.read() as tx:
        assert identity.load(tx) == own
