"""Swift of Debian's packages with three copies of everything and its S3 door, on ports of its own; it ends with us."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from sync.centre.shelves import Shelf, open_shelf
from tests.patroni_cluster import free_ports, own_folder, until
from tests.postgres_server import as_nobody

COPIES = 3
BEGIN_S = 60.0
KINDS = ("account", "container", "object")
NEEDED = ("swift-proxy-server", "swift-ring-builder", *(f"swift-{kind}-server" for kind in KINDS))
HINT = "Swift is needed: sh packaging/cluster.sh"
USER, KEY, BUCKET = "yizhan:centre", "of-no-worth", "materials"
# the cache is not there: for signed requests nothing is asked of it
PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
workers = 1
log_address =
user = {user}
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats s3api tempauth copy slo dlo versioned_writes proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{nobody}
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
[filter:tempauth]
use = egg:swift#tempauth
user_yizhan_centre = {key} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
"""
SERVER = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
workers = 1
user = {user}
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
SWIFT = """
[swift-hash]
swift_hash_path_suffix = s
swift_hash_path_prefix = p
[storage-policy:0]
name = all
default = yes
"""


@dataclass
class Swift:
    """Where it listens, and where its copies lie."""

    folder: Path
    port: int

    def describe(self, file: Path) -> None:
        """What the centre's `s3` names."""
        lines = {"endpoint": f"http://127.0.0.1:{self.port}", "bucket": BUCKET, "access_key_id": USER}
        lines |= {"secret_access_key": KEY}
        file.write_text("".join(f'{name} = "{value}"\n' for name, value in lines.items()), encoding="utf-8")
        file.chmod(0o600)

    def copies(self) -> int:
        """How many files of objects lie on all devices."""
        return sum(1 for _ in (self.folder / "devices").glob("d*/objects/**/*.data"))

    def shelf(self) -> Shelf:
        file = self.folder / "s3.toml"
        self.describe(file)
        return open_shelf(self.folder, file)

    def make_bucket(self) -> bool:
        """False while nobody answers."""
        keys = {"aws_access_key_id": USER, "aws_secret_access_key": KEY, "region_name": "us-east-1"}
        settings = Config(
            s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=10
        )
        door = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{self.port}", config=settings, **keys)
        with suppress(BotoCoreError, ClientError):
            door.create_bucket(Bucket=BUCKET)
            return True
        return False


@contextmanager
def swift() -> Iterator[Swift]:
    """A proxy and one server of each kind, three devices on one disk; gone at the end."""
    if not all(shutil.which(name) for name in NEEDED):
        raise RuntimeError(HINT)
    folder = own_folder(Path(tempfile.mkdtemp(prefix="yizhan-swift-")))
    ports = dict(zip(("proxy", *KINDS, "nobody"), free_ports(5), strict=True))
    _write(folder, ports)
    running = [_start(folder, name) for name in ("proxy", *KINDS)]
    try:
        made = Swift(folder, ports["proxy"])
        until(made.make_bucket, BEGIN_S, f"a bucket of Swift: {folder}")
        yield made
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, ports: dict[str, int]) -> None:
    user = getpass.getuser() if os.getuid() else "nobody"
    (folder / "swift.conf").write_text(SWIFT)
    values = {"folder": folder, "user": user, "key": KEY, "nobody": ports["nobody"]}
    (folder / "proxy.conf").write_text(PROXY.format(port=ports["proxy"], **values))
    for kind in KINDS:
        (folder / f"{kind}.conf").write_text(SERVER.format(kind=kind, port=ports[kind], folder=folder, user=user))
        _ring(folder, kind, ports[kind])
    own_folder(folder / "devices")
    for place in range(COPIES):
        own_folder(folder / "devices" / f"d{place}")


def _ring(folder: Path, kind: str, port: int) -> None:
    builder = str(folder / f"{kind}.builder")
    _ask("swift-ring-builder", builder, "create", "6", str(COPIES), "0")
    for place in range(COPIES):
        _ask("swift-ring-builder", builder, "add", f"r1z{place + 1}-127.0.0.1:{port}/d{place}", "1")
    _ask("swift-ring-builder", builder, "rebalance")


def _ask(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")


def _start(folder: Path, name: str) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as log:
        command = [*as_nobody(), f"swift-{name}-server", str(folder / f"{name}.conf"), "verbose"]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder)
