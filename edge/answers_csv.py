"""The answers of one application as a table for other programs: CSV (RFC 4180), in UTF-8 or GB 18030-2022."""

import csv
import io

from edge.applications import Application
from forms import apart, gb18030, page, pointer
from forms.answers import Context
from forms.definition import DEFAULT_LANGUAGE
from forms.formal import formal

HEAD = ("办件号", "事项", "页面", "位置", "名称", "内容", "代码")


def table(application: Application) -> str:
    """One line for each answer that was asked: its JSON Pointer, its name, its value in words and as stored."""
    definition, state = application.definition, application.state
    context = Context(**{**state.context, "language": DEFAULT_LANGUAGE})
    answers = apart.shown(state)
    sections = page.summary(formal(definition), answers, context=context)
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(HEAD)
    for section in sections:
        for path, label, words in section.rows:
            value = pointer.get(answers, path, "")
            lines.writerow((state.number, definition.title, section.label, path, label, words, _stored(value)))
    return out.getvalue()


def _stored(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ";".join(str(one) for one in value) if isinstance(value, list) else str(value)


def encoded(text: str, encoding: str) -> bytes:
    """The bytes of the table; UTF-8 begins with the mark by which spreadsheets know it."""
    return gb18030.encode(text) if encoding == "gb18030" else text.encode("utf-8-sig")
