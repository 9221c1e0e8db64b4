#!/bin/sh
# Prints the newest Python from 3.11 on that can make virtual environments, or says what is missing.
for name in "$PYTHON" python3.14 python3.13 python3.12 python3.11 python3 python; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$name"
        exit 0
    fi
    seen="$seen $name"
done
{
    echo "VisiOmatic needs Python 3.11 or newer with its venv module."
    [ -n "$seen" ] && echo "Found, but too old or without venv:$seen"
    echo "On Debian or Ubuntu: apt-get install python3 python3-venv python3-dev"
    echo "On macOS: brew install python"
    echo "Or name one yourself: make PYTHON=/path/to/python3 …"
} >&2
exit 1
