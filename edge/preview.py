"""`yizhan forms preview`: how the service files of a folder look on every screen and on paper while they are written.

A program of its own on this machine only: no node, no database, nothing is filed. A file with faults keeps the look of
its last good state, with the faults beside it. Pages ask every two seconds whether a file was saved.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, g, render_template, request, url_for

from edge import texts, web
from edge.prints import guide, sheets
from edge.prints import pages as printed
from edge.publishing import status
from edge.room import Phone, Room
from edge.routes import Route, Who, register
from edge.web_filters import fid
from forms import answers, lint_family, openings, pseudo
from forms import page as pages
from forms.answers import Context
from forms.definition import Definition, build, load, packaged, service_files
from forms.faults import DefinitionError, Fault

HOST = "127.0.0.1"
DAY = "2026-11-21"
SCREENS = {"kiosk": "自助终端", "console": "工作台", "phone": "手机"}
VIEWS = {
    **SCREENS,
    "blank": "空白表",
    "sample": "示范文本",
    "review": "审核页面",
    "help": "填写说明",
    "guide": "办事指南",
}
EMPTY = "blank"
ROOM = Room(
    name="示例警务室",
    station="示例派出所",
    county="示例县公安局",
    address="示例镇一组1号",
    place="",
    hours="周一至周五 9:00–17:00",
    market_days="",
    languages=("zh-CN",),
    phones=(Phone("警务室", "0000-0000000"), Phone("监督投诉", "0000-0000001")),
    kiosk_idle_s=0,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A service file as it lies in the folder. `definition`: of its last good state, None before the first."""

    name: str
    stamp: str
    faults: tuple[Fault, ...]
    definition: Definition | None

    @property
    def title(self) -> str:
        return self.definition.title if self.definition else self.name


@dataclass
class Shelf:
    """The files of a folder, read again when they were saved."""

    folder: Path
    drafts: dict[str, Draft] = field(default_factory=dict)

    def stamps(self) -> dict[str, str]:
        """Name -> when it was saved and how long it is."""
        found = {}
        for path in service_files(self.folder):
            try:
                state = path.stat()
            except FileNotFoundError:  # an editor puts a file in place of the old one
                continue
            found[path.name] = f"{state.st_mtime_ns}-{state.st_size}"
        return found

    def etag(self) -> str:
        """What changes as soon as a file of the folder does."""
        return hashlib.sha256(repr(self.stamps()).encode()).hexdigest()[:16]

    def all(self) -> list[Draft]:
        """Every file, in the order of the names."""
        stamps = self.stamps()
        self.drafts = {name: self._fresh(name, stamp) for name, stamp in stamps.items()}
        catalogue, sound = packaged(), dict[Path, Definition]()
        for draft in self.drafts.values():
            if draft.definition is not None and not draft.faults:
                sound[self.folder / draft.name] = draft.definition
                catalogue.add(draft.definition)
        apart = lint_family.faults(sound, catalogue)
        return [self._with(draft, apart) for draft in self.drafts.values()]

    def one(self, name: str) -> Draft:
        """As the file is for itself. 404 for one that is not in the folder."""
        stamp = self.stamps().get(name)
        if stamp is None:
            abort(404)
        self.drafts[name] = self._fresh(name, stamp)
        return self.drafts[name]

    def judged(self, name: str) -> Draft:
        """As `one`, with the services that it belongs together with."""
        draft, path = self.one(name), self.folder / name
        if draft.definition is None or draft.faults:
            return draft
        family = lint_family.beside(path, draft.definition)
        return self._with(draft, lint_family.faults({path: draft.definition}, family))

    def _with(self, draft: Draft, apart: list[Fault]) -> Draft:
        """With what a composed service and its parts find in each other."""
        own = str(self.folder / draft.name)
        return replace(draft, faults=(*draft.faults, *(one for one in apart if one.file == own)))

    def _fresh(self, name: str, stamp: str) -> Draft:
        known = self.drafts.get(name)
        if known and known.stamp == stamp:
            return known
        try:
            return Draft(name, stamp, (), load(self.folder / name))
        except DefinitionError as error:
            return Draft(name, stamp, tuple(error.faults), known.definition if known else None)


@dataclass(frozen=True, slots=True)
class Case:
    """Answers to look at the form with."""

    key: str
    title: str
    answers: Mapping[str, Any]
    context: Context


def cases(definition: Definition) -> list[Case]:
    """The empty form and every sample of the file, good and faulty."""
    found = [Case(EMPTY, "还没有填", {}, Context(DAY))]
    for kind, word in (("valid", "正确"), ("invalid", "有误")):
        for at, sample in enumerate(definition.samples.get(kind, ())):
            context = Context(**{"filing_day": DAY, **sample.get("context", {})})
            found.append(Case(f"{kind}-{at}", f"{word}：{sample['title']}", sample["answers"], context))
    return found


def create_app(folder: Path) -> Flask:
    """The program for one folder."""
    app = web.make_app("preview", secret=secrets.token_bytes(32), title="事项预览")
    app.extensions["yizhan.preview"] = Shelf(folder)
    app.register_blueprint(bp)
    return app


def index() -> str:
    """The services of the folder, and how many faults each has."""
    return render_template("preview/index.html", drafts=_shelf().all(), folder=_shelf().folder, etag=_shelf().etag())


def service(name: str) -> str:
    """One service: its faults, its map, its views side by side."""
    draft = _shelf().judged(name)
    definition = draft.definition
    return render_template(
        "preview/service.html",
        draft=draft,
        etag=_shelf().etag(),
        views=VIEWS,
        cases=cases(definition) if definition else [],
        case=request.args.get("case", "valid-0"),
        languages=_languages(definition) if definition else {},
        spoken=request.args.get("language", texts.DEFAULT),
        map=_map(definition) if definition else [],
    )


def view(name: str, view_name: str) -> str:
    """One view, as it stands in a frame."""
    definition = _spoken(_definition(name))
    g.on_trial = status.by_signatures(_shelf().folder / name, _definition(name)) != "published"
    if view_name in sheets.SHEETS:
        style = url_for("preview.preview_style", name=name, view_name=view_name)
        return printed.page(definition, ROOM, view_name, style)
    if view_name == "review":
        return _review(definition)
    return _screen(definition, view_name)


def _review(definition: Definition) -> str:
    """The answers as whoever decides reads them, and the decisions with their documents."""
    case = _case(definition)
    context = replace(case.context, language=web.language())
    return render_template(
        "preview/review.html",
        definition=definition,
        sections=pages.summary(definition, case.answers, context=case.context, language=web.language()),
        problems=() if case.key == EMPTY else answers.check(definition, case.answers, context).problems,
        deciding=guide.deciding(definition, ROOM),
    )


def style(name: str, view_name: str) -> Response:
    """The margins of a sheet."""
    if view_name not in sheets.SHEETS:
        abort(404)
    return printed.margins(_definition(name), ROOM, view_name)


def changes() -> Response:
    """204 while nothing was saved; else the page is to be loaded again (htmx)."""
    changed = request.args.get("seen") != _shelf().etag()
    return Response(status=200, headers={"HX-Refresh": "true"}) if changed else Response(status=204)


def _screen(definition: Definition, look: str) -> str:
    if look not in SCREENS:
        abort(404)
    case = _case(definition)
    context = replace(case.context, language=web.language())
    problems = () if case.key == EMPTY else answers.check(definition, case.answers, context).problems
    shown = [
        (
            index,
            definition.text(f"{definition.pages[index].key}.label", definition.pages[index].label, web.language()),
            pages.controls(definition, case.answers, index, problems, context=context),
        )
        for index in pages.visible_pages(definition, case.answers, context=case.context)
    ]
    return render_template("preview/form.html", definition=definition, look=look, pages=shown, problems=problems)


def _languages(definition: Definition) -> dict[str, str]:
    """Tag -> name of every language of the service, and the pseudo-language, which every service has here."""
    tags = dict.fromkeys((texts.DEFAULT, *definition.i18n, pseudo.TAG))
    names = {tag: texts.name(tag) for tag in tags}
    return names | {pseudo.TAG: "伪语言（从右到左，加长四成）"}


def _spoken(definition: Definition) -> Definition:
    """The definition in the language that was asked for (?language=ug); the page speaks it too."""
    wanted = request.args.get("language", texts.DEFAULT)
    web.use_language(wanted if wanted in _languages(definition) else texts.DEFAULT)
    return build(pseudo.translated(definition.raw), definition.digest) if wanted == pseudo.TAG else definition


@dataclass(frozen=True, slots=True)
class Leap:
    """Something that an answer opens. `case`: answers that show it, "" for none. `field`, `question`: ids of a form."""

    opening: openings.Opening
    case: str
    field: str
    question: str


def _map(definition: Definition) -> list[tuple[int, str, list[Leap]]]:
    """Every page with what an answer opens on it."""
    shown = {case.key: _shown(definition, case) for case in cases(definition)}
    leaps = [_leap(one, shown) for one in openings.openings(definition)]
    return [
        (
            page.index,
            definition.text(f"{page.key}.label", page.label),
            [one for one in leaps if one.opening.page == page.index],
        )
        for page in definition.pages
    ]


def _shown(definition: Definition, case: Case) -> set[str]:
    """Keys of the fields that a case shows."""
    on = pages.visible_pages(definition, case.answers, context=case.context)
    found = (pages.leaves(pages.controls(definition, case.answers, page, context=case.context)) for page in on)
    return {openings.key_of(leaf.path) for page in found for leaf in page if leaf.visible}


def _leap(one: openings.Opening, shown: Mapping[str, set[str]]) -> Leap:
    here = one.key if one.kind == "field" else ""
    case = next((key for key, keys in shown.items() if here in keys), "")
    ids = [fid(key.replace("*", "0")) for key in (here, one.by[0] if one.by else "") if key]
    return Leap(one, case, ids[0] if here else f"page-{one.page}", ids[-1] if one.by else f"page-{one.page}")


def _case(definition: Definition) -> Case:
    wanted = request.args.get("case", "valid-0")
    known = cases(definition)
    return next((case for case in known if case.key == wanted), known[0])


def _definition(name: str) -> Definition:
    definition = _shelf().one(name).definition
    if definition is None:
        abort(404)
    return definition


def _shelf() -> Shelf:
    shelf: Shelf = current_app.extensions["yizhan.preview"]
    return shelf


def _let_frames(response: Response) -> Response:
    """Its own pages may stand in frames of its own; everything else stays as strict as elsewhere."""
    strict = web.HEADERS["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = strict.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'; frame-src 'self'"
    )
    return response


bp = Blueprint("preview", __name__)
bp.after_request(_let_frames)
ROUTES = (
    Route("/", index, Who.ANYONE),
    Route("/changes", changes, Who.ANYONE),
    Route("/service/<name>", service, Who.ANYONE),
    Route("/service/<name>/<view_name>", view, Who.ANYONE),
    Route("/service/<name>/<view_name>/margins.css", style, Who.ANYONE),
)
register(bp, ROUTES)
