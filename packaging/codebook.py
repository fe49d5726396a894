"""Write the codebook that ships: `python packaging/codebook.py [--seed N]`; with `--out PACK/codebooks` one for a pack.

It is trained from made-up events of every packaged service (tests/corpus.py, a seed of its own) and from what the
services themselves say; never from anything that somebody filed, since a codebook is public. Run it when services have
changed much: what it doesn't know is still carried, in more bytes. Older codebooks stay until no node writes them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sync.coding.library import write_order  # noqa: E402 - the checkout comes first on the path
from sync.coding.training import records_of, train  # noqa: E402 - as above
from tests import corpus  # noqa: E402 - as above

FOLDER = ROOT / "sync" / "coding" / "codebooks"
SEED = 1_001  # tests and measurements use others
NODE_EVENTS, CENTRE_EVENTS = 2_400, 500
FILE_BYTES_MAX = 150_000
CONTEXT_MIN = 16  # how often letters must come for what follows them to be published
OWN_MIN = 4_000  # letters of a column that has contexts of its own


def main() -> None:
    parser = argparse.ArgumentParser(description="write the codebook that ships")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=FOLDER, help="where to: codebooks/ of a province's pack")
    said = parser.parse_args()
    seed, folder = said.seed, said.out
    records = records_of(corpus.log(NODE_EVENTS, seed)) + records_of(corpus.centre_log(CENTRE_EVENTS, seed + 1))
    made = train(records, context_min=CONTEXT_MIN, own_min=OWN_MIN, prose=corpus.published_texts())
    data = made.to_bytes()
    if len(data) > FILE_BYTES_MAX:
        raise SystemExit(f"{len(data)} bytes where {FILE_BYTES_MAX} may be")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{made.prefix.hex()}.zst"
    path.write_bytes(data)
    write_order(folder, made.prefix)
    print(f"{path}: {len(data)} bytes, {len(made.columns)} columns")


if __name__ == "__main__":
    main()
