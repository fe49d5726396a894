#!/bin/sh
# From nothing but Debian 12 with Python 3.11 and make to a running demo and a set-up of the tests: what the README
# promises of `make demo` and `make test`, tried on a machine that knows nothing of this one.
#
#   sh packaging/fresh_machine.sh [--tests] [--keep] > transcript.txt
#
# --tests runs the whole of `make test` as well (half an hour), --keep leaves the machine where it is. Needs root and
# debootstrap with a Debian mirror, or in YIZHAN_BARE_DEBIAN the folder of a bare Debian 12. What pip, npm and apt need
# on this network (an index, a proxy, certificates) comes with the environment; files of theirs that have to be there
# too are named in YIZHAN_FRESH_BIND, with colons between them.
set -eu
cd "$(dirname "$0")/.."
begun=$(date +%s)
say() { printf '[%4ds] %s\n' $(($(date +%s) - begun)) "$*"; }
stop() {
    say "$*" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || stop "This makes a machine in a folder, and needs root."
# a namespace of its own: whatever is mounted is gone with it, however this ends
if [ "${YIZHAN_FRESH:-}" != inside ]; then
    YIZHAN_FRESH=inside exec unshare --mount --pid --fork --kill-child -- sh "$0" "$@"
fi
whole= keep=
for word in "$@"; do
    case $word in
        --tests) whole=yes ;;
        --keep) keep=yes ;;
        *) stop "Unknown option $word. Use: sh packaging/fresh_machine.sh [--tests] [--keep]" ;;
    esac
done

machine=$(mktemp -d)
unset TMPDIR # it may name a folder that only this machine has
# nobody's files are below a mount point when the folder goes: the mounts go first
clear_away() {
    awk -v at="$machine/" 'index($2, at) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount
    if [ -n "$keep" ]; then say "The machine stays in $machine"; else rm -rf --one-file-system "$machine"; fi
}
trap clear_away EXIT

if [ -n "${YIZHAN_BARE_DEBIAN:-}" ]; then
    cp -a --one-file-system "$YIZHAN_BARE_DEBIAN/." "$machine"
else
    command -v debootstrap >/dev/null || stop "There is no debootstrap. Install it, or name a bare Debian 12 in YIZHAN_BARE_DEBIAN."
    debootstrap --variant=minbase bookworm "$machine" >"$machine.log" 2>&1 || stop "debootstrap failed, see $machine.log"
fi
cp /etc/resolv.conf "$machine/etc/resolv.conf"
mkdir -p "$machine/proc" "$machine/dev" "$machine/yizhan"
mount -t proc proc "$machine/proc"
mount --rbind --make-rslave /dev "$machine/dev"
inside() {
    say "# $*"
    HOME=/root DEBIAN_FRONTEND=noninteractive PYTHONDONTWRITEBYTECODE= chroot "$machine" sh -c "cd /yizhan; $*"
}

say "A machine with nothing: $(. "$machine/etc/os-release" && printf '%s' "$PRETTY_NAME")"
inside 'apt-get update -q && apt-get install -y -q --no-install-recommends python3 make ca-certificates' >"$machine/apt.log" 2>&1 ||
    stop "Python and make could not be installed: $(tail -5 "$machine/apt.log")"
# read only: what is lent to this machine stays as it is
old=$IFS
IFS=:
for path in ${YIZHAN_FRESH_BIND:-}; do
    if [ -d "$path" ]; then mkdir -p "$machine$path"; else mkdir -p "$machine$(dirname "$path")" && touch "$machine$path"; fi
    mount --bind "$path" "$machine$path"
    mount -o remount,ro,bind "$machine$path"
done
IFS=$old
inside 'python3 --version; make --version | head -1; ! command -v git node npm chromium pip'
say "The sources of $(git rev-parse --short HEAD)"
git archive HEAD | tar -x -C "$machine/yizhan"

say "# make demo"
# it prints one page of addresses when it is ready, and goes on until it is ended
# a group of processes of its own, so that ending it reaches all of them, as a terminal's Ctrl-C does
HOME=/root setsid chroot "$machine" sh -c 'cd /yizhan; exec make demo' >"$machine/demo.txt" 2>"$machine/demo.log" &
demo=$!
until grep -q 'http://' "$machine/demo.txt"; do
    kill -0 "$demo" 2>/dev/null || stop "make demo ended: $(tail -20 "$machine/demo.log")"
    sleep 1
done
cat "$machine/demo.txt"
for address in $(grep -o 'http://[0-9A-Za-z.:/]*' "$machine/demo.txt" | sort -u); do
    inside "python3 -c 'import urllib.request as u; print(u.urlopen(\"$address\").status, \"$address\")'"
done
kill -s TERM -- "-$demo"
wait "$demo" || say "ended, exit code $?"

if [ -n "$whole" ]; then
    inside 'make test'
else
    inside 'make .venv/dev.stamp && sh packaging/browser.sh && .venv/bin/pytest --collect-only -q | tail -1'
    inside '.venv/bin/pytest --verbosity=0 tests/test_circle.py'
fi
say "done"
