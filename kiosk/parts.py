"""What the kiosk uses of the system where it is installed (pen, voice, fonts for rare names), and what is missing."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiosk import aloud, glyphs, pen

# one character of each extension of the Chinese characters, B to H
RARE = "𠮷𪜎𫝆𬭊𬺡𰀁𱍐"
FONTS = ("fonts-noto-cjk", "fonts-babelstone-han")  # SIL OFL 1.1; Arphic Public Licence
# language -> the script's name, letters that no page in it does without, and what brings a font (all under SIL OFL 1.1)
SCRIPTS = {
    "ug": ("维吾尔文", "ئابپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىيە", ("fonts-noto-core",)),
    "kk": ("哈萨克文", "اءبۆگعدەجزيكقلمنڭوپرستۋۇفحھچشىي", ("fonts-noto-core",)),
    "bo": ("藏文", "ཀཁགངཅཆཇཉཏཐདནཔཕབམཙཚཛཝཞཟའཡརལཤསཧཨ་།ིེོུ", ("fonts-noto-core",)),
    "ii": ("彝文", "ꀀꀁꀂꀃꀄꀅꆈꌠꉙ", ("fonts-noto-core",)),
    "mn": ("蒙古文", "ᠠᠡᠢᠣᠤᠥᠦᠨᠩᠪᠫᠬᠭᠮᠯᠰᠱᠲᠳᠴᠵᠶᠷ", ("fonts-noto-core",)),
}


@dataclass(frozen=True, slots=True)
class Part:
    """`name` for people; `packages` of Debian; `without` says what citizens miss where it isn't there."""

    name: str
    packages: tuple[str, ...]
    without: str
    there: bool

    @property
    def sentence(self) -> str:
        """What to tell the technician."""
        if self.there:
            return f"{self.name}：已安装"
        return f"{self.name}：没有安装，{self.without}。安装：apt install {' '.join(self.packages)}"


PARTS: tuple[tuple[str, tuple[str, ...], str, Callable[[], bool]], ...] = (
    ("手写输入", pen.PACKAGES, "自助屏上不显示“手写”，群众只能用拼音和部首", pen.is_there),
    (
        "朗读",
        aloud.PACKAGES,
        "浏览器自己不带中文语音的，自助屏上不显示“朗读”",
        lambda: bool(shutil.which(aloud.PROGRAM)),
    ),
)


def parts(languages: Iterable[str] = ()) -> list[Part]:
    """Every part, there or not, and the fonts of those languages of the room that need one of their own."""
    drawn = glyphs.of_this_machine()
    found = [Part(name, packages, without, there()) for name, packages, without, there in PARTS]
    found.append(Part("生僻字字体", FONTS, "名字里有生僻字的，屏幕和打印件上会是空白方框", not drawn.missing(RARE)))
    wanted = dict.fromkeys(tag.partition("-")[0] for tag in languages)
    for name, letters, packages in (SCRIPTS[tag] for tag in wanted if tag in SCRIPTS):
        without = f"{name}的字会是空白方框：{drawn.missing(letters)}"
        found.append(Part(f"{name}字体", packages, without, not drawn.missing(letters)))
    return found


def without_font(characters: str = RARE) -> str:
    """Those of the characters that no font of this machine can draw; all of them where fontconfig is missing."""
    return glyphs.of_this_machine().missing(characters)
