"""The routes between the room and its village: what runs out, needs, people who are missing; and of its accounts."""

from edge import three
from edge.routes import ANY_POST, Route, Who

_POST = ("POST",)
_CALL = ("deliver", "receive", "guide")
_SECURITY = (three.SECURITY,)
_ANSWER = ("receive", "review", "supervise")
ROUTES = (
    Route("/expiring", "expiring.show", Who.OFFICER, posts=ANY_POST),
    Route("/expiring/broadcast", "expiring.broadcast", Who.OFFICER, posts=ANY_POST),
    Route("/expiring/messages", "expiring.write", Who.OFFICER, _POST, _CALL),
    Route("/expiring/<number>/<what>", "expiring.told", Who.OFFICER, _POST, _CALL),
    Route("/needs", "needs.show", Who.OFFICER, posts=ANY_POST),
    Route("/needs", "needs.record", Who.OFFICER, _POST, ANY_POST),
    Route("/needs/<identity>", "needs.answer", Who.OFFICER, _POST, _ANSWER),
    Route("/missing", "missing.show", Who.OFFICER, posts=ANY_POST),
    Route("/missing", "missing.announce", Who.OFFICER, _POST, _CALL),
    Route("/missing/<identity>/sheet", "missing.sheet", Who.OFFICER, posts=ANY_POST),
    Route("/missing/<identity>/end", "missing.end", Who.OFFICER, _POST, _CALL),
    Route("/accounts", "accounts.show", Who.OFFICER, posts=_SECURITY),
    Route("/accounts", "accounts.begin", Who.OFFICER, _POST, _SECURITY),
    Route("/accounts/<account>", "accounts.change", Who.OFFICER, _POST, _SECURITY),
    Route("/accounts/book", "accounts.book", Who.OFFICER, posts=(three.AUDIT,)),
    Route("/password", "password.show", Who.OFFICER, posts=ANY_POST),
    Route("/password", "password.change", Who.OFFICER, _POST, ANY_POST),
    Route("/password/logins", "password.logins", Who.OFFICER, _POST, ANY_POST),
    Route("/proof", "proof.show", Who.OFFICER, posts=ANY_POST),
    Route("/proof", "proof.register", Who.OFFICER, _POST, ANY_POST),
)
