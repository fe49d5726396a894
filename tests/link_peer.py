"""The measure beside ours: a record a POST, gzip, one kept TLS connection. `link_peer.py HOST PORT COUNT ROOT.pem`"""

import gzip
import json
import sys
import time
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from forms.events import canonical
from tests import corpus

host, port, count, root = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
bodies = [gzip.compress(canonical(body)) for body in corpus.bodies(count, 5)]
with requests.Session() as session:
    session.trust_env = False
    session.verify = root
    began = time.monotonic()
    for body in bodies:
        session.post(f"https://{host}:{port}/plain", data=body, timeout=120).raise_for_status()
    seconds = time.monotonic() - began
sys.stdout.write(json.dumps({"seconds": seconds, "bytes": sum(map(len, bodies))}) + "\n")
