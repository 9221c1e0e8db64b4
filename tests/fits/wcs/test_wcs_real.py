"""Files made by real telescopes, opened as the server opens them: their skies are those that astropy found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from visiomatic.fits.open import open_dataset
from visiomatic.fits.wcs import Sky, read_sky

# EQUINOX = 0 is a placeholder: astropy takes it for an equinox of the year 0 and is 28° off.
NO_EQUINOX = "cube/l1448_13co.fits"


def seconds_apart(lon: float, lat: float, lon2: float, lat2: float) -> float:
    turn = (lon - lon2 + 180.0) % 360.0 - 180.0
    return float(np.hypot(turn * np.cos(np.radians(lat)), lat - lat2) * 3600.0)


def test_every_real_file_lies_where_astropy_puts_it(real_data: Path) -> None:
    truth: dict[str, Any] = json.loads((real_data / "truth.json").read_text())["files"]
    compared = 0
    for name, entry in truth.items():
        for hdu in entry.get("hdus", []) if entry["expect"] == "open" else []:
            points = [point for point in hdu.get("wcs", {}).get("points", []) if "lon_deg" in point]
            dataset = open_dataset(real_data / name, str(hdu["hdu"])) if points else None
            if dataset is None:
                continue
            sky, reason = read_sky(dataset.cards, dataset.width, dataset.height)
            assert sky is not None, f"{name}[{hdu['hdu']}]: {reason}"
            compared += compare(sky, points, name)
            dataset.close()
    assert compared > 250


def compare(sky: Sky, points: list[dict[str, Any]], name: str) -> int:
    """How many points were compared, to what ``truth.json`` rounds to (1e-8 degree)."""
    compared = 0
    for point in points:
        x, y = point["fits_pixel"][:2]
        native = [float(value) for value in sky.pixel_to_sky(x, y, "native")]
        if not isinstance(point["lon_deg"], float):
            assert np.isnan(native).all(), f"{name} has no sky at {x}, {y}"
            continue
        assert seconds_apart(*native, point["lon_deg"], point["lat_deg"]) < 1e-6, f"{name} at {x}, {y}"
        if "icrs_ra_deg" in point and name != NO_EQUINOX:
            icrs = [float(value) for value in sky.pixel_to_sky(x, y)]
            assert seconds_apart(*icrs, point["icrs_ra_deg"], point["icrs_dec_deg"]) < 1e-4, f"{name} at {x}, {y}"
        compared += 1
    return compared


def test_l1448_is_where_the_molecular_cloud_is_though_its_equinox_is_zero(real_data: Path) -> None:
    dataset = open_dataset(real_data / NO_EQUINOX)
    sky, _ = read_sky(dataset.cards, dataset.width, dataset.height)
    assert sky is not None
    lon, lat = sky.pixel_to_sky(53, 53)
    assert seconds_apart(float(lon), float(lat), 51.41, 30.73) < 900  # 03h25m38s +30°44′ (J2000)
    dataset.close()
