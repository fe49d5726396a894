"""GB 18030-2022 for old systems, both ways.

Everything inside is UTF-8; only what is handed to a system that reads GB 18030 goes through here. Python's own codec
still has the table of the first edition, in which nineteen two-byte codes lead to private use because Unicode lacked
the characters then: one was moved by the edition of 2005 (A8BC, ḿ), eighteen by that of 2022 (ten vertical punctuation
marks, A6D9 to A6F3, and eight components of characters, FE59 to FEA0). Each of them changes places with the four-byte
code that its character had, so that every Unicode character keeps exactly one code and nothing is lost on the way.
The six codes that 2022 left in private use (FE51, FE52, FE53, FE6C, FE76, FE91) stay there; their characters are
beyond the BMP and have four bytes.
"""

PYTHON = "gb18030"  # the table of the first edition
NAME = "GB 18030-2022"

# two-byte code, the character that it means now, the private-use one that it meant before
MOVED_2005: tuple[tuple[str, int, int], ...] = (("A8BC", 0x1E3F, 0xE7C7),)
MOVED_2022: tuple[tuple[str, int, int], ...] = (
    ("A6D9", 0xFE10, 0xE78D), ("A6DA", 0xFE12, 0xE78E), ("A6DB", 0xFE11, 0xE78F), ("A6DC", 0xFE13, 0xE790),
    ("A6DD", 0xFE14, 0xE791), ("A6DE", 0xFE15, 0xE792), ("A6DF", 0xFE16, 0xE793), ("A6EC", 0xFE17, 0xE794),
    ("A6ED", 0xFE18, 0xE795), ("A6F3", 0xFE19, 0xE796),
    ("FE59", 0x9FB4, 0xE81E), ("FE61", 0x9FB5, 0xE826), ("FE66", 0x9FB6, 0xE82B), ("FE67", 0x9FB7, 0xE82C),
    ("FE6D", 0x9FB8, 0xE832), ("FE7E", 0x9FB9, 0xE843), ("FE90", 0x9FBA, 0xE854), ("FEA0", 0x9FBB, 0xE864),
)  # fmt: skip  # a table

_SWAPPED = {
    old: new
    for _, character, private in MOVED_2005 + MOVED_2022
    for old, new in ((character, private), (private, character))
}


def encode(text: str) -> bytes:
    """`text` as GB 18030-2022. Raises UnicodeEncodeError for half of a surrogate pair; everything else has a code."""
    return text.translate(_SWAPPED).encode(PYTHON)


def decode(data: bytes) -> str:
    """The text of bytes in GB 18030-2022. Raises UnicodeDecodeError for bytes that are none."""
    return data.decode(PYTHON).translate(_SWAPPED)
