"""The desk of the reviewers: who decides what and where, the queue of open applications, who has which, and what a
granted permit leaves for supervision. The queue can be dropped and made again from the logs.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from sync.centre.tables_common import EVERYWHERE, metadata, number, text

duty = Table(  # what an account decides, gives opinions on or may read; without a row: everything
    "duty",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("place", Integer, primary_key=True),  # 0, 1, … of this account
    Column("area", String(10), nullable=False, default=""),  # the beginning of the rooms' numbers; "" for all
    Column("level", String(10), nullable=False, default=""),  # station, county, city, province; "" for all
    Column("service", String(100), nullable=False, default=""),  # "" for all
    Column("role", String(10), nullable=False),
    Column("desk", String(100), nullable=False, default=""),  # the department whose opinions it writes
    Column("organ", String(100), nullable=False, default=""),  # whose seal its notices bear
    CheckConstraint("role IN ('decide', 'opinion', 'read')", name="duty_role"),
    info=EVERYWHERE,
)

queue = Table(  # open applications only, so that it stays small however many are closed
    "queue",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    Column("county", String(6), nullable=False),
    Column("city", String(4), nullable=False),
    Column("level", String(10), nullable=False),  # who decides
    Column("service_id", String(100), nullable=False),
    text("title"),
    Column("waits", String(10), nullable=False, default=""),  # for what: correction, opinion, procedure; "" for us
    Column("rank", String(40), nullable=False),  # urgent ones first, then by the day on which it is due
    text("due"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="queue_node"),
)
Index("queue_all", queue.c.waits, queue.c.rank)
Index("queue_of_county", queue.c.county, queue.c.waits, queue.c.rank)
Index("queue_of_city", queue.c.city, queue.c.waits, queue.c.rank)
Index("queue_of_service", queue.c.service_id, queue.c.waits, queue.c.rank)

opinion_due = Table(  # an opinion that can be written now
    "opinion_due",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    Column("step", String(40), primary_key=True),
    Column("desk", String(100), nullable=False),
    Column("rank", String(40), nullable=False),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="opinion_due_node"),
)
Index("opinion_of_desk", opinion_due.c.desk, opinion_due.c.rank)

concerned = Table(  # accounts of the room that an application is about
    "concerned",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    Column("account", String(32), primary_key=True),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="concerned_node"),
)
Index("concerned_account", concerned.c.account)

claim = Table(  # who has taken an application on
    "claim",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    Column("account", String(64), nullable=False),
    text("at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="claim_node"),
)
Index("claim_of_account", claim.c.account)

presence = Table(  # who has an application open, as of the last page that he was shown
    "presence",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    Column("account", String(64), primary_key=True),
    number("seen"),  # tick
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="presence_node"),
)

person = Table(  # whose application it is: the keyed hash of the identity number
    "person",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    Column("person", String(64), nullable=False),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="person_node"),
)
Index("person_of", person.c.person)

look = Table(  # who looked at the other applications of a person, and why; each is an event of the log as well
    "look",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("id", String(32), primary_key=True),  # of the event
    Column("person", String(64), nullable=False),
    Column("account", String(64), nullable=False),
    number("ticks"),
    text("at"),
    text("reason"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="look_node"),
)
Index("look_at", look.c.person, look.c.ticks)

writ_serial = Table(  # the last number that an organ has given out in a year
    "writ_serial",
    metadata,
    Column("organ", String(100), primary_key=True),
    Column("year", String(4), primary_key=True),
    number("last"),
    info=EVERYWHERE,
)

hand_over = Table(  # 监管移交单 of a granted permit: one, by its key
    "hand_over",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("given", Boolean, nullable=False, default=False),
    text("made_at"),
    text("given_at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="hand_over_node"),
)
Index("hand_over_waiting", hand_over.c.given, hand_over.c.made_at)
