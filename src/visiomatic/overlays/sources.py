"""Rows of a catalogue as points on the sky."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from visiomatic.errors import BadOverlay
from visiomatic.overlays.angles import angle_from
from visiomatic.overlays.geojson import feature, positions
from visiomatic.overlays.sky import FRAMES, Pixels, pixels_to_icrs, to_icrs
from visiomatic.overlays.tables import Column, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

# By UCD, then by name: the same choice as the page's (client/src/vo/table.ts).
_ROLES = {
    "icrs": (
        (r"pos\.eq\.ra(;meta\.main)?|pos_eq_ra(_main)?", r"_?ra(j2000|_?icrs|_?deg)?|alpha(_j2000|win_j2000)?|ra_str"),
        (
            r"pos\.eq\.dec(;meta\.main)?|pos_eq_dec(_main)?",
            r"_?de(c|j2000|_?icrs|deg)?|_?dec(j2000|_?icrs|_?deg)?|delta(win)?(_?j2000)?|dec_str",
        ),
    ),
    "galactic": ((r"pos\.galactic\.lon.*", r"glon|_?l(ii)?"), (r"pos\.galactic\.lat.*", r"glat|_?b(ii)?")),
    "image": (
        (r"pos\.cartesian\.x;instr\.det.*", r"x|x_?image|xwin_image|xcentroid|xpos"),
        (r"pos\.cartesian\.y;instr\.det.*", r"y|y_?image|ywin_image|ycentroid|ypos"),
    ),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Columns of positions as the user names them; empty: found by their UCDs and names."""

    lon: str = ""
    lat: str = ""
    frame: str = "icrs"


def sources(tables: Sequence[Table], choice: Choice, pixels: Pixels | None) -> tuple[list[dict[str, Any]], int]:
    """Features of the first table that has positions, and how many of its rows have none."""
    for table in tables:
        found = _position_columns(table, choice)
        if found is not None:
            return _features(table, *found, pixels)
    names = ", ".join(column.name for table in tables for column in table.columns)
    wanted = (
        f"{choice.lon} and {choice.lat}" if choice.lon else "positions (right ascension and declination, or x and y)"
    )
    raise BadOverlay(f"{tables[0].name}: no columns of {wanted}; it has {names}")


def _position_columns(table: Table, choice: Choice) -> tuple[Column, Column, str] | None:
    if choice.lon or choice.lat:
        pair = [next((one for one in table.columns if one.name == name), None) for name in (choice.lon, choice.lat)]
        return None if pair[0] is None or pair[1] is None else (pair[0], pair[1], choice.frame)
    for frame, roles in _ROLES.items():
        lon, lat = (_column(table, ucd, name) for ucd, name in roles)
        if lon is not None and lat is not None:
            return lon, lat, choice.frame if frame == "icrs" else frame
    return None


def _column(table: Table, ucd: str, name: str) -> Column | None:
    by_ucd = [column for column in table.columns if re.fullmatch(ucd, column.ucd)]
    main = [column for column in by_ucd if column.ucd.endswith("main")]
    by_name = [column for column in table.columns if re.fullmatch(name, column.name, re.IGNORECASE)]
    return next(iter([*main, *by_ucd, *by_name]), None)


def _features(
    table: Table, lon: Column, lat: Column, frame: str, pixels: Pixels | None
) -> tuple[list[dict[str, Any]], int]:
    first, second = _degrees(table, lon, longitude=frame in ("icrs", "fk5", "fk4")), _degrees(table, lat)
    good = np.flatnonzero(np.isfinite(first) & np.isfinite(second))
    _check_latitudes(table, lat, second, frame)
    if frame in FRAMES:
        sky = to_icrs(first[good], second[good], frame)
    elif pixels is None:
        raise BadOverlay(
            f"{table.name}: its positions are in pixels ({lon.name}, {lat.name}): name the image, --image FILE"
        )
    else:
        sky = pixels_to_icrs(first[good], second[good], frame, pixels)
        good, sky = good[np.isfinite(sky[0])], (sky[0][np.isfinite(sky[0])], sky[1][np.isfinite(sky[0])])
    rest = [column for column in table.columns if column is not lon and column is not lat]
    made = [
        feature({"type": "Point", "coordinates": point}, _properties(rest, row))
        for row, point in zip(good.tolist(), positions(*sky), strict=True)
    ]
    return made, len(table) - len(made)


def _check_latitudes(table: Table, lat: Column, degrees: NDArray[np.float64], frame: str) -> None:
    wrong = np.flatnonzero(np.abs(degrees) > 90).tolist() if frame in FRAMES else []
    for row in wrong[:1]:
        raise BadOverlay(f"{table.name}, {table.place(row)}, column {lat.name}: {degrees[row]:g} is no latitude")


def _degrees(table: Table, column: Column, *, longitude: bool = False) -> NDArray[np.float64]:
    """Numbers as they are (hours and radians by the unit), texts as angles; NaN where there is none."""
    unit = column.unit.lower()
    factor = 15.0 if re.fullmatch("h(our)?(s|angle)?", unit) else 180 / np.pi if unit in ("rad", "radian") else 1.0
    result = np.full(len(table), np.nan)
    for row, value in enumerate(column.values):
        if isinstance(value, int | float):
            result[row] = value * factor
        elif value is not None:
            angle = angle_from(str(value), hours=longitude)
            if angle is None:
                raise BadOverlay(f"{table.name}, {table.place(row)}, column {column.name}: {value!r} is no angle")
            result[row] = angle
    return result


def _properties(columns: Sequence[Column], row: int) -> dict[str, Any]:
    return {column.name: column.values[row] for column in columns if column.values[row] is not None}
