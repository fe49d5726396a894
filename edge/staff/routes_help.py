"""The routes of help and of looking: the manual, the practice room, one person's history, a receipt again."""

from edge.routes import ANY_POST, Route, Who

_POST = ("POST",)
_CASE = "/applications/<number>"
_LOOK = ("receive", "review", "deliver", "supervise")
_PRINT = ("guide", "receive", "deliver")
ROUTES = (
    Route("/handbook", "handbook.contents", Who.OFFICER, posts=ANY_POST),
    Route("/handbook/all", "handbook.printed", Who.OFFICER, posts=ANY_POST),
    Route("/handbook/pictures/<name>", "handbook.picture", Who.OFFICER, posts=ANY_POST),
    Route("/handbook/<chapter>", "handbook.show", Who.OFFICER, posts=ANY_POST),
    Route(f"{_CASE}/person", "history.show", Who.OFFICER, posts=_LOOK),
    Route(f"{_CASE}/person", "history.look", Who.OFFICER, _POST, _LOOK),
    Route(f"{_CASE}/receipt/again", "reprinting.record", Who.OFFICER, _POST, _PRINT),
    Route("/practice", "practice.show", Who.OFFICER, posts=ANY_POST),
    Route("/practice", "practice.start", Who.OFFICER, _POST, ANY_POST),
    Route("/practice/exercises", "practice.exercises_list", Who.OFFICER, posts=ANY_POST),
    Route("/practice/papers/<name>", "practice.paper", Who.OFFICER, posts=ANY_POST),
    Route("/practice/reset", "practice.reset", Who.OFFICER, _POST, ANY_POST),
)
