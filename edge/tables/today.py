"""What m060 of edge.migrations adds: the queue of the day, the clocks by their ends, what the room's events make."""

from typing import Final

LISTS: Final = (
    # what is decided is read service by service, the newest first
    "CREATE INDEX head_closed_of_service ON head (service_id, id) WHERE phase = 'closed'",
)
# what is closed has no running clock: it never waits to be looked at
CLOSED: Final = (
    "DROP TRIGGER head_clocks_new",
    "DROP TRIGGER head_clocks_changed",
    """CREATE TRIGGER head_clocks_new AFTER INSERT ON head WHEN new.phase <> 'closed'
        BEGIN INSERT INTO clock_stale VALUES (new.id) ON CONFLICT DO NOTHING; END""",
    """CREATE TRIGGER head_clocks_changed AFTER UPDATE ON head WHEN new.phase <> 'closed'
        BEGIN INSERT INTO clock_stale VALUES (new.id) ON CONFLICT DO NOTHING; END""",
    """CREATE TRIGGER head_clocks_closed AFTER UPDATE ON head WHEN new.phase = 'closed'
        BEGIN DELETE FROM clock_due WHERE head = new.id; DELETE FROM clock_stale WHERE head = new.id; END""",
    "DELETE FROM clock_stale WHERE head IN (SELECT id FROM head WHERE phase = 'closed')",
)
STATEMENTS: Final = (
    # 排号: of the day, and of no use after it
    """CREATE TABLE queue_ticket (
        id INTEGER PRIMARY KEY,
        day TEXT NOT NULL,
        number TEXT NOT NULL,
        what TEXT NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('kiosk', 'desk')),
        owner TEXT NOT NULL,
        token TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'served', 'gone')),
        at TEXT NOT NULL,
        called_at TEXT NOT NULL DEFAULT '',
        calls INTEGER NOT NULL DEFAULT 0,
        account TEXT NOT NULL DEFAULT '',
        UNIQUE (day, number)
    ) STRICT""",
    # a form that was sent twice calls once
    """CREATE TABLE queue_call (
        token TEXT PRIMARY KEY,
        id INTEGER NOT NULL REFERENCES queue_ticket (id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX queue_call_of ON queue_call (id)",
    "CREATE INDEX queue_ticket_now ON queue_ticket (day, state, id)",
    # when each running clock of an open application turns yellow and when it ends; filled anew for what stands in
    # clock_stale, which the triggers fill: no page goes through all open applications
    """CREATE TABLE clock_due (
        head INTEGER NOT NULL REFERENCES head (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        warn TEXT NOT NULL,
        due TEXT NOT NULL,
        PRIMARY KEY (head, name)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX clock_due_warn ON clock_due (warn, due, head)",
    "CREATE INDEX clock_due_due ON clock_due (due, head)",
    "CREATE TABLE clock_stale (head INTEGER PRIMARY KEY) STRICT",
    "CREATE TABLE clock_calendar (id INTEGER PRIMARY KEY CHECK (id = 1), digest TEXT NOT NULL) STRICT",
    """CREATE TRIGGER head_clocks_new AFTER INSERT ON head
        BEGIN INSERT INTO clock_stale VALUES (new.id) ON CONFLICT DO NOTHING; END""",
    """CREATE TRIGGER head_clocks_changed AFTER UPDATE ON head
        BEGIN INSERT INTO clock_stale VALUES (new.id) ON CONFLICT DO NOTHING; END""",
    "CREATE TRIGGER head_clocks_gone AFTER DELETE ON head BEGIN DELETE FROM clock_stale WHERE head = old.id; END",
    "INSERT INTO clock_stale SELECT id FROM head WHERE phase <> 'closed'",
    "CREATE INDEX head_closed_by_day ON head (changed_at) WHERE phase = 'closed'",
    "CREATE INDEX head_urgent ON head (id) WHERE urgent = 1 AND phase <> 'closed'",
    """CREATE INDEX head_untouched ON head (filed_at)
        WHERE phase = 'received' AND channel <> 'console' AND changed_at = filed_at""",
    # projections of the room's events (forms.kinds_desk)
    """CREATE TABLE room_schedule (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        body TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT""",
    """CREATE TABLE appointment (
        id TEXT PRIMARY KEY,
        number TEXT NOT NULL,
        side TEXT NOT NULL,
        how TEXT NOT NULL,
        day TEXT NOT NULL,
        start TEXT NOT NULL,
        placed INTEGER NOT NULL CHECK (placed IN (0, 1)),
        wanted_day TEXT NOT NULL,
        wanted_start TEXT NOT NULL,
        what TEXT NOT NULL,
        name TEXT NOT NULL,
        phone TEXT NOT NULL,
        address TEXT NOT NULL,
        bring TEXT NOT NULL,
        state TEXT NOT NULL,
        untold INTEGER NOT NULL CHECK (untold IN (0, 1)),
        note TEXT NOT NULL,
        moves INTEGER NOT NULL,
        made_at TEXT NOT NULL,
        actor TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX appointment_by_day ON appointment (day, start)",
    "CREATE INDEX appointment_untold ON appointment (day) WHERE untold = 1",
    """CREATE TABLE reminder (
        id TEXT PRIMARY KEY,
        application TEXT NOT NULL,
        text TEXT NOT NULL,
        due_day TEXT NOT NULL,
        sent_at TEXT NOT NULL,
        sent_by TEXT NOT NULL,
        answer TEXT NOT NULL DEFAULT '',
        answered_at TEXT NOT NULL DEFAULT '',
        answered_by TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX reminder_open ON reminder (sent_at) WHERE answered_at = ''",
    "CREATE INDEX reminder_of ON reminder (application)",
    """CREATE TABLE room_ticket (
        id TEXT PRIMARY KEY,
        what TEXT NOT NULL,
        note TEXT NOT NULL,
        opened_at TEXT NOT NULL,
        opened_by TEXT NOT NULL,
        closing TEXT NOT NULL DEFAULT '',
        closed_at TEXT NOT NULL DEFAULT '',
        closed_by TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX room_ticket_open ON room_ticket (opened_at) WHERE closed_at = ''",
    "CREATE INDEX room_ticket_closed ON room_ticket (closed_at)",
    """CREATE TABLE room_round (
        id TEXT PRIMARY KEY,
        day TEXT NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        fine TEXT NOT NULL CHECK (json_valid(fine)),
        faulty TEXT NOT NULL CHECK (json_valid(faulty)),
        note TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX room_round_day ON room_round (day)",
    # `uncleared`: what was left, [{"what", "ref", "note"}]; a day closed again replaces its row
    """CREATE TABLE day_close (
        day TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        count INTEGER NOT NULL CHECK (count >= 0),
        uncleared TEXT NOT NULL CHECK (json_valid(uncleared))
    ) STRICT, WITHOUT ROWID""",
    # what the centre says about the room as a whole is rare, and read apart from what it says about applications
    "CREATE INDEX event_of_room_down ON event (epoch, seq) WHERE application = '' AND side = 'centre'",
)
