"""One server for node and centre: it answers, ends in order, and says when its port is taken."""

import http.client
import subprocess
import sys
import threading

import flask
import pytest

from edge.errors import YizhanError
from edge.serving import Server
from tests.patience import PATIENCE_S

# a program that ends when it is told to, and says by what; %s in a thread of its own, `to_me` once the main one sleeps
ENDS = """
import logging, os, signal, sys, threading
from pathlib import Path
from edge.serving import stop_signals

def sleeps():
    state = Path(f"/proc/self/task/{os.getpid()}/stat").read_text().rpartition(")")[2].split()[0]
    return state == "S" and sys._current_frames()[threading.main_thread().ident].f_code.co_name == "wait"

def to_me(number):
    while not all(sleeps() for _ in range(100)):
        pass
    signal.pthread_kill(threading.get_ident(), number)

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%%(message)s")
signal.signal(signal.SIGUSR1, lambda *_: None)
with stop_signals() as stopped:
    telling = threading.Thread(target=lambda: %s)
    telling.start()
    stopped.wait()
    telling.join()
print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
"""


def an_app(gate=None, entered=None):
    app = flask.Flask("test")

    @app.get("/")
    def page():
        return "在"

    @app.get("/slow")
    def slow():
        entered.set()
        gate.wait(PATIENCE_S)
        return "完"

    @app.post("/size")
    def size():
        return str(len(flask.request.get_data()))

    return app


def get(server, path="/"):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        connection.close()


def test_it_answers_on_a_port_that_the_system_chose_and_shows_no_version():
    server = Server(an_app(), "127.0.0.1", 0)
    try:
        status, text, headers = get(server)
        assert (status, text) == (200, "在")
        assert "waitress" not in str(headers).lower()
    finally:
        server.stop()


def test_a_taken_port_is_a_sentence():
    server = Server(an_app(), "127.0.0.1", 0)
    try:
        with pytest.raises(YizhanError) as caught:
            Server(an_app(), "127.0.0.1", server.port)
        assert caught.value.code == "port_in_use"
        assert str(server.port) in caught.value.sentence
    finally:
        server.stop()


def test_after_stopping_nobody_answers_even_with_a_kept_connection_open():
    server = Server(an_app(), "127.0.0.1", 0)
    kept = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    kept.request("GET", "/")
    kept.getresponse().read()
    server.stop()
    server.stop()
    kept.close()
    with pytest.raises(ConnectionRefusedError):
        get(server)


def test_a_request_that_runs_is_answered_before_the_end():
    gate, entered = threading.Event(), threading.Event()
    server = Server(an_app(gate, entered), "127.0.0.1", 0)
    answers = []
    asking = threading.Thread(target=lambda: answers.append(get(server, "/slow")))
    asking.start()
    assert entered.wait(PATIENCE_S)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    gate.set()
    asking.join(PATIENCE_S)
    stopping.join(PATIENCE_S)
    assert [(status, text) for status, text, _ in answers] == [(200, "完")]


def test_a_body_of_twenty_megabytes_makes_no_temporary_file(monkeypatch):
    made = []
    monkeypatch.setattr("tempfile.TemporaryFile", lambda *given: made.append(given))
    server = Server(an_app(), "127.0.0.1", 0)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    try:
        connection.request("POST", "/size", body=b"x" * 20_000_000)
        assert connection.getresponse().read() == b"20000000"
    finally:
        connection.close()
        server.stop()
    assert made == []


def ended_by(how):
    """What ended a program that waits for its end; one that sleeps on is ended and fails."""
    done = subprocess.run([sys.executable, "-c", ENDS % how], capture_output=True, timeout=PATIENCE_S, check=True)
    *said, is_as_before = done.stdout.decode().split()
    assert is_as_before == "True"
    return said[-1]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_program_ends_whichever_of_its_threads_the_signal_reaches(name):
    assert ended_by(f"to_me(signal.{name})") == name


def test_a_signal_for_the_whole_program_ends_it():
    assert ended_by("os.kill(os.getpid(), signal.SIGTERM)") == "SIGTERM"


def test_a_signal_that_means_something_else_does_not_end_it():
    assert ended_by("(to_me(signal.SIGUSR1), to_me(signal.SIGTERM))") == "SIGTERM"
