"""What went wrong, in the language of the page; the catalogue of errors speaks to officers, in Chinese."""

from edge.errors import YizhanError
from edge.texts.phone import PHONE
from edge.web import translate

OWN_WORDS = "supply_value"  # what it quotes comes from the form, in the language that it was filled with


def words(error: YizhanError) -> str:
    """One sentence without its full stop."""
    if error.code == OWN_WORDS:
        return error.sentence.partition("：")[2]
    key = f"phone_fault_{error.code}"
    return translate(key if key in PHONE else "phone_fault")


def more(error: YizhanError) -> list[str]:
    """What stands below it: where personal details are shown, for who came by an address that is not encrypted."""
    return [translate(error.code)] if error.code == "phone_plain" else []
