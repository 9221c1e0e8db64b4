"""Pictures (arrays of bytes) to files: JPEG, PNG, WebP. One function for all, nothing else knows a codec."""

from __future__ import annotations

from typing import TYPE_CHECKING

import simplejpeg

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from visiomatic.types import Encoding, EncodingName

MEDIA_TYPES: Mapping[EncodingName, str] = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
MAX_SIDE: Mapping[EncodingName, int] = {"jpg": 65_535, "png": 65_535, "webp": 16_383}


def encode(picture: NDArray[np.uint8], encoding: Encoding) -> bytes:
    """The bytes of a file holding *picture*: (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA, C-contiguous.

    Equal pictures give equal bytes. JPEG has no transparency: RGBA is refused with ValueError.
    """
    if encoding.format == "jpg":
        return _jpeg(picture, encoding)
    return _pillow(picture, encoding)


def _jpeg(picture: NDArray[np.uint8], encoding: Encoding) -> bytes:
    quality = max(encoding.quality, 1)  # libjpeg takes 0 for 1
    if picture.ndim == 2:
        return bytes(simplejpeg.encode_jpeg(picture[:, :, None], quality, "GRAY", "Gray"))
    if picture.shape[2] != 3:
        raise ValueError("JPEG has no transparency")
    return bytes(simplejpeg.encode_jpeg(picture, quality, "RGB", "420" if encoding.subsample else "444"))


def _pillow(picture: NDArray[np.uint8], encoding: Encoding) -> bytes:
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    image = Image.fromarray(picture)
    if encoding.format == "png":
        image.save(file, "PNG", compress_level=1)
    else:
        image.save(file, "WEBP", quality=encoding.quality, method=0)
    return file.getvalue()


def compress(data: bytes, level: int = 3) -> bytes:
    """*data* as a Zstandard frame."""
    from numcodecs import zstd  # type: ignore[import-untyped]

    return bytes(zstd.compress(data, level))
