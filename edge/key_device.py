"""A slot whose private part never leaves a device (UKey, TPM): the one port is a program of the device's maker.

`PROGRAM public` writes the X25519 public key of the device, 64 hexadecimal digits. `PROGRAM open` reads one line of
JSON, {"sealed": hex, "info": hex}, and writes the 32 bytes that HPKE (base mode, X25519, HKDF-SHA256, AES-256-GCM)
opens, as 64 hexadecimal digits. Asking for a PIN is the program's own affair. Anything but exit code 0 is a refusal.
"""

from __future__ import annotations

import json
import shlex
import subprocess

from edge.errors import problem
from edge.slots import KEY_BYTES, Slot

PATIENCE_S = 120  # somebody may have to type a PIN
_ANSWER_BYTES_MAX = 4096


def public(program: str) -> bytes:
    """Raises key_device_fault."""
    return _ask(program, "public", b"")


def open_slot(program: str, slot: Slot) -> tuple[bytes, ...]:
    """The keys in the slot, as slots.open_slot. Raises key_device_fault."""
    both = [one for one in (slot.sealed, slot.following) if one]
    return tuple(_ask(program, "open", _asked(one, slot)) for one in both)


def _asked(sealed: str, slot: Slot) -> bytes:
    return json.dumps({"sealed": sealed, "info": slot.about().hex()}).encode() + b"\n"


def _ask(program: str, what: str, told: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  the technician names the program in node.toml
            [*shlex.split(program), what], input=told, capture_output=True, timeout=PATIENCE_S, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise problem("key_device_fault", detail=type(error).__name__) from error
    try:
        answer = bytes.fromhex(done.stdout[:_ANSWER_BYTES_MAX].decode("ascii").strip())
    except ValueError:
        answer = b""
    if done.returncode or len(answer) != KEY_BYTES:
        said = done.stderr.decode("utf-8", "replace").strip()[:200]
        raise problem("key_device_fault", detail=said or f"退出码 {done.returncode}")
    return answer
