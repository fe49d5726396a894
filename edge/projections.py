"""What the database holds besides the logs: what can be dropped and filled again from them, and what can't.

Migrations, `yizhan rebuild`, the start of the node and the tests all go by it. Whoever changes how a projection is
filled raises VERSION: the next start then fills all of them anew.
"""

from typing import Final, NamedTuple

from edge import (
    board,
    comparison,
    delivery_rows,
    desk_projection,
    duties,
    expiring,
    heads,
    incoming,
    looks,
    missing_people,
    needs,
    ratings,
    receipts,
    receiving_rows,
    sms_outbox,
    stock_slips,
    submissions,
)
from edge.database import Connection
from edge.publishing import in_force
from edge.settings import Settings

VERSION: Final = 6


class Projection(NamedTuple):
    """One table that the logs make. `clear`: the statement that drops its rows, "" where only some of them come from a
    log; `dump`: one that reads all of them in an order of their own.
    """

    table: str
    what: str
    dump: str
    clear: str


class Rebuilt(NamedTuple):
    """How many applications and blanks there are. `unlisted`: numbers of those whose definition is gone."""

    applications: int
    slips: int
    unlisted: tuple[str, ...] = ()


def _plain(table: str, what: str, order: str) -> Projection:
    return Projection(table, what, f"SELECT * FROM {table} ORDER BY {order}", f"DELETE FROM {table}")  # noqa: S608  names of tables


# in the order in which they are cleared
PROJECTIONS: Final = (
    _plain("head_material", "which files an application names", "head, sha256"),
    _plain("head_waiting", "applications that wait for a police officer", "head"),
    _plain("head_concern", "whom an application is about, who sees nothing of it", "account, head"),
    _plain("officer_signed", "who read and signed which duties and rules", "account, documents"),
    _plain("head_proxy", "who stood there for the applicant", "head"),
    _plain("paper_slip", "numbered blanks of paper", "slip"),
    _plain("fact", "what the figures need of each application", "head"),
    _plain("rating", "how satisfied people were", "application"),
    _plain("incoming", "files that citizens handed in at the province and that are not here yet", "sha256"),
    _plain("expiry", "cards, endorsements and stays that run out", "head, what"),
    _plain("dwelling", "where somebody said that he lives", "head"),
    _plain("expiry_call", "who was told that something runs out", "event"),
    _plain("sms", "messages that the centre is asked to send", "application, template, about"),
    _plain("need", "needs of the village", "id"),
    _plain("missing_notice", "people who are missing, while the notice is shown", "id"),
    _plain("board", "problems that the supervisor made public, with their answers", "id"),
    _plain("comparison", "how the rooms of the county compare, by the centre's word", "month"),
    _plain("head_person", "keyed hashes of identity and telephone numbers", "head, person"),
    _plain("head", "one row per application", "id"),
    _plain("tally", "how many applications are in each phase", "phase"),
    Projection(
        "head_words",
        "the words of the search",
        "SELECT term, doc, col, offset FROM temp.head_terms ORDER BY term, doc, col, offset",
        "INSERT INTO head_words (head_words) VALUES ('delete-all')",
    ),
    _plain("handover", "how far the documents of an application are", "application"),
    _plain("parcel", "parcels both ways", "number, application, way"),
    _plain("bill", "bills, and whether they are paid", "number"),
    _plain("till", "money in and taken back", "event"),
    _plain("shift", "shifts that were settled", "number"),
    _plain("stock_slip", "sealed and numbered blanks", "stock, number"),
    _plain("appointment", "appointments, from both logs", "id"),
    _plain("room_schedule", "the slots of the room, as it published them", "id"),
    _plain("reminder", "reminders from above and their answers", "id"),
    _plain("room_ticket", "tickets of the room itself", "id"),
    _plain("room_round", "the daily rounds", "id"),
    _plain("day_close", "what was left when a day was closed", "day"),
    _plain("person_look", "who looked at the history of a person, and why", "event"),
    _plain("receipt_copy", "receipts that were printed again", "event"),
    _plain("serial", "the last number given out in each epoch", "epoch"),
    # those that came in files of the room stay: no log names them
    Projection("publication", "services that the centre published", "SELECT * FROM publication ORDER BY digest", ""),
)

# every other table, and why no log can bring it back
KEPT: Final = {
    "node": "who this node is, and what only grows",
    "event": "both logs themselves",
    "ack": "the centre's signed words",
    "centre_word": "the centre's signed words on its own log",
    "definition": "every definition ever used, by its digest",
    "service_head": "what lists say of a definition, taken from it",
    "service_file": "how the service files looked when they were read last",
    "template_code": "templates as they were compiled",
    "material": "the bytes of photos, scans and signatures",
    "material_returning": "materials on their way back from the centre",
    "draft": "what was typed and not yet filed",
    "draft_material": "files of drafts",
    "draft_prefilled": "where an answer of a draft came from",
    "guide_words": "word pairs of the guides, made from the definitions when somebody searches",
    "draft_note": "what the desk noted beside a draft",
    "draft_filed": "which submission a draft became",
    "submission": "tokens of clients; the log has a mark of those that filed",
    "confirmed": "who opened whose earlier answers",
    "officer": "accounts",
    "officer_factor": "counters of second proofs",
    "officer_code": "codes on paper that are not used yet",
    "officer_initial": "who still has a password that somebody else chose",
    "login_guard": "wrong tries by terminal, and of names that nobody has",
    "account_book": "who was let in or refused, and who changed whose account",
    "kept_form": "what somebody sent after his session had ended",
    "pickup": "wrong pick-up codes",
    "defects": "what was ticked for a notice that nobody has signed for yet",
    "session": "who is logged in",
    "backup_made": "the newest backup of each folder that was made into a room and read through",
    "inbox_set": "the private keys of sealed inboxes",
    "own_keys": "the node's private keys",
    "centre": "where the centre is, and the one-time code",
    "centre_keys": "the centre's public keys",
    "suite_policy": "the newest policy of the centre on suites, which only a newer one replaces",
    "link_state": "how the carrying stands",
    "quarantine": "what could not be acted on, and what was set aside by a person",
    "call": "citizens who wait for help",
    "queue_ticket": "who waits today, and who was called",
    "queue_call": "which form called whom",
    "receipt_print": "which receipts came out of a printer of this machine",
    "clock_due": "when clocks end, worked out of the heads and the calendar when it is asked for",
    "clock_stale": "which heads changed since",
    "clock_calendar": "with which calendar that was done",
    "rendition": "smaller forms of pictures, made for the link",
    "outgoing": "what of our materials the centre has, by its acks",
    "carried": "bytes sent by day",
    "ferry_parcel": "envelopes that were sealed for a medium",
    "pack_text": "documents and files of packs, by their SHA-256",
    "pack_root": "whose word this room goes by, followed from one to the next",
    "pack_version": "the newest version that was taken of each document, which only grows",
    "pack_taken": "from when which pack was in force here",
    "pack_state": "until when a pack is vouched for, and what waits",
    "pack_service": "which services a pack named when it was taken",
    "pack_file": "the files of the pack in force",
    "pack_put": "which of them lie in the room's folder",
    "pack_note": "which accounts a pack named",
    "machine_note": "what this machine knows of its own clock and backups",
}


def rebuild(tx: Connection, found: Settings | None = None) -> Rebuilt:
    """Drop every projection and fill it again from the logs, inside the caller's transaction: all or nothing.

    Without settings the publications stay as they are: whose signature counts is said by node.toml.
    """
    for one in PROJECTIONS:
        if one.clear:
            tx.execute(one.clear)
    stock_slips.refill(tx)
    delivery_rows.refill_shifts(tx)
    desk_projection.refill(tx)
    receipts.refill(tx)
    ratings.refill(tx)
    incoming.refill(tx)
    for fill in (expiring.refill, sms_outbox.refill, needs.refill, missing_people.refill, comparison.refill):
        fill(tx)
    board.refill(tx)
    receiving_rows.refill(tx)
    submissions.learn(tx)
    duties.refill(tx)
    looks.refill(tx)
    count, unlisted = heads.refill(tx)
    if found is not None:
        in_force.refill(tx, found)
    tx.execute("UPDATE node SET projected = ?", (VERSION,))
    slips = int(tx.execute("SELECT count(*) FROM stock_slip").fetchone()[0])
    return Rebuilt(count, slips, tuple(unlisted))


def outdate(tx: Connection) -> None:
    """The logs have got something at a place that was passed: whoever comes next, or the next start, rebuilds."""
    tx.execute("UPDATE node SET projected = 0")


def is_stale(tx: Connection) -> bool:
    """Whether the logs have more than the projections show, or an older program filled them."""
    return int(tx.execute("SELECT projected FROM node").fetchone()[0]) != VERSION


def dump(tx: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every projection, for comparing."""
    tx.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.head_terms USING fts5vocab('main', 'head_words', 'instance')")
    return {one.table: [tuple(row) for row in tx.execute(one.dump)] for one in PROJECTIONS}
