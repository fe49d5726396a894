"""Complaints are sealed to the supervisor as they are entered: who holds node, key and database reads nothing of them."""

import base64
import io
import json
import secrets
import shutil
import subprocess
import sys
import textwrap

import pytest
from desk_app import Desk, add_officer, desk_app
from kiosk_app import Citizen, fields, jpeg, kiosk_app
from programs import ask, run

from edge import applications, drafts, heads, identity, log, materials, sealing, unwritten_filing
from edge.errors import Refused, YizhanError
from edge.sealing import SealedFile, SealingError
from forms.state import Material
from tests.sealed_words import ANSWERS, SECRETS, SERVICE, filled


@pytest.fixture
def supervised(node):
    """A node whose enrolment brought the supervisor's public key; the private one."""
    private, public = sealing.new_key()
    with node.database.write() as tx:
        file = {
            "node": node.settings.node_id,
            "name": "石门乡警务室",
            "centre_url": "http://127.0.0.1:1",
            "code": "A",
            "centre_sign_key": "11" * 32,
            "centre_box_key": "22" * 32,
            "supervisor_box_key": public.hex(),
        }
        identity.set_centre(tx, file)
    return private


def of_number(node, number):
    with node.database.read() as tx:
        return applications.get(tx, number)


def encodings(text: str) -> list[bytes]:
    """The forms in which a text could lie around."""
    raw = text.encode()
    found = [raw, text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("gb18030"), raw.hex().encode()]
    found += [json.dumps(text)[1:-1].encode()]
    for skipped in range(3):  # base64 at each of the three alignments, without the ends that depend on the neighbours
        found.append(base64.b64encode(b"x" * skipped + raw)[4:-4])
    return [one for one in found if len(one) > 3]


def everything_readable(node) -> bytes:
    """Every row of every table with the key in hand, and every file of the home as it lies there."""
    seen = []
    with node.database.read() as tx:
        for (table,) in tx.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in tx.execute(f'SELECT * FROM "{table}"').fetchall():
                seen += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    seen += [path.read_bytes() for path in node.settings.home.rglob("*") if path.is_file()]
    return b"\n".join(seen)


def plain_pages(node, folder) -> bytes:
    """The database and its WAL decrypted page by page, free pages too: a plain copy made with the key."""
    with node.database.read() as tx:
        tx.rollback()
        tx.execute("ATTACH DATABASE ? AS plain KEY ''", (str(folder / "plain.db"),))
        tx.execute("SELECT sqlcipher_export('plain')")
        tx.execute("DETACH DATABASE plain")
        tx.execute("BEGIN")
    return (folder / "plain.db").read_bytes()


def assert_nowhere(haystack: bytes, *needles: bytes) -> None:
    for secret in SECRETS:
        for form in encodings(secret):
            assert form not in haystack, secret
    for needle in needles:
        assert needle not in haystack


def test_the_search_for_traces_would_find_them():
    for secret in SECRETS:
        for form in encodings(secret):
            with pytest.raises(AssertionError):
                assert_nowhere(b"..." + form + b"...")


def test_what_is_filed_can_be_read_by_the_supervisor_alone(node, supervised, tmp_path):
    photo = jpeg((1, 2, 3))
    filed = drafts.file(node, filled(node, photo), actor="kiosk")
    state = of_number(node, filed.number).state
    content = sealing.open_content(supervised, filed.token, state.answers)
    assert content.answers == ANSWERS
    assert [(one.slot, one.data) for one in content.files] == [("evidence", photo)]
    assert state.materials == ()
    with pytest.raises(SealingError):
        sealing.open_content(sealing.new_key()[0], filed.token, state.answers)


def test_with_key_and_database_in_hand_nothing_of_the_content_is_found(node, supervised, tmp_path):
    photo = jpeg((9, 8, 7))
    kept = drafts.file(node, filled(node, photo), actor="kiosk")
    middle = photo[len(photo) // 2 :][:24]
    needles = (middle, middle.hex().encode(), materials.REFERENCE.encode() + b"!")
    whole = everything_readable(node) + plain_pages(node, tmp_path)
    assert kept.number.encode() in whole
    assert_nowhere(whole, *needles)


def test_the_draft_touches_no_disk_while_it_is_typed(node, supervised, tmp_path):
    draft = filled(node, jpeg((4, 4, 4)))
    assert drafts.get(node, draft.id, "kiosk:one").data == ANSWERS
    assert_nowhere(everything_readable(node) + plain_pages(node, tmp_path))
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM draft").fetchone()[0] == 0
        assert tx.execute("SELECT count(*) FROM material").fetchone()[0] == 0


def test_a_stranger_and_the_desk_see_nothing_of_the_draft(node, supervised):
    draft = filled(node)
    for owner in ("kiosk:two", "officer:wei"):
        with pytest.raises(YizhanError, match="没有找到"):
            drafts.get(node, draft.id, owner)
    assert drafts.of_owner(node, "kiosk:one") == []


def test_filing_twice_leads_to_one_application(node, supervised):
    draft = filled(node)
    first = drafts.file(node, draft, actor="kiosk")
    assert drafts.file(node, draft, actor="kiosk").number == first.number
    with node.database.read() as tx:
        assert len(log.up(tx)) == 1


def test_a_wrong_answer_is_said_and_the_draft_stays(node, supervised):
    draft = drafts.save(node, drafts.create(node, SERVICE, "kiosk:one"), {**ANSWERS, "reply": {"anonymous": False}})
    with pytest.raises(Refused) as refused:
        drafts.file(node, draft, actor="kiosk")
    assert {one.path for one in refused.value.problems} == {"/reply/name", "/reply/phone", "/reply/callback"}
    assert drafts.get(node, draft.id, "kiosk:one").data["about"] == ANSWERS["about"]


def test_without_the_supervisors_key_nothing_is_taken_and_the_telephones_are_said(node):
    with pytest.raises(YizhanError) as refused:
        drafts.file(node, filled(node), actor="kiosk")
    assert refused.value.code == "sealed_not_here"
    assert "12389" in refused.value.hint
    with node.database.read() as tx:
        assert log.up(tx) == []


def test_no_other_channel_takes_a_complaint(node, supervised):
    for channel in ("console", "api", "import"):
        with pytest.raises(YizhanError) as refused:
            applications.file(node, SERVICE, ANSWERS, token=secrets.token_urlsafe(), channel=channel, actor="x")
        assert refused.value.code == "sealed_at_kiosk"


def test_the_room_can_do_nothing_with_it(node, supervised):
    number = drafts.file(node, filled(node), actor="kiosk").number
    with pytest.raises(YizhanError) as refused:
        applications.withdraw(node, number, actor="officer:wei", reason="不想让人知道")
    assert refused.value.code == "sealed_act"
    with pytest.raises(YizhanError):
        applications.add_material(
            node, number, Material("0" * 64, 1, "image/jpeg", "a", "evidence"), actor="officer:wei"
        )


def test_search_and_lists_know_neither_name_nor_telephone(node, supervised):
    number = drafts.file(node, filled(node), actor="kiosk").number
    with node.database.read() as tx:
        assert [one.number for one in heads.search(tx, number)] == [number]
        assert heads.search(tx, SECRETS[3]) == []
        assert heads.search(tx, SECRETS[2]) == []
        assert heads.find(tx, number).applicant == ""
        assert heads.differing(tx) == []


def test_the_desk_is_told_that_citizens_fill_it_in_and_shows_no_content(node, supervised):
    add_officer(node)
    desk = Desk(desk_app(node))
    page = desk.text("/console/receive?text=举报")
    assert "由群众本人在自助终端填写" in page
    assert f'value="{SERVICE}"' not in page
    assert desk.post("/console/receive", {"service": SERVICE}).status_code == 403
    number = drafts.file(node, filled(node, jpeg()), actor="kiosk").number
    case = desk.text(f"/console/applications/{number}")
    assert "内容已封存给上级监督部门" in case
    assert_nowhere(case.encode() + desk.text("/console/").encode() + desk.text("/console/transfer").encode())


def test_neither_status_page_nor_interface_nor_the_printed_log_show_anything(node, supervised, home):
    from edge.api import key

    filed = drafts.file(node, filled(node, jpeg()), actor="kiosk")
    client = desk_app(node).test_client()
    headers = {"Authorization": f"Bearer {key.ensure(node.settings.home)}"}
    seen = b""
    for path in (f"/s/{filed.token}", f"/api/v1/applications/{filed.number}"):
        with client.get(path, headers=headers) as answer:
            assert answer.status_code == 200
            seen += answer.data
    node.close()
    for words in (("log",), ("show", filed.number), ("status",), ("verify",)):
        code, out, err = run(*words, "--home", home, "--json")
        assert code == 0, err
        seen += out.encode()
    assert filed.number.encode() in seen
    assert_nowhere(seen)


def test_a_copy_of_the_home_holds_nothing_either(node, supervised, home, tmp_path):
    drafts.file(node, filled(node, jpeg()), actor="kiosk")
    node.close()
    copied = shutil.copytree(home, tmp_path / "backup")
    from edge.node import open_node

    again = open_node(copied)
    try:
        assert_nowhere(everything_readable(again) + plain_pages(again, tmp_path))
    finally:
        again.close()


def test_pictures_are_made_small_enough_for_one_event(node):
    from PIL import Image

    out = io.BytesIO()
    noise = Image.effect_noise((2600, 2600), 120).convert("RGB")
    noise.save(out, "JPEG", quality=95)
    fitted = unwritten_filing._fit(
        Material("0" * 64, out.tell(), "image/jpeg", "a.jpg", "evidence"), out.getvalue(), 400_000
    )
    assert len(fitted.data) <= 400_000
    with pytest.raises(YizhanError):
        unwritten_filing._fit(
            Material("0" * 64, 9, "application/pdf", "a.pdf", "evidence"), b"%PDF-" + bytes(500_000), 400_000
        )


def test_the_length_of_the_seal_tells_next_to_nothing():
    public = sealing.new_key()[1]
    short, long = (len(sealing.seal(public, "t", {"a": "x" * n}, ())["sealed"]) for n in (1, 3000))
    assert short == long


def test_a_seal_belongs_to_its_own_filing():
    private, public = sealing.new_key()
    one = sealing.seal(public, "first", {"a": 1}, (SealedFile("s", "n", "image/png", b"\x00\x01"),))
    assert sealing.open_content(private, "first", one).files[0].data == b"\x00\x01"
    for about, answers in (("second", one), ("first", {"sealed": "AAAA"}), ("first", {"a": 1})):
        with pytest.raises(SealingError):
            sealing.open_content(private, about, answers)


# --- through the kiosk's pages


def test_a_citizen_complains_without_a_name_and_the_receipt_says_no_more_than_a_number(node, supervised):
    citizen = Citizen(kiosk_app(node))
    citizen.get(f"/kiosk/service/{SERVICE}")
    citizen.press(f"/kiosk/service/{SERVICE}/start")
    given = fields({**ANSWERS, "reply": {"anonymous": True}})
    for _ in range(8):
        if citizen.path.endswith("/check"):
            break
        here = citizen.path.partition("?")[0]
        citizen.press(
            here, {name: value for name, value in given.items() if f'name="{name}"' in citizen.text} | {"_act": "next"}
        )
    assert citizen.path.endswith("/check"), citizen.path
    assert "没有存盘" in citizen.text
    receipt = citizen.press(citizen.path.replace("/check", "/file"))
    assert "查询码" in receipt
    assert_nowhere(receipt.encode())
    content_free = everything_readable(node)
    assert SECRETS[0].encode() not in content_free


def test_the_kiosk_without_the_key_shows_telephones_instead_of_a_button(node):
    citizen = Citizen(kiosk_app(node))
    page = citizen.get(f"/kiosk/service/{SERVICE}")
    assert "12389" in page
    assert "/start" not in page
    assert citizen.post(f"/kiosk/service/{SERVICE}/start").status_code == 409


def test_going_back_to_the_start_page_forgets_what_was_typed(node, supervised):
    citizen = Citizen(kiosk_app(node))
    citizen.get(f"/kiosk/service/{SERVICE}")
    citizen.press(f"/kiosk/service/{SERVICE}/start")
    typed = citizen.path
    home = citizen.get("/kiosk/")
    assert "继续" not in home
    citizen.get(typed)
    assert citizen.status == 404


def test_a_kill_between_filing_and_forgetting_leaves_one_application_and_no_content(home, tmp_path):
    """The draft dies with the program; what was committed stands, sealed."""
    program = textwrap.dedent(f"""
        import os, sys
        sys.path.insert(0, {str(tmp_path)!r})
        from edge import drafts, identity, sealing
        from edge.node import open_node
        from pathlib import Path
        node = open_node(Path({str(home)!r}))
        with node.database.write() as tx:
            identity.set_centre(tx, {{"node": node.settings.node_id, "name": "x", "centre_url": "u", "code": "A",
                "centre_sign_key": "11" * 32, "centre_box_key": "22" * 32,
                "supervisor_box_key": sealing.new_key()[1].hex()}})
        draft = drafts.create(node, {SERVICE!r}, "kiosk:one")
        draft = drafts.save(node, draft, {ANSWERS!r})
        node.unwritten.forget = lambda owner: os._exit(9)
        drafts.file(node, draft, actor="kiosk")
    """)
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    from edge.node import open_node

    again = open_node(home)
    try:
        with again.database.read() as tx:
            assert len(log.up(tx)) == 1
        assert_nowhere(everything_readable(again))
    finally:
        again.close()


def test_the_commands_make_a_key_and_open_a_complaint_for_its_supervisor_alone(tmp_path):
    home = tmp_path / "zhongxin"
    assert run("centre", "init", "--home", home)[0] == 0
    assert len(ask("", "centre", "supervisor-key", "--home", home)["public"]) == 64
    assert run("centre", "open-complaint", "52242500171000010", "--as", "centre:du", "--home", home)[0] == 1
