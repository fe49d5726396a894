"""Who was given the key of a room's database back, and which rooms may unlock themselves when they are online."""

from sqlalchemy import Column, String, Table

from sync.centre.tables_common import metadata, number, text

key_return = Table(  # a row for each answer, never changed
    "key_return",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("place", String(64), primary_key=True),  # the digest of the request
    text("at"),
    text("way"),  # file, line
    text("slot"),
    text("code"),
    text("actor"),
    text("witness"),
    text("reason"),
    number("times", 1),  # how often the same request was answered
)

unlock_grant = Table(
    "unlock_grant",
    metadata,
    Column("node_id", String(10), primary_key=True),
    text("until"),  # the last day
    text("actor"),
    text("at"),
)
