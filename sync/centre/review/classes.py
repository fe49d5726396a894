"""数据分级 at the review desk: the classes of data and who may see each (M57, M76), as the program holds them."""

from flask import Blueprint, render_template

from forms import kinds
from sync.centre import exporting, scopes
from sync.centre.data_classes import AUDIENCES, CARRIED, CLASSES, LIBRARIES, may_see
from sync.centre.export_rows import ROWS
from sync.centre.review.context import centre, duties, light_frame, reviewer

# where the desk shows a class, to whom may see it
SHOWN = {
    "cases": ("审批台", "review.home"),
    "steps": ("办件页的经过", "review.home"),
    "ratings": ("差评回访", "review.call_backs"),
    "late": ("即将到期", "review.home"),
    "anomalies": ("电子监察", "review.supervision"),
    "figures": ("看板", "review.figures"),
    "complaints": ("举报投诉", "review.told"),
    "videos": ("窗口视频", "review.videos"),
}


def add_to(bp: Blueprint) -> None:
    """Put the page under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/classes", "classes", show)


def show() -> str:
    """Every class with its level, who may see it, and whether the one who asks may."""
    with centre().store.read() as tx:
        own = exporting.audience_of(tx, reviewer().actor)
    places = scopes.areas(duties())
    titles = {name: kind.title for name, kind in {**kinds.KINDS, **kinds.ROOM_KINDS}.items()}
    carried = {what: sorted(titles[one] for one in found) for what, found in CARRIED.items()}
    given = {"own": {what: may_see(own, what) for what in CLASSES}, "audience": AUDIENCES[own], "exported": set(ROWS)}
    return render_template(
        "review/classes.html",
        **light_frame(),
        classes=CLASSES,
        libraries=LIBRARIES,
        audiences=AUDIENCES,
        carried=carried,
        shown=SHOWN if places else {},
        **given,
    )
