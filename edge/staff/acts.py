"""What an officer does with an application besides the correction: add a material, verify the person, withdraw."""

from flask import Response, request

from edge import applications, confirmations, demands, materials, web
from edge.errors import YizhanError
from edge.ranks import POLICE
from edge.staff import cases, posted
from edge.staff.context import officer
from edge.staff.materials import slots
from edge.web_node import node
from forms.kinds_receiving import DOCUMENTS

REASON_MAX = 500
# what is wrong with the file and can be mended on the same page
FILE_FAULTS = frozenset({
    "material_too_large", "material_too_many_pixels", "material_not_image", "material_damaged", "material_empty",
})  # fmt: skip  # a table


def add_material(number: str) -> Response:
    """One photographed or scanned material into an open application."""
    with node().database.read() as tx:
        application = applications.get(tx, number)
    upload, slot = posted.files().get("file"), request.form.get("slot", "")
    if upload is None:
        return cases.answer(number, status=422, material_problem="还没有选择照片或文件。")
    if not slot:
        return cases.answer(number, status=422, material_problem="请先选是什么材料。")
    if slot not in dict(slots(application.definition, brought=application.state.proxy is not None)):
        refused = demands.refuse(
            node(), application.definition.id, slot, actor=officer().actor, application=application.number
        )
        return cases.answer(number, status=422, material_problem=str(refused))
    try:
        stored = materials.store(node(), upload.data, upload.name, officer().actor, slot)
        applications.add_material(node(), number, stored, actor=officer().actor, token=_token())
    except YizhanError as error:
        if error.code not in FILE_FAULTS:
            raise
        return cases.answer(number, status=error.status, material_problem=str(error))
    return web.see_other(cases.address(number, "material"))


def verify(number: str) -> Response:
    """The officer has compared face and card; for what came from the kiosk a police officer thereby confirms it."""
    with node().database.read() as tx:
        state = applications.get(tx, number).state
    if officer().rank == POLICE and state.channel == "kiosk" and state.confirmation.pending:
        confirmations.confirm(node(), number, officer(), face_to_face=True, token=_token())
        return web.see_other(cases.address(number, "confirmed"))
    document = request.form.get("document", "")
    try:
        applications.verify_identity(
            node(),
            number,
            "officer",
            document=document if document in DOCUMENTS else "",
            actor=officer().actor,
            until=request.form.get("until", ""),
            token=_token(),
        )
    except YizhanError as error:
        if error.code != "card_until":
            raise
        return cases.answer(number, status=error.status, verify_problem=str(error))
    return web.see_other(cases.address(number, "verified"))


def withdraw(number: str) -> Response:
    """The applicant takes the application back; the officer notes why."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        return cases.answer(number, status=422, withdraw_problem="请写明撤回的原因，一句话就行。")
    if len(reason) > REASON_MAX:
        return cases.answer(number, status=422, withdraw_problem=f"原因太长，最多 {REASON_MAX} 个字。", reason=reason)
    applications.withdraw(node(), number, actor=officer().actor, reason=reason, token=_token())
    return web.see_other(cases.address(number, "withdrawn"))


def _token() -> str | None:
    """The one of the shown form; a form sent twice is one act."""
    return request.form.get("token") or None
