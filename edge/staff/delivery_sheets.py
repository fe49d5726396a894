"""送达回证 and the sheet for the carrier's waybill: on paper, from what was handed over or is about to be."""

from flask import render_template

from edge import handover, officers, words
from edge.applications import Application
from edge.errors import problem
from edge.staff.context import application_of, officer
from edge.web_filters import when
from edge.web_node import node
from forms import expiry, persons, service_results
from forms.delivery import Handed, Posted
from forms.kinds_delivery import PROOFS, WAYS


def receipt(number: str) -> str:
    """送达回证 before anything is handed over: signed on paper on a visit, then noted as the proof. Raises not_found,
    document_none where nothing waits.
    """
    application = application_of(number)
    names = [name for _, name in handover.handable(application)]
    names += [name for one in application.state.delivery.travelling for name in one.names]
    if not names:
        raise problem("document_none")
    return _receipt(application, names, None)


def handed(number: str, event: str) -> str:
    """送达回证 of what was handed over, with its proof. Raises not_found."""
    application = application_of(number)
    found = next((one for one in application.state.delivery.handed if one.id == event), None)
    if found is None:
        raise problem("not_found")
    return _receipt(application, list(found.names), found)


def _receipt(application: Application, names: list[str], done: Handed | None) -> str:
    running = node()
    people = {one.actor: one.name for one in officers.all_of(running)}
    return render_template(
        "staff/sheets/served.html",
        application=application,
        names=names,
        done=done,
        at=when(done.at) if done else "",
        by=people.get(done.actor, done.actor) if done else officer().name,
        ways=WAYS,
        proofs=PROOFS,
        person=application.head.applicant or "申请人",
        room=running.room,
        phone=words.telephone(running.room),
        problem=None,
    )


def waybill(number: str) -> str:
    """What is copied onto the carrier's waybill, or handed over with the parcel. Raises not_found, document_none where
    there is nothing to be posted.
    """
    running, application = node(), application_of(number)
    said = persons.told(application.definition, application.state.answers)
    posted: Posted | None = next(iter(application.state.delivery.travelling), None)
    names = list(posted.names) if posted else [name for _, name in handover.handable(application)]
    if not names:
        raise problem("document_none")
    return render_template(
        "staff/sheets/waybill.html",
        application=application,
        names=names,
        posted=posted,
        person=application.head.applicant or "",
        address=str(said.get("postalAddress", "")),
        own=expiry.phone(application.definition, application.state.answers) or str(said.get("contact.phone", "")),
        free="post" in service_results.ways(application.definition.service, application.state.result or "granted"),
        room=running.room,
        phone=words.telephone(running.room),
        problem=None,
    )
