"""`make bench`: all benchmarks one after the other, within ten minutes."""

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = (
    "kernel.py", "account.py", "tiles_http.py", "cubes.py", "crowd.py", "peers/run.py", "opening.py", "kinds.py",
    "views.py", "live.py", "catalogue.py",
)  # fmt: skip


def main() -> int:
    """Run each program; the exit code is 1 when one failed."""
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    failed = []
    for name in PROGRAMS:
        if not (HERE / name).is_file():
            continue
        print(f"\n== {name}", flush=True)
        start = time.monotonic()
        if subprocess.run([sys.executable, str(HERE / name), *sys.argv[1:]], check=False).returncode:
            failed.append(name)
        print(f"({time.monotonic() - start:.0f} s)", flush=True)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
