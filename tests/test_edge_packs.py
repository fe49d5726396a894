"""Whichever single key is stolen: what a room takes then, and what it doesn't. And how a lost key is replaced."""

import json

import pytest

from edge import packs
from edge.packs import Known, Place
from edge.packs.documents import PackError, draft, read, sign
from forms.events import canonical
from tests.pack_world import (
    AFTER,
    COUNTY,
    HOME_1,
    HOME_2,
    KEYS,
    LATER,
    LONG,
    NODE,
    OTHER,
    SECOND,
    content,
    county,
    history,
    role,
    root,
    snapshot,
    timestamp,
)

EVIL = {"province.toml": 'fees = "999"\n'}
EVIL_HOME = {f"{COUNTY}/home.toml": "hidden = [9]\n"}


def arbitrary(past, key):
    """Content of the thief's, and everything above it signed with what he has."""
    made = content(3, EVIL, key)
    shot = snapshot(3, made, {COUNTY: past.county[1]}, key)
    stamp = timestamp(3, shot, key)
    past.world.put(made, shot, *EVIL.values())
    past.world.take(stamp)


def below(past, key):
    """The same under the genuine word of today: it names other documents."""
    made = content(2, EVIL, key)
    shot = snapshot(2, made, {COUNTY: past.county[1]}, key)
    past.world.texts |= {past.snapshot[1].sha256: shot.text, past.content[1].sha256: made.text}
    past.world.put(*EVIL.values())
    past.world.take(timestamp(3, past.snapshot[1], "timestamp"))


def rollback(past, key):
    """Today's word for yesterday's genuine documents."""
    past.world.take(timestamp(3, past.snapshot[0], key))


def replay(past, key):
    """What once was genuine, as it was."""
    del key
    past.world.take(past.timestamp[0])


def downgrade(past, key):
    """A new number over the old content."""
    shot = snapshot(3, past.content[0], {COUNTY: past.county[0]}, key)
    past.world.put(shot)
    past.world.take(timestamp(3, shot, key))


def freeze(past, key):
    """Weeks later the room hears that yesterday's pack is today's."""
    past.world.take(timestamp(3, past.snapshot[1], key, expires=LATER), AFTER)


def mix(past, key):
    """Today's content beside yesterday's county."""
    shot = snapshot(3, past.content[1], {COUNTY: past.county[0]}, key)
    past.world.put(shot)
    past.world.take(timestamp(3, shot, key))


def drop(past, key):
    """A snapshot that leaves a county out."""
    shot = snapshot(3, past.content[1], {}, key)
    past.world.put(shot)
    past.world.take(timestamp(3, shot, key))


def usurp(past, key):
    """A root of the thief's own."""
    mine = root(2, key, root=role(1, key), content=role(1, "centre" if key != "centre" else "county"))
    past.world.known = packs.follow(past.world.known, [mine.text])


def delegate(past, key):
    """Keys of the thief's for a county, in a content that nobody else signed."""
    made = content(3, SECOND, key, counties={COUNTY: role(1, key)})
    theirs = county(3, EVIL_HOME, key)
    shot = snapshot(3, made, {COUNTY: theirs}, key)
    past.world.put(made, theirs, shot, *EVIL_HOME.values())
    past.world.take(timestamp(3, shot, key))


ATTACKS = (arbitrary, below, rollback, replay, downgrade, freeze, mix, drop, usurp, delegate)
# the one thing that a single key can do: whoever signs the hour can stop the clock, until the root names another
SUCCEEDS = {("timestamp", freeze)}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("key", KEYS)
def test_a_single_stolen_key_changes_nothing_in_a_room(key, attack):
    past = history()
    before, had = past.world.known, past.world.files
    if (key, attack) in SUCCEEDS:
        attack(past, key)
        assert past.world.files == had
        return
    with pytest.raises(PackError) as refused:
        attack(past, key)
    assert refused.value.code in {"unsigned", "rollback", "expired", "mixed", "outside", "unread"}
    assert (past.world.known, past.world.files) == (before, had)


@pytest.mark.parametrize("online", ["snapshot", "timestamp"])
def test_even_both_keys_that_the_centre_holds_can_bring_no_content(online):
    """They can mix and freeze; what they mix was signed by others, and never goes back."""
    past = history()
    evil = content(3, EVIL, online)
    shot = snapshot(3, evil, {COUNTY: past.county[1]})
    past.world.put(evil, shot, *EVIL.values())
    for stamp in (timestamp(3, shot), timestamp(3, snapshot(3, past.content[0], {COUNTY: past.county[1]}))):
        with pytest.raises(PackError):
            past.world.take(stamp)
    older = snapshot(3, past.content[0], {COUNTY: past.county[1]})
    past.world.put(older)
    with pytest.raises(PackError, match="旧"):
        past.world.take(timestamp(3, older))


@pytest.mark.parametrize(
    "files",
    [
        {"province.toml": "x"},
        {f"{OTHER}/home.toml": "x"},
        {f"{COUNTY}/province.toml": "x"},
        {f"{COUNTY}/calendar/2027.json": "{}"},
        {f"{COUNTY}/../province.toml": "x"},
        {f"{COUNTY}/policy.json": "{}"},
        {f"{COUNTY}/services/juzhu-dengji.json": "{}"},
        {f"{COUNTY}/cards/../../node.toml": "x"},
    ],
)
def test_a_county_signs_for_its_own_folder_alone_and_holds_up_nobody_else(files):
    """Its key, its own genuine signature, even taken into a genuine snapshot: its folder stays as it was."""
    past = history()
    theirs, made = county(3, files), content(3, {"province.toml": 'fees = "3"\n'})
    shot = snapshot(3, made, {COUNTY: theirs})
    past.world.put(theirs, made, shot, *files.values(), 'fees = "3"\n')
    taken = past.world.take(timestamp(3, shot))
    assert taken.apart[COUNTY].code == "outside"
    assert set(taken.files) == {"province.toml", "home.toml"}
    assert past.world.texts[taken.files["home.toml"]] == HOME_2[f"{COUNTY}/home.toml"]
    assert past.world.texts[taken.files["province.toml"]] == 'fees = "3"\n'


@pytest.mark.parametrize("signer", ["neighbour", "centre", "content-1", "timestamp"])
def test_a_countys_folder_takes_no_other_key(signer):
    past = history()
    theirs = county(3, EVIL_HOME, signer)
    shot = snapshot(3, past.content[1], {COUNTY: theirs})
    past.world.put(theirs, shot, *EVIL_HOME.values())
    assert past.world.take(timestamp(3, shot)).apart[COUNTY].code == "unsigned"
    assert past.world.files["home.toml"] == past.county[1].signed["files"][f"{COUNTY}/home.toml"]


def test_a_countys_older_document_is_no_newer_one_and_an_expired_one_is_none():
    past = history()
    for theirs in (past.county[0], county(3, HOME_1, expires="2026-11-01T00:00:00+08:00")):
        number = past.world.known.snapshot[0] + 1
        shot = snapshot(number, past.content[1], {COUNTY: theirs})
        past.world.put(theirs, shot)
        assert past.world.take(timestamp(number, shot)).apart[COUNTY].code in {"rollback", "expired"}
    assert past.world.files["home.toml"] == past.county[1].signed["files"][f"{COUNTY}/home.toml"]


def test_a_room_of_another_county_gets_nothing_of_this_one():
    past = history()
    taken = packs.take(
        past.world.known, past.timestamp[1].text, Place("5224260003", "2026-11-21T09:12:03+08:00", past.world.texts.get)
    )
    assert set(taken.files) == {"province.toml"}


@pytest.mark.parametrize("part", ["timestamp", "snapshot", "content", "root"])
def test_what_has_expired_by_the_centres_time_is_not_taken(part):
    past, old = history(), "2026-11-20T00:00:00+08:00"
    if part == "root":
        past.world.known = packs.follow(past.world.known, [root(2, expires=old).text])
    made = content(3, SECOND, expires=old if part == "content" else LONG)
    shot = snapshot(3, made, {COUNTY: past.county[1]}, expires=old if part == "snapshot" else LATER)
    past.world.put(made, shot)
    with pytest.raises(PackError) as refused:
        past.world.take(timestamp(3, shot, expires=old if part == "timestamp" else LATER))
    assert refused.value.code == "expired"


@pytest.mark.parametrize("now", ["", "2026-11-21T09:12:03Z", "20261121", "2026-11-21T09:12:03+09:00"])
def test_without_a_time_in_the_one_form_nothing_is_taken(now):
    past = history()
    with pytest.raises(PackError):
        past.world.take(past.timestamp[1], now)


def test_the_same_pack_again_is_harmless_and_another_under_its_number_is_refused():
    past = history()
    assert past.world.take(past.timestamp[1]).files == past.world.files
    other = snapshot(2, past.content[1], {COUNTY: past.county[1]}, expires="2027-06-22T00:00:00+08:00")
    past.world.put(other)
    with pytest.raises(PackError) as refused:
        past.world.take(timestamp(3, other))
    assert refused.value.code == "rollback"


def test_what_is_not_whole_yet_waits():
    past = history()
    made = content(3, {"province.toml": "neu"})
    shot = snapshot(3, made, {COUNTY: past.county[1]})
    past.world.put(made, shot)
    with pytest.raises(PackError) as refused:
        past.world.take(timestamp(3, shot))
    assert refused.value.code == "lacking"
    past.world.put("neu")
    past.world.take(timestamp(3, shot))


def test_one_signature_given_twice_counts_once():
    past = history()
    made = content(3, EVIL, "content-1")
    key, signature = made.signatures[0]
    twice = {"signed": dict(made.signed), "signatures": [{"key": key, "signature": signature}] * 2}
    doubled = read(canonical(twice).decode(), "content")
    shot = snapshot(3, doubled, {COUNTY: past.county[1]})
    past.world.put(doubled, shot, *EVIL.values())
    with pytest.raises(PackError) as refused:
        past.world.take(timestamp(3, shot))
    assert refused.value.code == "unsigned"


# the root


@pytest.mark.parametrize(
    ("signers", "taken"),
    [
        (("root-1", "root-2", "centre", "neighbour"), True),
        (("root-1", "root-2"), False),
        (("centre", "neighbour"), False),
        (("root-1", "centre", "neighbour"), False),
        (("root-1", "root-2", "centre"), False),
    ],
)
def test_a_new_root_needs_enough_of_the_old_keys_and_enough_of_the_new(signers, taken):
    past = history()
    text = root(2, *signers, root=role(2, "centre", "neighbour")).text
    if taken:
        assert packs.follow(past.world.known, [text]).root.version == 2
    else:
        with pytest.raises(PackError):
            packs.follow(past.world.known, [text])


def test_no_root_is_leapt_over_and_a_room_that_was_away_follows_one_after_the_other():
    past = history()
    second = root(2, "root-1", "root-2", "centre", "neighbour", root=role(2, "centre", "neighbour"))
    third = root(3, "centre", "neighbour", root=role(2, "centre", "neighbour"))
    with pytest.raises(PackError):
        packs.follow(past.world.known, [third.text])
    assert packs.follow(past.world.known, [third.text, second.text]).root.version == 3
    assert packs.follow(packs.follow(past.world.known, [second.text]), [root().text]).root.version == 2


def test_another_root_under_the_same_number_is_refused():
    with pytest.raises(PackError):
        packs.follow(history().world.known, [root(1, expires=LATER).text])


def test_after_a_stolen_clock_a_new_root_sets_it_going_again():
    """Whoever had the key may have counted up to the sky, and held rooms where they were."""
    past = history()
    past.world.take(timestamp((1 << 53) - 1, past.snapshot[1]))
    made = content(3, {"province.toml": "neu"})
    shot = snapshot(3, made, {COUNTY: past.county[1]})
    past.world.put(made, shot, "neu")
    with pytest.raises(PackError):
        past.world.take(timestamp(3, shot))
    past.world.known = packs.follow(past.world.known, [root(2, timestamp=role(1, "neighbour")).text])
    with pytest.raises(PackError):
        past.world.take(timestamp(3, shot))
    past.world.take(timestamp(3, shot, "neighbour"))
    assert past.world.texts[past.world.files["province.toml"]] == "neu"


def test_after_stolen_content_keys_older_content_is_still_no_newer_county():
    past = history()
    past.world.known = packs.follow(past.world.known, [root(2, content=role(1, "centre")).text])
    made = content(1, SECOND, "centre")
    shot = snapshot(1, made, {COUNTY: past.county[0]})
    past.world.put(made, shot)
    assert past.world.take(timestamp(1, shot)).apart[COUNTY].code == "rollback"


def test_a_county_with_new_keys_begins_its_versions_anew():
    past = history()
    made = content(3, SECOND, counties={COUNTY: role(1, "neighbour")})
    theirs = county(1, HOME_1, "neighbour")
    shot = snapshot(3, made, {COUNTY: theirs})
    past.world.put(made, theirs, shot)
    assert not past.world.take(timestamp(3, shot)).apart


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"version": True},
        {"version": "1"},
        {"expires": "tomorrow"},
        {"type": "content"},
        {"roles": {}},
        {"roles": {"root": {"keys": [], "threshold": 0}}},
    ],
)
def test_a_root_that_is_none_is_not_read(change):
    said = dict(json.loads(root().text)["signed"]) | change
    with pytest.raises(PackError):
        packs.follow(Known(), [sign(draft(said), KEYS["root-1"]).text])


def test_one_key_holds_one_role():
    with pytest.raises(PackError):
        packs.follow(Known(), [root(1, snapshot=role(1, "timestamp")).text])


def test_a_document_in_another_writing_is_not_read():
    text = root().text
    with pytest.raises(PackError):
        read(text.replace('","', '", "', 1), "root")
    assert NODE.startswith(COUNTY)
