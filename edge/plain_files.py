"""Files that others wrote, read within bounds: a pipe, a device, a socket is no file, whatever its name says."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

NOT_PLAIN: Final = errno.EINVAL  # what the OSError says of something that is no file
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def read(path: Path, bytes_max: int) -> bytes:
    """The file, or its first `bytes_max` bytes and one more, by which the caller knows that it is too large.

    Raises OSError, with NOT_PLAIN for what is no file; to open it waits for nobody.
    """
    handle = os.open(path, _FLAGS)
    with os.fdopen(handle, "rb") as file:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(NOT_PLAIN, "not a plain file", str(path))
        return file.read(bytes_max + 1)
