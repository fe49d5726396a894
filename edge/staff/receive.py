"""收件, its beginning: choosing a service, or going on with a draft."""

from dataclasses import dataclass

from flask import Response, request, url_for

from edge import drafts, guide_words, index, offering, publishing, web
from edge.drafts import Draft
from edge.errors import problem
from edge.node import Node
from edge.prints import sheets
from edge.staff.context import officer, page
from edge.web_filters import when_near
from edge.web_node import node
from forms.deadlines import limit_words
from forms.head import Head

CODE_FAULTS = {
    "code_unknown": "没有这个代码在等。请看自助机屏幕上的四位代码；对方可能已经结束。",
    "code_private": "这一件只留在群众自己的屏幕上，不能带到窗口；请到自助机旁边帮忙。",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A service as a button."""

    id: str
    title: str
    say: str
    note: str
    urgent: bool
    version: str
    trial: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft that waits to be finished."""

    href: str
    title: str
    applicant: str
    saved: str


def choose() -> str:
    """All services, or those that what was typed may mean; and one's own unfinished drafts."""
    running, text = node(), request.args.get("text", "").strip()[:50]
    offered = offering.by_use(running, offering.open_today(running))
    trials = [one for one in running.catalogue.trials() if one not in offered]
    found = _found(running, [*offered, *trials], text)
    sealed = [one.title for one in found if one.service.get("sealed")]
    begun = [] if text else [_begun(running, draft) for draft in drafts.of_owner(running, officer().actor)]
    services = [_choice(one) for one in found if not one.service.get("sealed")]
    return page(
        "choose.html",
        own_find=True,
        text=text,
        services=services,
        drafts=begun,
        sealed=sealed,
        sheets=list(sheets.SHEETS.items()),
        code_fault=CODE_FAULTS.get(request.args.get("code", ""), ""),
    )


def start() -> Response:
    """Begin a draft, which is this officer's alone."""
    wanted = request.form.get("service", "")
    if node().head(wanted).service.get("sealed"):
        raise problem("sealed_at_kiosk")
    draft = drafts.create(node(), wanted, officer().actor, version=request.form.get("version", ""))
    return web.see_other(url_for("staff.intake_show", draft=draft.id))


def _found(running: Node, offered: list[Head], text: str) -> list[Head]:
    """Those whose name or key words say it; then those whose guide, materials and questions speak of it."""
    named = [one for one in offered if matches(one, text)]
    known = {one.digest for one in named}
    return named + [one for one in guide_words.find(running, offered, text) if text and one.digest not in known]


def matches(definition: Head, text: str) -> bool:
    """By name, by how people say it, by key words, or by the initials of the pinyin (jzdj)."""
    service = definition.service
    said = [definition.title, service["citizen_name"], service["code"], *service["keywords"]]
    wanted = text.lower().replace(" ", "")
    return any(wanted in word.lower() or wanted in _initials(word) for word in said) or _holds(said, text)


def _holds(said: list[str], text: str) -> bool:
    """A key word inside of a sentence: 我给娃上户口 holds 上户口."""
    return any(len(word) > 1 and word in text for word in said)


def _initials(word: str) -> str:
    return index.initials(word)


def _choice(definition: Head) -> Choice:
    service = definition.service
    limit = limit_words(service["time_limit"]["promised"])
    fee = "不收费" if not service["fee"]["amount"] else f"{service['fee']['amount']:g} 元"
    count = sum(1 for entry in service["materials"] if entry["source"] == "applicant")
    note = f"{service['code']} · 材料 {count} 样 · {limit} · {fee}"
    status = node().status_of(definition)
    trial = "" if status == "published" else publishing.STATUS[status]
    return Choice(
        definition.id, definition.title, service["citizen_name"], note, "urgent" in service, definition.version, trial
    )


def _begun(running: Node, draft: Draft) -> Begun:
    definition = drafts.definition(running, draft)
    return Begun(
        href=url_for("staff.intake_show", draft=draft.id),
        title=definition.title,
        applicant=index.people(definition, draft.data).applicant,
        saved=f"{when_near(draft.changed_at, running.clock.today())} 保存",
    )
