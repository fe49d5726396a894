"""补正: each defect of the centre's notice with its field or material, answered together."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, make_response, request, url_for

from edge import applications, demands, materials, uploads, web
from edge.applications import Application
from edge.errors import Refused, problem
from edge.staff import posted
from edge.staff.context import application_of, form_token, officer, page
from edge.staff.materials import slots
from edge.uploads import Taken
from edge.web_filters import day
from edge.web_node import node
from forms import page as pages
from forms import parsing
from forms.answers import Context
from forms.formal import formal
from forms.head import DEFAULT_LANGUAGE as CHINESE
from forms.page import Control
from forms.state import Item, Material
from forms.validation import Problem

NOTE_MAX = 500
MATERIAL = "material/"
KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Defect:
    """One line of the notice, with where it is mended: a field of the form, or a material."""

    label: str
    text: str
    before: str
    control: Control | None
    slot: str
    error: str


@dataclass
class Try:
    """What has been typed so far: answers, new materials, what is wrong."""

    answers: dict[str, Any]
    kept: list[Material] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    note: str = ""


def show(number: str) -> str:
    """The form of the correction; not_allowed_now where nothing is to be corrected."""
    application = application_of(number)
    return _page(application, Try(copy.deepcopy(application.state.answers)))


def answer(number: str) -> Response:
    """Store the correction as one event; what is wrong comes back with everything that was typed."""
    application = application_of(number)
    attempt = _read(application)
    if not attempt.faults:
        try:
            applications.answer_correction(
                node(),
                number,
                attempt.answers,
                actor=officer().actor,
                materials=attempt.kept,
                note=attempt.note,
                token=request.form.get("token") or None,
            )
        except Refused as refused:
            attempt.problems = refused.problems
        else:
            return web.see_other(url_for("staff.cases_show", number=number, said="corrected"))
    return make_response(_page(application, attempt), 422)


def _page(application: Application, attempt: Try) -> str:
    state = application.state
    if state.correction is None:
        raise problem("not_allowed_now", phase=application.head.phase_title, act="补正")
    controls = _controls(application, attempt)
    shown = [_defect(application, item, controls, attempt) for item in state.correction.items]
    mended = {defect.control.path for defect in shown if defect.control}
    return page(
        "correction.html",
        number=application.number,
        service=application.head.title,
        applicant=application.head.applicant,
        due=day(state.correction.due_day) if state.correction.due_day else "",
        reason=state.correction.reason,
        defects=shown,
        opened=[controls[one.path] for one in attempt.problems if one.path in controls and one.path not in mended],
        problems=[*attempt.problems, *(Problem(slot, "upload", {}, text) for slot, text in attempt.faults.items())],
        kept=[f"{one.slot} {one.sha256}" for one in attempt.kept],
        given={one.slot for one in attempt.kept},
        note=attempt.note,
        token=request.form.get("token") or form_token(),
        files=url_for("staff.materials_picture", number=application.number, sha256=""),
    )


def _controls(application: Application, attempt: Try) -> dict[str, Control]:
    """Every control of the form by its path, with the values of this try."""
    context = Context(**application.state.context)
    found = pages.controls(
        formal(application.definition), attempt.answers, problems=_said(attempt), context=context, language=CHINESE
    )
    return {control.path: control for control in uploads.flat(found) if control.path}


def _said(attempt: Try) -> list[Problem]:
    wrong = [Problem(path, "upload", {}, text) for path, text in attempt.faults.items()]
    return [*wrong, *attempt.problems]


def _defect(application: Application, item: Item, controls: Mapping[str, Control], attempt: Try) -> Defect:
    is_material = item.target == "material"
    control = controls.get(item.ref)  # a material that a field of the form takes is named by the place of that field
    return Defect(
        label=item.label,
        text=item.defect,
        before="" if is_material else _before(application, item.ref),
        control=control,
        slot=item.ref if is_material and item.ref in dict(slots(application.definition)) else "",
        error=attempt.faults.get(item.ref, ""),
    )


def _before(application: Application, path: str) -> str:
    """The answer as it was filed, in words."""
    context = Context(**application.state.context)
    filed = pages.controls(formal(application.definition), application.state.answers, context=context, language=CHINESE)
    return next((control.display for control in uploads.flat(filed) if control.path == path), "")


def _read(application: Application) -> Try:
    """The answers with the corrected fields in them, and the materials that came along."""
    attempt = Try(copy.deepcopy(application.state.answers), note=request.form.get("note", "").strip()[:NOTE_MAX])
    attempt.kept = _kept(application)
    controls = _posted_controls(application, attempt)
    held = {materials.REFERENCE + one.sha256 for one in (*application.state.materials, *attempt.kept)}
    taken = uploads.take(node(), controls, posted.form(), posted.files(), own=held, owner=officer().actor)
    for control in controls:
        parsing.take(attempt.answers, control.path, control.kind, control.schema, taken.form, shown=True)
    _take_materials(application, taken)
    attempt.kept += taken.stored
    attempt.faults = taken.faults
    return attempt


def _posted_controls(application: Application, attempt: Try) -> list[Control]:
    """The fields that stood on the page: those of the notice, and those that a first try brought to light."""
    named = set(request.form.getlist("field"))
    controls = _controls(application, attempt)
    chosen = [controls[path] for path in controls if path in named]
    return [control for control in pages.leaves(chosen) if not control.read_only]


def _take_materials(application: Application, taken: Taken) -> None:
    known = dict(slots(application.definition, brought=application.state.proxy is not None))
    for name in posted.file_names():
        if name.startswith(MATERIAL):
            _must_be_named(application, name.removeprefix(MATERIAL), known)
    for code in known:
        for upload in posted.many_files(MATERIAL + code):
            uploads.store(node(), upload, officer().actor, code, taken)


def _must_be_named(application: Application, slot: str, known: Mapping[str, str]) -> None:
    """Raises material_not_named for what the guide doesn't ask for, and writes down that somebody tried (M20)."""
    if slot not in known:
        raise demands.refuse(
            node(), application.definition.id, slot, actor=officer().actor, application=application.number
        )


def _kept(application: Application) -> list[Material]:
    """Materials of an earlier try of the same form, which are stored already."""
    found = []
    lines = [line.rpartition(" ") for line in request.form.getlist(KEPT)]
    known = dict(slots(application.definition, brought=application.state.proxy is not None))
    for slot, _, _ in lines:
        if not slot.startswith("/"):
            _must_be_named(application, slot, known)
    with node().database.read() as tx:
        for slot, _, sha256 in lines:
            held = materials.find(tx, sha256)
            if held is not None and slot:
                found.append(Material(held.sha256, held.size, held.media_type, held.name, slot))
    return found
