"""Code tables: small ones that come with the program, larger ones as data packs, and what the province put over both.

A code that isn't in a table is a remark, never a refusal: tables get older than people do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property

from forms import packs

# GB/T 3304-1991, 01 to 56 in order; 97 and 98 as in the household register
_NATIONS = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 "
    "塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)

TABLES: dict[str, dict[str, str]] = {
    "nations": {f"{number:02d}": f"{name}族" for number, name in enumerate(_NATIONS.split(), 1)}
    | {"97": "其他", "98": "外国血统中国籍人士"},
    # GB/T 2261.1-2003
    "sexes": {"1": "男", "2": "女", "0": "未知的性别", "9": "未说明的性别"},
    # GA/T 517-2004 常用证件代码, the ones that a police room meets; a province adds what it meets besides
    "document-types": {
        "111": "居民身份证",
        "112": "临时居民身份证",
        "113": "户口簿",
        "114": "中国人民解放军军官证",
        "414": "普通护照",
        "511": "台湾居民来往大陆通行证",
        "513": "往来港澳通行证",
        "516": "港澳居民来往内地通行证",
        "517": "大陆居民往来台湾通行证",
        "553": "外国人永久居留证",
    },
}
_ENGLISH = {
    "sexes": {"1": "Male", "2": "Female", "0": "Unknown", "9": "Not stated"},
    "document-types": {
        "111": "Resident identity card",
        "112": "Temporary resident identity card",
        "113": "Household register",
        "114": "PLA officer's card",
        "414": "Passport",
        "511": "Mainland travel permit for Taiwan residents",
        "513": "Exit-entry permit for Hong Kong and Macao",
        "516": "Mainland travel permit for Hong Kong and Macao residents",
        "517": "Travel permit to Taiwan for mainland residents",
        "553": "Foreign permanent resident identity card",
    },
}
# values of this source are chosen level by level, not picked from one list
DIVISIONS = "divisions"
# the people of the room, by name: the node says who they are, and they are never a file
OFFICERS = "officers"
LISTED = frozenset(TABLES) | {"countries", OFFICERS}
SOURCES = LISTED | {DIVISIONS}
SEARCHED_MIN = 20  # a list longer than this is searched as well as picked from


@dataclass(frozen=True)
class Override:
    """What a province put over a source.

    `entries`: code -> name, None for a code that is no longer offered but still has its name. `replaces`: what the
    program holds below these beginnings of codes is no longer offered either; "" stands for everything.
    """

    version: str = ""
    entries: Mapping[str, str | None] = field(default_factory=dict)
    i18n: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()

    def drops(self, code: str) -> bool:
        """Whether a code of the program is no longer offered."""
        return (code in self.entries and self.entries[code] is None) or (
            code not in self.entries and bool(self.replaces) and code.startswith(self.replaces)
        )

    @cached_property
    def below(self) -> Mapping[str, list[str]]:
        """Codes of divisions by the code above them."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, name in self.entries.items():
            if name is not None:
                found[above(code)].append(code)
        return found


_NONE = Override()
Provided = Callable[[str], Override | None]


class Registry:
    """Where the province's tables come from; the node hands in its folder."""

    def __init__(self) -> None:
        self.provided: Provided | None = None


_registry: ContextVar[Registry] = ContextVar("registry", default=Registry())  # noqa: B039 - one for the whole process


def use(provided: Provided | None) -> None:
    """Ask this function for the province's table of a source from now on; None: there is no province."""
    _registry.get().provided = provided


@contextmanager
def apart(registry: Registry) -> Iterator[None]:
    """A block that works with tables of its own: a second room in this process."""
    token = _registry.set(registry)
    try:
        yield
    finally:
        _registry.reset(token)


def override(source: str) -> Override:
    """What the province says about a source."""
    provided = _registry.get().provided
    return (provided(source) if provided else None) or _NONE


def options(source: str, language: str = "zh-CN") -> list[tuple[str, str]]:
    """(code, name) of a listed table in its own order, what the province adds at the end."""
    if source not in LISTED:
        return []
    over = override(source)
    kept = [code for code in _entries(source) if not over.drops(code)]
    added = [code for code, name in over.entries.items() if name is not None and code not in _entries(source)]
    return [(code, name(source, code, language)) for code in [*kept, *added]]


def name(source: str, code: str, language: str = "zh-CN") -> str:
    """The name of a code for people; an unknown code is shown as it is."""
    over = override(source)
    if not language.startswith("zh"):
        short = language.split("-", 1)[0]
        held = packs.packaged(source).i18n.get(short) or (_ENGLISH.get(source, {}) if short == "en" else {})
        foreign = over.i18n.get(short, {}).get(code) or (held.get(code) if not over.entries.get(code) else None)
        if foreign:
            return foreign
    return over.entries.get(code) or _entries(source).get(code) or _lower(source, code) or code


def known(source: str, code: str) -> bool:
    """Whether a table has the code; without its table everything counts as known."""
    if not _entries(source) or override(source).entries.get(code):
        return True
    return code in _entries(source) or bool(_lower(source, code))


def above(code: str) -> str:
    """The division that a division belongs to; "" above a province."""
    if len(code) > packs.TOWN_DIGITS:
        return code[: packs.TOWN_DIGITS]
    if len(code) == packs.TOWN_DIGITS:
        return code[:6]
    if code.endswith("0000"):
        return ""
    return f"{code[:2]}0000" if code.endswith("00") else f"{code[:4]}00"


def _entries(source: str) -> Mapping[str, str]:
    return TABLES.get(source) or packs.packaged(source).entries


def _lower(source: str, code: str) -> str:
    lower = source == DIVISIONS and len(code) >= packs.TOWN_DIGITS
    return packs.county(code[:6]).get(code, "") if lower else ""
