"""Nothing typed is lost with a session: it goes into the draft, or waits for whoever sent it."""

import pytest
from desk_app import Desk, add_officer, application, desk_app, file_one, kinds, plain

from edge import drafts, kept_forms, officers

NAME = "王秀梅"


@pytest.fixture
def app(node):
    add_officer(node)
    add_officer(node, "luo", "罗明", "民警")
    return desk_app(node)


def end_sessions(node):
    """As ten quiet minutes do, or a power cut."""
    with node.database.write() as tx:
        officers.end_all_sessions(tx)


def begun(node, owner="officer:wei"):
    return drafts.create(node, "ceshi-dengji", owner)


def data(node, draft):
    return drafts.get(node, draft.id, draft.owner).data


TYPED = {"/applicant/name": NAME}


# --- a draft's page ---


def test_what_is_sent_after_the_session_goes_into_the_draft(node, app):
    desk, draft = Desk(app), begun(node)
    page = f"/console/drafts/{draft.id}"
    desk.get(page)
    end_sessions(node)
    where = desk.done(page, {**TYPED, "act": "check"})
    assert where.startswith("/console/login")
    assert "已经存进草稿" in desk.text(where)
    assert data(node, draft)["applicant"]["name"] == NAME
    assert desk.login("wei", next=page).location == page
    assert NAME in desk.text(page)


def test_the_pages_own_saving_is_told_and_saves_all_the_same(node, app):
    desk, draft = Desk(app), begun(node)
    desk.get(f"/console/drafts/{draft.id}")
    end_sessions(node)
    assert desk.post(f"/console/drafts/{draft.id}/keep", TYPED).status_code == 401
    assert data(node, draft)["applicant"]["name"] == NAME


def test_a_strangers_draft_takes_nothing(node, app):
    desk, draft = Desk(app), begun(node, "officer:luo")
    desk.get("/console/receive")
    end_sessions(node)
    desk.post(f"/console/drafts/{draft.id}", TYPED)
    assert desk.post(f"/console/drafts/{draft.id}/keep", TYPED).status_code == 401
    assert data(node, draft) == {}


def test_without_the_signed_word_on_who_was_here_nothing_is_kept(node, app):
    desk, draft = Desk(app), begun(node)
    desk.get(f"/console/drafts/{draft.id}")
    for forged in (None, "wei.abcdef", "wei"):
        end_sessions(node)
        desk.client.delete_cookie("yizhan_officer_was", path="/console")
        if forged:
            desk.client.set_cookie("yizhan_officer_was", forged, path="/console")
        assert desk.done(f"/console/drafts/{draft.id}", TYPED).startswith("/console/login")
    assert data(node, draft) == {}


def test_whoever_logged_out_is_remembered_no_more(node, app):
    desk, draft = Desk(app), begun(node)
    desk.done("/console/logout")
    desk.get("/console/login")
    desk.done(f"/console/drafts/{draft.id}", TYPED)
    assert data(node, draft) == {}


def test_the_draft_is_shown_to_its_owner_alone(node, app):
    desk, draft = Desk(app), begun(node)
    page = f"/console/drafts/{draft.id}"
    desk.get(page)
    end_sessions(node)
    desk.done(page, TYPED)
    desk.get("/console/login")
    assert desk.login("luo", next=page).location == "/console/"
    assert desk.get(page).status_code == 404


def test_a_wrong_password_loses_nothing_and_keeps_the_way_back(node, app):
    desk, draft = Desk(app), begun(node)
    page = f"/console/drafts/{draft.id}"
    desk.get(page)
    end_sessions(node)
    desk.get(desk.done(page, TYPED))
    answer = desk.login("wei", "wrong-password", next=page)
    assert answer.status_code == 401
    desk.get("/console/login")
    assert desk.login("wei", next=page).location == page
    assert NAME in desk.text(page)


# --- any other form ---


def sent_late(node, app, reason="申请人改日再来"):
    """A withdrawal that came after the session; (desk, number, where the login leads)."""
    desk, number = Desk(app), file_one(node).number
    desk.get(f"/console/applications/{number}")
    end_sessions(node)
    where = desk.done(f"/console/applications/{number}/withdraw", {"reason": reason, "token": "token-of-the-form"})
    return desk, number, where


def kept(node, account="wei"):
    with node.database.read() as tx:
        return kept_forms.of_account(tx, account)


def test_another_form_is_offered_again_after_the_login_and_done_once(node, app):
    desk, number, where = sent_late(node, app)
    assert "可以继续提交" in desk.text(where)
    assert kinds(node, number) == ["application.filed"]
    [one] = kept(node)
    page = f"/console/kept/{one.id}"
    assert desk.login("wei", next=page).location == page
    assert "申请人改日再来" in plain(desk.text(page))
    fields = {name: values[0] for name, values in one.fields.items()}
    for _ in range(2):
        desk.get("/console/")
        desk.post(one.path, {**fields, "_kept": one.id})
    assert application(node, number).state.reason == "申请人改日再来"
    assert kinds(node, number) == ["application.filed", "application.withdrawn"]
    assert kept(node) == []


def test_nobody_else_is_offered_it(node, app):
    desk, number, _ = sent_late(node, app)
    [one] = kept(node)
    desk.get("/console/login")
    assert desk.login("luo", next=f"/console/kept/{one.id}").location == "/console/"
    assert "改日再来" not in desk.text(f"/console/kept/{one.id}")
    desk.get("/console/")
    desk.done(f"/console/kept/{one.id}")
    desk.post(f"/console/applications/{number}/materials", {"_kept": one.id})
    assert len(kept(node)) == 1


def test_who_does_not_want_it_lets_it_go(node, app):
    desk, _, where = sent_late(node, app)
    desk.get(where)
    [one] = kept(node)
    desk.login("wei")
    desk.done(f"/console/kept/{one.id}")
    assert kept(node) == []


def test_an_empty_form_or_a_huge_one_is_not_kept(node, app):
    sent_late(node, app, "  ")
    sent_late(node, app, "长" * kept_forms.CHARACTERS_MAX)
    assert kept(node) == []


def test_what_is_kept_is_few_and_not_for_long(node, app, clock):
    for _ in range(kept_forms.PER_ACCOUNT_MAX + 3):
        clock.advance(seconds=1)
        kept_forms.keep(node, "wei", "/console/x", {"a": ["b"]}, files=0)
    assert len(kept(node)) == kept_forms.PER_ACCOUNT_MAX
    clock.advance(days=kept_forms.DAYS_MAX + 1)
    kept_forms.keep(node, "wei", "/console/x", {"a": ["b"]}, files=0)
    assert len(kept(node)) == 1


def test_a_form_without_its_token_keeps_nothing(node, app):
    desk, draft = Desk(app), begun(node)
    end_sessions(node)
    assert desk.client.post(f"/console/drafts/{draft.id}", data=TYPED).status_code == 400
    assert data(node, draft) == {}
