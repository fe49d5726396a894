"""The data of every released version opens in the program of today, whole, and can be worked with."""

import tarfile

import pytest
from conftest import FixedClock
from desk_app import file_one
from released import APPLICANT, FOLDER

from edge import applications, materials, migrations, projections, verify
from edge.doctor import checks
from edge.node import open_node

RELEASED = sorted(FOLDER.glob("*.tar.gz"))


@pytest.fixture(params=RELEASED, ids=lambda path: path.name.removesuffix(".tar.gz"))
def released(request, tmp_path):
    """The room of a version, opened today."""
    with tarfile.open(request.param) as packed:
        packed.extractall(tmp_path, filter="data")
    opened = open_node(tmp_path / "home", FixedClock("2027-03-01T09:00:00+08:00"))
    yield opened
    opened.close()


def test_there_is_a_room_of_each_version():
    assert [path.name for path in RELEASED][:1] == ["0.1.0.tar.gz"]


def test_a_room_of_an_earlier_version_opens_whole_and_goes_on(released):
    with released.database.read() as tx:
        (number,) = [row[0] for row in tx.execute("SELECT number FROM head")]
        assert applications.get(tx, number).state.answers["applicant"]["name"] == APPLICANT
        assert migrations.steps.are_done(tx)
        (sha256,) = [row[0] for row in tx.execute("SELECT sha256 FROM material")]
        assert materials.open(tx, sha256)[1] == "image/jpeg"
    assert verify.verify(released.database).faults == []
    assert file_one(released).number != number
    serious = {"database", "chain", "witness", "version", "files"}
    assert [one for one in checks.look(released) if one.name in serious and one.state != "fine"] == []


def test_everything_that_follows_from_its_log_can_be_made_anew(released):
    with released.database.write() as tx:
        assert projections.rebuild(tx, released.settings).applications == 1
    assert verify.verify(released.database).whole
