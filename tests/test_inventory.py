"""The inventory of what others wrote, as it lies in the bundle: CycloneDX, whole, and the same bytes for the same parts."""

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAKE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import inventory
inventory.write(Path(sys.argv[2]), "1.2.3", ["Two_Words==2.0"], 1_793_491_200)
"""


def wheel(folder: Path, name: str, version: str, *lines: str) -> Path:
    path = folder / "wheels" / f"{name}-{version}-py3-none-any.whl"
    path.parent.mkdir(exist_ok=True)
    about = [f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}", *lines, "", "License-Expression: of the text"]
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(zipfile.ZipInfo(f"{name}-{version}.dist-info/METADATA"), "\n".join(about))
    return path


def made(folder: Path) -> bytes:
    command = [sys.executable, "-c", MAKE, str(ROOT / "packaging"), str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return (folder / "sbom.cdx.json").read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    wheel(tmp_path, "yizhan", "1.2.3")
    wheel(tmp_path, "one", "1.0", "License-Expression: MIT OR Apache-2.0")
    wheel(tmp_path, "two_words", "2.0", "License: BSD", "Classifier: License :: OSI Approved :: BSD License")
    wheel(tmp_path, "three.parts", "3.0", f"License: {'the whole text ' * 20}")
    wheel(tmp_path, "four", "4.0", "License: Zope Public License")
    return tmp_path


def of_python(folder: Path) -> dict[str, dict]:
    parts = json.loads(made(folder))["components"]
    return {one["name"]: one for one in parts if one["purl"].startswith("pkg:pypi/")}


def test_every_wheel_of_others_is_named_with_version_digest_and_licence(folder: Path) -> None:
    found = of_python(folder)
    assert found.keys() == {"one", "two-words", "three-parts", "four"}
    for name, one in found.items():
        path = next((folder / "wheels").glob(f"{name.replace('-', '?')}-*.whl"))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert one["hashes"] == [{"alg": "SHA-256", "content": digest}]
        assert one["purl"] == one["bom-ref"] == f"pkg:pypi/{name}@{one['version']}"
    assert {name: one["licenses"] for name, one in found.items()} == {
        "one": [{"expression": "MIT OR Apache-2.0"}],
        "two-words": [{"license": {"name": "BSD License"}}],
        "three-parts": [],
        "four": [{"license": {"name": "Zope Public License"}}],
    }


def test_what_a_room_does_not_install_is_optional(folder: Path) -> None:
    assert {name for name, one in of_python(folder).items() if one["scope"] == "required"} == {"two-words"}


def test_what_the_lock_file_brings_is_named_and_what_is_for_tests_is_not(folder: Path) -> None:
    lock = json.loads((ROOT / "packaging" / "assets" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = {name.removeprefix("node_modules/"): one for name, one in lock.items() if name and not one.get("dev")}
    parts = {one["name"]: one for one in json.loads(made(folder))["components"] if one["purl"].startswith("pkg:npm/")}
    assert {name: one["version"] for name, one in parts.items()} == {
        name: one["version"] for name, one in wanted.items()
    }
    assert {"htmx.org", "lucide-static"} <= parts.keys()
    assert "axe-core" not in parts
    for one in parts.values():
        assert [len(bytes.fromhex(each["content"])) for each in one["hashes"]] == [64]
        assert one["hashes"][0]["alg"] == "SHA-512"


def test_it_is_cyclonedx_and_names_no_place_to_fetch_from(folder: Path) -> None:
    text = made(folder).decode()
    said = json.loads(text)
    assert (said["bomFormat"], said["specVersion"], said["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", said["serialNumber"]
    )
    assert said["metadata"]["component"]["version"] == "1.2.3"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said["metadata"]["timestamp"])
    references = [one["bom-ref"] for one in said["components"]]
    assert len(set(references)) == len(references)
    assert said["dependencies"] == [{"ref": "yizhan", "dependsOn": references}]
    assert "://" not in text


def test_the_same_parts_give_the_same_bytes_and_another_wheel_another_number(folder: Path) -> None:
    first = made(folder)
    assert made(folder) == first
    wheel(folder, "one", "1.0", "License-Expression: MIT")
    assert json.loads(made(folder))["serialNumber"] != json.loads(first)["serialNumber"]
