"""数据分级: what the centre holds, by class, how secret each class is, and who may see it (M57, M76).

A table that nobody has classed is of the strictest class, so that a new one is closed until somebody has thought of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from edge.errors import problem
from sync.centre.desks import Duty

Audience = Literal["anybody", "screen", "desk", "centre", "supervisor"]
AUDIENCES: Final[dict[Audience, str]] = {
    "anybody": "任何人",
    "screen": "有密钥的大屏，和能登录的人员",
    "desk": "职责范围内的审批人员",
    "centre": "负责全省的审批人员和监督人员",
    "supervisor": "监督人员",
}
_ORDER: Final[tuple[Audience, ...]] = ("anybody", "screen", "desk", "centre", "supervisor")


@dataclass(frozen=True, slots=True)
class Library:
    """One of the six 库 of M76: its level (0 公开 … 4 高敏感), who may see it, and its tables."""

    title: str
    level: int
    audience: Audience
    tables: frozenset[str]


@dataclass(frozen=True, slots=True)
class DataClass:
    """One of the classes of M57, or what is derived from them for others; `library` is the one that it comes from."""

    title: str
    library: str
    audience: Audience
    personal: bool


def _of(names: str) -> frozenset[str]:
    return frozenset(names.split())


LIBRARIES: Final[dict[str, Library]] = {
    "service": Library("事项库", 0, "anybody", _of("definition publication published_to county_key")),
    "information": Library("信息库", 1, "desk", _of(
        "room_said board writ_serial suite_policy schema_version fact tally report node node_report ferried "
        "down_epoch machine_epoch head_word pack pack_county pack_root pack_spread pack_timestamp pack_told",
    )),
    "business": Library("业务库", 2, "desk", _of(
        "application word unconfirmed mark material material_use rendition queue opinion_due claim presence hand_over "
        "enquiry reply reply_file outbox sms event event_header quarantine doubt",
    )),
    "behaviour": Library("行为库", 3, "centre", _of(
        "session api_key api_token wall_key export_line look webhook aside_act "
        "room_keys key_return unlock_grant enrolment_code video",
    )),
    "user": Library("用户库", 3, "centre", _of(
        "account account_person room_officer room_person duty concerned pack_text"
    )),
    "identity": Library("身份库", 4, "supervisor", _of(
        "person rating phone_complaint board_draft phone_pass phone_piece phone_try call_back complaint escalation "
        "sample sample_item",
    )),
}  # fmt: skip  # a table
STRICTEST: Final = "identity"
CLASSES: Final[dict[str, DataClass]] = {
    "cases": DataClass("办件", "business", "desk", personal=True),
    "steps": DataClass("流程节点", "business", "desk", personal=False),
    "ratings": DataClass("好差评", "identity", "supervisor", personal=True),
    "late": DataClass("超期", "business", "desk", personal=False),
    "anomalies": DataClass("异常", "behaviour", "supervisor", personal=False),
    "figures": DataClass("指标和报表，不涉及个人", "information", "screen", personal=False),
    "complaints": DataClass("举报投诉", "identity", "supervisor", personal=True),
    "videos": DataClass("窗口视频：只记索引，不汇聚", "behaviour", "supervisor", personal=True),
    "states": DataClass("办件状态，给微信等便民渠道，不含姓名和号码", "business", "centre", personal=False),
    "catalogue": DataClass("事项目录，给门户", "service", "anybody", personal=False),
    "archive": DataClass("归档包", "business", "desk", personal=True),
}
# what of a room's batch carries each class of M57; of a video at a counter only that there is one
CARRIED: Final[dict[str, frozenset[str]]] = {
    "cases": _of(
        "application.filed application.withdrawn correction.answered material.added "
        "answers.set_apart proxy.recorded payment.received payment.waived payment.voided",
    ),
    "steps": _of(
        "application.confirmed identity.verified originals.seen fingerprint.recorded notice.handed document.received "
        "consent.recorded consent.withdrawn "
        "document.called document.posted document.handed reminder.answered",
    ),
    "ratings": _of("rating.given"),
    "late": _of("day.closed"),
    "anomalies": _of("epoch.opened demand.refused ticket.opened pad.voided stock.voided node.reported"),
    "videos": _of("video.indexed"),
}


def library_of(table: str) -> str:
    """Where a table belongs; one that nobody has classed belongs to the strictest."""
    return next((name for name, one in LIBRARIES.items() if table in one.tables), STRICTEST)


def audience_of(duties: Iterable[Duty], *, supervises: bool, known: bool) -> Audience:
    """The widest audience that somebody is part of; `known`: whether he has an account at all."""
    if not known:
        return "anybody"
    if supervises:
        return "supervisor"
    runs = any(one.role == "decide" and not one.area and not one.service for one in duties)
    return "centre" if runs else "desk"


def may_see(audience: Audience, what: str) -> bool:
    """Whether this audience may see the class of data `what` (M57): each wider one sees what the narrower sees."""
    return _ORDER.index(audience) >= _ORDER.index(CLASSES[what].audience)


def must_see(audience: Audience, what: str) -> None:
    """Raises class_forbidden unless somebody of this audience may see the class."""
    if not may_see(audience, what):
        asked = CLASSES[what]
        raise problem("class_forbidden", title=asked.title, who=AUDIENCES[asked.audience])
