"""A stolen laptop: 10,000 marks in six encodings, searched for in everything that a room leaves on its disk (safety.md C 9).

PROOF_MARKS says how many marks are planted.
"""

import os
from typing import Any

import at_rest

from edge import passphrases, slots

MARKS = 10_000


def figures() -> list[dict[str, Any]]:
    done = at_rest.run(int(os.environ.get("PROOF_MARKS", MARKS)))
    found, seen = done["found"], done["seen"]
    if min(seen.hits.values()) == 0 or done["control"] < done["planted"]:
        raise RuntimeError(f"the control run misses marks: {seen.hits}, {done['control']} of {done['planted']}")
    searched = (
        f"{found.files} files, {found.bytes >> 20} MB: database, log, witness, inbox, stick, backup, temporary files"
    )
    kdf = passphrases.calibrate()
    guess_s = _fastest(kdf)
    return [
        {"name": "marks planted", "value": done["planted"], "unit": "", "beside": searched},
        {"name": "marks found in six encodings", "value": sum(found.hits.values()), "unit": "", "limit": 0,
         "beside": f"control, decrypted: {done['control']} marks, {sum(seen.hits.values())} places in all six encodings"},
        {"name": "marks found in the program's log", "value": done["log"], "unit": "", "limit": 0, "beside": "at level DEBUG"},
        {"name": "core files of an aborted program", "value": done["cores"], "unit": "", "limit": 0,
         "beside": f"control, the same without our limit: {done['other_cores']} core with {done['core_hits']} marks"},
        {"name": "one guess at a passphrase", "value": round(guess_s * 1000), "unit": "ms",
         "beside": f"argon2id {kdf.memory_kib >> 10} MiB x {kdf.passes}; a generated one has"
         f" {passphrases.bits(words=False):.0f} bits"},
        {"name": "bits that a generated passphrase lacks", "value": max(0, passphrases.BITS_MIN - passphrases.bits(words=False)),
         "unit": "", "limit": 0},
    ]  # fmt: skip  # a table


def _fastest(kdf: slots.Kdf) -> float:
    return min(passphrases.measure(kdf) for _ in range(3))
