"""The routes of help: the manual and the practice room."""

from edge.routes import ANY_POST, Route, Who

_POST = ("POST",)
ROUTES = (
    Route("/handbook", "handbook.contents", Who.OFFICER, posts=ANY_POST),
    Route("/handbook/all", "handbook.printed", Who.OFFICER, posts=ANY_POST),
    Route("/handbook/pictures/<name>", "handbook.picture", Who.OFFICER, posts=ANY_POST),
    Route("/handbook/<chapter>", "handbook.show", Who.OFFICER, posts=ANY_POST),
    Route("/practice", "practice.show", Who.OFFICER, posts=ANY_POST),
    Route("/practice", "practice.start", Who.OFFICER, _POST, ANY_POST),
    Route("/practice/exercises", "practice.exercises_list", Who.OFFICER, posts=ANY_POST),
    Route("/practice/papers/<name>", "practice.paper", Who.OFFICER, posts=ANY_POST),
    Route("/practice/reset", "practice.reset", Who.OFFICER, _POST, ANY_POST),
)
