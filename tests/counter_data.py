"""Services for tests of the counter: one with a fee and a document, one that is finished in the sitting, one permit."""

import copy
import secrets
from pathlib import Path
from typing import Any

from edge import applications, materials, officers
from edge.filings import Filed
from edge.node import Node
from edge.officers import Officer
from forms.state import Material
from tests.desk_app import PASSWORD, photo
from tests.service_for_tests import SERVICE, answers
from tests.signing import publish_file

CARD, SLIP = "测试证", "当场回执"
FEE, AT_ONCE, PERMIT = "ceshi-shoufei", "ceshi-jiban", "ceshi-xuke"
STROKES = "[[[10,40],[200,60],[400,20]],[[420,30],[600,70]]]"


def token() -> str:
    return secrets.token_urlsafe(18)


def _material(code: str, name: str, **more: Any) -> dict[str, Any]:
    value = {
        "code": code, "name": name, "copies": 1, "form": "either", "required": True, "source": "applicant",
        "seal": "none", "basis": "测试规范第一条", "how": "拍整页，四个角都要拍到。",
    }  # fmt: skip  # a table
    return value | more


def _service(id: str, name: str, **service: Any) -> dict[str, Any]:  # noqa: A002 - the word of the file
    value = copy.deepcopy(SERVICE)
    value["id"] = id
    value["schema"]["title"] = name
    value["x-service"] |= {"name": name, "citizen_name": name, **service}
    return value


def services() -> list[dict[str, Any]]:
    card = {"kind": "granted", "title": "发证", "document": CARD, "seal": "none", "delivery": ["node", "post"]}
    slip = {"kind": "granted", "title": "登记", "document": SLIP, "seal": "stock", "delivery": ["node"]}
    letter = {"kind": "granted", "title": "准予许可", "document": "许可证件", "seal": "centre", "delivery": ["node"]}
    paid = _service(
        FEE,
        "收费登记",
        code="CS02",
        type="行政确认",
        case_type="承诺件",
        results=[card],
        materials=[
            _material("proof", "住所证明", field="/photo", alternatives=["租房合同"]),
            _material("book", "居民户口簿"),
        ],
        corrections=["住所证明上没有名字", "照片不清楚"],
        fee={
            "amount": {"parameter": "test_fee"},
            "basis": "测试价格〔2026〕1号",
            "note": "工本费{province.test_fee}，损坏的{province.test_damaged}",
        },
        parameters={
            "test_fee": {"title": "测试证工本费", "default": 20, "unit": "元"},
            "test_damaged": {"title": "损坏换领工本费", "default": 40, "unit": "元"},
        },
    )
    paid["x-samples"]["invalid"] = []
    at_once = _service(
        AT_ONCE,
        "当场登记",
        code="CS03",
        case_type="即办件",
        decide_at="node",
        results=[slip],
        materials=[_material("card", "居民身份证", form="original")],
    )
    permit = _service(
        PERMIT,
        "测试许可",
        code="CS04",
        type="行政许可",
        accept_at="county",
        results=[letter],
        materials=[_material("plan", "安全工作方案")],
        time_limit={
            "notice": {"value": 5, "unit": "workday"},
            "statutory": {"value": 7, "unit": "workday"},
            "promised": {"value": 7, "unit": "workday"},
            "basis": "测试规范第一条",
        },
    )
    return [paid, at_once, permit]


def publish(home: Path) -> None:
    for service in services():
        publish_file(home / "services" / f"{service['id']}.json", service)


def police(node: Node, account: str = "wei", name: str = "韦建国") -> Officer:
    posts = ("receive", "review", "deliver", "supervise", "maintain")
    return officers.add(node, account, name, PASSWORD, rank="民警", posts=posts)


def assistant(node: Node, account: str = "luo", name: str = "罗小兰") -> Officer:
    return officers.add(node, account, name, PASSWORD, rank="辅警", posts=("receive", "deliver"))


def file(node: Node, service: str = FEE, name: str = "王秀梅", actor: str = "officer:wei") -> str:
    filed: Filed = applications.file(
        node, service, answers(name), token=token(), channel="console", actor=actor, identity="officer"
    )
    return filed.number


def picture(node: Node, slot: str = "", color: tuple[int, int, int] = (90, 120, 150)) -> Material:
    return materials.store(node, photo(color), "照片.jpg", "officer:wei", slot)


def drawn(node: Node, slot: str) -> Material:
    return materials.signature(node, STROKES, slot, "officer:wei")
