"""The dictionary of dense coding and the policy of suites as content of packs: newer ones count, older ones are read."""

import json

import pytest

from edge import log as node_log
from edge import suite_policy, upgrade_package
from edge.errors import YizhanError
from edge.key_words import Policy, sign_policy
from sync import envelope
from sync.centre import packs
from sync.centre.ferry import take_in as centre_in
from sync.coding import library
from sync.coding.training import records_of, train
from sync.envelope import Purpose
from sync.ferry import export
from sync.https import HttpsLink
from sync.suites import MODERN_1
from tests import corpus
from tests.ferry_pair import held_at_centre
from tests.pack_rooms import CALENDAR, all_rooms, begun, drained, folder, refused
from tests.sync_pair import NODE, CentreServer, file_one, give_enrolment


@pytest.fixture
def bureau(centre):
    return begun(centre)


@pytest.fixture
def server(bureau):
    running = CentreServer(bureau)
    yield running
    running.close()


@pytest.fixture
def dictionary(monkeypatch):
    """A codebook that came with no program; what this process knows of others is put back."""
    monkeypatch.setattr(library.PACKAGED, "_packed", {})
    return train(records_of(corpus.log(16, 1)))


def with_dictionary(tmp_path, codebook):
    content = folder(tmp_path, "dense", **{"calendar/2027.json": CALENDAR})
    (content / "codebooks").mkdir()
    (content / "codebooks" / f"{codebook.prefix.hex()}.zst").write_bytes(codebook.to_bytes())
    library.write_order(content / "codebooks", codebook.prefix)
    return content


def test_a_dictionary_comes_with_a_pack_is_written_with_and_stays_readable_when_no_pack_names_it(
    node, bureau, server, dictionary, tmp_path
):
    give_enrolment(node, bureau, server.url)
    link = HttpsLink(server.url)
    drained(node, link)
    own = library.PACKAGED.names()[0]
    assert own != dictionary.prefix
    all_rooms(bureau, with_dictionary(tmp_path, dictionary))
    drained(node, link)
    kept = node.settings.home / "codebooks" / f"{dictionary.prefix.hex()}.b64"
    assert library.unpacked(kept.read_text(encoding="ascii")) == dictionary.to_bytes()
    assert library.PACKAGED.common((own, dictionary.prefix)).prefix == dictionary.prefix
    before = len(server.bodies)
    file_one(node)
    drained(node, link)
    assert dictionary.prefix in inner_of(
        bureau, node, server.bodies[before]
    )  # the frame says with which one it was written
    link.close()

    file_one(node, 2)
    medium = tmp_path / "stick"
    medium.mkdir()
    assert export(node, medium).went_well
    all_rooms(bureau, folder(tmp_path, "plain", **{"calendar/2027.json": CALENDAR}))
    assert centre_in(bureau, medium).went_well
    assert held_at_centre(bureau) == log_of_room(node)
    link = HttpsLink(server.url)
    drained(node, link)
    link.close()
    assert kept.is_file()
    assert (library.PACKAGED.names()[0], library.PACKAGED.find(dictionary.prefix).prefix) == (own, dictionary.prefix)


def inner_of(bureau, node, body):
    """What an envelope of the room holds."""
    keys = bureau.identity.opens(node.identity.sign.public)
    return envelope.open_envelope(body, keys, purpose=Purpose.UP, node=NODE).inner


def log_of_room(node):
    with node.database.read() as tx:
        return node_log.head(tx, "node").seq


@pytest.mark.parametrize("data", [b"", b"no codebook", b"\x28\xb5\x2f\xfd"])
def test_what_is_no_dictionary_gets_into_no_pack(bureau, tmp_path, data):
    content = folder(tmp_path, "bad", **{"calendar/2027.json": CALENDAR})
    (content / "codebooks").mkdir()
    (content / "codebooks" / f"{'ab' * 8}.zst").write_bytes(data)
    refused("pack_wrong", packs.draft_content, bureau, content)


def policy_text(version, pair):
    return json.dumps(sign_policy(Policy(version, "", ("modern-1",), "modern-1"), pair).body())


def test_a_policy_comes_with_a_pack_and_no_pack_brings_an_older_or_a_foreign_one(node, bureau, server, tmp_path):
    give_enrolment(node, bureau, server.url)
    link = HttpsLink(server.url)
    ours, stranger = bureau.identity.sign, MODERN_1.sign_keys(bytes([9]) * 32)
    for name, version, pair, held in (("a", 5, ours, 5), ("b", 3, ours, 5), ("c", 9, stranger, 5), ("d", 6, ours, 6)):
        all_rooms(bureau, folder(tmp_path, name, **{"policy.json": policy_text(version, pair)}))
        drained(node, link)
        with node.database.read() as tx:
            assert suite_policy.current(tx).version == held, name
    assert suite_policy_key(node) == ours.public
    link.close()


def suite_policy_key(node):
    with node.database.read() as tx:
        return suite_policy.current(tx).key


# --- the program itself


@pytest.fixture
def release(tmp_path):
    """A package as a release, and the folder of a pack that names it."""
    package = tmp_path / "released" / "yizhan_9.2.0_amd64.deb"
    package.parent.mkdir()
    package.write_bytes(b"a program" * 999)
    content = folder(tmp_path, "release", **{"calendar/2027.json": CALENDAR})
    (content / "program.json").write_text(upgrade_package.describe([package]), encoding="utf-8")
    return package, content


def test_a_signed_release_is_believed_from_any_stick_and_nothing_older_or_other(
    node, bureau, server, release, tmp_path
):
    package, content = release
    medium, stranger = tmp_path / "stick", tmp_path / "found-on-the-road"
    for one, data in ((medium, package.read_bytes()), (stranger, b"something else")):
        one.mkdir()
        (one / package.name).write_bytes(data)
    with pytest.raises(YizhanError):
        upgrade_package.take(node, medium / package.name)  # no pack has named it yet
    give_enrolment(node, bureau, server.url)
    link = HttpsLink(server.url)
    drained(node, link)
    assert upgrade_package.offered(node, [medium]) is None
    all_rooms(bureau, content)
    drained(node, link)

    offer = upgrade_package.offered(node, [tmp_path, stranger, medium])
    assert (offer.version, offer.file) == ("9.2.0", None)
    assert offer.found == (stranger / package.name, medium / package.name)
    (stranger / "linked.deb").symlink_to(package)
    for wrong in (stranger / package.name, stranger / "linked.deb"):
        with pytest.raises(YizhanError) as caught:
            upgrade_package.take(node, wrong)
        assert caught.value.code == "upgrade_package_refused"
    taken = upgrade_package.take(node, medium / package.name)
    assert upgrade_package.take(node, medium / package.name) == taken
    assert upgrade_package.offered(node).file == taken.file

    all_rooms(bureau, named_in_a_pack(tmp_path, "older", "0.0.1", package))
    drained(node, link)
    assert upgrade_package.offered(node, [medium]) is None
    with pytest.raises(YizhanError) as caught:
        upgrade_package.take(node, medium / package.name)
    assert "旧" in caught.value.sentence
    link.close()


def named_in_a_pack(tmp_path, name, version, package):
    said = json.loads(upgrade_package.describe([package])) | {"version": version}
    return folder(tmp_path, name, **{"calendar/2027.json": CALENDAR, "program.json": json.dumps(said)})


def test_of_several_releases_the_last_one_that_was_taken_stays_in_the_room(node, bureau, server, release, tmp_path):
    package, content = release
    give_enrolment(node, bureau, server.url)
    link = HttpsLink(server.url)
    all_rooms(bureau, content)
    drained(node, link)
    first = upgrade_package.take(node, package)
    second = package.with_name("yizhan_9.3.0_amd64.deb")
    second.write_bytes(b"the next program")
    all_rooms(bureau, named_in_a_pack(tmp_path, "next", "9.3.0", second))
    drained(node, link)
    taken = upgrade_package.take(node, second)
    assert [path.name for path in first.file.parent.iterdir()] == [taken.file.name]
    link.close()


@pytest.mark.parametrize("name", ["yizhan.deb", "other_1.0_amd64.deb", "yizhan_1.0_amd64.tar"])
def test_only_packages_of_one_version_make_a_release(release, name):
    package, _ = release
    other = package.with_name(name)
    other.write_bytes(b"x")
    refused("pack_wrong", upgrade_package.describe, [other])
    refused("pack_wrong", upgrade_package.describe, [package.with_name("yizhan_9.2.0_arm64.deb")])
    later = package.with_name("yizhan_9.3.0_arm64.deb")
    later.write_bytes(b"x")
    refused("pack_wrong", upgrade_package.describe, [package, later])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 1, "packages": {}}',
        '{"version": "1.0", "packages": {}}',
        '{"version": "1.0", "packages": {"yizhan_1.0_amd64.deb": "0"}}',
        '{"version": "neu", "packages": {"yizhan_1.0_amd64.deb": "%s"}}' % ("0" * 64),
    ],
)
def test_a_release_that_says_nothing_sensible_is_none(text):
    assert upgrade_package.fault(text)
