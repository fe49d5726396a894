"""Markdown of notices as HTML: headings, lists, emphasis, quotes, rules and tables; nothing that leads away.

Links, pictures and the writer's own HTML stay text, so that a notice asks nothing of another machine.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_MARKS = ("heading", "lheading", "list", "emphasis", "blockquote", "hr", "table", "newline", "escape", "entity")
_CODE = ("fence", "backticks")


@cache
def _renderer(code: bool) -> "MarkdownIt":  # noqa: FBT001 - the key of a cache
    from markdown_it import MarkdownIt  # 2 MB that a room without notices never needs

    return MarkdownIt("zero", {"html": False, "breaks": True}).enable([*_MARKS, *(_CODE if code else ())])


def html(text: str, *, code: bool = False) -> str:
    """Safe HTML, with `code` also snippets; a heading of the first order becomes a second one: a page has its own."""
    renderer = _renderer(code)
    tokens = renderer.parse(text)
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
    rendered: str = renderer.renderer.render(tokens, renderer.options, {})
    return rendered
