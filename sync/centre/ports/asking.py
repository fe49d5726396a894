"""What ports ask of the store."""

import json
from typing import Any

from sqlalchemy import Connection, Row, select

from edge import sealing
from forms.definition import Definition
from forms.people import applicant_number, people
from sync.centre import projection, tables
from sync.centre.centre import Centre
from sync.centre.ports.port import UnfitError

NODE_DIGITS = 10


def enquiry_of(row: Row[Any]) -> dict[str, Any]:
    """The body of a question."""
    found: dict[str, Any] = json.loads(row.body)
    return found


def application_of(tx: Connection, number: str) -> str:
    """The room of an application. Raises UnfitError where there is none with this number."""
    node_id, table = number[:NODE_DIGITS], tables.application
    if tx.execute(select(table.c.number).filter_by(node_id=node_id, number=number)).first() is None:
        raise UnfitError(f"没有这个办件：{number}")
    return node_id


def question(tx: Connection, port: str, id_: str) -> Row[Any]:
    """The question that an answer names. Raises UnfitError."""
    place = {"node_id": id_[:NODE_DIGITS], "port": port, "id": id_}
    row = tx.execute(select(tables.enquiry).filter_by(**place)).first()
    if row is None:
        raise UnfitError(f"没有问过这一项：{id_}")
    return row


def definition_of(centre: Centre, digest: str, answers: Any) -> Definition | None:
    """What an application was filled with; None where it is sealed or the centre doesn't know it."""
    return None if sealing.is_sealed(answers) else centre.definitions.get(digest)


def applicant(centre: Centre, tx: Connection, node_id: str, number: str) -> tuple[str, str]:
    """(name, identity number) of the applicant as it stands now; ("", "") for none."""
    state = projection.state_of(tx, node_id, number)
    definition = definition_of(centre, state.service.digest, state.answers)
    if definition is None:
        return "", ""
    return people(definition, state.answers).applicant, applicant_number(definition, state.answers)
