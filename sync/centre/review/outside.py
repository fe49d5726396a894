"""对外 at the review desk: hooks with their dead letters, tokens, what was exported; for who runs the centre."""

from flask import Blueprint, Response, flash, render_template, request, url_for

from edge import web
from sync.centre import exporting, tokens, webhooks
from sync.centre.data_classes import CLASSES
from sync.centre.ports import registry
from sync.centre.review.context import asked_queue, centre, frame, must_run_the_centre
from sync.centre.tokens import SCOPES

LEDGER_SHOWN = 20


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/outside", "outside", show)
    bp.add_url_rule("/outside/retry", "outside_retry", retry, methods=["POST"])


def show() -> str:
    """Raises forbidden for whom one desk is given."""
    must_run_the_centre()
    with centre().store.read() as tx:
        hooks, letters = webhooks.hooks(tx), webhooks.dead(tx)
        taken = exporting.ledger(tx, LEDGER_SHOWN)
        ports = registry.standings(tx, centre())
    return render_template(
        "review/outside.html",
        **frame(asked_queue()),
        hooks=hooks,
        letters=letters,
        taken=taken,
        ports=ports,
        classes=CLASSES,
        names={hook.id: hook.name for hook in hooks},
        tokens=tokens.lines(centre()),
        scopes=SCOPES,
    )


def retry() -> Response:
    """Tell the dead letters of a hook again. Raises forbidden, hook_unknown."""
    must_run_the_centre()
    count = webhooks.retry(centre(), request.form.get("hook", ""))
    flash(f"{count} 条通知会重新发送", "said")
    return web.see_other(url_for("review.outside"))
