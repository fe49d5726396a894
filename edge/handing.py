"""A draft from the kiosk, gone on with at the desk: taken over by its code, handed back to the visit that began it."""

import json
from typing import TYPE_CHECKING, Any

from edge import calls, concerns, definitions, draft_notes, drafts, unwritten
from edge.database import Connection
from edge.draft_notes import Note
from edge.drafts import Draft
from edge.errors import YizhanError, problem
from forms.definition import Definition

if TYPE_CHECKING:
    from edge.node import Node


def take(node: "Node", code: str, actor: str) -> Draft:
    """The draft of who waits with this code becomes the officer's, until he hands it back; the call is answered.

    Raises code_unknown; code_private for what stays on the citizen's own screen, for what is about this very officer,
    and where nothing was begun.
    """
    with node.database.write() as tx:
        waiting = _waiting(tx, code)
        row = tx.execute("SELECT definition, data FROM draft WHERE id = ?", (waiting.draft,)).fetchone()
        if row is None or _is_not_for(tx, definitions.find(tx, row["definition"]), json.loads(row["data"]), actor):
            raise problem("code_private")
        tx.execute("UPDATE draft SET owner = ? WHERE id = ? AND owner = ?", (actor, waiting.draft, waiting.owner))
        draft_notes.put(tx, waiting.draft, Note(home=waiting.owner))
        tx.execute("UPDATE call SET answered_at = ? WHERE id = ?", (tx.clock.now(), waiting.id))
        return drafts.find(tx, waiting.draft, actor)


def _is_not_for(tx: Connection, definition: Definition, data: dict[str, Any], actor: str) -> bool:
    """What no officer sees, and what is about this one."""
    return unwritten.keeps(definition) or actor.removeprefix(concerns.OFFICER) in concerns.about(tx, definition, data)


def _waiting(tx: Connection, code: str) -> calls.Call:
    try:
        return calls.by_code(tx, "".join(code.split()))
    except YizhanError as error:
        raise problem("code_unknown") from error


def hand_back(node: "Node", draft: Draft) -> bool:
    """Give it back to the visit at the kiosk; False when that visit has ended: then it stays at the desk.

    Raises not_found for a stranger's, and for one that came from no kiosk.
    """
    with node.database.write() as tx:
        drafts.find(tx, draft.id, draft.owner)
        home = draft_notes.of(tx, draft.id).home
        if not home:
            raise problem("not_found")
        if not lives(tx, home):
            return False
        tx.execute("DELETE FROM draft_note WHERE draft = ?", (draft.id,))
        tx.execute("UPDATE draft SET owner = ? WHERE id = ?", (home, draft.id))
        return True


def lives(tx: Connection, home: str) -> bool:
    """Whether the visit still stands at the kiosk: its calls are forgotten when it ends."""
    return tx.execute("SELECT 1 FROM call WHERE owner = ? LIMIT 1", (home,)).fetchone() is not None
