"""The keys of screens on a wall: which figures each shows, until when, who gave it and who took it back."""

from sqlalchemy import BigInteger, Column, String, Table

from sync.centre.tables_common import EVERYWHERE, metadata, number, text

wall_key = Table(
    "wall_key",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("key_hash", String(64), nullable=False, unique=True),  # the key itself stands nowhere
    text("serial"),
    text("name"),
    text("area"),  # the beginning of the rooms' numbers; "" for the province
    text("kind"),  # of the period that is shown
    text("made_at"),
    text("made_by"),
    text("expires_on"),  # the last day
    text("ended_at"),
    text("ended_by"),
    text("seen_at"),
    number("seen"),  # tick
    info=EVERYWHERE,
)
