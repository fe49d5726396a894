"""指纹采集 where a service asks for it: with separate consent, or not at all, with the reason and a witness."""

import re

import pytest

from edge import applications, fingerprints, log
from edge.errors import YizhanError
from forms.definition import packaged
from tests.desk_app import Desk, add_officer, answers, application, desk_app, file_one, plain
from tests.service_for_tests import service
from tests.signing import publish_file

WEI = "officer:wei"
NOT_TAKEN = {"taken": False, "consent": False, "reason": "worn", "witness": "李桂花"}


@pytest.fixture
def home(home):
    made = service()
    control = {
        "type": "Control",
        "scope": "#/properties/applicant/properties/phone",
        "options": {"capture": "fingerprint"},
    }
    made["uischema"]["elements"][0]["elements"].append(control)
    found = [one for one in made["uischema"]["elements"][0]["elements"] if one.get("scope", "").endswith("/phone")]
    made["uischema"]["elements"][0]["elements"] = [
        one for one in made["uischema"]["elements"][0]["elements"] if one not in found[:-1]
    ]
    publish_file(home / "services" / "ceshi-dengji.json", made)
    return home


@pytest.fixture
def number(node):
    add_officer(node)
    return file_one(node).number


def refused(node, number, **said):
    with pytest.raises(YizhanError) as caught:
        fingerprints.record(node, number, actor=WEI, **said)
    return caught.value.code


def kinds(node):
    with node.database.read() as tx:
        return [event.kind for event in log.all_of(tx, "node")]


def test_the_packaged_service_that_takes_fingerprints_says_so():
    asking = [one.id for one in packaged().values() if fingerprints.asked(one)]
    assert asking == ["shenfenzheng-shenling"]


def test_a_print_is_taken_with_separate_consent_alone(node, number):
    assert refused(node, number, taken=True, consent=False) == "fingerprint_consent"
    fingerprints.record(node, number, taken=True, consent=True, actor=WEI)
    said = application(node, number).state.fingerprint
    assert (said.taken, said.consent, said.by, said.reason) == (True, True, WEI, "")


@pytest.mark.parametrize("lacking", [{"reason": ""}, {"reason": "tired"}, {"witness": " "}])
def test_what_was_not_taken_has_a_reason_and_a_witness(node, number, lacking):
    assert refused(node, number, **{**NOT_TAKEN, **lacking}) == "fingerprint_reason"
    assert application(node, number).state.fingerprint is None
    fingerprints.record(node, number, actor=WEI, **NOT_TAKEN)
    assert (application(node, number).state.fingerprint.reason, application(node, number).state.phase) == (
        "worn",
        "received",
    )


def test_the_same_press_twice_is_one_event_and_the_last_word_counts(node, number):
    for _ in range(2):
        fingerprints.record(node, number, actor=WEI, token="a-press-of-mine", **NOT_TAKEN)
    assert kinds(node).count("fingerprint.recorded") == 1
    fingerprints.record(node, number, taken=True, consent=True, actor=WEI)
    assert application(node, number).state.fingerprint.taken


def test_a_service_that_asks_for_none_gets_none(node):
    publish_file(node.settings.home / "services" / "ceshi-lingyi.json", service(id="ceshi-lingyi"))
    node.reload_services()
    other = applications.file(
        node, "ceshi-lingyi", answers("王秀梅"), token="another-service", channel="kiosk", actor="kiosk"
    )
    assert refused(node, other.number, **NOT_TAKEN) == "fingerprint_unasked"


def test_the_panel_reads_the_consent_aloud_and_offers_the_way_round(node, number):
    desk = Desk(desk_app(node))
    address = f"/console/applications/{number}"
    shown = plain(desk.text(address))
    assert "不同意采，也照样办" in shown
    token = re.search(r'action="[^"]*/fingerprint">.*?name="token" value="([\w-]+)"', desk.text(address), re.DOTALL)[1]
    wrong = desk.done(f"{address}/fingerprint", {"taken": "no", "token": token})
    assert "请选原因" in plain(desk.text(wrong))
    done = desk.done(
        f"{address}/fingerprint", {"taken": "no", "reason": "refused", "witness": "李桂花", "token": token}
    )
    assert "没有采集：本人不同意采集，见证人 李桂花" in plain(desk.text(done))
    assert "没有采集，本人不同意采集，有人见证" in plain(desk.text(address))
