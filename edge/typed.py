"""Digits and whole numbers as they come in forms and addresses: whoever sends them may send anything."""

DIGITS_MAX = 6  # more than anybody counts in a room; Python refuses to read thousands of digits


def digits(text: str) -> str:
    """The digits 0-9 of a text, without what people put between them: 2048-16, 5224 2500."""
    return "".join(one for one in text if one.isascii() and one.isdigit())


def whole_number(text: str, *, digits_max: int = DIGITS_MAX, otherwise: int = 0) -> int:
    """The number that a text of 1 to `digits_max` digits 0-9 writes; `otherwise` for any other text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits_max else otherwise
