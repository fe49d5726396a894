"""Who may publish, and what a node believes: strangers, forgeries, altered files, old sticks, crashes and repeats."""

import json
from pathlib import Path

import pytest
from service_for_tests import answers, service

from edge import applications, identity, publishing
from edge.errors import YizhanError
from edge.node import open_node
from edge.publishing import in_force, on_disk
from forms import events
from forms.definition import load
from sync.centre import publishing as at_centre
from sync.centre import reviewers
from sync.centre.enrolment import enrol
from sync.quarantine import items
from tests.signing import AT, sign_file, trust_publisher
from tests.sync_pair import down

COUNTY, STRANGER, NEIGHBOUR = bytes(range(40, 72)), bytes(range(72, 104)), bytes(range(104, 136))
PASSWORD = "xiang-cun-lu-deng-7"
ID = "cunmin-yijian"


def county_service(version="2026.11.1", service_id=ID, area="522425"):
    value = service(id=service_id, version=version)
    value["x-service"]["publisher"] = {"area": area, "name": "纳雍县公安局"}
    return value


def write(folder: Path, value, name="yijian.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def code_of(call, *args, **more):
    with pytest.raises(YizhanError) as refused:
        call(*args, **more)
    return refused.value.code


@pytest.fixture
def bureau(centre):
    """The centre with one county's key and one reviewer."""
    at_centre.add_key(centre, "522425", "罗明", publishing.public_of(COUNTY))
    reviewers.add(centre, "lishen", "李审", PASSWORD)
    return centre


def reviewed(bureau, folder, value, name="yijian.json") -> Path:
    path = write(folder, value, name)
    sign_file(path, "county", COUNTY, name="罗明")
    at_centre.review(bureau, path, "lishen", PASSWORD)
    return path


def published(bureau, folder, value, name="yijian.json", **more) -> Path:
    path = reviewed(bureau, folder, value, name)
    assert at_centre.publish(bureau, path, **more).fresh
    return path


def file(node, service_id=ID, token="token-0001"):
    return applications.file(node, service_id, answers(), token=token, channel="kiosk", actor="kiosk")


# strangers at the centre


def test_an_unknown_key_a_forged_and_an_altered_signature_count_as_none(bureau, tmp_path):
    path = write(tmp_path, county_service())
    sign_file(path, "county", STRANGER)
    assert code_of(at_centre.review, bureau, path, "lishen", PASSWORD) == "county_key_unknown"
    sheet = on_disk.read(on_disk.beside(path))
    stolen = sheet.signatures[0]._replace(key=publishing.public_of(COUNTY))
    on_disk.write(path, sheet._replace(signatures=(stolen,)))
    assert code_of(at_centre.review, bureau, path, "lishen", PASSWORD) == "county_key_unknown"
    sign_file(path, "county", COUNTY)
    sheet = on_disk.read(on_disk.beside(path))
    renamed = tuple(one._replace(name="别人") for one in sheet.signatures)
    on_disk.write(path, sheet._replace(signatures=renamed))
    assert code_of(at_centre.review, bureau, path, "lishen", PASSWORD) == "county_key_unknown"


@pytest.mark.parametrize(
    "value", [county_service(area="522426"), county_service(service_id="522426-yijian"), service(id="sheng-yijian")]
)
def test_a_county_signs_for_its_own_namespace_alone(bureau, tmp_path, value):
    path = write(tmp_path, value)
    sign_file(path, "county", COUNTY)
    assert code_of(at_centre.review, bureau, path, "lishen", PASSWORD) == "service_outside_area"
    assert code_of(at_centre.publish, bureau, path) == "service_outside_area"


def test_a_county_never_takes_the_place_of_the_provinces_or_of_a_neighbours_service(bureau, tmp_path):
    path = write(tmp_path, county_service(service_id="juzhu-dengji", version="2099.1.1"))
    sign_file(path, "county", COUNTY)
    assert code_of(at_centre.review, bureau, path, "lishen", PASSWORD) == "service_outside_area"
    published(bureau, tmp_path, county_service())
    at_centre.add_key(bureau, "522426", "邻县", publishing.public_of(NEIGHBOUR))
    theirs = write(tmp_path, county_service("2027.1.1", area="522426"), "theirs.json")
    sign_file(theirs, "county", NEIGHBOUR)
    assert code_of(at_centre.review, bureau, theirs, "lishen", PASSWORD) == "service_outside_area"


def test_the_province_signs_for_all(bureau, tmp_path):
    at_centre.add_key(bureau, "52", "省厅", publishing.public_of(NEIGHBOUR))
    for name, value in (("a.json", service(id="sheng-yijian")), ("b.json", county_service())):
        path = write(tmp_path, value, name)
        sign_file(path, "county", NEIGHBOUR, name="省厅")
        at_centre.review(bureau, path, "lishen", PASSWORD)
        assert at_centre.publish(bureau, path).fresh


def test_a_key_that_was_taken_out_signs_nothing_more(bureau, tmp_path):
    path = reviewed(bureau, tmp_path, county_service())
    at_centre.disable_key(bureau, publishing.public_of(COUNTY))
    assert code_of(at_centre.publish, bureau, path) == "county_key_unknown"


def test_the_same_key_is_not_registered_for_two(bureau):
    assert code_of(at_centre.add_key, bureau, "522426", "罗明", publishing.public_of(COUNTY)) == "county_key_exists"
    assert code_of(at_centre.add_key, bureau, "522425", "罗明", "00") == "bad_request"
    assert code_of(at_centre.disable_key, bureau, "0" * 64) == "not_found"


def test_who_signed_does_not_review_and_nobody_reviews_without_his_password(bureau, tmp_path):
    path = write(tmp_path, county_service())
    sign_file(path, "county", COUNTY, name="罗明")
    reviewers.add(bureau, "luoming", "罗 明", PASSWORD)
    assert code_of(at_centre.review, bureau, path, "luoming", PASSWORD) == "reviewer_is_signer"
    assert code_of(at_centre.review, bureau, path, "lishen", "wrong-password-1") == "wrong_password"
    assert code_of(at_centre.review, bureau, path, "nobody", PASSWORD) == "wrong_password"
    assert code_of(at_centre.publish, bureau, path) == "signature_missing"


def test_a_county_can_not_review_or_publish_by_itself(bureau, tmp_path):
    path = write(tmp_path, county_service())
    for role in ("county", "reviewer", "centre"):
        sign_file(path, role, COUNTY, name="罗明")
    assert code_of(at_centre.publish, bureau, path) == "signature_missing"


def test_a_file_altered_after_its_review_is_not_published(bureau, tmp_path):
    path = reviewed(bureau, tmp_path, county_service())
    value = county_service()
    value["x-service"]["fee"] = {"amount": 10, "basis": "改过"}
    write(tmp_path, value)
    assert code_of(at_centre.publish, bureau, path) == "file_changed"


def test_a_published_version_never_gets_another_content(bureau, tmp_path):
    published(bureau, tmp_path, county_service())
    value = county_service()
    value["x-service"]["fee"] = {"amount": 10, "basis": "改过"}
    path = write(tmp_path, value)
    key = on_disk.CountyKey("522425", "罗明", COUNTY)
    assert code_of(on_disk.sign, path, key, AT) == "file_changed"
    on_disk.beside(path).unlink()
    path = reviewed(bureau, tmp_path, value)
    assert code_of(at_centre.publish, bureau, path) == "version_taken"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"id": 1}', '{"id":"a","version":"1","digest":"x","signatures":[]}'])
def test_a_signature_file_that_is_none_is_a_sentence(bureau, tmp_path, text):
    path = write(tmp_path, county_service())
    on_disk.beside(path).write_text(text)
    assert code_of(at_centre.review, bureau, path, "lishen", PASSWORD) == "signature_file_wrong"


# down to the node


def test_what_the_centre_publishes_is_filed_with_after_the_next_round(node, bureau, enrolled, tmp_path):
    assert code_of(file, node) == "service_unknown"
    path = published(bureau, tmp_path, county_service())
    assert not at_centre.publish(bureau, path).fresh
    report = enrolled.drain()
    assert report.went_well
    assert report.received == 1
    assert node.status_of(node.newest(ID)) == "published"
    assert file(node).created
    assert enrolled.drain().received == 0
    assert bureau.definitions.get(node.newest(ID).digest).title == "测试登记"


def test_a_round_that_is_cut_off_brings_it_with_the_next(node, bureau, server, enrolled, tmp_path):
    published(bureau, tmp_path, county_service())
    server.spoil.append(lambda answer: answer[: len(answer) // 2])
    assert not enrolled.round().went_well
    assert code_of(file, node) == "service_unknown"
    assert enrolled.drain().received == 1
    assert len([event for event in down(node) if event.kind == "service.published"]) == 1
    assert file(node).created


def test_it_is_there_after_a_restart_and_without_any_file(node, bureau, enrolled, tmp_path):
    published(bureau, tmp_path, county_service())
    enrolled.drain()
    node.close()
    again = open_node(node.settings.home, node.clock)
    try:
        assert file(again).created
    finally:
        again.close()


def test_a_second_process_takes_over_what_the_first_one_fetched(node, bureau, enrolled, tmp_path):
    other = open_node(node.settings.home, node.clock)
    try:
        published(bureau, tmp_path, county_service())
        enrolled.drain()
        assert code_of(file, other) == "service_unknown"
        assert in_force.refresh(other)
        assert not in_force.refresh(other)
        assert other.newest(ID).version == "2026.11.1"
    finally:
        other.close()


def test_a_crash_between_store_and_file_is_healed_by_the_same_command(node, bureau, enrolled, tmp_path, clock):
    path = reviewed(bureau, tmp_path, county_service())
    before = on_disk.beside(path).read_bytes()
    at_centre.publish(bureau, path)
    done = on_disk.beside(path).read_bytes()
    on_disk.beside(path).write_bytes(before)
    clock.advance(minutes=5)
    assert not at_centre.publish(bureau, path).fresh
    assert on_disk.beside(path).read_bytes() == done
    enrolled.drain()
    assert len(down(node)) == 1


def test_an_older_version_is_not_published_over_a_newer_one_unless_the_centre_says_so(
    node, bureau, enrolled, tmp_path, clock
):
    published(bureau, tmp_path, county_service("2026.12.1"))
    old = reviewed(bureau, tmp_path, county_service("2026.11.1"), "old.json")
    assert code_of(at_centre.publish, bureau, old) == "version_older"
    enrolled.drain()
    assert node.newest(ID).version == "2026.12.1"
    begun = node.newest(ID)
    assert at_centre.publish(bureau, old, rollback=True).fresh
    assert not at_centre.publish(bureau, old, rollback=True).fresh
    enrolled.drain()
    assert node.newest(ID).version == "2026.11.1"
    assert node.status_of(begun) == "published"  # a draft that was begun with it is filed all the same
    published(bureau, tmp_path, county_service("2026.12.2"), "mended.json")
    enrolled.drain()
    assert node.newest(ID).version == "2026.12.2"


def test_an_old_stick_brings_nothing_back(node, home, bureau, enrolled, tmp_path):
    newer = published(bureau, tmp_path, county_service("2026.12.1"))
    older = published(bureau, tmp_path, county_service("2026.11.1"), "old.json", rollback=True)
    enrolled.drain()
    for path in (newer, on_disk.beside(newer)):
        (home / "services" / path.name).write_bytes(path.read_bytes())
    node.reload_services()
    assert node.newest(ID).version == "2026.11.1"
    published(bureau, tmp_path, county_service("2027.1.1"), "newest.json")
    enrolled.drain()
    for path in (older, on_disk.beside(older)):
        (home / "services" / path.name).write_bytes(path.read_bytes())
    node.reload_services()
    assert node.newest(ID).version == "2027.1.1"


def test_what_was_taken_back_can_be_published_again(node, bureau, enrolled, tmp_path):
    newer = published(bureau, tmp_path, county_service("2026.12.1"))
    published(bureau, tmp_path, county_service("2026.11.1"), "old.json", rollback=True)
    enrolled.drain()
    assert at_centre.publish(bureau, newer).fresh
    enrolled.drain()
    assert node.newest(ID).version == "2026.12.1"


def test_a_room_that_is_enrolled_later_gets_everything(node, bureau, push, tmp_path):
    published(bureau, tmp_path, county_service("2026.11.1"))
    published(bureau, tmp_path, county_service("2026.12.1"), "two.json")
    assert push.drain().received == 2
    assert node.newest(ID).version == "2026.12.1"


def body(bureau, path, **changes):
    sheet = on_disk.read(on_disk.beside(path))
    signatures = [publishing.signature_data(one) for one in sheet.signatures]
    served = {"id": sheet.id, "version": sheet.version, "digest": sheet.digest}
    return {"service": served, "source": path.read_text(), "signatures": signatures} | changes


def handed(node, value):
    """What a node makes of an event with this body."""
    start = events.Head.start("centre", "5224250017")
    event = events.seal(
        seq=1, epoch=1, id="77" * 16, application="", kind="service.published", at=AT, centre_at=AT, ticks=1,
        actor="centre", seen="", body=events.canonical(value), salt=bytes(16), prev=start.digest,
    )  # fmt: skip  # a table
    with node.database.write() as tx:
        return [why.code for _, why in in_force.take_down(tx, node.settings, [event])]


@pytest.mark.parametrize("role", ["county", "reviewer"])
def test_a_node_takes_no_other_role_and_no_other_key_for_the_centres(node, bureau, enrolled, tmp_path, role):
    path = write(tmp_path, county_service())
    sign_file(path, role, bureau.identity.sign.private)
    sign_file(path, "centre", COUNTY)
    assert handed(node, body(bureau, path)) == ["signature_missing"]
    assert code_of(file, node) == "service_unknown"


def test_a_node_refuses_an_altered_an_unreadable_and_a_doubled_service(node, bureau, enrolled, tmp_path):
    path = published(bureau, tmp_path, county_service())
    altered = path.read_text().replace("测试登记", "改过登记")
    assert handed(node, body(bureau, path, source=altered)) == ["signature_missing"]
    assert handed(node, body(bureau, path, source="{}")) == ["service_unreadable"]
    assert handed(node, body(bureau, path, source="[" * 100_000)) == ["service_unreadable"]
    assert handed(node, body(bureau, path)) == []
    assert handed(node, body(bureau, path)) == []
    other = write(tmp_path, county_service() | {"i18n": {"zh-CN": {"applicant.name.label": "名字"}}}, "other.json")
    sign_file(other, "centre", bureau.identity.sign.private)
    assert handed(node, body(bureau, other)) == ["version_taken"]


def test_what_a_node_refuses_is_shown_and_blocks_nothing_behind_it(node, bureau, enrolled, tmp_path):
    path = published(bureau, tmp_path, county_service())
    other = write(tmp_path, county_service() | {"i18n": {"zh-CN": {"applicant.name.label": "名字"}}}, "other.json")
    sign_file(other, "centre", bureau.identity.sign.private)
    assert handed(node, body(bureau, other)) == []  # it came first, by a stick: now the content is taken
    in_force.refresh(node)
    assert enrolled.drain().went_well
    assert [item.code for item in items(node)] == ["version_taken"]
    published(bureau, tmp_path, county_service("2026.12.1"), "next.json")
    enrolled.drain()
    assert node.newest(ID).version == "2026.12.1"
    assert path.exists()


# a room of its own


def alone(home, clock, area="522425", key=COUNTY):
    trust_publisher(home, key, area)
    return open_node(home, clock)


@pytest.fixture
def bare(tmp_path, home):
    """The room of the tests, without the key that its node.toml named."""
    lines = (home / "node.toml").read_text(encoding="utf-8").splitlines(keepends=True)
    (home / "node.toml").write_text(
        "".join(line for line in lines if not line.startswith("publishers")), encoding="utf-8"
    )
    return home


@pytest.mark.parametrize(
    ("area", "key", "status"),
    [
        ("522425", COUNTY, "published"),
        ("522425", STRANGER, "signed"),
        ("522426", COUNTY, "signed"),
        ("52", COUNTY, "published"),
    ],
    ids=["own key", "a stranger's key", "another area", "the province"],
)
def test_a_room_that_stands_alone_believes_the_keys_of_its_settings_for_their_area(bare, clock, area, key, status):
    path = write(bare / "services", county_service())
    sign_file(path, "county", COUNTY)
    node = alone(bare, clock, area, key)
    try:
        assert node.status_of(node.version(ID, "2026.11.1")) == status
        if status == "published":
            assert file(node).created
        else:
            assert code_of(file, node) == "service_on_trial"
    finally:
        node.close()


def test_a_county_key_never_speaks_for_the_centre_nor_for_a_packaged_service(bare, clock):
    path = write(bare / "services", county_service())
    sign_file(path, "centre", COUNTY)
    stolen = write(bare / "services", county_service("2099.1.1", "juzhu-dengji"), "stolen.json")
    sign_file(stolen, "county", COUNTY)
    node = alone(bare, clock)
    try:
        assert node.status_of(node.version(ID, "2026.11.1")) == "trial"
        assert node.newest("juzhu-dengji").version != "2099.1.1"
    finally:
        node.close()


def test_a_key_taken_out_of_the_settings_ends_what_it_published(bare, clock):
    path = write(bare / "services", county_service())
    sign_file(path, "county", COUNTY)
    node = alone(bare, clock)
    file(node)
    node.close()
    text = (bare / "node.toml").read_text(encoding="utf-8")
    (bare / "node.toml").write_text(text.replace(publishing.public_of(COUNTY), "0" * 64), encoding="utf-8")
    node = open_node(bare, clock)
    try:
        assert code_of(file, node, token="token-0002") == "service_on_trial"
        assert not file(node).created  # what was filed stays filed
    finally:
        node.close()


def test_a_room_with_a_centre_lets_nothing_past_the_review(bare, clock, bureau):
    path = write(bare / "services", county_service())
    sign_file(path, "county", COUNTY)
    node = alone(bare, clock)
    try:
        assert node.status_of(node.newest(ID)) == "published"
        with node.database.write() as tx:
            identity.set_centre(tx, enrol(bureau, "5224250017", "大坪村警务室", "http://127.0.0.1:1"))
        node.reload_services()
        assert code_of(file, node) == "service_on_trial"
    finally:
        node.close()


def test_an_altered_file_in_the_folder_is_on_trial_and_a_broken_signature_file_stops_nothing(bare, clock):
    path = write(bare / "services", county_service())
    sign_file(path, "county", COUNTY)
    write(bare / "services", county_service() | {"i18n": {"zh-CN": {"applicant.name.label": "名字"}}})
    (bare / "services" / "odd.sig.json").write_text("{")
    node = alone(bare, clock)
    try:
        assert node.status_of(node.newest(ID)) == "trial"
        write(bare / "services", county_service())
        node.reload_services()
        assert node.status_of(node.newest(ID)) == "published"
    finally:
        node.close()


def test_a_signature_is_for_one_role_one_version_one_moment(tmp_path):
    sheet = publishing.sheet_of(load(write(tmp_path, county_service())))
    signed = publishing.sign(sheet, "county", COUNTY, name="罗明", at=AT)
    one = signed.signatures[0]
    assert publishing.genuine(signed, one)
    for change in ({"role": "centre"}, {"at": "2027-01-01T00:00:00+08:00"}, {"name": "李审"}, {"over": "2027.1.1"}):
        assert not publishing.genuine(signed, one._replace(**change)), change
    for change in ({"id": "other"}, {"version": "2027.1.1"}, {"digest": "0" * 64}):
        assert not publishing.genuine(signed._replace(**change), one), change
