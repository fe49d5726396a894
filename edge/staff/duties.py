"""岗位职责、服务规范和本室制度: read and signed before anything else, and again when they change."""

from dataclasses import dataclass

from flask import Response, make_response, request

from edge import duties, markdown, web
from edge.errors import YizhanError
from edge.staff import session
from edge.staff.context import form_token, officer, page
from edge.web_node import node

ANSWERABLE = frozenset({"not_all_read", "name_not_own", "duties_changed"})
FIELD = "read/"


@dataclass(frozen=True, slots=True)
class Document:
    """One text; `body` is safe HTML."""

    name: str
    title: str
    body: str
    read: bool


def show() -> str:
    """All texts one below the other, and the place to sign; without that place for whoever has signed."""
    return _page()


def sign() -> Response:
    """The signature: one event of the room."""
    read = [name.removeprefix(FIELD) for name in request.form if name.startswith(FIELD)]
    try:
        duties.sign(
            node(),
            officer(),
            name=request.form.get("name", ""),
            read=read,
            shown=request.form.get("shown", ""),
            token=request.form.get("token", ""),
        )
    except YizhanError as error:
        if error.code not in ANSWERABLE:
            raise
        return make_response(_page(str(error)), error.status)
    return web.see_other(session.inside(request.form.get("next", "")))


def _page(fault: str = "") -> str:
    documents = node().files.duties
    ticked = {name.removeprefix(FIELD) for name in request.form if name.startswith(FIELD)}
    signed = duties.signed(node(), officer().account)
    return page(
        "duties.html",
        bare=not signed,
        own_find=not signed,
        documents=[
            Document(name, one.title, markdown.html(one.body), name in ticked) for name, one in documents.items()
        ],
        shown=duties.digest(documents),
        signed=signed,
        name=request.form.get("name", ""),
        next=request.values.get("next", ""),
        fault=fault,
        token=form_token(),
    )
