"""What guards the accounts of the centre: second proofs, tries, first passwords, the book, and the ticks they go by."""

from sqlalchemy import DDL, CheckConstraint, Column, Integer, LargeBinary, String, Table, event

from sync.centre.tables_common import EVERYWHERE, metadata, number, text

account_factor = Table(  # a counter (HOTP)
    "account_factor",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    number("counter"),
    info=EVERYWHERE,
)

account_code = Table(  # codes on paper, each a row until it is used
    "account_code",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    info=EVERYWHERE,
)

account_initial = Table(  # whoever got his password from somebody else has to choose his own first
    "account_initial",
    metadata,
    Column("account", String(64), primary_key=True),
    info=EVERYWHERE,
)

login_guard = Table(  # wrong tries of terminals, and of names that nobody has
    "login_guard",
    metadata,
    Column("who", String(100), primary_key=True),
    number("wrong"),
    number("locked_until"),  # ticks
    number("tried"),
    info=EVERYWHERE,
)

account_book = Table(  # who was let in or refused, who changed whose account; chained, only added to
    "account_book",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    text("at"),
    number("ticks"),
    text("what"),
    text("account"),
    text("actor"),
    text("detail"),
    Column("prev", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    info=EVERYWHERE,
)
# a store of several machines keeps no triggers on a table that each of them has; there the chain alone tells
for _word in ("UPDATE", "DELETE"):
    _kept = DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy has no types here
        f"CREATE TRIGGER account_book_is_kept_{_word.lower()} BEFORE {_word} ON account_book"
        " BEGIN SELECT raise(ABORT, 'the book of accounts is only added to'); END"
    )
    event.listen(account_book, "after_create", _kept.execute_if(dialect="sqlite"))

tick = Table(  # one row: the highest count of milliseconds that a program of this centre has lived to
    "tick",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    number("seen"),
    CheckConstraint("one = 1", name="tick_one"),
    info=EVERYWHERE,
)
