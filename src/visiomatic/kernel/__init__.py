"""The face of the C++ kernel: numbers in, numbers or bytes of colour out.

Pure functions on :class:`Raster` values. Each has a NumPy twin of the same name in ``kernel/reference.py``.
"""

from visiomatic.kernel.area import Cells, area_mean, cells
from visiomatic.kernel.median import median_of_parts
from visiomatic.kernel.numbers import blank_mask, decode, decode_exact, prefetch, rebin
from visiomatic.kernel.pictures import climb, contrast, lupton, mix, render_colors, render_grey
from visiomatic.kernel.raster import Raster
from visiomatic.kernel.statistics import Summary, background_mad, histogram, percentiles, summarize, zscale
from visiomatic.kernel.tone import ChannelTone, Curve, CurveTable, Tone, ToneTable, curve_table, tone_table

__all__ = [
    "Cells",
    "ChannelTone",
    "Curve",
    "CurveTable",
    "Raster",
    "Summary",
    "Tone",
    "ToneTable",
    "area_mean",
    "background_mad",
    "blank_mask",
    "cells",
    "climb",
    "contrast",
    "curve_table",
    "decode",
    "decode_exact",
    "histogram",
    "lupton",
    "median_of_parts",
    "mix",
    "percentiles",
    "prefetch",
    "rebin",
    "render_colors",
    "render_grey",
    "summarize",
    "tone_table",
    "zscale",
]
