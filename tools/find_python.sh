#!/bin/sh
# Prints a Python from 3.11 on that can make virtual environments and build the kernel, or says what is missing.
#
# The first one of the PATH, unless another is much faster: interpreters that are built against a shared libpython, as
# version managers do it, run Python code at two thirds of the speed of those of Debian.

# Its own path when it is fit for use.
usable='import os, sys, sysconfig, venv, ensurepip
print(os.path.realpath(sys.executable))
sys.exit(sys.version_info < (3, 11) or not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'

# Microseconds of the processor for calls, attributes and small objects, the least of some rounds.
speed='import time
class Pair:
    def __init__(self, a, b): self.a, self.b = a, b
    def total(self, more): return self.a + self.b + more
def round():
    start = time.process_time()
    for i in range(20000): {"k": Pair(i, 1).total(2), "v": (i, str(i))}
    return time.process_time() - start
print(int(1e6 * min(round() for _ in range(7))))'

best="" ; best_time=0 ; seen="" ; known=""
for name in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3 python /usr/bin/python3}; do
    command -v "$name" >/dev/null 2>&1 || continue
    if ! real=$("$name" -c "$usable" 2>/dev/null); then
        seen="$seen $name"
        continue
    fi
    case " $known " in *" $real "*) continue ;; esac
    known="$known $real"
    time=$("$name" -c "$speed" )
    if [ -z "$best" ] || [ $((time * 5)) -lt $((best_time * 4)) ]; then
        best=$(command -v "$name") ; best_time=$time
    fi
done
if [ -n "$best" ]; then
    echo "$best"
    exit 0
fi
{
    echo "VisiOmatic needs Python 3.11 or newer with its venv module and its headers."
    [ -n "$seen" ] && echo "Found, but too old or incomplete:$seen"
    echo "On Debian or Ubuntu: apt-get install python3 python3-venv python3-dev"
    echo "On macOS: brew install python"
    echo "Or name one yourself: make PYTHON=/path/to/python3 …"
} >&2
exit 1
