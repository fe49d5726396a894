"""What was sealed to the supervisor: opened for accounts with that post and for nobody else."""

from edge import sealing
from edge.errors import problem
from edge.sealing import Content, SealingError
from sync.centre import cases, supervisor_keys
from sync.centre.centre import Centre


def open_complaint(centre: Centre, number: str, actor: str) -> Content:
    """The content of a complaint.

    Raises not_found (also where nothing is sealed), sealed_other, supervisor_key_missing.
    """
    case = cases.get(centre, number)
    if not case.sealed:
        raise problem("not_found")
    if actor not in case.supervisors:
        raise problem("sealed_other")
    place = centre.settings.supervisor_file
    try:
        return sealing.open_content(supervisor_keys.private_key(place), case.state.receipt.token, case.state.answers)
    except SealingError as error:
        raise problem("supervisor_key_missing", key_file=place) from error
