"""Every flipped bit and every cut end of an envelope and of its answer, in every suite: none is taken, nothing changes.

About three quarters of an hour: a signature of gm-1 takes some 60 ms.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, parse

HERE = Path(__file__).resolve().parent
ATTACKS = HERE / "test_sync_envelope_attacks.py"
ROUND = "no_flipped_bit_and_no_cut_end"


def figures() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="envelope-") as made:
        report = Path(made) / "report.xml"
        properties = ("-o", "junit_family=xunit1")  # the newer family has none for a test
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            *properties,
            "-k",
            ROUND,
            f"--junit-xml={report}",
            str(ATTACKS),
        ]
        subprocess.run(command, cwd=HERE.parent, env={**os.environ, "YIZHAN_EVERY_BIT": "1"}, check=False)
        cases = list(parse(report).getroot().iter("testcase"))
    if not cases:
        raise RuntimeError("no attack was run")
    broken = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    return [
        *({"name": _name(case), "value": _tried(case), "unit": "tried"} for case in cases),
        {"name": "attacks of which one was taken", "value": broken, "unit": f"of {len(cases)}", "limit": 0},
    ]


def _name(case: Element) -> str:
    """As "centre, gm-1"."""
    return case.get("name", "").rpartition("at_the_")[2].replace("[", ", ").rstrip("]")


def _tried(case: Element) -> int:
    tried = case.find("properties/property[@name='tried']")
    return 0 if tried is None else int(tried.get("value", "0"))
