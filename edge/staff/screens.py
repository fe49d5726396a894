"""The officer's console: which address shows what, and who may. Every change is a POST and ends in 303."""

from flask import Blueprint, Flask, Response, request

from edge import concerns, web_errors
from edge.drafts import AlreadyFiled
from edge.ranks import POLICE
from edge.routes import ANY_POST, Route, Who, later, register
from edge.staff import faults, may, routes_counter, routes_help, routes_people, routes_receiving, routes_today, session

bp = Blueprint("staff", __name__, url_prefix="/console")

_CASE = "/applications/<number>"
_DRAFT = "/drafts/<draft>"
_POST = ("POST",)
# who does what at a desk: one of these posts is enough. To look is everybody's, to act is not.
RECEIVE = ("receive",)
HELP = ("guide", "receive")
MEET = ("receive", "review", "deliver")
CONFIRM = ("receive", "review")
DELIVER = ("deliver",)
HAND_OUT = ("deliver", "receive")  # what is done in one sitting (即办) is received and handed out by one person
COUNT = ("deliver", "supervise")
MAINTAIN = ("maintain", "supervise")
CARRY = ("maintain", "receive")  # somebody alone in a room has to be able to carry the medium
ROUTES = (
    Route("/login", "session.show", Who.ANYONE),
    Route("/login", "session.login", Who.ANYONE, _POST),
    Route("/logout", "session.logout", Who.OFFICER, _POST, posts=ANY_POST),
    Route("/duties", "duties.show", Who.OFFICER, posts=ANY_POST),
    Route("/duties", "duties.sign", Who.OFFICER, _POST, posts=ANY_POST),
    Route("/kept/<kept>", "kept.show", Who.OFFICER, posts=ANY_POST),
    Route("/kept/<kept>", "kept.drop", Who.OFFICER, _POST, posts=ANY_POST),
    Route("/", "today.show", Who.OFFICER, posts=ANY_POST),
    Route("/help/<int:call>/answer", "helping.answer", Who.OFFICER, _POST, posts=HELP),
    Route("/help/<int:call>/person", "helping.ask", Who.OFFICER, posts=HELP),
    Route("/help/<int:call>/person", "helping.fill", Who.OFFICER, _POST, posts=HELP),
    Route("/applications", "find.show", Who.OFFICER, posts=ANY_POST),
    Route(_CASE, "cases.show", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/receipt", "receipts.show", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/writs/<event>", "writs.show", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/materials", "acts.add_material", Who.OFFICER, _POST, posts=RECEIVE),
    Route(f"{_CASE}/materials/<sha256>", "materials.show", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/materials/<sha256>/file", "materials.file", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/pictures/<sha256>", "materials.picture", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/identity", "acts.verify", Who.OFFICER, _POST, posts=MEET),
    Route(f"{_CASE}/confirm", "confirming.confirm", Who.OFFICER, _POST, posts=CONFIRM, rank=POLICE),
    Route(f"{_CASE}/confirm/refuse", "confirming.refuse", Who.OFFICER, _POST, posts=CONFIRM, rank=POLICE),
    Route(f"{_CASE}/withdraw", "acts.withdraw", Who.OFFICER, _POST, posts=RECEIVE),
    Route(f"{_CASE}/correction", "correction.show", Who.OFFICER, posts=RECEIVE),
    Route(f"{_CASE}/correction", "correction.answer", Who.OFFICER, _POST, posts=RECEIVE),
    Route("/receive", "receive.choose", Who.OFFICER, posts=RECEIVE),
    Route("/receive", "receive.start", Who.OFFICER, _POST, posts=RECEIVE),
    Route(_DRAFT, "intake.show", Who.OFFICER, posts=RECEIVE),
    Route(_DRAFT, "intake.answer", Who.OFFICER, _POST, posts=RECEIVE),
    Route(f"{_DRAFT}/keep", "intake.keep", Who.OFFICER, _POST, posts=RECEIVE),
    Route(f"{_DRAFT}/delete", "intake.delete", Who.OFFICER, _POST, posts=RECEIVE),
    Route(f"{_DRAFT}/check", "intake.check", Who.OFFICER, posts=RECEIVE),
    Route(f"{_DRAFT}/newer", "newer.show", Who.OFFICER, posts=RECEIVE),
    Route(f"{_DRAFT}/newer", "newer.accept", Who.OFFICER, _POST, posts=RECEIVE),
    Route(f"{_DRAFT}/file", "intake.file", Who.OFFICER, _POST, posts=RECEIVE),
    Route(f"{_DRAFT}/pictures/<sha256>", "intake.picture", Who.OFFICER, posts=RECEIVE),
    Route("/stock", "stock.show", Who.OFFICER, posts=ANY_POST),
    Route("/stock/receive", "stock.receive", Who.OFFICER, _POST, posts=DELIVER, rank=POLICE),
    Route("/stock/issue", "stock.issue", Who.OFFICER, _POST, posts=HAND_OUT),
    Route("/stock/void", "stock.void", Who.OFFICER, _POST, posts=DELIVER, rank=POLICE),
    Route("/stock/count", "stock.count", Who.OFFICER, _POST, posts=COUNT, rank=POLICE),
    Route("/ratings", "rating.show", Who.OFFICER, posts=ANY_POST),
    Route("/ratings", "rating.give", Who.OFFICER, _POST, posts=ANY_POST),
    Route("/figures", "figures.show", Who.OFFICER, posts=ANY_POST),
    Route("/figures.csv", "figures.table", Who.OFFICER, posts=ANY_POST),
    Route("/transfer", "transfer.show", Who.OFFICER, posts=ANY_POST),
    Route("/transfer", "transfer.send", Who.OFFICER, _POST, posts=ANY_POST),
    Route("/transfer/aside/<key>", "aside.show", Who.OFFICER, posts=ANY_POST),
    Route("/transfer/aside/<key>/retry", "aside.retry", Who.OFFICER, _POST, posts=MAINTAIN),
    Route("/transfer/aside/<key>/settle", "aside.settle", Who.OFFICER, _POST, posts=MAINTAIN),
    Route("/ferry", "ferry.show", Who.OFFICER, posts=ANY_POST),
    Route("/ferry", "ferry.start", Who.OFFICER, _POST, posts=CARRY),
    *routes_receiving.ROUTES,
    *routes_today.ROUTES,
    *routes_counter.ROUTES,
    *routes_people.ROUTES,
    *routes_help.ROUTES,
)

RULES = {f"{bp.name}.{route.endpoint}": route for route in ROUTES}
register(bp, ROUTES)
bp.register_error_handler(AlreadyFiled, later("edge.staff.intake.already_filed"))


@bp.before_request
def guard() -> Response | None:
    """No route of the console is reached past this."""
    return session.admit(RULES[request.endpoint or ""])


@bp.teardown_request
def look_away(_error: BaseException | None) -> None:
    """The next request on this thread may be a citizen's."""
    concerns.look_as("")


def install(app: Flask) -> None:
    """Put the console into a program."""
    app.register_blueprint(bp)
    app.jinja_env.globals["may"] = may.may
    web_errors.put_frame(app, "/console", faults.framed)
