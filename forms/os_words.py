"""Why a file could not be read or written, in Chinese; the system itself says it in English."""

from __future__ import annotations

import errno
from typing import Final

_WHY: Final = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EEXIST: "已经有这个文件",
    errno.ELOOP: "路径里的链接绕成了圈",
}


def why(error: OSError) -> str:
    """The reason in Chinese; for a rare one what the system says."""
    return _WHY.get(error.errno or 0, error.strerror or type(error).__name__)
