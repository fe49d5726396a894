"""拍材料: one material of a draft page by page, by document camera, webcam or file; cropped, straightened, looked at.

Pages of one material are files of its slot. Where the form has a field of its own for it, the first page is its answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, request, url_for

from edge import demands, drafts, images, materials, page_images, web
from edge.devices import cameras
from edge.drafts import Draft
from edge.errors import YizhanError, problem
from edge.page_images import Corners
from edge.staff import intake, posted
from edge.staff.acts import FILE_FAULTS
from edge.staff.context import officer, page
from edge.staff.intake import PER_SLOT_MAX, Intake
from edge.staff.materials import slots
from edge.uploads import Upload
from edge.web_filters import size_text
from edge.web_node import node
from forms import pointer
from forms.state import Material

PREVIEW_SIDE_MAX = 1400
CORNERS = ("左上", "右上", "右下", "左下")
THOUSAND, GRIPS = 1000, 50  # so many grips lie side by side along the longer edge


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a material; `picture` is "" for what has none."""

    sha256: str
    name: str
    note: str
    picture: str
    warnings: list[str]


def show(draft: str) -> str:
    """The pages of one material, and the camera for the next one."""
    return _show(intake.opened(draft), _wanted(request.args.get("slot", "")))


def _wanted(slot: str) -> str:
    return slot[:100]


def _show(opened: Intake, slot: str, fault: str = "") -> str:
    entry = _entry(opened, slot)
    held = _pages(opened.draft, entry)
    fresh = request.args.get("fresh", "")
    return page(
        "scan.html",
        draft=opened.draft,
        service=opened.definition.title,
        entry=entry,
        slot=slot,
        pages=[_page(opened.draft, one, weigh=one.sha256 == fresh) for one in held],
        full=len(held) >= PER_SLOT_MAX,
        fault=fault,
        camera=cameras.wanted(node().files.devices, "desk"),
    )


def _entry(opened: Intake, slot: str) -> Mapping[str, Any]:
    """The material of the guide. Raises not_found for another one."""
    for entry in opened.definition.service["materials"]:
        if entry["code"] == slot and entry["source"] == "applicant":
            found: Mapping[str, Any] = entry
            return found
    raise problem("not_found")


def _slots(entry: Mapping[str, Any]) -> list[str]:
    """Where its pages lie: the field of the form first, then the code of the material."""
    return [one for one in (entry.get("field"), entry["code"]) if one]


def _pages(draft: Draft, entry: Mapping[str, Any]) -> list[Material]:
    return [one for slot in _slots(entry) for one in draft.materials if one.slot == slot]


def _page(draft: Draft, one: Material, *, weigh: bool) -> Page:
    is_image = one.media_type.startswith("image/")
    warnings = page_images.legibility(_bytes(draft, one.sha256)).warnings if weigh and is_image else []
    picture = url_for("staff.intake_picture", draft=draft.id, sha256=one.sha256) if is_image else ""
    return Page(one.sha256, one.name, size_text(one.size), picture, warnings)


def take(draft: str) -> Response:
    """Keep what was shot or chosen; a single picture is cropped next."""
    opened, slot = intake.opened(draft), _wanted(request.form.get("slot", ""))
    if slot not in {code for code, _ in slots(opened.definition)}:
        raise demands.refuse(node(), opened.definition.id, slot, actor=officer().actor)
    entry = _entry(opened, slot)
    uploads = posted.many_files("page")
    try:
        kept = _keep_all(opened, entry, uploads)
    except YizhanError as error:
        if error.code not in FILE_FAULTS:
            raise
        return make_response(_show(intake.opened(draft), slot, str(error)), error.status)
    if not kept:
        return make_response(_show(opened, slot, "还没有拍照或者选择文件。"), 422)
    if len(kept) == 1 and kept[0].media_type.startswith("image/"):
        return web.see_other(url_for("staff.scanning_corners", draft=draft, sha256=kept[0].sha256, slot=slot))
    return _back(draft, slot, "page")


def _keep_all(opened: Intake, entry: Mapping[str, Any], uploads: list[Upload]) -> list[Material]:
    kept: list[Material] = []
    held = opened.draft
    for upload in uploads:
        number = len(_pages(held, entry)) + 1
        if number > PER_SLOT_MAX:
            break
        ending = upload.name.rpartition(".")[2].lower()[:4] or "jpg"
        name = f"{entry['name'][:40]}-第{number}页.{ending}"
        stored = materials.store(node(), upload.data, name, held.owner, _free_slot(opened, held, entry))
        kept.append(stored)
        held = _attach(held, stored)
    return kept


def _free_slot(opened: Intake, held: Draft, entry: Mapping[str, Any]) -> str:
    """The field of the form while it is asked and empty; then the material's own code."""
    field = str(entry.get("field", ""))
    shown = {control.path for _, found in opened.controls([]) for control in found if control.visible}
    return field if field in shown and not pointer.get(held.data, field, "") else str(entry["code"])


def _attach(held: Draft, stored: Material) -> Draft:
    """Tie a page to the draft; where it answers a field, the answer names it."""
    held = drafts.attach(node(), held, stored)
    if not stored.slot.startswith("/"):
        return held
    data = pointer.clone(held.data)
    pointer.put(data, stored.slot, materials.REFERENCE + stored.sha256)
    return drafts.save(node(), held, data)


def drop(draft: str) -> Response:
    """Take a page away; what follows it becomes the answer of the field."""
    opened, slot = intake.opened(draft), _wanted(request.form.get("slot", ""))
    entry = _entry(opened, slot)
    _drop(opened.draft, entry, request.form.get("page", ""))
    return _back(draft, slot, "page-dropped")


def _drop(held: Draft, entry: Mapping[str, Any], sha256: str) -> Draft:
    for one in _pages(held, entry):
        if one.sha256 == sha256:
            held = drafts.detach(node(), held, one.slot, sha256)
            if one.slot.startswith("/") and pointer.get(held.data, one.slot, "") == materials.REFERENCE + sha256:
                data = pointer.clone(held.data)
                pointer.remove(data, one.slot)
                held = drafts.save(node(), held, data)
    return held


def corners(draft: str, sha256: str) -> str:
    """One page with the four corners as the program sees them; to be moved by mouse, keys or numbers."""
    opened, slot = intake.opened(draft), _wanted(request.args.get("slot", ""))
    return _corners(opened, slot, sha256)


def _corners(opened: Intake, slot: str, sha256: str, fault: str = "") -> str:
    entry = _entry(opened, slot)
    one = _material(opened.draft, entry, sha256)
    data = _bytes(opened.draft, sha256)
    found, (width, height) = page_images.guess(data), page_images.size(data)
    return page(
        "corners.html",
        draft=opened.draft,
        entry=entry,
        slot=slot,
        page=one,
        size=(width, height),
        names=CORNERS,
        corners=found,
        drawn=[(x * width // THOUSAND, y * height // THOUSAND) for x, y in found],
        grip=max(width, height) // GRIPS,
        guessed=found != page_images.WHOLE,
        warnings=page_images.legibility(data).warnings,
        picture=url_for("staff.scanning_picture", draft=opened.draft.id, sha256=sha256),
        fault=fault,
    )


def straighten(draft: str, sha256: str) -> Response:
    """Put the straightened sheet in the place of the picture, keep it as it is, or take it again."""
    opened, slot = intake.opened(draft), _wanted(request.form.get("slot", ""))
    entry = _entry(opened, slot)
    one, act = _material(opened.draft, entry, sha256), request.form.get("act", "")
    if act == "again":
        _drop(opened.draft, entry, sha256)
        return web.see_other(url_for("staff.scanning_show", draft=draft, slot=slot))
    if act == "keep":
        return _back(draft, slot, "page", sha256)
    try:
        flat = page_images.straighten(_bytes(opened.draft, sha256), _typed_corners(), turn=_turn())
    except YizhanError as error:
        if error.code != "corners_wrong":
            raise
        return make_response(_corners(opened, slot, sha256, str(error)), error.status)
    name = one.name.rpartition(".")[0] + ".jpg"
    stored = materials.store(node(), flat, name, opened.draft.owner, one.slot)
    if stored.sha256 != sha256:
        held = _attach(opened.draft, stored)
        drafts.detach(node(), held, one.slot, sha256)
    return _back(draft, slot, "page", stored.sha256)


def _typed_corners() -> Corners:
    """The eight numbers of the form, thousandths. Raises corners_wrong for what are none."""
    values = [request.form.get(f"{axis}{at}", "") for at in range(4) for axis in "xy"]
    if not all(one.isascii() and one.isdigit() and int(one) <= THOUSAND for one in values):
        raise problem("corners_wrong")
    numbers = [int(one) for one in values]
    a, b, c, d = zip(numbers[::2], numbers[1::2], strict=True)
    return a, b, c, d


def _turn() -> int:
    typed = request.form.get("turn", "0")
    return int(typed) if typed in ("0", "1", "2", "3") else 0


def picture(draft: str, sha256: str) -> Response:
    """A page as large as a screen shows it. Raises not_found for what is not this draft's."""
    held = drafts.get(node(), draft, officer().actor)
    response = make_response(images.preview(_bytes(held, sha256), PREVIEW_SIDE_MAX))
    response.mimetype = "image/jpeg"
    return response


def _material(draft: Draft, entry: Mapping[str, Any], sha256: str) -> Material:
    for one in _pages(draft, entry):
        if one.sha256 == sha256 and one.media_type.startswith("image/"):
            return one
    raise problem("not_found")


def _bytes(draft: Draft, sha256: str) -> bytes:
    return drafts.file_of(node(), draft, sha256)


def _back(draft: str, slot: str, said: str, fresh: str = "") -> Response:
    return web.see_other(url_for("staff.scanning_show", draft=draft, slot=slot, said=said, fresh=fresh or None))
