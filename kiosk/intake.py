"""What a posted page brings: typed values as they are, photographs and signatures stored and put in by their digest."""

from collections.abc import Iterable

from flask import request
from werkzeug.datastructures import FileStorage

from edge import drafts, materials
from edge.drafts import Draft
from edge.errors import YizhanError
from edge.node import Node
from forms.page import Control
from forms.state import Material

ROWS = frozenset({"_add", "_remove"})
FILES = frozenset({"file", "signature"})
Form = dict[str, list[str]]
Faults = list[tuple[str, str]]


def typed() -> Form:
    """The fields of this request for forms.page.read; files are left to `files`."""
    return {name: values for name, values in request.form.lists() if name.startswith("/") or name in ROWS}


def files(node: Node, draft: Draft, controls: Iterable[Control], form: Form) -> tuple[Draft, Faults]:
    """Store what was photographed or signed and put it into `form`; (path, sentence) of what was refused."""
    faults: Faults = []
    for control in controls:
        if control.kind in FILES:
            draft = _take(node, draft, control, form, faults)
    return draft, faults


def without_files(controls: Iterable[Control], form: Form) -> Form:
    """The form of an autosave: files stay as they are."""
    held = [control.path for control in controls if control.kind in FILES]
    paths = {*held, *(f"{path}/strokes" for path in held)}
    return {name: values for name, values in form.items() if name not in paths}


def _take(node: Node, draft: Draft, control: Control, form: Form, faults: Faults) -> Draft:
    """Put the reference of one file answer into `form`: the new material, or the one that the draft already had."""
    strokes = "".join(form.pop(f"{control.path}/strokes", [])).strip()
    upload = request.files.get(control.path)
    kept = [value for value in form.pop(control.path, []) if value in _own(draft)]
    form[control.path] = kept[:1] or [""]
    try:
        if upload is not None and upload.filename:
            draft = attach(node, draft, upload, control.path)
        elif control.kind == "signature" and strokes:
            draft = _replace(node, draft, materials.signature(node, strokes, control.path))
        else:
            return draft
    except YizhanError as error:
        faults.append((control.path, f"{error.sentence}，{error.hint}".removesuffix("。")))
        return draft
    newest = [material for material in draft.materials if material.slot == control.path][-1]
    form[control.path] = [materials.REFERENCE + newest.sha256]
    return draft


def attach(node: Node, draft: Draft, upload: FileStorage, slot: str) -> Draft:
    """Store an uploaded file under a slot of the draft, in place of what was there. Raises as materials.store."""
    return _replace(node, draft, materials.store(node, upload.read(), upload.filename or "", draft.owner, slot))


def _replace(node: Node, draft: Draft, material: Material) -> Draft:
    for old in [old for old in draft.materials if old.slot == material.slot and old.sha256 != material.sha256]:
        draft = drafts.detach(node, draft, old.slot, old.sha256)
    return drafts.attach(node, draft, material)


def _own(draft: Draft) -> set[str]:
    return {materials.REFERENCE + material.sha256 for material in draft.materials}
