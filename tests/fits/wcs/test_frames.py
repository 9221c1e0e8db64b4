"""Celestial frames: what headers mean, and conversions that equal astropy's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sky_cases import separation, unit_vectors

from visiomatic.errors import BadParameter
from visiomatic.fits.frames import (
    ICRS,
    OTHER,
    STANDARD,
    SkyFrame,
    convert,
    e_terms,
    frame_of_header,
    matrix_to_icrs,
    named_frame,
)

FRAMES = [
    *STANDARD.values(),
    SkyFrame("fk5", 1975.0),
    SkyFrame("fk4", 1900.0, has_e_terms=True),
    SkyFrame("fk4", 1950.0),
    SkyFrame("ecliptic", 1975.0),
]


def directions(n: int = 300) -> NDArray[np.float64]:
    rng = np.random.default_rng(11)
    return np.stack([rng.uniform(0, 360, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n)))])


@pytest.mark.parametrize(
    ("longitude_type", "keywords", "frame"),
    [
        ("RA", {}, ICRS),
        ("RA", {"RADESYS": "ICRS", "EQUINOX": 2000.0}, ICRS),
        ("RA", {"RADECSYS": "FK5"}, SkyFrame("fk5", 2000.0)),
        ("RA", {"EQUINOX": 2000.0}, SkyFrame("fk5", 2000.0)),
        ("RA", {"EQUINOX": "J2000"}, SkyFrame("fk5", 2000.0)),
        ("RA", {"EQUINOX": 1950.0}, SkyFrame("fk4", 1950.0, has_e_terms=True)),
        ("RA", {"EPOCH": 1950.0}, SkyFrame("fk4", 1950.0, has_e_terms=True)),
        ("RA", {"RADESYS": "FK4-NO-E"}, SkyFrame("fk4", 1950.0)),
        ("RA", {"RADESYS": "FK5", "EQUINOX": 1975.0}, SkyFrame("fk5", 1975.0)),
        ("RA", {"EQUINOX": 0.0}, ICRS),
        ("RA", {"RADESYS": "FK5", "EQUINOX": 0}, SkyFrame("fk5", 2000.0)),
        ("RA", {"EQUINOX": "unknown", "EPOCH": 1950.0}, SkyFrame("fk4", 1950.0, has_e_terms=True)),
        ("RA", {"RADESYS": "GAPPT"}, OTHER),
        ("GLON", {"EQUINOX": 2000.0}, SkyFrame("galactic")),
        ("ELON", {}, SkyFrame("ecliptic", 2000.0)),
        ("ELON", {"EQUINOX": 1975.0}, SkyFrame("ecliptic", 1975.0)),
        ("SLON", {"RADESYS": "FK5"}, SkyFrame("supergalactic")),
        ("HPLN", {"RADESYS": "ICRS"}, OTHER),
    ],
)
def test_ctype_radesys_and_equinox_decide_the_frame(
    longitude_type: str, keywords: dict[str, object], frame: SkyFrame
) -> None:
    assert frame_of_header(longitude_type, keywords) == frame


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.title)
def test_the_matrix_and_e_terms_sent_to_the_browser_are_astropy_s_conversion(frame: SkyFrame) -> None:
    there = directions()
    vectors = unit_vectors(there)
    terms, matrix = e_terms(frame), matrix_to_icrs(frame)
    assert matrix is not None
    if terms is not None:
        vectors = vectors - terms[:, None] + (terms @ vectors) * vectors
    moved = matrix @ vectors
    truth = unit_vectors(np.stack(convert(*there, frame, ICRS)))
    miss = np.linalg.norm(moved / np.linalg.norm(moved, axis=0) - truth, axis=0)
    assert np.degrees(miss.max()) * 3600 < (1e-6 if frame.equinox == 1900.0 else 1e-8)


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.title)
def test_there_and_back_is_where_one_was(frame: SkyFrame) -> None:
    there = directions()
    back = np.stack(convert(*convert(*there, ICRS, frame), frame, ICRS))
    assert separation(there, back).max() < (1e-4 if frame.equinox == 1900.0 else 1e-6)


def test_poles_have_their_published_places() -> None:
    galactic_pole = convert(0.0, 90.0, STANDARD["galactic"], STANDARD["fk4"])
    assert np.allclose(galactic_pole, (192.25, 27.4), atol=1e-3)  # by definition in B1950, E-terms aside
    ecliptic_pole = convert(0.0, 90.0, STANDARD["ecliptic"], ICRS)
    assert np.allclose(ecliptic_pole, (270.0, 66.5607), atol=1e-3)
    supergalactic_pole = convert(0.0, 90.0, STANDARD["supergalactic"], STANDARD["galactic"])
    assert np.allclose(supergalactic_pole, (47.37, 6.32), atol=1e-9)


def test_nan_and_impossible_latitudes_have_no_place_in_another_frame() -> None:
    lon, lat = convert([10.0, np.nan, 20.0], [20.0, 0.0, 91.0], ICRS, STANDARD["galactic"])
    assert np.isnan(lon).tolist() == np.isnan(lat).tolist() == [False, True, True]


def test_a_frame_without_a_place_on_the_sky_converts_to_nothing() -> None:
    assert matrix_to_icrs(OTHER) is None
    assert np.isnan(convert(1.0, 2.0, OTHER, ICRS)).all()


def test_an_unknown_frame_is_a_bad_parameter() -> None:
    with pytest.raises(BadParameter, match="known are icrs"):
        named_frame("B1875")


def test_titles_read_as_astronomers_write_them() -> None:
    titles = [frame.title for frame in FRAMES]
    assert titles[:6] == ["ICRS", "FK5 J2000", "FK4 B1950", "Galactic", "Ecliptic J2000", "Supergalactic"]
    assert titles[6:] == ["FK5 J1975", "FK4 B1900", "FK4 B1950 without E-terms", "Ecliptic J1975"]
