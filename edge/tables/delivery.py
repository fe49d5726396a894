"""What m050 of edge.migrations adds: documents to be handed over, parcels, bills, shifts; and what no log holds."""

from typing import Final

STATEMENTS: Final = (
    # projections of the log: edge.delivery_rows fills them
    """CREATE TABLE handover (
        application TEXT PRIMARY KEY,
        stage TEXT NOT NULL CHECK (stage IN ('expected', 'here', 'told', 'posted', 'served')),
        since TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX handover_by_stage ON handover (stage, since)",
    """CREATE TABLE parcel (
        number TEXT NOT NULL,
        application TEXT NOT NULL,
        way TEXT NOT NULL CHECK (way IN ('in', 'out')),
        carrier TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (number, application, way)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX parcel_of_application ON parcel (application)",
    """CREATE TABLE bill (
        number TEXT PRIMARY KEY,
        application TEXT NOT NULL,
        amount INTEGER NOT NULL CHECK (amount > 0),
        what TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('due', 'paid', 'waived')),
        place TEXT NOT NULL CHECK (place IN ('here', 'online')),
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX bill_by_state ON bill (state, at)",
    "CREATE INDEX bill_of_application ON bill (application)",
    # money in, and records taken back, in 分
    """CREATE TABLE till (
        event TEXT PRIMARY KEY,
        application TEXT NOT NULL,
        bill TEXT NOT NULL,
        amount INTEGER NOT NULL CHECK (amount <> 0),
        paid_by TEXT NOT NULL,
        receipt TEXT NOT NULL,
        shift INTEGER NOT NULL,
        charge INTEGER NOT NULL DEFAULT 0 CHECK (charge = 0),
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        reason TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX till_of_shift ON till (shift, epoch, seq)",
    "CREATE INDEX till_of_application ON till (application)",
    "CREATE INDEX till_of_receipt ON till (receipt)",
    """CREATE TABLE shift (
        number INTEGER PRIMARY KEY,
        payments INTEGER NOT NULL,
        expected INTEGER NOT NULL,
        counted INTEGER NOT NULL,
        charge INTEGER NOT NULL CHECK (charge = 0),
        note TEXT NOT NULL,
        actor TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT""",
    # kept: wrong pick-up codes, by monotonic milliseconds, so that a restart forgives nothing
    """CREATE TABLE pickup (
        application TEXT PRIMARY KEY,
        wrong INTEGER NOT NULL CHECK (wrong >= 0),
        locked_until INTEGER NOT NULL,
        tried INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # kept: what was ticked for a notice that nobody has signed for yet
    """CREATE TABLE defects (
        application TEXT PRIMARY KEY,
        items TEXT NOT NULL CHECK (json_valid(items)),
        due_day TEXT NOT NULL,
        reason TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
)
