"""What was sent after the session had ended, offered again to whoever sent it."""

from flask import Response, url_for

from edge import kept_forms, web
from edge.errors import YizhanError
from edge.kept_forms import KeptForm
from edge.staff.context import officer, page
from edge.web_filters import when_near
from edge.web_node import node

SHOWN_MAX = 2000


def show(kept: str) -> str | Response:
    """The form as it was sent; today for whose it is not."""
    try:
        found = kept_forms.get(node(), kept, officer().account)
    except YizhanError:
        return web.see_other(url_for("staff.today_show"))
    at = when_near(found.at, node().clock.today())
    return page("kept.html", kept=found, at=at, typed=_typed(found), origin=_origin(found))


def drop(kept: str) -> Response:
    """He does not want it any more."""
    kept_forms.drop(node(), kept, officer().account)
    return web.see_other(url_for("staff.today_show", said="dropped"))


def _typed(found: KeptForm) -> list[str]:
    """What a person typed; not the tokens of the form."""
    values = [value.strip() for name, values in found.fields.items() if name != "token" for value in values]
    return [value[:SHOWN_MAX] for value in values if value]


def _origin(found: KeptForm) -> str:
    """The page that the form stood on, as near as an address tells."""
    return found.path.partition("?")[0].rpartition("/")[0]
