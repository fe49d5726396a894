"""Running the real `yizhan` as other programs do: a process, its JSON, its exit code."""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from forms import validation

SCHEMAS = Path(__file__).parent / "cli_schemas"
PATIENCE_S = 180  # a busy machine may take its time; who never answers is ended
NODE = "5224250017"
CHEAP = {"YIZHAN_PASSWORD_MEMORY_KIB": "8192", "YIZHAN_PASSWORD_PASSES": "1"}


def schema(name):
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


def holds(name, answer):
    """Asserts that an answer is as its published schema says."""
    found = validation.problems(schema(name), answer)
    assert not found, [(one.path, one.message) for one in found]
    return answer


def run(*words, env=None, stdin=None):
    """(exit code, standard output, standard error) of one command."""
    done = subprocess.run(
        [sys.executable, "-m", "edge", *map(str, words)],
        capture_output=True,
        timeout=PATIENCE_S,
        env={**os.environ, **CHEAP, **(env or {})},
        input=stdin,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def ask(name, *words, code=0, **more):
    """The JSON of a reporting command, held to its schema."""
    got, out, err = run(*words, "--json", **more)
    assert got == code, (words, got, out, err)
    return holds(name, json.loads(out)) if name else json.loads(out)


@contextmanager
def served(*words, env=None, stop=signal.SIGTERM):
    """A serving command while the block runs: (its process, the JSON line that it prints when ready)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "edge", *map(str, words), "--json"],
        stdout=subprocess.PIPE,
        env={**os.environ, **CHEAP, "PYTHONFAULTHANDLER": "1", **(env or {})},
    )
    impatience = threading.Timer(PATIENCE_S, process.kill)
    impatience.start()
    try:
        line = process.stdout.readline()
        impatience.cancel()
        assert line, "it ended before it was ready"
        yield process, json.loads(line)
    finally:
        impatience.cancel()
        if process.poll() is None:
            process.send_signal(stop)
        _ended(process)


def _ended(process):
    """Waits for its end; one that hangs says where each of its threads is, and is ended all the same."""
    try:
        process.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        process.communicate(timeout=PATIENCE_S)
        raise


def make_circle(folder, url="http://127.0.0.1:1"):
    """(centre home, node home) of a fresh circle; the node will look for the centre at `url`."""
    centre, node, file = folder / "centre", folder / "node", folder / "enrolment.json"
    assert run("centre", "init", "--home", centre)[0] == 0
    code, _, err = run("centre", "enrol", NODE, "--name", "大坪村警务室", "--url", url, "--home", centre, "--out", file)
    assert code == 0, err
    ask("init", "init", "--home", node, "--enrolment", file)
    return centre, node
