"""The fleet: what each machine last said of itself, and the one-time codes that were given out."""

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
)

from sync.centre.tables_common import metadata, number, text

node_report = Table(  # by the room's own word; `said_at` is on its own clock
    "node_report",
    metadata,
    Column("node_id", String(10), primary_key=True),
    text("said_at"),
    text("version"),
    number("unsent"),
    number("lacking"),
    text("oldest"),
    number("skew_s"),
    number("disk_mb"),
    number("disk_free_mb"),
    text("backup"),
    number("aside"),
    number("pack"),
    text("pack_fault"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="node_report_node"),
)
node_check = Table(  # what a machine's own checks found wrong when it last reported: names of forms.health
    "node_check",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("name", String(20), primary_key=True),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="node_check_node"),
)
for name in ("said_at", "version", "lacking", "oldest", "skew_s", "disk_free_mb", "backup", "pack"):
    Index(f"node_report_{name}", node_report.c[name])

video = Table(  # 窗口视频索引, by the rooms' own word; the videos stay in the rooms
    "video",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("id", String(32), primary_key=True),  # of the event
    text("camera"),
    text("first"),
    text("last"),
    text("place"),
    Column("sha256", String(64), nullable=False),
    number("bytes"),
    text("keep_until"),
    text("by"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="video_node"),
)
Index("video_first", video.c.first)

enrolment_code = Table(  # every code that was given out for a room, and how it ended; the code itself stands nowhere
    "enrolment_code",
    metadata,
    Column("node_id", String(10), primary_key=True),
    Column("made_at", String(40), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
    text("serial"),  # what it is made of again, with the centre's key, while it may be shown
    text("by"),
    text("expires"),
    text("used_at"),
    text("ended_at"),
    text("ended_by"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="enrolment_code_node"),
)
