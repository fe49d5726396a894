"""Publishing goes on when the centre changes its keys: what the new one signs counts, what the old one signs no more."""

from edge import identity
from sync.centre import publishing as at_centre
from sync.centre.enrolment import enrol
from sync.quarantine import items
from sync.suites import GM_1, MODERN_1
from tests.signing import AT, sign_file
from tests.test_publishing import ID, bureau, county_service, published, reviewed, write

__all__ = ["bureau"]  # a fixture of the publishing at the centre


def test_publishing_follows_the_centres_new_key_in_any_suite(node, bureau, enrolled, tmp_path):
    published(bureau, tmp_path, county_service("2026.11.1"))
    bureau.identity.rotate(GM_1, AT)
    published(bureau, tmp_path, county_service("2026.12.1"), "two.json")
    enrolled.drain()
    assert node.newest(ID).version == "2026.12.1"
    assert items(node) == []


def test_a_file_that_the_centres_old_key_signed_today_is_on_trial(node, bureau, enrolled, tmp_path):
    old = bureau.identity.newest
    bureau.identity.rotate(GM_1, AT)
    enrolled.drain()
    path = write(node.settings.services_dir, county_service())
    sign_file(path, "centre", old.sign.private)
    node.reload_services()
    assert node.status_of(node.newest(ID)) != "published"
    sign_file(path, "centre", bureau.identity.sign.private, suite=GM_1)
    node.reload_services()
    assert node.status_of(node.newest(ID)) == "published"


def test_a_room_that_knows_the_new_key_alone_gets_what_the_old_one_published(node, bureau, push, server, tmp_path):
    path = reviewed(bureau, tmp_path, county_service("2026.11.1"), "one.json")
    assert at_centre.publish(bureau, path).fresh
    half_done = reviewed(bureau, tmp_path, county_service("2026.12.1"), "two.json")
    bureau.identity.rotate(MODERN_1, AT)
    assert at_centre.publish(bureau, half_done).fresh  # the review was signed with the key before
    with node.database.write() as tx:
        identity.set_centre(tx, enrol(bureau, "5224250017", "大坪村警务室", server.url))
    assert push.drain().problem is None
    assert node.newest(ID).version == "2026.12.1"
    assert {node.status_of(one) for one in node.catalogue.versions(ID)} == {"published"}
    assert items(node) == []
