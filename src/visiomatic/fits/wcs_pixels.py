"""Pixel frames beside the image's own: physical, detector and amplifier pixels as linear maps of image pixels.

IRAF and NOAO headers relate them through the physical (CCD) pixels p: image = LTM·p + LTV, detector = DTM·p + DTV,
amplifier = ATM·p + ATV. Chandra and others describe the physical pixels by an alternate WCS named PHYSICAL.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from visiomatic.types import Card

if TYPE_CHECKING:
    from numpy.typing import NDArray

LinearMap = list[list[float]]  # [[a, b, c], [d, e, f]]: (a x + b y + c, d x + e y + f)


def pixel_maps(cards: Iterable[Card]) -> dict[str, LinearMap]:
    """Maps from image pixels (1-based) to "physical", "detector" and "amplifier" pixels, as far as the cards tell."""
    numbers = {c.keyword: float(c.value) for c in cards if isinstance(c.value, int | float)}
    texts = {c.keyword: c.value.strip().upper() for c in cards if isinstance(c.value, str)}
    image_of_physical = _affine(numbers, "LT")
    physical = _inverse(image_of_physical) if image_of_physical is not None else _named_physical(numbers, texts)
    maps: dict[str, LinearMap] = {} if physical is None else {"physical": physical[:2].tolist()}
    for name, prefix in (("detector", "DT"), ("amplifier", "AT")):
        of_physical = _affine(numbers, prefix)
        if of_physical is not None:
            maps[name] = (of_physical @ (np.eye(3) if physical is None else physical))[:2].tolist()
    return maps


def _affine(numbers: Mapping[str, float], prefix: str) -> NDArray[np.float64] | None:
    """xxM and xxV as a 3 × 3 matrix; elements that are left out are those of the identity. None when there is none."""
    matrix = np.eye(3)
    found = False
    for i in (1, 2):
        for keyword, column in ((f"{prefix}M{i}_1", 0), (f"{prefix}M{i}_2", 1), (f"{prefix}V{i}", 2)):
            if keyword in numbers:
                matrix[i - 1, column] = numbers[keyword]
                found = True
    return matrix if found and abs(np.linalg.det(matrix)) > 0.0 else None


def _named_physical(numbers: Mapping[str, float], texts: Mapping[str, str]) -> NDArray[np.float64] | None:
    letter = next((k[-1] for k, v in texts.items() if k.startswith("WCSNAME") and v == "PHYSICAL" and len(k) == 8), "")
    if not letter:
        return None
    matrix = np.eye(3)
    for i in (1, 2):
        scale = numbers.get(f"CDELT{i}{letter}", 1.0)
        matrix[i - 1, i - 1] = scale
        matrix[i - 1, 2] = numbers.get(f"CRVAL{i}{letter}", 0.0) - scale * numbers.get(f"CRPIX{i}{letter}", 0.0)
    return matrix if abs(np.linalg.det(matrix)) > 0.0 else None


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.inv(matrix), np.float64)
