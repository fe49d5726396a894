"""Which way a language is written: a property of the language, never of a form."""

DEFAULT = "zh-CN"
# those written from right to left in the script that they have by themselves (CLDR likely subtags)
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_RIGHT_TO_LEFT_IN_CHINA = frozenset({"kk", "ky"})  # Cyrillic elsewhere
_SCRIPTS = frozenset({"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm"})
_SCRIPT_LENGTH = 4


def direction(tag: str) -> str:
    """Of a language tag (BCP 47), "rtl" or "ltr": "ug" and "kk-CN" are rtl, "ug-Latn", "bo" and "kk-KZ" are ltr."""
    primary, *others = tag.replace("_", "-").split("-")
    script = next((one.title() for one in others if len(one) == _SCRIPT_LENGTH and one.isalpha()), "")
    if script:
        return "rtl" if script in _SCRIPTS else "ltr"
    if primary.lower() in _RIGHT_TO_LEFT_IN_CHINA:
        return "rtl" if "CN" in (one.upper() for one in others) else "ltr"
    return "rtl" if primary.lower() in _RIGHT_TO_LEFT else "ltr"
