"""Definitions that the centre ever knew, who may sign them, and how far rooms were told."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
)

from sync.centre.tables_common import EVERYWHERE, metadata, number, text

definition = Table(
    "definition",
    metadata,
    Column("digest", String(64), primary_key=True),
    text("service_id"),
    text("version"),
    text("source"),  # the canonical file
    text("since"),
    info=EVERYWHERE,
)

county_key = Table(  # who in a county signs service files, and for which area
    "county_key",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("area", String(12), nullable=False),
    text("name"),
    Column("active", Boolean, nullable=False, default=True),
    text("added_at"),
    info=EVERYWHERE,
)

publication = Table(  # what was published, in its order; a definition that is published again has another row
    "publication",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    text("service_id"),
    text("version"),
    text("at"),
    text("over"),
    text("sheet"),
    ForeignKeyConstraint(["digest"], ["definition.digest"], name="publication_definition"),
    info=EVERYWHERE,
)
Index("publication_of_service", publication.c.service_id)

published_to = Table(  # how far the publications have been written into a node's log
    "published_to",
    metadata,
    Column("node_id", String(10), primary_key=True),
    number("number"),
    ForeignKeyConstraint(["node_id"], ["node.node_id"], name="published_to_node"),
)
