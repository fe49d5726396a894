"""What the kiosk uses of the system where it is installed (pen, voice, fonts for rare names), and what is missing."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from kiosk import aloud, pen

# one character of each extension of the Chinese characters, B to H
RARE = "𠮷𪜎𫝆𬭊𬺡𰀁𱍐"
FONTS = ("fonts-noto-cjk", "fonts-babelstone-han")
TIME_OUT_S = 10


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
    ("生僻字字体", FONTS, "名字里有生僻字的，屏幕和打印件上会是空白方框", lambda: not without_font()),
)


def parts() -> list[Part]:
    """Every part, there or not."""
    return [Part(name, packages, without, there()) for name, packages, without, there in PARTS]


def without_font(characters: str = RARE) -> str:
    """Those of the characters that no font of this machine can draw; all of them where fontconfig is missing."""
    program = shutil.which("fc-list")
    return "".join(one for one in characters if program is None or not _is_drawn(program, one))


def _is_drawn(program: str, character: str) -> bool:
    command = [program, f":charset={ord(character):x}", "family"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=TIME_OUT_S)  # noqa: S603 - a fixed program
    return bool(done.stdout.strip())
