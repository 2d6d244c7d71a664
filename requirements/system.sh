#!/bin/sh
# Sees to what pip cannot bring: `sh requirements/system.sh runtime [test] [postgres]`.
# Each need is probed by trying it, so any system that has it passes. What is missing is installed through apt when
# the user may (root, or sudo without a password); otherwise one line names the Debian packages and we stop.
set -eu
python=${PYTHON:-python3}
missing=""
need() { # PACKAGE COMMAND…: the package is missing when the command fails
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
library() { "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1"; }
postgres() { ls /usr/lib/postgresql/*/bin/initdb || command -v initdb; }

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Il faut Python 3.11 ou plus récent (« $python » ne convient pas) : make PYTHON=/chemin/vers/python3.11 …" >&2
    exit 1
fi
for set in "$@"; do
    case $set in
    runtime)
        need python3-venv "$python" -c 'import ensurepip, venv'
        need libpangoft2-1.0-0 library libpangoft2-1.0.so.0
        need libharfbuzz-subset0 library libharfbuzz-subset.so.0
        ;;
    test)
        need qpdf command -v qpdf
        need poppler-utils command -v pdftotext
        need chromium command -v chromium
        need libreoffice-writer-nogui command -v soffice
        ;;
    postgres) need postgresql postgres ;;
    *) echo "usage : sh requirements/system.sh runtime|test|postgres …" >&2 && exit 2 ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if ! command -v apt-get >/dev/null || ! $as_root true 2>/dev/null; then
    echo "Il manque des paquets du système : sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
echo "Installation par apt :$missing"
install() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing </dev/null >/dev/null; }
install 2>/dev/null || { $as_root apt-get update -qq && install; } || {
    echo "apt n'a pas pu installer :$missing (voyez : apt-get install$missing)" >&2
    exit 1
}
