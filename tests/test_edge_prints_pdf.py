"""`yizhan forms print`: a sheet as a PDF of A4 pages whose text can be read out again."""

import shutil
import unicodedata

import pytest
from kiosk_app import ROOM, SERVICE
from service_for_tests import service

from edge.errors import YizhanError
from edge.preview import ROOM as MADE_UP
from edge.prints import pdf, sheets
from forms.definition import packaged
from tests.programs import ask, run
from tests.signing import publish_file

browser = pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
A4_POINTS = (595, 842)


def text_of(file):
    """(text, sizes of the pages); radicals that look like characters count as those: fonts draw both the same."""
    from pypdf import PdfReader

    pages = PdfReader(file).pages
    sizes = [(round(float(one.mediabox.width)), round(float(one.mediabox.height))) for one in pages]
    # ⻚ and a few other radicals have no compatibility mapping
    text = "".join(unicodedata.normalize("NFKC", one.extract_text()) for one in pages).translate(
        str.maketrans("⻚⻔⺠⻓⻅⻋", "页门民长见车")
    )
    return text.replace("\n", ""), sizes


@browser
@pytest.mark.parametrize("name", sorted(sheets.SHEETS))
def test_each_sheet_is_a_few_pages_of_a4_with_its_text(tmp_path, name):
    (tmp_path / "room.toml").write_text(ROOM.replace("大坪村警务室", "𠮷坪村警务室"), encoding="utf-8")
    out = tmp_path / f"{name}.pdf"
    answer = ask("forms_print", "forms", "print", SERVICE, "--sheet", name, "--pdf", out, "--home", tmp_path)
    text, sizes = text_of(out)
    assert answer["pages"] == len(sizes)
    assert 1 <= len(sizes) <= 8
    assert {abs(a - b) <= 1 for size in sizes for a, b in zip(size, A4_POINTS, strict=True)} == {True}
    assert "𠮷坪村警务室" in text
    assert packaged()[SERVICE].title in text
    assert ("示范文本" in text) == (name == "sample")
    assert "还没有发布" not in text
    assert answer["trial"] is False
    assert f"共 {len(sizes)} 页" in text


@browser
def test_a_service_that_nobody_published_says_so_on_its_paper(tmp_path):
    made = tmp_path / "cunmin-yijian.json"
    assert run("forms", "new", "cunmin-yijian", "--out", made)[0] == 0
    out = tmp_path / "sheet.pdf"
    answer = ask("forms_print", "forms", "print", made, "--sheet", "sample", "--pdf", out, "--home", tmp_path)
    text, _ = text_of(out)
    assert answer["trial"] is True
    assert "试 用" in text
    assert "还没有发布" in text
    assert "示范文本" in text


@browser
def test_a_room_s_own_service_is_found_by_its_id(tmp_path):
    (tmp_path / "services").mkdir()
    publish_file(tmp_path / "services" / "ceshi-dengji.json", service())
    out = tmp_path / "sheet.pdf"
    answer = ask("forms_print", "forms", "print", "ceshi-dengji", "--pdf", out, "--home", tmp_path)
    assert (answer["sheet"], answer["language"]) == ("guide", "zh-CN")
    assert "测试登记办事指南" in text_of(out)[0]


def test_without_a_browser_a_sentence_says_what_to_install_and_nothing_is_written(tmp_path):
    out = tmp_path / "sheet.pdf"
    answer = ask("error", "forms", "print", SERVICE, "--pdf", out, "--home", tmp_path, code=1,
                 env={"YIZHAN_CHROMIUM": str(tmp_path / "none")})  # fmt: skip  # a table
    assert answer["error"]["code"] == "browser_missing"
    assert not out.exists()


def test_a_browser_that_fails_leaves_no_file_and_says_what_it_said(tmp_path):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho out of memory >&2\nexit 3\n")
    broken.chmod(0o755)
    definition = packaged()[SERVICE]
    sheet = pdf.Sheet(definition, MADE_UP, "guide", "zh-CN", trial=False)
    with pytest.raises(YizhanError, match="out of memory") as error:
        pdf.write(sheet, tmp_path / "sheet.pdf", str(broken))
    assert error.value.code == "pdf_failed"
    assert not (tmp_path / "sheet.pdf").exists()


def test_a_service_that_is_none_and_a_file_with_faults_are_refused(tmp_path):
    out = tmp_path / "sheet.pdf"
    unknown = ask("error", "forms", "print", "no-such", "--pdf", out, "--home", tmp_path, code=1)
    assert unknown["error"]["code"] == "service_not_named"
    faulty = tmp_path / "faulty.json"
    faulty.write_text("{}")
    assert ask("error", "forms", "print", faulty, "--pdf", out, code=1)["error"]["code"] == "definition_fault"
    assert not out.exists()
