"""Duties and rules: read and signed before anything else, once, and again when they change."""

import secrets

import pytest
from desk_app import PASSWORD, Desk, desk_app

from edge import duties, log, officers, projections
from edge.errors import YizhanError


@pytest.fixture
def newcomer(node):
    """Somebody at his first login."""
    officers.add(node, "wei", "韦建国", PASSWORD, rank="辅警")
    return Desk(desk_app(node))


def signed(node):
    with node.database.read() as tx:
        return [event.data["account"] for event in log.all_of(tx, "node") if event.kind == "officer.signed"]


def whole(node, **changes):
    """The form as somebody sends it who has read everything."""
    documents = node.files.duties
    form = {f"read/{name}": "1" for name in documents}
    return {**form, "name": "韦建国", "shown": duties.digest(documents), "token": secrets.token_urlsafe(), **changes}


def test_the_first_login_leads_to_the_texts_and_nowhere_else(node, newcomer):
    for path in ("/console/", "/console/receive", "/console/transfer"):
        answer = newcomer.get(path, follow=False)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/console/duties")
    page = newcomer.text("/console/duties")
    for title in ("岗位职责", "窗口服务规范", "本室制度"):
        assert f"我已读完《{title}》" in page
    assert newcomer.post("/console/receive", {"service": "ceshi-dengji"}).location.startswith("/console/duties")
    assert signed(node) == []


def test_whoever_signs_goes_where_he_wanted_to_and_is_asked_no_more(node, newcomer):
    newcomer.get("/console/duties")
    form = whole(node, next="/console/transfer")
    assert newcomer.done("/console/duties", form) == "/console/transfer"
    newcomer.get("/console/duties")
    newcomer.done("/console/duties", form)
    assert signed(node) == ["wei"]
    with node.database.read() as tx:
        assert [one.data["name"] for one in log.all_of(tx, "node") if one.kind == duties.KIND] == ["韦建国"]
    assert newcomer.get("/console/receive", follow=False).status_code == 200
    assert "您已签收" in newcomer.text("/console/duties")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "罗明"}, "签收要写自己的姓名"),
        ({"name": ""}, "签收要写自己的姓名"),
        ({"shown": "0" * 64}, "文本刚刚更新过"),
    ],
)
def test_what_is_no_signature_is_none(node, newcomer, changes, sentence):
    newcomer.get("/console/duties")
    answer = newcomer.post("/console/duties", whole(node, **changes))
    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert signed(node) == []


def test_every_text_is_ticked(node, newcomer):
    newcomer.get("/console/duties")
    form = {name: value for name, value in whole(node).items() if name != "read/2-fuwu"}
    answer = newcomer.post("/console/duties", form)
    assert "还有没有勾选“已读”的文本" in answer.text
    assert 'name="read/1-gangwei" value="1" checked' in answer.text
    assert 'name="read/2-fuwu" value="1" checked' not in answer.text
    assert signed(node) == []


def test_blanks_in_a_name_do_not_matter(node, newcomer):
    newcomer.get("/console/duties")
    newcomer.done("/console/duties", whole(node, name=" 韦 建国 "))
    assert signed(node) == ["wei"]


def test_a_new_version_asks_again(node, newcomer, clock):
    newcomer.get("/console/duties")
    newcomer.done("/console/duties", whole(node))
    folder = node.settings.home / "duties"
    folder.mkdir()
    (folder / "4-bendi.md").write_text('+++\ntitle = "本县补充规定"\n+++\n\n集市日两人在岗。\n', encoding="utf-8")
    clock.advance(seconds=2)
    node.refresh()
    assert newcomer.get("/console/", follow=False).location.startswith("/console/duties")
    assert "集市日两人在岗" in newcomer.text("/console/duties")
    newcomer.done("/console/duties", whole(node))
    assert signed(node) == ["wei", "wei"]
    assert newcomer.get("/console/", follow=False).status_code == 200


def test_a_rooms_own_text_stands_in_place_of_the_packaged_one(node, clock):
    (node.settings.home / "duties").mkdir()
    own = node.settings.home / "duties" / "3-zhidu.md"
    own.write_text('+++\ntitle = "大坪村警务室制度"\n+++\n\n每晚清点。\n', encoding="utf-8")
    clock.advance(seconds=2)
    node.refresh()
    assert [one.title for one in node.files.duties.values()] == ["岗位职责", "窗口服务规范", "大坪村警务室制度"]


def test_signatures_are_known_again_after_a_rebuild(node, newcomer):
    newcomer.get("/console/duties")
    newcomer.done("/console/duties", whole(node))
    with node.database.write() as tx:
        projections.rebuild(tx, node.settings)
    assert duties.signed(node, "wei")


def test_an_account_that_was_closed_signs_nothing(node, newcomer):
    newcomer.get("/console/duties")
    officers.disable(node, "wei")
    assert newcomer.post("/console/duties", whole(node)).location.startswith("/console/login")
    assert signed(node) == []


def test_nobody_signs_for_another(node, newcomer):
    officers.add(node, "luo", "罗明", PASSWORD)
    known = next(one for one in officers.all_of(node) if one.account == "luo")
    with pytest.raises(YizhanError) as caught:
        duties.sign(
            node, known, name="韦建国", read=node.files.duties, shown=duties.digest(node.files.duties), token="abcdefgh"
        )
    assert caught.value.code == "name_not_own"
    assert not duties.signed(node, "luo")
