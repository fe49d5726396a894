"""The two ranks of a police room (户口居民身份证管理工作规范(试行) 7), and how an event names somebody of the room."""

from typing import Final

POLICE: Final = "民警"
ASSISTANT: Final = "辅警"
RANKS: Final = (POLICE, ASSISTANT)
OFFICER: Final = "officer:"  # before the account, where an event says who acted
