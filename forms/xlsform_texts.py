"""Labels, hints and messages of an XLSForm in all its languages: Chinese into the schema, the others into `i18n`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms.starting import TO_DO
from forms.xlsform_places import Remarks

CHINESE = "zh-CN"
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\s*\)\s*$")
_BARE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_CHINESE_CODES = frozenset({"zh", "cmn", "zh-cn", "zh-hans", "zh-hans-cn", "chi", "zho"})
_NAMES = {
    "中文": CHINESE, "汉语": CHINESE, "简体中文": CHINESE, "chinese": CHINESE, "mandarin": CHINESE,
    "english": "en", "英文": "en", "英语": "en", "维吾尔语": "ug", "uyghur": "ug", "藏语": "bo", "tibetan": "bo",
    "蒙古语": "mn", "mongolian": "mn", "哈萨克语": "kk", "kazakh": "kk", "朝鲜语": "ko", "korean": "ko",
    "french": "fr", "français": "fr", "spanish": "es", "español": "es", "russian": "ru", "русский": "ru",
    "vietnamese": "vi", "越南语": "vi", "japanese": "ja", "缅甸语": "my", "burmese": "my",
}  # fmt: skip  # a table
_REFERENCE = re.compile(r"\$\{[^{}]*\}")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,200}>|\*\*|__(?=\S)|(?<=\S)__|^#{1,6} ")
# pyxform's own words for `or_other`, which it doesn't translate
_PYXFORM = {"Specify other.": "请说明其他情况", "Other": "其他"}


def code_of(name: str) -> str:
    """The language code of an XLSForm language name ("English (en)" -> "en"), "" when it can't be told."""
    found = _CODE.search(name)
    code = found[1] if found else name.strip() if _BARE.fullmatch(name.strip()) else ""
    code = code.replace("_", "-")
    if code.lower() in _CHINESE_CODES:
        return CHINESE
    plain = name.split("(", maxsplit=1)[0].strip().lower()
    if not found and plain in _NAMES:
        return _NAMES[plain]
    main, _, rest = code.partition("-")
    return f"{main.lower()}-{rest}" if rest else main.lower()


def speaks_chinese(text: str) -> bool:
    """Whether there is a Chinese character in `text`."""
    return bool(_HAN.search(text))


class Texts:
    """`i18n`: the texts of all languages but the schema's own; `codes`: language name in the workbook -> code."""

    def __init__(self, tree: Mapping[str, Any], remarks: Remarks) -> None:
        self.i18n: dict[str, dict[str, str]] = {CHINESE: {}}
        self._remarks = remarks
        self.codes = self._languages(tree)

    def _languages(self, tree: Mapping[str, Any]) -> dict[str, str]:
        names: dict[str, None] = {}
        bare: list[str] = []
        for held in _translated(tree):
            names.update(dict.fromkeys(held) if isinstance(held, Mapping) else {})
            bare += [held] if isinstance(held, str) else []
        codes = {str(name): code_of(str(name)) for name in names if name != "default"}
        bare += [str(held["default"]) for held in _translated(tree) if isinstance(held, Mapping) and "default" in held]
        # a column without a language is in Chinese when it looks so, or when nothing else is
        chinese = any(map(speaks_chinese, bare)) or CHINESE not in codes.values()
        codes["default"] = CHINESE if chinese else "en"
        self._check(codes)
        return codes

    def _check(self, codes: dict[str, str]) -> None:
        seen: dict[str, str] = {}
        for name, code in codes.items():
            if not code:
                reason = f"看不出“{name}”是哪种语言，没有导入；请写成 English (en) 的样子"
                self._remarks.add("survey", 1, f"label::{name}", reason, name)
            elif code in seen and "default" not in (name, seen[code]):
                reason = f"与“{seen[code]}”是同一种语言，只用了先写的"
                self._remarks.add("survey", 1, f"label::{name}", reason, name)
            seen.setdefault(code, name)

    def by_code(self, held: Any) -> dict[str, str]:
        """The texts of a cell by language code; a column with its language's name comes before one without."""
        found: dict[str, str] = {}
        if isinstance(held, Mapping):
            for name in sorted(held, key=lambda one: one == "default"):
                code = self.codes.get(str(name), "")
                if code and isinstance(held[name], str) and held[name].strip():
                    found.setdefault(code, held[name])
        elif isinstance(held, str) and held.strip():
            found[self.codes["default"]] = held
        return found

    def take(self, held: Any, key: str, row: int, about: str) -> str:
        """The Chinese text of a cell; other languages go under `key`. "" for an empty cell."""
        texts = {code: self._plain(text, row, about) for code, text in self.by_code(held).items()}
        chinese = texts.pop(CHINESE, "")
        for code, text in texts.items():
            if text and key:
                self.i18n.setdefault(code, {})[key] = text
        if not chinese and texts:
            first = next(iter(texts.values()))
            return _PYXFORM.get(first) or f"{TO_DO}{first}"
        return _PYXFORM.get(chinese, chinese) if not row else chinese

    def _plain(self, text: str, row: int, about: str) -> str:
        """A text as it is shown: what it would take from answers, and how it would be decorated, stays behind."""
        if _REFERENCE.search(text):
            self._remarks.add("survey", row, about, "文字里引用的答案（${…}）不能照搬，已改成“…”；请改写这句话", text)
            text = _REFERENCE.sub("…", text)
        if _MARKUP.search(text):
            self._remarks.add("survey", row, about, "文字里的格式（加粗、颜色、标题）没有带过来，只留下文字", text)
            text = _MARKUP.sub("", text)
        return text.strip()


def _translated(tree: Mapping[str, Any]) -> Iterator[Any]:
    pending: list[Any] = [tree]
    while pending:
        here = pending.pop()
        if isinstance(here, list):
            pending.extend(here)
        elif isinstance(here, Mapping):
            yield from (here[name] for name in ("label", "hint", "guidance_hint") if name in here)
            bind = here.get("bind")
            yield from bind.values() if isinstance(bind, Mapping) else ()
            pending.extend(here.get(name) for name in ("children", "choices"))


def option_title(texts: Texts, label: Any, value: str, key: str, row: int) -> str:
    """The Chinese name of an option. One that has no Chinese in it is confirmed in `i18n`, as the lint wants it."""
    if "." in value:
        key = ""  # keys are dotted paths, so that a translation of this option couldn't be found
    title = texts.take(label, key, row, "label") or f"{TO_DO}{value}"
    if speaks_chinese(title) or title.isdigit():
        return title
    if "." in title:
        return f"{TO_DO}{title}"
    start = key.rpartition(".")[0]
    if start:
        texts.i18n[CHINESE][f"{start}.{title}"] = title
        return title
    return f"{TO_DO}{title}"
