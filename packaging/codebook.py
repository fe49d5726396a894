"""Write the codebook that ships: `python packaging/codebook.py [--seed N]`.

It is made of every packaged service (sync/coding/making.py). Run it when services have changed much: what it doesn't
know is still carried, in more bytes. Older codebooks stay until no node writes them. A province makes its own from what
it has published: `yizhan centre pack codebook`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from forms.definition import load  # noqa: E402 - the checkout comes first on the path
from sync.coding import making  # noqa: E402 - as above

FOLDER = ROOT / "sync" / "coding" / "codebooks"
SERVICES = ROOT / "forms" / "services"


def main() -> None:
    parser = argparse.ArgumentParser(description="write the codebook that ships")
    parser.add_argument("--seed", type=int, default=making.SEED)
    said = parser.parse_args()
    made = making.make([load(path) for path in sorted(SERVICES.glob("*.json"))], seed=said.seed)
    path = making.keep(made, FOLDER)
    print(f"{path}: {path.stat().st_size} bytes, {len(made.columns)} columns")


if __name__ == "__main__":
    main()
