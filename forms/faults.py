"""Faults of a definition file, for the person who writes it: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Fault(NamedTuple):
    """`pointer`: JSON Pointer into the file ("" is the whole file); `line` counts from 1, 0 when there is no text."""

    file: str
    pointer: str
    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        where = f" {self.pointer}" if self.pointer else ""
        return f"{place}{where}：{self.message}" + (f"（{self.hint}）" if self.hint else "")


class DefinitionError(ValueError):
    """A definition that can't be used. `faults` holds every one that was found, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
