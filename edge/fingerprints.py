"""指纹采集: where a service asks for fingerprints, whether they were taken, on the person's separate consent.

They are taken with the police's own device and go its own way; no print and no template comes into this program. Who
can't or won't is served all the same: the reason and a witness are written down (个人信息保护法 29; 居民身份证法 3).
"""

from typing import TYPE_CHECKING, Any, Final

from edge import applications, definitions, log
from edge.applications import Application
from edge.database import Connection
from edge.errors import problem
from forms import lifecycle
from forms.definition import Definition
from forms.events import Event
from forms.kinds_receiving import FINGER_REASONS
from forms.state import State

if TYPE_CHECKING:
    from edge.node import Node

ASKED: Final = "fingerprint"
OPEN: Final = ("received", "correction", "accepted")
WITNESS_MAX: Final = 100


def asked(definition: Definition) -> bool:
    """Whether a control of the service says `"capture": "fingerprint"`."""
    return _says(definition.uischema)


def _says(part: Any) -> bool:
    if isinstance(part, list):
        return any(map(_says, part))
    if not isinstance(part, dict):
        return False
    options = part.get("options")
    return (isinstance(options, dict) and options.get("capture") == ASKED) or _says(part.get("elements"))


def record(
    node: "Node",
    number: str,
    *,
    taken: bool,
    consent: bool,
    reason: str = "",
    witness: str = "",
    actor: str,
    token: str | None = None,
) -> Application:
    """Raises not_found, not_allowed_now, fingerprint_unasked, fingerprint_consent, fingerprint_reason."""
    body = _body(taken=taken, consent=consent, reason=reason, witness=" ".join(witness.split())[:WITNESS_MAX])

    def act(tx: Connection, state: State) -> Event:
        if not asked(definitions.find(tx, state.service.digest)):
            raise problem("fingerprint_unasked")
        if state.phase not in OPEN:
            raise problem("not_allowed_now", phase=lifecycle.phase_title(state), act="登记指纹采集")
        return log.append(tx, "fingerprint.recorded", number, body, actor)

    return applications.act_on(node, number, token, act)


def _body(*, taken: bool, consent: bool, reason: str, witness: str) -> dict[str, Any]:
    if taken and not consent:
        raise problem("fingerprint_consent")
    if taken:
        return {"taken": True, "consent": True}
    if reason not in FINGER_REASONS or not witness:
        raise problem("fingerprint_reason")
    return {"taken": False, "consent": consent, "reason": reason, "witness": witness}
