"""The tables of a node, by what they are about, as edge.migrations makes and changes them; each statement runs once.

A statement that ran at one room is never edited: what has to change is a new statement, in a new step.
"""

from edge.tables import (
    account,
    application,
    board,
    definition,
    delivery,
    device,
    epoch,
    fact,
    inbox,
    key,
    log,
    look,
    machine,
    outgoing,
    pack,
    people,
    receiving,
    safety,
    today,
    who,
)

__all__ = [
    "account",
    "application",
    "board",
    "definition",
    "delivery",
    "device",
    "epoch",
    "fact",
    "inbox",
    "key",
    "log",
    "look",
    "machine",
    "outgoing",
    "pack",
    "people",
    "receiving",
    "safety",
    "today",
    "who",
]
