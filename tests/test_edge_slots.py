"""The slots of the database's key: who has one opens, who has none doesn't, and a change that is cut off ends well."""

import json
import sys
import threading

import pytest
from service_for_tests import answers

from edge import (
    applications,
    backup,
    key_device,
    key_recovery,
    log,
    passphrases,
    recovery_words,
    slot_keeping,
    slots,
    unlocking,
)
from edge.clock import SystemClock
from edge.errors import YizhanError
from edge.node import open_node
from edge.slots import Kdf
from tests import at_rest

CHEAP = Kdf("00" * 16, 64, 1, 1)
WORDS = "4827 1936 0042 7781"


def code_of(act, *given, **named):
    with pytest.raises(YizhanError) as caught:
        act(*given, **named)
    return caught.value.code


def cheap_slot(node, text=WORDS):
    public = slots.public_of(slots.from_passphrase(passphrases.plain(text), CHEAP))
    return slots.make("passphrase", "李所长", node.clock.now(), public, key=node.database.key, kdf=CHEAP)


@pytest.fixture
def shut(node):
    """A room that only a passphrase opens; (home, the node's settings)."""
    applications.file(node, "ceshi-dengji", answers(), token="token-0001", channel="console", actor="officer:a")
    slot_keeping.keep(node, cheap_slot(node))
    slot_keeping.remove(node, slot_keeping.file_slot(node))
    node.close()
    return node.settings.home, node.settings


def events(home, text=WORDS):
    opened = open_node(home, unlocked=unlocking.typed(home, text))
    try:
        with opened.database.read() as tx:
            return [(event.kind, json.loads(event.body).get("act")) for event in log.up(tx)]
    finally:
        opened.close()


def test_a_room_without_a_sheet_has_its_key_file_and_that_stays_good(node):
    assert slots.read(unlocking.sheet_path(node.settings.home)) is None
    slot_keeping.keep(node, cheap_slot(node))
    home = node.settings.home
    node.close()
    for opened in (open_node(home), open_node(home, unlocked=unlocking.typed(home, WORDS))):
        opened.close()


def test_only_the_passphrase_opens_and_how_it_is_written_does_not_matter(shut):
    home, _ = shut
    assert not (home / "node.key").exists()
    assert code_of(open_node, home) == "key_missing"
    for wrong in ("", "4827 1936 0042 7782", "ab" * 32):
        assert code_of(lambda text: open_node(home, unlocked=unlocking.typed(home, text)), wrong) in (
            "slot_shut",
            "wrong_database_key",
        )
    for same in (WORDS, "4827193600427781", "４８２７-１９３６–００４２　７７８１"):
        assert events(home, same)[-2:] == [("slots.changed", "added"), ("slots.changed", "removed")]


def test_a_passphrase_of_the_environment_opens_without_a_person(shut, tmp_path, monkeypatch):
    (tmp_path / "words").write_text(WORDS + "\n")
    monkeypatch.setenv("YIZHAN_PASSPHRASE_FILE", str(tmp_path / "words"))
    open_node(shut[0]).close()


def test_the_last_slot_stays(shut):
    home, _ = shut
    node = open_node(home, unlocked=unlocking.typed(home, WORDS))
    sheet = slots.read(unlocking.sheet_path(home))
    assert code_of(slot_keeping.remove, node, sheet.slots[0].id) == "slot_last"
    assert code_of(slot_keeping.remove, node, "00000000") == "slot_unknown"
    node.close()
    assert slots.read(unlocking.sheet_path(home)) == sheet


def test_a_removed_slot_opens_nothing_and_a_new_key_shuts_out_copies_of_the_sheet(shut):
    home, found = shut
    stolen = unlocking.sheet_path(home).read_bytes()
    node = open_node(home, unlocked=unlocking.typed(home, WORDS))
    slot_keeping.keep(node, cheap_slot(node, "another one 99"))
    slot_keeping.remove(node, slots.read(unlocking.sheet_path(home)).slots[0].id)
    key = node.database.key
    node.close()
    assert code_of(unlocking.typed, home, WORDS) == "slot_shut"
    unlocking.change_key(found, key, SystemClock())
    kept = unlocking.sheet_path(home).read_bytes()
    unlocking.sheet_path(home).write_bytes(stolen)
    assert code_of(events, home) == "wrong_database_key"
    unlocking.sheet_path(home).write_bytes(kept)
    assert events(home, "another one 99")[0][0] == "application.filed"


@pytest.mark.parametrize("cut", ["before", "after", "aside"])
def test_a_change_of_the_key_that_is_cut_off_ends_at_the_next_start(shut, monkeypatch, cut):
    home, found = shut
    whole = events(home)
    key = unlocking.typed(home, WORDS).keys[0]
    aside = home / "aside-1"
    aside.mkdir()
    (aside / found.database.name).write_bytes(found.database.read_bytes())

    def ends(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(unlocking, {"before": "_rekey", "after": "_rekey_aside", "aside": "_rekey_aside"}[cut], ends)
        with pytest.raises(KeyboardInterrupt):
            unlocking.change_key(found, key, SystemClock())
    assert slots.read(unlocking.sheet_path(home)).is_changing
    assert events(home) == whole
    sheet = slots.read(unlocking.sheet_path(home))
    assert not sheet.is_changing
    now = unlocking.typed(home, WORDS).keys
    assert len(now) == 1
    assert (now[0] == key) == (cut == "before")
    unlocking.Database(aside / found.database.name, now[0], SystemClock()).close()


def test_the_key_is_not_changed_while_the_program_runs(node):
    home, found = node.settings.home, node.settings
    with node.database.read() as tx:
        tx.execute("SELECT count(*) FROM event").fetchall()
        done = []

        def change():
            done.append(code_of(unlocking.change_key, found, node.database.key, SystemClock()))

        other = threading.Thread(target=change)
        other.start()
        other.join()
    assert done == ["rekey_busy"]
    assert slots.read(unlocking.sheet_path(home)) is None


def test_a_slot_that_somebody_adds_without_the_key_is_never_sealed_to(shut, caplog):
    home, found = shut
    path = unlocking.sheet_path(home)
    sheet = slots.read(path)
    theirs = slots.make("file", "x", "2026-11-21", slots.public_of(b"\x07" * 32), key=b"\x01" * 32)
    slots.write(path, slots.Sheet((*sheet.slots, theirs), sheet.tags))
    key = unlocking.typed(home, WORDS).keys[0]
    assert events(home)
    assert "被本程序以外的人改过" in caplog.text
    assert code_of(unlocking.change_key, found, key, SystemClock()) == "slots_changed"
    node = open_node(home, unlocked=unlocking.typed(home, WORDS))
    assert code_of(slot_keeping.keep, node, cheap_slot(node, "another one 99")) == "slots_changed"
    assert code_of(backup.make, node, home / "x.backup") == "slots_changed"
    node.close()


@pytest.mark.parametrize("place", ["id", "kind", "public", "sealed", "kdf", "label"])
def test_nothing_in_a_slot_can_be_changed_unnoticed(shut, place):
    home, _ = shut
    path = unlocking.sheet_path(home)
    told = json.loads(path.read_bytes())
    slot = told["slots"][0]
    if place == "kdf":
        slot["kdf"]["passes"] = 2
    else:
        slot[place] = {"kind": "file"}.get(place) or ("0" if slot[place][0] != "0" else "1") + slot[place][1:]
    path.write_text(json.dumps(told), encoding="utf-8")

    def opened_and_ours():
        key = unlocking.typed(home, WORDS).keys[0]
        slots.must_be_ours(slots.read(path), key)

    assert code_of(opened_and_ours) in ("slot_shut", "slots_unreadable", "slots_changed")


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"version": 2}', '{"version": 1, "slots": [], "tags": []}', "[" * 9999]
)
def test_a_sheet_that_is_none_is_said(shut, text):
    unlocking.sheet_path(shut[0]).write_text(text)
    assert code_of(unlocking.typed, shut[0], WORDS) == "slots_unreadable"


def test_a_slot_needs_no_label(node):
    named = slots.make(
        "passphrase", "", node.clock.now(), slots.public_of(b"\x07" * 32), key=node.database.key, kdf=CHEAP
    )
    slot_keeping.keep(node, named)
    assert [one.label for one in slots.read(unlocking.sheet_path(node.settings.home)).slots] == ["node.key", ""]


def test_costs_that_would_stop_the_machine_are_refused_before_anything_is_tried():
    for cost in ((1 << 30, 1, 1), (64, 1000, 1), (64, 1, 0), (1, 1, 1)):
        with pytest.raises(ValueError, match="cost"):
            Kdf("00" * 16, *cost)


def test_generated_passphrases_have_fifty_bits_and_no_two_are_alike():
    assert passphrases.bits(words=False) >= passphrases.BITS_MIN
    assert passphrases.bits(words=True) >= passphrases.BITS_MIN
    assert len(set(passphrases.SYLLABLES)) == len(passphrases.SYLLABLES) > 380
    for make in (passphrases.digits, passphrases.syllables):
        made = {make() for _ in range(200)}
        assert len(made) == 200
        assert all(len(passphrases.plain(one)) >= passphrases.LENGTH_MIN for one in made)


@pytest.mark.parametrize("text", ["123456", "mima", "111111111111111111", "1234567890", "aaaaaaaabbbb"])
def test_a_passphrase_that_is_guessed_in_hours_is_refused(text):
    assert code_of(passphrases.check, text) == "passphrase_weak"


def test_the_cost_is_chosen_for_the_machine_and_never_below_the_floor():
    fast = passphrases.calibrate(lambda kdf: 0.01 * kdf.passes, 8 << 30)
    slow = passphrases.calibrate(lambda kdf: 2.0 * kdf.passes, 8 << 30)
    small = passphrases.calibrate(lambda kdf: 2.0 * kdf.passes, 512 << 20)
    assert (fast.memory_kib, slow.memory_kib, slow.passes) == (65_536, 65_536, 3)
    assert 0.01 * fast.passes >= 0.2
    assert (small.memory_kib, small.passes) == (32_768, 6)
    assert fast.salt != slow.salt


DEVICE = """
import json, sys
sys.path[:0] = {path!r}
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from edge.slots import _HPKE, public_of
own = bytes([9]) * 32
if sys.argv[1] == "public":
    print(public_of(own).hex())
else:
    asked = json.loads(sys.stdin.readline())
    key = X25519PrivateKey.from_private_bytes(own)
    print(_HPKE.decrypt(bytes.fromhex(asked["sealed"]), key, info=bytes.fromhex(asked["info"])).hex())
"""


def test_a_device_opens_through_its_program(node, tmp_path):
    program = tmp_path / "ukey.py"
    program.write_text(DEVICE.format(path=sys.path))
    words = f"{sys.executable} {program}"
    home = node.settings.home
    public = key_device.public(words)
    slot_keeping.keep(node, slots.make("device", "UKey", node.clock.now(), public, key=node.database.key))
    slot_keeping.remove(node, slot_keeping.file_slot(node))
    node.close()
    with (home / "node.toml").open("a", encoding="utf-8") as file:
        file.write(f"key_program = {json.dumps(words)}\n")
    open_node(home).close()
    program.write_text("import sys; sys.stderr.write('没有插上'); sys.exit(3)")
    with pytest.raises(YizhanError) as caught:
        open_node(home)
    assert caught.value.code == "key_device_fault"
    assert "没有插上" in str(caught.value)


def test_a_backup_opens_with_what_opens_the_room_and_with_nothing_else(shut, tmp_path, clock):
    home, _ = shut
    node = open_node(home, clock, unlocked=unlocking.typed(home, WORDS))
    made = backup.make(node, tmp_path / "one.backup")
    key = node.database.key
    node.close()
    assert (
        code_of(backup.restore, made.file, tmp_path / "new", clock, secret=unlocking.by_passphrase("0"))
        == "backup_unusable"
    )
    done = backup.restore(made.file, tmp_path / "new", clock, secret=unlocking.by_passphrase(WORDS))
    assert done.epoch == 2
    fresh = unlocking.typed(tmp_path / "new", WORDS).keys[0]
    assert fresh != key
    assert len(events(tmp_path / "new")) == len(events(home)) + 1
    again = backup.restore(made.file, home, clock, secret=unlocking.by_passphrase(WORDS), replace=True)
    assert again.epoch == 2
    assert unlocking.typed(home, WORDS).keys == (key,)
    assert events(home)


def test_the_centre_brings_a_key_back_for_the_very_request_alone(shut, clock):
    home, found = shut
    private = b"\x05" * 32
    node = open_node(home, unlocked=unlocking.typed(home, WORDS))
    assert code_of(key_recovery.begin, found, clock) == "recovery_no_slot"
    slot_keeping.keep(node, slot_keeping.centre(node, "", slots.public_of(private).hex()).slot)
    assert code_of(slot_keeping.centre, node, "", "") == "node_enrolment_wrong"
    key = node.database.key
    node.close()
    other = recovery_words.answer(key_recovery.begin(found, clock), private)
    request = key_recovery.begin(found, clock)
    assert recovery_words.read_request(key_recovery.to_bytes(request)) == request
    assert code_of(key_recovery.finish, home, other) == "recovery_wrong"
    assert code_of(key_recovery.finish, home, b"{}") == "recovery_wrong"
    assert code_of(recovery_words.answer, request, b"\x06" * 32) == "slot_shut"
    opened = key_recovery.finish(home, recovery_words.answer(request, private))
    assert opened.keys == (key,)
    key_recovery.done(home)
    assert code_of(key_recovery.finish, home, other) == "recovery_wrong"


def test_a_stolen_backup_says_nothing_and_the_centre_opens_it_where_everything_else_is_lost(shut, tmp_path, clock):
    home, _ = shut
    private = b"\x05" * 32
    node = open_node(home, unlocked=unlocking.typed(home, WORDS))
    applications.file(
        node, "ceshi-dengji", answers(name=at_rest.mark(7)), token="token-0007", channel="console", actor="officer:a"
    )
    slot_keeping.keep(node, slot_keeping.centre(node, "", slots.public_of(private).hex()).slot)
    medium = tmp_path / "medium"
    medium.mkdir()
    made, inner = backup.make(node, medium), node.database.key
    node.close()
    stolen = at_rest.search(medium)
    assert (stolen.files, set(stolen.hits.values())) == (1, {0})
    new = tmp_path / "new"
    request = key_recovery.begin_for_backup(made.file, new, "5224250017", clock)
    assert code_of(recovery_words.answer, request, b"\x06" * 32) == "slot_shut"
    given = recovery_words.answer(request, private)
    assert not any(
        one in (new / key_recovery.PENDING_FILE).read_bytes() + given for one in (inner.hex().encode(), inner)
    )
    assert code_of(key_recovery.finish, tmp_path / "elsewhere", given) == "recovery_wrong"
    returned = key_recovery.finish(new, given)
    assert inner not in returned.keys
    wrong = unlocking.by_returned((inner, b"\x07" * 32))
    assert code_of(backup.restore, made.file, new, clock, secret=wrong) == "backup_unusable"
    assert backup.restore(made.file, new, clock, secret=unlocking.by_returned(returned.keys)).epoch == 2
    opened = open_node(new, unlocked=key_recovery.finish(new, given))
    with opened.database.read() as tx:
        held = json.dumps([event.body.decode() for event in log.up(tx)], ensure_ascii=False)
    opened.close()
    assert at_rest.mark(7) in held  # the control: with the key it is all there
    again = backup.restore(made.file, home, clock, secret=unlocking.by_returned(returned.keys), replace=True)
    assert unlocking.sheet_path(again.aside).exists()
    assert open_node_closed(home, returned)


def open_node_closed(home, opened):
    open_node(home, unlocked=opened).close()
    return True


def test_a_backup_without_a_slot_of_the_centre_is_asked_for_in_vain(shut, tmp_path, clock):
    home, _ = shut
    node = open_node(home, unlocked=unlocking.typed(home, WORDS))
    made = backup.make(node, tmp_path / "one.backup")
    node.close()
    assert (
        code_of(key_recovery.begin_for_backup, made.file, tmp_path / "new", "5224250017", clock) == "recovery_no_slot"
    )
    assert (
        code_of(key_recovery.begin_for_backup, tmp_path / "none", tmp_path / "new", "5224250017", clock)
        == "backup_unusable"
    )
