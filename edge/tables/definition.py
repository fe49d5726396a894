"""What may be filed with (m008); what makes a start short (m015, m016): that can be dropped, and is made again."""

from typing import Final

PUBLICATIONS: Final = (
    # what may be filed with, and by whose word; the definition itself is kept in its own table
    """CREATE TABLE publication (
        digest TEXT PRIMARY KEY REFERENCES definition (digest),
        id TEXT NOT NULL,
        version TEXT NOT NULL,
        origin TEXT NOT NULL CHECK (origin IN ('packaged', 'centre', 'room')),
        key TEXT NOT NULL,
        at TEXT NOT NULL,
        over TEXT NOT NULL,
        sheet TEXT NOT NULL CHECK (json_valid(sheet))
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX publication_of_version ON publication (id, version)",
)

STATEMENTS: Final = (
    # what lists say of a service (forms.head); `format` tells by which version of forms.head it was taken
    """CREATE TABLE service_head (
        digest TEXT PRIMARY KEY REFERENCES definition (digest),
        format INTEGER NOT NULL,
        small TEXT NOT NULL CHECK (json_valid(small))
    ) STRICT, WITHOUT ROWID""",
    # the service files and signatures of a folder as they were read last: one whose stamp (length, times, inode) is the
    # same needs no reading. `digest` is the definition that it is, or that it speaks of; `sheet` is '' for no signature
    """CREATE TABLE service_file (
        folder TEXT NOT NULL CHECK (folder IN ('packaged', 'room')),
        name TEXT NOT NULL,
        stamp TEXT NOT NULL,
        digest TEXT NOT NULL CHECK (length(digest) = 64),
        sheet TEXT NOT NULL CHECK (sheet = '' OR json_valid(sheet)),
        PRIMARY KEY (folder, name)
    ) STRICT, WITHOUT ROWID""",
)

TEMPLATES: Final = (
    # templates as jinja2 compiled them; it knows by itself which are of another source or Python
    "CREATE TABLE template_code (key TEXT PRIMARY KEY, code BLOB NOT NULL) STRICT",
)
