"""What m015 of edge.migrations adds: the heads of definitions, and what was read of the service files before."""

from typing import Final

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
