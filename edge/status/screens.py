"""The page behind the QR code of a 收件凭证: number and state, no name; for a telephone, without scripts."""

from typing import Any

from flask import Response, current_app, make_response, render_template, request, url_for

from edge import applications, index, log, ratings, receipts, stock, texts, words
from edge.applications import Application
from edge.database import Connection
from edge.errors import YizhanError
from edge.node import Node
from edge.status import english
from edge.status.limits import LIMIT, WINDOW_MS, MissLimit
from edge.status.progress import Subject, progress
from edge.web import language, use_language

LARGE = "large"


def show(token: str) -> Response:
    """How an application stands, for whoever holds its receipt."""
    running: Node = current_app.extensions["yizhan.node"]
    misses: MissLimit = current_app.extensions[LIMIT]
    address, now = request.remote_addr or "", running.clock.ticks()
    if misses.blocked(address, now):
        return _blocked(running)
    token = token.partition(".")[0]  # behind the point is what a sealed receipt proves by itself
    subject = _subject(running, token)
    if subject is None and running.knows_sealed(token):
        return _sealed(running)
    if subject is None:
        misses.miss(address, now)
        return _none(running)
    page = progress(subject)
    rate = url_for("status.rating_show", token=token) if subject.may_be_rated else ""
    if language() == "en":
        page = english.english(page)
    return _page(running, "status.html", 200, page=page, rate=rate)


def _subject(running: Node, token: str) -> Subject | None:
    """What the page is made from; None for a token that nobody was given."""
    if not receipts.is_token(token.upper()):
        return None
    with running.database.read() as tx:
        application = _find(tx, token.upper())
        return None if application is None else _described(running, tx, application)


def _find(tx: Connection, token: str) -> Application | None:
    try:
        return applications.by_token(tx, token)
    except YizhanError as error:
        if error.code != "not_found":
            raise
        return None


def _described(running: Node, tx: Connection, application: Application) -> Subject:
    state, definition, head = application.state, application.definition, application.head
    filed_in = str(state.context.get("language", texts.DEFAULT))
    use_language(filed_in if filed_in in texts.LANGUAGES and filed_in in definition.i18n else texts.DEFAULT)
    people = index.people(definition, state.answers)
    return Subject(
        state=state,
        schema=definition.schema,
        service=english.service_of(definition, language()),
        room=running.room,
        received=not head.unsent,
        received_at=log.received_at(tx, head.filed_epoch, head.filed_seq),
        people=(*people.names, *(value for _, value in people.numbers)),
        family=application.family,
        deadlines=application.clocks(running.calendar, running.clock.now()),
        papers=stock.owed(tx, application),
        may_be_rated=ratings.may_be_given(tx, state.number),
    )


def _sealed(running: Node) -> Response:
    sentences = ["这张凭证是真的。申请已在本机密封保存，开机解锁后登记；时限从收件时起算，号码不变。"]
    return _page(running, "none.html", 200, headline="已收件，等待登记", sentences=sentences)


def _none(running: Node) -> Response:
    return _page(
        running,
        "none.html",
        404,
        headline="没有查到这张凭证",
        sentences=["请扫描收件凭证上的二维码，或者核对网址有没有打全。", "凭证丢了，请带身份证到警务室查询、重打。"],
    )


def _blocked(running: Node) -> Response:
    minutes = WINDOW_MS // 60_000
    wait = f"请过 {minutes} 分钟再试，或者直接打电话到警务室。"
    response = _page(running, "none.html", 429, headline="查询太频繁", sentences=[wait])
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def _page(running: Node, template: str, status: int, **values: Any) -> Response:
    room, large = running.room, request.args.get(LARGE) == "1"
    here: dict[str, Any] = {**(request.view_args or {}), **({} if large else {LARGE: "1"})}
    html = render_template(
        f"status/{template}",
        large=large,
        toggle=url_for(request.endpoint or "", **here),
        phone=words.telephone(room),
        complaint=words.complaint_telephone(room),
        hours=room.hours,
        **values,
    )
    return make_response(html, status)


def show_capital(token: str) -> Response:
    """The same page."""
    return show(token)
