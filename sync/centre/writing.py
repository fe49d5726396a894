"""How rows are written: many of one table in one statement, by primary key, once or as often as they come.

The statements are put together here and not by SQLAlchemy: to build one for fifty rows takes it longer than it takes
the store to write them. Values go as they are, but for U+0000, which no text of PostgreSQL can hold; the columns of a
store are texts, whole numbers, yes or no, and bytes.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.schema import ScalarElementColumnDefault

ROWS_PER_INSERT: Final = 500
NUL: Final = "\0"
GATHERED: Final = "yizhan.gathered"
_IN_ONE: Final = {("node_id",), ("node_id", "number")}
UPDATE, LEAVE, REFUSE, COUNT = "update", "leave", "refuse", "count"
_DIALECTS: dict[str, Callable[[], Any]] = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}

Row = Mapping[str, Any]


def upsert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows by primary key: new ones are inserted, old ones take the given columns. All have the same keys."""
    _give(connection, table, rows, UPDATE)


def add_missing(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows whose primary key is not there yet; the others stay as they are."""
    _give(connection, table, rows, LEAVE)


def add(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that are new. Raises IntegrityError for one that isn't."""
    _give(connection, table, rows, REFUSE)


def count_up(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Add the numbers of these rows to those that stand under their primary keys, or write them as they are."""
    _give(connection, table, rows, COUNT)


def is_gathering(connection: Connection) -> bool:
    """Whether what is written now is written at the end of a block."""
    return GATHERED in connection.info


def _give(connection: Connection, table: Table, rows: Sequence[Row], where_taken: str) -> None:
    gathered: Gathered | None = connection.info.get(GATHERED)
    rows = without_nul(rows)
    if gathered is not None:
        gathered.add(table, rows, where_taken)
    else:
        _write(connection, table, rows, where_taken)


def remove(connection: Connection, table: Table, place: Row) -> None:
    """Take away the rows in which these columns, the first ones of the primary key, have these values."""
    gathered: Gathered | None = connection.info.get(GATHERED)
    if gathered is not None:
        gathered.drop(table, place)
    else:
        connection.execute(_removing(table, tuple(place)), {f"of_{name}": value for name, value in place.items()})


@contextmanager
def gathering(connection: Connection, vacant: Collection[tuple[str, str]] = ()) -> Iterator[None]:
    """What is written and removed within the block is written at its end, a statement for many rows of one table.

    `vacant`: the applications, by room and number, of which no row stands anywhere yet: there is nothing to remove.
    Nothing in the block may read what the block writes. A block within another ends with that.
    """
    if is_gathering(connection):
        yield
        return
    gathered = connection.info[GATHERED] = Gathered(vacant)
    try:
        yield
    finally:
        del connection.info[GATHERED]
    gathered.write(connection)


class Gathered:
    """Rows that many small writes would have written one by one. The last word on a row counts."""

    def __init__(self, vacant: Collection[tuple[Any, ...]] = ()) -> None:
        self._vacant = vacant
        self._rows: Held = {}
        self._gone: dict[Table, dict[tuple[Any, ...], Row]] = {}

    def add(self, table: Table, rows: Sequence[Row], where_taken: str) -> None:
        keys = _keys(table)
        for row in rows:
            held = self._rows.setdefault((table, tuple(row), where_taken), {})
            key = tuple(row[name] for name in keys)
            held[key] = _joined(held.get(key), row, keys, where_taken)

    def drop(self, table: Table, place: Row) -> None:
        """What stood there goes before anything is written; what was to be written there isn't."""
        begin = tuple(place.values())
        for (of, _, _), rows in self._rows.items():
            if of is table:
                for key in [key for key in rows if key[: len(begin)] == begin]:
                    del rows[key]
        if begin not in self._vacant:
            self._gone.setdefault(table, {})[begin] = place

    def write(self, connection: Connection) -> None:
        for table, places in self._gone.items():
            _remove_all(connection, table, list(places.values()))
        for (table, _, where_taken), rows in _merged(self._rows).items():
            _write(connection, table, list(rows.values()), where_taken)


Held = dict[tuple[Table, tuple[str, ...], str], dict[tuple[Any, ...], Row]]


def _merged(held: Held) -> Held:
    """What is given to the same rows of a table in several words, as one: where a room's log ends, and its contact."""
    found: Held = {}
    for (table, names, where_taken), rows in held.items():
        same = next((one for one in found if one[0] is table and one[2] == where_taken == UPDATE), None)
        if same is None or found[same].keys() != rows.keys():
            found[table, names, where_taken] = rows
            continue
        before = found.pop(same)
        joined: dict[tuple[Any, ...], Row] = {key: {**before[key], **row} for key, row in rows.items()}
        found[table, tuple(dict.fromkeys((*same[1], *names))), where_taken] = joined
    return found


def _joined(before: Row | None, row: Row, keys: tuple[str, ...], where_taken: str) -> Row:
    """What two rows under one key become, as if they had been written one after the other."""
    if before is None or where_taken == UPDATE:
        return row
    if where_taken == COUNT:
        return {name: value if name in keys else before[name] + value for name, value in row.items()}
    if where_taken == REFUSE:
        raise ValueError("twice under one key")
    return before


def _remove_all(connection: Connection, table: Table, places: list[Row]) -> None:
    """Rooms, and applications (whose numbers begin with those of rooms), in one statement; others one by one."""
    names = tuple(places[0])
    if names not in _IN_ONE:
        for place in places:
            remove(connection, table, place)
        return
    among = (table.c[name].in_(sorted({place[name] for place in places})) for name in names)
    connection.execute(delete(table).where(*among))


def _write(connection: Connection, table: Table, rows: Sequence[Row], where_taken: str) -> None:
    for start in range(0, len(rows), ROWS_PER_INSERT):
        some = rows[start : start + ROWS_PER_INSERT]
        names = tuple(some[0])
        absent = _absent(table, names)
        statement = _inserting(connection.dialect.name, table, names, where_taken, len(some))
        connection.exec_driver_sql(statement, _flat(some, names, tuple(absent.values())))


def _flat(rows: Sequence[Row], names: tuple[str, ...], rest: tuple[Any, ...]) -> tuple[Any, ...]:
    found: list[Any] = []
    for row in rows:
        found.extend([row[name] for name in names])
        found.extend(rest)
    return tuple(found)


def without_nul(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows as every engine takes them: of a text that somebody wrote, all but U+0000. The event itself keeps it."""
    if not any(type(value) is str and NUL in value for row in rows for value in row.values()):
        return rows
    return [
        {name: value.replace(NUL, "") if type(value) is str else value for name, value in row.items()} for row in rows
    ]


@cache
def _absent(table: Table, names: tuple[str, ...]) -> dict[str, Any]:
    """The columns that the rows don't name, with what stands in them then."""
    rest = [column for column in table.columns if column.name not in names]
    found = ((column.name, column.default) for column in rest)
    return {name: default.arg for name, default in found if isinstance(default, ScalarElementColumnDefault)}


@cache
def _inserting(dialect: str, table: Table, names: tuple[str, ...], where_taken: str, count: int) -> str:
    quote = _DIALECTS[dialect]().identifier_preparer.quote
    columns = (*names, *_absent(table, names))
    into = f"{quote(table.name)} ({', '.join(map(quote, columns))})"
    said = f"INSERT INTO {into} VALUES {_marks(dialect, count, len(columns))}"  # noqa: S608 - names of our own tables
    if where_taken == REFUSE:
        return said
    keys = _keys(table)
    before = f"{quote(table.name)}.{{0}} + " if where_taken == COUNT else ""
    rest = [quote(name) for name in names if name not in keys]
    changed = [f"{name} = {before.format(name)}excluded.{name}" for name in rest]
    act = f"UPDATE SET {', '.join(changed)}" if changed and where_taken != LEAVE else "NOTHING"
    return f"{said} ON CONFLICT ({', '.join(map(quote, keys))}) DO {act}"


def _marks(dialect: str, rows: int, columns: int) -> str:
    """(?, ?), (?, ?) or ($1, $2), ($3, $4)."""
    if dialect == "sqlite":
        return ", ".join([f"({', '.join('?' * columns)})"] * rows)
    starts = range(1, rows * columns, columns)
    return ", ".join(f"({', '.join(f'${place}' for place in range(at, at + columns))})" for at in starts)


@cache
def _removing(table: Table, names: tuple[str, ...]) -> Any:
    return delete(table).where(*(table.c[name] == bindparam(f"of_{name}") for name in names))


@cache
def _keys(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)
