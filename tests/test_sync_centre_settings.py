from dataclasses import fields
from pathlib import Path

import pytest

from sync.centre.settings import ABOUT, CentreSettings, SettingsError, load


def write(home: Path, text: str) -> Path:
    (home / "centre.toml").write_text(text, encoding="utf-8")
    return home


def test_every_setting_is_described():
    assert set(ABOUT) == {f.name for f in fields(CentreSettings)} - {"home"}


def test_without_a_file_the_defaults_hold_and_paths_lie_under_home(tmp_path):
    settings = load(tmp_path, {})
    assert settings.port == 8600
    assert settings.blobs == tmp_path / "blobs"


def test_the_environment_wins_over_the_file(tmp_path):
    write(tmp_path, 'port = 9000\nname = "贵州省公安厅"\n')
    settings = load(tmp_path, {"YIZHAN_CENTRE_PORT": "9001"})
    assert (settings.port, settings.name) == (9001, "贵州省公安厅")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("prot = 1", "prot"),
        ('port = "viele"', "port"),
        ("port = true", "port"),
        ("port = 70000", "port"),
        ("name = 7", "name"),
        ('name = " "', "name"),
        ('url = "centre.example"', "url"),
        ("threads = 0", "threads"),
        ("port = [", "(整个文件)"),
        ('home = "/"', "home"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_the_key(tmp_path, text, key):
    with pytest.raises(SettingsError) as caught:
        load(write(tmp_path, text), {})
    assert caught.value.key == key
    assert key in str(caught.value)
