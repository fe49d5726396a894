"""What those who watch over the rooms keep: ratings to be called back, complaints to be answered."""

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

from sync.centre.tables_common import EVERYWHERE, metadata, number, text

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

fact = Table(  # what the figures need of one application: nobody is in it; made from the logs
    "fact",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    text("service"),
    text("channel"),
    text("result"),
    text("filed_at"),
    text("begun_at"),
    text("told_at"),
    text("accepted_at"),
    Column("closed_at", String(40), nullable=False),
    number("corrections"),
    number("permit"),
    text("limits"),
    text("apart"),
    text("counted"),  # what of it stands in `tally`: "day:sum of bits" for each day, as forms.figures_parts.COUNTED
    text("notice_end"),  # of an open one: after which moments it is late
    text("decide_end"),
    text("decide_from"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="fact_node"),
)
Index("fact_closed", fact.c.closed_at, fact.c.node_id)

tally = Table(  # the settled parts of a room's facts and its ratings, by day (2026-11-21), month (2026-11), year
    "tally",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("span", String(10), primary_key=True),
    number("received"),
    number("online"),
    number("told_in"),
    number("told_all"),
    number("closed"),
    number("in_time"),
    number("in_promise"),
    number("at_once"),
    number("graded"),
    number("good"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="tally_node"),
)
Index("tally_by_span", tally.c.span, tally.c.node_id)

sample = Table(  # 抽查: what was drawn, from how many, with which seed; the same again gives the same
    "sample",
    metadata,
    Column("id", String(16), primary_key=True),
    text("seed"),
    text("area"),
    text("first"),
    text("last"),
    number("wanted"),
    number("population"),
    text("digest"),  # of the numbers that it was drawn from
    text("by"),
    text("at"),
    info=EVERYWHERE,
)

sample_item = Table(
    "sample_item",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    Column("sample", String(16), primary_key=True),
    number("place"),
    text("result"),  # "" while nobody has looked at it
    text("note"),
    text("by"),
    text("at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="sample_item_node"),
)
Index("sample_item_of", sample_item.c.sample, sample_item.c.place)

report = Table(  # made by themselves when a week, month, quarter or year has settled; kept as they were signed
    "report",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("first", String(10), primary_key=True),
    Column("area", String(10), primary_key=True),
    Column("edition", BigInteger, primary_key=True, autoincrement=False),  # 2, 3, …: what came late changed it
    Column("body", LargeBinary, nullable=False),
    text("digest"),
    text("key"),
    text("signature"),
    text("made_at"),
    text("made_by"),
    info=EVERYWHERE,
)
