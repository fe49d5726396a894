"""Tables of the devices beside kiosk and desk, which m110 of edge.migrations makes."""

from typing import Final

STATEMENTS: Final = (
    # the end of validity that stood on the card which was read, a day or "long"; "" where no card was read
    "ALTER TABLE confirmed ADD COLUMN until TEXT NOT NULL DEFAULT ''",
    # which receipts came out of a printer of this machine: a double press prints once, and what follows is 补打.
    # begun: sent, and the program ended before the printer had taken it
    """CREATE TABLE receipt_print (
        application TEXT NOT NULL,
        copy INTEGER NOT NULL CHECK (copy >= 1),
        place TEXT NOT NULL CHECK (place IN ('kiosk', 'desk')),
        state TEXT NOT NULL CHECK (state IN ('begun', 'printed')),
        at TEXT NOT NULL,
        PRIMARY KEY (application, copy)
    ) STRICT, WITHOUT ROWID""",
)
