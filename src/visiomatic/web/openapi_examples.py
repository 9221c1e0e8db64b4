"""What the description of the interface shows: an answer of each JSON route, values of each parameter of a look.

Answers are checked against their types, values by asking for pictures with them.
"""

from __future__ import annotations

from typing import Any

_HDU = {
    "index": 0, "kind": "image", "name": "PRIMARY", "version": 1, "shape": [300, 300], "dtype": "float32",
    "unit": "adu", "role": "", "selector": "[0]", "shown": True,
}  # fmt: skip
_CHANNEL = {
    "index": 1, "label": "1400.0 MHz", "unit": "Jy/beam", "filter": "", "stokes": "I",
    "spectral": {"value": 1400.0, "unit": "MHz", "type": "FREQ"},
}  # fmt: skip
_CARDS = [["OBJECT", "M 31", "name of the field"], ["CRVAL1", 10.68, "[deg] RA"], ["HISTORY", "flat-fielded", ""]]

# By what follows /api/v1 in the path.
ANSWERS: dict[str, Any] = {
    "/": {
        "name": "VisiOmatic",
        "version": "4.0.0",
        "links": {"images": "images", "colormaps": "colormaps"},
        "auto_image": None,
        "limits": {"picture_pixels": 16_777_216, "positions": 100_000, "seconds": 60.0},
    },
    "/images": {
        "directory": "",
        "directories": ["survey"],
        "images": [
            {
                "id": "m31.fits", "name": "m31.fits", "bytes": 365_760,
                "thumbnail": "images/m31.fits/view.jpg?size=160", "modified": "2026-11-28T11:34:04+00:00",
            }
        ],
        "total": 1,
        "offset": 0,
        "limit": 100,
    },
    "/images/{image_id}/header": {"cards": _CARDS, "hdus": [{"hdu": 0, "cards": _CARDS}]},
    "/images/{image_id}/hdus": {"hdus": [_HDU]},
    "/images/{image_id}/channels": {"channels": [_CHANNEL]},
    "/images/{image_id}/histogram": {
        "channel": 1, "edges": [78.46, 120.18], "counts": [50, 1107, 9600, 29433, 33265, 14305, 2112, 128], "below": 0,
        "above": 0, "nan": 0, "unit": "adu",
    },
    "/images/{image_id}/values": {
        "positions": [{"x": 150, "y": 151, "values": [104.76]}, {"x": 999, "y": 1, "values": [None]}],
        "channels": [1],
        "unit": "adu",
    },
    "/images/{image_id}/profile": {
        "channels": [1], "x": [1, 2, 3], "y": [1, 1, 2], "distance": [0.0, 1.0, 2.236],
        "sky_distance": [0.0, 0.36, 0.80], "values": [[110.2, 94.2, None]], "unit": "adu", "interpolated": False,
    },
    "/images/{image_id}/spectrum": {
        "channels": [1, 2], "labels": ["1400.0 MHz", "1401.0 MHz"], "values": [101.02, 108.54], "unit": "Jy/beam",
        "statistic": "mean", "pixels": 81, "spectral": {"type": "FREQ", "unit": "MHz", "values": [1400.0, 1401.0]},
    },
    "/images/{image_id}/region-statistics": {
        "channel": 1, "n": 155, "nan": 0, "sum": 15540.87, "mean": 100.26, "median": 100.74, "sigma": 4.93, "mad": 3.94,
        "min": 89.55, "max": 112.09, "unit": "adu", "area": 20.13,
    },
    "/images/{image_id}/sky": {"sky": [[10.681, 41.2698], None]},
    "/images/{image_id}/pixel": {"pixels": [[150.5, 150.25], None]},
    "/colormaps": [{"name": "grey", "category": "sequential", "colors": ["#000000", "#808080", "#ffffff"]}],
}  # fmt: skip

# By the name of the parameter.
STYLE_VALUES: dict[str, tuple[Any, ...]] = {
    "channel": (1, 2),
    "color": (["1:ff0000", "2:00ff00", "3:0000ff"], ["2:ffc080"]),
    "saturation": (1.5, 0),
    "mix": (["1:1,0,0", "2:0,1,0", "3:0,0,1"], ["1:0.8,0.4,0.1"]),
    "cuts": (["99.5%"], ["1:80,200", "2:90,150.5"]),
    "stretch": ("asinh", "log"),
    "a": (0.1, 1000),
    "brightness": (5, -10),
    "contrast": (1.5, 1),
    "bias": (0.5, 0.3),
    "gamma": (2.2, 1),
    "invert": ("1", "true"),
    "colormap": ("viridis", "ds9:heat_r"),
    "nan": ("transparent", "ff000080"),
    "lupton": ("8,2",),
    "quality": (85, 95),
}
