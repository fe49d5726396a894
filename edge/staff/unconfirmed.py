"""What lists and pages say of an application that waits for a police officer."""

from edge import confirmations
from edge.applications import Application
from edge.node import Node
from edge.words import Mark
from forms.deadlines import left_words
from forms.state import State

WAITING = "待民警确认"


def pressing(running: Node, application: Application) -> str:
    """How the first clock stands, once half of it is gone; "" before, or where nothing waits."""
    if not application.state.confirmation.pending:
        return ""
    now = running.clock.now()
    clocks = application.clocks(running.calendar, now)
    if not confirmations.presses(clocks, now):
        return ""
    return next(left_words(clock) for clock in clocks if clock.name == "notice")


def by_comparing(state: State) -> bool:
    """What came from the kiosk is confirmed by comparing person and document."""
    return state.channel == "kiosk" and state.identity == "unverified"


def mark(running: Node, application: Application) -> Mark | None:
    """What a list says of an application that waits; None for any other."""
    word = application.state.confirmation
    if not word.pending:
        return None
    press = pressing(running, application)
    if press:
        return Mark(f"{WAITING}，{press}", "confirm")
    if word.status == "refused":
        return Mark("民警未予确认", "late")
    return None if by_comparing(application.state) else Mark(WAITING, "due")
