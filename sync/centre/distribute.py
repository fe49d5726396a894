"""The statements that spread a store over a nation's machines: python -m sync.centre.distribute | psql yizhan.

Small tables stand everywhere, rooms are spread by their numbers, and whatever belongs to a room lies beside it.
"""

import sys
from collections.abc import Iterator

from sync.centre import tables


def statements() -> Iterator[str]:
    """For Citus, once, on tables that are there and empty; in an order in which no table points to one that waits."""
    ordered = tables.metadata.sorted_tables
    for table in ordered:
        if table.name in tables.GLOBAL_TABLES:
            yield f"SELECT create_reference_table('{table.name}');"
    yield "SELECT create_distributed_table('node', 'node_id');"
    for table in ordered:
        if table.name not in {*tables.GLOBAL_TABLES, "node"}:
            yield f"SELECT create_distributed_table('{table.name}', 'node_id', colocate_with => 'node');"


if __name__ == "__main__":
    sys.stdout.writelines(f"{statement}\n" for statement in statements())
