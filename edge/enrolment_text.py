"""The short text of an enrolment, as it stands on paper and in its QR: room, code, fingerprint of the file, address.

The file itself (the centre's keys) is fetched, or comes on a stick; the fingerprint says that it is the one that was
meant, so that nobody on the way can put other keys into it.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from edge.errors import problem
from forms.events import canonical

MAGIC: Final = "YZ1"
PRINT_CHARS: Final = 32
_TEXT: Final = re.compile(rf"{MAGIC}:([0-9]{{10}}):([A-Z2-7]{{32}}):([A-Z2-7]{{{PRINT_CHARS}}}):(https?://\S{{3,200}})")


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the text says. `fingerprint`: of the file without its code."""

    node: str
    code: str
    fingerprint: str
    url: str

    @property
    def code_hash(self) -> str:
        """What proves to the centre that we have the code, without sending it."""
        return hashlib.sha256(self.code.encode()).hexdigest()


def fingerprint(file: Mapping[str, Any]) -> str:
    """160 bits over everything in an enrolment file but the code, and the policy, which the centre's key signs."""
    plain = {name: value for name, value in file.items() if name not in {"code", "policy"}}
    return base64.b32encode(hashlib.sha256(canonical(plain)).digest()).decode()[:PRINT_CHARS]


def write(node: str, code: str, file: Mapping[str, Any]) -> str:
    """The text for a QR."""
    return f"{MAGIC}:{node}:{code}:{fingerprint(file)}:{file['centre_url']}"


def read(text: str) -> Invitation:
    """The text as it was scanned or typed; blanks and line breaks don't count. Raises node_enrolment_wrong."""
    found = _TEXT.fullmatch("".join(text.split()))
    if found is None:
        raise problem("node_enrolment_wrong", detail="登记码不完整，请重新扫描或核对")
    return Invitation(*found.groups())


def whole(invitation: Invitation, file: Mapping[str, Any]) -> dict[str, Any]:
    """The fetched file with the code. Raises node_enrolment_wrong where it is not the one that was meant."""
    if fingerprint(file) != invitation.fingerprint:
        raise problem("node_enrolment_wrong", detail="取回的登记文件和登记码对不上，可能有人在途中改过")
    return {**file, "code": invitation.code}
