"""Photographs of the materials that x-service lists: each may be left out, the desk asks for what is missing."""

from dataclasses import dataclass

from flask import Response, flash, request, url_for

from edge import drafts, materials, web_node
from edge.devices import cameras
from edge.drafts import Draft
from edge.errors import YizhanError, problem
from edge.guide import Speaker
from edge.node import Node
from edge.web import see_other
from edge.web_filters import fid
from forms.state import Material
from forms.validation import Problem
from kiosk import apply, visit
from kiosk.form import CHECK, PHOTOS, Walk
from kiosk.view import is_wish

PER_SLOT_MAX = 10


@dataclass(frozen=True, slots=True)
class Slot:
    """One material to photograph, with what was taken so far."""

    code: str
    path: str
    label: str
    how: str
    required: bool
    error: str
    taken: list[Material]


def slots(walk: Walk, errors: dict[str, str]) -> list[Slot]:
    """All materials of a draft; `errors`: path -> sentence."""
    say = Speaker(walk.definition, web_node.node().room)
    every = walk.definition.service["materials"]
    return [
        Slot(
            code=entry["code"],
            path=f"/{entry['code']}",
            label=say(f"materials.{every.index(entry)}.name", entry["name"]),
            how=say(f"materials.{every.index(entry)}.how", entry.get("how", "")),
            required=entry["required"] is not False,
            error=errors.get(f"/{entry['code']}", ""),
            taken=[material for material in walk.draft.materials if material.slot == entry["code"]],
        )
        for entry in walk.materials
    ]


def show(draft: str) -> tuple[str, int] | Response:
    """The page of photographs."""
    walk = apply.walk_of(draft)
    if PHOTOS not in walk.places:
        return apply.to_place(walk, CHECK)
    errors = visit.said()
    return visit.page(
        "photos.html",
        slots=slots(walk, errors),
        problems=[Problem(path, "upload", {}, text) for path, text in errors.items()],
        service=visit.title(walk.definition),
        step=walk.step(PHOTOS),
        steps=len(walk.places),
        action=url_for("kiosk.photos_take", draft=draft, back=request.args.get("back")),
        files=apply.pictures(draft),
        camera=cameras.wanted(web_node.node().files.devices, visit.place()),
    )


def take(draft: str) -> Response:
    """Keep the photographs of this request and go where the touched button leads."""
    walk = apply.walk_of(draft)
    held, refused = _take(web_node.node(), walk)
    back = request.args.get("back")
    remove = request.form.get("_remove", "")
    if remove:
        slot, _, sha256 = remove.partition("/")
        drafts.detach(web_node.node(), held, slot, sha256)
        return apply.to_place(walk, PHOTOS, back=back, _anchor=fid("/" + slot))
    if refused or "_add" in request.form:
        return apply.to_place(walk, PHOTOS, back=back)
    return _onwards(walk, request.form.get("_act", "next"), back)


def _onwards(walk: Walk, act: str, back: str | None) -> Response:
    if act == "help":
        return visit.go("assist_show", back=apply.href(walk, PHOTOS, back=back))
    if act.startswith("view:") and is_wish(act.removeprefix("view:")):
        return visit.with_view(apply.to_place(walk, PHOTOS, back=back), act.removeprefix("view:"))
    if act == "back" and back != CHECK:
        before = walk.before(PHOTOS)
        return see_other(apply.href(walk, before if before is not None else CHECK))
    return apply.to_place(walk, CHECK)


def _take(node: Node, walk: Walk) -> tuple[Draft, bool]:
    """The draft with the new photographs, and whether one was refused."""
    held, refused = walk.draft, False
    for entry in walk.materials:
        for upload in request.files.getlist(f"/{entry['code']}"):
            if not upload.filename:
                continue
            try:
                held = _add(node, held, entry["code"], upload.read(), upload.filename)
            except YizhanError as error:
                flash(f"{error.sentence}，{error.hint}".removesuffix("。"), f"/{entry['code']}")
                refused = True
    return held, refused


def _add(node: Node, draft: Draft, slot: str, data: bytes, name: str) -> Draft:
    if sum(material.slot == slot for material in draft.materials) >= PER_SLOT_MAX:
        raise problem("too_large")
    return drafts.attach(node, draft, materials.store(node, data, name, draft.owner, slot))


def picture(draft: str, sha256: str) -> Response:
    """A small picture of one's own upload. Raises not_found for anything else."""
    held = drafts.get(web_node.node(), draft, visit.owner())
    return Response(drafts.picture(web_node.node(), held, sha256), mimetype="image/jpeg")


def taken(walk: Walk) -> list[dict[str, object]]:
    """For the check page: each material with how many photographs there are."""
    address = apply.href(walk, PHOTOS, back=CHECK)
    return [
        {"label": slot.label, "count": len(slot.taken), "href": f"{address}#{fid(slot.path)}"}
        for slot in slots(walk, {})
    ]
