#!/bin/sh
# The browser tests drive Debian's Chromium and look at pages in Chinese; brings both where they are missing.
set -eu

have_browser() { command -v chromium >/dev/null 2>&1; }
have_fonts() { command -v fc-list >/dev/null 2>&1 && fc-list :lang=zh | grep -q 'CJK'; }

have_browser && have_fonts && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium and Chinese fonts for the browser tests" >&2
    apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium fontconfig fonts-noto-cjk >&2
    exit 0
fi
echo "The browser tests need Chromium and Chinese fonts: sudo apt-get install chromium fontconfig fonts-noto-cjk" >&2
exit 1
