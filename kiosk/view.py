"""How this citizen wants the kiosk to look: larger type, another language. Kept in a cookie of the visit."""

from typing import NamedTuple, Self

from edge import texts

COOKIE, PATH = "yizhan_view", "/kiosk"
LOOKS = ("elder", "standard")
# wish -> which property of the view it sets, and how: reading aloud, and the drawn helper
MANNERS = {"aloud": ("aloud", True), "silent": ("aloud", False), "alone": ("alone", True), "helped": ("alone", False)}


def is_wish(text: str) -> bool:
    """Whether a touch asks for a look or for a language."""
    return text in LOOKS or text in MANNERS or texts.is_tag(text)


class View(NamedTuple):
    """`elder`: 长辈版. `aloud`: pages are read aloud. `alone`: without the drawn helper.

    `language`: a tag; a page uses it as far as room and service have it.
    """

    elder: bool = False
    aloud: bool = False
    alone: bool = False
    language: str = texts.DEFAULT

    @classmethod
    def read(cls, cookie: str) -> Self:
        """From the cookie's value; anything odd is the standard look."""
        words = cookie.split(".")
        language = next((word for word in words if word not in LOOKS and texts.is_tag(word)), texts.DEFAULT)
        return cls(elder="elder" in words, aloud="aloud" in words, alone="alone" in words, language=language)

    def changed(self, wish: str) -> "View":
        """After a touch; an unknown wish changes nothing."""
        if wish in LOOKS:
            return self._replace(elder=wish == "elder")
        if wish in MANNERS:
            name, value = MANNERS[wish]
            return self._replace(aloud=value) if name == "aloud" else self._replace(alone=value)
        return self._replace(language=wish) if texts.is_tag(wish) else self

    def written(self) -> str:
        """The cookie's value."""
        flags = {"elder": self.elder, "aloud": self.aloud, "alone": self.alone}
        return ".".join([*(name for name, on in flags.items() if on), self.language])
