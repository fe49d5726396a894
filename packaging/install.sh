#!/bin/sh
# Installs Yizhan from this folder, without a network:
#   sh install.sh [--prefix DIR] [--centre] [--python PROGRAM] [--home DIR [--now]]
# Each version and choice of parts gets a folder of its own below the prefix, and `current` points to the one in use. Running it again is
# harmless; an installation that was cut off is made anew. Where another version is in use, --home names the room that it serves: stopped,
# not during opening hours unless --now; its data come through with the new program, or both stay as they were.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
say() { printf '%s\n' "$*"; }
stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

if [ "$(id -u)" = 0 ]; then prefix=/opt/yizhan; else prefix=${HOME:?}/.local/share/yizhan; fi
list=requirements.txt
python= home= now=
while [ $# -gt 0 ]; do
    case $1 in
        --prefix) prefix=${2:?--prefix needs a folder}; shift 2 ;;
        --python) python=${2:?--python needs a program}; shift 2 ;;
        --centre) list=requirements-centre.txt; shift ;;
        --home) home=${2:?--home needs a folder}; shift 2 ;;
        --now) now=--now; shift ;;
        *) stop "Unknown option $1. Use: sh install.sh [--prefix DIR] [--centre] [--python PROGRAM] [--home DIR [--now]]" ;;
    esac
done
case $prefix in /*) ;; *) prefix=$(pwd)/$prefix ;; esac
case $home in "" | /*) ;; *) home=$(pwd)/$home ;; esac

about() { sed -n "s/^$1=//p" "$here/bundle.txt"; }
version=$(about version)
machine=$(about machine)
wanted=$(about python)
glibc=$(about glibc)

tag_of() {
    "$1" -c 'import sys; print("cp%d%d" % sys.version_info[:2])' 2>/dev/null || true
}
minor=${wanted#cp3}
if [ -z "$python" ]; then
    for name in "python3.$minor" python3; do
        if [ "$(tag_of "$name")" = "$wanted" ]; then python=$name; break; fi
    done
fi
[ -n "$python" ] || stop "This bundle is for Python 3.$minor, and this machine has none. Take the bundle for the Python that is here, or name one: --python /path/to/python3.$minor"
[ "$(tag_of "$python")" = "$wanted" ] || stop "This bundle is for Python 3.$minor, and $python is another. Take the bundle for that Python."
[ "$(uname -m)" = "$machine" ] || stop "This bundle is for $machine, and this machine is $(uname -m). Take the bundle for $(uname -m)."
"$python" - "$glibc" <<'CHECK' || stop "This system's C library is older than glibc $glibc, which the bundle needs."
import platform, sys
name, have = platform.libc_ver()
number = lambda text: [int(part) for part in text.split(".")[:2]]
sys.exit(name != "glibc" or number(have) < number(sys.argv[1]))
CHECK

say "Checking the files"
(cd "$here" && sha256sum --check --quiet --strict SHA256SUMS) ||
    stop "A file is damaged or was changed. Nothing was installed; copy the bundle anew from where it came."

name=$version-$(sha256sum "$here/$list" | cut -c 1-8)
target=$prefix/versions/$name
# the folder of the program that is in use, and its version
used=$(readlink "$prefix/current" 2>/dev/null || true)
stands=${used#versions/}
stands=${stands%-*}
if [ -n "$used" ] && [ "$stands" != "$version" ]; then
    newest=$(printf '%s\n' "$stands" "$version" | sort -V | tail -n 1)
    [ "$newest" = "$version" ] ||
        stop "Yizhan $stands is in use here and is newer than $version: an older program does not know the data of a newer one. Nothing was installed."
    if [ "$list" = requirements.txt ]; then
        [ -n "$home" ] || stop "Yizhan $stands is in use here. Name the folder of the room that it serves, so that its data come along: --home DIR"
        [ -f "$home/node.toml" ] || stop "There is no room in $home (no node.toml). Nothing was installed."
    fi
fi
# what stands installed is known by the list of hashes it was installed from
if [ -f "$target/installed.txt" ] && cmp -s "$here/$list" "$target/installed.txt"; then
    say "Yizhan $version is installed already in $target"
else
    say "Installing Yizhan $version into $target"
    rm -rf "$target"
    mkdir -p "$prefix/versions"
    # Debian keeps ensurepip apart from Python: the bundle brings its own pip, and runs it from the wheel
    "$python" -m venv --without-pip "$target"
    pip=$(echo "$here"/wheels/pip-*.whl)
    PYTHONPATH=$pip "$target/bin/python" -m pip --isolated --disable-pip-version-check --quiet install \
        --no-index --require-hashes --only-binary :all: --find-links "$here/wheels" --requirement "$here/$list"
    "$target/bin/yizhan" --help >/dev/null ||
        stop "The new version does not start; see the lines above. What was in use before still is."
    cp "$here/$list" "$target/installed.txt"
fi
use() {
    mkdir -p "$prefix/bin"
    ln -sfn "$1" "$prefix/current.new"
    mv -T "$prefix/current.new" "$prefix/current"
    ln -sfn ../current/bin/yizhan "$prefix/bin/yizhan"
}
before=$(readlink "$prefix/before" 2>/dev/null || true)
if [ -n "$home" ] && [ -f "$home/node.toml" ]; then
    if [ "$used" != "versions/$name" ] && [ -n "$used" ]; then
        "$prefix/$used/bin/yizhan" upgrade prepare --home "$home" $now ||
            stop "Yizhan $version is not in use; what was in use before still is."
        before=$used
        ln -sfn "$before" "$prefix/before"
    fi
    # from here on a start goes on with it by itself, should the power fail
    use "versions/$name"
    if [ -n "$before" ] && ! "$target/bin/yizhan" upgrade finish --home "$home"; then
        use "$before"
        rm -f "$prefix/before"
        stop "The upgrade did not come through: ${before#versions/} is in use again, and the room's data are as they were."
    fi
    rm -f "$prefix/before"
else
    use "versions/$name"
fi

say "Done. Next:"
say "  $prefix/bin/yizhan init --home DIR --enrolment FILE   make a node; FILE is what the centre issued for this room"
say "  $prefix/bin/yizhan init --home DIR --node ID --room NAME   the same for a room that stands alone"
say "  $prefix/bin/yizhan serve --home DIR                   start it; it prints the addresses of kiosk and console"
