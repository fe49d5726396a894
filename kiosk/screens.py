"""The citizen's touchscreen: which address shows what. Every change is a POST and ends in 303."""

from http import HTTPStatus

from flask import Blueprint, Flask, Response, request

from edge.drafts import AlreadyFiled
from edge.paired_door import KIOSK
from edge.routes import Route, Who, later, register

IN_PLACE = "X-Goes-On-At"


def in_place(response: Response) -> Response:
    """A page that leaves no trace asks by script where it goes on, and goes there in its own place in the history."""
    if response.status_code == HTTPStatus.SEE_OTHER and IN_PLACE in request.headers:
        response.headers[IN_PLACE] = response.headers.pop("Location")
        response.status_code, response.data = HTTPStatus.NO_CONTENT, b""
    return response


def renewed(response: Response) -> Response:
    """A kiosk on a machine of its own stays paired as long as it is used."""
    return later("kiosk.pairing.renew")(response) if KIOSK in request.environ else response


bp = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates")
bp.register_error_handler(AlreadyFiled, later("kiosk.receipt.already_filed"))

_DRAFT = "/apply/<draft>"
_PAGE = f"{_DRAFT}/<int:page>"
_POST = ("POST",)
ROUTES = (
    Route("/", "home.show", Who.ANYONE),
    Route("/area/<name>", "home.area", Who.ANYONE),
    Route("/card/<card>", "room_pages.card", Who.ANYONE),
    Route("/card/<card>/sheet", "room_pages.sheet", Who.ANYONE),
    Route("/life/<life>", "room_pages.life", Who.ANYONE),
    Route("/notice/<notice>", "room_pages.notice", Who.ANYONE),
    Route("/open/room", "open_pages.room", Who.ANYONE),
    Route("/open/fees", "open_pages.fees", Who.ANYONE),
    Route("/open/figures", "open_pages.figures", Who.ANYONE),
    Route("/open/duty/<duty>", "open_pages.duty", Who.ANYONE),
    Route("/board", "board.show", Who.ANYONE),
    Route("/board/sheet", "board.sheet", Who.ANYONE),
    Route("/service/<service>", "home.about", Who.ANYONE),
    Route("/service/<service>/start", "apply.start", Who.ANYONE, _POST),
    Route(_PAGE, "apply.show", Who.HOLDER),
    Route(_PAGE, "apply.answer", Who.HOLDER, _POST),
    Route(f"{_PAGE}/keep", "apply.keep", Who.HOLDER, _POST),
    Route(f"{_DRAFT}/photos", "photos.show", Who.HOLDER),
    Route(f"{_DRAFT}/photos", "photos.take", Who.HOLDER, _POST),
    Route(f"{_DRAFT}/picture/<sha256>", "photos.picture", Who.HOLDER),
    Route(f"{_DRAFT}/newer", "newer.show", Who.HOLDER),
    Route(f"{_DRAFT}/newer", "newer.accept", Who.HOLDER, _POST),
    Route(f"{_DRAFT}/check", "check.show", Who.HOLDER),
    Route(f"{_DRAFT}/file", "check.file", Who.HOLDER, _POST),
    Route(f"{_DRAFT}/receipt", "receipt.show", Who.HOLDER),
    Route(f"{_DRAFT}/receipt", "receipt.print_it", Who.HOLDER, _POST),
    Route("/find", "find.ask", Who.ANYONE),
    Route("/find", "find.look", Who.ANYONE, _POST),
    Route("/found", "find.show", Who.HOLDER),
    Route("/found/<number>", "find.part", Who.HOLDER),
    Route("/rate", "rating.show", Who.ANYONE),
    Route("/rate", "rating.give", Who.ANYONE, _POST),
    Route("/keys/words", "keys.words", Who.ANYONE, _POST),
    Route("/keys/radicals", "keys.by_radical", Who.ANYONE, _POST),
    Route("/keys/pen", "keys.by_pen", Who.ANYONE, _POST),
    Route("/aloud", "aloud.speak", Who.ANYONE, _POST),
    Route("/need", "need.show", Who.ANYONE),
    Route("/need", "need.record", Who.ANYONE, _POST),
    Route("/queue", "queue.show", Who.ANYONE),
    Route("/queue", "queue.take", Who.ANYONE, _POST),
    Route("/help", "assist.show", Who.ANYONE),
    Route("/help", "assist.call", Who.ANYONE, _POST),
    Route("/paper", "paper.show", Who.ANYONE),
    Route("/paper", "paper.send", Who.ANYONE, _POST),
    Route("/pair", "pairing.show", Who.ANYONE),
    Route("/pair", "pairing.pair", Who.ANYONE, _POST),
    Route("/view", "leave.view", Who.ANYONE, _POST),
    Route("/leave", "leave.now", Who.ANYONE, _POST),
    Route("/idle", "leave.idle", Who.ANYONE),
    Route("/over", "leave.over", Who.ANYONE),
)

register(bp, ROUTES)
bp.after_request(in_place)
bp.after_request(renewed)


def install(app: Flask) -> None:
    """Put the kiosk into a program."""
    app.register_blueprint(bp)
    for name in ("pen.is_there", "aloud.is_there", "aloud.is_read", "aloud.say", "paper.place"):
        app.jinja_env.globals[name.replace(".", "_")] = later(f"kiosk.{name}")
