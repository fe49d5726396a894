"""The steps from an empty file to today's tables: append-only, each in its transaction, run at every start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge import guide_words, tables
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
    """database_newer, with the steps that a later program has run on the file: only that program may open it."""
    return problem("database_newer", name=", ".join(names))


def _run(tools: Tools, *statements: str) -> None:
    for statement in statements:
        tools.execute(statement)


@steps()
def m001_node_and_log(tools: Tools) -> None:
    """The row of who this node is, both logs, and the centre's acks.

    Triggers refuse every change of an event, so that not even a mistake of the program can rewrite what happened.
    """
    _run(tools, *tables.log.STATEMENTS)


@steps()
def m002_applications(tools: Tools) -> None:
    """Definitions, materials, drafts and tokens: what no log holds, and what no rebuilding may drop."""
    _run(tools, *tables.application.KEPT)


@steps()
def m003_projections(tools: Tools) -> None:
    """Everything here can be dropped and refilled from the log: edge.projections lists it."""
    _run(tools, *tables.application.PROJECTED)


@steps()
def m004_officers_and_keys(tools: Tools) -> None:
    """Officers with their sessions and wrong tries; the node's own keys, and the centre's from the enrolment."""
    _run(tools, *tables.who.OFFICERS, *tables.key.IDENTITY)


@steps()
def m005_link(tools: Tools) -> None:
    """How the carrying stands, for the console; a quarantine, so that one bad event never holds up those behind."""
    _run(tools, *tables.outgoing.LINK)


@steps()
def m006_calls_for_help(tools: Tools) -> None:
    """Calls from the kiosk: a code of four digits by which the desk finds the draft that somebody is stuck in."""
    _run(tools, *tables.receiving.CALLS)


@steps()
def m007_supervisor_and_stock(tools: Tools) -> None:
    """The key that complaints are sealed to, numbered blanks one by one, and an index over the room's events."""
    _run(tools, *tables.key.SUPERVISOR, *tables.receiving.STOCK, *tables.log.ROOM)


@steps()
def m008_publications(tools: Tools) -> None:
    """By whose word each definition may be filed with: what nobody signed only runs on trial."""
    _run(tools, *tables.definition.PUBLICATIONS)


@steps()
def m009_prefilled_drafts(tools: Tools) -> None:
    """Who confirmed whose identity before somebody's earlier data were opened, and which answers came from where."""
    _run(tools, *tables.receiving.PREFILLED)


@steps()
def m010_codebooks_of_the_centre(tools: Tools) -> None:
    """Which codebooks the centre has: a batch may be packed only with one that both ends know."""
    _run(tools, *tables.outgoing.CODEBOOKS)


@steps()
def m011_ferry(tools: Tools) -> None:
    """Envelopes that were sealed for a medium, so that an answer on a stick is matched with what it answers."""
    _run(tools, *tables.outgoing.FERRY)


@steps()
def m012_epochs_and_rebuilding(tools: Tools) -> None:
    """Where this file lies, what is being brought back: a copied or restored node begins an epoch, or it would fork.

    Counts of phases lose their rows at zero, so that a rebuilt table equals the one that grew.
    """
    _run(tools, *tables.epoch.STATEMENTS)


@steps()
def m013_carrying(tools: Tools) -> None:
    """Smaller forms of pictures, and what of each material the centre holds; sealed bytes by day for the budget.

    What was acknowledged before counts as held, but for what the last ack names as missing. A line of the quarantine
    gets who set it aside and why.
    """
    _run(tools, *tables.outgoing.STATEMENTS)


@steps()
def m014_sets_of_keys(tools: Tools) -> None:
    """Keys become sets with generations, so that they can be replaced; the pair of m004 is the first generation.

    The keys leave `identity_key` and `centre`, which would say the same twice; the policy on suites comes beside them.
    """
    _run(tools, *tables.key.STATEMENTS)


@steps()
def m015_heads_of_services(tools: Tools) -> None:
    """What lists say of each service, and the stamps of service files: a start reads only files that changed."""
    _run(tools, *tables.definition.STATEMENTS)


@steps()
def m016_compiled_templates(tools: Tools) -> None:
    """Templates as they were compiled, so that a start does not compile them again."""
    _run(tools, *tables.definition.TEMPLATES)


@steps()
def m030_who(tools: Tools) -> None:
    """What waits for an officer, whom a complaint is about, signed duties, staff numbers, forms kept past a session.

    An assistant may take in, and not decide (辅警); somebody who is concerned sees nothing of what is about him.
    """
    _run(tools, *tables.who.STATEMENTS)


@steps()
def m040_receive(tools: Tools) -> None:
    """Taking in at the desk: notes beside a draft, numbered paper slips, and who brought an application for another."""
    _run(tools, *tables.receiving.STATEMENTS)


@steps()
def m041_words_of_guides(tools: Tools) -> None:
    """Pairs of characters of all guides, for the search at the kiosk and the desk; made again from the definitions."""
    _run(tools, *guide_words.STATEMENTS)


@steps()
def m050_delivery(tools: Tools) -> None:
    """Documents to hand over, parcels, bills and shifts from the log; wrong pick-up codes and ticked defects beside it.

    Amounts are in 分. Wrong codes count by monotonic milliseconds, so that a restart forgives nothing.
    """
    _run(tools, *tables.delivery.STATEMENTS)


@steps()
def m060_today(tools: Tools) -> None:
    """The queue of the day, when each running clock warns and ends, and what the room's own events make.

    Clocks that may have changed are marked by triggers, so that no page goes through all open applications.
    """
    _run(tools, *tables.today.STATEMENTS)


@steps()
def m061_lists_of_today(tools: Tools) -> None:
    """An index of what is decided, by service and the newest first, so that its list does not grow with the room."""
    _run(tools, *tables.today.LISTS)


@steps()
def m062_clocks_of_what_is_closed(tools: Tools) -> None:
    """A closed application has no running clock: triggers mark only what is open, and old marks are cleared."""
    _run(tools, *tables.today.CLOSED)


@steps()
def m070_facts(tools: Tools) -> None:
    """What the figures need of each application, and nothing of any person; the code and the grade of a rating."""
    _run(tools, *tables.fact.STATEMENTS)


@steps()
def m080_people(tools: Tools) -> None:
    """What runs out and who was told, messages, needs of the village, missing people, the figures of the county."""
    _run(tools, *tables.people.STATEMENTS)


@steps()
def m090_sealed_inbox(tools: Tools) -> None:
    """Keys of each inbox that was handed out: they open what was taken in while the room was locked, or on a visit."""
    _run(tools, *tables.inbox.STATEMENTS)


@steps()
def m110_devices(tools: Tools) -> None:
    """Until when a card that was read is valid, and which receipts were printed here: a double press prints once."""
    _run(tools, *tables.device.STATEMENTS)


@steps()
def m120_looks(tools: Tools) -> None:
    """Who looked at whose history and why, and receipts printed again; both are read from the log.

    The person is a keyed hash: the table says nobody's number (个人信息保护法 51).
    """
    _run(tools, *tables.look.STATEMENTS)


@steps()
def m130_villages(tools: Tools) -> None:
    """An index over dwellings by village, so that the list of one village reads no other."""
    _run(tools, *tables.people.VILLAGES)


@steps()
def m140_board(tools: Tools) -> None:
    """The public board: problems that the supervisor made public, with the room's answers."""
    _run(tools, *tables.board.STATEMENTS)


@steps()
def m150_incoming(tools: Tools) -> None:
    """Materials that the centre's events name and that have not come down yet."""
    _run(tools, tables.outgoing.INCOMING)


@steps()
def m170_accounts(tools: Tools) -> None:
    """Second proofs, first passwords, tries by name and terminal, and the book of accounts.

    The book is only added to, and kept for half a year by a trigger (网络安全法 21).
    """
    _run(tools, *tables.account.STATEMENTS)


@steps()
def m160_packs(tools: Tools) -> None:
    """Signed packs: roots, the newest of each document, what is in force and since when, files put into the folder."""
    _run(tools, *tables.pack.STATEMENTS)


@steps()
def m180_facts_with_opinions(tools: Tools) -> None:
    """Opinions that 受理 waits for, and pauses: the figures grant them their time. Empty for facts from before."""
    _run(tools, *tables.fact.APART)


@steps()
def m190_machine(tools: Tools) -> None:
    """What a machine notes of itself beside the logs, by name: it belongs to this machine and not to the room."""
    _run(tools, *tables.machine.STATEMENTS)


@steps()
def m190_safety(tools: Tools) -> None:
    """Backups that were verified; and events may be erased, which is the one change that the trigger lets through.

    Salt and body give way to their hash, all else stays as it was (个人信息保护法 47): the chain still stands.
    """
    _run(tools, *tables.safety.STATEMENTS)


@steps()
def m200_heard(tools: Tools) -> None:
    """How far the centre's refusals were heard, where that is not as far as it acknowledged: an answer got lost."""
    _run(tools, *tables.outgoing.HEARD)


@steps()
def m210_set_apart(tools: Tools) -> None:
    """What finds the answers that go before their application: they are few, and looked for every day."""
    _run(tools, *tables.safety.SET_APART)


@steps()
def m220_call_kiosk(tools: Tools) -> None:
    """At which kiosk somebody asks for help: a room may have several. Who waits already does so at this machine's."""
    _run(tools, *tables.receiving.CALL_KIOSK)
