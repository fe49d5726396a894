"""Small code tables that come with the program; larger ones come as data packs.

A code that isn't in a table is a remark, never a refusal: tables get older than people do.
"""

from __future__ import annotations

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
}

# values of these sources are codes that are typed or searched, not picked from a short list
TYPED = frozenset({"divisions", "countries"})
SOURCES = frozenset(TABLES) | TYPED


def options(source: str) -> list[tuple[str, str]]:
    """(code, name) of a short table in its own order; an unknown source has none."""
    return list(TABLES.get(source, {}).items())


def name(source: str, code: str) -> str:
    """The name of a code for people; an unknown code is shown as it is."""
    return TABLES.get(source, {}).get(code, code)
