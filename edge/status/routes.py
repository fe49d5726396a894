"""The addresses of the page behind the QR code; a code is smaller when its address is written in capitals."""

from flask import Blueprint, Flask

from edge.routes import Route, Who, register
from edge.status.limits import LIMIT, MissLimit

ROUTES = (
    Route("/s/<token>", "screens.show", Who.HOLDER),
    Route("/S/<token>", "screens.show_capital", Who.HOLDER),
    Route("/s/<token>/rate", "rating.show", Who.HOLDER),
    Route("/s/<token>/rate", "rating.give", Who.HOLDER, ("POST",)),
)


def install(app: Flask) -> None:
    """Put the page into a program."""
    app.extensions[LIMIT] = MissLimit()
    blueprint = Blueprint("status", __name__)
    register(blueprint, ROUTES)
    app.register_blueprint(blueprint)
