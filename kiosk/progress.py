"""How an application stands, in the same words as the page behind the QR code."""

from edge import applications, index, log, stock
from edge.node import Node
from edge.status import english
from edge.status.progress import Progress, Subject, progress
from edge.web import language


def parts_of(node: Node, number: str) -> tuple[str, ...]:
    """The numbers of a whole's parts, in the order in which its page lists them. Raises not_found."""
    with node.database.read() as tx:
        application = applications.get(tx, number)
    listed = application.family.members if application.family and application.state.parts else ()
    return tuple(one.number for one in listed)


def of_number(node: Node, number: str) -> Progress:
    """The progress of an application. Raises not_found."""
    with node.database.read() as tx:
        application = applications.get(tx, number)
        head = application.head
        received_at = log.received_at(tx, head.filed_epoch, head.filed_seq)
        papers = stock.owed(tx, application)
    state, definition = application.state, application.definition
    people = index.people(definition, state.answers)
    subject = Subject(
        state=state,
        schema=definition.schema,
        service=english.service_of(definition, language()),
        room=node.room,
        received=not head.unsent,
        received_at=received_at,
        people=(*people.names, *(value for _, value in people.numbers)),
        family=application.family,
        deadlines=application.clocks(node.calendar, node.clock.now()),
        papers=papers,
    )
    page = progress(subject)
    return english.english(page) if language() == "en" else page
