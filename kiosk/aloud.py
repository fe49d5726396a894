"""Reading a page aloud: by a voice of the browser where it has one, else by the node's espeak-ng as a WAV.

What may be read is marked in the page: `say(text)` puts the text and a mark into the element, and the node speaks only
what carries its own mark. So a question, a hint and a button can be heard, and nothing that somebody typed.
"""

import hashlib
import hmac
import shutil
import subprocess
from threading import BoundedSemaphore

from flask import Response, current_app, g, request
from markupsafe import Markup

from edge import web_node
from edge.web import language
from kiosk import visit
from kiosk.keys import TOO_MANY, asked
from kiosk.pen import Pace

PROGRAM = "espeak-ng"
PACKAGES = ("espeak-ng",)
VOICES = {"zh": "cmn", "en": "en"}
TEXT_MAX = 600
WORDS_A_MINUTE, ELDER_WORDS_A_MINUTE = 160, 130
TIME_OUT_S = 10
SIZES_AT = ((4, 8), (40, 44))  # a WAV made as a stream doesn't know its length
ONE_AT_A_TIME = BoundedSemaphore(1)
PACE = Pace()


def voice(tag: str) -> str:
    """espeak-ng's voice for a language; "" for none."""
    return VOICES.get(tag.split("-", 1)[0].lower(), "")


def is_there() -> bool:
    """Whether the node can speak the language of this page."""
    return bool(voice(language())) and shutil.which(PROGRAM) is not None


def is_read() -> bool:
    """Whether this page is one to be read aloud: never one that must not be noticed in the room."""
    return bool(voice(language())) and not g.get("kiosk_private")


def say(text: object) -> Markup:
    """The attributes of an element whose text may be read aloud; "" outside of the kiosk and on private pages."""
    spoken = " ".join(str(text).split())
    if request.blueprint != "kiosk" or not spoken or not is_read():
        return Markup()
    return Markup(' data-say="{}" data-mark="{}"').format(spoken, mark(spoken, language()))


def mark(text: str, tag: str) -> str:
    """What shows that the node itself wrote this text to be read."""
    secret: bytes = current_app.extensions["yizhan.web"].secret
    return hmac.new(secret, f"yizhan-say\0{tag}\0{text}".encode(), hashlib.sha256).hexdigest()[:32]


def speak() -> Response:
    """`text`, `mark` and `language` of one element -> a WAV; 404 for what the node did not mark, and for no voice."""
    question = {key: str(value) for key, value in asked().items()}
    text, tag = question.get("text", "")[:TEXT_MAX], question.get("language", "")
    if not hmac.compare_digest(question.get("mark", "").encode(), mark(text, tag).encode()):
        return Response(status=404)
    if not PACE.may(visit.owner(), web_node.node().clock.ticks()):
        return Response(status=TOO_MANY)
    sound = synthesize(text, tag)
    return Response(sound, mimetype="audio/wav") if sound else Response(status=404)


def synthesize(text: str, tag: str) -> bytes:
    """A WAV of the text; b"" where there is no voice for it or it takes too long."""
    program = shutil.which(PROGRAM)
    if not voice(tag) or program is None or not ONE_AT_A_TIME.acquire(timeout=TIME_OUT_S):
        return b""
    speed = ELDER_WORDS_A_MINUTE if visit.view().elder else WORDS_A_MINUTE
    loud = web_node.node().files.devices.speaker.volume * 2  # 0 to 200
    command = [program, "-v", voice(tag), "-s", str(speed), "-a", str(loud), "--stdin", "--stdout"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; the text goes in by its standard input
            command, input=text.encode(), capture_output=True, check=False, timeout=TIME_OUT_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    finally:
        ONE_AT_A_TIME.release()
    return _measured(done.stdout) if done.returncode == 0 else b""


def _measured(wav: bytes) -> bytes:
    """The same WAV with its lengths put in."""
    if wav[:4] != b"RIFF":
        return b""
    sound = bytearray(wav)
    for start, end in SIZES_AT:
        sound[start:end] = (len(wav) - end).to_bytes(4, "little")
    return bytes(sound)
