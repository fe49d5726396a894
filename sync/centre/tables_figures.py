"""What those who watch over the rooms keep: ratings to be called back, complaints to be answered."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, String, Table

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

complaint = Table(  # that there is one, and by when it is to be answered; what it says stays sealed elsewhere
    "complaint",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("id", String(22), primary_key=True),  # the number of the application, or of what came from a phone
    Column("kind", String(8), nullable=False),
    text("since"),  # when the centre had it
    text("answered_at"),
    text("answered_by"),
    text("outcome"),
    text("note"),  # sealed to the supervisor
    CheckConstraint("kind IN ('filed', 'phone')", name="complaint_kind"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="complaint_node"),
)
Index("complaint_open", complaint.c.answered_at, complaint.c.since)

escalation = Table(  # that a complaint became the next level's, once for each level
    "escalation",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("id", String(22), primary_key=True),
    Column("level", String(10), primary_key=True),
    text("at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="escalation_node"),
)
