#!/bin/sh
# Runs the tests in a network of their own that has a loopback and no way out: sh packaging/offline.sh [arguments of pytest]
# The kernel counts every packet that had no route. At the end it says how many there were; none is what is promised.
# Needs Linux, and root or the right to make user namespaces. `make test` (or `make check`) has to have run before.
set -eu
cd "$(dirname "$0")/.."

if [ "${YIZHAN_OFFLINE:-}" != inside ]; then
    export YIZHAN_OFFLINE=inside
    if [ "$(id -u)" = 0 ]; then exec unshare --net -- sh "$0" "$@"; fi
    exec unshare --map-root-user --net -- sh "$0" "$@"
fi

# "Ip:" stands on two lines, titles and numbers: the column is found by its title
unrouted() {
    awk '/^Ip:/ { if (!n) { for (i = 1; i <= NF; i++) if ($i == "OutNoRoutes") n = i } else four = $n }
         FILENAME ~ /snmp6/ && $1 == "Ip6OutNoRoutes" { six = $2 }
         END { print four + six }' /proc/net/snmp /proc/net/snmp6
}
knock() { .venv/bin/python -c 'import socket; socket.create_connection(("192.0.2.1", 80), 1)' 2>/dev/null; }

.venv/bin/python - <<'UP'
import fcntl, socket, struct  # what "ip link set lo up" does, without needing iproute2
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
    fcntl.ioctl(door, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS, UP and RUNNING
UP
before=$(unrouted)
if knock; then echo "There is a way out: this is no network of its own." >&2; exit 2; fi
known=$(unrouted)
[ "$known" -gt "$before" ] || { echo "The kernel does not count what has no route: nothing would be shown." >&2; exit 2; }

status=0
.venv/bin/pytest --verbosity=0 "$@" || status=$?
echo "packets to the outside: $(($(unrouted) - known)) (control: $((known - before)) seen)"
exit "$status"
