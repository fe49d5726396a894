"""Slots are added and removed with the database open: the sheet first, then the event that says so."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge import database, durable, key_device, log, passphrases, slots, unlocking
from edge.errors import YizhanError, problem
from edge.os_words import why
from edge.slots import Slot

if TYPE_CHECKING:
    from edge.node import Node

LABEL_MAX: Final = 60
_ACTOR = "system"


@dataclass(frozen=True, slots=True)
class Made:
    """A slot that `keep` puts into the sheet; `passphrase` is told once, `file` is where the key file lies."""

    slot: Slot
    passphrase: str = ""
    file: Path | None = None


def passphrase(node: Node, label: str, told: str, *, words: bool = False) -> Made:
    """A slot for what somebody thought of, or ("") for a generated one. Raises passphrase_weak."""
    shown = "" if told else passphrases.syllables() if words else passphrases.digits()
    text = passphrases.check(told) if told else passphrases.plain(shown)
    kdf = passphrases.calibrate()
    public = slots.public_of(slots.from_passphrase(text, kdf))
    slot = slots.make("passphrase", _label(label), node.clock.now(), public, key=node.database.key, kdf=kdf)
    return Made(slot, shown)


def file(node: Node, label: str, place: Path) -> Made:
    """A slot for a fresh key file, which is written here. Raises file_in_the_way, file_not_written."""
    held = os.urandom(slots.KEY_BYTES)
    if place.exists():
        raise problem("file_in_the_way", file=place)
    try:
        durable.write_whole(place, held.hex().encode() + b"\n")
    except OSError as error:
        raise problem("file_not_written", file=place, detail=why(error)) from error
    name = _label(label) or _label(place.name)
    return Made(slots.make("file", name, node.clock.now(), slots.public_of(held), key=node.database.key), file=place)


def centre(node: Node, label: str, public: str) -> Made:
    """A slot for the centre's recovery key (hexadecimal, of the enrolment file). Raises node_enrolment_wrong."""
    try:
        key = bytes.fromhex(public)
    except ValueError:
        key = b""
    if len(key) != slots.KEY_BYTES:
        raise problem("node_enrolment_wrong", detail="其中没有省级中心的找回公钥，请让省级中心先建立")
    return Made(slots.make("centre", _label(label) or "省级中心", node.clock.now(), key, key=node.database.key))


def device(node: Node, label: str) -> Made:
    """A slot for the device that node.toml's `key_program` speaks to. Raises key_device_fault."""
    public = key_device.public(node.settings.key_program)
    return Made(slots.make("device", _label(label), node.clock.now(), public, key=node.database.key))


def keep(node: Node, slot: Slot, act: str = "added") -> None:
    """Into the sheet, which is on disk when this returns, and into the log. Raises slots_changed, slots_full."""
    put(node, slot)
    tell(node, act, slot.kind, slot.id, slot.label)


def put(node: Node, slot: Slot) -> None:
    """Into the sheet alone: a room that is being made has no log yet."""
    path, key = unlocking.sheet_path(node.settings.home), node.database.key
    sheet = unlocking.sheet_of(node.settings.home, key, node.clock.now())
    slots.write(path, slots.with_slot(sheet, slot, key))


def remove(node: Node, slot_id: str, act: str = "removed") -> Slot:
    """Out of the sheet, with its key file where that lies here. Raises slot_unknown, slot_last, slots_changed."""
    path, key = unlocking.sheet_path(node.settings.home), node.database.key
    sheet = unlocking.sheet_of(node.settings.home, key, node.clock.now())
    gone = sheet.get(slot_id)
    slots.write(path, slots.without(sheet, slot_id, key))
    _forget_file(node.settings.key_file, gone)
    if act:
        tell(node, act, gone.kind, gone.id, gone.label)
    return gone


def file_slot(node: Node) -> str:
    """The slot of the key file that lies beside the database; for a room that is to be opened by a person."""
    sheet = unlocking.sheet_of(node.settings.home, node.database.key, node.clock.now())
    return next(sheet.of_kind("file")).id


def _forget_file(place: Path, gone: Slot) -> None:
    try:
        held = database.read_key(place)
    except YizhanError:
        return  # it lies somewhere else
    if slots.public_of(held).hex() == gone.public:
        place.unlink()


def tell(node: Node, act: str, kind: str, slot_id: str, label: str) -> None:
    """Into the log: who opens the database is something that the centre hears of."""
    with node.database.write() as tx:
        log.append(tx, "slots.changed", "", {"act": act, "kind": kind, "slot": slot_id, "label": label}, _ACTOR)


def _label(text: str) -> str:
    return text.strip()[:LABEL_MAX]
