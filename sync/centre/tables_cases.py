"""Applications as lists and desks show them, their materials, and what reviewers and messages add."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
)
from sqlalchemy import text as text_of

from sync.centre.tables_common import metadata, number, text

application = Table(
    "application",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    text("service_id"),
    text("service_version"),
    text("service_digest"),
    text("title"),
    text("applicant"),
    text("phase"),
    text("result"),
    text("channel"),
    Column("urgent", Boolean, nullable=False, default=False),
    text("filed_at"),
    text("received_at"),
    text("due"),  # what the queue is ordered by; "9999" where nothing is due any more
    text("version"),  # "node events-centre events" that the row was projected from
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="application_node"),
)
Index("application_queue", application.c.node_id, application.c.phase, application.c.due)
Index("application_by_due", application.c.phase, application.c.due)
Index("application_by_time", application.c.filed_at.desc(), application.c.number)
_CLOSED = "phase = 'closed'"
Index(
    "application_closed",
    application.c.phase,
    application.c.filed_at.desc(),
    application.c.number,
    sqlite_where=text_of(_CLOSED),
    postgresql_where=text_of(_CLOSED),
)

word = Table(  # what an application is searched by: names, parts of them, and its number from behind
    "word",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    Column("word", String(40), primary_key=True),
    text("filed_at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="word_node"),
)
Index("word_found", word.c.word, word.c.filed_at)

unconfirmed = Table(  # open applications that wait for a police officer
    "unconfirmed",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    text("since"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="unconfirmed_node"),
)

mark = Table(  # a defect that a reviewer has noted and not yet sent
    "mark",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("application", String(22), primary_key=True),
    Column("id", String(32), primary_key=True),
    number("place"),  # the order of noting
    text("account"),
    text("target"),
    text("ref"),
    text("label"),
    text("defect"),
    text("at"),
    CheckConstraint("target IN ('field', 'material')", name="mark_target"),
)

material = Table(
    "material",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    number("size"),
    text("media_type"),
    number("held"),  # bytes on disk from the start without a gap
    text("complete_at"),  # "" while it is on its way
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="material_node"),
)
Index("material_waiting", material.c.node_id, material.c.complete_at)

material_use = Table(
    "material_use",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("application", String(22), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    ForeignKeyConstraint(["node_id", "sha256"], ["material.node_id", "material.sha256"], name="material_use_material"),
)

rendition = Table(  # a smaller form of a material; its bytes are a material of their own, which no application names
    "rendition",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("original", String(64), primary_key=True),
    Column("form", String(8), primary_key=True),
    Column("sha256", String(64), nullable=False),
    CheckConstraint("form IN ('preview', 'page')", name="rendition_form"),
    ForeignKeyConstraint(["node_id", "original"], ["material.node_id", "material.sha256"], name="rendition_original"),
    ForeignKeyConstraint(["node_id", "sha256"], ["material.node_id", "material.sha256"], name="rendition_bytes"),
)
Index("rendition_of_bytes", rendition.c.node_id, rendition.c.sha256)

sms = Table(  # messages that rooms asked for; one about one thing, however often it is asked for
    "sms",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("application", String(22), primary_key=True),
    Column("template", String(40), primary_key=True),
    Column("about", String(80), primary_key=True),
    text("id"),  # of the event that asked
    text("parameters"),
    text("queued_at"),
    number("batch"),  # the file that it goes into; 0 before that is settled
    text("given_at"),
    text("fault"),  # why it could not be given on
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="sms_node"),
)
Index("sms_by_batch", sms.c.batch, sms.c.given_at)
