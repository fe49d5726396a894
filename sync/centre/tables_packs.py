"""Packs at the centre: their documents and files, how far each pack may spread, and what each room was told of them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    String,
    Table,
)

from sync.centre.tables_common import EVERYWHERE, metadata, number, text

pack_text = Table(  # documents and files by their SHA-256, for ever
    "pack_text",
    metadata,
    Column("sha256", String(64), primary_key=True),
    text("text"),
    info=EVERYWHERE,
)

pack_root = Table(
    "pack_root",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    text("text"),
    text("at"),
    info=EVERYWHERE,
)

pack = Table(  # `number` is the version of its snapshot; which rooms get it is said by the last row of its roll-out
    "pack",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    text("snapshot"),  # SHA-256
    text("content"),
    number("content_version"),
    text("note"),
    text("by"),
    text("at"),
    info=EVERYWHERE,
)

pack_timestamp = Table(  # for each pack the newest word that it is today's, and every one before it
    "pack_timestamp",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    number("number"),
    text("text"),
    text("expires"),
    info=EVERYWHERE,
)

pack_spread = Table(  # what somebody said about the roll-out of a pack, each word with its place
    "pack_spread",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    text("state"),
    number("share"),  # in hundredths of the rooms
    text("seed"),
    text("rooms", "[]"),  # JSON: those that are named
    text("reason"),
    text("by"),
    text("at"),
    CheckConstraint("state IN ('rolling', 'paused', 'withdrawn')", name="pack_spread_state"),
    CheckConstraint("share BETWEEN 0 AND 100", name="pack_spread_share"),
    info=EVERYWHERE,
)

pack_county = Table(  # the documents of counties that a person has reviewed
    "pack_county",
    metadata,
    Column("area", String(6), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    text("sha256"),
    text("by"),
    text("at"),
    info=EVERYWHERE,
)

pack_told = Table(  # which packs were written into a room's log, where, and by which timestamp and root it goes since
    "pack_told",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    number("root"),
    number("version"),  # of the timestamp
    text("expires"),
    text("at"),
    number("epoch"),  # the place of the event that says so
    number("seq"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="pack_told_node"),
)
