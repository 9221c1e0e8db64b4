"""Makes ``kernel_rasters`` importable, here and in the processes that the tests start."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

FOLDER = str(Path(__file__).parent)
if FOLDER not in sys.path:
    sys.path.insert(0, FOLDER)

# Whole pictures are drawn, on machines of any speed.
settings.register_profile("kernel", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kernel")
