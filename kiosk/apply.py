"""The question pages: show one, keep what was typed, go on only when it is right."""

from typing import Any

from flask import Response, flash, request, url_for

from edge import drafts, filings, lookups, moves, prefill, prefill_screens, unwritten_filing, web_node
from edge.devices import cameras
from edge.drafts import AlreadyFiled, Draft
from edge.lookups import Asked
from edge.uploads import Form
from edge.web import see_other
from edge.web_filters import fid
from forms import page as pages
from forms.page import Control
from forms.validation import Problem
from kiosk import card, intake, visit
from kiosk.form import CHECK, PHOTOS, Place, Walk
from kiosk.view import is_wish

ALONE = frozenset({"text", "long-text", "number", "date", "choice", "yes-no", "file", "signature"})


def start(service: str) -> Response:
    """Begin, or go on with what this visit has begun for the same service."""
    wanted = visit.service(service)
    service, node, language = wanted.id, web_node.node(), visit.speak_of(wanted)
    kept = node.unwritten.of_owner(visit.owner())
    if kept is not None and kept.service == service:
        walk = open_walk(kept)
        return to_place(walk, walk.resume())
    begun = [draft for draft in drafts.of_owner(node, visit.owner()) if draft.service == service]
    if not begun and wanted.service.get("sealed"):
        unwritten_filing.supervisor_key(node)
    draft = begun[0] if begun else drafts.create(node, service, visit.owner(), language=language)
    walk = open_walk(draft)
    return to_place(walk, walk.resume())


def walk_of(draft: str) -> Walk:
    """The draft of this visit. Raises AlreadyFiled, and not_found for anybody else's."""
    return open_walk(drafts.get(web_node.node(), draft, visit.owner()))


def open_walk(draft: Draft) -> Walk:
    """A draft with its definition; the page speaks the visit's language as far as the service has it."""
    definition = drafts.definition(web_node.node(), draft)
    visit.speak_of(definition)
    return Walk(draft, definition, filings.context(web_node.node(), language=draft.language), web_node.node().newest)


def href(walk: Walk, place: Place, **query: Any) -> str:
    """The address of a place of the walk."""
    if isinstance(place, int):
        return url_for("kiosk.apply_show", draft=walk.draft.id, page=place, **query)
    return url_for("kiosk.photos_show" if place == PHOTOS else "kiosk.check_show", draft=walk.draft.id, **query)


def to_place(walk: Walk, place: Place, **query: Any) -> Response:
    """303 there."""
    return see_other(href(walk, place, **query))


def show(draft: str, page: int) -> tuple[str, int] | Response:
    """One question page; with ?faults=1 what is wrong on it."""
    walk = walk_of(draft)
    if page not in walk.places:
        return to_place(walk, walk.after(page))
    problems = _faults(walk, page)
    controls = [control for control in walk.controls(page, problems) if control.visible]
    visit.look_for(controls)
    back = request.args.get("back")
    return visit.page(
        "page.html",
        controls=_dressed(walk, controls),
        card=card.box(walk, controls),
        newer=url_for("kiosk.newer_show", draft=draft) if moves.newer(web_node.node(), walk.draft) else "",
        closed=moves.closed(web_node.node(), walk.definition),
        single=len(controls) == 1 and controls[0].kind in ALONE and not controls[0].read_only,
        heading=walk.label(page),
        problems=problems,
        service=visit.title(walk.definition),
        step=walk.step(page),
        steps=len(walk.places),
        action=url_for("kiosk.apply_answer", draft=draft, page=page, back=back),
        autosave=url_for("kiosk.apply_keep", draft=draft, page=page, faults=request.args.get("faults")),
        files=pictures(draft),
        camera=cameras.wanted(web_node.node().files.devices, visit.place()),
        saved=bool(walk.draft.data),
        no_photo=any(one.kind == "file" and one.error for one in pages.leaves(controls)),
    )


def pictures(draft: str) -> str:
    """Where the pictures of a draft are: the address without the digest."""
    return url_for("kiosk.photos_picture", draft=draft, sha256="-").removesuffix("-")


def _faults(walk: Walk, page: int) -> list[Problem]:
    """What an upload said, and what validation says about the rest."""
    uploads = [Problem(path, "upload", {}, text) for path, text in visit.said().items()]
    known = {problem.path for problem in uploads}
    wanted = walk.problems_of(page) if uploads or "faults" in request.args else []
    return uploads + [problem for problem in wanted if problem.path not in known]


def answer(draft: str, page: int) -> Response:
    """Keep what was typed, right or wrong, and go where the touched button leads."""
    walk = walk_of(draft)
    if page not in walk.places:
        return to_place(walk, walk.after(page))
    shown = walk.shown(page)
    walk, faults, asked = _keep_all(walk, page)
    for path, text in faults:
        flash(text, path)
    if asked is not None:
        if asked.words:
            visit.tell(asked.path, asked.words)
        return to_place(walk, page, back=request.args.get("back"), _anchor=fid(asked.path))
    wish = card.wanted()
    if wish:
        fault = card.act(walk.draft, wish)
        return to_place(walk, page, back=request.args.get("back"), card=fault or None, _anchor="card")
    fresh = [path for path in walk.shown(page) if path not in shown] if page in walk.places else []
    return _lead(walk, page, fresh=fresh, wrong=bool(faults))


def _lead(walk: Walk, page: int, *, fresh: list[str], wrong: bool) -> Response:
    """Where the touched button leads."""
    back, act = request.args.get("back"), request.form.get("_act", "next")
    row = request.form.get("_add") or request.form.get("_remove")
    if row:
        return to_place(walk, page, back=back, _anchor=fid(row))
    if act == "back":
        return _leave_backwards(walk, page, back)
    if act == "help":
        return visit.go("assist_show", back=href(walk, page, back=back))
    if act.startswith("view:") and is_wish(act.removeprefix("view:")):
        return visit.with_view(to_place(walk, page, back=back), act.removeprefix("view:"))
    if fresh and not wrong:  # the answers opened further questions on this page
        return to_place(walk, page, back=back, _anchor=fid(fresh[0]))
    return _onwards(walk, page, back, wrong=wrong)


def keep(draft: str, page: int) -> tuple[str, int]:
    """Autosave while a page is being filled; answers with the fields anew where that opened or closed one."""
    try:
        walk = walk_of(draft)
    except AlreadyFiled:
        return "", 204
    if page not in walk.places:
        return "", 204
    before = walk.shown(page), walk.places_chosen(page)
    form = intake.without_files(pages.leaves(walk.controls(page)), intake.typed())
    walk = _save(walk, walk.draft, page, form)
    if page not in walk.places or (walk.shown(page), walk.places_chosen(page)) == before:
        return "", 204
    controls = [control for control in walk.controls(page, _faults(walk, page)) if control.visible]
    return visit.page("fields.html", controls=_dressed(walk, controls), single=False, files=pictures(draft))


def _keep_all(walk: Walk, page: int) -> tuple[Walk, list[tuple[str, str]], Asked | None]:
    """The walk after this request was saved, what was wrong with uploads (path, sentence), and what was looked for."""
    form = intake.typed()
    asked = lookups.take(web_node.node(), walk.controls(page), form)
    draft, faults = intake.files(web_node.node(), walk.draft, list(pages.leaves(walk.controls(page))), form)
    faults += [(asked.path, asked.fault)] if asked is not None and asked.fault else []
    return _save(walk, draft, page, form), faults, asked


def _dressed(walk: Walk, controls: list[Control]) -> list[Control]:
    """The controls with the sources of their values; what the card said is shown and not asked."""
    said = prefill_screens.said(web_node.node(), walk.draft)
    return card.shown(prefill.marked(controls, said), card.locked(walk.draft, walk.definition))


def _save(walk: Walk, draft: Draft, page: int, form: Form) -> Walk:
    for place in card.locked(draft, walk.definition):
        form.pop(place, None)
    data = pages.read(walk.definition, draft.data, page, form, context=walk.context)
    return open_walk(drafts.save(web_node.node(), draft, data, page=page))


def _leave_backwards(walk: Walk, page: int, back: str | None) -> Response:
    if back == CHECK:
        return to_place(walk, CHECK)
    before = walk.before(page)
    return visit.go("home_about", service=visit.called(walk.definition)) if before is None else to_place(walk, before)


def _onwards(walk: Walk, page: int, back: str | None, *, wrong: bool) -> Response:
    if wrong or (page in walk.places and walk.problems_of(page)):
        return to_place(walk, page, faults="1", back=back)
    if back == CHECK:
        return to_place(walk, walk.first_open(), back=CHECK if walk.first_open() != CHECK else None)
    return to_place(walk, walk.after(page))


def going_on(begun: Draft) -> dict[str, str]:
    """What this visit has begun and not filed, for the start page."""
    walk = open_walk(begun)
    visit.speak()
    return {"title": visit.title(walk.definition), "href": href(walk, walk.resume())}
