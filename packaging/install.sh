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
        *) stop "没有 $1 这个选项。用法：sh install.sh [--prefix DIR] [--centre] [--python PROGRAM] [--home DIR [--now]]" ;;
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
[ -n "$python" ] || stop "这个安装包要 Python 3.$minor，这台机器没有。请换成对应这台机器 Python 的安装包，或者指明：--python /路径/python3.$minor"
[ "$(tag_of "$python")" = "$wanted" ] || stop "这个安装包要 Python 3.$minor，$python 不是这一版。请换成对应它的安装包。"
[ "$(uname -m)" = "$machine" ] || stop "这个安装包是给 $machine 的，这台机器是 $(uname -m)。请换成 $(uname -m) 的安装包。"
"$python" - "$glibc" <<'CHECK' || stop "这个系统太旧：安装包要 glibc $glibc 或更新。请换一个新一些的系统。"
import platform, sys
name, have = platform.libc_ver()
number = lambda text: [int(part) for part in text.split(".")[:2]]
sys.exit(name != "glibc" or number(have) < number(sys.argv[1]))
CHECK

say "正在核对文件"
(cd "$here" && sha256sum --check --quiet --strict SHA256SUMS) ||
    stop "有文件损坏或者被改过，什么都没有装。请从来处重新拷一份。"

name=$version-$(sha256sum "$here/$list" | cut -c 1-8)
target=$prefix/versions/$name
# the folder of the program that is in use, and its version
used=$(readlink "$prefix/current" 2>/dev/null || true)
stands=${used#versions/}
stands=${stands%-*}
if [ -n "$used" ] && [ "$stands" != "$version" ]; then
    newest=$(printf '%s\n' "$stands" "$version" | sort -V | tail -n 1)
    [ "$newest" = "$version" ] ||
        stop "正在用的 $stands 比这个安装包 $version 新，没有安装：旧程序不认识新程序写的数据。"
    if [ "$list" = requirements.txt ]; then
        [ -n "$home" ] || stop "这里正在用 $stands。请指明它的警务室文件夹，数据才能跟着升级：--home 文件夹"
        [ -f "$home/node.toml" ] || stop "$home 里没有警务室（没有 node.toml），没有安装。"
    fi
fi
# what stands installed is known by the list of hashes it was installed from
if [ -f "$target/installed.txt" ] && cmp -s "$here/$list" "$target/installed.txt"; then
    say "$version 已经装好了，在 $target"
else
    say "正在安装 $version，到 $target"
    rm -rf "$target"
    unwritten="没有装完，原因见上面几行；原来用的没有动。磁盘满了的，腾出 500 MB 再运行一次。"
    mkdir -p "$prefix/versions" || stop "$unwritten"
    # Debian keeps ensurepip apart from Python: the bundle brings its own pip, and runs it from the wheel
    "$python" -m venv --without-pip "$target" || stop "$unwritten"
    pip=$(echo "$here"/wheels/pip-*.whl)
    PYTHONPATH=$pip "$target/bin/python" -m pip --isolated --disable-pip-version-check --quiet install \
        --no-index --require-hashes --only-binary :all: --find-links "$here/wheels" --requirement "$here/$list" || stop "$unwritten"
    "$target/bin/yizhan" --help >/dev/null ||
        stop "新版本启动不了，原因见上面几行；原来用的没有动。"
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
        said=$("$prefix/$used/bin/yizhan" upgrade prepare --home "$home" $now) ||
            stop "${said:+$said，}没有换成 $version，用的还是原来的 $stands。"
        printf '%s\n' "$said" | head -n 1 # what it says to do next is done here
        before=$used
        ln -sfn "$before" "$prefix/before"
    fi
    # from here on a start goes on with it by itself, should the power fail
    use "versions/$name"
    if [ -n "$before" ] && ! "$target/bin/yizhan" upgrade finish --home "$home"; then
        use "$before"
        rm -f "$prefix/before"
        stop "升级没有成功，已换回 ${before#versions/}；警务室的数据和原来一样。"
    fi
    rm -f "$prefix/before"
else
    use "versions/$name"
fi

if [ -n "$home" ] && [ -f "$home/node.toml" ]; then
    say "装好了。启动：$prefix/bin/yizhan serve --home $home"
    exit 0
fi
say "装好了。下一步："
say "  $prefix/bin/yizhan init --home 文件夹 --enrolment 登记文件   建立警务室，用省级中心发的登记文件"
say "  $prefix/bin/yizhan init --home 文件夹 --node 编号 --room 名称   建立单独用的警务室"
say "  $prefix/bin/yizhan serve --home 文件夹                       启动，屏幕上会有触摸屏和工作台的网址"
