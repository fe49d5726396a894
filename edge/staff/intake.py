"""收件, the form: every page of a definition as a section of one long form, kept in a draft, checked, filed.

The questions are the kiosk's; only the shape is another, because who does this every day wants all of it in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, g, make_response, request, url_for

from edge import (
    demands,
    draft_notes,
    drafts,
    filings,
    lookups,
    materials,
    moves,
    prefill,
    prefill_screens,
    texts,
    uploads,
    web,
    wholes,
)
from edge.drafts import AlreadyFiled, Draft
from edge.errors import Refused, YizhanError
from edge.lookups import Asked
from edge.staff import beside, card, person, posted
from edge.staff.context import officer, page
from edge.staff.materials import OTHER, asks_for_photos, names, slots
from edge.uploads import Form, Taken
from edge.web_filters import fid, size_text
from edge.web_node import node
from forms import originals, pointer
from forms import page as pages
from forms.answers import Context
from forms.definition import Definition
from forms.formal import formal
from forms.head import DEFAULT_LANGUAGE as CHINESE
from forms.page import Control
from forms.state import Material
from forms.validation import Problem

MATERIAL = "material/"
PER_SLOT_MAX = 10
STAY = {"_add", "_remove", "_drop"}  # buttons that change a part of the form and lead back to it


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the definition inside of the long form."""

    id: str
    label: str
    controls: list[Control]
    wrong: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A material of the guide, and what has been handed in for it."""

    code: str
    name: str
    how: str
    required: bool
    given: list[tuple[Material, str]]
    error: str


@dataclass(frozen=True, slots=True)
class Intake:
    """A draft with its definition and the day by which it is judged."""

    draft: Draft
    definition: Definition
    context: Context

    @property
    def formal(self) -> Definition:
        """The definition in the words that an officer reads."""
        return formal(self.definition)

    def problems(self) -> list[Problem]:
        return list(wholes.check(node(), self.formal, self.draft.data, self.context).problems)

    def controls(self, problems: list[Problem]) -> list[tuple[int, list[Control]]]:
        """(page, its controls) of the pages that these answers show."""
        data, context = self.draft.data, replace(self.context, language=CHINESE)
        shown = pages.visible_pages(self.definition, data, context=context)
        return [(index, pages.controls(self.formal, data, index, problems, context=context)) for index in shown]


def opened(draft: str) -> Intake:
    """One's own draft. Raises not_found for a stranger's, AlreadyFiled for one that was filed."""
    held = drafts.get(node(), draft, officer().actor)
    return _intake(held)


def _intake(held: Draft) -> Intake:
    definition = drafts.definition(node(), held)
    g.on_trial = node().status_of(definition) != "published"
    with node().database.read() as tx:
        day = draft_notes.of(tx, held.id).day
    return Intake(held, definition, filings.context(node(), day or None, language=held.language))


def already_filed(error: AlreadyFiled) -> Response:
    """Back button or second click after filing: to the receipt."""
    return web.see_other(url_for("staff.receipts_show", number=error.filed.number))


def show(draft: str) -> str:
    """The form; with ?check=1 and everything that is still wrong."""
    intake = opened(draft)
    return _form(intake, intake.problems() if "check" in request.args else [], {})


def _form(intake: Intake, problems: list[Problem], faults: Mapping[str, str], person_fault: str = "") -> str:
    uploads_wrong = [Problem(path, "upload", {}, text) for path, text in faults.items() if path.startswith("/")]
    said = {one.path for one in uploads_wrong}
    _look_for(intake)
    problems = uploads_wrong + [one for one in problems if one.path not in said]
    return page(
        "intake.html",
        draft=intake.draft,
        service=intake.definition.title,
        sections=[_section(intake, index, controls, problems) for index, controls in _with_sources(intake, problems)],
        slots=_slots(intake, faults),
        slots_apart=asks_for_photos(intake.definition, intake.draft.data),
        problems=problems,
        files=url_for("staff.intake_picture", draft=intake.draft.id, sha256=""),
        changed=intake.draft.changed_at,
        person=person.box(intake.draft, intake.definition, person_fault),
        newer=url_for("staff.newer_show", draft=intake.draft.id) if moves.newer(node(), intake.draft) else "",
        closed=moves.closed(node(), intake.definition),
        **beside.of_form(intake.draft, intake.definition),
    )


def _look_for(intake: Intake) -> None:
    """What the search box of a field found, for the template (?find=words&at=path)."""
    path, words = request.args.get("at", ""), request.args.get("find", "")
    if words:
        controls = [control for _, found in intake.controls([]) for control in found]
        g.finding = lookups.find(node(), controls, path, words, texts.DEFAULT)


def _with_sources(intake: Intake, problems: list[Problem]) -> list[tuple[int, list[Control]]]:
    """The controls of all pages; what was prefilled says where it came from."""
    said = prefill_screens.said(node(), intake.draft)
    return [(index, prefill.marked(controls, said)) for index, controls in intake.controls(problems)]


def _section(intake: Intake, index: int, controls: list[Control], problems: list[Problem]) -> Section:
    of_page = intake.definition.pages[index]
    label = intake.formal.text(f"{of_page.key}.label", of_page.label)
    wrong = bool(pages.page_problems(intake.definition, intake.draft.data, index, problems))
    return Section(f"part-{index}", label, controls, wrong)


def _slots(intake: Intake, faults: Mapping[str, str]) -> list[Slot]:
    return [
        Slot(
            code=entry["code"],
            name=entry["name"],
            how=entry.get("how", ""),
            required=originals.needed(entry, intake.draft.data),
            given=[(one, size_text(one.size)) for one in intake.draft.materials if one.slot == entry["code"]],
            error=faults.get(entry["code"], ""),
        )
        for entry in intake.definition.service["materials"]
        if entry["source"] == "applicant" and entry["copies"]
    ]


def answer(draft: str) -> Response:
    """Keep everything that was typed, right or wrong, then go where the pressed button leads."""
    intake, taken, asked = _keep(opened(draft))
    if taken.faults:
        return make_response(_form(intake, [], taken.faults), 422)
    if asked is not None or STAY & request.form.keys():
        return _back_to(draft, asked)
    wish = card.wanted()
    if wish or request.form.get("act") == "person":
        fault = person.fill(intake.draft, wish)
        if fault:
            return make_response(_form(intake, [], {}, fault), 422)
        said = "person" if wish in ("", card.SAME) else None
        return web.see_other(url_for("staff.intake_show", draft=draft, said=said, _anchor="person"))
    return web.see_other(_target(intake))


def _target(intake: Intake) -> str:
    """Where the pressed button leads: to the camera, to the page before filing, or back to the form."""
    draft, (act, _, code) = intake.draft.id, request.form.get("act", "").partition(":")
    if act == "scan":
        return url_for("staff.scanning_show", draft=draft, slot=code[:100])
    if act != "check":
        return url_for("staff.intake_show", draft=draft, said="saved")
    if intake.problems():
        return url_for("staff.intake_show", draft=draft, check="1")
    return url_for("staff.intake_check", draft=draft)


def _back_to(draft: str, asked: Asked | None) -> Response:
    """To the place of the form that was worked on: a field whose code is looked for, a list, the materials."""
    if asked is None:
        row = request.form.get("_add") or request.form.get("_remove") or ""
        place = row if "_add" in request.form else pointer.parent(row)
        return web.see_other(url_for("staff.intake_show", draft=draft, _anchor=fid(place) if row else "materials"))
    find, at = (asked.words, asked.path) if asked.words else (None, None)
    return web.see_other(url_for("staff.intake_show", draft=draft, find=find, at=at, _anchor=fid(asked.path)))


def keep(draft: str) -> tuple[str, int]:
    """Autosave while the form is being filled; the fields that appear come with the next whole page."""
    _keep(opened(draft))
    return "", 204


def _keep(intake: Intake) -> tuple[Intake, Taken, Asked | None]:
    """The draft with everything that this request brought, and what was looked for."""
    controls = uploads.flat(control for _, found in intake.controls([]) for control in found)
    own = {materials.REFERENCE + one.sha256 for one in intake.draft.materials}
    taken = uploads.take(node(), controls, posted.form(), posted.files(), own=own, owner=intake.draft.owner)
    asked = lookups.take(node(), controls, taken.form)
    if asked is not None and asked.fault:
        taken.faults[asked.path] = asked.fault
    held = _attach(intake.draft, taken, intake.definition)
    data = _read(replace(intake, draft=held), taken.form)
    return _intake(drafts.save(node(), held, data)), taken, asked


def _attach(held: Draft, taken: Taken, definition: Definition) -> Draft:
    """Tie new files to the draft; a file answer replaces the one before it, material slots hold several."""
    for material in taken.stored:
        held = drafts.put_in_place(node(), held, material)
    known = [code for code, _ in slots(definition)]
    for name in posted.file_names():
        if name.startswith(MATERIAL) and name.removeprefix(MATERIAL) not in known:
            raise demands.refuse(node(), definition.id, name.removeprefix(MATERIAL), actor=officer().actor)
    for code in known:
        for upload in posted.many_files(MATERIAL + code):
            held = _add(held, upload, code, taken)
    slot, _, sha256 = request.form.get("_drop", "").rpartition("/")
    return drafts.detach(node(), held, slot, sha256) if slot else held


def _add(held: Draft, upload: uploads.Upload, code: str, taken: Taken) -> Draft:
    if sum(one.slot == code for one in held.materials) >= PER_SLOT_MAX:
        taken.faults[code] = f"一种材料最多 {PER_SLOT_MAX} 张，请先删掉不要的。"
        return held
    material = uploads.store(node(), upload, held.owner, code, taken)
    return drafts.attach(node(), held, material) if material is not None else held


def _read(intake: Intake, form: Form) -> dict[str, Any]:
    """All shown pages, one after the other: an answer may bring the next page to light."""
    data = intake.draft.data
    shown = {index for index, _ in intake.controls([])}
    for index in sorted(shown):
        data = pages.read(intake.definition, data, index, form, context=intake.context)
    return data


def check(draft: str) -> str | Response:
    """All answers once more, for officer and citizen together, before the one act that counts."""
    intake = opened(draft)
    if intake.problems():
        return web.see_other(url_for("staff.intake_show", draft=draft, check="1"))
    return _check(intake)


def _check(intake: Intake, fault: str = "") -> str:
    draft = intake.draft.id
    apart = asks_for_photos(intake.definition, intake.draft.data)
    required = [slot.name for slot in _slots(intake, {}) if slot.required and not slot.given and not apart]
    named = names(intake.definition, intake.draft.data)
    return page(
        "check.html",
        draft=intake.draft,
        service=intake.definition.title,
        sections=pages.summary(intake.formal, intake.draft.data, context=intake.context, language=CHINESE),
        change=lambda _page, path: url_for("staff.intake_show", draft=draft, _anchor=fid(path)),
        given=[(named.get(one.slot, OTHER[1]), one) for one in intake.draft.materials],
        missing=required,
        confirmed=person.confirmed_at(intake.draft, intake.definition),
        urgent=filings.is_urgent(intake.definition, intake.draft.data),
        fault=fault,
        **beside.before_filing(intake.draft, intake.definition),
    )


def file(draft: str) -> Response:
    """收件: once, whatever is clicked twice."""
    intake = opened(draft)
    identity = "officer" if request.form.get("identity") == "officer" else "unverified"
    try:
        acts = beside.acts(intake.draft, intake.definition)
        filed = drafts.file(node(), intake.draft, channel="console", identity=identity, acts=acts)
    except Refused:
        return web.see_other(url_for("staff.intake_show", draft=draft, check="1"))
    except YizhanError as error:
        if error.code not in beside.ANSWERABLE:
            raise
        return make_response(_check(intake, str(error)), error.status)
    return web.see_other(url_for("staff.receipts_show", number=filed.number, said="filed"))


def delete(draft: str) -> Response:
    """Throw the draft away."""
    drafts.delete(node(), draft, officer().actor)
    return web.see_other(url_for("staff.receive_choose", said="deleted"))


def picture(draft: str, sha256: str) -> Response:
    """A small picture of what this draft holds. Raises not_found for anything else."""
    held = drafts.get(node(), draft, officer().actor)
    response = make_response(drafts.picture(node(), held, sha256))
    response.mimetype = "image/jpeg"
    return response
