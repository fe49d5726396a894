"""The rooms, their logs and the keys that they are read with; what could not be taken into them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Table,
)
from sqlalchemy import text as text_of

from forms import room_terms
from sync.centre.tables_common import EVERYWHERE, metadata, number, text

node = Table(
    "node",
    metadata,
    Column("node_id", String(10), primary_key=True),
    text("name"),
    text("enrolled_at"),
    text("code_hash"),  # of the one-time code; emptied when the keys are bound
    text("sign_key"),  # hex, public; "" until the node's first contact
    text("box_key"),
    text("bound_at"),
    text("last_contact_at"),
    text("up_head"),  # "epoch:seq:digest" of the node's log as held here
    text("down_head"),  # the same of the log written here for this node
    text("down_seen"),  # the head of that log that the node last said it holds
    text("fork_at"),  # since when a second history under this identity stands in quarantine; "" if none
)

Index("node_contact", node.c.last_contact_at)

event = Table(
    "event",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("side", String(6), primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("id", String(32), nullable=False),
    Column("application", String(22), nullable=False, default=""),
    text("kind"),
    text("at"),
    text("centre_at"),
    number("ticks"),
    text("actor"),
    text("seen"),
    Column("body", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("prev", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    text("received_at"),
    text("refused"),  # code of the refusal; the event stays in the chain but changes no application
    CheckConstraint("side IN ('node', 'centre')", name="event_side"),
    CheckConstraint("epoch >= 1 AND seq >= 1", name="event_position"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="event_node"),
)
# in the order in which they are read: without it SQLite takes the primary key, and reads all that a room ever sent
Index("event_of_application", event.c.node_id, event.c.application, event.c.side.desc(), event.c.epoch, event.c.seq)

_REFUSED = "refused <> ''"
Index(
    "event_still_refused",
    event.c.node_id,
    event.c.side,
    event.c.epoch,
    event.c.seq,
    sqlite_where=text_of(_REFUSED),
    postgresql_where=text_of(_REFUSED),
)

# answers that go before their application: few, and looked for every day
_SET_APART = "kind = 'answers.set_apart'"
Index(
    "event_set_apart",
    event.c.node_id,
    event.c.application,
    sqlite_where=text_of(_SET_APART),
    postgresql_where=text_of(_SET_APART),
)

# what names a person and no application: looked for every day too. Another list of kinds takes another name
_TIMED = f"kind IN ({', '.join(repr(kind) for kind in sorted(room_terms.KINDS))})"
TIMED = text_of(_TIMED)
Index(
    "event_timed",
    event.c.node_id,
    event.c.received_at,
    sqlite_where=TIMED,
    postgresql_where=TIMED,
)

event_header = Table(  # as it came, of an event whose header the columns above can't hold; its row has an empty `kind`
    "event_header",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("side", String(6), primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("header", LargeBinary, nullable=False),  # canonical JSON
    ForeignKeyConstraint(
        ["node_id", "side", "epoch", "seq"],
        ["event.node_id", "event.side", "event.epoch", "event.seq"],
        name="event_header_event",
    ),
)

head_word = Table(  # what a node signed about the head of its log, once for each batch that brought something new
    "head_word",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("header", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),  # after the SHA-256 of the ciphertext
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="head_word_node"),
)

down_epoch = Table(  # the epoch in which the next event for a room is written, where it isn't that of the last one
    "down_epoch",
    metadata,
    Column("node_id", String(10), primary_key=True),
    number("epoch"),
    text("at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="down_epoch_node"),
)

machine_epoch = Table(  # what the machines before the present one may have reached: the next one begins above it
    "machine_epoch",
    metadata,
    Column("node_id", String(10), primary_key=True),
    number("epoch"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="machine_epoch_node"),
)

ferried = Table(  # the last envelope of each room that came on a medium: what our word on the next one answers
    "ferried",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    text("at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="ferried_node"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("digest", String(64), primary_key=True),
    text("code"),
    text("reason"),
    text("at"),
    Column("line", LargeBinary, nullable=False, default=b""),  # the whole event as JSON, for whoever has to judge
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="quarantine_node"),
)

aside_act = Table(  # what a person did about a refused event or one that was put aside, each attempt with its outcome
    "aside_act",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("place", BigInteger, primary_key=True),  # 1, 2, … of this event
    text("code"),  # why it stood aside before
    text("outcome"),  # taken, refused (still), set_aside
    text("reason"),
    text("by"),
    text("at"),
    CheckConstraint("outcome IN ('taken', 'refused', 'set_aside')", name="aside_act_outcome"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="aside_act_node"),
)

doubt = Table(  # when two histories stood under one identity, and who settled it
    "doubt",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("since", String(40), primary_key=True),
    Column("settled_at", String(40), primary_key=True),
    text("settled_by"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="doubt_node"),
)

room_keys = Table(  # what a room knows and uses of keys; its present ones stand on its own row
    "room_keys",
    metadata,
    Column("node_id", String(10), primary_key=True),
    text("old_sign_key"),  # hex; taken until the room has used those that followed
    text("old_box_key"),
    number("centre_generation"),  # the set of ours that it wrote to last
    number("keys_told", 1),  # the newest set of ours that stands in its log
    number("policy_told"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="room_keys_node"),
)

suite_policy = Table(  # which suites are allowed; the highest version counts
    "suite_policy",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    text("at"),
    text("body"),  # as it was signed
    info=EVERYWHERE,
)
