"""How a file that somebody hands in is called; the same for node and centre."""

NAME_LENGTH_MAX = 255


def plain_name(name: str) -> str:
    """A file's own name without folders and control characters; never empty."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:NAME_LENGTH_MAX].lstrip(".") or "未命名"
