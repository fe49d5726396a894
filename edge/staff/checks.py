"""自检: is this machine well, line by line, with what to do (edge.doctor.checks); a newer program from a stick."""

from pathlib import Path

from flask import Response, make_response, request, url_for

from edge import upgrade_package, web
from edge.doctor import checks
from edge.errors import YizhanError, problem
from edge.staff.context import page
from edge.web_node import node

BADGES = {"fine": ("正常", "ok"), "faulty": ("要处理", "due"), "unknown": ("没有检查", "wait")}


def show() -> str:
    """Every check, looked at now; those that want something done first."""
    return _page()


def _page(error: YizhanError | None = None) -> str:
    found = checks.look(node())
    found.sort(key=lambda one: one.state == "fine")
    return page(
        "checks.html",
        found=found,
        badges=BADGES,
        wrong=len(checks.faulty(found)),
        at=node().clock.now(),
        problem=error,
        program=upgrade_package.offered(node(), _media()),
    )


def _media() -> list[Path]:
    """The sticks that are there."""
    ferry = node().hooks.ferry
    return [] if ferry is None else [Path(one) for one in ferry.choices()]


def bring() -> str | Response:
    """Check a package on a stick against the pack in force, and keep it here for whoever may install it."""
    given = Path(request.form.get("file", ""))
    try:
        if given.parent not in _media():
            raise problem("ferry_missing", folder=given.parent.name or "所选的U盘")
        upgrade_package.take(node(), given)
    except YizhanError as error:
        return make_response(_page(error), error.status)
    return web.see_other(url_for("staff.checks_show", _anchor="program"))
