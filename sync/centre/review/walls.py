"""大屏 at the review desk: give a screen on a wall its key, see when it last looked, take the key back."""

from typing import Final

from flask import Blueprint, Response, flash, get_flashed_messages, make_response, render_template, request, url_for

from edge import web
from edge.errors import YizhanError, problem
from sync.centre import scopes, walls
from sync.centre.review.context import centre, duties, light_frame, must_run_the_centre, reviewer

ENDPOINTS: Final = frozenset({"review.walls", "review.give_wall", "review.wall", "review.take_wall_back"})


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/walls", "walls", show)
    bp.add_url_rule("/walls", "give_wall", give, methods=["POST"])
    bp.add_url_rule("/walls/<int:wall>", "wall", one)
    bp.add_url_rule("/walls/<int:wall>/end", "take_wall_back", take_back, methods=["POST"])


def show() -> str:
    """Every key there ever was. Raises forbidden for whom one desk is given."""
    must_run_the_centre()
    return _page({"name": "", "area": "", "kind": "month"}, None)


def _page(given: dict[str, str], error: YizhanError | None) -> str:
    found, now = walls.every(centre()), centre().clock.now()
    said = get_flashed_messages(category_filter=["said"])
    return render_template(
        "review/walls.html",
        **light_frame(),
        walls=found,
        states=walls.STATES,
        kinds=walls.PERIODS,
        given=given,
        problem=error,
        now=now,
        said=said,
        name_max=walls.NAME_MAX,
    )


def give() -> Response:
    """Make a key and show it. Raises forbidden, wall_wrong."""
    must_run_the_centre()
    given = {name: request.form.get(name, "").strip() for name in ("name", "area", "kind")}
    try:
        if not scopes.covers(scopes.areas(duties()), given["area"]):
            raise problem("forbidden")
        made = walls.give(centre(), given["name"], given["area"], given["kind"], by=reviewer().actor)
    except YizhanError as error:
        return make_response(_page(given, error), error.status)
    return web.see_other(url_for("review.wall", wall=made.number))


def one(wall: int) -> str:
    """One key with its letters, while it holds. Raises forbidden, wall_unknown."""
    must_run_the_centre()
    found = walls.get(centre(), wall)
    given = {"wall": found, "letters": walls.letters(centre(), wall), "states": walls.STATES, "kinds": walls.PERIODS}
    address = url_for("on_wall.show", _external=True)
    return render_template("review/wall_key.html", **light_frame(), **given, address=address, now=centre().clock.now())


def take_back(wall: int) -> Response:
    """Raises forbidden, wall_unknown."""
    must_run_the_centre()
    ended = walls.take_back(centre(), wall, by=reviewer().actor)
    flash(f"“{ended.name}”的密钥已经收回，那块大屏一分钟内不再显示", "said")
    return web.see_other(url_for("review.walls"))
