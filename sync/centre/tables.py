"""The tables of the centre, in portable SQL; each subject has a module `tables_*`, and all are found here.

Every key of what comes from the rooms begins with `node_id`, so that a store distributed by node needs no other schema.
The tables without it say `info=EVERYWHERE`; they are small and the same everywhere: definitions, accounts, keys of
other programs.
"""

from sync.centre.tables_accounts import account_book, account_code, account_factor, account_initial, login_guard, tick
from sync.centre.tables_board import board, board_draft
from sync.centre.tables_cases import (
    application,
    mark,
    material,
    material_use,
    rendition,
    sms,
    unconfirmed,
    word,
)
from sync.centre.tables_common import metadata
from sync.centre.tables_figures import call_back, complaint, escalation, fact, report, sample, sample_item, tally
from sync.centre.tables_fleet import enrolment_code, node_check, node_report, video
from sync.centre.tables_log import (
    aside_act,
    doubt,
    down_epoch,
    event,
    event_header,
    ferried,
    head_word,
    machine_epoch,
    node,
    quarantine,
    room_keys,
    suite_policy,
)
from sync.centre.tables_outside import (
    api_token,
    enquiry,
    export_line,
    outbox,
    reply,
    reply_file,
    webhook,
)
from sync.centre.tables_packs import (
    pack,
    pack_county,
    pack_root,
    pack_spread,
    pack_text,
    pack_timestamp,
    pack_told,
)
from sync.centre.tables_people import (
    account,
    account_person,
    api_key,
    room_officer,
    room_person,
    schema_version,
    session,
)
from sync.centre.tables_phone import (
    phone_complaint,
    phone_pass,
    phone_piece,
    phone_try,
    rating,
    room_said,
)
from sync.centre.tables_publishing import (
    county_key,
    definition,
    publication,
    published_to,
)
from sync.centre.tables_recovery import key_return, unlock_grant
from sync.centre.tables_review import queue
from sync.centre.tables_walls import wall_key

GLOBAL_TABLES = frozenset(name for name, table in metadata.tables.items() if table.info.get("everywhere"))

__all__ = [
    "GLOBAL_TABLES",
    "account",
    "account_book",
    "account_code",
    "account_factor",
    "account_initial",
    "account_person",
    "api_key",
    "api_token",
    "application",
    "aside_act",
    "board",
    "board_draft",
    "call_back",
    "complaint",
    "county_key",
    "definition",
    "doubt",
    "down_epoch",
    "enquiry",
    "enrolment_code",
    "escalation",
    "event",
    "event_header",
    "export_line",
    "fact",
    "ferried",
    "head_word",
    "key_return",
    "login_guard",
    "machine_epoch",
    "mark",
    "material",
    "material_use",
    "metadata",
    "node",
    "node_check",
    "node_report",
    "outbox",
    "pack",
    "pack_county",
    "pack_root",
    "pack_spread",
    "pack_text",
    "pack_timestamp",
    "pack_told",
    "phone_complaint",
    "phone_pass",
    "phone_piece",
    "phone_try",
    "publication",
    "published_to",
    "quarantine",
    "queue",
    "rating",
    "rendition",
    "reply",
    "reply_file",
    "report",
    "room_keys",
    "room_officer",
    "room_person",
    "room_said",
    "sample",
    "sample_item",
    "schema_version",
    "session",
    "sms",
    "suite_policy",
    "tally",
    "tick",
    "unconfirmed",
    "unlock_grant",
    "video",
    "wall_key",
    "webhook",
    "word",
]
