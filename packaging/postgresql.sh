#!/bin/sh
# The centre's store is tested on a real PostgreSQL, which the tests start by themselves; brings its programs where they
# are missing, and none of Debian's own servers with them.
set -eu

have_postgresql() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1; }

have_postgresql && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing PostgreSQL for the tests of the centre's store" >&2
    mkdir -p /etc/postgresql-common
    # the package would start a server of its own on a fixed port
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql >&2
    exit 0
fi
echo "The tests of the centre's store need PostgreSQL 15 or newer: sudo apt-get install postgresql" >&2
exit 1
