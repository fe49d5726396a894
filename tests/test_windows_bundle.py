"""The bundle for Windows as far as it can be held without Windows: its script, its options, its file."""

import importlib.util
import re
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = (ROOT / "packaging" / "install.ps1").read_text(encoding="utf-8")


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
    assert SCRIPT.isascii()  # PowerShell 5 reads a script without a mark as the system's own code page


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
