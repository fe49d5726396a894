"""What an application is at one moment: plain frozen values, worked out by forms.lifecycle and by nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from forms.delivery import Bill, Delivery, Movement
from forms.events import Side
from forms.kinds import RESULTS
from forms.outside import Report
from forms.reviewing import Review

Phase = Literal["unknown", "received", "correction", "accepted", "closed"]
PHASES: dict[Phase, str] = {
    "unknown": "没有收件记录",
    "received": "已收件",
    "correction": "等您补正",
    "accepted": "已受理",
    "closed": "办结",
}


@dataclass(frozen=True, slots=True)
class Service:
    """The pinned definition: id, version, SHA-256 (hex) of the canonical file."""

    id: str = ""
    version: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The two codes on the 收件凭证."""

    token: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """A photo, scan or signature; `slot` is a code of x-service.materials or the JSON Pointer of an answer."""

    sha256: str
    size: int
    media_type: str
    name: str
    slot: str

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        return cls(data["sha256"], data["size"], data["media_type"], data["name"], data["slot"])


@dataclass(frozen=True, slots=True)
class Item:
    """One defect: `target` is "field" or "material", `ref` a JSON Pointer or the code of a material."""

    target: str
    ref: str
    label: str
    defect: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction notice. `request` is the id of its event; it is "dropped" when the centre accepts all the same.

    `side`: who gave it; `signed`: how it was signed for at the room; `avoidable`: labels that the first could have had.
    """

    request: str
    at: str
    items: tuple[Item, ...]
    due_day: str
    reason: str
    status: Literal["open", "answered", "dropped"] = "open"
    side: Side = "centre"
    signed: str = ""
    avoidable: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What an assistant took in and a police officer has to confirm; "" where there is nothing to confirm.

    `at` is when it last became what it is; `reason` is that of a refusal.
    """

    status: Literal["", "waiting", "confirmed", "refused"] = ""
    at: str = ""
    reason: str = ""

    @property
    def pending(self) -> bool:
        """Whether a police officer still has to say yes."""
        return self.status in ("waiting", "refused")


@dataclass(frozen=True, slots=True)
class Paper:
    """A numbered blank that was given out on paper, and the day on it: the clocks of the law run from that day."""

    slip: str
    day: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """The sealed inbox that took it in: `at` by its clock; `visit`: the set of a visit, "" of the room itself."""

    series: str
    at: str
    visit: str


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who stood there for the applicant: `relation` is a key of RELATIONS, `papers` are keys of PROXY_PAPERS."""

    name: str
    number: str
    relation: str
    phone: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Whether fingerprints were taken, with the person's separate consent; `reason` (a key of FINGER_REASONS) and
    `witness` where they were not. The prints themselves never come here.
    """

    taken: bool
    consent: bool
    reason: str
    witness: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed to or refused (个人信息保护法 13–16): `consent` is its code, `kind` one of CONSENT_KINDS.

    `text`: SHA-256 of the words that were asked, in `language`, from this `version` of the service; `name`, `relation`:
    of the guardian who decided, "" for the person; `withdrawn_at`: when it was taken back, "" for never.
    """

    consent: str
    kind: str
    given: bool
    text: str
    version: str
    language: str
    name: str
    relation: str
    at: str
    withdrawn_at: str = ""

    @property
    def holds(self) -> bool:
        return self.given and not self.withdrawn_at


@dataclass(frozen=True, slots=True)
class Seen:
    """The original of a material was seen, last at `at`, `by` these accounts."""

    slot: str
    at: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history. `title` and `detail` are our own sentences, free of names and of people's numbers."""

    at: str
    side: Side
    kind: str
    title: str
    actor: str
    epoch: int
    seq: int
    id: str
    effective: bool
    detail: str


@dataclass(frozen=True, slots=True)
class State:
    """One application as it stands. Times are those of the writers' clocks (RFC 3339); None: has not happened.

    `concerns` are the accounts of the room that a review or a complaint is about: they see nothing of it.
    `noticed_at` is the first word after the filing (补正告知、受理、不予受理或决定): it ends the first clock.
    `supplied`: (notice, answers before it) where the phone answered a notice that the room may answer too, not knowing.
    `outside`: what other systems have reported. `official`: the number of the whole country's platform, "" before.
    `review`: what those who decide added: opinions, special procedures, the desk that has it, the writs.
    `lacking`: answers of a shorter term that are not there: gone with it, or not come yet (forms.apart).
    `touched`: what came anew since the first notice of defects, as JSON Pointers and codes of materials.
    `identity_by`, `identity_at`, `identity_document`: who verified the person, when, with which document; "" before.
    `identity_until`: the end of validity that stands on the identity card, a day or "long"; "" where nobody noted it.
    `whole` is the number of the 一件事 that this is a part of; `parts` are the (code, number) of a whole's own parts,
    and forms.whole says how they make the rest of its state.
    """

    number: str = ""
    service: Service = Service()
    result: str | None = None
    reason: str = ""
    document: Material | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    context: dict[str, str] = field(default_factory=dict)
    materials: tuple[Material, ...] = ()
    corrections: tuple[Correction, ...] = ()
    supplied: tuple[str, dict[str, Any]] | None = None
    touched: frozenset[str] = frozenset()
    delivery: Delivery = field(default_factory=Delivery)
    bills: tuple[Bill, ...] = ()
    moved: tuple[Movement, ...] = ()
    review: Review = field(default_factory=Review)
    outside: tuple[Report, ...] = ()
    official: str = ""
    identity: str = "unverified"
    identity_by: str = ""
    identity_at: str = ""
    identity_document: str = ""
    identity_until: str = ""
    paper: Paper | None = None
    inbox: Inbox | None = None
    proxy: Proxy | None = None
    seen: tuple[Seen, ...] = ()
    fingerprint: Fingerprint | None = None
    consents: tuple[Agreed, ...] = ()
    confirmation: Confirmation = Confirmation()
    concerns: tuple[str, ...] = ()
    urgent: bool = False
    channel: str = ""
    receipt: Receipt = Receipt()
    whole: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    parts_closed: int = 0
    filed_at: str | None = None
    noticed_at: str | None = None
    accepted_at: str | None = None
    closed_at: str | None = None
    history: tuple[Entry, ...] = ()

    @property
    def begun_at(self) -> str | None:
        """From when the clocks of the law run: 收件, which for paper that was entered later is the day on its slip."""
        if self.paper is None or self.filed_at is None:
            return self.filed_at
        return min(self.filed_at, f"{self.paper.day}T00:00:00+08:00")

    @property
    def phase(self) -> Phase:
        if self.filed_at is None:
            return "unknown"
        if self.result is not None:
            return "closed"
        if any(correction.status == "open" for correction in self.corrections):
            return "correction"
        return "received" if self.accepted_at is None else "accepted"

    @property
    def correction(self) -> Correction | None:
        """What is to be corrected now. Open notices are read as one; its `request` is the newest, which covers all."""
        waiting = [correction for correction in self.corrections if correction.status == "open"]
        if not waiting or self.phase != "correction":
            return None
        items = dict.fromkeys(item for correction in waiting for item in correction.items)
        due_day = next((notice.due_day for notice in reversed(waiting) if notice.due_day), "")
        return replace(waiting[-1], items=tuple(items), due_day=due_day)


def phase_title(state: State) -> str:
    """The state in words for people; 办结 never stands without its kind."""
    if state.result == "not_accepted":
        return RESULTS["not_accepted"]
    if state.result is not None:
        return f"{PHASES['closed']}（{RESULTS[state.result]}）"
    if state.parts_closed:
        return f"{len(state.parts)} 项中 {state.parts_closed} 项已办结"
    if state.phase == "received" and state.corrections:
        return "已补正，等待受理"
    return PHASES[state.phase]
