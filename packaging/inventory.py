"""What others wrote of a bundle, as CycloneDX 1.6 in JSON: the wheels that lie in it, and what was fetched from npm for
the pages and the data packs.

Made of those files alone: no network, and the same wheels, lock file and time give the same bytes. What a wheel carries
inside of itself (SQLite in that of sqlcipher3, OpenSSL in that of cryptography) is known by the wheel's version.
"""

from __future__ import annotations

import base64
import email.message
import email.parser
import hashlib
import json
import platform
import uuid
import zipfile
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NAME = "sbom.cdx.json"
LOCK = Path(__file__).resolve().parent / "assets" / "package-lock.json"
OURS = "yizhan"
LICENCE_LENGTH_MAX = 100  # some metadata has the whole text in the field of the name
_SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # names are addresses (RFC 9562)


def write(folder: Path, version: str, required: Collection[str], seconds: int) -> None:
    """Put the inventory of `folder`, whose wheels lie in `wheels/`, beside them. `required`: "name==version" of what a
    room installs; the rest is for a centre. `seconds` since 1970: the time that it bears.
    """
    parts = [*of_wheels(folder / "wheels", required), *of_front_end(LOCK)]
    (folder / NAME).write_text(document(version, parts, seconds), encoding="utf-8")


def of_wheels(wheels: Path, required: Collection[str]) -> list[dict[str, Any]]:
    """A component for each wheel that is not our own."""
    needed = {_purl_name(one.partition("==")[0]) for one in required}
    return [_of_wheel(path, needed) for path in sorted(wheels.glob("*.whl")) if not path.name.startswith(f"{OURS}-")]


def only_required(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a room installs of them."""
    return [one for one in parts if one["scope"] == "required"]


def of_python() -> dict[str, Any]:
    """The Python that a package brings along, which is the one that this runs on."""
    version = platform.python_version()
    purl = f"pkg:generic/cpython@{version}"
    return {"type": "platform", "bom-ref": purl, "name": "cpython", "version": version, "purl": purl}


def _of_wheel(path: Path, needed: Collection[str]) -> dict[str, Any]:
    with zipfile.ZipFile(path) as wheel:
        place = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        about = email.parser.BytesParser().parsebytes(wheel.read(place), headersonly=True)
    name = _purl_name(str(about["Name"]))
    hashes = [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}]
    scope = "required" if name in needed else "optional"
    return _component("pypi", name, str(about["Version"]), hashes) | {"scope": scope, "licenses": _licences(about)}


def _purl_name(name: str) -> str:
    """As a package URL of PyPI spells it."""
    return name.lower().replace("_", "-").replace(".", "-")


def _licences(about: email.message.Message) -> list[dict[str, Any]]:
    """An SPDX expression where the metadata has one, else the name by which it calls its licence, else nothing."""
    if about["License-Expression"]:
        return [{"expression": str(about["License-Expression"])}]
    named = [str(one).rpartition(" :: ")[2] for one in about.get_all("Classifier", []) if one.startswith("License ::")]
    said = " ".join(str(about["License"] or "").split())
    found = named or ([said] if 0 < len(said) <= LICENCE_LENGTH_MAX else [])
    return [{"license": {"name": one}} for one in found]


def of_front_end(lock: Path) -> list[dict[str, Any]]:
    """A component for each package of the lock file that is not for tests alone."""
    packages: dict[str, Any] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return [_of_npm(place, one) for place, one in sorted(packages.items()) if place and not one.get("dev")]


def _of_npm(place: str, one: dict[str, Any]) -> dict[str, Any]:
    name = place.rpartition("node_modules/")[2]
    algorithm, _, digest = str(one["integrity"]).partition("-")
    hashes = [{"alg": f"SHA-{algorithm.removeprefix('sha')}", "content": base64.b64decode(digest).hex()}]
    licences = [{"license": {"id": one["license"]}}] if one.get("license") else []
    return _component("npm", name, str(one["version"]), hashes) | {"scope": "required", "licenses": licences}


def _component(kind: str, name: str, version: str, hashes: list[dict[str, str]]) -> dict[str, Any]:
    purl = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "hashes": hashes}


def document(version: str, parts: list[dict[str, Any]], seconds: int) -> str:
    """The whole as text. Its number follows from what is in it."""
    found = sorted(parts, key=lambda one: str(one["purl"]))
    own = {"type": "application", "bom-ref": OURS, "name": OURS, "version": version}
    said = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": own,
        },
        "components": found,
        "dependencies": [{"ref": OURS, "dependsOn": [one["purl"] for one in found]}],
    }
    number = uuid.uuid5(_SPACE, json.dumps(said, sort_keys=True))
    return (
        json.dumps(said | {"serialNumber": f"urn:uuid:{number}"}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )
