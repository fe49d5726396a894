"""The bundle for Windows as far as it can be held without Windows: its script, its options, its file."""

import codecs
import importlib.util
import re
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILE = ROOT / "packaging" / "install.ps1"
SCRIPT = FILE.read_text(encoding="utf-8-sig")


@pytest.fixture(scope="module")
def bundle():
    spec = importlib.util.spec_from_file_location("bundle", ROOT / "packaging" / "bundle.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_script_says_that_nobody_tried_it_and_asks_no_network():
    assert "NOT TRIED ON WINDOWS" in SCRIPT
    assert not re.search(r"https?://|Invoke-WebRequest|Start-BitsTransfer", SCRIPT)
    assert {"--no-index", "--require-hashes", "--only-binary"} <= set(SCRIPT.split())


def test_the_script_checks_every_file_before_it_installs_any():
    assert SCRIPT.index("Get-FileHash") < SCRIPT.index("-m venv")


def test_the_script_is_read_as_utf_8_by_an_old_powershell_too():
    """Without the mark PowerShell 5.1 takes the system's own code page."""
    assert FILE.read_bytes().startswith(codecs.BOM_UTF8)
    assert FILE.read_bytes().count(codecs.BOM_UTF8) == 1


def test_no_chinese_text_of_the_script_is_taken_for_code():
    """PowerShell ends a text at a typographic quotation mark, and takes Chinese behind `$name` for more of the name."""
    assert not re.findall("[\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u2013\u2014\u2015]", SCRIPT)
    assert not re.findall(r"\$\w*[^\W\x00-\x7f]", SCRIPT)


def test_what_the_script_says_is_chinese():
    said = re.findall(r"""(?:Write-Host|Stop-With) (?:'([^'\n]*)'|"([^"\n]*)")""", SCRIPT)
    assert len(said) > 10
    for words in said:
        assert re.search(r"[\u4e00-\u9fff]", "".join(words)), words


def test_data_come_along_with_a_newer_program_and_an_older_one_is_refused():
    """As far as reading shows it: the old program prepares before the new one is named, and that one finishes."""
    places = [
        SCRIPT.index(step)
        for step in ("-gt (Number", "-m venv", "upgrade prepare", "Use $own", "upgrade finish", "Use $earlier")
    ]
    assert places == sorted(places)


def test_brackets_of_the_script_are_closed():
    bare = re.sub(r"#[^\n]*|'[^'\n]*'|\"[^\"\n]*\"", "", SCRIPT)
    for left, right in ("()", "{}", "[]"):
        assert bare.count(left) == bare.count(right), left


def test_windows_gets_its_own_wheels_and_no_centre(bundle):
    assert bundle.platforms("win_amd64")[-2:] == ["--platform", "win_amd64"]
    assert not any("manylinux" in word for word in bundle.platforms("win_amd64"))
    assert bundle.sets("win_amd64") == {"requirements.txt": ("yizhan[printer]", "colorama", "tzdata")}
    assert sorted(bundle.sets("x86_64")) == ["requirements-centre.txt", "requirements.txt"]


def test_two_packings_are_the_same_bytes(bundle, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1793491200")
    folder = tmp_path / "yizhan"
    (folder / "wheels").mkdir(parents=True)
    (folder / "install.ps1").write_text("x")
    (folder / "wheels" / "a.whl").write_bytes(b"y" * 100)
    for name in ("one.zip", "two.zip"):
        bundle.pack_zip(folder, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        assert packed.namelist() == ["yizhan/install.ps1", "yizhan/wheels/a.whl"]
