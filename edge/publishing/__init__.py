"""Who answers for a service: signatures that stand beside its file, each over what it names and nothing else.

A county signs (签发), a person at the centre reviews (审查; 先审后用), the centre publishes (发布). What nobody signed
is on trial (试用): it can be filled and is never filed or sent. Node, centre and command line share these rules.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from edge.errors import problem
from forms.catalogue import version_key
from forms.events import canonical
from forms.head import Head
from sync.suites import MODERN_1, Suite, of_sign_key

Role = Literal["county", "reviewer", "centre"]
Status = Literal["trial", "signed", "reviewed", "published"]

STATUS: Final[dict[Status, str]] = {
    "trial": "试用",
    "signed": "已签发待审",
    "reviewed": "已审查",
    "published": "已发布",
}
ROLES: Final[dict[Role, str]] = {"county": "县级签发", "reviewer": "审查意见", "centre": "中心的发布签名"}
_REACHED: Final[dict[Role, Status]] = {"county": "signed", "reviewer": "reviewed", "centre": "published"}
AREA: Final = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}")
PROVINCE_DIGITS: Final = 2
_TAG: Final = b"yizhan-service-1\0"
_AREA_IN_ID: Final = re.compile(r"([0-9]{12}|[0-9]{9}|[0-9]{6}|[0-9]{4})-")


class Signature(NamedTuple):
    """One signature. `key`: public, hex; `name`: who signed; `at`: RFC 3339; `signature`: of the key's suite, hex.

    `over` stands only in a publication that takes back newer versions: the newest one that it takes the place of.
    """

    role: Role
    key: str
    name: str
    at: str
    signature: str
    over: str = ""


class Sheet(NamedTuple):
    """What lies beside a service file: which file is meant, and who has signed it."""

    id: str
    version: str
    digest: str
    signatures: tuple[Signature, ...] = ()

    def of(self, role: Role) -> list[Signature]:
        """The genuine signatures of a role; a forged or an altered one counts as none."""
        return [one for one in self.signatures if one.role == role and genuine(self, one)]


def sheet_of(definition: Head) -> Sheet:
    """An empty sheet for a definition."""
    return Sheet(definition.id, definition.version, definition.digest)


def belongs(sheet: Sheet, definition: Head) -> bool:
    """Whether the sheet means this very content."""
    return (sheet.id, sheet.version, sheet.digest) == (definition.id, definition.version, definition.digest)


def statement(sheet: Sheet, one: Signature) -> bytes:
    """The bytes that are signed: a tag of their own, then canonical JSON of everything that the signature claims."""
    said = {"role": one.role, "id": sheet.id, "version": sheet.version, "digest": sheet.digest, "at": one.at}
    return _TAG + canonical({**said, "key": one.key, "name": one.name, "over": one.over})


def sign(
    sheet: Sheet, role: Role, private: bytes, *, name: str, at: str, over: str = "", suite: Suite = MODERN_1
) -> Sheet:
    """The sheet with one more signature; an earlier one of the same role and key makes room for it."""
    key = suite.sign_keys(private).public.hex()
    bare = Signature(role, key, name, at, "", over)
    made = bare._replace(signature=suite.sign(private, statement(sheet, bare)).hex())
    others = tuple(one for one in sheet.signatures if (one.role, one.key) != (role, key))
    return sheet._replace(signatures=(*others, made))


def public_of(private: bytes) -> str:
    """The public key of a private one (32 bytes), hex."""
    return MODERN_1.sign_keys(private).public.hex()


def genuine(sheet: Sheet, one: Signature) -> bool:
    """Whether the signature was made with the key that it names, over this sheet. Says nothing of whose key it is."""
    try:
        key = bytes.fromhex(one.key)
        of_sign_key(key).verify(key, bytes.fromhex(one.signature), statement(sheet, one))
    except ValueError:  # SuiteError, or no hexadecimal number
        return False
    return True


def reached(sheet: Sheet | None, definition: Head) -> Status:
    """How far a file has come by the signatures beside it, one after the other; whose keys they are is not asked."""
    if sheet is None or not belongs(sheet, definition):
        return "trial"
    status: Status = "trial"
    for role, step in _REACHED.items():
        if not sheet.of(role):
            break
        status = step
    return status


def areas(definition: Head) -> set[str]:
    """The areas that a service says it belongs to, by `x-service.publisher` and by its id; none: the province's."""
    publisher = definition.service.get("publisher") or {}
    in_id = _AREA_IN_ID.match(definition.id)
    return {str(one) for one in (publisher.get("area"), in_id and in_id[1]) if one}


def within(area: str, definition: Head) -> bool:
    """Whether a service lies in the namespace of a key; a province's key (2 digits) also has what names no area."""
    claimed = areas(definition)
    return all(one.startswith(area) for one in claimed) if claimed else len(area) == PROVINCE_DIGITS


def check_area(area: str) -> None:
    """Raises area_wrong unless it is a division code of 2, 4, 6, 9 or 12 digits."""
    if not AREA.fullmatch(area):
        raise problem("area_wrong", area=area)


def check_within(area: str, definition: Head, taken: Head | None = None) -> None:
    """Raises service_outside_area for a service, or for the one whose id it takes, that is not the key's to sign."""
    for one in (definition, taken):
        if one is not None and not within(area, one):
            raise problem("service_outside_area", area=area, service=one.id)


class Publication(NamedTuple):
    """A definition that may be filed with. `at`: when it was published, "" for what came with the program."""

    digest: str
    id: str
    version: str
    at: str = ""
    over: str = ""


def taken_back(one: Publication, others: list[Publication]) -> bool:
    """Whether a later publication deliberately went back behind this one. The order in which they came plays no part,
    so an old file on an old stick never brings back what was taken back, nor takes back what came after it.
    """
    mine = version_key(one.version)
    return any(
        other.over
        and other.id == one.id
        and other.at > one.at
        and version_key(other.version) < mine <= version_key(other.over)
        for other in others
    )


def plain(sheet: Sheet) -> dict[str, Any]:
    """The sheet as JSON."""
    return {
        "id": sheet.id,
        "version": sheet.version,
        "digest": sheet.digest,
        "signatures": [signature_data(one) for one in sheet.signatures],
    }


def text_of(sheet: Sheet) -> str:
    """The sheet as it is stored: the same text for the same sheet."""
    return json.dumps(plain(sheet), ensure_ascii=False)


def signature_data(one: Signature) -> dict[str, str]:
    """A signature as JSON."""
    found = {"role": one.role, "key": one.key, "name": one.name, "at": one.at, "signature": one.signature}
    return {**found, **({"over": one.over} if one.over else {})}


def signature_from(value: Mapping[str, Any]) -> Signature:
    """From JSON that has the fields of `signature_data`."""
    needed = {name: value[name] for name in ("role", "key", "name", "at", "signature")}
    return Signature(**needed, over=value.get("over", ""))
