"""What the desk noted beside a draft: the paper slip that it is entered from, and the kiosk that it came from."""

from dataclasses import dataclass

from edge.database import Connection


@dataclass(frozen=True, slots=True)
class Note:
    """`slip`, `day`: of paper that is entered later; `home`: the visit at the kiosk that owns it otherwise."""

    slip: str = ""
    day: str = ""
    home: str = ""


def of(tx: Connection, draft: str) -> Note:
    """What was noted beside a draft; an empty note where nothing was."""
    row = tx.execute("SELECT slip, day, home FROM draft_note WHERE draft = ?", (draft,)).fetchone()
    return Note() if row is None else Note(row["slip"], row["day"], row["home"])


def put(tx: Connection, draft: str, note: Note) -> None:
    """Keep a note in place of the one before. The draft must be there, and takes its note along when it goes."""
    tx.execute("INSERT OR REPLACE INTO draft_note VALUES (?, ?, ?, ?)", (draft, note.slip, note.day, note.home))
