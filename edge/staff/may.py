"""Who may do what at the desk: posts and rank of an officer against the rule of a route."""

from flask import current_app, g
from werkzeug.exceptions import HTTPException

from edge import officers, three
from edge.errors import YizhanError, problem
from edge.node import Node
from edge.officers import ALL_POSTS, Officer
from edge.routes import Route, rule_of
from edge.web_node import node

STATION = "联系派出所，本室没有能办理的人员"


def allowed(route: Route, known: Officer) -> bool:
    """Whether this officer may call the route."""
    return not missing_post(route, known) and (not route.rank or known.rank == route.rank)


def missing_post(route: Route, known: Officer) -> bool:
    """Whether none of the officer's posts opens the route; one of the three opens only what names it."""
    post = three.one_of(known.posts)
    if post:
        return post not in (route.posts or ()) and not three.opens(f"staff.{route.endpoint}", post)
    return bool(route.posts) and not set(route.posts or ()) & set(known.posts)


def may(endpoint: str) -> bool:
    """For templates: whether the officer of this request may call an endpoint of the console."""
    known: Officer | None = g.get("officer")
    route = rule_of(endpoint)
    return known is not None and route is not None and allowed(route, known) and is_here(endpoint)


def may_open(address: str, known: Officer) -> bool:
    """Whether this officer may open the page at an address of the console; what has no rule is open to all."""
    path = address.partition("#")[0].partition("?")[0]
    try:
        endpoint, _ = current_app.url_map.bind("").match(path)
    except HTTPException:  # no page of this program
        return False
    route = rule_of(endpoint)
    return route is None or (allowed(route, known) and is_here(endpoint))


# away from the room people are received; whatever needs the room's own log waits until the visit is back
ON_A_VISIT = (
    "session", "duties", "receive", "intake", "newer", "kept", "scanning", "talk", "receipts", "cases", "materials",
    "pictures", "person", "originals", "seeing", "bringing", "takeover", "fingers", "find", "handbook",
)  # fmt: skip  # a table
ALSO_ON_A_VISIT = frozenset({"staff.acts_verify", "staff.acts_add_material", "staff.acts_withdraw"})


def is_here(endpoint: str) -> bool:
    """Whether a page of the console belongs to where this program runs: everything in the room, intake on a visit."""
    running = node()
    if not running.sealed:
        return True
    part = endpoint.rpartition(".")[2].partition("_")[0]
    return part in ON_A_VISIT or endpoint in ALSO_ON_A_VISIT


def refusal(running: Node, route: Route, known: Officer) -> YizhanError:
    """Why not: who may, and whom of this room to ask."""
    if missing_post(route, known):
        posts = "、".join(f"“{ALL_POSTS[post]}”" for post in route.posts or ())
        return problem("post_missing", posts=posts, ask=_ask(running, route))
    return problem("police_only")


def _ask(running: Node, route: Route) -> str:
    """The names of those who may; the rank counts too."""
    others = [one for one in officers.all_of(running) if one.active and allowed(route, one)]
    names = "、".join(f"{one.name}（{one.rank}）" for one in others)
    return f"找本室的{names}办理" if names else STATION
