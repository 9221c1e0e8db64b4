"""VisiOmatic: a remote viewer of huge multi-channel astronomical images."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("visiomatic")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0+unknown"
