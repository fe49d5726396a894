"""A receipt as the bytes of an ESC/POS printer. The commands are python-escpos'; Chinese goes out as GB 18030.

The library is asked for no more than its commands: it knows no Chinese characters, and its own table of a thousand
models takes half a second to read, so it is given a short one (printers.json).
"""

import logging
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any, Final

from PIL import Image

from edge import qr
from edge.devices import drawn_text
from edge.devices.roll import COLUMNS, DOTS, DOTS_PER_MM, Code, Item, Roll, Text, wrapped
from edge.errors import problem

CODE_MM: Final = 25  # a side of the QR without its quiet zone, at least
_CHINESE_ON: Final = b"\x1c&"
_TABLE: Final = Path(__file__).with_name("printers.json")


def made(roll: Roll, paper_mm: int) -> bytes:
    """Raises printer_program where python-escpos is not installed."""
    paper = paper_mm if paper_mm in COLUMNS else 80
    out = _command_writer()()
    out.hw("INIT")
    out.bytes(_CHINESE_ON)
    for item in roll:
        _put(out, item, paper)
    out.set(align="left", normal_textsize=True, bold=False)
    out.cut()
    found: bytes = out.output
    return found


def _put(out: Any, item: Item, paper: int) -> None:
    if isinstance(item, Text):
        _put_text(out, item, paper)
    elif isinstance(item, Code):
        out.set(align="center")
        out.image(_picture(item.text, DOTS[paper]), impl="bitImageRaster")
        out.set(align="left")
    else:
        out.set(align="left", normal_textsize=True, bold=False)
        out.bytes(b"-" * COLUMNS[paper] + b"\n")


def _put_text(out: Any, item: Text, paper: int) -> None:
    out.set(align="center" if item.centre else "left", bold=item.bold)
    out.set(custom_size=True, width=item.size, height=2 if item.tall or item.size > 1 else 1)
    for line in wrapped(item.text, COLUMNS[paper] // item.size):
        if drawn_text.is_beyond(line):
            out.image(drawn_text.picture(line, item, DOTS[paper]), impl="bitImageRaster")
        else:
            out.bytes(line.encode("gb18030", "replace") + b"\n")


def _picture(text: str, dots: int) -> Image.Image:
    """The code in whole dots: at least 25 mm wide where the paper has room for it and its quiet zone."""
    rows = qr.modules(text, strong=True)
    inner = len(rows) - 2 * qr.QUIET_ZONE
    scale = max(2, min(-(-CODE_MM * DOTS_PER_MM // inner), dots // len(rows)))
    picture = Image.new("1", (len(rows), len(rows)), 1)
    picture.putdata([not dark for row in rows for dark in row])
    return picture.resize((len(rows) * scale, len(rows) * scale), Image.Resampling.NEAREST)


@cache
def _command_writer() -> Any:
    """python-escpos' writer of commands, with a door for bytes that it has no words for."""
    try:
        os.environ.setdefault("ESCPOS_CAPABILITIES_FILE", str(_TABLE))
        handlers = logging.root.handlers[:]
        from escpos import capabilities
        from escpos.printer import Dummy
    except ImportError as error:
        raise problem("printer_program") from error
    logging.root.handlers[:] = handlers  # the library sets up logging for the whole program
    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)  # a folder of its own, made at every import

    class Writer(Dummy):  # type: ignore[misc, unused-ignore]  # the library has no types where it is not installed
        def bytes(self, data: bytes) -> None:
            self._raw(data)

    return Writer
