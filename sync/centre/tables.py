"""The tables of the centre, in portable SQL.

Every key of what comes from the rooms begins with `node_id`, so that a store distributed by node needs no other schema.
The tables without it are small and the same everywhere: definitions, accounts, keys of other programs.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, default=default)


def _number(name: str, default: int = 0) -> Column[int]:
    return Column(name, BigInteger, nullable=False, default=default)


schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True),
    _text("at"),
)

node = Table(
    "node",
    metadata,
    Column("node_id", String(10), primary_key=True),
    _text("name"),
    _text("enrolled_at"),
    _text("code_hash"),  # of the one-time code; emptied when the keys are bound
    _text("sign_key"),  # hex, public; "" until the node's first contact
    _text("box_key"),
    _text("bound_at"),
    _text("last_contact_at"),
    _text("up_head"),  # "epoch:seq:digest" of the node's log as held here
    _text("down_head"),  # the same of the log written here for this node
    _text("down_seen"),  # the head of that log that the node last said it holds
    _text("fork_at"),  # since when a second history under this identity stands in quarantine; "" if none
)

event = Table(
    "event",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("side", String(6), primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("id", String(32), nullable=False),
    Column("application", String(22), nullable=False, default=""),
    _text("kind"),
    _text("at"),
    _text("centre_at"),
    _number("ticks"),
    _text("actor"),
    _text("seen"),
    Column("body", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("prev", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    _text("received_at"),
    _text("refused"),  # code of the refusal; the event stays in the chain but changes no application
    CheckConstraint("side IN ('node', 'centre')", name="event_side"),
    CheckConstraint("epoch >= 1 AND seq >= 1", name="event_position"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="event_node"),
)
# in the order in which they are read: without it SQLite takes the primary key, and reads all that a room ever sent
Index(
    "event_of_application",
    event.c.node_id, event.c.application, event.c.side.desc(), event.c.epoch, event.c.seq,
)  # fmt: skip

application = Table(
    "application",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    _text("service_id"),
    _text("service_version"),
    _text("service_digest"),
    _text("title"),
    _text("applicant"),
    _text("phase"),
    _text("result"),
    _text("channel"),
    Column("urgent", Boolean, nullable=False, default=False),
    _text("filed_at"),
    _text("received_at"),
    _text("due"),  # what the queue is ordered by; "9999" where nothing is due any more
    _text("version"),  # "node events-centre events" that the row was projected from
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="application_node"),
)
Index("application_queue", application.c.node_id, application.c.phase, application.c.due)
Index("application_by_due", application.c.phase, application.c.due)

material = Table(
    "material",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    _number("size"),
    _text("media_type"),
    _number("held"),  # bytes on disk from the start without a gap
    _text("complete_at"),  # "" while it is on its way
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

quarantine = Table(
    "quarantine",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("digest", String(64), primary_key=True),
    _text("code"),
    _text("reason"),
    _text("at"),
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
    _text("code"),  # why it stood aside before
    _text("outcome"),  # taken, refused (still), set_aside
    _text("reason"),
    _text("by"),
    _text("at"),
    CheckConstraint("outcome IN ('taken', 'refused', 'set_aside')", name="aside_act_outcome"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="aside_act_node"),
)

doubt = Table(  # when two histories stood under one identity, and who settled it
    "doubt",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("since", String(40), primary_key=True),
    Column("settled_at", String(40), primary_key=True),
    _text("settled_by"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="doubt_node"),
)

down_epoch = Table(  # the epoch in which the next event for a room is written, where it isn't that of the last one
    "down_epoch",
    metadata,
    Column("node_id", String(10), primary_key=True),
    _number("epoch"),
    _text("at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="down_epoch_node"),
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

mark = Table(  # a defect that a reviewer has noted and not yet sent
    "mark",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("application", String(22), primary_key=True),
    Column("id", String(32), primary_key=True),
    _number("place"),  # the order of noting
    _text("account"),
    _text("target"),
    _text("ref"),
    _text("label"),
    _text("defect"),
    _text("at"),
    CheckConstraint("target IN ('field', 'material')", name="mark_target"),
)

definition = Table(
    "definition",
    metadata,
    Column("digest", String(64), primary_key=True),
    _text("service_id"),
    _text("version"),
    _text("source"),  # the canonical file
    _text("since"),
)

county_key = Table(  # who in a county signs service files, and for which area
    "county_key",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("area", String(12), nullable=False),
    _text("name"),
    Column("active", Boolean, nullable=False, default=True),
    _text("added_at"),
)

publication = Table(  # what was published, in its order; a definition that is published again has another row
    "publication",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    _text("service_id"),
    _text("version"),
    _text("at"),
    _text("over"),
    _text("sheet"),
    ForeignKeyConstraint(["digest"], ["definition.digest"], name="publication_definition"),
)
Index("publication_of_service", publication.c.service_id)

published_to = Table(  # how far the publications have been written into a node's log
    "published_to",
    metadata,
    Column("node_id", String(10), primary_key=True),
    _number("number"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="published_to_node"),
)

room_keys = Table(  # what a room knows and uses of keys; its present ones stand on its own row
    "room_keys",
    metadata,
    Column("node_id", String(10), primary_key=True),
    _text("old_sign_key"),  # hex; taken until the room has used those that followed
    _text("old_box_key"),
    _number("centre_generation"),  # the set of ours that it wrote to last
    _number("keys_told", 1),  # the newest set of ours that stands in its log
    _number("policy_told"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="room_keys_node"),
)

suite_policy = Table(  # which suites are allowed; the highest version counts
    "suite_policy",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    _text("at"),
    _text("body"),  # as it was signed
)

account = Table(
    "account",
    metadata,
    Column("name", String(64), primary_key=True),
    _text("display_name"),
    _text("post"),
    _text("password"),
    Column("active", Boolean, nullable=False, default=True),
    _text("created_at"),
    _number("wrong"),  # passwords in a row
    _number("locked_until"),  # tick
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account", String(64), nullable=False),
    _number("started"),  # ticks
    _number("seen"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("account", String(64), nullable=False),  # the program acts as this account
    _text("name"),
    _text("created_at"),
)

unconfirmed = Table(  # open applications that wait for a police officer
    "unconfirmed",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("number", String(22), primary_key=True),
    _text("since"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="unconfirmed_node"),
)

account_person = Table(  # whom an account belongs to, where somebody said so
    "account_person",
    metadata,
    Column("account", String(64), primary_key=True),
    _text("staff"),  # the number of the person with the police
    _text("rank"),
)
Index("account_person_staff", account_person.c.staff)

room_officer = Table(  # the same of the accounts of a room, by its own word
    "room_officer",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("account", String(32), primary_key=True),
    _text("staff"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="room_officer_node"),
)

sms = Table(  # messages that rooms asked for; one about one thing, however often it is asked for
    "sms",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("application", String(22), primary_key=True),
    Column("template", String(40), primary_key=True),
    Column("about", String(80), primary_key=True),
    _text("id"),  # of the event that asked
    _text("parameters"),
    _text("queued_at"),
    _number("batch"),  # the file that it goes into; 0 before that is settled
    _text("given_at"),
    _text("fault"),  # why it could not be given on
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="sms_node"),
)
Index("sms_by_batch", sms.c.batch, sms.c.given_at)

GLOBAL_TABLES = frozenset({
    "schema_version", "account_person", "definition", "county_key", "publication", "suite_policy", "account",
    "session", "api_key",
})  # fmt: skip

ferried = Table(  # the last envelope of each room that came on a medium: what our word on the next one answers
    "ferried",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    _text("at"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="ferried_node"),
)
