"""The centre's writs at the room: printed for the person, proven without a network, told on his phone."""

import json

import pytest
from desk_app import Desk, add_officer, desk_app, file_one

from edge import applications, cli, writs
from edge.errors import YizhanError
from edge.status import deciding
from forms.lifecycle import reduce
from sync.centre import cases
from tests.lifecycle_data import situation

LI = "centre:li"


@pytest.fixture
def accepted(node, centre, enrolled):
    """An application that the centre has accepted; the room has its word."""
    number = file_one(node).number
    assert enrolled.drain().problem is None
    cases.accept(centre, number, actor=LI)
    assert enrolled.drain().problem is None
    return number


def writ_of(node, number):
    with node.database.read() as tx:
        return applications.get(tx, number).state.review.writs[0]


def test_the_room_prints_the_writ_that_the_centre_gave(node, accepted):
    add_officer(node, "wei", "韦建国")
    desk = Desk(desk_app(node))
    writ = writ_of(node, accepted)
    assert f"/writs/{writ.id}" in desk.text(f"/console/applications/{accepted}")
    page = desk.text(f"/console/applications/{accepted}/writs/{writ.id}")
    assert writ.number in page
    assert writ.organ in page
    assert "<svg" in page
    assert desk.get(f"/console/applications/{accepted}/writs/{'0' * 32}").status_code == 404


def test_a_writ_is_proven_by_the_centres_key_alone(node, accepted):
    writ = writ_of(node, accepted)
    with node.database.read() as tx:
        checked = writs.check(tx, writ.code)
        assert (checked.known, checked.proof.application, checked.proof.act) == (True, accepted, "ACCEPTED")
        assert writs.check(tx, accepted) is None
        with pytest.raises(YizhanError) as caught:
            writs.check(tx, writ.code.replace("ACCEPTED", "GRANTED"))
    assert caught.value.code == "writ_unknown"


def test_a_writ_is_checked_at_the_desk_by_scanning_it_into_the_search(node, accepted):
    add_officer(node, "wei", "韦建国")
    desk = Desk(desk_app(node))
    code = writ_of(node, accepted).code
    page = desk.text(f"/console/applications?text={code}")
    assert "是省级中心作出的文书" in page
    assert f'href="/console/applications/{accepted}"' in page
    assert "和本室收到的一致" in page
    changed = desk.text(f"/console/applications?text={code.replace('ACCEPTED', 'GRANTED')}")
    assert "这份文书不是省级中心作出的，或者内容被改过" in changed
    assert "是省级中心作出的文书" not in changed


def test_the_command_tells_a_genuine_writ_from_a_changed_one(node, accepted, capsys):
    code = writ_of(node, accepted).code
    home = str(node.settings.home)
    assert cli.main(["verify-receipt", code, "--home", home, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state_title"] == "受理"
    assert cli.main(["verify-receipt", code.replace(".2026", ".2025"), "--home", home, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "writ_unknown"


def test_the_phone_page_tells_opinions_and_a_clock_that_stands_still():
    pair = situation("received")
    for kind in ("opinion.given", "application.accepted", "procedure.begun", "application.forwarded"):
        pair.act("centre", kind)
    lines = deciding.steps(reduce(pair.all))
    assert [line[0] for line in lines] == ["审批意见：同意", "特别程序（听证）", "已转给市公安局治安支队"]
    assert "最迟到2026年12月20日" in lines[1][1]
    pair.act("centre", "procedure.ended")
    assert deciding.steps(reduce(pair.all))[1][0] == "特别程序（听证）已结束"
