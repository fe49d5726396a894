"""登记警务室 at the review desk: give a one-time code, show it as QR and for paper, take it or a machine back."""

import json
from typing import Final

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from markupsafe import Markup

from edge import qr, web
from edge.errors import YizhanError, problem
from sync.centre import enrolment, invitations, rooms
from sync.centre.enrolment import NODE_ID
from sync.centre.review.context import asked_queue, centre, frame, reviewer

NAME_MAX: Final = 60
ENDPOINTS: Final = frozenset({
    "review.enrolment", "review.enrol", "review.invitation", "review.invitation_file", "review.revoke", "review.unbind",
})  # fmt: skip  # a table


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/nodes/enrol", "enrolment", ask)
    bp.add_url_rule("/nodes/enrol", "enrol", give, methods=["POST"])
    bp.add_url_rule("/nodes/<node_id>/code", "invitation", show)
    bp.add_url_rule("/nodes/<node_id>/code.json", "invitation_file", file)
    bp.add_url_rule("/nodes/<node_id>/code/revoke", "revoke", revoke, methods=["POST"])
    bp.add_url_rule("/nodes/<node_id>/unbind", "unbind", unbind, methods=["POST"])


def ask() -> str:
    """The form, for a new room or for another machine of one that is known."""
    return _form(request.args.get("node", "")[:10], "", None)


def _form(node: str, name: str, error: YizhanError | None) -> str:
    known = False
    if NODE_ID.match(node):
        with centre().store.read() as tx:
            found = rooms.names(tx, [node])
        known, name = bool(found), name or found.get(node, "")
    given = {"node": node, "name": name, "known": known, "problem": error, "days": invitations.DAYS}
    return render_template("review/enrol.html", **frame(asked_queue()), **given)


def give() -> Response:
    """Make a code and show its page. Raises node_wrong, bad_request for a room without a name."""
    node, name = request.form.get("node", "").strip(), request.form.get("name", "").strip()
    try:
        if not 0 < len(name) <= NAME_MAX:
            raise problem("bad_request", detail=f"请填写警务室名称，不超过 {NAME_MAX} 个字")
        enrolment.enrol(centre(), node, name, "", by=reviewer().actor)
    except YizhanError as error:
        return make_response(_form(node, name, error), error.status)
    return web.see_other(url_for("review.invitation", node_id=node))


def show(node_id: str) -> str:
    """The code that waits to be used, on screen and for the printer. Raises node_unknown."""
    found = invitations.shown(centre(), node_id)
    with centre().store.read() as tx:
        room = rooms.get(tx, node_id)
        codes = invitations.of_room(tx, node_id)
    picture = Markup(qr.svg(found.text, f"{room.name}的登记码")) if found else ""  # noqa: S704 - drawn here
    given = {"room": room, "found": found, "picture": picture, "codes": codes, "states": invitations.STATES}
    return render_template("review/code.html", **frame(asked_queue()), **given, now=centre().clock.now())


def file(node_id: str) -> Response:
    """The enrolment file for a stick. Raises node_unknown, not_found where no code waits."""
    found = invitations.shown(centre(), node_id)
    if found is None:
        raise problem("not_found")
    response = Response(json.dumps(found.file, ensure_ascii=False, indent=2) + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="enrolment-{node_id}.json"'
    return response


def revoke(node_id: str) -> Response:
    """Take a code back that nobody has used. Raises node_unknown."""
    invitations.revoke(centre(), node_id, reviewer().actor)
    flash("登记码已经收回，不能再用。", "said")
    return web.see_other(url_for("review.node", node_id=node_id))


def unbind(node_id: str) -> Response:
    """End the keys of a machine that is stolen or scrapped. Raises node_unknown, bad_request without the tick."""
    if request.form.get("sure") != "yes":
        raise problem("bad_request", detail="请先勾选“已经核实”")
    invitations.unbind(centre(), node_id, reviewer().actor)
    flash("这台机器的密钥已经作废，它不能再上传，也取不到任何内容。", "said")
    return web.see_other(url_for("review.node", node_id=node_id))
