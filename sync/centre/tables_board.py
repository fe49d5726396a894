"""The public board: from which complaint an entry came, which no log and no room ever learns, and what is drafted."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, String, Table

from sync.centre.tables_common import metadata, text

board = Table(
    "board",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("application", String(22), primary_key=True),  # the complaint
    Column("id", String(32), nullable=False),  # of the event that made it public
    text("problem"),
    text("raised"),
    text("at"),
    text("by"),
    text("state"),
    text("answer"),
    text("answered_at"),
    text("answered_by"),
    text("withdrawn_at"),
    text("withdrawn_by"),
    text("reason"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="board_node"),
)
Index("board_by_day", board.c.raised)

board_draft = Table(  # what a supervisor wrote and nobody read through yet
    "board_draft",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("application", String(22), primary_key=True),
    text("problem"),
    text("state"),
    text("answer"),
    text("by"),
    text("at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="board_draft_node"),
)
