"""Frozen values that travel between rooms, and the contracts between them.

Conventions, used everywhere below ``web/``:

* *display frame*: 0-based, x to the right, y **down**; row 0 is FITS row NAXIS2, column 0 is FITS column 1.
  Windows and tiles are in this frame; arrays have shape (rows, columns) with row 0 on top.
* *FITS frame*: 1-based, integers at pixel centres, y up. Used outside (API, page, command line).
  ``x_display = x_fits - 1``, ``y_display = NAXIS2 - y_fits``.
* *level* r: 0 is full resolution; level r has ``ceil(width / 2**r)`` columns.
* *channel*: 0-based inside, 1-based outside.

What each tile makes anew or looks up in a cache is a named tuple, which is made at half of the cost of a frozen
dataclass, and hashed and compared at a quarter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from visiomatic.kernel import Raster

RGBA = tuple[int, int, int, int]


class Window(NamedTuple):
    """A half-open box of pixels in the display frame of one level: columns x0..x1-1, rows y0..y1-1."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def is_empty(self) -> bool:
        return self.x1 <= self.x0 or self.y1 <= self.y0

    def clip(self, width: int, height: int) -> Window:
        """The part of this window inside a frame of *width* × *height* pixels (possibly empty)."""
        x0, y0 = min(max(self.x0, 0), width), min(max(self.y0, 0), height)
        return Window(x0, y0, max(x0, min(self.x1, width)), max(y0, min(self.y1, height)))


class TileId(NamedTuple):
    """One tile: level r (0 = full resolution), column x to the right, row y down from the top."""

    level: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class FileVersion:
    """What identifies the bytes of a file without reading them."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @property
    def token(self) -> str:
        """A short text that changes whenever the file does; safe in URLs and file names."""
        import hashlib

        text = f"{self.size}:{self.mtime_ns}:{self.ctime_ns}:{self.inode}"
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


class Cuts(NamedTuple):
    """Display limits of one channel, in physical units: values at or below ``low`` are darkest."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Channel:
    """One plane of an image as an astronomer names it."""

    index: int  # 0-based
    label: str  # never empty: Stokes name, spectral value with unit, FILTER, EXTNAME, or "channel n"
    unit: str = ""  # unit of the pixel values (BUNIT)
    filter: str = ""
    stokes: str = ""
    spectral_value: float | None = None  # coordinate on the spectral axis, in spectral_unit
    spectral_unit: str = ""
    spectral_type: str = ""  # CTYPE code: FREQ, WAVE, AWAV, VRAD, VOPT, VELO, FELO …
    color: str = ""  # "#rrggbb" when a list of channels (TOML) gives one


@dataclass(frozen=True, slots=True)
class Card:
    """One header card, kept in file order, repeated ones too."""

    keyword: str
    value: bool | int | float | str | None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class HduInfo:
    """One HDU of the file, as the HDU chooser lists it."""

    index: int
    kind: str  # "image", "compressed image", "table", "ascii table", "empty"
    name: str  # EXTNAME, or "PRIMARY"
    version: int  # EXTVER
    shape: tuple[int, ...]  # NAXIS1 first; rows and columns for a table
    dtype: str  # physical type: "uint16", "float32"; "" for tables
    unit: str = ""
    role: str = ""  # "science", "error", "mask", "weight", "table" … as far as EXTNAME tells
    selector: str = ""  # what to append to the image id to open it: "[2]"; "" when it cannot be opened
    shown: bool = False  # part of what is displayed now


@dataclass(frozen=True, slots=True)
class Chip:
    """One extension of a mosaic: where it lies in the assembled frame and its own header.

    ``window`` is its box in the display frame of the mosaic; ``flip_x``/``flip_y`` say whether the chip's own
    axes run backwards there; ``binning`` is detector pixels per image pixel.
    ``data_origin`` is the chip's own 1-based pixel (x, y) that lies at the lower left of its box before flips
    (the start of DATASEC).
    """

    hdu: int
    name: str
    window: Window
    data_origin: tuple[int, int] = (1, 1)
    flip_x: bool = False
    flip_y: bool = False
    binning: tuple[int, int] = (1, 1)
    cards: tuple[Card, ...] = field(default=(), repr=False)


class Plane(Protocol):
    """One channel of an image at full resolution: what ``image.py`` hands to ``pyramid/``.

    Reading is thread-safe, changes nothing, and raises :class:`~visiomatic.errors.SourceChanged` when the file
    under it is no longer what was opened.
    """

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def dtype(self) -> np.dtype:
        """Physical type of the values (after BSCALE/BZERO): uint16, int64, float32 …"""

    @property
    def is_mapped(self) -> bool:
        """True when a window costs no more than touching its bytes (plain pixels in a memory map).

        Otherwise (compressed, mosaic, gathered) `raster` decodes or assembles, and repeated reads are worth caching.
        """

    @property
    def stored_bytes(self) -> int:
        """Bytes that reading the whole plane costs (to plan previews and progress)."""

    def is_at_hand(self, window: Window) -> bool:
        """True when *window* is mapped and, as far as a few looks tell, in memory already: no disk is waited for."""

    def raster(self, window: Window) -> Raster:
        """The pixels of *window* (display frame, inside the plane, not empty), undecoded where possible."""

    def sample_rows(self, rows: NDArray[np.int64], step: int) -> NDArray[np.float32]:
        """Every *step*-th column of display rows, as float32 (NaN for blank): shape (len(rows), ceil(w/step)).

        Reads whole rows sequentially with ``pread`` (not through the map), for previews and statistics.
        """


class Dataset(Protocol):
    """One opened file (or set of files): planes, labels and headers. Made by ``fits/``; immutable."""

    width: int
    height: int
    dtype: np.dtype  # physical type of the pixel values
    bitpix: int
    channels: tuple[Channel, ...]
    hdus: tuple[HduInfo, ...]
    cards: tuple[Card, ...]  # header of what is shown: primary inherited, repeated cards kept
    hdu_cards: tuple[tuple[int, tuple[Card, ...]], ...]  # (HDU index, its own cards) of each HDU that is shown
    chips: tuple[Chip, ...]  # empty unless a mosaic
    warnings: tuple[str, ...]
    name: str  # file name with section, no directory
    object_name: str

    def plane(self, channel: int) -> Plane:
        """The plane of *channel* (0-based); raises :class:`~visiomatic.errors.NotFound`."""

    def values(self, channels: tuple[int, ...], x: NDArray[np.int64], y: NDArray[np.int64]) -> list[NDArray]:
        """Exact physical values at FITS pixels (x, y), one array per channel, in the plane's own physical dtype.

        Positions must be inside. BLANK and gaps give a masked array's mask or NaN; ±Inf stays. Integers stay
        integers (uint64 and int64 exactly).
        """

    def still_current(self) -> bool:
        """False when the file was replaced, truncated, grown or removed since it was opened (one ``stat``)."""

    def close(self) -> None: ...


StretchName = Literal["linear", "log", "power", "pow", "sqrt", "squared", "asinh", "sinh", "histeq"]


class Stretch(NamedTuple):
    """A stretch of astropy.visualization by DS9's name; ``parameter`` None means the usual default."""

    name: StretchName = "linear"
    parameter: float | None = None
    # histeq only: increasing values in 0..1 of equal population, from the image's sample
    quantiles: tuple[float, ...] = ()


class Style(NamedTuple):
    """Everything that turns numbers into colours, with all cuts resolved to numbers.

    With ``matrix`` None there is one channel, drawn in grey or through ``colormap``. Otherwise ``matrix[i]`` is the
    (red, green, blue) weight of ``channels[i]``; channels whose weights are all zero are not listed at all.
    ``gain``/``bias`` act before the stretch as on `/api` (contrast, brightness): s = gain·(v−low)/(high−low) + bias.
    ``contrast``/``center`` act after the stretch as DS9's contrast and bias: (t − center)·contrast + 0.5.
    """

    channels: tuple[int, ...]
    cuts: tuple[Cuts, ...]
    matrix: tuple[tuple[float, float, float], ...] | None = None
    stretch: Stretch = Stretch()
    gain: float = 1.0
    bias: float = 0.0
    contrast: float = 1.0
    center: float = 0.5
    gamma: float = 1.0
    invert: bool = False
    colormap: str = "grey"
    nan: RGBA | None = (0, 0, 0, 0)  # None: NaN is drawn as the low cut (as on /api)
    clip_channels: bool = True  # False on /api: channels are mixed unclipped
    lupton: tuple[float, float] | None = None  # (Q, stretch) of Lupton et al. 2004, instead of `stretch`


EncodingName = Literal["jpg", "png", "webp"]


class Encoding(NamedTuple):
    """How a picture becomes bytes."""

    format: EncodingName = "jpg"
    quality: int = 90
    subsample: bool = False  # chroma 4:2:0 instead of 4:4:4
