"""What was handed in with an application: names, thumbnails, what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, url_for

from edge import applications, held, incoming, uploads
from edge import materials as store
from edge.applications import Application
from edge.errors import problem
from edge.staff.context import page
from edge.web_filters import size_text
from edge.web_node import node
from forms import display, originals
from forms import page as form_page
from forms.definition import Definition
from forms.page import Control
from forms.state import Material

OTHER = ("other", "其他材料")  # what older applications had besides; nothing is added under it any more
PROXY_LETTER = ("proxy_letter", "代办委托书")
AWAY = "手机上补交的，还在省级中心，联网后自动取回"
KINDS = {"image/jpeg": "照片", "image/png": "图片", "image/webp": "图片", "application/pdf": "PDF"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A material in a list; `thumbnail` is "" for what has no picture."""

    label: str
    note: str
    href: str
    thumbnail: str


def pictures(application: Application) -> list[Picture]:
    """All materials in the order in which they came; what came with an earlier application says when."""
    names = _names(application)
    with node().database.read() as tx:
        days = {one.sha256: held.earlier(tx, application.number, one.sha256) for one in application.state.materials}
        away = {one.sha256 for one in application.state.materials if incoming.is_waited_for(tx, one.sha256)}
    return [
        _picture(application.number, names, one, days[one.sha256], away=one.sha256 in away)
        for one in application.state.materials
    ]


def _picture(number: str, names: dict[str, str], material: Material, day: str = "", *, away: bool = False) -> Picture:
    """`away`: handed in on the phone, and still at the province."""
    is_image = material.media_type.startswith("image/") and not away
    where: dict[str, Any] = {"number": number, "sha256": material.sha256}
    return Picture(
        label=names.get(material.slot, OTHER[1]),
        note=AWAY if away else f"沿用 {display.date(day)}交的" if day else _size_note(material),
        href=url_for("staff.materials_show", **where),
        thumbnail=url_for("staff.materials_picture", **where) if is_image else "",
    )


def _size_note(material: Material) -> str:
    return f"{KINDS.get(material.media_type, '文件')} · {size_text(material.size)}"


def _names(application: Application) -> dict[str, str]:
    return names(application.definition, application.state.answers)


def names(definition: Definition, answers: Mapping[str, Any]) -> dict[str, str]:
    """Slot -> name: codes of the material list, and the titles of answers that hold a file."""
    titles = {one.path: str(one.schema.get("title") or one.label) for one in file_fields(definition, answers)}
    return {**titles, **dict([PROXY_LETTER]), **dict(slots(definition))}


def file_fields(definition: Definition, answers: Mapping[str, Any]) -> list[Control]:
    """The fields of the form that hold a photograph or a signature."""
    return [one for one in uploads.flat(form_page.controls(definition, answers)) if one.kind in uploads.KINDS]


def asks_for_photos(definition: Definition, answers: Mapping[str, Any]) -> bool:
    """Whether the form itself asks for the photographs of the materials, and refuses to be filed without them."""
    return any(one.kind == "file" for one in file_fields(definition, answers))


def slots(definition: Definition, *, brought: bool = False) -> list[tuple[str, str]]:
    """(code, name) of what may be handed in: only what the guide names (M20).

    `brought`: the desk recorded that somebody else stands there; then the letter that authorises him may come too.
    """
    named = [(entry["code"], entry["name"]) for entry in definition.service["materials"]]
    return [*named, PROXY_LETTER] if brought else named


def missing(application: Application) -> list[str]:
    """Names of what the guide asks of the applicant and nobody has handed in, where the form did not ask for it."""
    if asks_for_photos(application.definition, application.state.answers):
        return []
    given = {material.slot for material in application.state.materials}
    return [
        entry["name"]
        for entry in application.definition.service["materials"]
        if entry["source"] == "applicant"
        and entry["copies"]
        and not {entry["code"], entry.get("field")} & given
        and originals.needed(entry, application.state.answers)
    ]


def show(number: str, sha256: str) -> str:
    """One material, as large as the screen."""
    application, material = _of(number, sha256)
    return page(
        "material.html",
        number=number,
        picture=_picture(number, _names(application), material),
        file=url_for("staff.materials_file", number=number, sha256=sha256),
        back=url_for("staff.cases_show", number=number),
    )


def file(number: str, sha256: str) -> Response:
    """The bytes as they were handed in."""
    _of(number, sha256)
    with node().database.read() as tx:
        data, media_type = store.open(tx, sha256)
    return sent(data, media_type)


def picture(number: str, sha256: str) -> Response:
    """A small JPEG."""
    _of(number, sha256)
    with node().database.read() as tx:
        return sent(store.preview(tx, sha256), "image/jpeg")


def _of(number: str, sha256: str) -> tuple[Application, Material]:
    """A material is shown only through an application that has it."""
    with node().database.read() as tx:
        application = applications.get(tx, number)
    for material in application.state.materials:
        if material.sha256 == sha256:
            return application, material
    raise problem("not_found")


def sent(data: bytes, media_type: str) -> Response:
    """An answer with a file's bytes: pictures are shown in the page, anything else is saved and opened elsewhere."""
    response = make_response(data)
    response.mimetype = media_type
    # a stranger's PDF is handed to the reader of the machine, never opened under our own address
    response.headers["Content-Disposition"] = "inline" if media_type.startswith("image/") else "attachment"
    return response
