"""What runs first in each worker process."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any


def load_application() -> Any:
    """The ASGI application, in a process that ends with its parent and leaves Ctrl-C to it."""
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # Ctrl-C reaches the parent alone, which then stops its workers in order
        threading.Thread(target=_follow_parent, args=(os.getppid(),), daemon=True).start()
    from visiomatic.web.app import application

    return application()


def _follow_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)
