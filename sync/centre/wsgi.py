"""What the server of a province runs: gunicorn --worker-class gthread 'sync.centre.wsgi:centre("/srv/centre")'.

Each of its processes opens the centre by itself; what they share is the store. What a serving centre does by itself
(sync.centre.rounds) is then done by a timetable: `yizhan centre sms`, `yizhan centre compare`.
"""

from pathlib import Path
from wsgiref.types import WSGIApplication

from edge import heavy
from edge.errors import YizhanError
from sync.centre.app import create_app
from sync.centre.centre import open_centre


def centre(home: str) -> WSGIApplication:
    """The whole program over the centre in `home`. Ends the process with the sentence of whatever is wrong with it."""
    heavy.give_back_memory()
    try:
        opened = open_centre(Path(home))
    except YizhanError as error:
        raise SystemExit(error.sentence) from error
    return create_app(opened)
