"""Which of many extensions is the image, and what it inherits from the primary header."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from visiomatic.fits import open_dataset
from visiomatic.fits.roles import role_of_name

Write = Callable[..., Path]


def _image(name: str = "", version: int = 1, **cards: Any) -> fits.ImageHDU:
    hdu = fits.ImageHDU(np.full((4, 5), float(version)), name=name, ver=version)
    hdu.header.update(cards)
    return hdu


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["SCI", "ERR", "DQ"], 1),
        (["DQ", "ERR", "SCI"], 3),
        (["DATA", "STAT"], 1),
        (["ERR", "WHT"], 1),
        (["", "MASK", "VARIANCE"], 1),
        (["MASK", "IMAGE"], 2),
        (["CCDID 1-1.RMS", "CCDID 1-1.SCI", "CCDID 1-1.FLG"], 2),
        (["VAR_POISSON", "N11"], 2),
    ],
)
def test_the_science_image_is_shown_and_the_others_are_listed(names: list[str], shown: int, write: Write) -> None:
    dataset = open_dataset(write(fits.PrimaryHDU(), *(_image(name) for name in names)))
    assert [hdu.index for hdu in dataset.hdus if hdu.shown] == [shown]
    assert [hdu.selector for hdu in dataset.hdus] == ["", *(f"[{n}]" for n in range(1, len(names) + 1))]
    assert len(dataset.chips) == 0


def test_a_primary_with_pixels_is_shown_before_its_extensions(write: Write) -> None:
    dataset = open_dataset(write(np.zeros((8, 9)), _image("SCI"), _image("ERR")))
    assert [hdu.index for hdu in dataset.hdus if hdu.shown] == [0]


@pytest.mark.parametrize(
    ("name", "role"),
    [("SCI", "science"), ("ERR", "error"), ("DQ", "mask"), ("WHT", "weight"), ("VAR_FLAT", "variance"), ("N4", ""),
     ("STAT", "variance"), ("CON", "context"), ("weight map", "weight"), ("SCI_1", "science"), ("im13", "")],
)  # fmt: skip
def test_a_role_is_read_from_the_name(name: str, role: str) -> None:
    assert role_of_name(name) == role


def test_every_hdu_is_described(write: Write) -> None:
    table = fits.BinTableHDU.from_columns([fits.Column("x", "E", array=np.zeros(7))], name="CAT")
    image = fits.ImageHDU(np.zeros((3, 4, 5), np.uint16), name="SCI", ver=2)
    image.header["BUNIT"] = "adu"
    packed = fits.CompImageHDU(np.zeros((6, 7), np.float32), name="WHT")
    hdus = open_dataset(write(fits.PrimaryHDU(), image, table, packed)).hdus
    found = [(h.index, h.kind, h.name, h.version, h.shape, h.dtype, h.unit, h.role, h.selector) for h in hdus]
    assert found == [
        (0, "empty", "PRIMARY", 1, (), "", "", "", ""),
        (1, "image", "SCI", 2, (5, 4, 3), "uint16", "adu", "science", "[1]"),
        (2, "table", "CAT", 1, (7, 1), "", "", "table", ""),
        (3, "compressed image", "WHT", 1, (7, 6), "float32", "", "weight", "[3]"),
    ]


def _primary() -> fits.PrimaryHDU:
    primary = fits.PrimaryHDU()
    primary.header.update({"OBJECT": "M 31", "FILTER": "g", "EXPTIME": 30.0, "CRVAL1": 5.0, "EQUINOX": -9999.0})
    primary.header["HISTORY"] = "from the primary"
    return primary


@pytest.mark.parametrize(("inherit", "expected"), [(True, True), (None, True), (False, False)])
def test_primary_cards_are_inherited_but_never_coordinates(inherit: bool | None, expected: bool, write: Write) -> None:
    extension = _image("SCI", EXPTIME=10.0, HISTORY="its own", **({} if inherit is None else {"INHERIT": inherit}))
    dataset = open_dataset(write(_primary(), extension))
    values = [(card.keyword, card.value) for card in dataset.cards]
    assert (("OBJECT", "M 31") in values) is expected
    assert ("EXPTIME", 10.0) in values
    assert ("EXPTIME", 30.0) not in values
    assert ("CRVAL1", 5.0) not in values
    assert not [value for value in values if value[0] in ("EQUINOX", "SIMPLE", "EXTEND")]
    histories = [value for keyword, value in values if keyword == "HISTORY"]
    assert histories == (["its own", "from the primary"] if expected else ["its own"])
    assert dataset.object_name == "M 31"
    assert [index for index, _ in dataset.hdu_cards] == [1]
    assert all(card.keyword != "OBJECT" for card in dataset.hdu_cards[0][1])


def test_nothing_is_inherited_from_a_primary_with_pixels_unless_it_is_said(write: Write) -> None:
    primary = fits.PrimaryHDU(np.zeros((4, 5)))
    primary.header["OBJECT"] = "M 31"
    for inherit, expected in ((False, False), (True, True)):
        extension = _image("DQ", **({"INHERIT": True} if inherit else {}))
        cards = open_dataset(write(primary, extension), "DQ").cards
        assert any(card.keyword == "OBJECT" for card in cards) is expected
