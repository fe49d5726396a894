"""第二因子 at the centre: whose post or duty must have a second proof registers it here, before all else is open."""

from flask import Blueprint, Response, make_response, render_template, request, url_for

from edge import offered_proof, web
from edge.errors import YizhanError
from sync.centre import factor
from sync.centre.review.context import centre, reviewer


def add_to(bp: Blueprint) -> None:
    """Put the page under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/proof", "proof", show)
    bp.add_url_rule("/proof", "register_proof", register, methods=["POST"])


def show() -> Response | str:
    """A fresh sheet of codes, or (?way=counter) what a token scans; on, for who has one or needs none."""
    return _page() if factor.lacking(centre(), reviewer()) else _on()


def register() -> Response:
    """One code of what was shown: from now on the login asks for the next. The same form again changes nothing."""
    if not factor.lacking(centre(), reviewer()):
        return _on()
    field, token = request.form.get("offer", ""), web.session_id()
    try:
        taken = offered_proof.take(centre().secret, token, reviewer().name, field, request.form.get("code", ""))
    except YizhanError as error:
        if error.code != "second_code_wrong":
            raise
        return make_response(_page(f"{error.sentence}。{error.hint}", field), error.status)
    factor.register(centre(), reviewer(), taken, token)
    return _on()


def _on() -> Response:
    return web.see_other(url_for("review.home"))


def _page(fault: str = "", field: str = "") -> str:
    """`field`: of the offer that stays."""
    bound = (centre().secret, web.session_id(), reviewer().name, centre().settings.name)
    way = request.args.get("way", "")
    offered = offered_proof.again(*bound, field) if field else offered_proof.offer(*bound, way)
    return render_template("review/proof.html", reviewer=reviewer(), fault=fault, offer=offered)
