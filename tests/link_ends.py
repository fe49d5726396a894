"""The two ends that are measured over a bad link, each a process of its own: `centre` and `node`.

    python tests/link_ends.py centre HOME HOST PORT        the real receiver behind TLS
    python tests/link_ends.py node HOME                    the real carrying; commands on standard input

Each loads what its program loads and no more: how long a start takes belongs to what is measured. What they say and take
stands in link_centre and link_node.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(role: str, home: Path, *more: str) -> None:
    if role == "centre":
        import link_centre

        link_centre.centre(home, more[0], int(more[1]))
    else:
        import link_node

        link_node.node(home)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
