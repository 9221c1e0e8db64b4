#!/bin/sh
# Fails with a clear message when no C++ compiler is here.
for name in "$CXX" c++ g++ clang++; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
{
    echo "VisiOmatic's kernel needs a C++17 compiler, and none was found."
    echo "On Debian or Ubuntu: apt-get install g++"
    echo "On macOS: xcode-select --install"
} >&2
exit 1
