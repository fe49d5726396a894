"""Lines that a receipt printer has no characters for, drawn with the fonts of this machine: rare names, other scripts.

A printer's own font holds what GB 18030 writes in two bytes. Everything else (Extension A to I of the Chinese
characters, Uyghur, Tibetan, Yi) goes out as a picture of the line.
"""

import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from edge.devices.roll import Text

DOTS_HIGH: Final = 24  # of a Chinese character of the printer, as wide as it is high
TIME_OUT_S: Final = 10
GREY: Final = 127  # what is darker becomes black
_ROOM: Final = 1.4  # of a line: marks stand above and below in Tibetan and in Uyghur
_TWO_BYTES: Final = 2


def is_beyond(line: str) -> bool:
    """Whether the printer lacks one of its characters."""
    return any(len(one.encode("gb18030", "replace")) > _TWO_BYTES for one in line)


def picture(line: str, item: Text, dots: int) -> Image.Image:
    """The line in black on white, `dots` wide at most; a character without any font stays the font's own empty box."""
    size = DOTS_HIGH * item.size
    runs = [(text, _opened(file, size)) for text, file in _ordered(line)]
    wide = max(1, round(sum(font.getlength(text) for text, font in runs)))
    sheet = Image.new("L", (max(wide, dots), round(size * _ROOM)), 255)
    pen, x = ImageDraw.Draw(sheet), float((dots - wide) // 2 if item.centre and wide < dots else 0)
    for text, font in runs:
        pen.text((x, size * 1.05), text, font=font, fill=0, anchor="ls", stroke_width=1 if item.bold else 0)
        x += font.getlength(text)
    height = sheet.height * (2 if item.tall and item.size == 1 else 1)
    return sheet.resize((dots, height)).point(lambda grey: 255 if grey > GREY else 0).convert("1")


def _opened(file: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(file, size) if file else ImageFont.load_default(size)


def _ordered(line: str) -> list[tuple[str, str]]:
    """(text, font file) of runs as they stand on paper from the left; one in Uyghur begins at the right."""
    runs = list(_runs(line))
    first = next(
        (unicodedata.bidirectional(one) for one in line if unicodedata.bidirectional(one) in ("L", "R", "AL")), "L"
    )
    return runs if first == "L" else runs[::-1]


def _runs(line: str) -> Iterator[tuple[str, str]]:
    """Neighbours that one font draws; spaces and marks stay with what stands before them."""
    text, file = "", ""
    for one in line:
        own = file if text and (one.isspace() or unicodedata.combining(one)) else _font(one)
        if text and own != file:
            yield text, file
            text = ""
        text, file = text + one, own
    if text:
        yield text, file


@cache
def _font(character: str) -> str:
    """The file of a font that has the character; the usual one where none has, and Pillow's own without fontconfig."""
    program = shutil.which("fc-match")
    if program is None:
        return ""
    command = [program, "--format", "%{file}", f"sans:lang=zh-cn:charset={ord(character):x}"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=TIME_OUT_S)  # noqa: S603 - a fixed program
    return done.stdout.decode()
