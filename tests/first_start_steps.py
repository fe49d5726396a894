"""What somebody enters in the steps of the first start."""

import io
import json

PASSWORD = "shifan-2026"
OFFICER = {"name": "韦建国", "account": "weijianguo", "password": PASSWORD, "again": PASSWORD, "rank": "民警"}
AFTER_ROOM = (("/setup/time", {}), ("/setup/devices", {"act": "later"}), ("/setup/officer", OFFICER))


def chosen_file(enrolment):
    return {"way": "file", "file": (io.BytesIO(json.dumps(enrolment).encode()), "enrolment.json")}


# devices.toml with a receipt printer that writes into a folder of the home
PRINTER = """[[printers]]
name = "pingtiao"
kind = "receipt"
connection = "file"
port = "printed"

[mapping.desk]
receipt_printer = "pingtiao"
"""
