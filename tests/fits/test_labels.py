"""Channels have the names an astronomer would give them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from visiomatic.fits import open_dataset
from visiomatic.fits.cards import Header
from visiomatic.fits.labels import channels_of
from visiomatic.types import Card

Write = Callable[..., Path]


def _labels(shape: tuple[int, ...], **cards: Any) -> list[str]:
    return [channel.label for channel in channels_of(Header(Card(k, v) for k, v in cards.items()), shape)]


def _axis(number: int, code: str, start: float, step: float, unit: str = "", reference: float = 1.0) -> dict[str, Any]:
    named = {"CTYPE": code, "CRVAL": start, "CDELT": step, "CUNIT": unit, "CRPIX": reference}
    return {f"{keyword}{number}": value for keyword, value in named.items()}


@pytest.mark.parametrize(
    ("cards", "labels"),
    [
        (_axis(3, "FREQ", 1.420e9, 1e4, "Hz"), ["1420.00 MHz", "1420.01 MHz", "1420.02 MHz"]),
        (_axis(3, "FREQ", 1.4204, 1e-5, "GHz"), ["1420.40 MHz", "1420.41 MHz", "1420.42 MHz"]),
        (_axis(3, "FREQ", 345.7959899e9, -2.5e8), ["345.80 GHz", "345.55 GHz", "345.30 GHz"]),
        (_axis(3, "WAVE", 6.5628e-7, 1e-10, "m"), ["6562.8 Å", "6563.8 Å", "6564.8 Å"]),
        (_axis(3, "AWAV", 4750.0, 1.25, "Angstrom"), ["4750.00 Å", "4751.25 Å", "4752.50 Å"]),
        (_axis(3, "WAVE", 2.1, 0.05, "um"), ["2.10 µm", "2.15 µm", "2.20 µm"]),
        (_axis(3, "WAVE", 656.0, 0.5, "nm"), ["656.0 nm", "656.5 nm", "657.0 nm"]),
        (_axis(3, "VRAD", 12300.0, 100.0, "m/s"), ["12.3 km/s", "12.4 km/s", "12.5 km/s"]),
        (_axis(3, "VOPT", -1.5, 0.25, "km s-1"), ["-1.50 km/s", "-1.25 km/s", "-1.00 km/s"]),
        (_axis(3, "VELO-LSR", 0.0, 1000.0), ["0.0 km/s", "1.0 km/s", "2.0 km/s"]),
        (_axis(3, "ENER", 1.0, 0.5, "keV"), ["1.0 keV", "1.5 keV", "2.0 keV"]),
        (_axis(3, "", 500.0, 10.0, "nm"), ["500.0 nm", "510.0 nm", "520.0 nm"]),
        (_axis(3, "STOKES", 1.0, 1.0), ["I", "Q", "U"]),
        (_axis(3, "STOKES", -5.0, -1.0), ["XX", "YY", "XY"]),
        (_axis(3, "TIME", 10.0, 2.5, "s"), ["time 10 s", "time 12.5 s", "time 15 s"]),
        ({"CTYPE3": "GROUP_NUMBER"}, ["group number 1", "group number 2", "group number 3"]),
        ({"CTYPE3": "RGB"}, ["R", "G", "B"]),
        ({"BITPIX": 8}, ["R", "G", "B"]),
        ({"FILTER1": "g", "FILTER2": "r", "FILTER3": "i"}, ["g", "r", "i"]),
        ({}, ["channel 1", "channel 2", "channel 3"]),
        (_axis(3, "DEC--TAN", 10.0, 2.5, "deg"), ["channel 1", "channel 2", "channel 3"]),
    ],
)
def test_three_planes_are_named_by_their_axis(cards: dict[str, Any], labels: list[str]) -> None:
    assert _labels((5, 4, 3), **cards) == labels


def test_two_real_axes_are_named_together_and_degenerate_ones_only_described() -> None:
    cards = _axis(3, "FREQ", 1.4e9, 1e6, "Hz") | _axis(4, "STOKES", 1.0, 1.0)
    assert _labels((5, 4, 2, 2), **cards) == ["I 1400.0 MHz", "I 1401.0 MHz", "Q 1400.0 MHz", "Q 1401.0 MHz"]
    cards = _axis(3, "FREQ", 1.4e9, 1e6, "Hz") | _axis(4, "STOKES", 3.0, 1.0)
    channels = channels_of(Header(Card(k, v) for k, v in cards.items()), (5, 4, 2, 1))
    assert [channel.label for channel in channels] == ["1400.0 MHz", "1401.0 MHz"]
    assert [(c.stokes, c.spectral_value, c.spectral_unit, c.spectral_type) for c in channels] == [
        ("U", 1400.0, "MHz", "FREQ"),
        ("U", 1401.0, "MHz", "FREQ"),
    ]
    assert _labels((5, 4, 1, 1), **cards) == ["U 1400.0 MHz"]
    assert _labels((5, 4), **cards) == ["U 1400.0 MHz"]


@pytest.mark.parametrize(
    ("cards", "label", "band"),
    [
        ({"FILTER": "r.MP9601"}, "r.MP9601", "r.MP9601"),
        ({"FILTER1": "CLEAR1L", "FILTER2": "F814W"}, "F814W", "F814W"),
        ({"FILTNAM1": "F673N"}, "F673N", "F673N"),
        ({"BAND": 1}, "filter 1", "1"),
        ({"ESO INS FILT1 NAME": "H-alpha"}, "H-alpha", "H-alpha"),
        ({"EXTNAME": "N11"}, "N11", ""),
        ({"EXTNAME": "ERR", "FILTER": "g"}, "g ERR", "g"),
        ({"EXTNAME": "SCI"}, "channel 1", ""),
    ],
)
def test_a_single_plane_is_named_by_filter_or_extension(cards: dict[str, Any], label: str, band: str) -> None:
    header = Header(Card(keyword, value) for keyword, value in cards.items())
    (channel,) = channels_of(header, (5, 4), str(cards.get("EXTNAME", "")))
    assert (channel.label, channel.filter) == (label, band)


def test_labels_are_never_twice_the_same() -> None:
    assert _labels((5, 4, 3), **_axis(3, "FREQ", 1.4e9, 0.0, "Hz")) == ["1400.0 MHz 1", "1400.0 MHz 2", "1400.0 MHz 3"]
    assert len(set(_labels((5, 4, 3), FILTER1="g", FILTER2="g", FILTER3="g"))) == 3


@pytest.mark.parametrize("code", ["VOPT-F2W", "VRAD-W2F", "WAVE-LOG", "FREQ-LOG", "AWAV-LOG", "VELO-F2V", "WAVE-F2W"])
def test_axes_that_are_not_linear_have_the_values_of_wcslib(code: str) -> None:
    start, step = {"V": (2.6e4, -1e4), "W": (5e-7, 1e-9), "A": (5e-7, 1e-9), "F": (1.4e9, 1e6)}[code[0]]
    cards = _axis(3, code, start, step, "", 10.0) | {"RESTFRQ": 1.42e9, "RESTWAV": 299792458.0 / 1.42e9}
    channels = channels_of(Header(Card(k, v) for k, v in cards.items()), (5, 4, 30))
    header = fits.Header()
    for keyword, value in cards.items():
        header[keyword.replace("3", "1")] = value
    expected = WCS(header).wcs_pix2world(np.arange(1.0, 31)[:, None], 1)[:, 0]
    factor = {"km/s": 1e3, "Å": 1e-10, "µm": 1e-6, "MHz": 1e6}[channels[0].spectral_unit]
    found = np.array([channel.spectral_value for channel in channels]) * factor
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_the_old_felo_axis_is_regular_in_frequency() -> None:
    cards = _axis(3, "FELO-HEL", 2.6e4, -1.030761914e4, "", 16.0) | {"RESTFREQ": 1.420405751e9}
    channels = channels_of(Header(Card(k, v) for k, v in cards.items()), (5, 4, 30))
    assert channels[15].spectral_value == pytest.approx(26.0)
    assert channels[0].spectral_value == pytest.approx(180.694, abs=1e-3)
    assert channels[0].spectral_type == "FELO"


def test_thousands_of_channels_are_named_in_a_moment(write: Write) -> None:
    path = write(np.zeros((4000, 2, 2), np.uint8), **_axis(3, "FREQ", 1e9, 1e4, "Hz"))
    open_dataset(path)
    start = time.process_time()
    dataset = open_dataset(path)
    assert time.process_time() - start < 0.5
    assert dataset.channels[3999].label == "1039.99 MHz"
    assert len({channel.label for channel in dataset.channels}) == 4000
