#!/bin/bash
# `make peers`: other servers of tiles, each in a folder of its own below .peers, nothing installed on the system.
# Needs Debian or Ubuntu for IIPImage and wrk; what cannot be had here is left out and said.
set -uo pipefail
cd "$(dirname "$0")/../.."
folder=${VISIOMATIC_PEERS:-$PWD/.peers}
mkdir -p "$folder"
failed=()

# The interpreter that our own environment was made from, where the peers can use it: none has a faster one.
ours=$(.venv/bin/python -c 'import sys; print(sys._base_executable if sys.version_info < (3, 13) else "")' 2>/dev/null)
python=
for name in ${PYTHON:-} $ours python3.12 python3.11 python3.10; do
    "$name" -c 'import venv, ensurepip' 2>/dev/null && { python=$name; break; }
done

# environment NAME PACKAGE…: a virtual environment that holds the packages, made once.
environment() {
    local place=$folder/$1
    [ -f "$place/.complete" ] && return
    [ -n "$python" ] || { failed+=("$1 (needs Python 3.10 to 3.12)"); return; }
    echo "Installing $1 …"
    rm -rf "$place"
    "$python" -m venv "$place" && "$place/bin/python" -m pip --disable-pip-version-check --quiet install "${@:2}" &&
        "$place/bin/python" -m pip freeze > "$place/.complete" || failed+=("$1")
}

# debian NAME PACKAGE…: unpacked packages of Debian, made once.
debian() {
    local place=$folder/$1
    [ -f "$place/.complete" ] && return
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { failed+=("$1 (needs Debian)"); return; }
    echo "Installing $1 …"
    rm -rf "$place"
    mkdir -p "$place/packages"
    apt-cache show "$2" >/dev/null 2>&1 || apt-get update -qq
    (cd "$place/packages" && apt-get download -qq "${@:2}" 2>&1 | grep -v unsandboxed
        for package in *.deb; do dpkg-deb -x "$package" .. || exit 1; done; ls ./*.deb > ../.complete)
    [ -s "$place/.complete" ] || failed+=("$1")
}

environment visiomatic3 "visiomatic==3.0.7" "fastapi<0.116" "starlette<0.46"
environment titiler "titiler.application==2.4.*" uvicorn
debian iipimage iipimage-server nginx libfcgi0ldbl libmemcached11 libhashkit2
debian wrk wrk libluajit-5.1-2 libluajit-5.1-common

echo "Peers in $folder"
[ ${#failed[@]} -eq 0 ] || { printf 'Not to be had here: %s\n' "${failed[@]}"; exit 1; }
