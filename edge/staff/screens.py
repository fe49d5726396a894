"""The officer's console: which address shows what, and who may. Every change is a POST and ends in 303."""

from flask import Blueprint, Flask, Response, request

from edge.drafts import AlreadyFiled
from edge.routes import Route, Who, later, register
from edge.staff import session

bp = Blueprint("staff", __name__, url_prefix="/console")

_CASE = "/applications/<number>"
_DRAFT = "/drafts/<draft>"
_POST = ("POST",)
ROUTES = (
    Route("/login", "session.show", Who.ANYONE),
    Route("/login", "session.login", Who.ANYONE, _POST),
    Route("/logout", "session.logout", Who.OFFICER, _POST),
    Route("/", "today.show", Who.OFFICER),
    Route("/help/<int:call>/answer", "helping.answer", Who.OFFICER, _POST),
    Route("/help/<int:call>/person", "helping.ask", Who.OFFICER),
    Route("/help/<int:call>/person", "helping.fill", Who.OFFICER, _POST),
    Route("/applications", "find.show", Who.OFFICER),
    Route(_CASE, "cases.show", Who.OFFICER),
    Route(f"{_CASE}/receipt", "receipts.show", Who.OFFICER),
    Route(f"{_CASE}/materials", "acts.add_material", Who.OFFICER, _POST),
    Route(f"{_CASE}/materials/<sha256>", "materials.show", Who.OFFICER),
    Route(f"{_CASE}/materials/<sha256>/file", "materials.file", Who.OFFICER),
    Route(f"{_CASE}/pictures/<sha256>", "materials.picture", Who.OFFICER),
    Route(f"{_CASE}/identity", "acts.verify", Who.OFFICER, _POST),
    Route(f"{_CASE}/withdraw", "acts.withdraw", Who.OFFICER, _POST),
    Route(f"{_CASE}/correction", "correction.show", Who.OFFICER),
    Route(f"{_CASE}/correction", "correction.answer", Who.OFFICER, _POST),
    Route("/handbook/<chapter>", "handbook.show", Who.OFFICER),
    Route("/receive", "receive.choose", Who.OFFICER),
    Route("/receive", "receive.start", Who.OFFICER, _POST),
    Route(_DRAFT, "intake.show", Who.OFFICER),
    Route(_DRAFT, "intake.answer", Who.OFFICER, _POST),
    Route(f"{_DRAFT}/keep", "intake.keep", Who.OFFICER, _POST),
    Route(f"{_DRAFT}/delete", "intake.delete", Who.OFFICER, _POST),
    Route(f"{_DRAFT}/check", "intake.check", Who.OFFICER),
    Route(f"{_DRAFT}/newer", "newer.show", Who.OFFICER),
    Route(f"{_DRAFT}/newer", "newer.accept", Who.OFFICER, _POST),
    Route(f"{_DRAFT}/file", "intake.file", Who.OFFICER, _POST),
    Route(f"{_DRAFT}/pictures/<sha256>", "intake.picture", Who.OFFICER),
    Route("/stock", "stock.show", Who.OFFICER),
    Route("/stock/receive", "stock.receive", Who.OFFICER, _POST),
    Route("/stock/issue", "stock.issue", Who.OFFICER, _POST),
    Route("/stock/void", "stock.void", Who.OFFICER, _POST),
    Route("/stock/count", "stock.count", Who.OFFICER, _POST),
    Route("/transfer", "transfer.show", Who.OFFICER),
    Route("/transfer", "transfer.send", Who.OFFICER, _POST),
    Route("/transfer/aside/<key>", "aside.show", Who.OFFICER),
    Route("/transfer/aside/<key>/retry", "aside.retry", Who.OFFICER, _POST),
    Route("/transfer/aside/<key>/settle", "aside.settle", Who.OFFICER, _POST),
    Route("/ferry", "ferry.show", Who.OFFICER),
    Route("/ferry", "ferry.start", Who.OFFICER, _POST),
)

RULES = register(bp, ROUTES)
bp.register_error_handler(AlreadyFiled, later("edge.staff.intake.already_filed"))


@bp.before_request
def guard() -> Response | None:
    """No route of the console is reached past this."""
    return session.admit(RULES[request.endpoint or ""])


def install(app: Flask) -> None:
    """Put the console into a program."""
    app.register_blueprint(bp)
