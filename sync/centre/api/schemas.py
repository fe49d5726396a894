"""What goes in and out of the interface: JSON Schema, which the OpenAPI document shows and the program checks by."""

from typing import Any, Final

from forms.figures import FORMULAS
from forms.kinds import DECISIONS, RESULTS
from forms.kinds_review import LEVELS, OPINIONS
from forms.state import PHASES
from sync.centre import lists

DAY: Final = "^20[0-9]{2}-[0-9]{2}-[0-9]{2}$"
AREA: Final = "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{10})?$"
_NO_NUL = "[^\\u0000]*"
SAID: Final = f"^{_NO_NUL}[^\\s\\u0000-\\u001f\\u0085\\u2028\\u2029]{_NO_NUL}$"
AFTER_MAX: Final = 1_000_000
REASON_MAX: Final = 2000

PATH: Final[dict[str, dict[str, Any]]] = {
    "number": {"type": "string", "pattern": "^[0-9]{17,22}$", "description": "办件编号"},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "材料内容的 SHA-256"},
}
_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_FLAG: Final = {"type": "boolean"}
_SAID: Final = {"type": "string", "minLength": 1, "maxLength": REASON_MAX, "pattern": SAID}
_NOTE: Final = {"type": "string", "maxLength": REASON_MAX, "pattern": f"^{_NO_NUL}$"}
_REF: Final = {"type": "string", "maxLength": 500, "pattern": f"^{_NO_NUL}$"}
_VERSION: Final = {"type": "string", "pattern": "^[0-9]{1,9}-[0-9]{1,9}$"}
_DAY: Final = {"type": "string", "format": "date", "pattern": DAY}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(of: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{of}"}}


def _act(name: str, title: str, required: str = "", **properties: Any) -> dict[str, Any]:
    """One act; `version` is what the caller has seen: 409 if anything has happened since."""
    made = _object(f"act {required}", act={"const": name}, version=_VERSION, **properties)
    return made | {"title": title, "additionalProperties": False}


_ITEM = _object(
    "target ref label defect", target={"enum": ["field", "material"]}, ref=_REF, label=_REF, defect=_SAID
) | {"additionalProperties": False}
_STEP = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}
_OTHER_RESULTS = [one for one in DECISIONS if one != "granted"]
_UNSURE = [one for one in OPINIONS if one != "agreed"]
ACTS: Final = [
    _act("confirm", "民警确认"),
    _act("unconfirm", "不予确认", "reason", reason=_SAID),
    _act("accept", "受理", note=_NOTE),
    _act("refuse", "不予受理", "reason", reason=_SAID),
    _act("correct", "一次性告知补正", "items", due_day=_DAY, reason=_NOTE,
         items={"type": "array", "items": _ITEM, "minItems": 1, "maxItems": 100}),
    _act("decide", "办结：准予", "result", result={"const": "granted"}, reason=_NOTE),
    _act("decide", "办结：其他结果", "result reason", result={"enum": _OTHER_RESULTS}, reason=_SAID),
    _act("opinion", "出具意见：同意", "step outcome", step=_STEP, outcome={"const": "agreed"}, text=_NOTE),
    _act("opinion", "出具意见：不同意、退回", "step outcome text", step=_STEP, outcome={"enum": _UNSURE}, text=_SAID),
    _act("pause", "启动特别程序", "procedure reason", procedure=_STEP, reason=_SAID, until=_DAY),
    _act("resume", "结束特别程序", note=_NOTE),
    _act("forward", "转办", "level reason", level={"enum": list(LEVELS)}, reason=_SAID,
         desk={"type": "string", "maxLength": 100, "pattern": f"^{_NO_NUL}$"}),
]  # fmt: skip  # a table

COMPONENTS: Final[dict[str, Any]] = {
    "Line": _object(
        " ".join(lists.Line.__dataclass_fields__),
        **{name: _TEXT for name in lists.Line.__dataclass_fields__ if name != "urgent"}, urgent=_FLAG,
    ),
    "Lines": _object("applications next", applications=_list("Line"), next={"type": ["integer", "null"]}),
    "State": _object(
        "number node service title state state_title result filed_at closed_at due version",
        number=PATH["number"], node=_TEXT, service=_TEXT, title=_TEXT, state={"enum": list(PHASES)}, state_title=_TEXT,
        result={"enum": ["", *RESULTS]}, filed_at=_TEXT, closed_at=_TEXT, due=_TEXT, version=_TEXT,
    ) | {"additionalProperties": False},
    "Application": _object(
        "number node room version service state state_title result answers materials corrections deadlines history",
        number=PATH["number"], node=_TEXT, room=_TEXT, state={"enum": list(PHASES)}, state_title=_TEXT,
        version=_TEXT | {"description": "sent back with an act; 409 if anything happened since"},
        service=_object("id version digest title", id=_TEXT, version=_TEXT, digest=_TEXT, title=_TEXT),
        result={"type": ["string", "null"]}, answers={"type": "object"}, materials=_list("Material"),
        corrections={"type": "array"}, deadlines={"type": "array"}, history={"type": "array"},
    ),
    "Material": _object(
        "sha256 size media_type name slot held complete", sha256=PATH["sha256"], size=_COUNT, media_type=_TEXT,
        name=_TEXT, slot=_TEXT, held=_COUNT, complete=_FLAG,
    ),
    "Act": {"oneOf": ACTS},
    "Figures": _object(
        "period first last area received closed open late rates rooms", period=_TEXT, first=_TEXT, last=_TEXT,
        area=_TEXT, received=_COUNT, closed=_COUNT, open=_COUNT, late=_COUNT, rooms={"type": "array"},
        rates={"type": "array", "minItems": len(FORMULAS), "items": _object(
            "code title formula part whole percent", code={"enum": list(FORMULAS)}, title=_TEXT, formula=_TEXT,
            part=_COUNT, whole=_COUNT, percent=_TEXT,
        )},
    ),
    "Fault": _object("error", error=_object(
        "code sentence hint permanent number", code=_TEXT, sentence=_TEXT, hint=_TEXT, permanent=_FLAG, number=_TEXT,
    )),
}  # fmt: skip  # a table
