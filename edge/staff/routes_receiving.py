"""The routes of taking in: pictures of pages, originals, proxies, paper slips, drafts from the kiosk, talking."""

from edge.routes import ANY_POST, Route, Who

_POST = ("POST",)
_RECEIVE = ("receive",)
_SEE = ("receive", "review", "deliver")  # 先收后验: the originals may come when the result is called for
_CASE = "/applications/<number>"
_DRAFT = "/drafts/<draft>"
_PAGE = f"{_DRAFT}/scan/<sha256>"
ROUTES = (
    Route("/receive/code", "takeover.take", Who.OFFICER, _POST, _RECEIVE),
    Route(f"{_DRAFT}/back", "takeover.give", Who.OFFICER, _POST, _RECEIVE),
    Route(f"{_DRAFT}/scan", "scanning.show", Who.OFFICER, posts=_RECEIVE),
    Route(f"{_DRAFT}/scan", "scanning.take", Who.OFFICER, _POST, _RECEIVE),
    Route(f"{_DRAFT}/scan/drop", "scanning.drop", Who.OFFICER, _POST, _RECEIVE),
    Route(_PAGE, "scanning.corners", Who.OFFICER, posts=_RECEIVE),
    Route(_PAGE, "scanning.straighten", Who.OFFICER, _POST, _RECEIVE),
    Route(f"{_PAGE}/picture", "scanning.picture", Who.OFFICER, posts=_RECEIVE),
    Route("/receive/paper", "paper.show", Who.OFFICER, posts=ANY_POST),
    Route("/receive/paper", "paper.start", Who.OFFICER, _POST, _RECEIVE),
    Route("/receive/paper/pads", "paper.print_pad", Who.OFFICER, _POST, _RECEIVE),
    Route("/receive/paper/pads/<pad>", "paper.pad", Who.OFFICER, posts=ANY_POST),
    Route("/receive/paper/void", "paper.void", Who.OFFICER, _POST, _RECEIVE),
    Route("/brought", "bringing.show", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/proxy", "bringing.record", Who.OFFICER, _POST, _RECEIVE),
    Route(f"{_CASE}/fingerprint", "fingers.record", Who.OFFICER, _POST, _RECEIVE),
    Route(f"{_CASE}/consent", "consents.withdraw", Who.OFFICER, _POST, _SEE),
    Route(f"{_CASE}/originals", "seeing.record", Who.OFFICER, _POST, _SEE),
    Route("/talk", "talk.show", Who.OFFICER, posts=ANY_POST),
    Route("/visits", "visiting.show", Who.OFFICER, posts=ANY_POST),
    Route("/visits", "visiting.prepare", Who.OFFICER, _POST, _RECEIVE),
    Route("/visits/merge", "visiting.merge", Who.OFFICER, _POST, _RECEIVE),
    Route("/visits/retry", "visiting.retry", Who.OFFICER, _POST, _RECEIVE),
    Route("/visits/<visit>", "visiting.one", Who.OFFICER, posts=ANY_POST),
)
