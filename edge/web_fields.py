"""What the drawing of a field (shared/controls.html) asks about its control; the same on kiosk, console and phone."""

from typing import NamedTuple

from forms.building import Control

TICKED_MAX = 8  # a choice of more opens as a list
_TYPED = frozenset({"text", "long-text", "number"})
_PARTS = (("y", "year", 4), ("m", "month", 2), ("d", "day", 2))
_UNSURE = {"year": frozenset({"m", "d"}), "month": frozenset({"d"})}


class DateBox(NamedTuple):
    """One of the three boxes of a date. `end`: of its name and id; `word`: key of its label; `longest`: in digits;
    `unsure`: whether it may stay empty.
    """

    end: str
    word: str
    longest: int
    value: str
    unsure: bool


def is_grouped(control: Control) -> bool:
    """Whether a question has several boxes, so that it is a legend above them and no label of one."""
    if control.kind != "choice":
        return control.kind in ("date", "yes-no")
    as_list = control.attributes.get("format") == "select" or len(control.options) > TICKED_MAX
    return bool(control.attributes.get("multiple")) or not as_list


def example(control: Control) -> str:
    """The example below the box of what is typed; "" where there is none."""
    return control.examples[0] if control.examples and control.kind in _TYPED else ""


def described_by(control: Control, identity: str) -> str:
    """The ids of what stands beside the box of a field and explains it, for a screen reader; "" for none."""
    said = {"source": control.source, "hint": control.hint, "example": example(control), "fault": control.error}
    return " ".join(f"{identity}-{end}" for end, text in said.items() if text)


def date_parts(value: object) -> tuple[str, str, str]:
    """Year, month and day as typed, for the three boxes; what is not there is ""."""
    parts = [part.strip() for part in str(value or "").split("-", 2)]
    year, month, day = [*parts, "", "", ""][:3]
    return year, month, day


def date_boxes(control: Control) -> list[DateBox]:
    """Year, month and day with what was typed, right or wrong."""
    unsure = _UNSURE.get(control.attributes.get("precision", ""), frozenset())
    boxes = zip(_PARTS, date_parts(control.value), strict=True)
    return [DateBox(end, word, longest, typed, end in unsure) for (end, word, longest), typed in boxes]


FILTERS = {"is_grouped": is_grouped, "example": example, "described_by": described_by, "date_boxes": date_boxes}
