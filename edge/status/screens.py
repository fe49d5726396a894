"""The page behind the QR code of a 收件凭证: number and state, no name; for a telephone, without scripts."""

from flask import Response, current_app, request, url_for

from edge import applications, index, log, ratings, receipt_address, receipt_proof, receipts, stock
from edge.applications import Application
from edge.database import Connection
from edge.errors import YizhanError
from edge.node import Node
from edge.status import english, frame
from edge.status.limits import LIMIT, WINDOW_MS, MissLimit
from edge.status.progress import Subject, progress
from edge.web import language, translate
from edge.web_node import node


def show(token: str) -> Response:
    """How an application stands, for whoever holds its receipt."""
    running = node()
    misses: MissLimit = current_app.extensions[LIMIT]
    address, now = request.remote_addr or "", running.clock.ticks()
    if misses.blocked(address, now):
        return _blocked(running)
    token = token.partition(".")[0]  # behind the point is what a sealed receipt proves by itself
    proof = receipt_proof.read((request.view_args or {})["token"])
    if proof is not None and proof.node != running.settings.node_id:
        return _elsewhere(running)
    subject = _subject(running, token)
    if subject is None and running.knows_sealed(token):
        return _sealed(running)
    if subject is None:
        misses.miss(address, now)
        return _none(running)
    page = progress(subject)
    rate = url_for("status.rating_show", token=token, **frame.kept()) if subject.may_be_rated else ""
    if language() == "en":
        page = english.english(page)
    return frame.page(running.room, "status.html", page=page, rate=rate)


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
    frame.speak(state, definition)
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
    return frame.told(running.room, 200, "已收件，等待登记", sentences)


def _none(running: Node) -> Response:
    sentences = ["请扫描收件凭证上的二维码，或者核对网址有没有打全。", "凭证丢了，请带身份证到警务室查询、重打。"]
    return frame.told(running.room, 404, "没有查到这张凭证", [*sentences, "别的警务室开的凭证，联网后可查。"])


def _elsewhere(running: Node) -> Response:
    """A receipt of another room: what it stands for is not on this machine, and the province's page has it."""
    frame.speak()
    here, province = running.settings, receipt_address.is_province(running.settings)
    go = receipt_address.address(here.status_url.rstrip("/"), request.path.rpartition("/")[2]) if province else ""
    sentences = [translate("phone_elsewhere"), translate("phone_elsewhere_how")]
    title, online = translate("phone_elsewhere_title"), translate("phone_online")
    return frame.told(running.room, 404, title, sentences, go=go, go_title=online)


def _blocked(running: Node) -> Response:
    minutes = WINDOW_MS // 60_000
    wait = f"请过 {minutes} 分钟再试，或者直接打电话到警务室。"
    response = frame.told(running.room, 429, "查询太频繁", [wait])
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def show_capital(token: str) -> Response:
    """The same page."""
    return show(token)
