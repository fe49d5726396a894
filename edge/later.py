"""Modules of this program that are run when somebody first looks into them.

A node has some four hundred modules, and its first page needs a part of them. After `install()` an import of one hands
out an empty module, which fills itself at the first look: at once for `from edge.backup import restore`, later or never
for `from edge import backup`. Nothing else changes; every module is run once, whole, by one thread while others wait.
(importlib.util.LazyLoader does the same, but before Python 3.12.3 a second thread may see a module half filled.)

No module is run while the import system holds a lock of its own: `_running` is the only lock that is held meanwhile,
so that two threads can't wait for each other.
"""

import functools
import os
import sys
import threading
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any, Final

PACKAGES: Final = frozenset({"edge", "forms", "kiosk", "sync"})
# what the import system itself asks of a module; all of it is there before the module runs
_OF_THE_IMPORT: Final = frozenset(
    ("__cached__", "__class__", "__dict__", "__file__", "__loader__", "__name__", "__package__", "__path__", "__spec__")
)
_running = threading.RLock()


class _Unread(ModuleType):
    """A module that nobody has looked into yet."""

    def __getattribute__(self, name: str) -> Any:
        if name not in _OF_THE_IMPORT:
            _run(self)
        return ModuleType.__getattribute__(self, name)


class _Running(ModuleType):
    """A module that is run just now: who runs it may look into it, everybody else waits."""

    def __getattribute__(self, name: str) -> Any:
        if name not in _OF_THE_IMPORT:
            with _running:
                pass
        return ModuleType.__getattribute__(self, name)


def _run(unread: ModuleType) -> None:
    with _running:
        if type(unread) is not _Unread:
            return
        module: ModuleType = unread
        spec = module.__spec__
        assert spec is not None
        assert isinstance(spec.loader, _Later)
        module.__class__ = _Running
        try:
            spec.loader.real.exec_module(module)
        except AttributeError as error:
            module.__class__ = _Unread
            # an AttributeError would read as if the module had no such name, and hide what is really wrong
            raise ImportError(f"{module.__name__} could not be run: {error}") from error
        except BaseException:
            module.__class__ = _Unread  # the next look tries again, and fails with the same fault
            raise
        module.__class__ = ModuleType


class _Later(Loader):
    """Makes the module, and leaves running it to the first look."""

    def __init__(self, real: Any) -> None:
        self.real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Unread(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Not yet."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)  # sources and data files are found as ever


class _Finder:
    """Finds what the import system's own finder finds, for this program's packages alone.

    A module that lies in its package's folder is found by its name there: each folder is listed once, where the import
    system's finder asks the disk three times for every module, and half of all modules are never run.
    """

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        own = name.rpartition(".")[2]
        if name.partition(".")[0] not in PACKAGES:
            return None
        for folder in path or ():
            if f"{own}.py" in _listed(folder):
                return _spec(name, f"{folder}{os.sep}{own}.py")
        found = PathFinder.find_spec(name, path, target)
        if found is not None and isinstance(found.loader, SourceFileLoader):
            found.loader = _Later(found.loader)
        return found


@functools.cache
def _listed(folder: str) -> frozenset[str]:
    try:
        with os.scandir(folder) as found:
            return frozenset(one.name for one in found)
    except OSError:  # no folder of files: the import system's finder knows others
        return frozenset()


def _spec(name: str, path: str) -> ModuleSpec:
    spec = ModuleSpec(name, _Later(SourceFileLoader(name, path)), origin=path)
    spec.has_location = True
    return spec


def install() -> None:
    """Begin with it, for what is imported from now on. A second call changes nothing."""
    if not any(isinstance(one, _Finder) for one in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
