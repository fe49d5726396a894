"""What leaves the centre as files: columns by their known names, no formula, no name where none belongs, a ledger; and
packages of closed applications that show every change.
"""

import copy
import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from edge import archives
from edge.commands.exports import WHAT
from edge.errors import YizhanError
from sync.centre import archiving, cases, data_classes, desks, export_rows, exporting, reviewers, tables
from sync.centre.desks import Duty
from sync.centre.export_rows import Asked
from sync.centre.receiver import receive
from tests.asking import told
from tests.centre_room import MATERIAL, NODE, SHA, enrolled, number, pieces, sample

PASSWORD = "vier-dicke-huehner"
ALL = Asked("", "2000-01-01", "2099-12-31")
NAME, BAD_NAME = "王秀梅", '=HYPERLINK("http://x")'
RATING = [
    "projectNo", "pf", "deptCode", "taskCode", "taskHandleItem", "taskName", "subMatter", "proStatus", "proDepart",
    "certKey", "userName", "userProp", "userPageType", "handleUserName", "satisfaction", "evalDetail",
    "writingEvaluation", "serviceNumber", "assessTime", "assessNumber", "dataSource", "promisetime", "acceptDate",
]  # fmt: skip  # a table


@pytest.fixture
def filled(centre):
    """Two applications, one of them granted with a photo and a rating; accounts of the province, of a county, of a
    supervisor.
    """
    room = enrolled(centre)
    room.file_one(1, materials=[MATERIAL])
    body = copy.deepcopy(sample())
    body["answers"]["applicant"]["name"] = BAD_NAME
    room.write("application.filed", body, 2)
    rated = {"application": number(1), "grade": 2, "how": "kiosk", "words": "=1+1 等太久"}
    room.write("rating.given", rated, application="")
    for sent in (room.batch(), room.batch(chunks=pieces())):
        room.read(receive(centre, NODE, sent), sent)
    for name, post in (("li", ""), ("bijie", ""), ("du", "supervisor"), ("chen", "")):
        reviewers.add(centre, name, name, PASSWORD, post)
    with centre.store.write() as tx:
        desks.give(tx, "bijie", [Duty("decide", area="5101")])
    cases.accept(centre, number(1), actor="centre:chen")
    cases.decide(centre, number(1), actor="centre:chen", result="granted")
    return centre


def taken(centre, what, folder, *, actor="centre:du", form="jsonl", asked=ALL):
    done = exporting.export(
        centre, what, folder / f"{what}.{form}", actor=actor, why="季度通报", asked=asked, form=form
    )
    return Path(done.file).read_bytes()


def lines(data):
    return [json.loads(line) for line in data.decode().splitlines()]


def code_of(act, *args, **more):
    with pytest.raises(YizhanError) as caught:
        act(*args, **more)
    return caught.value.code


def ledger(centre):
    with centre.store.read() as tx:
        return [(row.what, row.actor, row.why, row.lines) for row in exporting.ledger(tx)]


def test_applications_and_ratings_come_under_the_names_that_other_systems_know(filled, tmp_path):
    first, second = lines(taken(filled, "cases", tmp_path))
    assert (first["projectNo"], first["proStatus"], first["resultCode"], first["result"]) == (
        number(1),
        "11",
        "0",
        "准予",
    )
    assert (second["proStatus"], second["userName"], second["certKey"] != "") == ("1", BAD_NAME, True)
    (rating,) = lines(taken(filled, "ratings", tmp_path))
    assert list(rating) == RATING
    assert (rating["projectNo"], rating["satisfaction"], rating["evalDetail"]) == (number(1), "2", "不满意")
    nodes = [one["nodeName"] for one in lines(taken(filled, "steps", tmp_path)) if one["projectNo"] == number(1)]
    assert nodes == ["收件", "受理", "办结"]


def test_the_state_for_micro_channels_says_nobodys_name_and_number(filled, tmp_path):
    said = taken(filled, "states", tmp_path, actor="centre:li").decode()
    people = lines(taken(filled, "cases", tmp_path))
    assert [one["state"] for one in lines(said.encode())] == ["办结（准予）", "已收件"]
    for one in people:
        assert one["userName"] not in said
        assert one["certKey"] not in said
    telephones = [
        value for value in json.dumps(sample()["answers"]).split('"') if value.startswith("1") and len(value) == 11
    ]
    assert telephones
    assert not any(one in said for one in telephones)


def test_the_catalogue_is_for_anybody_and_names_every_service_once(filled, tmp_path):
    found = lines(taken(filled, "catalogue", tmp_path, actor="centre:cli"))
    assert len({one["task_id"] for one in found}) == len(found) > 20
    assert all(one["task_name"] and one["materials"] is not None and one["by_law"] for one in found)
    table = list(csv.reader(io.StringIO(taken(filled, "catalogue", tmp_path, form="csv").decode("utf-8-sig"))))
    assert (len(table), table[0][:3]) == (len(found) + 1, ["catalog_code", "task_code", "local_code"])


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+861", "'+861"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("|calc", "'|calc"),
        ("王=秀梅", "王=秀梅"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text, cell):
    assert exporting.plain(text) == cell
    (row,) = csv.reader(
        io.StringIO(b"".join(exporting.pieces([{"a": text}], "csv")).decode("utf-8-sig").partition("\r\n")[2])
    )
    assert row == [cell]


def test_a_table_that_was_exported_holds_names_as_texts(filled, tmp_path):
    table = list(csv.DictReader(io.StringIO(taken(filled, "cases", tmp_path, form="csv").decode("utf-8-sig"))))
    assert [row["userName"] for row in table] == [
        NAME if sample()["answers"]["applicant"]["name"] == NAME else table[0]["userName"],
        f"'{BAD_NAME}",
    ]


@pytest.mark.parametrize(
    ("what", "actor", "code"),
    [
        ("ratings", "centre:li", "class_forbidden"),
        ("ratings", "centre:cli", "class_forbidden"),
        ("cases", "centre:cli", "class_forbidden"),
        ("cases", "centre:bijie", "forbidden"),
        ("states", "centre:bijie", "class_forbidden"),
        ("anomalies", "centre:li", "class_forbidden"),
        ("everything", "centre:du", "export_unknown"),
    ],
)
def test_who_may_not_see_a_class_gets_no_file_and_no_line(filled, tmp_path, what, actor, code):
    assert code_of(taken, filled, what, tmp_path, actor=actor) == code
    assert ledger(filled) == []
    assert list(tmp_path.glob("*.jsonl")) == []


def test_an_account_of_a_place_exports_its_own_and_a_disabled_one_nothing(filled, tmp_path):
    assert taken(filled, "cases", tmp_path, actor="centre:bijie", asked=Asked("5101", ALL.first, ALL.last)) == b""
    with filled.store.write() as tx:
        tx.execute(tables.account.update().values(active=False))
    assert code_of(taken, filled, "cases", tmp_path, actor="centre:li") == "class_forbidden"


def test_every_export_stands_in_the_ledger_with_who_and_why(filled, tmp_path):
    assert (
        code_of(exporting.export, filled, "cases", tmp_path / "x", actor="centre:li", why="  ", asked=ALL)
        == "reason_missing"
    )
    taken(filled, "cases", tmp_path, actor="centre:li")
    taken(filled, "cases", tmp_path, actor="centre:li")
    assert ledger(filled) == [("cases", "centre:li", "季度通报", 2)] * 2
    for wrong in (Asked("52242", "2026-01-01", "2026-01-02"), Asked("", "2026-13-01", "2026-01-02")):
        assert code_of(taken, filled, "cases", tmp_path, asked=wrong) == "bad_request"


def test_a_program_that_is_killed_before_its_line_is_kept_leaves_no_file(filled, tmp_path, monkeypatch):
    def die(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "add", die)
    with pytest.raises(KeyboardInterrupt):
        taken(filled, "cases", tmp_path, actor="centre:li")
    assert [*tmp_path.glob("cases*"), *tmp_path.glob(".cases*")] == []


def test_the_six_libraries_have_a_level_and_what_nobody_classed_is_the_strictest():
    assert [one.title for one in data_classes.LIBRARIES.values()] == [
        "事项库",
        "信息库",
        "业务库",
        "行为库",
        "用户库",
        "身份库",
    ]
    known = [name for one in data_classes.LIBRARIES.values() for name in one.tables]
    assert len(known) == len(set(known))
    assert set(known) <= set(tables.metadata.tables)
    assert data_classes.library_of("a table of tomorrow") == data_classes.STRICTEST == "identity"
    assert {"cases", "steps", "ratings", "late", "anomalies", "videos"} <= data_classes.CLASSES.keys()
    assert set(WHAT) == set(export_rows.ROWS) < set(data_classes.CLASSES)
    assert all(one.library in data_classes.LIBRARIES for one in data_classes.CLASSES.values())


# --- packages


@pytest.fixture
def package(filled, tmp_path):
    done = archiving.archive(filled, number(1), tmp_path / "one.zip", actor="centre:li", why="办结归档")
    return Path(done.file).read_bytes()


def changed(package, path, data=None, *, name=None):
    """The package with one file changed, taken out (b""), or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            said = old.read(one)
            if one == path:
                said = data(said) if callable(data) else data
            if said is not None:
                new.writestr(one, said)
        if name:
            new.writestr(name, b"x")
    return out.getvalue()


def test_a_package_is_whole_without_a_network_and_says_whose_it_is(filled, package):
    key = filled.identity.sign.public.hex()
    found = archives.check(package, key)
    assert (found["whole"], found["faults"], found["number"], found["key_known"]) == (True, [], number(1), True)
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        assert sorted(opened.namelist()) == [
            "application.json",
            "definition.json",
            "events.jsonl",
            "index.json",
            f"materials/{SHA}.jpg",
            "signature.json",
        ]
    assert archives.check(package)["key_known"] is False
    other = archives.check(package, "ab" * 32)
    assert (other["whole"], other["faults"]) == (False, ["签名用的不是省级中心的密钥"])


@pytest.mark.parametrize(
    "path", ["application.json", "definition.json", "events.jsonl", f"materials/{SHA}.jpg", "index.json"]
)
def test_whatever_is_changed_in_a_package_is_found(filled, package, path):
    key = filled.identity.sign.public.hex()
    for made in (
        changed(package, path, lambda said: said[:-2] + b" " + said[-1:]),
        changed(package, path, lambda said: said.replace(b"a", b"b", 1)),
        changed(package, path, b""),
        changed(package, path, None) if path != "index.json" else package[:-40],
    ):
        found = archives.check(made, key)
        assert not found["whole"], path
        assert found["faults"]


def test_a_bit_that_fell_over_anywhere_is_said_in_a_sentence(filled, package):
    key = filled.identity.sign.public.hex()
    for place in range(0, len(package), max(1, len(package) // 400)):
        damaged = bytearray(package)
        damaged[place] ^= 1
        found = archives.check(bytes(damaged), key)
        assert found["whole"] or found["faults"], place
    assert not archives.check(package[:-1], key)["whole"]


def test_a_file_too_many_a_doubled_one_and_what_is_no_package_are_found(package):
    assert archives.check(changed(package, "", name="materials/extra.jpg"))["faults"] == [
        "多出一个目录里没有的文件：materials/extra.jpg"
    ]
    for junk in (b"", b"PK", b"x" * 1000, package[: len(package) // 2]):
        assert not archives.check(junk)["whole"]


def test_a_liar_who_signs_anew_can_change_no_event(filled, package):
    """Somebody with a key of his own packs other words: another key, and an event that doesn't give its digest."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        files = {one: opened.read(one) for one in opened.namelist() if one not in {"index.json", "signature.json"}}
    files["events.jsonl"] = files["events.jsonl"].replace(b"granted", b"refused")
    forged = archives.pack(
        files, {"number": number(1), "made_at": "x", "authority": "x"}, lambda index: archiving._signed(filled, index)
    )
    assert [one for one in archives.check(forged)["faults"] if one.startswith("日志记录被改过")]


def test_only_what_is_closed_and_whole_is_archived_by_who_may(filled, tmp_path):
    act = archiving.archive
    assert code_of(act, filled, number(2), tmp_path / "x", actor="centre:li", why="w") == "archive_open"
    assert code_of(act, filled, number(1), tmp_path / "x", actor="centre:bijie", why="w") == "forbidden"
    assert code_of(act, filled, number(1), tmp_path / "x", actor="centre:cli", why="w") == "class_forbidden"
    with filled.store.write() as tx:
        tx.execute(tables.material.update().values(complete_at=""))
    assert code_of(act, filled, number(1), tmp_path / "x", actor="centre:li", why="w") == "archive_waits"
    with filled.store.read() as tx:
        assert tx.execute(select(tables.export_line)).all() == []


def test_the_commands_answer_as_their_schemas_say(filled, tmp_path, capsys):
    home = ["--home", filled.settings.home]
    out = ["--out", tmp_path / "out"]
    made = told(
        capsys, "centre_export", "centre", "export", "catalogue", *out, "--why", "门户", "--format", "csv", *home
    )
    assert made["lines"] > 20
    packed = told(capsys, "centre_archive", "centre", "archive", number(1), *out, "--as", "centre:li", *home)
    found = told(capsys, "verify_archive", "verify-archive", tmp_path / "out", "--key", packed["key"])
    assert (found["whole"], found["key_known"]) == (True, True)
    assert not told(capsys, "verify_archive", "verify-archive", tmp_path / "out", "--key", "00" * 32, code=1)["whole"]
    listed = told(capsys, "centre_exports", "centre", "exports", *home)
    assert {one["what"] for one in listed["exports"]} == {"archive", "catalogue"}
