"""试用 on the screens: shown to the officers, marked everywhere, filled to the last page, and never filed."""

import json
import re
from collections.abc import Iterator

import pytest
from desk_app import Desk, add_officer, desk_app
from kiosk_app import Citizen, kiosk_app
from service_for_tests import ID_NUMBER, answers, service

from edge import applications, drafts, log
from edge.errors import YizhanError
from edge.node import Node, open_node
from edge.preview import create_app as create_preview
from tests.signing import PUBLISHER, sign_file

MARK = 'class="trial-mark"'
NOTE = "这个事项还没有发布"
TYPED = {"/applicant/name": "王秀梅", "/applicant/idNumber": ID_NUMBER}


@pytest.fixture
def trial(home, clock) -> Iterator[Node]:
    """A room with a service that nobody signed, and a newer version of one that is published."""
    for name, value in (("shiyong-dengji", service(id="shiyong-dengji")), ("newer", service(version="2026.12.1"))):
        (home / "services" / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    opened = open_node(home, clock)
    yield opened
    opened.close()


def events(node: Node) -> int:
    with node.database.read() as tx:
        return len(log.up(tx))


@pytest.mark.parametrize("channel", ["kiosk", "console", "api", "import"])
def test_what_nobody_signed_is_never_filed_whatever_the_channel(trial, channel):
    with pytest.raises(YizhanError) as refused:
        applications.file(trial, "shiyong-dengji", answers(), token="token-0001", channel=channel, actor="kiosk")
    assert refused.value.code == "service_on_trial"
    assert "还在试用" in refused.value.sentence
    assert events(trial) == 0


def test_a_draft_of_a_trial_stays_a_draft(trial):
    draft = drafts.create(trial, "shiyong-dengji", "kiosk:1")
    draft = drafts.save(trial, draft, answers())
    for _ in range(2):
        with pytest.raises(YizhanError) as refused:
            drafts.file(trial, draft)
        assert refused.value.code == "service_on_trial"
    assert drafts.get(trial, draft.id, "kiosk:1").data == answers()
    assert events(trial) == 0


def test_a_trial_never_stands_in_the_way_of_what_is_published(trial):
    assert trial.newest("ceshi-dengji").version == "2026.11.1"
    filed = applications.file(trial, "ceshi-dengji", answers(), token="token-0001", channel="kiosk", actor="kiosk")
    assert filed.created


def test_an_unsigned_file_never_covers_what_is_published_under_its_version(trial, home):
    packaged = trial.newest("juzhu-dengji")
    changed = json.loads(json.dumps(packaged.raw))
    changed["x-service"]["citizen_name"] = "偷偷改过"
    (home / "services" / "copy.json").write_text(json.dumps(changed, ensure_ascii=False), encoding="utf-8")
    trial.reload_services()
    assert trial.newest("juzhu-dengji").digest == packaged.digest
    assert trial.status_of(trial.newest("juzhu-dengji")) == "published"


def test_the_kiosk_does_not_show_a_trial_unless_the_room_says_so(trial):
    citizen = Citizen(kiosk_app(trial))
    assert "shiyong-dengji" not in citizen.get("/kiosk/area/all")
    citizen.get("/kiosk/service/shiyong-dengji")
    assert citizen.status == 404
    assert citizen.post("/kiosk/service/shiyong-dengji/start").status_code == 404


def test_at_the_kiosk_a_trial_is_marked_on_every_page_and_ends_at_the_check(trial):
    trial.room = trial.room._replace(kiosk_trial=True)
    citizen = Citizen(kiosk_app(trial))
    assert "shiyong-dengji" in citizen.get("/kiosk/area/all")
    assert MARK not in citizen.text
    assert MARK in citizen.get("/kiosk/service/shiyong-dengji")
    citizen.press("/kiosk/service/shiyong-dengji/start")
    address = citizen.path.rpartition("/")[0]
    for _ in range(6):
        assert MARK in citizen.text, citizen.path
        assert NOTE in citizen.text
        if citizen.path.endswith("/check"):
            break
        citizen.press(citizen.path, {**TYPED, "_act": "next"})
    assert citizen.path.endswith("/check")
    assert f'action="{address}/file"' not in citizen.text
    answer = citizen.post(f"{address}/file")
    assert answer.status_code == 409
    assert "还在试用" in answer.text
    assert MARK not in citizen.get("/kiosk/")
    assert events(trial) == 0


def test_the_console_offers_both_versions_and_marks_the_trial(trial):
    add_officer(trial)
    desk = Desk(desk_app(trial))
    page = desk.text("/console/receive?text=来登记一下")
    assert page.count('value="ceshi-dengji"') == 2
    assert page.count('value="shiyong-dengji"') == 1
    assert len(re.findall(r'name="version" value="2026.12.1"', page)) == 1
    draft = desk.done("/console/receive", {"service": "ceshi-dengji", "version": "2026.12.1"})
    assert MARK in desk.text(draft)
    check = desk.done(draft, {**TYPED, "act": "check"})
    assert "试用到这一步为止" in desk.text(check)
    assert desk.post(f"{draft}/file").status_code == 409
    own = desk.done("/console/receive", {"service": "ceshi-dengji"})
    assert MARK not in desk.text(own)


def test_every_print_of_a_trial_is_marked(trial):
    client = kiosk_app(trial).test_client()
    for sheet in ("guide", "blank", "sample", "help"):
        assert MARK in client.get(f"/print/shiyong-dengji/{sheet}").text, sheet
        assert MARK not in client.get(f"/print/ceshi-dengji/{sheet}").text, sheet


def test_the_sheets_of_a_trial_beside_a_published_version_are_its_own(trial):
    client = kiosk_app(trial).test_client()
    page = client.get("/print/ceshi-dengji/guide?version=2026.12.1&from=kiosk").text
    assert MARK in page
    assert "版本 2026.12.1" in page
    assert "/print/ceshi-dengji/blank?from=kiosk&amp;version=2026.12.1" in page
    assert "版本 2026.11.1" in client.get("/print/ceshi-dengji/guide").text
    assert client.get("/print/ceshi-dengji/guide?version=1999.1.1").status_code == 404


def test_the_preview_marks_what_nobody_published(home):
    client = create_preview(home / "services").test_client()
    assert MARK in client.get("/service/ceshi-dengji.json/kiosk").text  # signed, and not published yet
    sign_file(home / "services" / "ceshi-dengji.json", "reviewer", PUBLISHER)
    sign_file(home / "services" / "ceshi-dengji.json", "centre", PUBLISHER)
    for view in ("kiosk", "console", "phone", "guide", "blank", "review"):
        assert MARK not in client.get(f"/service/ceshi-dengji.json/{view}").text, view


def test_an_unknown_version_is_not_there(trial):
    with pytest.raises(YizhanError) as refused:
        drafts.create(trial, "ceshi-dengji", "kiosk:1", version="1999.1.1")
    assert refused.value.code == "service_unknown"
