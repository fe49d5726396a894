"""What other programs of the province get and give: their tokens, what was exported, what they are told of changes, and
what is asked of them.
"""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, String, Table

from sync.centre.tables_common import EVERYWHERE, metadata, number, text

api_token = Table(  # what a key of `api_key` may do; one without a row here is of an earlier version, and may do all
    "api_token",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    text("scopes"),  # separated by blanks
    text("expires_on"),  # the last day; "" for none
    text("last_used_at"),
    number("last_used"),  # tick
    text("revoked_at"),
    text("revoked_by"),
    info=EVERYWHERE,
)

export_line = Table(  # who took what out of the centre, when and why; rows are never changed
    "export_line",
    metadata,
    Column("id", String(32), primary_key=True),
    text("at"),
    text("actor"),
    text("what"),
    text("why"),
    text("asked"),  # JSON: area, period, format
    number("lines"),
    number("size"),
    text("sha256"),
    info=EVERYWHERE,
)
Index("export_line_at", export_line.c.at)

webhook = Table(  # who is told of changes
    "webhook",
    metadata,
    Column("id", String(32), primary_key=True),
    text("name"),
    text("url"),
    text("area"),  # the beginning of the rooms' numbers; "" for all
    Column("private", Boolean, nullable=False, default=False),  # whether its address may lie in a closed network
    Column("active", Boolean, nullable=False, default=True),
    text("created_at"),
    text("created_by"),
    number("rests_until"),  # tick; after a failure
    number("failures"),  # in a row
    text("last_fault"),
    text("delivered_at"),
    info=EVERYWHERE,
)

outbox = Table(  # what a hook is told: one row for each change and hook
    "outbox",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("hook", String(32), primary_key=True),
    Column("id", String(80), primary_key=True),  # of the change, the same for ever
    Column("number", String(22), nullable=False),
    text("kind"),
    text("at"),
    text("result"),
    Column("state", String(10), nullable=False, default="waiting"),  # waiting, delivered, dead
    number("attempts"),
    number("due"),  # tick
    text("last_fault"),
    text("settled_at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="outbox_node"),
)
Index("outbox_due", outbox.c.state, outbox.c.hook, outbox.c.due)

enquiry = Table(  # what is asked of another system; about one thing once
    "enquiry",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("port", String(20), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("number", String(22), nullable=False),
    text("body"),  # JSON; without what is looked up when it is written out
    text("asked_at"),
    number("batch"),  # the file that it goes into; 0 before that is settled
    text("given_at"),
    text("answered_at"),
    text("outcome"),
    text("fault"),  # why it could not be given on
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="enquiry_node"),
)
Index("enquiry_by_batch", enquiry.c.port, enquiry.c.batch, enquiry.c.given_at)

reply = Table(  # what another system has answered; the same line again changes nothing
    "reply",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("port", String(20), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("number", String(22), nullable=False),
    text("ref"),  # a bill, a parcel, a material
    text("outcome"),
    text("day"),
    number("amount"),
    number("charge"),
    text("line"),
    text("taken_at"),
    text("event"),  # the id of the event that it has become; "" for none
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="reply_node"),
)
Index("reply_ref", reply.c.port, reply.c.ref)
Index("reply_day", reply.c.port, reply.c.day)

reply_file = Table(  # files of answers that were read or set aside
    "reply_file",
    metadata,
    Column("port", String(20), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    text("name"),
    text("read_at"),
    number("lines"),
    number("taken"),
    text("fault"),  # why it lies in quarantine; "" for a file that was read
    info=EVERYWHERE,
)
