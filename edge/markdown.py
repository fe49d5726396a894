"""Markdown of notices as HTML: headings, lists, emphasis, quotes, rules and tables; nothing that leads away.

Links, pictures and the writer's own HTML stay text, so that a notice asks nothing of another machine.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_MARKS = ("heading", "lheading", "list", "emphasis", "blockquote", "hr", "table", "newline", "escape", "entity")


@cache
def _renderer() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # 2 MB that a room without notices never needs

    return MarkdownIt("zero", {"html": False, "breaks": True}).enable(list(_MARKS))


def html(text: str) -> str:
    """Safe HTML; a first-order heading becomes a second one, because the page has its own."""
    tokens = _renderer().parse(text)
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
    rendered: str = _renderer().renderer.render(tokens, _renderer().options, {})
    return rendered
