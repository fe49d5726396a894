"""三员 at the centre (edge.three): what each of the three administrators may call, and what comes before all work."""

from typing import Final

from flask import Response, g, request, url_for

from edge import three, web
from edge.errors import problem
from sync.centre import account_acts, factor
from sync.centre.review import enrolling
from sync.centre.review.context import centre, reviewer

# before a second proof is registered
PROOF: Final = frozenset({"review.proof", "review.register_proof"})
# for everybody who is logged in
OWN: Final = frozenset({"review.log_out", "review.password", "review.change_password", "review.end_others"})
OF_EACH: Final = {
    three.SYSTEM: frozenset(
        {
            "review.nodes",
            "review.node",
            "review.ferry",
            "review.ferry_start",
            *enrolling.ENDPOINTS,
        }
    ),
    three.SECURITY: frozenset({"review.accounts", "review.open_account", "review.change_account"}),
    three.AUDIT: frozenset({"review.account_book"}),
}
HOMES: Final = {three.SYSTEM: "review.nodes", three.SECURITY: "review.accounts", three.AUDIT: "review.account_book"}
_KEPT: Final = OF_EACH[three.SECURITY] | OF_EACH[three.AUDIT]


def settled() -> bool:
    """Whether nothing comes before work any more: the password is his own, the proof that his post needs is there."""
    return not account_acts.is_initial(centre(), reviewer().name) and not factor.lacking(centre(), reviewer())


def first() -> Response | None:
    """Where somebody has to go before anything else; None lets the request through.

    Raises forbidden for what is another's of the three, and for everything else that one of them asks for.
    """
    endpoint, post = request.endpoint or "", reviewer().of_three
    if endpoint in OWN:
        return None
    if account_acts.is_initial(centre(), reviewer().name):
        return web.see_other(url_for("review.password"))
    if endpoint in PROOF:
        return None
    if factor.lacking(centre(), reviewer()):
        return web.see_other(url_for("review.proof"))
    if post and endpoint == "review.home":
        return web.see_other(url_for(HOMES[post]))
    if endpoint not in OF_EACH[post] if post else endpoint in _KEPT:
        raise problem("forbidden")
    g.of_three = post
    return None
