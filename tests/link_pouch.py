"""PouchDB and pouchdb-server beside our carrying: fetched by npm when they are measured, and kept in build/ alone."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests import corpus

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent / "build" / "pouchdb"
PACKAGES = ("pouchdb@9.0.0", "pouchdb-adapter-memory@9.0.0", "pouchdb-server@4.2.0")
INSTALL_S = 300
PATIENCE_S = 600


def installed() -> Path | None:
    """The folder of the modules; None where npm can't bring them."""
    modules = FOLDER / "node_modules"
    if not all((modules / name.split("@", 1)[0] / "package.json").is_file() for name in PACKAGES):
        if shutil.which("npm") is None:
            return None
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(FOLDER), *PACKAGES]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=INSTALL_S)
        except subprocess.TimeoutExpired:
            return None
        if done.returncode:
            return None
    return modules


def serve(modules: Path, within: list[str], host: str, port: int) -> subprocess.Popen[str]:
    """The server with its documents in memory; it stands when it says so."""
    program = modules / "pouchdb-server" / "bin" / "pouchdb-server"
    command = [*within, "node", str(program), "--in-memory", "--host", host, "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=FOLDER)
    for line in process.stdout or ():
        if "has started" in line:
            return process
    process.kill()
    process.wait()
    raise RuntimeError("pouchdb-server does not start")


def replicate(modules: Path, within: list[str], host: str, port: int, count: int) -> float:
    """Seconds until so many applications of our corpus are there."""
    documents = json.dumps(list(corpus.bodies(count, 5)), ensure_ascii=False)
    command = [*within, "node", str(HERE / "link_pouch.cjs"), str(modules), f"http://{host}:{port}/docs"]
    done = subprocess.run(command, input=documents, capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    said = json.loads(done.stdout)
    if said["written"] != count:
        raise RuntimeError(f"{said['written']} of {count} documents were written")
    return float(said["seconds"])
