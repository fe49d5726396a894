"""What a posted page brings: typed values as they are, photographs and signatures stored and put in by their digest."""

from collections.abc import Iterable

from flask import request
from werkzeug.datastructures import FileStorage

from edge import drafts, materials, uploads
from edge.drafts import Draft
from edge.node import Node
from edge.uploads import Form, Upload
from forms.page import Control

Faults = list[tuple[str, str]]


def typed() -> Form:
    """The fields of this request for forms.page.read; files are left to `files`."""
    return {name: values for name, values in request.form.lists() if name.startswith("/") or name in uploads.ROWS}


def files(node: Node, draft: Draft, controls: Iterable[Control], form: Form) -> tuple[Draft, Faults]:
    """Store what was photographed or signed and put it into `form`; (path, sentence) of what was refused."""
    chosen = {name: _upload(found) for name, found in request.files.items() if found.filename}
    own = {materials.REFERENCE + material.sha256 for material in draft.materials}
    taken = uploads.take(node, controls, form, chosen, own=own, owner=draft.owner)
    form.update(taken.form)
    for name in form.keys() - taken.form.keys():
        del form[name]
    for material in taken.stored:
        draft = drafts.put_in_place(node, draft, material)
    return draft, list(taken.faults.items())


def without_files(controls: Iterable[Control], form: Form) -> Form:
    """The form of an autosave: files stay as they are."""
    held = [control.path for control in controls if control.kind in uploads.KINDS]
    paths = {*held, *(path + uploads.STROKES for path in held)}
    return {name: values for name, values in form.items() if name not in paths}


def attach(node: Node, draft: Draft, upload: FileStorage, slot: str) -> Draft:
    """Store an uploaded file under a slot of the draft, in place of what was there. Raises as materials.store."""
    found = _upload(upload)
    return drafts.put_in_place(node, draft, materials.store(node, found.data, found.name, draft.owner, slot))


def _upload(found: FileStorage) -> Upload:
    return Upload(found.filename or "", found.read())
