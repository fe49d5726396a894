"""What the browser sent, as plain values for the modules that know no Flask."""

from flask import request
from werkzeug.datastructures import FileStorage

from edge.uploads import Upload


def form() -> dict[str, list[str]]:
    """All fields, each with all of its values."""
    return dict(request.form.lists())


def files() -> dict[str, Upload]:
    """The files that were chosen, by field; an empty file field counts as none."""
    return {name: _upload(found) for name, found in request.files.items() if found.filename}


def file_names() -> list[str]:
    """The names of the fields that brought files."""
    return [name for name, found in request.files.items(multi=True) if found.filename]


def many_files(name: str) -> list[Upload]:
    """All files of one field."""
    return [_upload(found) for found in request.files.getlist(name) if found.filename]


def _upload(found: FileStorage) -> Upload:
    found.stream.seek(0)  # asked for twice, it is the same file both times
    return Upload(found.filename or "", found.read())
