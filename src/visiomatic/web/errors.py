"""From an error to an HTTP answer: the one table, and the two shapes (v1's and the compatible one)."""

from __future__ import annotations

import logging
from typing import NamedTuple

from visiomatic.errors import (
    BadParameter,
    ImageNotFound,
    LimitExceeded,
    NotAllowed,
    NotAnImage,
    NotFound,
    OutsideError,
    OutsideTimeout,
    SourceChanged,
    TimeLimitExceeded,
    VisiomaticError,
)

log = logging.getLogger("visiomatic")


class Status(NamedTuple):
    code: int
    name: str


# The first class that fits counts.
TABLE: tuple[tuple[type[BaseException], Status], ...] = (
    (BadParameter, Status(422, "bad_parameter")),
    (LimitExceeded, Status(413, "limit_exceeded")),
    (TimeLimitExceeded, Status(503, "time_limit_exceeded")),
    (ImageNotFound, Status(404, "image_not_found")),
    (NotAnImage, Status(404, "not_an_image")),
    (NotFound, Status(404, "not_found")),
    (NotAllowed, Status(403, "not_allowed")),
    (OutsideTimeout, Status(504, "outside_timeout")),
    (OutsideError, Status(502, "outside_error")),
    (SourceChanged, Status(503, "source_changed")),
    (VisiomaticError, Status(500, "internal_error")),
    (MemoryError, Status(503, "out_of_memory")),
)
UNKNOWN = Status(500, "internal_error")
RETRY_SECONDS = {503: b"1"}


def status_of(error: BaseException) -> Status:
    return next((status for kind, status in TABLE if isinstance(error, kind)), UNKNOWN)


def message_of(error: BaseException) -> str:
    """What to tell the client: only what was written for it, never the text of an unforeseen error."""
    if isinstance(error, VisiomaticError):
        return str(error)
    return "not enough memory for this request" if isinstance(error, MemoryError) else "internal error"


def parameter_of(error: BaseException) -> str | None:
    return getattr(error, "parameter", None) or None


def report(error: BaseException) -> None:
    """Log what nobody foresaw, with its traceback."""
    if status_of(error).code == 500:
        log.error("unexpected error", exc_info=error)


def error_body(code: str, message: str, parameter: str | None = None) -> dict[str, object]:
    """The one shape of errors of `api/v1`."""
    body: dict[str, object] = {"code": code, "message": message}
    if parameter:
        body["parameter"] = parameter
    return {"error": body}


def compatible_body(error: BaseException, image_id: str | None) -> dict[str, object]:
    """The shape of VisiOmatic 3, whose client shows ``detail[0].msg``."""
    if isinstance(error, ImageNotFound | NotAnImage):
        reason = f": {error}" if isinstance(error, NotAnImage) else ""
        return {
            "detail": [
                {"loc": ["query", "FIF"], "msg": f"Cannot open {image_id}{reason}", "type": "value_error.str"},
            ]
        }
    detail: dict[str, object] = {"loc": ["query", parameter_of(error) or "FIF"], "msg": message_of(error)}
    detail["type"] = "value_error" if isinstance(error, BadParameter) else status_of(error).name
    if isinstance(error, BadParameter) and error.value is not None:
        detail["input"] = error.value
    return {"detail": [detail]}
