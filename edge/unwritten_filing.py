"""Filing what was kept in memory: sealed to the supervisor, or, for a private service, as any other application."""

from typing import TYPE_CHECKING

from edge import filings, identity, images, materials, offering, unwritten
from edge.errors import Refused, problem
from edge.filings import Filed, Filing
from edge.sealing import SealedFile
from forms import answers
from forms.definition import Definition
from forms.state import Material
from forms.validation import Problem

if TYPE_CHECKING:
    from edge.drafts import Draft
    from edge.node import Node

SEALED_FILES_BYTES_MAX = 1_200_000  # in base64 and with the answers it stays within one event
_RETAKE = "这份材料没有保存成功，必须重新拍照"
_SIDES = (1800, 1200, 900, 600, 400)


def file(
    node: "Node", draft: "Draft", definition: Definition, *, channel: str, actor: str, verified: str = "unverified"
) -> Filed:
    """File and forget the draft, in this order; the token makes a repeat after a crash harmless.

    Raises Refused with every problem, sealed_not_here, too_large; the draft then stays.
    """
    filing, files = _prepare(node, draft, definition, channel, actor=actor, verified=verified)
    with node.database.write() as tx:
        for material, data in files:
            materials.put(tx, data, material.media_type, material.name, material.slot, owner=actor)
        filed = filings.write(node, tx, filing)
        if filed.created:
            owner = draft.owner.removeprefix(unwritten.PREFIX)
            tx.execute("INSERT INTO draft_filed VALUES (?, ?, ?)", (draft.id, owner, draft.token))
    node.unwritten.forget(draft.owner)
    filings.announce(node, filing)
    return filed


def _prepare(
    node: "Node", draft: "Draft", definition: Definition, channel: str, *, actor: str, verified: str
) -> tuple[Filing, list[tuple[Material, bytes]]]:
    """The filing, and the files that are to be stored beside it: none of a sealed one."""
    offering.must_be_open(node, definition)
    context = filings.context(node, None, draft.language)
    checked = answers.check(definition, draft.data, context)
    named = _named(draft, checked.answers)
    lost = [Problem(slot, "material", {}, _RETAKE) for slot in _lost(draft, checked.answers)]
    if checked.problems or lost:
        raise Refused([*checked.problems, *lost])
    files = [(material, node.unwritten.file(draft, material.sha256)) for material in named]
    if not definition.service.get("sealed"):
        return Filing(definition, checked.answers, context, tuple(named), channel, actor, verified, draft.token), files
    return Filing(
        definition,
        checked.answers,
        context,
        (),
        channel,
        actor,
        verified,
        draft.token,
        supervisor=supervisor_key(node),
        sealed_files=_small(files),
    ), []


def supervisor_key(node: "Node") -> bytes:
    """The public key that the enrolment brought. Raises sealed_not_here."""
    with node.database.read() as tx:
        centre = identity.centre(tx)
    if centre is None or not centre.supervisor_key:
        raise problem("sealed_not_here")
    return centre.supervisor_key


def takes_sealed(node: "Node") -> bool:
    """Whether this room can take what is sealed."""
    with node.database.read() as tx:
        centre = identity.centre(tx)
    return centre is not None and bool(centre.supervisor_key)


def _named(draft: "Draft", checked: object) -> list[Material]:
    """The files that the answers name, and those given for a material of the list."""
    wanted = set(materials.references(checked))
    return [one for one in draft.materials if not one.slot.startswith("/") or (one.slot, one.sha256) in wanted]


def _lost(draft: "Draft", checked: object) -> list[str]:
    held = {one.sha256 for one in draft.materials}
    return [slot for slot, sha256 in materials.references(checked) if sha256 not in held]


def _small(files: list[tuple[Material, bytes]]) -> tuple[SealedFile, ...]:
    """The files, pictures made as small as one event asks. Raises too_large."""
    share = SEALED_FILES_BYTES_MAX // max(1, len(files))
    return tuple(_fit(material, data, share) for material, data in files)


def _fit(material: Material, data: bytes, share: int) -> SealedFile:
    media_type = material.media_type
    if len(data) > share and media_type.startswith("image/"):
        tries = (images.preview(data, side) for side in _SIDES)
        data, media_type = next((small for small in tries if len(small) <= share), data), "image/jpeg"
    if len(data) > share:
        raise problem("too_large")
    return SealedFile(material.slot, material.name, media_type, data)
