"""Every error that VisiOmatic raises on purpose.

One root; each leaf also inherits the fitting built-in, so that callers may catch either. Nothing here knows HTTP:
``web/errors.py`` holds the one table from class to status. Messages name the image (never an absolute path of the
server), the HDU, the tile or the parameter, and say what to do.
"""


class VisiomaticError(Exception):
    """Root of all errors raised by this package."""


class ConfigurationError(VisiomaticError, ValueError):
    """A setting, an option or a configuration file cannot be used."""


class BadParameter(VisiomaticError, ValueError):
    """A request parameter is malformed or out of range.

    ``parameter`` is its name as the client wrote it, ``value`` what was received.
    """

    def __init__(self, parameter: str, message: str, value: object = None) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.value = value


class NotFound(VisiomaticError, LookupError):
    """Something that was asked for does not exist: a tile beyond the grid, a channel, an HDU."""


class ImageNotFound(NotFound, FileNotFoundError):
    """No such image under the data root (also: outside the root, a directory, unreadable)."""

    def __str__(self) -> str:  # FileNotFoundError would print a tuple
        return str(self.args[0]) if self.args else "no such image"


class NotAnImage(VisiomaticError, ValueError):
    """The file exists but holds no image that can be shown; the message gives the reason."""


class BadOverlay(VisiomaticError, ValueError):
    """A catalogue or region file that cannot be read; the message names file, line and column (or row, or HDU)."""


class SourceChanged(VisiomaticError, OSError):
    """The file was truncated, replaced or removed while it was being read."""


class LimitExceeded(VisiomaticError, ValueError):
    """The request is larger than a configured limit; the message names the limit.

    ``parameter`` is the request parameter to reduce.
    """

    def __init__(self, message: str, parameter: str = "") -> None:
        super().__init__(message)
        self.parameter = parameter


class TimeLimitExceeded(VisiomaticError, TimeoutError):
    """The work would take longer than is allowed for one request; trying later may help."""


class NotAllowed(VisiomaticError, PermissionError):
    """This server does not do that for others; the message names the option that decides."""


class OutsideError(VisiomaticError, ConnectionError):
    """A service elsewhere cannot be reached, or answered with an error."""


class OutsideTimeout(OutsideError, TimeoutError):
    """A service elsewhere does not answer in time."""


class CacheError(VisiomaticError, OSError):
    """The cache of overviews cannot be read or written. Viewing goes on without it."""
