"""The benchmark's FITS image as a GeoTIFF that covers the whole Mercator square, so that tiles fall on its blocks."""

import sys

import numpy as np
import rasterio
from rasterio.enums import Resampling
from rasterio.transform import from_bounds

HALF = 20037508.342789244


def main(source: str, target: str) -> None:
    """Write *target* from the first plane of *source*."""
    with open(source, "rb") as file:
        header = file.read(2880).decode("ascii")
    cards = {header[i : i + 8].strip(): header[i + 10 : i + 30].strip() for i in range(0, 2880, 80)}
    width, height = int(cards["NAXIS1"]), int(cards["NAXIS2"])
    pixels = np.memmap(source, ">f4", "r", 2880, (height, width))[::-1].astype("f4")
    profile = {
        "driver": "GTiff", "width": width, "height": height, "count": 1, "dtype": "float32", "crs": "EPSG:3857",
        "transform": from_bounds(-HALF, -HALF, HALF, HALF, width, height),
        "tiled": True, "blockxsize": 256, "blockysize": 256, "nodata": float("nan"),
    }  # fmt: skip
    with rasterio.open(target, "w", **profile) as image:
        image.write(pixels, 1)
        image.build_overviews([2, 4, 8, 16, 32], Resampling.average)


if __name__ == "__main__":
    main(*sys.argv[1:3])
