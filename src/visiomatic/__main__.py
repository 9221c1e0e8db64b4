"""``python -m visiomatic``."""

import sys

from visiomatic.cli import main

sys.exit(main())
