"""Photographs, files and signatures that a posted page brings: stored, and put into the form by their digest."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge import materials
from edge.errors import YizhanError
from forms.page import Control
from forms.state import Material

if TYPE_CHECKING:
    from edge.node import Node

KINDS = frozenset({"file", "signature"})
STROKES = "/strokes"
# what forms.page.read does with lists and with what was looked for
ROWS = frozenset({"_add", "_remove", "_take", "_choose"})
Form = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a posted page: its name and its bytes."""

    name: str
    data: bytes


@dataclass
class Taken:
    """`form`: for forms.page.read, with a reference for every file answer. `stored`: new materials, their slots set.
    `faults`: path or slot -> what was wrong with the file, a sentence that says what to do.
    """

    form: Form
    stored: list[Material] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def take(
    node: "Node",
    controls: Iterable[Control],
    form: Mapping[str, list[str]],
    files: Mapping[str, Upload],
    *,
    own: Collection[str],
    owner: str,
) -> Taken:
    """Store what the file and signature fields among `controls` bring.

    `own`: references ("sha256:…") that this page may keep; a reference to anybody else's file counts as none.
    """
    taken = Taken({name: list(values) for name, values in form.items() if name.startswith("/") or name in ROWS})
    for control in controls:
        shown = control.visible or control.path in form or control.path in files
        if control.kind in KINDS and shown:  # what the page did not show keeps its file
            _take_one(node, control, files.get(control.path), taken, own=own, owner=owner)
    return taken


def _take_one(
    node: "Node", control: Control, upload: Upload | None, taken: Taken, *, own: Collection[str], owner: str
) -> None:
    strokes = "".join(taken.form.pop(control.path + STROKES, [])).strip()
    kept = [value for value in taken.form.pop(control.path, []) if value in own]
    taken.form[control.path] = kept[:1] or [""]
    material = None
    if upload is not None:
        material = store(node, upload, owner, control.path, taken)
    elif control.kind == "signature" and strokes:
        material = _sign(node, strokes, owner, control.path, taken)
    if material is not None:
        taken.form[control.path] = [materials.REFERENCE + material.sha256]


def store(node: "Node", upload: Upload, owner: str, slot: str, taken: Taken) -> Material | None:
    """Keep one file under `slot`; what is wrong with it goes to `taken.faults`."""
    try:
        material = materials.store(node, upload.data, upload.name, owner, slot)
    except YizhanError as error:
        taken.faults[slot] = str(error)
        return None
    taken.stored.append(material)
    return material


def _sign(node: "Node", strokes: str, owner: str, slot: str, taken: Taken) -> Material | None:
    try:
        material = materials.signature(node, strokes, slot, owner)
    except YizhanError as error:
        taken.faults[slot] = str(error)
        return None
    taken.stored.append(material)
    return material


def flat(controls: Iterable[Control]) -> list[Control]:
    """All controls, with those inside of groups and rows behind the one that holds them."""
    found = []
    for control in controls:
        found.append(control)
        found += flat(control.children)
        for row in control.items:
            found += flat(row)
    return found
