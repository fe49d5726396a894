"""Reading an XLSForm workbook: its cells by openpyxl, their meaning by pyxform. The conversion itself is forms.xlsform.

The workbook comes from outside, so that whatever is in it ends in a sentence: limits come first, and a fault inside of
the two libraries is the workbook's fault until somebody shows otherwise.
"""

from __future__ import annotations

import datetime as dt
import logging
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import YizhanError, problem
from edge.os_words import why
from forms.xlsform_places import ROW, Left, Sheet, letters
from forms.xlsform_refusal import in_chinese

log = logging.getLogger("yizhan.xlsform")

FILE_BYTES_MAX = 5_000_000
PLAIN_BYTES_MAX = 25_000_000  # unpacked; a form with 5,000 questions in three languages is about 4 MB
PARTS_MAX = 500
ROWS_MAX = 6_000
COLUMNS_MAX = 200
CELL_TEXT_MAX = 20_000
SHEETS_MAX = 50
USED = ("survey", "choices", "settings")


@dataclass(frozen=True, slots=True)
class Book:
    """`sheets`: cells as texts by the sheet's name in lower case; `tree`: the form as pyxform understands it."""

    sheets: dict[str, Sheet]
    tree: dict[str, Any]
    left: list[Left]


def read(path: Path) -> Book:
    """A workbook. Raises YizhanError: the extra isn't installed, the file can't be read, or it is no XLSForm."""
    _libraries()
    _limits(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of decorations that it doesn't know
            sheets, left = _cells(path)
    except YizhanError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part of the file leads it into
        log.info("openpyxl: %s: %s", type(error).__name__, error)
        raise problem("xlsform_unreadable", name=path.name, detail="里面的工作表已损坏或者格式不对") from error
    return Book(sheets, _tree(sheets, path.stem), left)


def _libraries() -> None:
    try:
        import openpyxl
        import pyxform
    except ImportError as error:
        raise problem("xlsform_not_installed") from error
    log.debug("openpyxl %s, pyxform from %s", openpyxl.__version__, pyxform.__file__)


def _limits(path: Path) -> None:
    """Refuses what would take long or unpack into much before anything is unpacked."""
    try:
        size = path.stat().st_size
        if size > FILE_BYTES_MAX:
            raise problem("xlsform_too_large", name=path.name, detail=f"文件超过 {FILE_BYTES_MAX // 1_000_000} MB")
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except OSError as error:
        raise problem("xlsform_unreadable", name=path.name, detail=why(error)) from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise problem("xlsform_unreadable", name=path.name, detail="不是 .xlsx 工作簿，或者文件不完整") from error
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > PLAIN_BYTES_MAX:
        raise problem("xlsform_too_large", name=path.name, detail="解压后太大")


def _cells(path: Path) -> tuple[dict[str, Sheet], list[Left]]:
    """The texts of the sheets that a form is made of, and what of the workbook isn't one of them."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    try:
        names = list(book.sheetnames)[:SHEETS_MAX]
        used = {name.lower(): name for name in names if name.strip().lower() in USED}
        if not used and len(names) == 1:
            used = {"survey": names[0]}  # as pyxform does
        sheets, left = {}, []
        for key, name in used.items():
            rows = list(_rows(book[name], name, path))
            sheets[key.strip()], found = _texts(name, rows, _computed(path, name, rows))
            left += found + _far(book[name], name)
        left += [
            Left(name, "", 0, 0, name, "这张工作表不在 survey、choices、settings 之内，没有导入")
            for name in names
            if name not in used.values()
        ]
        return sheets, left
    finally:
        book.close()


def _far(sheet: Any, name: str) -> list[Left]:
    """Cells that a sheet says it has beyond what is read; often only their looks, but who wrote it knows best."""
    beyond = [f"第 {ROWS_MAX} 行以后"] if (sheet.max_row or 0) > ROWS_MAX else []
    beyond += [f"{letters(COLUMNS_MAX)} 列以后"] if (sheet.max_column or 0) > COLUMNS_MAX else []
    return [Left(name, "", 0, 0, one, "太远的单元格没有读；如果那里有内容，请移到前面") for one in beyond]


def _rows(sheet: Any, name: str, path: Path) -> Iterator[list[Any]]:
    """Values of a sheet; a formula stands as `_Formula`."""
    for number, row in enumerate(sheet.iter_rows(max_row=ROWS_MAX + 1, max_col=COLUMNS_MAX + 1), 1):
        values = [_Formula(cell.value) if cell.data_type in ("f", "e") else cell.value for cell in row]
        if number > ROWS_MAX and any(value is not None for value in values):
            raise problem("xlsform_too_large", name=path.name, detail=f"工作表 {name} 超过 {ROWS_MAX} 行")
        if len(values) > COLUMNS_MAX and values[COLUMNS_MAX] is not None:
            raise problem("xlsform_too_large", name=path.name, detail=f"工作表 {name} 超过 {COLUMNS_MAX} 列")
        yield values


@dataclass(frozen=True, slots=True)
class _Formula:
    source: Any


def _computed(path: Path, name: str, rows: list[list[Any]]) -> list[tuple[Any, ...]]:
    """What the spreadsheet program last computed; read only when there are formulas."""
    import openpyxl

    if not any(isinstance(value, _Formula) for row in rows for value in row):
        return []
    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        return list(book[name].iter_rows(max_row=ROWS_MAX + 1, max_col=COLUMNS_MAX + 1, values_only=True))
    finally:
        book.close()


def _texts(name: str, rows: list[list[Any]], computed: list[tuple[Any, ...]]) -> tuple[Sheet, list[Left]]:
    left, texts = [], []
    for y, row in enumerate(rows):
        line = []
        for x, value in enumerate(row):
            text = _text(computed[y][x] if isinstance(value, _Formula) else value)
            if isinstance(value, _Formula) and (not text or text.startswith("#")):
                reason = "公式没有算好的结果，按空白处理；请直接写上内容，或者用表格软件打开保存一次"
                left.append(Left(name, f"{letters(x + 1)}{y + 1}", y + 1, x + 1, str(value.source)[:100], reason))
                text = ""
            line.append(text)
        texts.append(line)
    while texts and not any(texts[-1]):
        texts.pop()
    return Sheet(name, texts), left


def _text(value: Any) -> str:
    """A cell as XLSForm understands it: everything is text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value).replace("\u00a0", " ").strip()[:CELL_TEXT_MAX]


def _tree(sheets: dict[str, Sheet], name: str) -> dict[str, Any]:
    """What pyxform makes of the cells; each row carries its number, so that its place can be told."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2json import workbook_to_json
    from pyxform.xls2json_backends import DefinitionData

    data: dict[str, Any] = {"sheet_names": list(sheets)}
    for key, sheet in sheets.items():
        data[key] = _records(sheet)
        data[f"{key}_header"] = [dict.fromkeys([*sheet.headers(), ROW])]
    try:
        found: dict[str, Any] = workbook_to_json(workbook_dict=DefinitionData(**data), fallback_form_name=name)
    except PyXFormError as error:
        raise problem("xlsform_wrong", detail=in_chinese(str(error))) from error
    except Exception as error:  # a workbook leads pyxform into faults of every kind
        log.info("pyxform: %s: %s", type(error).__name__, error)
        detail = "pyxform 不能理解这份表格的结构，请对照 XLSForm 的模板核对标题行和各行"
        raise problem("xlsform_wrong", detail=detail) from error
    return found


def _records(sheet: Sheet) -> list[dict[str, str]]:
    headers = sheet.header_row()
    double = sorted({one for one in headers if one and headers.count(one) > 1})
    if double:
        raise problem("xlsform_wrong", detail=f"工作表 {sheet.name} 第 1 行有重复的标题：{'、'.join(double)}")
    found = []
    for number, row in enumerate(sheet.rows[1:], 2):
        record = {header: text for header, text in zip(headers, row, strict=False) if header and text}
        found.append({**record, ROW: str(number)} if record else {})
    return found
