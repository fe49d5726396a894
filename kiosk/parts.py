"""What the kiosk uses of the system where it is installed (pen, voice, fonts for rare names), and what is missing."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiosk import aloud, glyphs, pen

# one character of each extension of the Chinese characters, B to H
RARE = "𠮷𪜎𫝆𬭊𬺡𰀁𱍐"
FONTS = ("fonts-noto-cjk", "fonts-babelstone-han")  # SIL OFL 1.1; Arphic Public Licence
CHINESE = "驿站警务室收件凭证办理群众姓名身份证号码地址电话签名"  # what no page does without
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
    """`name` for people; `packages` of Debian; `without` says what citizens miss where it isn't there.

    `needed`: a language of this room can't be read without it; the others a room may do without.
    """

    name: str
    packages: tuple[str, ...]
    without: str
    there: bool
    needed: bool = False

    @property
    def is_fault(self) -> bool:
        return self.needed and not self.there

    @property
    def sentence(self) -> str:
        """What to tell the technician."""
        if self.there:
            return f"{self.name}：已安装"
        how = "请安装" if self.needed else "不装也能收件；要装"
        return f"{self.name}：没有安装，{self.without}。{how}：apt install {' '.join(self.packages)}"


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
    found = [_font("中文", CHINESE, FONTS[:1], drawn)]
    found += [Part(name, packages, without, there()) for name, packages, without, there in PARTS]
    found.append(Part("生僻字字体", FONTS, "名字里有生僻字的，屏幕和打印件上会是空白方框", not drawn.missing(RARE)))
    wanted = dict.fromkeys(tag.partition("-")[0] for tag in languages)
    return found + [_font(*SCRIPTS[tag], drawn) for tag in wanted if tag in SCRIPTS]


def _font(name: str, letters: str, packages: tuple[str, ...], drawn: glyphs.Glyphs) -> Part:
    missing = drawn.missing(letters)
    return Part(f"{name}字体", packages, f"{name}的字会是空白方框：{missing}", not missing, needed=True)


def without_font(characters: str = RARE) -> str:
    """Those of the characters that no font of this machine can draw; all of them where fontconfig is missing."""
    return glyphs.of_this_machine().missing(characters)
