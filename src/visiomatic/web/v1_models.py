"""The JSON answers of `api/v1`, as types: what the routes return is checked against them, OpenAPI shows them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import WithJsonSchema
from typing_extensions import TypedDict


def _numbers(count: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": count, "maxItems": count})


Pair = Annotated[tuple[float, float], _numbers(2)]
Box = Annotated[tuple[float, float, float, float], _numbers(4)]
Value = float | int | str | None  # null: no value; "Infinity" and "-Infinity" as text


class ErrorDetail(TypedDict, total=False):
    code: str
    message: str
    parameter: str


class ErrorAnswer(TypedDict):
    error: ErrorDetail


class ServiceAnswer(TypedDict):
    name: str
    version: str
    links: dict[str, str]
    auto_image: str | None
    limits: dict[str, float]


class DroppedAnswer(TypedDict):
    id: str
    name: str


class ListedImage(TypedDict):
    id: str
    name: str
    bytes: int
    thumbnail: str  # address of a small picture, relative to /api/v1/
    modified: str  # ISO 8601, UTC


class ImageListAnswer(TypedDict):
    directory: str
    directories: list[str]
    images: list[ListedImage]
    total: int
    offset: int
    limit: int


class ListedOverlay(TypedDict):
    name: str
    bytes: int


class OverlayListAnswer(TypedDict):
    overlays: list[ListedOverlay]


class Spectral(TypedDict):
    value: float
    unit: str
    type: str


class ChannelAnswer(TypedDict):
    index: int
    label: str
    unit: str
    filter: str
    stokes: str
    spectral: Spectral | None


class HduAnswer(TypedDict):
    index: int
    kind: str
    name: str
    version: int
    shape: list[int]
    dtype: str
    unit: str
    role: str
    selector: str
    shown: bool


class ChipAnswer(TypedDict):
    hdu: int
    name: str
    box: Box


class ChannelColor(TypedDict):
    channel: int
    color: str


class DisplayAnswer(TypedDict):
    stretch: str
    stretch_parameter: float | None
    gamma: float
    colormap: str
    mode: Literal["single", "color"]
    channel: int
    color: list[ChannelColor]
    cuts: dict[str, Pair] | None


class ImageAnswer(TypedDict):
    id: str
    name: str
    title: str
    object: str
    version: str
    width: int
    height: int
    channels: list[ChannelAnswer]
    dtype: str
    bitpix: int
    tile_size: int
    levels: int
    preview: bool
    progress: float
    notice: str
    warnings: list[str]
    hdus: list[HduAnswer]
    chips: list[ChipAnswer]
    display: DisplayAnswer


Card = Annotated[
    tuple[str, bool | int | float | str | None, str],
    WithJsonSchema({"type": "array", "items": {}, "minItems": 3, "maxItems": 3}),
]


class HduCards(TypedDict):
    hdu: int
    cards: list[Card]


class HeaderAnswer(TypedDict):
    cards: list[Card]
    hdus: list[HduCards]


class HdusAnswer(TypedDict):
    hdus: list[HduAnswer]


class ChannelsAnswer(TypedDict):
    channels: list[ChannelAnswer]


class StatisticsAnswer(TypedDict):
    channel: int
    min: float | None
    max: float | None
    mean: float | None
    median: float | None
    sigma: float | None
    mad: float | None
    background: float | None
    background_mad: float | None
    n: int
    nan: int
    kind: str
    percentiles: dict[str, float | None]
    zscale: Pair
    default: Pair
    compatible: Pair
    unit: str
    sample: bool


class HistogramAnswer(TypedDict):
    channel: int
    edges: Pair
    counts: list[int]
    below: int
    above: int
    nan: int
    unit: str


Exact = list[str | None]  # whole numbers beyond 2**53 as text, for readers that would round them


class _Position(TypedDict):
    x: int
    y: int
    values: list[Value]


class PositionAnswer(_Position, total=False):
    exact: Exact


class ValuesAnswer(TypedDict):
    positions: list[PositionAnswer]
    channels: list[int]
    unit: str | list[str]


class _Profile(TypedDict):
    channels: list[int]
    x: list[float]
    y: list[float]
    distance: list[float]  # pixels from the start
    sky_distance: list[float | None] | None  # arcsec from the start, along the sky
    values: list[list[Value]]  # one list per channel
    unit: str | list[str]
    interpolated: bool


class ProfileAnswer(_Profile, total=False):
    exact: list[Exact]  # one list per channel


class SpectralAxis(TypedDict):
    type: str
    unit: str
    values: list[float | None]


class _Spectrum(TypedDict):
    channels: list[int]
    labels: list[str]
    values: list[Value]
    unit: str
    statistic: str
    pixels: int
    spectral: SpectralAxis | None


class SpectrumAnswer(_Spectrum, total=False):
    exact: Exact


class ExactStatistics(TypedDict):
    sum: str
    min: str
    max: str


class _RegionStatistics(TypedDict):
    channel: int
    n: int
    nan: int
    sum: float | None
    mean: float | None
    median: float | None
    sigma: float | None
    mad: float | None
    min: float | None
    max: float | None
    unit: str
    area: float | None  # arcsec², of n + nan pixels


class RegionStatisticsAnswer(_RegionStatistics, total=False):
    exact: ExactStatistics  # of images of 64-bit integers


class ChipSky(ChipAnswer):
    sky: dict[str, Any] | None


class LinearAxes(TypedDict):
    scale: Pair
    offset: Pair


class WcsAnswer(TypedDict):
    sky: dict[str, Any] | None
    reason: str
    chips: list[ChipSky]
    physical: LinearAxes | None
    detector: LinearAxes | None


class SkyAnswer(TypedDict):
    sky: list[Pair | None]


class PixelAnswer(TypedDict):
    pixels: list[Pair | None]


class GridAnswer(TypedDict):
    grid: dict[str, Any] | None


class ColormapAnswer(TypedDict):
    name: str
    category: str
    colors: list[str]
