"""Three ways through the program, each in at most ten functions: what the README says of them, with file and line."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import FunctionType

ROOT = Path(__file__).resolve().parent.parent
# (function, what happens there)
WAYS: dict[str, tuple[tuple[str, str], ...]] = {
    "up": (
        ("kiosk.apply.answer", "the citizen answers a page: what was typed is read, wrong or right"),
        ("edge.drafts.save", "it is in the draft, fsynced, before the next page is shown"),
        ("kiosk.check.file", "he has seen everything once more and sends it"),
        ("edge.drafts.file", "`forms` strips, computes and validates; the same draft is filed once"),
        ("edge.filings.write", "one transaction: number, receipt, event, head row, token; then 已收件 is shown"),
        ("sync.push.Push.drain", "the room has a link: round after round until nothing is unsent"),
        ("sync.batch.seal", "the events after the last ack are signed, packed and sealed to the centre"),
        ("sync.centre.receiver.receive", "the centre opens the batch; its answer is the signed ack"),
        ("sync.centre.intake.take_events", "each event is checked, its chain too; one transaction stores them"),
        ("edge.log.set_acked", "the room has checked the ack and keeps it: from now on 省级中心已接收 is said"),
    ),
    "down": (
        ("sync.centre.review.acting.correct", "a reviewer has noted what is wrong and sends the notice"),
        ("sync.centre.cases.request_correction", "all that is wrong in one notice, about the version that was seen"),
        ("sync.centre.log.append", "one event more in the centre's log for this room"),
        ("sync.centre.receiver.receive", "the room's next batch is answered with it"),
        ("sync.answer.read", "the room checks who signed the answer, and that it answers this batch"),
        ("sync.taking.events", "the centre's log goes on where the room's copy ended, or nothing is taken"),
        ("edge.applications.apply_down", "the events are stored, every table that follows from them moves along"),
        ("edge.heads.project", "the same reducer as at the centre makes the state: 待补正"),
        ("edge.status.progress.progress", "the page behind the QR code and the kiosk say what is missing"),
        ("edge.applications.answer_correction", "what was mended goes up like a filing"),
    ),
    "number": (
        ("edge.drafts.save", "stored: in the draft until it is filed or given up, in a file that is encrypted whole"),
        ("edge.filings.write", "stored: in the body of the event that files, and of one that mends it"),
        ("edge.index.hashed", "hashed: a keyed hash finds it in the room, the key is made in the room"),
        ("edge.status.mask.mask", "shown: blotted out of what anybody with the paper reads"),
        ("sync.batch.seal", "sent: sealed to the centre, with the event"),
        ("sync.centre.queue_rows.hashed", "hashed: another keyed hash finds it at the centre, the key is the centre's"),
        ("sync.centre.persons.look", "shown: other applications of a person only after the reason is in the log"),
        ("edge.erasing.erase", "erased in the room after the years of the law: the chain keeps its hash"),
        ("sync.centre.erasing.erase", "erased at the centre: bodies, rows and files"),
    ),
}


def function(name: str) -> FunctionType:
    """The function of a dotted name, of a class too. Raises ImportError or AttributeError where it has moved."""
    module, _, last = name.rpartition(".")
    if module.rpartition(".")[2][:1].isupper():
        module, _, owner = module.rpartition(".")
        found = getattr(getattr(importlib.import_module(module), owner), last)
    else:
        found = getattr(importlib.import_module(module), last)
    if not isinstance(found, FunctionType):
        raise TypeError(name)
    return found


def place(name: str) -> tuple[str, int]:
    """(file below the root, line of its `def`)."""
    code = function(name).__code__
    return str(Path(code.co_filename).resolve().relative_to(ROOT)), code.co_firstlineno


def rows(way: str) -> list[tuple[str, str, str, str]]:
    """Step, what happens, function, file:line."""
    found = []
    for step, (name, said) in enumerate(WAYS[way], 1):
        path, line = place(name)
        found.append((str(step), said, f"`{name}`", f"`{path}:{line}`"))
    return found
