"""What a receipt proves by itself: signed by the room or by a sealed inbox, read from its QR, and never forged."""

from dataclasses import replace

import pytest
from desk_app import file_one
from programs import ask

from edge import receipt_address, receipt_check, receipt_proof, receipts
from edge.errors import YizhanError
from sync.suites import SUITES

NUMBER = receipts.number("5224250017", 1, 421)
TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
AT = "2026-11-22T09:12:31+08:00"
PROVINCE = "https://zwfw.example.cn"


@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)
def test_a_receipt_of_the_room_is_proven_by_its_public_key_in_every_suite(suite):
    keys, others = suite.sign_keys(), suite.sign_keys()
    text = receipt_proof.of_room(TOKEN, NUMBER, AT, suite, keys)
    proof = receipt_proof.read(f"{PROVINCE.upper()}/S/{text}")
    assert (proof.token, proof.number, proof.node, proof.at, proof.set) == (
        TOKEN,
        NUMBER,
        "5224250017",
        "2026-11-22 09:12",
        "",
    )
    assert proof.is_signed_by(keys.public)
    assert not proof.is_signed_by(others.public)
    assert receipt_proof.read(text.lower()) == proof


def test_not_one_character_can_be_changed():
    suite = SUITES[1]
    keys = suite.sign_keys()
    text = receipt_proof.of_room(TOKEN, NUMBER, AT, suite, keys)
    for place in range(len(text) - 1):  # the last character holds bits that are not used
        other = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        proof = receipt_proof.read(other)
        assert proof is None or not proof.is_signed_by(keys.public), place


def test_a_receipt_of_a_set_is_none_of_the_room():
    suite = SUITES[1]
    keys = suite.sign_keys()
    text = receipt_proof.make(TOKEN, NUMBER, AT, "0123456789abcdef", keys.private)
    token, number, minute, _, signature = text.split(".")
    assert receipt_proof.read(text).is_signed_by(keys.public)
    assert not receipt_proof.read(f"{token}.{number}.{minute}.{signature}").is_signed_by(keys.public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        TOKEN,
        f"{TOKEN}.{NUMBER}",
        f"{TOKEN}.{NUMBER}.202611220912.{'A' * 102}",
        f"{TOKEN}.{NUMBER}.202611220912.{'1' * 103}",
    ],
)
def test_what_has_no_proof_in_it_gives_none(text):
    assert receipt_proof.read(text) is None


def test_only_a_receipt_that_leads_to_the_province_is_signed(node):
    filed = file_one(node)
    assert node.receipt_code(filed.token, filed.number, AT) == filed.token
    node.settings = replace(node.settings, status_url=PROVINCE)
    proof = receipt_proof.read(node.receipt_code(filed.token, filed.number, AT))
    assert proof.is_signed_by(node.identity.sign.public)
    node.settings = replace(node.settings, practice=True)
    assert node.receipt_code(filed.token, filed.number, AT) == filed.token


@pytest.mark.parametrize(
    ("status_url", "centre_url", "is_province"),
    [
        ("", "https://zx.example.cn", False),
        (PROVINCE, "", True),
        ("http://192.168.1.20:8600", "https://zx.example.cn", False),
        ("http://127.0.0.1:8601", "http://127.0.0.1:8601/", True),
    ],
)
def test_where_a_code_leads_is_known_by_its_address(node, status_url, centre_url, is_province):
    assert (
        receipt_address.is_province(replace(node.settings, status_url=status_url, centre_url=centre_url)) is is_province
    )


def test_an_address_of_host_and_code_is_written_in_capitals():
    assert receipt_address.address(PROVINCE, "abc") == "HTTPS://ZWFW.EXAMPLE.CN/S/ABC"
    assert receipt_address.address(f"{PROVINCE}/police", "ABC") == f"{PROVINCE}/police/s/ABC"


def test_the_room_knows_its_own_signed_receipts_and_no_mixed_ones(node):
    node.settings = replace(node.settings, status_url=PROVINCE)
    first, second = file_one(node), file_one(node)
    text = f"{PROVINCE.upper()}/S/{node.receipt_code(first.token, first.number, AT)}"
    with node.database.read() as tx:
        assert receipt_check.check(tx, text).number == first.number
        for wrong in (text.replace(first.number, second.number), text.replace(first.token, "Z" * 26)):
            with pytest.raises(YizhanError) as refused:
                receipt_check.check(tx, wrong)
            assert refused.value.code == "receipt_unknown"


def test_the_command_reads_both_kinds(home, node):
    node.settings = replace(node.settings, status_url=PROVINCE)
    filed = file_one(node)
    text = f"{PROVINCE.upper()}/S/{node.receipt_code(filed.token, filed.number, AT)}"
    node.close()
    for one in (text, filed.token, filed.number):
        assert ask("verify_receipt", "verify-receipt", one, "--home", home)["number"] == filed.number
    forged = text.replace(filed.number, receipts.number("5224250017", 1, 99))
    assert ask(None, "verify-receipt", forged, "--home", home, code=1)["error"]["code"] == "receipt_unknown"
