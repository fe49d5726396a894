"""`python -m edge` is `yizhan`."""

import sys

from edge.cli import main

sys.exit(main())
