"""The certificate of the second listener: the node's own, made once, in its folder beside `node.toml`."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from edge.durable import write_new

FILE: Final = "kiosk_tls.pem"
# a room's clock may be years wrong; what counts is the fingerprint
FROM, UNTIL = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)


def certificate(home: Path, host: str) -> Path:
    """The file with key and certificate, made at the first call. Raises OSError."""
    path = home / FILE
    if not path.is_file():
        with suppress(FileExistsError):  # whoever came first made it
            write_new(path, _made(host))
    return path


def _made(host: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "yizhan kiosk")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), FROM, UNTIL)
        .add_extension(x509.SubjectAlternativeName([_called(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.public_bytes(serialization.Encoding.PEM)


def _called(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def fingerprint(path: Path) -> str:
    """SHA-256 of the public key, in base64: what Chromium's --ignore-certificate-errors-spki-list takes."""
    public = x509.load_pem_x509_certificate(path.read_bytes()).public_key()
    known = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(known).digest()).decode()
