"""第二因子: whose post must have a second proof registers it here before anything else is open to him; others when they
want to look at the history of a person.
"""

from flask import Response, current_app, make_response, request, url_for

from edge import factor, offered_proof, web
from edge.errors import YizhanError
from edge.staff.context import officer, page
from edge.staff.session import COOKIE, inside
from edge.web_node import node


def show() -> Response | str:
    """A fresh sheet of codes, or (?way=counter) what a token scans; on, for who has one or needs none."""
    return _page() if factor.lacking(node(), officer(), factor.LOOK) else _on()


def first(wanted: str) -> Response | None:
    """To the page where a second proof is registered, for whoever has none and must have one to look at a person; None
    for everybody else. `wanted`: where the page leads afterwards.
    """
    lacking = factor.lacking(node(), officer(), factor.LOOK)
    return web.see_other(url_for("staff.proof_show", next=wanted)) if lacking else None


def register() -> Response:
    """One code of what was shown: from now on the login asks for the next. The same form again changes nothing."""
    if not factor.lacking(node(), officer(), factor.LOOK):
        return _on()
    given, token = request.form, request.cookies.get(COOKIE, "")
    try:
        taken = offered_proof.take(_secret(), token, officer().account, given.get("offer", ""), given.get("code", ""))
    except YizhanError as error:
        if error.code != "second_code_wrong":
            raise
        return make_response(_page(str(error), given.get("offer", "")), error.status)
    factor.register(node(), officer(), taken, token)
    return _on()


def _on() -> Response:
    return web.see_other(inside(request.args.get("next", "")))


def _secret() -> bytes:
    secret: bytes = current_app.extensions["yizhan.web"].secret
    return secret


def _page(fault: str = "", field: str = "") -> str:
    """`field`: of the offer that stays."""
    bound = (_secret(), request.cookies.get(COOKIE, ""), officer().account, node().settings.node_id)
    way = request.args.get("way", "")
    offered = offered_proof.again(*bound, field) if field else offered_proof.offer(*bound, way)
    by_post = factor.lacking(node(), officer())
    wanted = inside(request.args["next"]) if "next" in request.args else None
    return page("proof.html", bare=True, own_find=True, fault=fault, offer=offered, by_post=by_post, wanted=wanted)
