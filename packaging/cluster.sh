#!/bin/sh
# `make proof ONLY=cluster` runs the centre on Patroni, etcd and Swift; brings Debian's programs where they are missing,
# and none of Debian's own servers with them.
set -eu

have_all() {
    sh "$(dirname "$0")/postgresql.sh" && command -v patroni etcd swift-proxy-server swift-account-server \
        swift-container-server swift-object-server swift-ring-builder >/dev/null 2>&1
}

have_all && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Patroni, etcd and Swift for the measurement of a cluster" >&2
    policy=/usr/sbin/policy-rc.d # what it answers decides whether a package starts its server
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        trap 'rm -f "$policy"' EXIT
    fi
    apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        patroni etcd-server swift-proxy swift-account swift-container swift-object >&2
    exit 0
fi
echo "make proof ONLY=cluster needs: sudo apt-get install patroni etcd-server swift-proxy swift-account" \
    "swift-container swift-object" >&2
exit 1
