"""What went wrong in the console, said inside its frame: an address that is none must not cost anybody the menu."""

from edge.staff import session
from edge.staff.context import page
from edge.web_errors import Fault


def framed(fault: Fault, home: str) -> str | None:
    """The page of an error for an officer who has logged in; None for anybody else, who has no menu."""
    return page("fault.html", fault=fault, home=home) if session.settled() is not None else None
