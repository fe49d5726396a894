"""What the page for phones keeps: what rooms say of themselves, who has proven himself, what people handed in."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, String, Table

from sync.centre.tables_common import metadata, number, text

room_said = Table(  # the room's own public words, and the public keys of its sealed inboxes
    "room_said",
    metadata,
    Column("node_id", String(10), primary_key=True),
    text("said"),  # JSON, as the room wrote it
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="room_said_node"),
)

phone_pass = Table(  # a browser that has shown the last four of the number, for one application and for a while
    "phone_pass",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("application", String(22), primary_key=True),
    Column("session_hash", String(64), primary_key=True),
    number("until"),  # tick
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="phone_pass_node"),
)

phone_try = Table(  # attempts that have not been right, for a receipt and for an address that asks
    "phone_try",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("about", String(72), primary_key=True),
    Column("id", String(32), primary_key=True),
    number("at"),  # tick
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="phone_try_node"),
)
Index("phone_try_at", phone_try.c.node_id, phone_try.c.at)

phone_piece = Table(  # what was handed in for a notice and not yet sent: a file, or the new text of a field
    "phone_piece",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("application", String(22), primary_key=True),
    Column("request", String(32), primary_key=True),
    Column("ref", String(200), primary_key=True),
    Column("place", Integer, primary_key=True),  # 1, 2, … of this item
    text("sha256"),
    number("size"),
    text("media_type"),
    text("name"),
    text("value"),
    text("at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="phone_piece_node"),
)

rating = Table(  # 好差评: one for each application, whichever way it came
    "rating",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("application", String(22), primary_key=True),
    Column("grade", Integer, nullable=False),
    text("how"),
    text("words"),  # for the supervisor alone
    text("callback"),
    text("at"),
    CheckConstraint("grade BETWEEN 1 AND 5", name="rating_grade"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="rating_node"),
)

phone_complaint = Table(  # sealed to the supervisor's key before it is written; no room hears of it
    "phone_complaint",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("id", String(12), primary_key=True),
    Column("application", String(22), nullable=False),
    text("sealed"),
    text("at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="phone_complaint_node"),
)
