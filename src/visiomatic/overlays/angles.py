"""Angles as catalogues and region files spell them."""

from __future__ import annotations

import math
import re

_SEXAGESIMAL = re.compile(
    r"([+-]?)(\d+(?:\.\d*)?)[:hd°\s]+(\d+(?:\.\d*)?)(?:[:m'′\s]+(\d+(?:\.\d*)?)?)?[s\"″]?", re.IGNORECASE
)


def angle_from(text: str, *, hours: bool = False) -> float | None:
    """Degrees of "12.5", "12:30:00", "12h30m", "−3d30m" or "0.2r" (radians); None when it is no angle.

    *hours*: what has colons or spaces counts hours. "h" always does.
    """
    cleaned = text.strip().replace("\u2212", "-")
    found = _SEXAGESIMAL.fullmatch(cleaned)
    if found:
        sign, first, second, third = found.groups()
        degrees = float(first) + float(second) / 60 + float(third or 0) / 3600
        in_hours = "h" in cleaned.lower() or (hours and "d" not in cleaned.lower() and "°" not in cleaned)
        return (-1 if sign == "-" else 1) * degrees * (15 if in_hours else 1)
    if cleaned[-1:].lower() == "r":
        radians = _number(cleaned[:-1])
        return None if radians is None else math.degrees(radians)
    return _number(cleaned[:-1] if cleaned[-1:].lower() in ("d", "°") else cleaned)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
