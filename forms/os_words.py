"""Why a file could not be read, in Chinese; the system itself says it in English."""

from __future__ import annotations

from typing import Final

_WHY: Final = {
    FileNotFoundError: "没有这个文件或文件夹",
    PermissionError: "没有权限",
    IsADirectoryError: "这是文件夹，不是文件",
    NotADirectoryError: "路径里有一段不是文件夹",
    FileExistsError: "已经有这个文件",
}


def why(error: OSError) -> str:
    """The reason in Chinese; for a rare one what the system says."""
    return _WHY.get(type(error), error.strerror or type(error).__name__)
