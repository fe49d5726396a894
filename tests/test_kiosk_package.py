"""The package of the citizens' screen: what its browser may not do, how it is started, and that the units are sound."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KIOSK = ROOT / "packaging" / "kiosk"
UNITS = (KIOSK / "yizhan-kiosk.service", ROOT / "packaging" / "debian" / "yizhan.service")
NEVER = {"DownloadRestrictions": 3, "DeveloperToolsAvailability": 2, "IncognitoModeAvailability": 1, "BrowserSignin": 0}
OFF = (
    "AllowFileSelectionDialogs", "TranslateEnabled", "PasswordManagerEnabled", "AutofillAddressEnabled",
    "AutofillCreditCardEnabled", "SpellCheckServiceEnabled", "BrowserGuestModeEnabled", "BrowserAddPersonEnabled",
    "SearchSuggestEnabled", "MetricsReportingEnabled", "ComponentUpdatesEnabled", "BackgroundModeEnabled",
    "AudioCaptureAllowed", "ScreenCaptureAllowed", "VideoCaptureAllowed", "AlternateErrorPagesEnabled",
)  # fmt: skip  # a table


@pytest.fixture(scope="module")
def building():
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        spec = importlib.util.spec_from_file_location("kiosk_deb", ROOT / "packaging" / "kiosk_deb.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(ROOT / "packaging"))
    return module


def policies():
    return json.loads((KIOSK / "policies.json").read_text(encoding="utf-8"))


def session(*words, **settings):
    path = {name: os.environ[name] for name in ("PATH",)}
    said = subprocess.run(
        ["bash", KIOSK / "session", *words], capture_output=True, text=True, check=True, env={**path, **settings}
    )
    return said.stdout.splitlines()


def test_the_browser_sees_the_room_and_nothing_else():
    said = policies()
    assert "*" in said["URLBlocklist"]
    assert said["URLAllowlist"] == said["VideoCaptureAllowedUrls"] == ["@ORIGIN@"]
    assert {"chrome://*", "file://*", "devtools://*"} <= set(said["URLBlocklist"])
    assert said["ExtensionInstallBlocklist"] == ["*"]


def test_nothing_can_be_downloaded_chosen_translated_or_looked_into():
    said = policies()
    assert {name: said[name] for name in NEVER} == NEVER
    assert [name for name in OFF if said[name] is not False] == []
    asks = [name for name in said if name.startswith("Default") and name.endswith("Setting")]
    assert len(asks) > 8
    assert {said[name] for name in asks} == {2}  # never asked, always refused


def test_beside_the_room_it_shows_the_rooms_own_address():
    command = session("--print")
    assert command[-1] == "http://127.0.0.1:8600/kiosk/"
    assert "--kiosk" in command
    assert not any(word.startswith("--ignore-certificate-errors") for word in command)
    assert not any(word.startswith("--window-position") for word in command)


def test_paired_it_takes_no_other_certificate_and_on_a_second_screen_it_knows_where_that_is():
    command = session("--print", ADDRESS="https://192.168.1.5:8643/kiosk/", PIN="abc=", SCREEN="1366,0")
    assert command[-1] == "https://192.168.1.5:8643/kiosk/"
    assert "--ignore-certificate-errors-spki-list=abc=" in command
    assert "--window-position=1366,0" in command


def test_each_start_has_a_profile_of_its_own_and_no_word_of_a_crash():
    command = session("--print", XDG_RUNTIME_DIR="/run/user/7")
    assert any(word.startswith("--user-data-dir=/run/user/7/") for word in command)
    assert {"--hide-crash-restore-bubble", "--noerrdialogs", "--no-first-run", "--disable-pinch"} <= set(command)
    text = (KIOSK / "session").read_text(encoding="utf-8")
    assert 'rm -rf "$profile"' in text
    assert "/etc/chromium/policies" in text


@pytest.mark.parametrize("name", ["session", "beside", "debian/postinst", "debian/prerm", "debian/postrm"])
def test_the_scripts_are_whole(name):
    path = KIOSK / name
    shell = "bash" if path.read_text(encoding="utf-8").startswith("#!/bin/bash") else "sh"
    subprocess.run([shell, "-n", path], check=True)


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_takes_the_units(unit, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here")
    lines = unit.read_text(encoding="utf-8").splitlines()
    here = ["ExecStart=/bin/true" if line.startswith("ExecStart=") else line for line in lines]
    (tmp_path / unit.name).write_text("\n".join(here) + "\n", encoding="utf-8")
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / unit.name], capture_output=True, text=True, check=False
    )
    assert [line for line in said.stderr.splitlines() if unit.name in line] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_comes_back_for_ever_and_at_boot(unit):
    lines = unit.read_text(encoding="utf-8").splitlines()
    assert {"Restart=always", "StartLimitIntervalSec=0", "WantedBy=multi-user.target", "LimitCORE=0"} <= set(lines)


def test_the_screens_user_has_no_shell_and_the_unit_no_getty():
    assert "--shell /usr/sbin/nologin yizhan-kiosk" in (KIOSK / "debian" / "postinst").read_text(encoding="utf-8")
    lines = UNITS[0].read_text(encoding="utf-8").splitlines()
    assert "Conflicts=getty@tty1.service" in lines
    assert "User=yizhan-kiosk" in lines
    assert not any("-s " in line for line in lines if line.startswith("ExecStart=/usr/bin/cage"))


def test_the_service_begins_with_the_first_start_and_needs_no_room_to_be_there():
    text = UNITS[1].read_text(encoding="utf-8")
    assert "-m edge serve --first-start" in text
    assert "ConditionPathExists" not in text


def test_two_builds_of_the_package_are_the_same_bytes(building, tmp_path):
    if not shutil.which("dpkg-deb"):
        pytest.skip("no dpkg-deb here")
    first, second = building.build(tmp_path / "one"), building.build(tmp_path / "two")
    assert first.read_bytes() == second.read_bytes()
    listed = subprocess.run(["dpkg-deb", "--contents", first], capture_output=True, text=True, check=True).stdout
    for _, target, _ in building.FILES:
        assert f"./{target}\n" in listed


def test_what_names_the_builders_folder_is_in_no_list_of_the_package(building, tmp_path):
    record = tmp_path / "flask-3.dist-info" / "RECORD"
    for path in (tmp_path / "bin" / "flask", record):
        path.parent.mkdir()
        path.write_text("../../bin/flask,sha256=of_a_script,175\nflask/__init__.py,sha256=of_a_module,60\n", "utf-8")
    building.deb.forget_scripts(tmp_path)
    assert record.read_text("utf-8") == "flask/__init__.py,sha256=of_a_module,60\n"
    assert not (tmp_path / "bin").exists()
