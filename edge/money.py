"""Amounts of money: whole 分 inside, 元 for people."""

import re

_YUAN = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,2}))?\Z")


def yuan(fen: int) -> str:
    """2000 -> 20.00; -50 -> -0.50."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def fen(text: str) -> int | None:
    """20, 20.5, 20.50 (also ￥20) -> 2000, 2050, 2050; None for what is no amount."""
    found = _YUAN.match(text.strip().lstrip("￥¥").strip())
    return None if found is None else int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def capital(amount: int) -> str:
    """The amount in capital figures, as a bill says it: 2050 -> 贰拾元伍角整. Up to 999999.99 yuan."""
    whole, part = divmod(amount, 100)
    jiao, last = divmod(part, 10)
    text = (_whole(whole) + "元") if whole else ""
    if not part:
        return (text or "零元") + "整"
    text += f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    return text + (f"{_DIGITS[last]}分" if last else "整")


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟", "万", "拾", "佰")


def _whole(value: int) -> str:
    digits = str(value)
    parts = []
    for place, digit in enumerate(digits):
        unit = _UNITS[len(digits) - 1 - place]
        if digit != "0":
            parts.append(_DIGITS[int(digit)] + unit)
        else:
            parts.append("万" if unit == "万" else "零")
    text = re.sub("零+", "零", "".join(parts))
    return text.replace("零万", "万").rstrip("零")
