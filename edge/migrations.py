"""The steps from an empty file to today's tables: append-only, each in its transaction, run at every start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge import (
    account_tables,
    application_tables,
    board_tables,
    definition_tables,
    delivery_tables,
    device_tables,
    epoch_tables,
    fact_tables,
    guide_words,
    inbox_tables,
    key_tables,
    look_tables,
    machine_tables,
    outgoing_tables,
    pack_tables,
    people_tables,
    receiving_tables,
    safety_tables,
    today_tables,
    who_tables,
)
from edge.database import Database, Error
from edge.errors import YizhanError, problem
from edge.migration_steps import Steps

if TYPE_CHECKING:
    from sqlite_utils import Database as Tools

steps = Steps("yizhan-node")


def migrate(database: Database) -> list[str]:
    """Run what is missing, all or nothing; the names of the steps that ran.

    Raises database_newer when the file has steps that this program doesn't know, migration_failed for any other fault.
    """
    try:
        with database.read() as tx:
            if steps.are_done(tx):
                return []
        with database.write() as tx:
            return _apply(database.tools(tx))
    except (Error, ValueError) as error:
        raise problem("migration_failed") from error


def _apply(tools: Tools) -> list[str]:
    known, book = steps.names(), steps.book()
    unknown = [step.name for step in book.applied(tools) if step.name not in known]
    if unknown:
        raise newer(unknown)
    names = [step.name for step in book.pending(tools)]
    if names:
        book.apply(tools)
    return names


def newer(names: list[str]) -> YizhanError:
    return problem("database_newer", name=", ".join(names))


def _run(tools: Tools, *statements: str) -> None:
    for statement in statements:
        tools.execute(statement)


@steps()
def m001_node_and_log(tools: Tools) -> None:
    _run(
        tools,
        # one row: who this node is, and what only grows
        """CREATE TABLE node (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            node_id TEXT NOT NULL CHECK (length(node_id) = 10),
            epoch INTEGER NOT NULL CHECK (epoch >= 1),
            centre_at TEXT NOT NULL DEFAULT '',
            ticks_floor INTEGER NOT NULL DEFAULT 0,
            search_key BLOB NOT NULL CHECK (length(search_key) = 32),
            created_at TEXT NOT NULL
        ) STRICT""",
        # both logs: 'node' is written here, 'centre' comes down
        """CREATE TABLE event (
            side TEXT NOT NULL CHECK (side IN ('node', 'centre')),
            epoch INTEGER NOT NULL CHECK (epoch >= 1),
            seq INTEGER NOT NULL CHECK (seq >= 1),
            id TEXT NOT NULL UNIQUE CHECK (length(id) = 32),
            application TEXT NOT NULL,
            kind TEXT NOT NULL,
            at TEXT NOT NULL,
            centre_at TEXT NOT NULL,
            ticks INTEGER NOT NULL,
            actor TEXT NOT NULL,
            seen TEXT NOT NULL,
            body BLOB NOT NULL,
            salt BLOB NOT NULL CHECK (length(salt) = 16),
            prev BLOB NOT NULL CHECK (length(prev) = 32),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            PRIMARY KEY (side, epoch, seq)
        ) STRICT""",
        "CREATE INDEX event_of_application ON event (application, side, epoch, seq) WHERE application <> ''",
        """CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
            BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END""",
        """CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
            BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END""",
        # the centre's signed words on what it holds; the last row says where its copy of our log ends
        """CREATE TABLE ack (
            id INTEGER PRIMARY KEY,
            epoch INTEGER NOT NULL CHECK (epoch >= 1),
            seq INTEGER NOT NULL CHECK (seq >= 0),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            at TEXT NOT NULL,
            missing TEXT NOT NULL CHECK (json_valid(missing)),
            raw BLOB NOT NULL
        ) STRICT""",
    )


@steps()
def m002_applications(tools: Tools) -> None:
    _run(tools, *application_tables.KEPT)


@steps()
def m003_projections(tools: Tools) -> None:
    """Everything here can be dropped and refilled from the log: edge.projections lists it."""
    _run(tools, *application_tables.PROJECTED)


@steps()
def m004_officers_and_keys(tools: Tools) -> None:
    _run(
        tools,
        """CREATE TABLE officer (
            account TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            rank TEXT NOT NULL CHECK (rank IN ('民警', '辅警')),
            posts TEXT NOT NULL CHECK (json_valid(posts)),
            password TEXT NOT NULL,
            active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
            wrong INTEGER NOT NULL DEFAULT 0,
            locked_until INTEGER NOT NULL DEFAULT 0,
            tried INTEGER NOT NULL DEFAULT 0,
            created_at TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE session (
            token_hash TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES officer (account),
            started INTEGER NOT NULL,
            seen INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE identity_key (
            kind TEXT PRIMARY KEY CHECK (kind IN ('sign', 'box')),
            private BLOB NOT NULL CHECK (length(private) = 32),
            created_at TEXT NOT NULL
        ) STRICT""",
        # the centre's public keys, as the enrolment file gave them
        """CREATE TABLE centre (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            url TEXT NOT NULL,
            name TEXT NOT NULL,
            sign_key BLOB NOT NULL CHECK (length(sign_key) = 32),
            box_key BLOB NOT NULL CHECK (length(box_key) = 32),
            code TEXT NOT NULL,
            enrolled_at TEXT NOT NULL DEFAULT ''
        ) STRICT""",
    )


@steps()
def m005_link(tools: Tools) -> None:
    _run(
        tools,
        # one row: how the carrying stands, in words for the officer
        """CREATE TABLE link_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            state TEXT NOT NULL CHECK (state IN ('ok', 'no_link', 'problem', 'off')),
            code TEXT NOT NULL,
            sentence TEXT NOT NULL,
            hint TEXT NOT NULL,
            since TEXT NOT NULL,
            last_ok_at TEXT NOT NULL,
            last_try_at TEXT NOT NULL,
            failures INTEGER NOT NULL CHECK (failures >= 0)
        ) STRICT""",
        # what one side could not act on: an officer sees it and sets it aside; it never holds up anything else
        """CREATE TABLE quarantine (
            side TEXT NOT NULL CHECK (side IN ('node', 'centre')),
            epoch INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            code TEXT NOT NULL,
            item TEXT NOT NULL,
            reason TEXT NOT NULL,
            at TEXT NOT NULL,
            settled_at TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (side, epoch, seq, code, item)
        ) STRICT, WITHOUT ROWID""",
    )


@steps()
def m006_calls_for_help(tools: Tools) -> None:
    _run(
        tools,
        # a citizen at the kiosk asks for help; the code lets the desk find the draft
        """CREATE TABLE call (
            id INTEGER PRIMARY KEY,
            owner TEXT NOT NULL,
            draft TEXT REFERENCES draft (id) ON DELETE SET NULL,
            code TEXT NOT NULL CHECK (length(code) = 4),
            at TEXT NOT NULL,
            answered_at TEXT NOT NULL DEFAULT ''
        ) STRICT""",
        "CREATE UNIQUE INDEX call_waiting ON call (code) WHERE answered_at = ''",
        "CREATE UNIQUE INDEX call_of_owner ON call (owner) WHERE answered_at = ''",
        "CREATE INDEX call_of_draft ON call (draft)",
    )


@steps()
def m007_supervisor_and_stock(tools: Tools) -> None:
    _run(
        tools,
        # the public key that complaints are sealed to, as the enrolment file gave it
        "ALTER TABLE centre ADD COLUMN supervisor_key BLOB NOT NULL DEFAULT x''",
        # a projection of the stock.* events: one row per sealed and numbered blank; refilled by edge.stock.rebuild
        """CREATE TABLE stock_slip (
            stock TEXT NOT NULL,
            number TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('unused', 'issued', 'voided')),
            application TEXT NOT NULL,
            reason TEXT NOT NULL,
            actor TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (stock, number)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX stock_slip_unused ON stock_slip (stock, number) WHERE state = 'unused'",
        "CREATE INDEX stock_slip_application ON stock_slip (application) WHERE application <> ''",
        # what happened to the room as a whole is rare, and read apart from what happened to applications
        "CREATE INDEX event_of_room ON event (epoch, seq) WHERE application = '' AND side = 'node'",
    )


@steps()
def m008_publications(tools: Tools) -> None:
    _run(
        tools,
        # what may be filed with, and by whose word; the definition itself is kept in its own table
        """CREATE TABLE publication (
            digest TEXT PRIMARY KEY REFERENCES definition (digest),
            id TEXT NOT NULL,
            version TEXT NOT NULL,
            origin TEXT NOT NULL CHECK (origin IN ('packaged', 'centre', 'room')),
            key TEXT NOT NULL,
            at TEXT NOT NULL,
            over TEXT NOT NULL,
            sheet TEXT NOT NULL CHECK (json_valid(sheet))
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX publication_of_version ON publication (id, version)",
    )


@steps()
def m009_prefilled_drafts(tools: Tools) -> None:
    _run(
        tools,
        # who confirmed whose identity for which draft, and when; it outlives the draft: it opened somebody's data
        """CREATE TABLE confirmed (
            id INTEGER PRIMARY KEY,
            draft TEXT NOT NULL,
            person BLOB NOT NULL CHECK (length(person) = 32),
            method TEXT NOT NULL CHECK (method IN ('officer', 'card')),
            actor TEXT NOT NULL,
            at TEXT NOT NULL,
            ended_at TEXT NOT NULL DEFAULT ''
        ) STRICT""",
        "CREATE UNIQUE INDEX confirmed_now ON confirmed (draft) WHERE ended_at = ''",
        # which answer of a draft came from where; it counts while the answer still is that value.
        # definition '': from the document that was shown
        """CREATE TABLE draft_prefilled (
            draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
            pointer TEXT NOT NULL,
            value TEXT NOT NULL CHECK (json_valid(value)),
            definition TEXT NOT NULL,
            day TEXT NOT NULL,
            PRIMARY KEY (draft, pointer)
        ) STRICT, WITHOUT ROWID""",
    )


@steps()
def m010_codebooks_of_the_centre(tools: Tools) -> None:
    # the first 8 bytes of the digest of each codebook that the centre named in its last ack
    column = "centre_codebooks BLOB NOT NULL DEFAULT x'' CHECK (length(centre_codebooks) % 8 = 0)"
    _run(tools, f"ALTER TABLE node ADD COLUMN {column}")


@steps()
def m011_ferry(tools: Tools) -> None:
    _run(
        tools,
        # how many answers of the centre were taken: an envelope made since the last one has the newest answer
        "ALTER TABLE node ADD COLUMN answers INTEGER NOT NULL DEFAULT 0 CHECK (answers >= 0)",
        # the envelopes sealed for a medium: (epoch, seq) is the head that they carry up to, `pieces` the parts
        # of materials [[sha256, from, to]], `answers` and `down` what the node knew of the centre
        """CREATE TABLE ferry_parcel (
            id INTEGER PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            enrols INTEGER NOT NULL CHECK (enrols IN (0, 1)),
            epoch INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            pieces TEXT NOT NULL CHECK (json_valid(pieces)),
            answers INTEGER NOT NULL,
            down TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT""",
    )


@steps()
def m012_epochs_and_rebuilding(tools: Tools) -> None:
    _run(tools, *epoch_tables.STATEMENTS)


@steps()
def m013_carrying(tools: Tools) -> None:
    _run(tools, *outgoing_tables.STATEMENTS)


@steps()
def m014_sets_of_keys(tools: Tools) -> None:
    _run(tools, *key_tables.STATEMENTS)


@steps()
def m015_heads_of_services(tools: Tools) -> None:
    _run(tools, *definition_tables.STATEMENTS)


@steps()
def m016_compiled_templates(tools: Tools) -> None:
    _run(tools, *definition_tables.TEMPLATES)


@steps()
def m030_who(tools: Tools) -> None:
    _run(tools, *who_tables.STATEMENTS)


@steps()
def m040_receive(tools: Tools) -> None:
    _run(tools, *receiving_tables.STATEMENTS)


@steps()
def m041_words_of_guides(tools: Tools) -> None:
    _run(tools, *guide_words.STATEMENTS)


@steps()
def m050_delivery(tools: Tools) -> None:
    _run(tools, *delivery_tables.STATEMENTS)


@steps()
def m060_today(tools: Tools) -> None:
    _run(tools, *today_tables.STATEMENTS)


@steps()
def m061_lists_of_today(tools: Tools) -> None:
    _run(tools, *today_tables.LISTS)


@steps()
def m062_clocks_of_what_is_closed(tools: Tools) -> None:
    _run(tools, *today_tables.CLOSED)


@steps()
def m070_facts(tools: Tools) -> None:
    _run(tools, *fact_tables.STATEMENTS)


@steps()
def m080_people(tools: Tools) -> None:
    _run(tools, *people_tables.STATEMENTS)


@steps()
def m090_sealed_inbox(tools: Tools) -> None:
    _run(tools, *inbox_tables.STATEMENTS)


@steps()
def m110_devices(tools: Tools) -> None:
    _run(tools, *device_tables.STATEMENTS)


@steps()
def m120_looks(tools: Tools) -> None:
    _run(tools, *look_tables.STATEMENTS)


@steps()
def m130_villages(tools: Tools) -> None:
    _run(tools, *people_tables.VILLAGES)


@steps()
def m140_board(tools: Tools) -> None:
    _run(tools, *board_tables.STATEMENTS)


@steps()
def m150_incoming(tools: Tools) -> None:
    _run(tools, outgoing_tables.INCOMING)


@steps()
def m170_accounts(tools: Tools) -> None:
    _run(tools, *account_tables.STATEMENTS)


@steps()
def m160_packs(tools: Tools) -> None:
    _run(tools, *pack_tables.STATEMENTS)


@steps()
def m180_facts_with_opinions(tools: Tools) -> None:
    _run(tools, *fact_tables.APART)


@steps()
def m190_machine(tools: Tools) -> None:
    _run(tools, *machine_tables.STATEMENTS)


@steps()
def m190_safety(tools: Tools) -> None:
    _run(tools, *safety_tables.STATEMENTS)


@steps()
def m200_heard(tools: Tools) -> None:
    """How far the centre's refusals were heard, where that is not as far as it acknowledged: an answer got lost."""
    _run(tools, "ALTER TABLE node ADD COLUMN heard TEXT NOT NULL DEFAULT ''")
