"""kill -9 before every durable call of the ferry, on both sides: done again, the end is the same as without."""

import os
import shutil
import signal

import pytest
import sqlalchemy
from conftest import make_home
from sqlalchemy import Engine

from edge import log, verify
from edge.database import Connection
from edge.node import open_node
from sync import stick
from sync.centre import log as centre_log
from sync.centre import outside
from sync.centre.centre import create_home as create_centre
from sync.centre.centre import open_centre
from sync.centre.ferry import hand_out
from sync.centre.ferry import take_in as centre_in
from sync.centre.verification import verify as centre_verify
from sync.ferry import export, take_in
from tests.sync_pair import NODE, PHOTO, file_one, give_enrolment, number, received

CALLS = ("fsync", "mkdir", "unlink", "replace")


def count_and_kill(opened, fatal):
    """In a child: count the calls that make something durable, and end before the given one; a list of the counts."""
    counts = []

    def counted(call):
        def run(*given, **more):
            counts.append(1)
            if len(counts) == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*given, **more)

        return run

    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))
    if hasattr(opened, "database"):
        Connection.commit = counted(Connection.commit)
    else:
        sqlalchemy.event.listen(Engine, "commit", counted(lambda _: None))
    return counts


def in_child(home, folder, act, fatal):
    """(exit status, number of durable calls) of one act in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 70
        try:
            opened = open_of(act)(home)
            counts = count_and_kill(opened, fatal)
            status = 0 if RUN[act](opened, folder).went_well else 1
            os.write(writer, str(len(counts)).encode())
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        said = told.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), int(said or b"0")


def open_of(act):
    return open_centre if act.startswith("centre") else open_node


class Places:
    """Homes and stick, in one place: a node that finds itself at another place than before opens a new epoch."""

    def __init__(self, folder):
        self.folder, self.kept = folder / "live", folder / "kept"
        self.node, self.centre, self.stick = (self.folder / name for name in ("home", "centre", "stick"))

    def keep(self, name):
        shutil.copytree(self.folder, self.kept / name)

    def restore(self, name):
        """As it was when it was kept, every file in its own place on the disk."""
        saved = self.kept / name
        for path in sorted(self.folder.rglob("*"), reverse=True):
            if not (saved / path.relative_to(self.folder)).exists():
                path.unlink() if path.is_file() else path.rmdir()
        for path in sorted(saved.rglob("*")):
            there = self.folder / path.relative_to(saved)
            there.mkdir(exist_ok=True) if path.is_dir() else shutil.copyfile(path, there)
        for mark in self.folder.rglob("witness.mark"):  # it would know an old copy, which this is not meant to be
            mark.unlink()

    def run(self, act, fatal=0):
        """In a process of its own."""
        return in_child(self.centre if act.startswith("centre") else self.node, self.stick, act, fatal)

    def do(self, act):
        """In this process; somebody decides between the centre's import and its export."""
        opened = open_of(act)(self.centre if act.startswith("centre") else self.node)
        assert RUN[act](opened, self.stick).went_well
        if act == "centre_import":
            outside.decide(opened, number(1), act="accept", actor="centre:li")
        opened.close()


RUN = {"export": export, "centre_import": centre_in, "centre_export": hand_out, "import": take_in}
ACTS = tuple(RUN)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Everything as it stands before each of the acts, kept under its name."""
    made = Places(tmp_path_factory.mktemp("ferry"))
    made.folder.mkdir()
    make_home(made.node)
    create_centre(made.centre)
    made.stick.mkdir()
    node, centre = open_node(made.node), open_centre(made.centre)
    give_enrolment(node, centre, "https://127.0.0.1:1")
    file_one(node, photos=(PHOTO,))
    node.close()
    centre.close()
    for act in ACTS:
        made.keep(act)
        made.do(act)
    return made


def is_received(places):
    node = open_node(places.node)
    said = received(node)
    node.close()
    return said


def same_end(places):
    """Both logs the same, everything received, nothing doubled."""
    node, centre = open_node(places.node), open_centre(places.centre)
    with centre.store.read() as theirs, node.database.read() as ours:
        up, down = list(centre_log.walk(theirs, NODE, "node")), list(centre_log.walk(theirs, NODE, "centre"))
        assert (up, down) == (log.up(ours), log.down(ours))
        assert [event.kind for event in up] == ["application.filed"]
        assert [event.kind for event in down][-1] == "application.accepted"
        assert (log.unsent(ours), log.missing(ours)) == (0, [])
    assert received(node)
    assert verify.verify(node.database).whole
    assert centre_verify(centre)["whole"]
    assert stick.tray(places.stick, NODE, stick.UP).files() == []
    node.close()
    centre.close()


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_was_killed_is_made_good_by_doing_it_again(act, places):
    places.restore(act)
    _, calls = places.run(act)
    assert calls > 3
    for fatal in range(1, calls + 1):
        places.restore(act)
        assert places.run(act, fatal)[0] == -signal.SIGKILL
        assert act == "import" or not is_received(places)
        for following in ACTS[ACTS.index(act) :]:
            places.do(following)
        same_end(places)
