"""A room, a centre and a stick between them: what the tests of the ferry share."""

import hashlib

from edge import log, verify
from sync import stick
from sync.centre import log as centre_log
from sync.centre import rooms
from sync.centre.ferry import hand_out
from sync.centre.ferry import take_in as centre_in
from sync.centre.verification import verify as centre_verify
from sync.ferry import export, take_in
from tests.sync_pair import (
    NODE,
    PHOTO,
)

OTHER = "5224250099"
PHOTO_SHA = hashlib.sha256(PHOTO).hexdigest()


def carry(node, centre, medium):
    """The stick goes to the centre and comes home."""
    assert export(node, medium).went_well
    assert centre_in(centre, medium).went_well
    assert hand_out(centre, medium).went_well
    assert take_in(node, medium).went_well


def ups(medium, node=NODE):
    return stick.tray(medium, node, stick.UP).files()


def downs(medium, node=NODE):
    return stick.tray(medium, node, stick.DOWN).files()


def logs_agree(node, centre):
    with centre.store.read() as theirs, node.database.read() as ours:
        assert list(centre_log.walk(theirs, NODE, "node")) == log.up(ours)
        assert list(centre_log.walk(theirs, NODE, "centre")) == log.down(ours)
    assert verify.verify(node.database).whole
    assert centre_verify(centre)["whole"]


def photo(serial):
    return b"\xff\xd8\xff" + hashlib.shake_128(bytes([serial])).digest(300_000)


def held_at_centre(centre):
    with centre.store.read() as tx:
        return rooms.get(tx, NODE).up_head.seq
