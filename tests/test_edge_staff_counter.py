"""The counter's pages: what stands on them, who may, what comes back when something is wrong."""

import pytest
from counter_data import AT_ONCE, CARD, FEE, PERMIT, SLIP, STROKES, assistant, file, police, publish, token
from desk_app import PASSWORD, Desk, application, centre_acks, centre_says, desk_app, kinds, photo, plain, sign_duties
from kiosk_app import Citizen, kiosk_app

from edge import defects, handover, log, officers, originals, payments, stock
from edge.staff.routes_counter import ROUTES

WEI = "officer:wei"


@pytest.fixture
def home(home):
    publish(home)
    return home


@pytest.fixture
def desk(node):
    police(node)
    sign_duties(node, "wei")
    return Desk(desk_app(node))


@pytest.fixture
def number(node, desk):
    return file(node)


def at(number: str, part: str = "") -> str:
    return f"/console/applications/{number}{part}"


def granted(node, number):
    centre_says(node, "application.decided", number, {"result": "granted"})


# --- the notice


def test_what_is_missing_stands_on_the_receipt_the_case_and_the_form(desk, number):
    assert "还缺 2 样：住所证明、居民户口簿" in plain(desk.text(at(number, "/receipt")))
    assert "还缺 2 样" in plain(desk.text(at(number)))
    form = desk.text(at(number, "/defects"))
    assert 'value="material:proof" checked' in form
    assert 'value="usual:0">' in form
    assert "户口迁移证" not in form


def test_a_notice_is_ticked_shown_signed_and_kept(node, desk, number):
    desk.get(at(number, "/defects"))
    given = {"pick": ["material:book", "usual:1"], "text:material:book": "请带户口簿原件", "due_day": "2026-12-04"}
    assert desk.done(at(number, "/defects"), given).endswith("/notice")
    sheet = plain(desk.text(at(number, "/notice")))
    for words in (
        "补正材料一次性告知书",
        "王秀梅",
        "请带户口簿原件",
        "照片不清楚",
        "2026年12月4日",
        "《测试规范》第一条",
        "还没有签收",
    ):
        assert words in sheet
    assert "告知书还没有签收" in plain(desk.text(at(number)))
    answer = desk.post(at(number, "/notice"), {"signed": "glass", "token": token()})
    assert answer.status_code == 422
    assert "告知书还没有签收" in answer.text
    desk.done(at(number, "/notice"), {"signed": "glass", "/signature/strokes": STROKES, "token": token()})
    assert kinds(node, number) == ["application.filed", "notice.handed"]
    proof = application(node, number).state.corrections[0].proofs[0]
    assert desk.get(at(number, f"/proofs/{proof}")).data.startswith(b"\x89PNG")
    assert "屏上签名" in plain(desk.text(at(number, "/notice")))


def test_a_sheet_that_was_signed_on_paper_is_photographed(node, desk, number):
    import io

    desk.get(at(number, "/defects"))
    desk.done(at(number, "/defects"), {"pick": ["usual:0"]})
    desk.done(
        at(number, "/notice"), {"signed": "paper", "photo": (io.BytesIO(photo()), "告知书.jpg"), "token": token()}
    )
    assert application(node, number).state.correction.signed == "paper"


def test_what_is_not_in_the_guide_is_refused_and_everything_typed_stays(node, desk, number):
    desk.get(at(number, "/defects"))
    given = {
        "pick": ["material:proof", "material:visa"],
        "text:material:proof": "照片太暗",
        "text:material:visa": "带签证",
    }
    answer = desk.post(at(number, "/defects"), given)
    assert answer.status_code == 422
    assert "不在办事指南和申请表里" in answer.text
    assert "照片太暗" in answer.text
    assert desk.post(at(number, "/defects"), {}).status_code == 422
    with node.database.read() as tx:
        assert defects.ticked(tx, number) is None
        assert [event.data["slot"] for event in log.of_room(tx, "node", '["demand.refused"]')] == ["material:visa"]


def test_a_permit_says_whose_notice_it_is(node, desk):
    number = file(node, PERMIT)
    assert "不代替受理机关" not in desk.text(at(number, "/defects"))
    assistant(node)
    sign_duties(node, "luo")
    assert "不代替受理机关" in Desk(desk_app(node), "luo").text(at(number, "/defects"))
    desk.get(at(number, "/defects"))
    desk.done(at(number, "/defects"), {"pick": ["material:plan"], "text:material:plan": "请带方案"})
    assert "行政许可法》第三十二条" in desk.text(at(number, "/notice"))


def test_the_phone_and_the_kiosk_say_what_must_be_brought(node, desk, number):
    desk.get(at(number, "/defects"))
    desk.done(at(number, "/defects"), {"pick": ["material:book"], "text:material:book": "请带户口簿原件"})
    desk.done(at(number, "/notice"), {"signed": "refused", "remark": "不识字，念给他听了", "token": token()})
    state = application(node, number).state
    assert "请带户口簿原件" in Desk(desk.client.application, None).text(f"/s/{state.receipt.token}")
    citizen = Citizen(kiosk_app(node))
    citizen.get("/kiosk/find")
    citizen.post("/kiosk/find", {"number": number, "code": state.receipt.code})
    assert "请带户口簿原件" in citizen.get("/kiosk/found")


# --- documents


def test_the_lists_lead_from_arrival_to_hand_over(node, desk, number):
    granted(node, number)
    assert CARD in desk.text("/console/handover?stage=expected")
    desk.get(at(number, "/handover"))
    once = token()
    given = {
        "name": CARD,
        "source": "centre",
        "place": "A3",
        "carrier": "邮政速递",
        "parcel": "EA1234567",
        "token": once,
    }
    desk.done(at(number, "/handover/arrive"), given)
    desk.done(at(number, "/handover/arrive"), given)
    assert "A3" in desk.text("/console/handover")
    assert "文书待送达" in plain(desk.text("/console/applications?state=closed"))
    assert number[:4] in plain(desk.text("/console/handover?text=ea1234567"))
    assert "到件待通知" in plain(desk.text("/console/"))
    assert "请来领" in plain(desk.text("/console/calls"))
    desk.get(at(number, "/handover"))
    desk.done(at(number, "/handover/call"), {"how": "phone", "reached": "told", "token": token()})
    assert CARD in desk.text("/console/handover?stage=told")
    state = application(node, number).state
    assert "到了，请带上收件凭证和身份证" in Desk(desk.client.application, None).text(f"/s/{state.receipt.token}")
    desk.get(at(number, "/handover"))
    given = {
        "document": [state.delivery.here[0].id],
        "how": "room",
        "to": "person",
        "code": state.receipt.code,
        "proof": "signature",
        "/signature/strokes": STROKES,
        "token": token(),
    }
    desk.done(at(number, "/handover"), given)
    assert "文书待送达" not in plain(desk.text("/console/applications?state=closed"))
    page = plain(desk.text(at(number)))
    assert "警务室当面，屏上签名" in page
    assert kinds(node, number)[1:] == ["document.received", "document.called", "document.handed"]
    assert "已送达" in plain(Desk(desk.client.application, None).text(f"/s/{state.receipt.token}"))


def test_wrong_codes_come_back_with_a_sentence_and_lock(node, desk, number):
    granted(node, number)
    desk.get(at(number, "/handover"))
    wrong = {"document": [CARD], "how": "room", "proof": "signature", "/signature/strokes": STROKES, "code": "1"}
    for _ in range(5):
        assert "取件码不对" in desk.post(at(number, "/handover"), {**wrong, "token": token()}).text
    answer = desk.post(at(number, "/handover"), {**wrong, "token": token()})
    assert answer.status_code == 429
    assert "分钟以内不能再试" in answer.text
    assert kinds(node, number) == ["application.filed"]


def test_what_is_finished_on_the_spot_is_one_page(node, desk):
    number = file(node, AT_ONCE)
    stock.receive(node, SLIP, "DC000001", "DC000005", actor=WEI, token=token())
    assert "当场出件" in desk.text(at(number))
    assert "原件还没有核对" in desk.text(at(number, "/handover"))
    originals.record(node, number, ["card"], actor=WEI, token=token())
    page = desk.text(at(number, "/handover"))
    assert 'value="DC000001"' in page
    desk.done(at(number, "/handover"), {
        "document": [SLIP], "paper": [SLIP], f"slip:{SLIP}": "dc000001", "how": "room", "compared": "1",
        "proof": "fingerprint", "remark:fingerprint": "手受伤，右手食指", "token": token(),
    })  # fmt: skip  # a table
    handed = application(node, number).state.delivery.handed[0]
    assert (handed.names, handed.proof, handed.remark) == ((SLIP,), "fingerprint", "手受伤，右手食指")


# --- money


def test_a_card_is_billed_paid_and_settled(node, desk, number):
    page = desk.text(at(number, "/payments"))
    assert "20.00 元" in page
    assert "不能网上缴款" in page
    desk.done(at(number, "/payments"), {"fee": "2000:测试证工本费", "where": "here", "token": token()})
    bill = f"{number}-1"
    sheet = plain(desk.text(at(number, f"/payments/{bill}")))
    for words in ("缴款单", bill, "贰拾元整", "未缴", "现场缴", "联网后缴", "现在没有网络"):
        assert words in sheet
    assert "已缴" not in sheet.replace("不算已缴", "")
    assert '<option value="online" disabled>' in desk.text(at(number, "/payments"))
    assert "还要缴 20.00 元" in Desk(desk.client.application, None).text(
        f"/s/{application(node, number).state.receipt.token}"
    )
    answer = desk.post(
        at(number, "/payments/receive"), {"bill": bill, "by": "cash", "receipt": "票12", "token": token()}
    )
    assert answer.status_code == 422
    assert 'value="票12"' in answer.text
    desk.done(at(number, "/payments/receive"), {"bill": bill, "by": "cash", "receipt": "00012345", "token": token()})
    assert "已缴" in plain(desk.text(at(number, f"/payments/{bill}")))
    desk.get("/console/payments")
    given = {"shift": "1", "payments": "1", "counted": "19.50", "token": token()}
    answer = desk.post("/console/payments", given)
    assert "实点现金和应有的 20.00 元不一致" in answer.text
    desk.done("/console/payments", {**given, "counted": "20", "token": token()})
    page = plain(desk.text("/console/payments/shifts/1"))
    assert "差额 0.00 元，手续费 0.00 元" in page
    assert desk.get("/console/payments/shifts/9").status_code == 404


def test_an_assistant_takes_money_but_waives_nothing(node, desk, number):
    assistant(node)
    sign_duties(node, "luo")
    bill = payments.draw(node, number, 2000, "", "here", actor=WEI, token=token()).state.bills[0].number
    luo = Desk(desk_app(node), "luo")
    luo.get(at(number, "/payments"))
    for act in ("waive", "void"):
        assert (
            luo.post(at(number, f"/payments/{act}"), {"bill": bill, "reason": "x", "token": token()}).status_code == 403
        )
    luo.done(at(number, "/payments/receive"), {"bill": bill, "by": "cash", "receipt": "00012345", "token": token()})
    assert application(node, number).state.moved[0].actor == "officer:luo"


# --- strangers


def test_a_stranger_reaches_nothing_of_it_and_changes_nothing(node, desk, number):
    stranger = Desk(desk_app(node), None)
    for route in ROUTES:
        path = "/console" + route.rule.replace("<number>", number).replace("<int:number>", "1").replace(
            "<bill>", f"{number}-1"
        )
        path = path.replace("<sha256>", "0" * 64)
        if route.methods == ("POST",):
            assert stranger.post(path, {"token": token(), "pick": ["usual:0"]}).status_code in (302, 303, 401)
        else:
            assert "login" in stranger.get(path, follow=False).headers["Location"]
    assert kinds(node, number) == ["application.filed"]


def test_no_proof_of_one_application_is_shown_through_another(node, desk, number):
    granted(node, number)
    material = handover_signature(node, number)
    other = file(node, name="李彩霞")
    assert desk.get(at(number, f"/proofs/{material}")).status_code == 200
    assert desk.get(at(other, f"/proofs/{material}")).status_code == 404
    assert desk.get(at(number, f"/proofs/{'0' * 64}")).status_code == 404


def handover_signature(node, number) -> str:
    from counter_data import drawn

    proof = drawn(node, handover.SIGNATURE)
    given = handover.Handing([CARD], "room", "signature", compared=True, material=proof)
    handover.hand(node, number, given, actor=WEI, name="韦建国", token=token())
    return proof.sha256


def test_who_has_no_post_for_it_is_told_who_has(node, desk, number):
    officers.add(node, "mo", "莫小军", PASSWORD, rank="民警", posts=("analyse",))
    sign_duties(node, "mo")
    mo = Desk(desk_app(node), "mo")
    mo.get(at(number))
    answer = mo.post(at(number, "/payments"), {"fee": "2000:", "token": token()})
    assert answer.status_code == 403
    assert "韦建国" in answer.text


def test_a_number_that_is_not_here_is_not_found(desk):
    for part in ("/defects", "/notice", "/handover", "/payments"):
        assert desk.get(at("52242500171009999", part)).status_code == 404
    assert desk.get("/console/handover/find?number=52242500171009999").status_code == 404


def test_the_acts_wait_for_the_centre_like_any_other(node, desk, number):
    centre_acks(node)
    payments.draw(node, number, 2000, "", "online", actor=WEI, token=token())
    assert "新内容尚未上传" in plain(desk.text(at(number)))
    assert application(node, number).definition.id == FEE
