"""How this citizen wants the kiosk to look: larger type, another language. Kept in a cookie of the visit."""

from dataclasses import dataclass, replace
from typing import Self

from edge import texts

COOKIE = "yizhan_view"
WISHES = ("elder", "standard", *texts.LANGUAGES)


@dataclass(frozen=True, slots=True)
class View:
    """`elder`: 长辈版. `language`: one of edge.texts.LANGUAGES."""

    elder: bool = False
    language: str = texts.DEFAULT

    @classmethod
    def read(cls, cookie: str) -> Self:
        """From the cookie's value; anything odd is the standard look."""
        words = cookie.split(".")
        language = next((word for word in words if word in texts.LANGUAGES), texts.DEFAULT)
        return cls(elder="elder" in words, language=language)

    def changed(self, wish: str) -> "View":
        """After a touch on one of WISHES; an unknown wish changes nothing."""
        if wish in ("elder", "standard"):
            return replace(self, elder=wish == "elder")
        return replace(self, language=wish) if wish in texts.LANGUAGES else self

    def written(self) -> str:
        """The cookie's value."""
        return ".".join(["elder"] * self.elder + [self.language])
