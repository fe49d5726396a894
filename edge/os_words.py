"""Why a file could not be read or written, in Chinese: what forms knows of reading, and what a disk can refuse."""

from __future__ import annotations

import errno
from typing import Final

from edge import plain_files
from forms import os_words

_DISK: Final = {
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "路径里的链接绕成了圈",
    plain_files.NOT_PLAIN: "这不是普通文件",
}


def why(error: OSError) -> str:
    """The reason in Chinese; for a rare one what the system says."""
    return _DISK.get(error.errno or 0) or os_words.why(error)
