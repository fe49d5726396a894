"""Fetching the enrolment file by the short text on paper: the machine shows the centre that it has the code, not the
code itself, and takes no file but the one whose fingerprint stands on the paper.
"""

import json
from pathlib import Path
from typing import Any

from edge import enrolment_text
from edge.errors import problem
from sync.https import HttpsLink


def fetch(text: str, trusted: Path | None = None) -> dict[str, Any]:
    """The whole enrolment file. `trusted`: certificates of an authority of the province's own.

    Raises node_enrolment_wrong, insecure_link, centre_unreachable, centre_fault, centre_refused (the code is used up,
    expired or taken back).
    """
    said = enrolment_text.read(text)
    link = HttpsLink(said.url, trusted)
    try:
        answer = link.post(f"{said.node}/enrolment", json.dumps({"code_hash": said.code_hash}).encode())
    finally:
        link.close()
    try:
        found = json.loads(answer)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise problem("node_enrolment_wrong", detail="取回的不是登记文件")
    return enrolment_text.whole(said, found)
