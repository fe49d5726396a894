"""What those who watch over the rooms keep: ratings to be called back."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, String, Table

from sync.centre.tables_common import metadata, number, text

call_back = Table(  # one for each bad rating with a telephone number, from the day on which the centre knew of it
    "call_back",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("application", String(22), primary_key=True),
    text("since"),
    number("tries"),  # calls that reached nobody
    text("done_at"),  # "" while it is owed
    text("result"),
    text("answer"),  # what the room was told
    text("note"),  # for supervisors alone
    text("by"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="call_back_node"),
)
Index("call_back_owed", call_back.c.done_at, call_back.c.since)
