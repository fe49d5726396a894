"""Accounts of the centre, programs that act as one, and whom an account belongs to."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
)

from sync.centre.tables_common import EVERYWHERE, metadata, number, text

schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True),
    text("at"),
    info=EVERYWHERE,
)

account = Table(
    "account",
    metadata,
    Column("name", String(64), primary_key=True),
    text("display_name"),
    text("post"),
    text("password"),
    Column("active", Boolean, nullable=False, default=True),
    text("created_at"),
    number("wrong"),  # passwords in a row
    number("locked_until"),  # tick
    info=EVERYWHERE,
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account", String(64), nullable=False),
    number("started"),  # ticks
    number("seen"),
    info=EVERYWHERE,
)

api_key = Table(
    "api_key",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("account", String(64), nullable=False),  # the program acts as this account
    text("name"),
    text("created_at"),
    info=EVERYWHERE,
)

account_person = Table(  # whom an account belongs to, where somebody said so
    "account_person",
    metadata,
    Column("account", String(64), primary_key=True),
    text("staff"),  # the number of the person with the police
    text("rank"),
    info=EVERYWHERE,
)
Index("account_person_staff", account_person.c.staff)

room_person = Table(  # what the people of a room are called, as they signed for their duties
    "room_person",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("account", String(32), primary_key=True),
    text("name"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="room_person_node"),
)

room_officer = Table(  # the same of the accounts of a room, by its own word
    "room_officer",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("account", String(32), primary_key=True),
    text("staff"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="room_officer_node"),
)
