"""The routes of the room's day: queue, calls, appointments, reminders, tickets, the close."""

from edge.routes import ANY_POST, Route, Who

_POST = ("POST",)
_QUEUE = ("guide", "receive", "review", "deliver")
_BOOK = ("guide", "receive")
_ANSWER = ("receive", "review", "supervise")
_MEND = ("maintain", "supervise", "receive")  # somebody alone in a room mends what can be mended there
_CLOSE = ("receive", "supervise")
_ONE = "/appointments/<identity>"
ROUTES = (
    Route("/queue", "queue.show", Who.OFFICER, posts=ANY_POST),
    Route("/queue", "queue.take", Who.OFFICER, _POST, _QUEUE),
    Route("/queue/next", "queue.following", Who.OFFICER, _POST, _QUEUE),
    Route("/queue/<int:ticket>/call", "queue.again", Who.OFFICER, _POST, _QUEUE),
    Route("/queue/<int:ticket>/end", "queue.end", Who.OFFICER, _POST, _QUEUE),
    Route("/queue/<int:ticket>/slip", "queue.slip", Who.OFFICER, posts=ANY_POST),
    Route("/queue/screen", "queue.screen", Who.ANYONE),  # numbers alone, for a second screen that nobody logs in at
    Route("/calls", "calling.show", Who.OFFICER, posts=ANY_POST),
    Route("/appointments", "booking.show", Who.OFFICER, posts=ANY_POST),
    Route("/appointments", "booking.make", Who.OFFICER, _POST, _BOOK),
    Route("/appointments/visits", "booking.visits", Who.OFFICER, posts=ANY_POST),
    Route(_ONE, "booking.one", Who.OFFICER, posts=ANY_POST),
    Route(f"{_ONE}/slip", "booking.slip", Who.OFFICER, posts=ANY_POST),
    Route(f"{_ONE}/move", "booking.move", Who.OFFICER, _POST, _BOOK),
    Route(f"{_ONE}/cancel", "booking.cancel", Who.OFFICER, _POST, _BOOK),
    Route(f"{_ONE}/keep", "booking.keep", Who.OFFICER, _POST, _BOOK),
    Route(f"{_ONE}/told", "booking.told", Who.OFFICER, _POST, _BOOK),
    Route("/reminders", "reminding.listed", Who.OFFICER, posts=ANY_POST),
    Route("/reminders/<identity>", "reminding.show", Who.OFFICER, posts=ANY_POST),
    Route("/reminders/<identity>", "reminding.answer", Who.OFFICER, _POST, _ANSWER),
    Route("/checks", "checks.show", Who.OFFICER, posts=ANY_POST),
    Route("/checks/program", "checks.bring", Who.OFFICER, _POST, _MEND),
    Route("/tickets", "tickets.show", Who.OFFICER, posts=ANY_POST),
    Route("/tickets", "tickets.report", Who.OFFICER, _POST, ANY_POST),
    Route("/tickets/print", "tickets.print_failed", Who.OFFICER, _POST, ANY_POST),
    Route("/tickets/<identity>/close", "tickets.close", Who.OFFICER, _POST, _MEND),
    Route("/tickets/round", "tickets.walk", Who.OFFICER, _POST, ANY_POST),
    Route("/videos", "videos.show", Who.OFFICER, posts=ANY_POST),
    Route("/videos", "videos.enter", Who.OFFICER, _POST, _MEND),
    Route("/due", "pressing.show", Who.OFFICER, posts=ANY_POST),
    Route("/arrivals", "pressing.arrivals_list", Who.OFFICER, posts=ANY_POST),
    Route("/day", "closing.show", Who.OFFICER, posts=ANY_POST),
    Route("/day", "closing.close", Who.OFFICER, _POST, _CLOSE),
    Route("/day/<day>", "closing.closed", Who.OFFICER, posts=ANY_POST),
)
