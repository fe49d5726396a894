"""归档包: one closed application as a file that is whole for ever, and checked without a network or a centre.

A ZIP of index.json (every other file with its size and SHA-256), signature.json (the centre's signature over the bytes
of index.json), application.json, events.jsonl (both logs, as signed into the chain), definition.json (the form that it
was filled with) and materials/. An electronic file needs no paper beside it (国务院令第716号第十二条).
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from forms.events import HEADER_FIELDS, canonical
from forms.events import digest as event_digest
from sync.suites import SuiteError, named

INDEX, SIGNATURE, EVENTS, APPLICATION, DEFINITION = (
    "index.json",
    "signature.json",
    "events.jsonl",
    "application.json",
    "definition.json",
)
FORMAT: Final = 1
FILED: Final = "application.filed"
FILES_MAX: Final = 2000
BYTES_MAX: Final = 1 << 30
# what zipfile, zlib and json say of bytes that are no package of ours: a bit fell over, or a file claims a password
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError),
    *(ValueError, KeyError, TypeError, AttributeError),
)
_DAY_OF_ZIP: Final = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same application, whenever it is packed


def pack(files: Mapping[str, bytes], about: Mapping[str, Any], sign: Any) -> bytes:
    """The bytes of a package. `about`: number, made_at, authority; `sign(index)` -> {suite, key, signature} in hex."""
    listed = [{"path": path, "size": len(data), "sha256": _sha256(data)} for path, data in sorted(files.items())]
    index = canonical({"format": FORMAT, **about, "files": listed})
    signature = canonical(sign(index))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path, data in ((INDEX, index), (SIGNATURE, signature), *sorted(files.items())):
            package.writestr(zipfile.ZipInfo(path, _DAY_OF_ZIP), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def check(data: bytes, key: str = "") -> dict[str, Any]:
    """{whole, faults, number, made_at, key, key_known, files}: what is wrong with a package, in sentences.

    `key`: the public key of the centre, hex; without it nobody knows whose signature it is, and `key_known` is false.
    """
    found: dict[str, Any] = {"number": "", "made_at": "", "key": "", "files": 0}
    faults: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            files = _read(package)
        faults += _faults(files, found, key)
    except _DAMAGED as error:
        faults.append(f"不是归档包，或者已经损坏：{type(error).__name__}")
    known = bool(key) and found["key"] == key
    return {"whole": not faults, "faults": faults, **found, "key_known": known}


def _read(package: zipfile.ZipFile) -> dict[str, bytes]:
    """Every file by its path. Raises ValueError for what no package is: doubled names, or more than fits."""
    names = [one.filename for one in package.infolist()]
    if len(names) > FILES_MAX or len(set(names)) != len(names):
        raise ValueError("names")
    if sum(one.file_size for one in package.infolist()) > BYTES_MAX:
        raise ValueError("size")
    return {one.filename: package.read(one) for one in package.infolist()}


def _faults(files: dict[str, bytes], found: dict[str, Any], key: str) -> Iterator[str]:
    index, said = json.loads(files[INDEX]), json.loads(files[SIGNATURE])
    found |= {"number": index["number"], "made_at": index["made_at"], "key": said["key"], "files": len(index["files"])}
    if index["format"] != FORMAT:
        yield f"归档包的格式是 {index['format']}，本程序只认识 {FORMAT}"
    if not _is_signed(files[INDEX], said):
        yield "目录的签名不对：目录被改过，或者不是这把密钥签的"
    if key and said["key"] != key:
        yield "签名用的不是省级中心的密钥"
    yield from _faults_of_files(files, index)
    yield from _faults_of_events(files, index["number"])


def _is_signed(index: bytes, said: Mapping[str, str]) -> bool:
    try:
        suite = named(said["suite"])
        suite.verify(bytes.fromhex(said["key"]), bytes.fromhex(said["signature"]), index)
    except (SuiteError, ValueError, KeyError):
        return False
    return True


def _faults_of_files(files: Mapping[str, bytes], index: Mapping[str, Any]) -> Iterator[str]:
    listed = {one["path"]: one for one in index["files"]}
    for path in sorted(set(files) - set(listed) - {INDEX, SIGNATURE}):
        yield f"多出一个目录里没有的文件：{path}"
    for path, one in listed.items():
        data = files.get(path)
        if data is None:
            yield f"缺少文件：{path}"
        elif len(data) != one["size"] or _sha256(data) != one["sha256"]:
            yield f"文件被改过：{path}"


def _faults_of_events(files: Mapping[str, bytes], number: str) -> Iterator[str]:
    """Each event gives its own digest, is about this application, and its materials are in the package."""
    materials = {path.rpartition("/")[2].partition(".")[0] for path in files if path.startswith("materials/")}
    lines = [json.loads(line) for line in files.get(EVENTS, b"").splitlines()]
    if not lines:
        yield "没有日志记录"
    for line in lines:
        header = {name: line[name] for name in HEADER_FIELDS}
        made = event_digest(bytes.fromhex(line["prev"]), header, bytes.fromhex(line["salt"]), canonical(line["body"]))
        if made.hex() != line["digest"] or line["application"] != number:
            yield f"日志记录被改过：{line['side']} {line['epoch']}:{line['seq']}"
        if line["kind"] == FILED and DEFINITION in files and _sha256(files[DEFINITION]) != service_of(line):
            yield "表单不是填报时所用的那一份"
        for one in _named(line["body"]):
            if one not in materials:
                yield f"缺少日志里写明的材料：{one}"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def service_of(line: Mapping[str, Any]) -> str:
    """The digest of the form that an application was filled with."""
    return str(line["body"]["service"]["digest"])


def _named(body: Mapping[str, Any]) -> Iterator[str]:
    for one in [*body.get("materials", ()), *([body["material"]] if "material" in body else ())]:
        yield one["sha256"]
