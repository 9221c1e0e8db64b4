"""World coordinates on the server: what astropy says, whatever the header does."""

from __future__ import annotations

import numpy as np
import pytest
from sky_cases import CASES, Case, astropy_wcs, lon_lat, scattered_pixels, separation

from visiomatic.fits.wcs import sky_of
from visiomatic.types import Card


def cards_of(keywords: dict[str, object]) -> tuple[Card, ...]:
    return tuple(Card(name, value) for name, value in keywords.items())  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_positions_equal_astropy_s(case: Case) -> None:
    sky = sky_of(case.cards, case.width, case.height)
    assert sky is not None
    pixels = scattered_pixels(case.width, case.height)
    truth = lon_lat(astropy_wcs(case.keywords), pixels)
    ours = np.stack(sky.pixel_to_sky(*pixels, frame="native"))
    assert np.array_equal(np.isnan(truth[0]), np.isnan(ours[0]))
    assert np.nanmax(separation(ours, truth)) < 1e-6
